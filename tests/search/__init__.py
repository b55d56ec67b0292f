"""Tests of `bot.search`."""
