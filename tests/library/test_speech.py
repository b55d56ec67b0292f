"""Direct speech is found once in each article, saved, and read at the next start."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.speech.speech_index import SpeechIndex, Statement, read_statements
from bot.library import Library, speech_file
from bot.library.speech_file import SpeechReader
from bot.model import Article, Paragraph, Span
from bot.reading.desk import Desk
from bot.text.names import Names
from tests.support.stories import NAMES, TOPICS, article

HARBOUR = article("Harbour", "“The harbour is full,” said the pilot, Mara Quist.", "It rained.")
ORCHARD = article("Orchard", "“We picked nothing at all,” Tomas Vell said. “Not one pear.”")
RIVER = article("River", "The river rose by two metres in one night.")
LETTER = article("Letter", "“Nobody wrote to us,” Mara Quist said.")
STORIES = (HARBOUR, ORCHARD, RIVER)


class CountingReader:
    """Reads articles, and remembers which."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def __call__(self, article: Article) -> Sequence[Statement]:
        self.titles.append(article.title)
        return read_statements(article, Names(NAMES))


def library_of(*articles: Article, saved_at: Path | None = None) -> Library:
    return Library(Desk(articles, TOPICS, NAMES), saved_at=saved_at)


def read_all(library: Library) -> Library:
    while library.read_speech_next():
        pass
    return library


def saved(path: Path, *articles: Article) -> Path:
    read_all(library_of(*articles)).save_speech(path)
    return path


def speakers(library: Library) -> set[str]:
    return set(library.view().suggest_speakers())


def test_each_article_is_read_once_however_often_it_is_asked_about() -> None:
    read = CountingReader()
    index = SpeechIndex(read, STORIES)
    for _ in range(3):
        assert index.count_speakers() == {"Mara Quist": 1, "Tomas Vell": 1}
    assert sorted(read.titles) == sorted(story.title for story in STORIES)
    index.put(LETTER)
    assert index.count_speakers()["Mara Quist"] == 2
    assert len(read.titles) == len(STORIES) + 1


def test_an_article_that_cannot_be_read_is_logged_and_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def read(article: Article) -> Sequence[Statement]:
        if article is ORCHARD:
            raise IndexError("list index out of range")
        return read_statements(article, Names(NAMES))

    index = SpeechIndex(read, STORIES)
    remaining = SpeechIndex(CountingReader(), [story for story in STORIES if story is not ORCHARD])
    for _ in range(2):
        assert index.count_speakers() == remaining.count_speakers()
    assert [record.getMessage() for record in caplog.records] == [
        f"nothing is kept of article {ORCHARD.id}, which cannot be read"
    ]


def test_articles_are_read_in_the_background_one_by_one() -> None:
    def count_articles_read() -> int:
        return sum(iter(library.read_speech_next, False))

    library = library_of(*STORIES)
    assert count_articles_read() >= len(STORIES)  # and what a server's own are about
    assert count_articles_read() == 0
    library.put(1, LETTER)
    assert count_articles_read() == 2
    assert count_articles_read() == 0


@pytest.mark.parametrize("removed", [HARBOUR, ORCHARD, RIVER], ids=lambda story: story.title)
def test_who_is_quoted_in_a_removed_article_is_forgotten(removed: Article) -> None:
    index = SpeechIndex(CountingReader(), STORIES)
    index.read_all()
    index.remove(removed.id)
    remaining = SpeechIndex(CountingReader(), [story for story in STORIES if story is not removed])
    assert index.count_speakers() == remaining.count_speakers()


def test_an_article_replaced_while_it_is_read_is_read_again() -> None:
    edited = replace(HARBOUR, paragraphs=(Paragraph("“It is empty,” said Ole Brandt."),))
    indexes: list[SpeechIndex] = []

    def read(article: Article) -> Sequence[Statement]:
        if article is HARBOUR:
            indexes[0].put(edited)
        return read_statements(article, Names(NAMES))

    indexes.append(SpeechIndex(read, [HARBOUR]))
    assert indexes[0].count_speakers() == {"Ole Brandt": 1}


def test_saved_speech_is_not_found_again(tmp_path: Path) -> None:
    path = saved(tmp_path / "verbatim.index", *STORIES)
    library = read_all(library_of(*STORIES, saved_at=path))
    assert not library.has_new_speech
    plain = library_of(*STORIES).view()
    for person in ("Quist", "Vell", "Tomas"):
        found = library.view().find_statements(person)
        assert found.quotes
        assert found.quotes == plain.find_statements(person).quotes


@pytest.mark.parametrize(
    "edited",
    [
        replace(HARBOUR, paragraphs=(Paragraph("“The harbour is shut,” said Ole Brandt."),)),
        replace(HARBOUR, paragraphs=(*HARBOUR.paragraphs, Paragraph("“No,” Ole Brandt said."))),
        replace(HARBOUR, paragraphs=(replace(HARBOUR.paragraphs[0], asides=(Span(0, 24),)),)),
    ],
    ids=("other words", "one paragraph more", "an aside"),
)
def test_an_edited_article_is_read_anew(tmp_path: Path, edited: Article) -> None:
    path = saved(tmp_path / "verbatim.index", *STORIES)
    library = read_all(library_of(edited, ORCHARD, RIVER, saved_at=path))
    assert library.has_new_speech
    assert speakers(library) == speakers(library_of(edited, ORCHARD, RIVER))


def flip_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (flip_a_byte, "damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[:-7]), "damaged"),
        (lambda file: file.write_bytes(b""), "damaged"),
        (lambda file: (file.unlink(), file.mkdir()), "unreadable"),
        (lambda file: file.unlink(), ""),
    ],
    ids=("a byte differs", "cut short", "empty", "a folder", "missing"),
)
def test_a_damaged_file_is_made_anew(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], object],
    says: str,
) -> None:
    path = saved(tmp_path / "verbatim.index", *STORIES)
    damage(speech_file.beside(path))
    with caplog.at_level(logging.WARNING):
        library = read_all(library_of(*STORIES, saved_at=path))
    assert speakers(library) == {"Mara Quist", "Tomas Vell"}
    assert library.has_new_speech
    if says:
        assert says in caplog.text


def test_speech_found_with_other_names_is_not_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "verbatim.index", *STORIES)
    reader = SpeechReader(Names(NAMES[:1]), speech_file.beside(path))
    reader.read(HARBOUR)
    assert reader.has_new


_NAMES = st.sampled_from(["Ann Lee", "이재명", "O’Brien", "Zoë", 'Ann "Nan" Lee', "\ud800"])
_SPANS = st.tuples(st.integers(0, 9), st.integers(9, 99)).map(lambda bounds: Span(*bounds))
_STATEMENTS = st.builds(
    Statement,
    _NAMES,
    st.integers(1, 9),
    _SPANS,
    st.lists(_SPANS, max_size=3).map(tuple),
    st.text(max_size=20),
)


@given(st.lists(st.lists(_STATEMENTS, max_size=3).map(tuple), min_size=1, max_size=4))
def test_what_is_saved_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[Statement, ...]]
) -> None:
    path = tmp_path_factory.mktemp("speech") / "verbatim.index"
    articles = [article(f"Story {number}", f"Text {number}.") for number in range(len(written))]
    SpeechReader(Names(NAMES)).save(speech_file.beside(path), zip(articles, written, strict=True))
    reader = SpeechReader(Names(NAMES), speech_file.beside(path))
    assert [reader.read(story) for story in articles] == written
    assert not reader.has_new
