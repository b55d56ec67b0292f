"""Answers, digests and lists as Components V2 layouts that keep Discord's limits for any text.

Colours never speak alone: what a colour says is also said in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import discord
from discord import ui

from bot.briefing.topics import EVERYTHING
from bot.chat.answers.quotations import fitting
from bot.chat.components.layout import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    LONGEST_TEXT,
    NOTE_ROOM,
    Block,
    Page,
    asked_heading,
    framed,
    listed,
)
from bot.chat.components.markdown import block_quote, one_line, size
from bot.chat.components.news import sections
from bot.chat.components.periods import SINCE_LAST, digest_of, uncovered
from bot.chat.components.stories import LONGEST_OUTLET, LONGEST_TITLE, open_link, origin, title
from bot.language import command_name, say, say_count
from bot.model import Answer, Article, Digest, Quote, SourceCount, Timeline, Topic, Verification

ARTICLES_A_PAGE = 6  # six entries at their longest stay under LONGEST_TEXT

_LONGEST_HEADING = 300


def answer(said: Answer, *, further: bool = False) -> ui.LayoutView:
    """The question and its quotes, the first or further ones; `related` and `none` say in words
    that they are no answer."""
    if said.status == "none" or not said.quotes:
        return framed(GREY, "\n".join(_no_answer(said)), asked=said.question)
    notes = [f"-# {say('Further quotes')}"] if further else []
    if said.status == "related":
        notes.append(say("No article answers this directly; these passages come nearest."))
    colour = GREEN if said.status == "answer" else AMBER
    return quotations(colour, "\n".join(notes), said.quotes, asked=said.question)


def digest(said: Digest, period: str = "", *, further: bool = False) -> ui.LayoutView:
    """A topic's points, the first or further ones, of articles from the period ("" for all)."""
    if not said.points:
        lines = [uncovered(period), *_nearest(said.nearest_topics)]
        return framed(GREY, "\n".join(lines), asked=titled(said))
    name = say("Further quotes") if further else digest_of(period)
    heading = f"-# {name} · {_extent(said)}"
    above = sections(said) if period == SINCE_LAST else ()
    mix = source_mix(said)
    return quotations(BLUE, heading, said.points, asked=titled(said), above=above, below=mix)


def summary(said: Digest, when: str) -> ui.LayoutView:
    """A digest as a schedule posts it; `when` is the schedule's phrase, "every day at 09:00"."""
    cadence = say("Scheduled {when}", when=one_line(when, _LONGEST_HEADING))
    if not said.points:
        nothing = say("Nothing new since the last summary.")
        return framed(GREY, f"{nothing}\n-# {cadence}", asked=titled(said))
    new = say("New since the last summary")
    heading = f"-# {new} · {_extent(said)}\n-# {cadence}"
    above, mix = sections(said), source_mix(said)
    return quotations(BLUE, heading, said.points, asked=titled(said), above=above, below=mix)


def source_mix(said: Digest) -> str:
    """How many outlets a digest rests on, whether one gives most of it, and what states none."""
    return " ".join(_source_mix(said))


def verification(said: Verification) -> ui.LayoutView:
    """Whether a text stands in the articles, and where; what differs is in bold."""
    heading = f"### {one_line(said.text, _LONGEST_HEADING)}"
    if said.status == "none":
        return framed(GREY, f"{heading}\n{say('This does not stand in the articles.')}")
    places = [replace(place.quote, marks=place.other_words) for place in said.matches]
    if said.status == "exact":
        verdict = say("This stands in the articles, word for word.")
        return quotations(GREEN, f"{heading}\n{verdict}", places)
    if said.has_same_words:
        verdict = say("Its words stand in the articles; punctuation, spaces or capitals differ.")
        return quotations(AMBER, f"{heading}\n{verdict}", places)
    verdict = say("This does not stand so in the articles; the words in bold differ.")
    given = block_quote(said.text, said.matches[0].words)
    return quotations(AMBER, f"### {say('Nearly')}\n{verdict}\n{say('As given:')}\n{given}", places)


def topics(known: Sequence[Topic]) -> ui.LayoutView:
    """Every topic by title, with the other names that lead to it."""
    command = command_name("digest")
    if not known:
        none = say("**No topics are defined here.** Any words do in /{command}.", command=command)
        return framed(GREY, none)
    lines = [
        f"**{one_line(topic.title, LONGEST_TITLE)}**"
        + (f" · {one_line(', '.join(topic.aliases), _LONGEST_HEADING)}" if topic.aliases else "")
        for topic in known
    ]
    explained = say(
        "Name one in /{command}, by its title or any other name; any other words do too.",
        command=command,
    )
    return listed(f"### {say('Topics')}\n{explained}", lines)


def sources(articles: Sequence[Article], page: Page[Article]) -> ui.LayoutView:
    """One page of the articles held."""
    if not articles:
        return framed(GREY, f"**{say('No articles are held here.')}**")
    extent = say_count(len(articles), "{number:,} article", "{number:,} articles")
    if related := sum(article.kind == "related" for article in articles):
        extent = say_count(
            related,
            "{articles}, {number:,} of them a short piece printed beneath another",
            "{articles}, {number:,} of them short pieces printed beneath another",
            articles=extent,
        )
    heading = f"### {say('Sources')}\n-# {extent} · {page.place}"
    return framed(BLUE, heading, [[held(article)] for article in page.entries])


