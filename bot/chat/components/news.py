"""What is new to a channel: what it has had before, and which stories of a digest it has not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from discord.utils import format_dt

from bot.language import say
from bot.model import Digest


def sections(said: Digest) -> Sequence[str]:
    """For each point of a digest for a channel the heading above it, where one begins there: of the
    new stories, and of those that go on. None for a channel that has had nothing."""
    if said.new_stories is None:
        return ()
    new, going_on = f"**{say('New stories')}**", f"**{say('More on stories from before')}**"
    each = [new if point.article.id in said.new_stories else going_on for point in said.points]
    return [line if line != before else "" for before, line in pairwise(["", *each])]


def differs_from_before(said_at: datetime, words: str, other_words: str) -> str:
    """That a quote differs, in these words, from one that the channel was told then."""
    return say(
        "**Differs from what was said here on {day}:** “{words}” now, “{other_words}” then",
        day=format_dt(said_at, "D"),
        words=words,
        other_words=other_words,
    )
