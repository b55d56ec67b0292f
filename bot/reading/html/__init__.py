"""An HTML page to its story and its metadata."""
