"""The turns of an interview: paragraphs that begin with their speaker, as in “Okafor: We did”."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.briefing.speech.spoken import Spoken
from bot.model import Span
from bot.text.sentences import split_sentences

_LABEL = re.compile(
    r"\s*(?:[▲△◆■●*-]\s*)?(?P<name>[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){0,3})"
    r"\s?[:：]\s+(?=\S)"
)
_ASKS = re.compile(r"[?？][”\"’']?\s*$")
_MIN_TURNS = 2  # by one speaker, or a label is as often “Note:”
_MIN_TURN_WORDS = 3
_MAX_TURN_WORDS = 100


class Label(NamedTuple):
    """Who speaks in a turn, as written before its colon, and where the words begin."""

    name: str
    end: int


def find_turn_labels(texts: Sequence[str]) -> Mapping[int, Label]:
    """Return the labels of the paragraphs that are turns of an interview, by number from 1.

    There are none unless one label stands before two paragraphs, and a paragraph just before one
    of its turns asks: else “Price: …”, “Okafor: 12 points” are lists.
    """
    labels = {
        number: Label(match["name"], match.end())
        for number, text in enumerate(texts, start=1)
        if (match := _LABEL.match(text))
    }
    counts = Counter(label.name for label in labels.values())
    questioned = {
        labels[number].name for number in labels if number > 1 and _ASKS.search(texts[number - 2])
    }
    answering = {name for name in questioned if counts[name] >= _MIN_TURNS}
    return labels if answering else {}


def read_turn(text: str, label: Label, speaker: str) -> Spoken | None:
    """Return what is said in a turn, as far as it fits a quote; None if that is too little."""
    end = 0
    for span in split_sentences(text):
        if end and len(text[: span.end].split()) > _MAX_TURN_WORDS:
            break
        end = span.end
    if len(text[label.end : end].split()) < _MIN_TURN_WORDS:
        return None
    start = len(text) - len(text.lstrip())
    return Spoken(speaker, Span(start, end), (Span(label.end, end),))
