"""Which of the lines above a body is its headline."""

from __future__ import annotations

from datetime import date

import pytest

from bot.reading.pages.page import Story, read_page

BODY = (
    "The town of Orlen will open a night market on the first Friday of May, its council said.",
    "Stalls may stay open until two in the morning, and the trams will run an hour longer.",
    "Neighbours had asked for an earlier end, but the council voted against it by nine to four.",
)


def read(*lines: str) -> Story:
    (story,) = read_page("\n".join((*lines, "", *BODY)))
    return story


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "Night market opens in May",
            (
                "From Wikinews, the free news source you can write!",
                "Jump to navigation",
                "Jump to search",
            ),
        ),
        ("Orlen bekommt einen Nachtmarkt", ("Zum Inhalt springen", "Dienstag, 4. März 2025")),
        ("Orlen market by night", ("March 4, 2025 · Market Response Group, town council team",)),
        (
            "Marché de nuit à Orlen",
            ("4 mars 2025 | Rédaction locale, bureau des marchés et fêtes",),
        ),
        (
            "Night market opens in May",
            ("Coordinates: 12°03′S 71°40′E", "Official portrait of Jo Lim NASA"),
        ),
        ("오를렌 야시장 오월에 연다", ("본문 바로가기", "입력 2025.03.04 10:30")),
    ],
)
def test_a_tagline_a_date_or_a_menu_is_no_headline(title: str, lines: tuple[str, ...]) -> None:
    assert read(title, *lines).title == title


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Market opens at night", "Head of Stalls & Tram Engineer (Town)"),
        ("Trams run longer", "Deputy Director of Lights and Water, Orlen"),
        ("Nachtmarkt beginnt im Mai", "Leiterin der Abteilung Straßen und Plätze (Stadt)"),
    ],
)
def test_the_headline_printed_again_beats_the_role_of_the_author(title: str, role: str) -> None:
    story = read(
        *("Skip to content", "The Orlen Blog", title, "Back to index", "Jo Lim", role, "Metadata"),
        *("March 4, 2025", "in markets, trams", "2 min read", "", title),
    )
    assert (story.title, story.published) == (title, date(2025, 3, 4))


@pytest.mark.parametrize("name", ["Orlen", "Jo Lim", "오를렌"])
def test_a_name_alone_can_be_a_headline(name: str) -> None:
    assert read(name, "Article", "Talk", "View history").title == name


@pytest.mark.parametrize(
    ("lines", "author"),
    [
        (("강하늘·윤바다 기자",), "강하늘, 윤바다"),
        (("강하늘 기자", "송고시간2025-03-04 10:30"), "강하늘"),
        (
            ("(오를렌=연합뉴스) 강하늘 기자 = 오를렌시가 오월부터 야시장을 연다고 밝혔다.",),
            "강하늘",
        ),
        (
            ("[오를렌=뉴시스] 강하늘·윤바다 기자 = 오를렌시가 야시장을 연다고 밝혔다.",),
            "강하늘, 윤바다",
        ),
    ],
)
def test_korean_bylines(lines: tuple[str, ...], author: str) -> None:
    assert read("오를렌 야시장 오월에 연다", *lines).author == author
