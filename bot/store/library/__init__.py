"""What is kept of articles and feeds."""
