"""What an operator sees of the bot: health, metrics, logs, checks."""
