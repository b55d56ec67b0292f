"""Headlines, captions, credits and agency marks printed into a body: what of it is never quoted."""

from __future__ import annotations

import pytest

from bot.reading.html.story import read_html
from bot.reading.pages.credits import find_asides, is_credit
from bot.reading.pages.lines import count_words
from bot.reading.pages.page import read_page

BODY = (
    "The council of Orlen voted on Tuesday to keep its only library open for two more years.",
    "Mayor Rita Falk said that the building needs a roof before the winter, and a new door.",
    "The library lends 40,000 books a year, most of them to children from the two schools.",
)


def quotable(paragraph: str, title: str = "") -> str:
    rest = paragraph
    for aside in reversed(find_asides(paragraph, title)):
        rest = rest[: aside.start] + rest[aside.end :]
    return rest.strip()


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Bus fares fall", "Bus fares fall by a tenth on Monday, the council of Orlen said."),
        ("Orlen", "Orlen and Brusk have shared a fire engine since 1974."),
        (
            "Council of Orlen keeps its library",
            "Council of Orlen keeps its library Tuesday after a vote that took six minutes.",
        ),
        (
            "Bibliothek bleibt zwei Jahre offen",
            "Bibliothek bleibt zwei Jahre offen, sagte die Bürgermeisterin am Dienstag.",
        ),
        ("오를렌 도서관 이 년 더 연다", "오를렌 도서관 이 년 더 연다 시의회가 밝혔다고 전했다."),
        ("The roof of Orlen leaks again", "The roof of Orlen leaks again in winter, said Ms Falk."),
    ],
)
def test_a_sentence_may_begin_with_the_title(title: str, sentence: str) -> None:
    assert quotable(sentence, title) == sentence


@pytest.mark.parametrize(
    "title",
    [
        "Council of Orlen keeps its library",
        "COUNCIL OF ORLEN KEEPS ITS LIBRARY",
        "Will the Library of Orlen Survive?",
        "Orlen Saves Its Library From Closing",
    ],
)
def test_a_headline_printed_above_a_new_sentence_is_an_aside(title: str) -> None:
    assert quotable(f"{title} {BODY[0]}", title) == BODY[0]
    assert quotable(f"{title} — {BODY[0]}", title).lstrip("— ") == BODY[0]


def test_a_page_keeps_a_sentence_that_begins_with_its_heading() -> None:
    sentences = (
        "Brusk exported 4,000 tonnes of apples last year, more than any other valley of the north.",
        "Brusk and Orlen agreed on a common price for apples in 1965, which opened their trade.",
    )
    page = f"<h1>Brusk</h1><p>{sentences[0]}</p><p>{sentences[1]}</p>"
    html = f"<html><head><title>Brusk</title></head><body><article>{page}</article></body></html>"
    for story in (
        read_html(html.encode(), url=None),
        read_page("\n".join(("Brusk", *sentences)))[0],
    ):
        assert [paragraph.text for paragraph in story.paragraphs] == list(sentences)
        assert not any(paragraph.asides for paragraph in story.paragraphs)


@pytest.mark.parametrize(
    "credit",
    [
        *("(With inputs from Yonhap)", "(Additional reporting by Jo Lim and Al Roe)", "(AFP, dpa)"),
        *("(dpa/ab)", "(Quelle: Stadt Orlen)", "(mit Material von dpa)", "(avec AFP)", "— Reuters"),
        *("(Source : AFP)", "(Con información de EFE)", "(Fuente: EFE)", "(출처: 연합뉴스)", "AFP"),
        *("홍길동 기자 hong@orlen.example", "(끝)", "[Reporting by Jo Lim; Editing by Al Roe]"),
    ],
)
def test_only_the_credit_of_a_last_paragraph_is_an_aside(credit: str) -> None:
    last = f"{BODY[2]} {credit}"
    story = read_page("\n".join(("Council of Orlen keeps its library", *BODY[:2], last)))[0]
    assert [paragraph.text for paragraph in story.paragraphs] == [*BODY[:2], last]
    assert quotable(last) == BODY[2]


@pytest.mark.parametrize(
    "credit",
    [
        *(
            "NASA/JPL-Caltech",
            "Orlen Gazette/Jo Lim",
            "Jo Lim, NASA Earth Office",
            "Credits: Jo Lim",
        ),
        *("Chart by Jo Lim/Orlen Gazette, using data from the town.", "(AFP/Jo Lim)", "© Jo Lim"),
    ],
)
def test_a_caption_with_its_credit_is_left_out(credit: str) -> None:
    caption = f"The library of Orlen, seen from its garden in May of last year. {credit}"
    assert is_credit(caption, count_words(caption))
    story = read_page(
        "\n".join(("Council of Orlen keeps its library", BODY[0], caption, *BODY[1:]))
    )
    assert [paragraph.text for paragraph in story[0].paragraphs] == list(BODY)


@pytest.mark.parametrize(
    "sentence",
    [
        "The doors open at 9:30 a.m. EST Thursday.",
        "She works for the council. Jo Lim/Al Roe is the name of her band.",
        "They asked the mayor of Orlen (Rita Falk) and she agreed.",
    ],
)
def test_a_sentence_is_no_credit(sentence: str) -> None:
    assert not is_credit(sentence, count_words(sentence))
    assert quotable(sentence) == sentence


def test_what_follows_the_credit_of_a_caption_belongs_to_it() -> None:
    caption = "Children in the library. (Town of Orlen photo by Sgt. Jo Lim) 4th Orlen Office"
    assert quotable(caption) == ""
