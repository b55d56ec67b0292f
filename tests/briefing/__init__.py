"""Tests of `bot.briefing`."""
