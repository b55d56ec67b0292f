"""PDF documents to stories."""
