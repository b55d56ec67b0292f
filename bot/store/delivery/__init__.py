"""What is kept of schedules, watches and posts."""
