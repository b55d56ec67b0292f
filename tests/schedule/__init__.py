"""Tests of `bot.schedule`."""
