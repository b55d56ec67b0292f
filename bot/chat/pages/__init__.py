"""What Verbatim shows, and the buttons that stand under it."""
