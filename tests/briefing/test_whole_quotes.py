"""Quotes are whole: each begins where a sentence begins and ends where one ends, with its list."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.quoting import quote_opening
from bot.errors import QuestionError
from bot.library import View
from bot.model import Article, Paragraph, Quote, Span
from tests.support.stories import TALKS, WEATHER, article, view_of

# Articles are put together from whole sentences, so it is known where each begins and ends without
# asking the code that splits them.

PEOPLE = ("Ann Okafor", "Tomas Brandt", "Sena Ilves")
PLACES = ("Tessel", "Harl", "the U.S.", "Washington, D.C.", "St. Brandt", "Mt. Harl")
TITLES = ("Gov.", "Sen.", "Lt. Col.", "Dr.", "Mayor", "Prof.")
TIMES = (
    "at 5:24 p.m. CST on Feb. 22",
    "at 9 a.m. Monday",
    "at 3:27 a.m. Aug. 26, 2023,",
    "on Jan. 5",
    "at 11 p.m. Eastern time",
    "in the No. 2 dock",
    "for $3.5 million",
    "approx. 40 km from Oak Ave. and Main St. in the harbour",
)
FRAMES = (
    "The ferry {person} built left {place} {time} with 40 people.",
    "{title} {person} said the ferry of {place} had sailed {time} without a pilot.",
    "“The ferry will sail again. We know it,” {title} {person} said in {place}.",
    "“Will the ferry sail {time}?” {person} asked.",
    "Acme Corp. and Harl Inc. will repair the ferry {time} in {place} for {title} {person}.",
    "The ferry (it is old, i.e. from 1931) was sold {time} to {person} of {place}.",
    "“It was our ferry ... and we lost it,” said {person}, who was born in {place}.",
    "{person} told the council {time}: “The ferry is lost.”",
    'The 6" pipe of the ferry broke {time}, said {person}.',
    "Did the ferry reach {place} {time}?",
    "Die Ferry kam am 3. Mai nach ca. 40 Std. mit 2 Mio. Euro an, z. B. für {person}.",
    "“Ferry는 돌아왔다.”라고 {person} 선장이 2024. 3. 5. 말했다.",
)
sentences = st.builds(
    lambda frame, person, place, time, title: frame.format(
        person=person, place=place, time=time, title=title
    ),
    st.sampled_from(FRAMES),
    st.sampled_from(PEOPLE),
    st.sampled_from(PLACES),
    st.sampled_from(TIMES),
    st.sampled_from(TITLES),
)
LEAD_INS = (
    "{} named three reasons for the ferry:",
    "The council of Tessel asked {} for the ferry's:",
)
ITEMS = (
    "An old engine",
    "40 berths for the ferry",
    "No pilot on Jan. 5",
    "A ferry from St. Brandt",
)


class Prose(NamedTuple):
    """A paragraph and the places where its sentences begin and end."""

    text: str
    starts: frozenset[int]
    ends: frozenset[int]


def join(parts: Sequence[str], separator: str = " ") -> Prose:
    starts, ends, text = [], [], ""
    for part in parts:
        text += separator if text else ""
        starts.append(len(text))
        text += part
        ends.append(len(text))
    return Prose(text, frozenset(starts), frozenset(ends))


prose = st.lists(sentences, min_size=1, max_size=4).map(join)


@st.composite
def stories(draw: st.DrawFn) -> list[Prose]:
    """Paragraphs of prose, some with a list after them: below it, or in one paragraph with it."""
    paragraphs: list[Prose] = []
    for _ in range(draw(st.integers(1, 4))):
        paragraphs.append(draw(prose))
        kind = draw(st.sampled_from(("none", "below", "inside")))
        lead_in = draw(st.sampled_from(LEAD_INS)).format(draw(st.sampled_from(PEOPLE)))
        items = draw(st.lists(st.sampled_from(ITEMS), min_size=2, max_size=3, unique=True))
        if kind == "below":
            paragraphs += [join([part]) for part in (lead_in, *items)]
        elif kind == "inside":
            listed = join([lead_in, *(f"• {item}" for item in items)], "\n")
            paragraphs.append(listed._replace(starts=frozenset({0})))
    return paragraphs


QUESTIONS = (
    "ferry",
    "when did the ferry sail?",
    "who said the ferry is lost",
    "ferry harbour engine",
)


def quotes_of(view: View, story: Article) -> Iterator[Quote]:
    """Every quote of answers, digests, watches, sources and sayings on a story."""
    for question in QUESTIONS:
        with contextlib.suppress(QuestionError):
            yield from view.ask(question).quotes
            yield from view.digest(question).points
            yield from view.match_watches(story, [question]).values()
    for claim in view.find_sources("The ferry was sold to Harl with 40 berths.").claims:
        if claim.status == "related":
            yield from (comparison.quote for comparison in claim.matches)
    for person in PEOPLE:
        with contextlib.suppress(QuestionError):
            yield from view.find_statements(person).quotes
    if opening := quote_opening(story):
        yield opening


@settings(max_examples=40)
@given(stories())
def test_every_quote_is_whole_sentences_and_no_bare_item(
    paragraphs: list[Prose],
) -> None:
    story = article("Ferry", *(paragraph.text for paragraph in paragraphs))
    for quote in quotes_of(view_of(story, TALKS, WEATHER), story):
        for shown in (quote, *quote.repeats, *(other.quote for other in quote.differs)):
            if shown.article is not story:
                continue
            paragraph = paragraphs[shown.paragraph - 1]
            assert shown.start in paragraph.starts, shown.text
            assert shown.end in paragraph.ends, shown.text
            assert not shown.text.endswith(":"), shown.text
            assert shown.text not in ITEMS


LISTS = (
    ("The harbour office gives these details of the fire:", "Engine room", "Lower deck, Jan. 5"),
    ("Das Hafenamt nennt drei Gründe für das Feuer:", "Der alte Motor", "Das neue Deck"),
    ("항만청은 화재의 원인을 밝혔다:", "낡은 엔진", "새 갑판"),
)


@pytest.mark.parametrize("lines", LISTS)
@pytest.mark.parametrize("mark", ["", "• ", "- "])
def test_a_list_of_paragraphs_is_not_quoted_without_its_lead_in(
    lines: tuple[str, ...], mark: str
) -> None:
    lead_in, *items = lines
    view = view_of(article("Fire", lead_in, *(mark + item for item in items)), TALKS, WEATHER)
    for line in lines:
        assert [quote for quote in view.ask(line).quotes if quote.article.id == "Fire"] == []


@pytest.mark.parametrize("lines", LISTS)
def test_a_list_in_one_paragraph_is_quoted_from_its_lead_in(lines: tuple[str, ...]) -> None:
    lead_in, *items = lines
    text = "\n".join((lead_in, *(f"• {item}" for item in items)))
    view = view_of(article("Fire", text), TALKS, WEATHER)
    assert [quote.text for quote in view.ask(items[-1]).quotes] == [text]
    assert [quote.text for quote in view.ask(lead_in).quotes] == [text]


def test_an_item_that_is_a_sentence_is_quoted_by_itself() -> None:
    item = "The engine room was closed in May, the harbour office said."
    view = view_of(article("Fire", "The office said three things:", item), TALKS, WEATHER)
    assert [quote.text for quote in view.ask("when was the engine room closed").quotes] == [item]


@pytest.mark.parametrize(
    "line", ["CREATE STREAM harbour_cranes (", "cranes = lift({", "The harbour cranes (built in"]
)
def test_a_line_that_leaves_a_bracket_open_is_not_quoted(line: str) -> None:
    code = "harbour_cranes.lift(4)"
    view = view_of(article("Cranes", line, "speed INT)", code), TALKS, WEATHER)
    texts = [quote.text for quote in view.ask("which cranes does the harbour lift").quotes]
    assert line not in texts
    assert code in [quote.text for quote in view.ask("how do harbour_cranes.lift").quotes]


def test_a_lead_in_too_long_for_one_quote_is_not_quoted() -> None:
    lead_in = f"The harbour office counts the ships {'of every kind and age ' * 14}in this list:"
    view = view_of(article("Ships", f"{lead_in}\n• Old ferries"), TALKS, WEATHER)
    assert view.ask("old ferries").quotes == ()
    assert view.ask("harbour office ships").quotes == ()


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("Ferry fares rise by five percent in May.", "Ferry fares rise"),
        ("The ferry of Tessel Photo: Harl Press is to sail again in May.", "Photo: Harl Press"),
        ("Die Fähre von Tessel Foto: Harl Presse soll im Mai wieder fahren.", "Foto: Harl Presse"),
    ],
)
def test_what_an_aside_has_cut_in_two_is_not_quoted(text: str, aside: str) -> None:
    start = text.index(aside)
    paragraph = Paragraph(text, asides=(Span(start, start + len(aside)),))
    story = Article("Cut", "Cut", (paragraph,), "a.txt")
    view = view_of(story, TALKS, WEATHER)
    assert [quote for quote in view.ask(text).quotes if quote.article.id == "Cut"] == []


def test_an_article_is_recognised_by_its_first_whole_sentence() -> None:
    opening = quote_opening(article("Fire", "In this report:", "The ferry burned. It sank."))
    assert opening
    assert opening.text == "The ferry burned."
