"""Tests of `bot.reading`."""
