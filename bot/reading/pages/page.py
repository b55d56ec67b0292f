"""The plain text of a web page, as a person copies it, to the stories it carries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.language import translatable
from bot.model import Origins, Paragraph, StoryKind
from bot.reading.pages.body import find_body, read_paragraphs
from bot.reading.pages.headlines import best_form, can_be_headline, find_headline, same_headline
from bot.reading.pages.lines import Line, Look, read_lines
from bot.reading.pages.signatures import (
    find_author,
    find_date,
    find_outlet,
    find_site,
    is_biography,
)

PAGE_ORIGIN = translatable("the page")

_SHORTEST_REPEATED = 4  # words
_LONGEST_LABEL = 5  # lines from a headline to its prose
_LONGEST_OPENING = 80  # characters
HEAD_IN_BODY = 6  # lines in which a byline may stand below a standfirst
TAIL = 4  # lines in which a biography may stand below a body


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a page: `kind` is "main" for the one the page is about.

    Every paragraph is a part of the page's text, character for character. What the page does not
    state for this story is None; `origins` says where it states the rest.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    kind: StoryKind
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    origins: Origins = field(default_factory=Origins)

    def with_details(
        self,
        origin: str,
        *,
        outlet: str | None = None,
        author: str | None = None,
        published: date | None = None,
    ) -> Story:
        """This story with what it lacks of these, known from `origin`."""
        return replace(
            self,
            outlet=self.outlet or outlet,
            author=self.author or author,
            published=self.published or published,
            origins=Origins(
                outlet=origin if outlet and not self.outlet else self.origins.outlet,
                author=origin if author and not self.author else self.origins.author,
                published=origin if published and not self.published else self.origins.published,
            ),
        )


def read_page(text: str) -> list[Story]:
    """The stories of the page `text`: the main one first, then the related ones in page order.

    A story without a headline is titled by its opening words, up to 80 characters. A page that
    tells nothing gives an empty list; no text is an error.
    """
    lines = read_lines(text)
    stories = [story for part in _parts(lines) if (story := _read_story(part))]
    if not stories:
        return []
    main = replace(stories[0], kind="main").with_details(PAGE_ORIGIN, outlet=find_site(lines))
    return [main, *stories[1:]]


def _parts(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """The page cut where another story starts: each part holds at most one.

    A story starts at a headline that stands twice in a row, and, once the story before has ended,
    at one with an outlet below it. The headline that opens a part may return in it.
    """
    start = 0
    opening: Line | None = None
    told = ended = False
    for n, line in enumerate(lines):
        told = told or line.look is Look.PROSE
        ended = ended or (told and line.look is Look.END)
        if line.words < _SHORTEST_REPEATED or not can_be_headline(line):
            continue
        if opening is None:
            opening = line
        elif (_is_doubled(lines, n) and not same_headline(line.text, opening.text)) or (
            ended and _is_of_outlet(lines, n)
        ):
            yield lines[start:n]
            start, opening = n, line
    yield lines[start:]


def _is_doubled(lines: Sequence[Line], n: int) -> bool:
    return n + 1 < len(lines) and same_headline(lines[n].text, lines[n + 1].text)


def _is_of_outlet(lines: Sequence[Line], n: int) -> bool:
    """Whether an outlet is stated between the headline at `n` and its prose."""
    for end in range(n + 1, min(n + 1 + _LONGEST_LABEL, len(lines))):
        if lines[end].look is Look.PROSE:
            return find_outlet(lines[n + 1 : end]) is not None
    return False


def _read_story(lines: Sequence[Line]) -> Story | None:
    body = find_body(lines)
    if not body:
        return None
    headline = find_headline(lines, body)
    title = best_form(lines, lines[headline].text) if headline is not None else ""
    above = headline + 1 if headline is not None else 0
    start, stop = max(body.start, above), body.stop
    while stop > start and is_biography(lines[stop - 1].text):
        stop -= 1
    paragraphs = read_paragraphs(lines[start:stop], title)
    if not paragraphs:
        return None
    head = lines[above : start + HEAD_IN_BODY]
    return Story(title or opening_words(paragraphs[0].text), paragraphs, "related").with_details(
        PAGE_ORIGIN,
        outlet=find_outlet(lines[above:start]),
        author=find_author(head, lines[stop : stop + TAIL]),
        published=find_date(head),
    )


def opening_words(text: str) -> str:
    """The first words of `text` on one line, within 80 characters."""
    line = " ".join(text[: 2 * _LONGEST_OPENING].split())
    return line if len(line) <= _LONGEST_OPENING else line[:_LONGEST_OPENING].rsplit(None, 1)[0]
