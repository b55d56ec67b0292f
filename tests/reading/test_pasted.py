"""Whole pastes, as people make them: the headline, all the text, and nothing of the site."""

from __future__ import annotations

import pytest

from bot.reading.pages.page import Story, read_page

TITLE = "Night tram of Orlen starts in May"
BODY = (
    "The town of Orlen will run a tram at night from May, the council said on Tuesday.",
    "It passes the market, the hospital and both schools, and costs two euros.",
    "“We have waited for it since 1988,” said Jo Lim, who sells tea at the market.",
    "A second line is planned for the autumn, if at least 300 people ride the first.",
)


def read(*lines: str) -> Story:
    (story,) = read_page("\n".join(lines))
    return story


def texts(story: Story) -> tuple[str, ...]:
    return tuple(paragraph.text for paragraph in story.paragraphs)


PHONES = [
    pytest.param(
        ("9:12", "orlenpost.example", "AA", "≡", "Subscribe"),
        ("Bo Kim", "12 min ago", "🔊 Listen", "💬 7", "↗️ Share"),
        ("ADVERTISEMENT", "SKIP ADVERTISEMENT"),
        ("Was this story helpful?", "👍 Yes", "👎 No", "Top Stories For You", "A goat goes home"),
        id="an app",
    ),
    pytest.param(
        ("18:40", "< Back", "Menu", "Sign in"),
        ("By Bo Kim", "May 2, 2025", "Share", "Save"),
        ("Advertisement", "Story continues below advertisement"),
        ("Related articles", "Ferry of Harl sold", "Rain in Brusk again", "Back to top"),
        id="a browser",
    ),
    pytest.param(
        ("7:05", "메뉴", "로그인"),
        ("2시간 전", "공유", "글자크기"),
        ("광고",),
        ("저작권자 ⓒ 오를렌일보, 무단 전재 금지", "좋아요", "공유하기"),
        id="in Korean",
    ),
    pytest.param(
        ("21:33", "≡", "Anmelden"),
        ("Von Bo Kim", "2. Mai 2025, 10:30 Uhr", "Teilen"),
        ("Anzeige",),
        ("Mehr zum Thema", "Fähre von Harl verkauft", "Impressum", "Datenschutz"),
        id="in German",
    ),
]


@pytest.mark.parametrize(("bar", "head", "break_", "foot"), PHONES)
def test_a_paste_from_a_phone_keeps_what_follows_the_advertisement(
    bar: tuple[str, ...], head: tuple[str, ...], break_: tuple[str, ...], foot: tuple[str, ...]
) -> None:
    story = read(*bar, TITLE, *head, *BODY[:2], *break_, BODY[2], "Tap to unmute", BODY[3], *foot)
    assert (story.title, texts(story)) == (TITLE, BODY)


WIKIS = [
    pytest.param(
        ("Article", "Talk", "Read", "Edit", "View history", "Tools"),
        "From Wikipedia, the free encyclopedia",
        ("Contents", "hide", "(Top)", "1 Growth", "2 References"),
        ("Growth[edit]", "References[edit]"),
        '^ "Brusk wort". Garden Office of Orlen. Retrieved 4 May 2024.',
        id="English",
    ),
    pytest.param(
        ("Artikel", "Diskussion", "Lesen", "Bearbeiten", "Quelltext bearbeiten"),
        "aus Wikipedia, der freien Enzyklopädie",
        ("Inhaltsverzeichnis", "1 Wuchs", "2 Einzelnachweise"),
        ("Wuchs[Bearbeiten]", "Einzelnachweise[Bearbeiten]"),
        "↑ Jo Lim: Kräuter von Orlen. Tram-Verlag, Orlen 1998, S. 41.",
        id="German",
    ),
    pytest.param(
        ("Article", "Talk", "Edit source"),
        "For the river, see Brusk (river).",
        ("Contents", "1 Growth", "1.1 On walls", "2 References"),
        ("Growth[edit source]", "References[edit source]"),
        "1. ^ a b Lim, Jo (1998). A Book of Worts. Orlen: Tram Press. p. 41.",
        id="another wiki",
    ),
]


@pytest.mark.parametrize(("tabs", "tagline", "contents", "headings", "reference"), WIKIS)
def test_a_page_of_an_encyclopedia_is_titled_by_its_subject_and_has_no_references(
    tabs: tuple[str, ...],
    tagline: str,
    contents: tuple[str, ...],
    headings: tuple[str, str],
    reference: str,
) -> None:
    text = (
        "Brusk wort is a plant of the northern valleys.[1] It flowers in the rain.",
        "It grows on walls, and on roofs that nobody has mended for years.[2]",
    )
    story = read(
        *("Brusk wort", *tabs, tagline, "Coordinates: 12°03′S 71°40′E", text[0], *contents),
        *(headings[0], text[1], headings[1], reference, reference.replace("41", "7")),
    )
    assert (story.title, texts(story)) == ("Brusk wort", text)


@pytest.mark.parametrize(
    "caption",
    [
        "Workers of the town load a tram onto a lorry at the depot of Orlen, May 2, 2025. "
        "(Photo by Staff Sgt. Jo Lim) 12th Tram Office",
        "The new tram stands at the market of Orlen on May 2, 2025. (File photo) Town Archive",
        "Jo Lim looks at the tram of Orlen before its first ride. (Photo by Bo Kim) Press Office",
        "The depot of Orlen has room for nine trams. (Image courtesy of Ann Okafor) 2nd Depot",
    ],
)
def test_a_paragraph_that_is_a_caption_with_its_credit_is_left_out(caption: str) -> None:
    story = read(TITLE, "", "\n\n".join((*BODY[:2], caption, *BODY[2:])))
    assert texts(story) == BODY


@pytest.mark.parametrize("note", ["Page 1 of 2", "Page 2", "Seite 2 von 3", "2 / 3페이지"])
@pytest.mark.parametrize(
    "contact",
    [
        ("-end-", "Jo Lim / Bo Kim", "Headquarters, Orlen", "555-0100", "jo@orlen.example"),
        ("News Media Contacts", "Jo Lim", "Town Hall, Orlen", "555-0100 / 555-0101"),
        ("Media Contact:", "Bo Kim", "Tram Office of Orlen, Brusk", "2025-048"),
    ],
    ids=["end", "contacts", "contact"],
)
def test_pages_notes_and_contacts_are_no_paragraphs(note: str, contact: tuple[str, ...]) -> None:
    lines = (TITLE, "", *BODY[:2], note, *BODY[2:], "Editor’s note: This was updated May 3.")
    story = read(*lines, "For more about the tram, visit:", "https://orlen.example", *contact)
    assert (story.title, texts(story)) == (TITLE, BODY)
