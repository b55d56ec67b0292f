"""Evidence to what is said: answers, digests, topics."""
