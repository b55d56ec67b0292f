"""HTML pages to stories and metadata."""
