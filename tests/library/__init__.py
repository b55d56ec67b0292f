"""Tests of `bot.library`."""
