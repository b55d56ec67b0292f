"""The plain text of a web page, as a person copies it, to the stories on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.language import translatable
from bot.model import Origins, Paragraph, StoryKind
from bot.reading.decoding import drop_unstorable
from bot.reading.pages.body import find_body, read_paragraphs
from bot.reading.pages.headlines import (
    can_be_headline,
    find_best_form,
    find_headline,
    is_same_headline,
)
from bot.reading.pages.lines import Line, Look, read_lines
from bot.reading.pages.page_numbers import has_next_page
from bot.reading.pages.signatures import (
    find_author,
    find_date,
    find_outlet,
    find_site,
    is_biography,
)
from bot.reading.pages.structure import mark_structure

PAGE_ORIGIN = translatable("the page")

BYLINE_LINES = 6  # at the top of a body, in which a byline may follow a standfirst
TAIL_LINES = 4  # below a body, in which a biography may follow it

# A time of another statement than the day is the time of that day unless it is further away: the
# zones of the world are 26 hours apart.
_MAX_APART = timedelta(days=1)

_MIN_REPEATED = 4  # words
_MAX_HEAD = 20  # lines between two prints of a headline
_MAX_LABEL = 5  # lines from a headline to its prose
_MAX_OPENING = 80  # characters


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a page: `kind` is "main" for the one the page is about.

    Every paragraph is a part of the page's text, character for character but for the hyphens and
    line ends within words that were cut there. Details that the page
    does not state for this story are None; `origins` says where it states the others.
    `published_at` (UTC) is the time of publication, where that is stated beside its day.
    `has_next_page`: the page says that the story continues on a further one.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    kind: StoryKind
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    has_next_page: bool = False
    origins: Origins = field(default_factory=Origins)
    published_at: datetime | None = None

    def __post_init__(self) -> None:
        """Drop what cannot be stored from the details, which pages state in JSON of their own."""
        for name in ("title", "outlet", "author"):
            if detail := getattr(self, name):
                object.__setattr__(self, name, drop_unstorable(detail))

    def with_details(
        self,
        origin: str,
        *,
        outlet: str | None = None,
        author: str | None = None,
        published: date | None = None,
        published_at: datetime | None = None,
    ) -> Story:
        """Return this story with the details that it lacks, known from `origin`."""
        day = self.published or published
        is_near = published_at and day and abs(published_at.date() - day) <= _MAX_APART
        return replace(
            self,
            outlet=self.outlet or outlet,
            author=self.author or author,
            published=day,
            published_at=self.published_at or (published_at if is_near else None),
            origins=replace(
                self.origins,
                outlet=origin if outlet and not self.outlet else self.origins.outlet,
                author=origin if author and not self.author else self.origins.author,
                published=origin if published and not self.published else self.origins.published,
            ),
        )


def read_page(text: str) -> list[Story]:
    """Return the stories of the page `text`: the main one first, then related ones in page order.

    A story without a headline is titled by its opening words, up to 80 characters. A page without
    a story gives an empty list; no text is an error.
    """
    lines = mark_structure(read_lines(text))
    stories = [story for part in _split_parts(lines) if (story := _read_story(part))]
    if not stories:
        return []
    main = replace(
        stories[0], kind="main", has_next_page=has_next_page(line.text for line in lines)
    ).with_details(PAGE_ORIGIN, outlet=find_site(lines))
    return [main, *stories[1:]]


def _split_parts(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield the parts of the page, cut where another story starts: each holds at most one.

    A story starts at a headline that is printed twice in a row, and, once the previous story has
    ended, at one with an outlet below it. The headline that opens a part may be repeated in it.
    """
    start = 0
    opening: Line | None = None
    has_prose = has_ended = False
    for n, line in enumerate(lines):
        has_prose = has_prose or line.look is Look.PROSE
        has_ended = has_ended or (has_prose and line.look is Look.END)
        if line.words < _MIN_REPEATED or not can_be_headline(line):
            continue
        if opening is None:
            opening = line
        elif (_is_doubled(lines, n) and not is_same_headline(line.text, opening.text)) or (
            has_ended and _has_outlet(lines, n)
        ):
            yield lines[start:n]
            start, opening = n, line
    yield lines[start:]


def _is_doubled(lines: Sequence[Line], n: int) -> bool:
    return n + 1 < len(lines) and is_same_headline(lines[n].text, lines[n + 1].text)


def _has_outlet(lines: Sequence[Line], n: int) -> bool:
    """Whether an outlet is stated between the headline at `n` and its prose."""
    for end in range(n + 1, min(n + 1 + _MAX_LABEL, len(lines))):
        if lines[end].look is Look.PROSE:
            return find_outlet(lines[n + 1 : end]) is not None
    return False


def _read_story(lines: Sequence[Line]) -> Story | None:
    body = find_body(lines)
    if not body:
        return None
    headline = find_headline(lines, body)
    title = find_best_form(lines, lines[headline].text) if headline is not None else ""
    above = headline + 1 if headline is not None else 0
    start, stop = max(body.start, above), body.stop
    while stop > start and is_biography(lines[stop - 1].text):
        stop -= 1
    paragraphs = read_paragraphs(lines[start:stop], title)
    if not paragraphs:
        return None
    head = lines[_find_head(lines, headline) : start + BYLINE_LINES]
    return Story(title or opening_words(paragraphs[0].text), paragraphs, "related").with_details(
        PAGE_ORIGIN,
        outlet=find_outlet(lines[above:start]),
        author=find_author(head, lines[stop : stop + TAIL_LINES]),
        published=find_date(head),
    )


def _find_head(lines: Sequence[Line], headline: int | None) -> int:
    """Return where the lines about a story begin: below its headline, where it is printed first."""
    if headline is None:
        return 0
    first = max(0, headline - _MAX_HEAD)
    prints = (
        n for n in range(first, headline) if is_same_headline(lines[n].text, lines[headline].text)
    )
    return next(prints, headline) + 1


def opening_words(text: str) -> str:
    """Return the first words of `text` on one line, within 80 characters."""
    line = " ".join(text[: 2 * _MAX_OPENING].split())
    return line if len(line) <= _MAX_OPENING else line[:_MAX_OPENING].rsplit(None, 1)[0]
