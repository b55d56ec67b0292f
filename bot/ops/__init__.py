"""How Verbatim is doing, for whoever runs it: health, metrics, logs, checks."""
