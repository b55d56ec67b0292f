"""When summaries are due, and their delivery."""
