"""Lists, numbered headings, contents and notices on pages that were copied as plain text."""

from __future__ import annotations

import pytest

from bot.reading.pages.page import Story, read_page

TITLE = "Town of Orlen opens a night market"
BODY = (
    "The town of Orlen will open a night market on the first Friday of May, its council said.",
    "Stalls may stay open until two in the morning, and the trams will run an hour longer.",
    "Neighbours had asked for an earlier end, but the council voted against it by nine to four.",
)


def read(*lines: str) -> Story:
    (story,) = read_page("\n".join(lines))
    return story


def texts(story: Story) -> list[str]:
    return [paragraph.text for paragraph in story.paragraphs]


@pytest.mark.parametrize(
    ("lead", "items"),
    [
        (
            "The council named some of the figures it had looked at before the vote on Monday:",
            ("More than 90 stalls", "Some 4,000 visitors a night", "Two trams an hour"),
        ),
        (
            "Der Rat nennt für den Markt folgende Termine, die alle auf einen Freitag fallen:",
            ("• 2. Mai 2025", "• 6. Juni 2025", "• 4. Juli 2025", "• Regen verschiebt nichts"),
        ),
        (
            "시의회는 표결에 앞서 검토한 수치를 다음과 같이 월요일에 공개했다고 밝혔다:",
            ("점포: 구십 곳 이상", "방문객: 하룻밤 사천 명", "전차: 한 시간에 두 대"),
        ),
        (
            "Whoever wants a stall can check the free places from any computer with these lines:",
            ("  $ market list --town orlen", "  $ market book 14", "  }"),
        ),
    ],
)
def test_a_list_stays_with_the_line_that_announces_it(lead: str, items: tuple[str, ...]) -> None:
    bare = [item.lstrip("• ") for item in items]
    first = read(TITLE, "", lead, "", *items, "", BODY[0], "", BODY[1])
    assert (first.title, texts(first)) == (TITLE, [lead, *bare, *BODY[:2]])
    last = read(TITLE, "", BODY[0], "", BODY[1], "", lead, "", *items)
    assert texts(last) == [*BODY[:2], lead, *bare]


def test_what_follows_a_list_is_no_item_of_it() -> None:
    lead = "The council decided on three things that evening, after two hours:"
    items = ("• longer trams", "• cheaper stalls", "• no music after one")
    story = read(TITLE, BODY[0], lead, *items, "What comes next", BODY[1], "Related articles")
    assert texts(story) == [BODY[0], lead, *(item[2:] for item in items), BODY[1]]
    assert story.paragraphs[-1].heading == "What comes next"
    footer = ("Home", "World", "Sport", "Weather", "Imprint", "Jobs", "Help", "Apps", "Shop")
    assert texts(read(TITLE, *BODY, "She said of the market:", *footer, *footer))[:3] == list(BODY)


@pytest.mark.parametrize("form", ["{}. {}", "{}) {}", "#{} {}", "No. {} {}"])
@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1)])
def test_a_numbered_story_keeps_all_its_sections(form: str, order: tuple[int, ...]) -> None:
    names = ("Fish soup", "Brass band", "Lantern boats")
    lines = [TITLE, "By Jo Lim", BODY[0]]
    sections = [
        "Bring your own bowl. The queue is the best place in town.",
        "They know four tunes.",
        "Children sail them down to the weir at eleven, and the fire brigade brings them back.",
    ]
    headings = [form.format(n, name) for n, name in zip(order, names, strict=True)]
    for heading, section in zip(headings, sections, strict=True):
        lines += [heading, section, "Photo: Al Roe", "MORE: Nine markets by the sea"]
    story = read(*lines, "Sign up for our market newsletter")
    assert texts(story) == [BODY[0], *sections]
    assert [paragraph.heading for paragraph in story.paragraphs[1:]] == headings


