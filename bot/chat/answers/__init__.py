"""Commands that answer from the articles, each with its pages and buttons."""
