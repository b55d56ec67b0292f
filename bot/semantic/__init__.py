"""Texts to vectors of their meaning, by a sentence model that is optional."""