@pytest.mark.parametrize(
    "notice",
    [
        *("ADVERTISEMENT\nSKIP ADVERTISEMENT", "Anzeige", "광고", "Tap to unmute", "Page 1 of 2"),
        *("Seite 2 von 3", "Editor’s note: This story was updated on May 3 to add the tram times."),
        *(
            "Correction: An earlier version gave a wrong number of stalls.",
            "편집자 주: 숫자를 바로잡았습니다.",
        ),
        *("Anmerkung der Redaktion: Wir haben die Zahl der Stände berichtigt.",),
        *("Learn more about the night market of Orlen at:\nhttps://orlen.example/market",),
        *("For more information on the market, visit: https://orlen.example", "3"),
        *("Weitere Informationen zum Nachtmarkt finden Sie hier: www.orlen.example",),
        *("Already a subscriber? Log in to read on.", "Dieser Artikel ist nur für Abonnenten."),
        *("Thanks for reading Orlen by Night! Subscribe for free to receive new posts.",),
        *("You have reached your limit of free articles.", "구독자 전용 기사입니다."),
    ],
)
def test_a_notice_within_a_story_is_left_out(notice: str) -> None:
    assert texts(read(TITLE, *BODY[:2], notice, BODY[2])) == list(BODY)
    assert texts(read(TITLE, *BODY, notice)) == list(BODY)


def test_a_heading_below_a_notice_is_kept() -> None:
    story = read(TITLE, *BODY, "Advertisement", "Trams until two", *BODY[1:])
    assert [text.heading for text in story.paragraphs] == [*[None] * 3, *["Trams until two"] * 2]


@pytest.mark.parametrize(
    "sentence",
    [
        "Follow these steps when you book a stall, said the clerk of the market.",
        "Correction fluid was sold at the first stall of the market in Orlen.",
        "Learn more words for rain, the mayor told those who had come without a coat.",
    ],
)
def test_a_sentence_is_no_notice(sentence: str) -> None:
    assert texts(read(TITLE, *BODY[:2], sentence, BODY[2])) == [*BODY[:2], sentence, BODY[2]]


def test_the_references_and_contents_of_an_encyclopedia_are_left_out() -> None:
    contents = ("Contents", "hide", "(Top)", "1 Growth", "2 Uses", "2.1 Tea", "3 References")
    references = (
        '^ "Brusk wort". Garden Office of Orlen. Retrieved 4 May 2024.',
        "^ a b Lim, Jo (1998). A Book of Worts. Orlen: Tram Press. p. 41.",
    )
    lead = "Brusk wort is a plant of the northern valleys.[1] It flowers in the rain."
    story = read(
        *("Brusk wort", "Article", "Talk", "Read", "Edit", "View history"),
        *("From Wikipedia, the free encyclopedia", "Coordinates: 12°03′S 71°40′E", lead, *contents),
        *("Growth[edit]", "It grows on walls, and on roofs that nobody has mended for years.[2]"),
        *("Uses[edit]", "Sheep will not eat it, and people make a tea of it that few drink twice."),
        *("References[edit]", *references, "Categories: PlantsOrlen"),
    )
    assert texts(story)[0] == lead
    assert len(story.paragraphs) == 3
    assert [paragraph.heading for paragraph in story.paragraphs] == [None, "Growth", "Uses"]


def test_a_press_release_is_its_text() -> None:
    story = read(
        *("FOR IMMEDIATE RELEASE", "Contact: Jo Lim, +00 555 0100, jo@orlen.example", TITLE),
        *(f"ORLEN, May 3, 2025 — {BODY[0]}", *BODY[1:], "About the Town of Orlen"),
        "Orlen is a town of 40,000 on the river Brusk, known for its trams.",
        *("###", "Media Contact", "Jo Lim", "Town of Orlen, Press Office."),
    )
    assert story.title == TITLE
    assert [text[-20:] for text in texts(story)[:3]] == [text[-20:] for text in BODY]
    assert not any("Press Office" in text for text in texts(story))
