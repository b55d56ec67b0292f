"""Addresses and bytes to stories: pages, feeds, files and desk folders."""
