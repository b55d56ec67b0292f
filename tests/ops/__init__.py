"""Tests of `bot.ops`."""
