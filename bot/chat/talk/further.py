"""Answers to follow-ups that ask for more, without what the message replied to has shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import discord

from bot.briefing.follow_up.resolving import SEPARATOR, resolve_heading
from bot.chat.answers.ask import MoreQuotesButton, answer_heading
from bot.chat.components.quote_ids import QuoteId, list_quote_ids, read_subject, walk
from bot.chat.interaction.selections import split_number
from bot.library import View
from bot.model import Answer, Quote, Selection, Span


@dataclass(frozen=True, slots=True)
class FurtherAnswer:
    """The next quotes that answer a heading, `offset` of them left out; it `is_exhausted` where all
    were shown."""

    answer: Answer
    offset: int
    is_exhausted: bool


def answer_further(
    view: View, heading: str, answered: discord.Message, selection: Selection
) -> FurtherAnswer:
    """Answer the heading of a follow-up that asks for more than the message `answered` shows, from
    the selected articles.

    Of the same question it goes on where that message ends, as its More button does; of another it
    leaves out the quotes of that message. Raises QuestionError where there is nothing to search
    for.
    """
    shown = [*list_quote_ids(answered.components)]
    names, subject = view.index.analyser.names, read_subject(answered)
    offset = 0
    if resolve_heading(subject, names) == resolve_heading(heading, names):
        next_offset = _read_next_offset(answered)
        if next_offset is None and SEPARATOR in subject:  # an answer, and no digest of that name
            answer = answer_heading(view, heading, selection=selection)
            return FurtherAnswer(answer, 0, is_exhausted=True)
        offset = next_offset or 0
    while True:
        answer = answer_heading(view, heading, after=offset, selection=selection)
        quotes = tuple(quote for quote in answer.quotes if not _is_among(quote, shown))
        if quotes or not answer.has_more:
            break
        offset += len(answer.quotes)
    offset += len(answer.quotes) - len(quotes)
    return FurtherAnswer(
        replace(answer, quotes=quotes, unquoted_words=() if offset else answer.unquoted_words),
        offset,
        is_exhausted=not quotes and offset > 0,
    )


def _read_next_offset(message: discord.Message) -> int | None:
    """Return how many quotes were shown up to the end of an answer, as its More button says; None
    where it has none."""
    prefix = MoreQuotesButton.id_for("")
    for component in walk(message.components):
        custom_id = getattr(component, "custom_id", None) or ""
        if custom_id.startswith(prefix):
            return int(split_number(custom_id.removeprefix(prefix))[0])
    return None


def _is_among(quote: Quote, shown: Collection[QuoteId]) -> bool:
    """Whether a quote shares characters of a paragraph with one of those that were shown."""
    return any(
        (quote.article.id, quote.paragraph) == (quote_id.article_id, quote_id.paragraph)
        and quote.span.overlaps(Span(quote_id.start, quote_id.end))
        for quote_id in shown
    )
