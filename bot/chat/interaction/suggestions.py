"""What a command suggests while a person types, within Discord's limits."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from discord import app_commands

MOST_SUGGESTIONS = 25
LONGEST_SUGGESTION = 100
_LONGEST_NUMBER = 18  # digits; no id has a longer one


def suggestions(named: Iterable[tuple[str, str]], typed: str) -> list[app_commands.Choice[str]]:
    """Choices from (name for people, value), the first ones if there are too many.

    A value that is typed in full needs no suggestion; in simcord's page, Enter would take it again
    and again instead of giving the command.
    """
    choices = (
        app_commands.Choice(name=name[:LONGEST_SUGGESTION], value=value)
        for name, value in named
        if value != typed.strip() and len(value) <= LONGEST_SUGGESTION
    )
    return list(islice(choices, MOST_SUGGESTIONS))


def chosen_number(chosen: str) -> int | None:
    """The id behind a choice; None for what was typed by hand instead and can be no id."""
    if not chosen.isascii() or not chosen.isdecimal() or len(chosen) > _LONGEST_NUMBER:
        return None
    return int(chosen)
