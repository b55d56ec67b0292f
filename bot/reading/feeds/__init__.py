"""Feeds and lists of feeds to their entries."""
