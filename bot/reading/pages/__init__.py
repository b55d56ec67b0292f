"""The plain text of pages to stories."""
