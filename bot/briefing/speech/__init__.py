"""Who said what: direct speech and its speakers."""
