"""One module a slash command: check, defer, one service call, render."""