def held(article: Article) -> str:
    """An article and what is known of it, in two lines."""
    paragraphs = say_count(len(article.paragraphs), "{number:,} paragraph", "{number:,} paragraphs")
    return f"**{title(article)}**\n-# {origin(article)} · {paragraphs}{open_link(article)}"


def behind(counts: Sequence[SourceCount], gone: int) -> ui.LayoutView:
    """The articles behind a message's quotes; `gone` quotes stand in none any more."""
    shown = counts[:ARTICLES_A_PAGE]
    heading = say("The articles behind these quotes")
    blocks = [[_behind(source)] for source in shown]
    if more := len(counts) - len(shown):
        note = say_count(
            more,
            "{number:,} more article does not fit here.",
            "{number:,} more articles do not fit here.",
        )
        blocks.append([f"-# {note}"])
    if gone:
        note = say_count(
            gone,
            "{number:,} quote stands in its article no more: it was changed or removed.",
            "{number:,} quotes stand in their articles no more: they were changed or removed.",
        )
        blocks.append([f"-# {note}"])
    return framed(BLUE, f"### {heading}", blocks)


def quotations(
    colour: discord.Colour,
    heading: str,
    quotes: Sequence[Quote],
    *,
    asked: str | None = None,
    above: Sequence[str] = (),
    below: str = "",
) -> ui.LayoutView:
    """Quotes as they come while they fit; `asked` as in `framed`. What is to stand `above` them is
    a line for each, which may be empty, or nothing. Under the frame stands how many quotes were
    left out, and what is to stand `below` them all."""
    others = [heading, *above, below, *([] if asked is None else [asked_heading(asked)])]
    blocks = fitting(quotes, LONGEST_TEXT - NOTE_ROOM - sum(map(size, others)))
    if above:
        blocks = [_below(line, block) for line, block in zip(above, blocks, strict=False)]
    notes = [below] if below else []
    if left_out := len(quotes) - len(blocks):
        note = say_count(
            left_out,
            "{number:,} more quote does not fit here.",
            "{number:,} more quotes do not fit here.",
        )
        notes.insert(0, note)
    layout = framed(colour, heading, blocks, asked=asked)
    if notes:
        layout.add_item(ui.TextDisplay("\n".join(f"-# {note}" for note in notes)))
    return layout


def _below(line: str, block: Block) -> Block:
    """The block below a line, in one text with that: a message may hold few components."""
    first, *rest = block
    return [f"{line}\n{first}", *rest] if line else block


def _behind(source: SourceCount) -> str:
    article = source.article
    quotes = say_count(source.quote_count, "{number:,} quote", "{number:,} quotes")
    return f"**{title(article)}**\n-# {origin(article)} · {quotes}{open_link(article)}"


def titled(said: Digest | Timeline) -> str:
    """The topic's title; that of "everything" is ours, and so in the language spoken."""
    return say(said.title) if said.topic == EVERYTHING.slug else said.title


def _source_mix(said: Digest) -> Iterator[str]:
    outlets, unstated = said.points_by_outlet, said.sources_without_outlet
    if not outlets:
        yield say("None of its articles states an outlet.")
        return
    if len(outlets) == 1 and not unstated:
        yield say("All of it is from one outlet, {outlet}.", outlet=_named(*outlets))
        return
    yield say_count(len(outlets), "From {number:,} outlet.", "From {number:,} outlets.")
    if most := said.main_outlet:
        yield say(
            "Most of it is from {outlet}: {quotes:,} of {all:,} quotes.",
            outlet=_named(most),
            quotes=outlets[most],
            all=len(said.points),
        )
    if unstated:
        yield say_count(
            unstated,
            "{number:,} article states no outlet.",
            "{number:,} articles state no outlet.",
        )


def _no_answer(said: Answer) -> Iterator[str]:
    yield say("No article here answers this.")
    if said.matched_words:
        yield f"-# {say('Words found: {words}', words=_listed_words(said.matched_words))}"
    if said.missing_words:
        yield f"-# {say('Words not found: {words}', words=_listed_words(said.missing_words))}"
    yield from _nearest(said.nearest_topics)


def _nearest(near: Sequence[Topic]) -> Iterator[str]:
    if near:
        topics = _listed_words([topic.title for topic in near])
        yield f"-# {say('Nearest topics: {topics}', topics=topics)}"


def _listed_words(words: Sequence[str]) -> str:
    return one_line(", ".join(words), _LONGEST_HEADING)


def _extent(said: Digest) -> str:
    return say(
        "{quotes} from {articles}",
        quotes=say_count(len(said.points), "{number:,} quote", "{number:,} quotes"),
        articles=say_count(len(said.sources), "{number:,} article", "{number:,} articles"),
    )


def _named(outlet: str) -> str:
    return f"**{one_line(outlet, LONGEST_OUTLET)}**"
