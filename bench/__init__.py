"""Verbatim measured: how fast beside its peers, and how good on samples."""
