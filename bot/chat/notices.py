"""Watches, the quotes that they bring, flags, and word of pauses, as layouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from discord import ui

from bot.chat.layout import AMBER, BLUE, GREY, counted, framed, listed
from bot.chat.markdown import escape, one_line
from bot.chat.quotations import LONGEST_TITLE
from bot.chat.render import quotations
from bot.model import Digest, Notice

_LONGEST_QUOTED = 400
_LONGEST_REASON = 300


class Watched(NamedTuple):
    """One watch as a list shows it; `channel_id` is None for a private one."""

    title: str
    channel_id: int | None
    per_hour: int
    pause_reason: str | None = None


def spoken_of(found: Digest, left_out: int) -> ui.LayoutView:
    """What a watch found in a new article; before it, `left_out` articles came too thick."""
    heading = f"### A new article speaks of {one_line(found.title, LONGEST_TITLE)}"
    if left_out:
        others = counted(left_out, "more article")
        heading += f"\n-# {others} spoke of it, but waited for more than a day and are left out."
    return quotations(BLUE, heading, found.points)


def flag(notice: Notice) -> ui.LayoutView:
    """What is said below a post whose quotes their source has taken back."""
    title = one_line(notice.brief.title, LONGEST_TITLE) or "untitled"
    if notice.kind == "withdrawn":
        heading = f"### Taken down by its source\n**{title}**, from which this was quoted, is gone:"
    else:
        heading = f"### Changed by its source\n**{title}** was edited; this stands in it no more:"
    lines = [f"> {one_line(point.quote.text, _LONGEST_QUOTED)}" for point in notice.brief.points]
    return listed(heading, lines, "quotes")


def paused(notice: Notice) -> ui.LayoutView:
    """What whoever made a schedule or a watch is told when Verbatim has paused it."""
    title = one_line(notice.brief.title, LONGEST_TITLE)
    heading = f"### Paused: {title}\nI post it no more in <#{notice.channel_id}>."
    return framed(AMBER, f"{heading}\n{one_line(notice.reason or '', _LONGEST_REASON)}")


def watches(heading: str, entries: Sequence[Watched]) -> ui.LayoutView:
    if not entries:
        return framed(GREY, "**Nothing is watched here.** Add a watch with /watch add.")
    return listed(f"### {escape(heading)}", [_line(entry) for entry in entries], "watches")


def _line(entry: Watched) -> str:
    where = "privately" if entry.channel_id is None else f"in <#{entry.channel_id}>"
    line = f"**{one_line(entry.title, LONGEST_TITLE)}** {where} · at most {entry.per_hour} an hour"
    if entry.pause_reason is None:
        return line
    return f"{line}\n-# paused: {one_line(entry.pause_reason, _LONGEST_REASON)}"
