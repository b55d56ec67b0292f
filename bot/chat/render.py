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

from bot.chat.markdown import block_quote, escape, one_line, size
from bot.chat.quotations import LONGEST_TITLE, Block, day, fitting, open_link, outlet, title
from bot.model import Answer, Article, Digest, Quote, Topic, Verification

LONGEST_TEXT = 4000  # over all text of one message (Discord: Components V2)
ARTICLES_A_PAGE = 6  # six entries at their longest stay under LONGEST_TEXT

GREEN = discord.Colour(0x3BA55D)  # an answer
AMBER = discord.Colour(0xE0A030)  # related passages
GREY = discord.Colour(0x80848E)  # nothing found
BLUE = discord.Colour(0x5865F2)  # everything else

_LONGEST_HEADING = 300
_NOTE_ROOM = 100  # kept free for the sentence on quotes that did not fit


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
        return _layout(GREY, heading, [["\n".join(_no_answer(said))]])
    if said.status == "related":
        heading += "\n**No article answers this directly; these passages come nearest.**"
        return _quotations(AMBER, heading, said.quotes)
    return _quotations(GREEN, heading, said.quotes)


def digest(said: Digest, period: str = "") -> ui.LayoutView:
    """A topic's points; `period` is a phrase such as "past week"."""
    heading = f"### Digest: {one_line(said.title, LONGEST_TITLE)}"
    within = f" from the {period}" if period else ""
    if not said.points:
        lines = [f"**No article here covers this topic{within}.**", *_nearest(said.nearest)]
        return _layout(GREY, heading, [["\n".join(lines)]])
    return _quotations(BLUE, f"{heading}\n-# {_extent(said)}{within}", said.points)


def summary(said: Digest, when: str) -> ui.LayoutView:
    """A digest as a schedule posts it; `when` is the schedule's phrase, "every day at 09:00"."""
    name = one_line(said.title, LONGEST_TITLE)
    cadence = f"Scheduled {one_line(when, _LONGEST_HEADING)}"
    if not said.points:
        text = f"**Nothing new on {name} since the last summary.**\n-# {cadence}"
        return _layout(GREY, text)
    heading = f"### New on {name}\n-# {_extent(said)} · {cadence}"
    return _quotations(BLUE, heading, said.points)


def verification(said: Verification) -> ui.LayoutView:
    """Whether a text stands in the articles, and where; what differs is in bold."""
    heading = f"### {one_line(said.text, _LONGEST_HEADING)}"
    if said.status == "none":
        return _layout(GREY, heading, [["**This does not stand in the articles.**"]])
    places = [replace(place.quote, marks=place.other_words) for place in said.places]
    if said.status == "exact":
        heading += "\n**This stands in the articles, word for word.**"
        return _quotations(GREEN, heading, places)
    if said.same_words:
        heading += "\n**Its words stand in the articles; punctuation, spaces or capitals differ.**"
        return _quotations(AMBER, heading, places)
    given = block_quote(said.text, said.places[0].words)
    heading = "### Nearly\n**This does not stand so in the articles; the words in bold differ.**"
    return _quotations(AMBER, f"{heading}\nAs given:\n{given}", places)


def topics(known: Sequence[Topic]) -> ui.LayoutView:
    """Every topic by title, with the other names that lead to it."""
    if not known:
        return _layout(GREY, "**No topics are defined here.** Any words do in /digest.")
    lines = [
        f"**{one_line(topic.title, LONGEST_TITLE)}**"
        + (f" · {one_line(', '.join(topic.aliases), _LONGEST_HEADING)}" if topic.aliases else "")
        for topic in known
    ]
    heading = (
        "### Topics\nName one in /digest, by its title or any other name; any other words do too."
    )
    return _list(heading, lines, "topics")


def page_within(articles: Sequence[Article], page: int) -> int:
    """The page of /sources, counted from 0, that stands nearest to `page`."""
    return min(max(page, 0), max(len(articles) - 1, 0) // ARTICLES_A_PAGE)


def sources(articles: Sequence[Article], page: int) -> ui.LayoutView:
    """One page of the articles held, counted from 0."""
    if not articles:
        return _layout(GREY, "**No articles are held here.**")
    first = page * ARTICLES_A_PAGE
    pages = page_within(articles, len(articles)) + 1
    related = sum(article.kind == "related" for article in articles)
    counted = _count(len(articles), "article")
    if related:
        counted += f", {related} of them short pieces printed beneath another"
    heading = f"### Sources\n-# {counted} · page {page + 1} of {pages}"
    shown = articles[first : first + ARTICLES_A_PAGE]
    return _layout(BLUE, heading, [[_held(article)] for article in shown])


def schedules(heading: str, entries: Sequence[Entry]) -> ui.LayoutView:
    """Some of a server's schedules, with the next time in the reader's own zone."""
    if not entries:
        return _layout(GREY, "**No summaries are scheduled here.** Add one with /schedule add.")
    return _list(f"### {escape(heading)}", [_scheduled(entry) for entry in entries], "schedules")


def guide(commands: Iterable[tuple[str, str]]) -> ui.LayoutView:
    """What Verbatim is, and its commands as (name, description)."""
    heading = (
        "### Verbatim\n"
        "I speak only in quotations, copied character for character from news articles, each with "
        "its source. I write nothing of my own about the news, and say so when the articles hold "
        "no answer. Words in bold are those that matched."
    )
    return _list(heading, [f"**/{name}** · {escape(text)}" for name, text in commands], "commands")


def _quotations(colour: discord.Colour, heading: str, quotes: Sequence[Quote]) -> ui.LayoutView:
    """Quotes as they come while they fit, and how many were left out."""
    shown = fitting(quotes, LONGEST_TEXT - _NOTE_ROOM - size(heading))
    if left_out := len(quotes) - len(shown):
        verb = "does" if left_out == 1 else "do"
        shown.append([f"-# {_count(left_out, 'more quote')} {verb} not fit here."])
    return _layout(colour, heading, shown)


def _held(article: Article) -> str:
    paragraphs = _count(len(article.paragraphs), "paragraph")
    published = f" · {day(article.published)}" if article.published else ""
    facts = f"{outlet(article) or 'outlet not stated'}{published} · {paragraphs}"
    return f"**{title(article)}**\n-# {facts}{open_link(article)}"


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
    return f"{_count(len(said.points), 'quote')} from {_count(len(said.sources), 'article')}"


def _list(heading: str, lines: Sequence[str], what: str) -> ui.LayoutView:
    """Lines as they come while they fit, and how many were left out."""
    room = LONGEST_TEXT - _NOTE_ROOM - size(heading)
    shown: list[str] = []
    for line in lines:
        room -= size(line) + 1
        if room < 0:
            break
        shown.append(line)
    if left_out := len(lines) - len(shown):
        shown.append(f"-# {left_out} more {what} do not fit here.")
    return _layout(BLUE, heading, [["\n".join(shown)]])


def _layout(colour: discord.Colour, heading: str, blocks: Sequence[Block] = ()) -> ui.LayoutView:
    """A frame that holds a heading and blocks, with a line between one block and the next."""
    container: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay(heading), accent_colour=colour
    )
    for number, block in enumerate(blocks):
        if number:
            container.add_item(ui.Separator())
        for text in block:
            container.add_item(ui.TextDisplay(text))
    return ui.LayoutView(timeout=None).add_item(container)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
