"""What is kept of each Discord server."""
