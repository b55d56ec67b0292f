"""Language: terms, names and sentences. Knows nothing of articles."""
