"""Answers, digests and lists as Components V2 layouts that keep Discord's limits for any text.

Colours never speak alone: what a colour says is also said in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import discord
from discord import ui

from bot.chat.layout import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    LONGEST_TEXT,
    NOTE_ROOM,
    Page,
    counted,
    framed,
    listed,
)
from bot.chat.markdown import block_quote, escape, one_line, size
from bot.chat.quotations import LONGEST_TITLE, day, fitting, open_link, outlet, title
from bot.model import Answer, Article, Digest, Quote, Topic, Verification

ARTICLES_A_PAGE = 6  # six entries at their longest stay under LONGEST_TEXT

_LONGEST_HEADING = 300


class Entry(NamedTuple):
    """One schedule as a list shows it: `when` is a phrase, `next_slot` None while paused."""

    topic: str
    channel_id: int
    when: str
    next_slot: datetime | None
    pause_reason: str | None = None


def answer(said: Answer) -> ui.LayoutView:
    """The question and its quotes; `related` and `none` say in words that they are no answer."""
    heading = f"### {one_line(said.question, _LONGEST_HEADING)}"
    if said.status == "none" or not said.quotes:
        return framed(GREY, heading, [["\n".join(_no_answer(said))]])
    if said.status == "related":
        heading += "\n**No article answers this directly; these passages come nearest.**"
        return quotations(AMBER, heading, said.quotes)
    return quotations(GREEN, heading, said.quotes)


def digest(said: Digest, period: str = "") -> ui.LayoutView:
    """A topic's points; `period` is a phrase such as "past week"."""
    heading = f"### Digest: {one_line(said.title, LONGEST_TITLE)}"
    within = f" from the {period}" if period else ""
    if not said.points:
        lines = [f"**No article here covers this topic{within}.**", *_nearest(said.nearest)]
        return framed(GREY, heading, [["\n".join(lines)]])
    return quotations(BLUE, f"{heading}\n-# {_extent(said)}{within}", said.points)


def summary(said: Digest, when: str) -> ui.LayoutView:
    """A digest as a schedule posts it; `when` is the schedule's phrase, "every day at 09:00"."""
    name = one_line(said.title, LONGEST_TITLE)
    cadence = f"Scheduled {one_line(when, _LONGEST_HEADING)}"
    if not said.points:
        text = f"**Nothing new on {name} since the last summary.**\n-# {cadence}"
        return framed(GREY, text)
    heading = f"### New on {name}\n-# {_extent(said)} · {cadence}"
    return quotations(BLUE, heading, said.points)


def verification(said: Verification) -> ui.LayoutView:
    """Whether a text stands in the articles, and where; what differs is in bold."""
    heading = f"### {one_line(said.text, _LONGEST_HEADING)}"
    if said.status == "none":
        return framed(GREY, heading, [["**This does not stand in the articles.**"]])
    places = [replace(place.quote, marks=place.other_words) for place in said.places]
    if said.status == "exact":
        heading += "\n**This stands in the articles, word for word.**"
        return quotations(GREEN, heading, places)
    if said.same_words:
        heading += "\n**Its words stand in the articles; punctuation, spaces or capitals differ.**"
        return quotations(AMBER, heading, places)
    given = block_quote(said.text, said.places[0].words)
    heading = "### Nearly\n**This does not stand so in the articles; the words in bold differ.**"
    return quotations(AMBER, f"{heading}\nAs given:\n{given}", places)


def topics(known: Sequence[Topic]) -> ui.LayoutView:
    """Every topic by title, with the other names that lead to it."""
    if not known:
        return framed(GREY, "**No topics are defined here.** Any words do in /digest.")
    lines = [
        f"**{one_line(topic.title, LONGEST_TITLE)}**"
        + (f" · {one_line(', '.join(topic.aliases), _LONGEST_HEADING)}" if topic.aliases else "")
        for topic in known
    ]
    heading = (
        "### Topics\nName one in /digest, by its title or any other name; any other words do too."
    )
    return listed(heading, lines, "topics")


def sources(articles: Sequence[Article], page: Page[Article]) -> ui.LayoutView:
    """One page of the articles held."""
    if not articles:
        return framed(GREY, "**No articles are held here.**")
    related = sum(article.kind == "related" for article in articles)
    extent = counted(len(articles), "article")
    if related:
        extent += f", {related} of them short pieces printed beneath another"
    heading = f"### Sources\n-# {extent} · {page.place}"
    return framed(BLUE, heading, [[held(article)] for article in page.entries])


def held(article: Article) -> str:
    """An article and what is known of it, in two lines."""
    paragraphs = counted(len(article.paragraphs), "paragraph")
    published = f" · {day(article.published)}" if article.published else ""
    facts = f"{outlet(article) or 'outlet not stated'}{published} · {paragraphs}"
    return f"**{title(article)}**\n-# {facts}{open_link(article)}"


def schedules(heading: str, entries: Sequence[Entry]) -> ui.LayoutView:
    """Some of a server's schedules, with the next time in the reader's own zone."""
    if not entries:
        return framed(GREY, "**No summaries are scheduled here.** Add one with /schedule add.")
    return listed(f"### {escape(heading)}", [_scheduled(entry) for entry in entries], "schedules")


def guide(commands: Iterable[tuple[str, str]]) -> ui.LayoutView:
    """What Verbatim is, and its commands as (name, description)."""
    heading = (
        "### Verbatim\n"
        "I speak only in quotations, copied character for character from news articles, each with "
        "its source. I write nothing of my own about the news, and say so when the articles hold "
        "no answer. Words in bold are those that matched."
    )
    return listed(heading, [f"**/{name}** · {escape(text)}" for name, text in commands], "commands")


def quotations(colour: discord.Colour, heading: str, quotes: Sequence[Quote]) -> ui.LayoutView:
    """Quotes as they come while they fit, and how many were left out."""
    shown = fitting(quotes, LONGEST_TEXT - NOTE_ROOM - size(heading))
    if left_out := len(quotes) - len(shown):
        verb = "does" if left_out == 1 else "do"
        shown.append([f"-# {counted(left_out, 'more quote')} {verb} not fit here."])
    return framed(colour, heading, shown)


def _scheduled(entry: Entry) -> str:
    topic = one_line(entry.topic, LONGEST_TITLE)
    line = f"**{topic}** in <#{entry.channel_id}> · {one_line(entry.when, _LONGEST_HEADING)}"
    if entry.next_slot:
        return f"{line}\n-# next {discord.utils.format_dt(entry.next_slot, 'f')}"
    reason = f": {one_line(entry.pause_reason, _LONGEST_HEADING)}" if entry.pause_reason else ""
    return f"{line}\n-# paused{reason}"


def _no_answer(said: Answer) -> Iterator[str]:
    yield "**No article here answers this.**"
    if said.matched:
        yield f"Words found: {one_line(', '.join(said.matched), _LONGEST_HEADING)}"
    if said.missed:
        yield f"Words not found: {one_line(', '.join(said.missed), _LONGEST_HEADING)}"
    yield from _nearest(said.nearest)


def _nearest(near: Sequence[Topic]) -> Iterator[str]:
    if near:
        titles = ", ".join(topic.title for topic in near)
        yield f"Nearest topics: {one_line(titles, _LONGEST_HEADING)}"


def _extent(said: Digest) -> str:
    return f"{counted(len(said.points), 'quote')} from {counted(len(said.sources), 'article')}"
