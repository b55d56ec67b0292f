"""Bytes to articles: messy pages, feeds, links and desk folders."""
