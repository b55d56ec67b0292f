"""What a command suggests while a person types, within Discord's limits."""

import logging
from collections.abc import Awaitable, Iterable
from itertools import islice
from typing import TypeAlias

from discord import app_commands

from bot.errors import StoreError, VerbatimError
from bot.text.direction import remove_controls

MAX_SUGGESTIONS = 25
_MAX_LENGTH = 100
_MAX_DIGITS = 18  # no id has more

Choices: TypeAlias = list[app_commands.Choice[str]]

log = logging.getLogger(__name__)


def suggestions(choices: Iterable[tuple[str, str]], typed: str) -> Choices:
    """Return choices of (name for people, value), the first ones if there are too many.

    A value that is typed in full needs no suggestion; in simcord's page, Enter would take it again
    and again instead of giving the command.
    """
    fitting = (
        app_commands.Choice(name=remove_controls(name)[:_MAX_LENGTH], value=value)
        for name, value in choices
        if value != typed.strip() and len(value) <= _MAX_LENGTH
    )
    return list(islice(fitting, MAX_SUGGESTIONS))


async def matching_suggestions(
    choices: Awaitable[Iterable[tuple[str, ...]]], typed: str
) -> Choices:
    """Return the stored choices whose name has what is typed; none while the store fails. Each is
    (name, value), and after these what else finds it."""
    try:
        named = await choices
    except StoreError as error:
        log.warning("suggestions not read: %s", error)
        return []
    text = typed.strip().casefold()
    matching = (
        (name, value)
        for name, value, *other_names in named
        if any(text in searched.casefold() for searched in (name, *other_names))
    )
    return suggestions(matching, typed)


def is_id(chosen: str) -> bool:
    """Whether a choice is an id, and not words that were typed by hand."""
    return chosen.isascii() and chosen.isdecimal() and len(chosen) <= _MAX_DIGITS


def parse_id(chosen: str, error: VerbatimError) -> int:
    """Return the id behind a choice. Raises `error` for what was typed by hand and can be no id."""
    if not is_id(chosen):
        raise error
    return int(chosen)
