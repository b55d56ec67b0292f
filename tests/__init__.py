"""Tests of behaviour; `discord_rules` and the fixtures are shared by them."""
