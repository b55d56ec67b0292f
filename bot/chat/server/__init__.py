"""A server's settings, its data, and what Verbatim says of itself there."""
