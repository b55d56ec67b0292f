"""What an error of Discord means to a post: a lost channel, refused content, or a passing fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import shorten

import discord

from bot.chat.interaction.replies import DISCORD_ERRORS
from bot.schedule.poster import ChannelLostError, PostFailedError, PostRefusedError

# Discord's codes that speak of the channel, its server or the person: there is none any more.
_GONE_CODES = frozenset({10003, 10004, 10007, 10013})
# Its codes that speak of a permission: missing access, a person who takes no direct messages, a
# missing permission, too high a verification level, no server in common, a reply where the bot may
# not read the history, and a post without a tag in a forum that requires one. The status alone says
# nothing: a proxy answers 403 as well, and Discord does while an application is under review.
_CLOSED_CODES = frozenset({50001, 50007, 50009, 50013, 50278, 160002, 40067})
# With a code of Discord's own, these say that the request itself is at fault: a broken form, a link
# or word that is blocked, too many threads, too large a file.
_REFUSED_STATUSES = (400, 413)

_MAX_FAULT = 200  # characters of an answer that are logged: a proxy sends whole pages


@contextmanager
def mapped_errors(gone: ChannelLostError, closed: ChannelLostError) -> Iterator[None]:
    """Raise `gone` where Discord knows the channel or person no more, `closed` where it misses a
    permission, PostRefusedError where it refuses the content, else PostFailedError."""
    try:
        yield
    except DISCORD_ERRORS as error:
        status, code = 0, 0
        if isinstance(error, discord.HTTPException):
            status, code = error.status, error.code
        if code in _GONE_CODES:
            raise gone from error
        if code in _CLOSED_CODES:
            raise closed from error
        fault = shorten(str(error), _MAX_FAULT)
        if code and status in _REFUSED_STATUSES:
            raise PostRefusedError("Discord refused the post ({fault}).", fault=fault) from error
        raise PostFailedError("Discord did not accept the post ({fault}).", fault=fault) from error


def is_closed(error: discord.HTTPException) -> bool:
    """Whether Discord says that a permission is missing."""
    return error.code in _CLOSED_CODES
