"""The plain text of a page to the stories in it."""
