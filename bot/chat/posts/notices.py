"""Watches, the quotes that they bring, flags, and word of pauses, as layouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from discord import ui

from bot.chat.answers.quotations import quotes_page
from bot.chat.components.layout import AMBER, BLUE, GREY, framed, listed
from bot.chat.components.markdown import escape, one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.interaction.checked import Checked
from bot.errors import unpack_message
from bot.language import say, say_count
from bot.model import Digest, Notice

_LONGEST_QUOTED = 400
_LONGEST_REASON = 300


class Watched(NamedTuple):
    """One watch as a list shows it; `channel_id` is None for a private one."""

    title: str
    channel_id: int | None
    per_hour: int
    pause_reason: str | None = None


def spoken_of(found: Checked[Digest], left_out: int) -> ui.LayoutView:
    """What a watch found in a new article; before it, `left_out` articles came too thick."""
    words = one_line(say(found.result.title), MAX_TITLE)
    heading = f"### {say('A new article speaks of {words}', words=words)}"
    if left_out:
        others = say_count(
            left_out,
            "{number:,} more article spoke of it, but waited for over a day and is left out.",
            "{number:,} more articles spoke of it, but waited for over a day and are left out.",
        )
        heading += f"\n-# {others}"
    return quotes_page(BLUE, heading, found.part(lambda digest: digest.points))


def flag(notice: Notice) -> ui.LayoutView:
    """What is said below a post whose quotes their source has taken back."""
    title = f"**{one_line(notice.brief.title, MAX_TITLE) or say('untitled')}**"
    if notice.kind == "withdrawn":
        heading = say("Taken down by its source")
        happened = say("{title}, from which this was quoted, is gone:", title=title)
    else:
        heading = say("Changed by its source")
        happened = say("{title} was edited; this stands in it no more:", title=title)
    lines = [f"> {one_line(point.quote.text, _LONGEST_QUOTED)}" for point in notice.brief.points]
    return listed(f"### {heading}\n{happened}", lines)


def paused(notice: Notice) -> ui.LayoutView:
    """What whoever made a schedule or a watch is told when Verbatim has paused it."""
    heading = say("Paused: {title}", title=one_line(say(notice.brief.title), MAX_TITLE))
    where = say("I post it no more in {channel}.", channel=f"<#{notice.channel_id}>")
    reason = one_line(unpack_message(notice.reason or ""), _LONGEST_REASON)
    return framed(AMBER, f"### {heading}\n{where}\n{reason}")


def watches(heading: str, entries: Sequence[Watched]) -> ui.LayoutView:
    if not entries:
        nothing = say("Nothing is watched here.")
        return framed(GREY, f"**{nothing}** {say('Add a watch with /watch add.')}")
    return listed(f"### {escape(heading)}", [_line(entry) for entry in entries])


def _line(entry: Watched) -> str:
    title = f"**{one_line(entry.title, MAX_TITLE)}**"
    if entry.channel_id is None:
        watched = say("{title}, privately", title=title)
    else:
        watched = say("{title} in {channel}", title=title, channel=f"<#{entry.channel_id}>")
    often = say("at most {number:,} an hour", number=entry.per_hour)
    if entry.pause_reason is None:
        return f"{watched} · {often}"
    reason = one_line(unpack_message(entry.pause_reason), _LONGEST_REASON)
    return f"{watched} · {often}\n-# {say('paused: {reason}', reason=reason)}"
