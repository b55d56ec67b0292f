"""Tests of the sentence model."""
