"""Talking with Verbatim: messages that mention it, and direct messages."""
