"""Paragraphs to evidence: BM25 and the ranking on top of it."""
