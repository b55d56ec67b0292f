"""What every command and button shares: context, permissions, replies, buttons."""
