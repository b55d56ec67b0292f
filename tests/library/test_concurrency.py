"""Readers beside a writer: nobody waits, every quote was current once, and no score goes astray."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

import pytest
from rank_bm25 import BM25Okapi

from bot.chat.interaction.checked import quotes_in
from bot.errors import QuestionError
from bot.library import Library, View
from bot.model import SHARED, Article, Paragraph, PostedQuote, Quote
from bot.reading.desk import Desk
from bot.search.index import Index
from bot.text.names import Names
from bot.text.numbered_terms import NumberedTerms
from bot.text.terms import Analyser, Term
from tests.support.bm25 import assert_same
from tests.support.stories import NAMES, TALKS, TOPICS, TRADE, WEATHER, article

GUILD = 42
SECONDS = 1.5
WORDS = (
    *("steel", "barley", "ferry", "tariff", "ministry", "harbour"),
    *("envoy", "winter", "strait", "vote", "budget", "road"),
)
PLACES = ["Geneva", "Tessel", "Ostrava", "Panmunjom", "Lisbon"]


def make_article(chance: Random, name: str) -> Article:
    """One of many versions of an article, of one to four paragraphs."""
    texts = [
        f"The {chance.choice(WORDS)} of {chance.choice(PLACES)} costs {chance.randint(2, 99)} euros"
        f" a {chance.choice(WORDS)}, the {chance.choice(WORDS)} said on June"
        f" {chance.randint(1, 28)}. “We want no {chance.choice(WORDS)} in"
        f" {chance.choice(PLACES)},” said Anna Brandt, a minister."
        for _ in range(chance.randint(1, 4))
    ]
    return replace(article(f"{name}: {chance.choice(WORDS)}", *texts), id=name)


class Rewriter:
    """Changes a library again and again, and keeps every version that it ever had."""

    def __init__(self, library: Library, saved_at: Path) -> None:
        self.library = library
        self.saved_at = saved_at
        self.chance = Random(7)
        self.versions: dict[str, list[Article]] = {}
        for collection in (SHARED, GUILD):
            for number in range(20):
                self.put(collection, f"{collection}-{number}")

    def put(self, collection: int, name: str) -> None:
        version = make_article(self.chance, name)
        self.versions.setdefault(name, []).append(version)
        self.library.put(collection, version)

    def change(self) -> None:
        collection = self.chance.choice((SHARED, GUILD))
        name = f"{collection}-{self.chance.randrange(20)}"
        if self.chance.random() < 0.3:
            self.library.remove(collection, name)
        else:
            self.put(collection, name)
        if self.chance.random() < 0.02:
            self.library.save(self.saved_at)

    def has_had(self, quote: Quote) -> bool:
        """Whether some version of the article has the quote."""
        return any(quote.is_verbatim(version) for version in self.versions[quote.article.id])


Computation = Callable[[View, Random], object]


def ask_for_repeat(view: View, chance: Random) -> object:
    quotes = view.ask(f"What does {chance.choice(WORDS)} in Lisbon cost?").quotes
    posted = list(map(PostedQuote.from_quote, quotes))
    return [quote for quote in quotes if view.is_repeat(quote, posted)]


COMPUTATIONS: Mapping[str, Computation] = {
    "ask": lambda view, chance: view.ask(f"What does {chance.choice(WORDS)} in Tessel cost?"),
    "misspelt ask": lambda view, chance: view.ask("Which tarrif did the minsitry want in Genvea?"),
    "digest": lambda view, chance: view.digest(chance.choice(("everything", *WORDS))),
    "verify": lambda view, chance: view.verify(f"We want no {chance.choice(WORDS)} in Geneva"),
    "timeline": lambda view, chance: view.timeline(chance.choice(WORDS)),
    "find_sources": lambda view, chance: view.find_sources("The ferry of Lisbon costs 3 euros."),
    "find_statements": lambda view, chance: view.find_statements("Anna Brandt"),
    "is_repeat": ask_for_repeat,
    "suggest_speakers": lambda view, chance: view.suggest_speakers("Ann"),
    "find_copy": lambda view, chance: view.find_copy([Paragraph("The steel of Lisbon, said on.")]),
}


@pytest.fixture
def eager_switching() -> Iterator[None]:
    """Threads take turns a hundred times as often, so that they meet in the middle of things."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(interval / 100)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("eager_switching")
