"""Feeds to their entries, and lists of feeds."""
