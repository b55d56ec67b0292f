"""A text four times as long takes little more than four times as long to answer from."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from bot.briefing.facts.differences import find_differences
from bot.library.library import Library
from bot.library.view import View
from bot.model import Article, Paragraph
from bot.reading.desk import Desk
from bot.reading.plain_text import read_text
from bot.search.index import Index
from bot.search.query import read_query
from bot.text.names import Names
from bot.text.quotations import find_quotations
from bot.text.sentences import split_sentences
from bot.text.terms import Analyser
from tests.support.long_texts import PATTERNS, repeat

LENGTH = 20_000  # characters
# What takes n log n time grows to 4.5 times, what takes n² to 16.
MAX_GROWTH = 10
OPENING = (
    "Harbour opens\n\nMayor Ann Oak said that the harbour opens on Monday after nine years.\n\n"
)


def _measure(compute: Callable[[], object]) -> float:
    """Return the processor time of a call, without what the collector does for other tests."""
    gc.disable()
    try:
        start = time.thread_time()
        compute()
        return time.thread_time() - start
    finally:
        gc.enable()


def _read(pattern: str, length: int) -> View:
    """Return what a library says that has two articles with a long line."""
    library = Library(Desk((), (), ()))
    for number in range(2):
        [story] = read_text(OPENING + repeat(pattern, length))
        library.put(1, Article(f"story{number}", story.title, story.paragraphs, "a.txt"))
    return library.view(1)


@pytest.mark.parametrize("kind", ["no full stop", "Korean speech", "turned marks", "speech"])
def test_who_said_what_in_a_long_line_takes_time_by_its_length(kind: str) -> None:
    short, long = (_read(PATTERNS[kind], length) for length in (LENGTH, 4 * LENGTH))
    for view in (short, long):
        view.verify("The harbour opens on Monday.")  # what is loaded once
    short_time = _measure(lambda: short.find_statements("Ann Oak"))
    assert _measure(lambda: long.find_statements("Ann Oak")) < MAX_GROWTH * short_time + 0.1


@pytest.mark.parametrize("pattern", ["“a” ‘b’ ", "‘a’ “b”", "'a' "])
def test_quotations_are_found_in_time_by_the_length(pattern: str) -> None:
    # Sixteen times the length: n log n takes 20 times as long, n² 256 times.
    short, long = (repeat(pattern, length) for length in (LENGTH // 4, 4 * LENGTH))
    short_time = min(_measure(lambda: find_quotations(short)) for _ in range(3))
    assert _measure(lambda: find_quotations(long)) < 100 * short_time + 0.1


@pytest.mark.parametrize("verbs", ["rose and fell ", "opened or closed ", "won as he lost "])
def test_a_sentence_of_many_verbs_is_compared_as_fast_as_a_short_one(verbs: str) -> None:
    short_time, long_time = (_compare_sentences(verbs, length) for length in (700, 2_800))
    assert long_time < 8 * short_time + 0.1


def _compare_sentences(verbs: str, length: int) -> float:
    """Return the processor time of comparing two sentences of `length` characters."""
    index = Index(Analyser(Names()))
    texts = (f"The union {repeat(verbs, length)} here.", f"A union {repeat(verbs, length)} there.")
    index.put(Article(text[:5], "Yard", (Paragraph(text),), "a.txt") for text in texts)
    first, second = (index.sentences(slot)[0] for slot in (0, 1))
    return _measure(lambda: find_differences(first, second, index))


@pytest.mark.parametrize("pattern", ["“", "« a ", "(„b. "])
def test_sentences_are_split_in_time_by_the_length(pattern: str) -> None:
    short, long = (repeat(pattern, length) for length in (5_000, 80_000))
    short_time = min(_measure(lambda: split_sentences(short)) for _ in range(3))
    assert _measure(lambda: split_sentences(long)) < 60 * short_time + 0.1


@pytest.mark.parametrize("words", ["okafor lindqvist ", "정부는 수출이 ", "oda esty voss "])
def test_many_names_are_looked_for_in_the_time_of_a_few(words: str) -> None:
    index = Index(Analyser(Names()))
    stored = Paragraph(repeat(f"{words}and then ", 30_000))  # as before long lines were cut
    index.put((Article("ferry", "Ferry", (stored,), "a.txt"),))
    few, many = (repeat(words, length) for length in (len(words) * 2, 480))
    few_time = min(_measure(lambda: read_query(few, index)) for _ in range(3))
    assert _measure(lambda: read_query(many, index)) < MAX_GROWTH * few_time + 0.1