def test_what_is_computed_while_articles_change_was_true_at_some_moment(tmp_path: Path) -> None:
    library = Library(Desk((TALKS, TRADE), TOPICS, NAMES))
    rewriter = Rewriter(library, tmp_path / "index")
    rewriter.versions |= {each.id: [each] for each in (TALKS, TRADE)}
    is_over = Event()

    def compute_again_and_again(name: str, seed: int) -> list[Quote]:
        quotes: list[Quote] = []
        chance = Random(seed)
        for collection in cycle((SHARED, GUILD)):
            if is_over.is_set():
                return quotes
            try:
                result = COMPUTATIONS[name](library.view(collection), chance)
            except QuestionError:  # of a person whom no article quotes at the moment
                continue
            quotes += quotes_in(result)
        raise AssertionError

    with ThreadPoolExecutor(len(COMPUTATIONS)) as threads:
        readers = [
            threads.submit(compute_again_and_again, name, seed)
            for seed, name in enumerate(COMPUTATIONS)
        ]
        try:
            end = monotonic() + SECONDS
            while monotonic() < end and not any(reader.done() for reader in readers):
                rewriter.change()
        finally:
            is_over.set()
        quotes = [quote for reader in readers for quote in reader.result()]
    assert len(quotes) > 100
    assert all(rewriter.has_had(quote) for quote in quotes)
    for collection in (SHARED, GUILD):
        assert_scores_are_exact(library.view(collection))
    loaded = Library(
        Desk((TALKS, TRADE), TOPICS, NAMES),
        {c: library.own_articles(c)[2 if c == SHARED else 0 :] for c in (SHARED, GUILD)},
        tmp_path / "index",
    )
    assert loaded.size == library.size


def assert_scores_are_exact(view: View) -> None:
    """Assert that scores are those that rank-bm25 gives the articles that the view has now."""
    index = view.index
    documents = [
        [term for text in (each.title, paragraph.text) for term, _ in analyse(index, text)]
        for each in index.articles()
        for paragraph in each.paragraphs
    ]
    assert_same(index.bm25, BM25Okapi(documents), ["steel", "tessel", "cost", "said", "tariff"])


def analyse(index: Index, text: str) -> list[tuple[str, str]]:
    return index.analyser.list_terms(text)


class SlowAnalyser(Analyser):
    """An analyser to which one word says wait: until `resume` is set it reads no further."""

    def __init__(self) -> None:
        super().__init__(Names(NAMES))
        self.waits, self.resume = Event(), Event()

    def terms(self, text: str, *, typed: bool = False) -> Iterator[Term]:
        self._wait(text)
        return super().terms(text, typed=typed)

    def list_terms(self, text: str) -> list[tuple[str, str]]:
        self._wait(text)
        return super().list_terms(text)

    def number_terms(self, texts: Iterable[str]) -> tuple[NumberedTerms, Mapping[str, str]]:
        texts = list(texts)
        for text in texts:
            self._wait(text)
        return super().number_terms(texts)

    def _wait(self, text: str) -> None:
        if "zzyzx" in text:
            self.waits.set()
            assert self.resume.wait(30)


SLOW: Sequence[tuple[str, Callable[[View], object]]] = (
    ("a question", lambda view: view.ask("Where is zzyzx?")),
    ("a check", lambda view: view.verify("The road to zzyzx was closed")),
    ("an article", lambda view: view.put(article("Road", "The road to zzyzx was closed."))),
    ("a new version", lambda view: view.put(article("Weather", "Rain fell on zzyzx."))),
)


@pytest.mark.parametrize("act", [act for _, act in SLOW], ids=[name for name, _ in SLOW])
def test_nobody_waits_for_what_another_is_doing(act: Callable[[View], object]) -> None:
    analyser = SlowAnalyser()
    index = Index(analyser)
    index.put([TALKS, TRADE, WEATHER])
    library = Library(Desk((), TOPICS, NAMES))
    view = View(library.topics, index, own_articles=[TALKS, TRADE, WEATHER])
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(act, view)
        try:
            assert analyser.waits.wait(30)
            answer = threads.submit(view.ask, "Where was the rain?").result(10)
            assert [quote.article for quote in answer.quotes] == [WEATHER]
        finally:
            analyser.resume.set()
        slow.result(10)


class Interruptions:
    """A computation during each of whose first calls an article that it reads is replaced."""

    def __init__(self, index: Index, times: int) -> None:
        self.index = index
        self.left = times
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        [slot, *_] = self.index.slots("Weather")
        if self.left:
            self.left -= 1
            self.index.put([article("Weather", f"It rained {self.calls} times.")])
        return self.index.passage(slot).paragraph.text


@pytest.mark.parametrize("times", [0, 1, 2])
def test_what_an_article_was_replaced_under_is_computed_again(times: int) -> None:
    index = Index(Analyser(Names(NAMES)))
    index.put([TALKS, WEATHER])
    compute = Interruptions(index, times)
    expected = f"It rained {times} times." if times else WEATHER.paragraphs[0].text
    assert index.read(compute) == expected
    assert compute.calls == times + 1


def test_a_fault_that_no_change_explains_is_not_hidden() -> None:
    index = Index(Analyser(Names(NAMES)))
    index.put([TALKS])
    calls = []

    def look_up() -> object:
        calls.append(1)
        return index.slots("Nothing of this name")

    with pytest.raises(KeyError):
        index.read(look_up)
    assert len(calls) == 1
