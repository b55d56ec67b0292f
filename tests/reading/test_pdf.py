"""A PDF is read as its pages show it, or refused in one sentence."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date

import pytest

from bot.errors import ReadingError
from bot.reading.pages.page import Story
from bot.reading.pdf.document import MAX_PAGES, read_pdf
from bot.reading.sandbox import Sandbox
from tests.support.pdfs import LEADING, SIZE, Pdf, Text, assemble, column, content, wrap

TITLE = "A second pier for Harrow Bay"
FIRST = (
    "The council of Harrow Bay voted on Tuesday to build a second pier for the ferries, which "
    "carried 41,000 people last year."
)
SECOND = (
    "Work begins in May and is to last for two summers, said Mara Lindqvist, who has planned "
    "three piers on this coast before."
)
THIRD = (
    "The fishermen of the bay had asked for a wider harbour mouth instead, and their union will "
    "meet the council in the spring."
)
FOURTH = (
    "Until then the two ferries share the old pier, where passengers waited for up to ninety "
    "minutes on the first weekend of August."
)
WIDE, NARROW = 84, 38  # characters of a line in one column and in two


def title(text: str = TITLE) -> Text:
    return Text(text, size=2 * SIZE)


def paragraphs_below(top: float, *texts: str, width: int = WIDE, left: float = 72.0) -> list[Text]:
    """Paragraphs in one column, with a blank line between them."""
    lines = [line for text in texts for line in (*wrap(text, width), "")]
    return column(lines, left=left, top=top)


def read(*pages: Sequence[Text], **info: str) -> Story:
    return read_pdf(Pdf([list(page) for page in pages], info).data(), url=None, name="pier.pdf")


def texts_of(story: Story) -> list[str]:
    return [paragraph.text for paragraph in story.paragraphs]


# Paragraphs and columns


def test_a_page_of_one_column_gives_its_title_and_paragraphs() -> None:
    story = read([title(), *paragraphs_below(730, FIRST, SECOND, THIRD)])
    assert story.title == TITLE
    assert texts_of(story) == [FIRST, SECOND, THIRD]


def test_a_paragraph_may_begin_with_an_indent_and_no_gap() -> None:
    top, texts = 730.0, [title()]
    for text in (FIRST, SECOND, THIRD):
        first, *others = wrap(text, WIDE)
        texts += [Text(first, 84, top), *column(others, top=top - LEADING)]
        top -= LEADING * (len(others) + 1)
    assert texts_of(read(texts)) == [FIRST, SECOND, THIRD]


def test_a_paragraph_that_ends_short_ends_without_indent_or_gap() -> None:
    lines = [line for text in (FIRST, SECOND, THIRD) for line in wrap(text, WIDE)]
    assert texts_of(read([title(), *column(lines, top=730)])) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("across", [False, True], ids=["column by column", "line by line"])
def test_columns_are_read_one_after_the_other(count: int, across: bool) -> None:
    width = {2: NARROW, 3: 25}[count]
    columns = [
        paragraphs_below(730, *texts, width=width, left=72 + number * (width * 5 + 20))
        for number, texts in enumerate([(FIRST, SECOND), (THIRD, FOURTH), (SECOND, FIRST)][:count])
    ]
    texts = [text for lines in columns for text in lines]
    if across:
        texts.sort(key=lambda text: (-text.baseline, text.left))
    expected = [FIRST, SECOND, THIRD, FOURTH, SECOND, FIRST][: 2 * count]
    assert texts_of(read([title(), *texts])) == expected


def test_a_paragraph_goes_on_in_the_next_column_and_over_the_page() -> None:
    lines = wrap(f"{FIRST} {SECOND} {THIRD} {FOURTH}".replace(". ", ", and ", 9), NARROW)
    third = len(lines) // 3
    first, second, other = lines[:third], lines[third : 2 * third], lines[2 * third :]
    story = read(
        [title(), *column(first, top=730), *column(second, left=290, top=730)], column(other)
    )
    assert texts_of(story) == [" ".join(lines)]


def test_a_line_across_both_columns_parts_what_is_above_it_from_what_is_below() -> None:
    heading = "What the fishermen of the bay say about the plan"
    sides = [(FIRST, SECOND, THIRD, FOURTH), (SECOND, FIRST, FOURTH, THIRD)]
    texts = [title(), Text(heading, 72, 600, 14)]
    for left, (first, second, third, fourth) in zip((72.0, 290.0), sides, strict=True):
        texts += paragraphs_below(730, first, second, width=NARROW, left=left)
        texts += paragraphs_below(570, third, fourth, width=NARROW, left=left)
    story = read(texts)
    assert texts_of(story) == [*sides[0][:2], *sides[1][:2], *sides[0][2:], *sides[1][2:]]
    assert story.paragraphs[4].heading == heading


def test_the_cells_of_a_table_are_read_line_by_line() -> None:
    rows = [("Pier", "Year"), ("Old", "1911"), ("New", "2027"), ("North", "1954")]
    cells = [
        Text(cell, left, 650 - LEADING * n)
        for n, row in enumerate(rows)
        for left, cell in zip((72, 300), row, strict=True)
    ]
    story = read([title(), *paragraphs_below(730, FIRST, SECOND), *cells])
    assert texts_of(story)[:2] == [FIRST, SECOND]
    assert "Old 1911" in " ".join(texts_of(story)[2:])


def test_a_heading_stands_over_its_paragraph_and_a_list_keeps_its_items() -> None:
    story = read([
        title(),
        *paragraphs_below(730, FIRST),
        *column(["The fishermen"], top=680, font="F2"),
        *column(["• A wider harbour mouth is wanted first.", "• A new crane is wanted as well,",
                 "  once the old one has been taken down."], top=667),
    ])  # fmt: skip
    assert texts_of(story) == [
        FIRST,
        "A wider harbour mouth is wanted first.",
        "A new crane is wanted as well, once the old one has been taken down.",
    ]
    assert story.paragraphs[1].heading == "The fishermen"


# Line ends


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["The govern-", "ment of the island"], "The government of the island"),
        (["a long-", "term plan"], "a long-term plan"),
        (["the pre-", "and post-war piers"], "the pre- and post-war piers"),
        (["the Harrow-", "Belmont line"], "the Harrow-Belmont line"),
        (["between 1990-", "2004 it sank"], "between 1990-2004 it sank"),
        (["the harbour\u00ad", "s wait"], "the harbours wait"),
        (["a so-", "called pier"], "a so-called pier"),
        (["der Straßen\u2010", "bahnhof liegt"], "der Straßenbahnhof liegt"),
        (["die Schiff-", "fahrtsbehörde"], "die Schifffahrtsbehörde"),
        (["die Hafen-", "und Fährgebühren"], "die Hafen- und Fährgebühren"),
        (["le gouver-", "nement de l’île"], "le gouvernement de l’île"),
        (["she waited -", "for an hour"], "she waited - for an hour"),
    ],
)
def test_a_word_that_is_cut_at_a_line_end_is_joined(lines: list[str], joined: str) -> None:
    filled = "when the ferries of the bay came in at noon and the people on the pier all waited for"
    opening = filled[: 82 - len(lines[0])]
    story = read([title(), *column([filled, f"{opening} {lines[0]}", lines[1]], top=730)])
    assert texts_of(story)[0].endswith(joined)


def test_the_other_words_of_the_document_tell_how_one_is_joined() -> None:
    lines = [
        "The kelpward turn is new, the kelp-ward one was not, and of every kelp-",
        "ward turn that he knew the second was, he said to all of them, the best.",
        "",
        "The kelp-ward turns of the bay are many and the kelp-ward tide is strong on them.",
    ]
    assert "every kelp-ward turn" in texts_of(read([title(), *column(lines, top=730)]))[0]
    lines[-1] = lines[-1].replace("-ward", "ward")
    assert "every kelpward turn" in texts_of(read([title(), *column(lines, top=730)]))[0]


def test_korean_lines_are_joined_within_a_word_and_between_words() -> None:
    """A document that prints the spaces at its line ends breaks words at the other ones."""
    first = "해솔시 의회는 화요일 여객선을 위한 두 번째 부두를 짓기로 결정했으며 공"
    second = "사는 오월에 시작해 두 해 여름 동안 이어지는데 그사이 배는 옛 부두를 쓰고"
    third = "버스가 손님을 나른다고 담당 기사가 말했다."
    head = Text("해솔만에 두 번째 부두를 짓는다", size=20)
    story = read([head, *column([first, f"{second} ", third], top=730)])
    assert (story.title, texts_of(story)) == (head.text, [f"{first}{second} {third}"])
    story = read([head, *column([first[:-2], second[3:], third], top=730)])
    assert texts_of(story) == [f"{first[:-2]} {second[3:]} {third}"]


def test_chinese_lines_are_joined_without_a_space() -> None:
    lines = [
        "海湾市议会星期二决定为渡轮修建第二座码头，去年渡轮运送了四万一千名乘客，工程将于五月",
        "开始，历时两个夏天，工程师说。",
    ]
    assert texts_of(read([title(), *column(lines, top=730)])) == ["".join(lines)]


def test_ligatures_umlauts_and_accents_of_older_tex_are_letters() -> None:
    ligatures = "The oﬃce of the ﬁshermen is ﬂooded, and nobody knows how the staﬀ gets there now."
    umlauts = "Die Fähre fährt über die Bucht, und die Möwen lärmen größer als gewöhnlich im März."
    plain = "Die Schiffe der Bucht heissen nach den Tochtern der Fischer, die auf ihnen fuhren."
    place = plain.index("ochtern") * SIZE / 2 + 72
    story = read([
        title(), *paragraphs_below(730, ligatures, umlauts, plain),
        Text("¨", place, 730 - 4 * LEADING),
    ])  # fmt: skip
    assert texts_of(story) == [
        "The office of the fishermen is flooded, and nobody knows how the staff gets there now.",
        umlauts,
        plain.replace("Tochtern", "Töchtern"),
    ]


def test_a_raised_figure_is_no_figure_of_the_text() -> None:
    text = "The fares of the ferries rose by 3.2 percent in May, and those of the buses by 4.0"
    end = 72 + len(text) * SIZE / 2
    second = "percent in the same month."
    story = read([title(), *column([text, second], top=730), Text("1", end, 734, 7)])
    assert texts_of(story) == [f"{text}¹ {second}"]


def test_a_letter_that_the_document_does_not_name_shows_as_missing() -> None:
    text = FIRST.replace("second", "secðnd")
    data = Pdf([[title(), *paragraphs_below(730, text, SECOND)]]).data()
    story = read_pdf(data.replace(b"<00F0>", b"<001C>"), url=None)
    assert texts_of(story) == [text.replace("ð", "\ufffd"), SECOND]


# What is no text of the story


def test_running_heads_page_numbers_and_notes_are_left_out() -> None:
    notes = ["1 The figures are those of the harbour office.", "See its report."]

    def make_page(number: int, text: str) -> list[Text]:
        head = "The Harbour Review" if number % 2 else f"Piers of the bay   {number}"
        return [
            Text(head, 72, 810, 8),
            *([title()] if number == 1 else []),
            *paragraphs_below(730, text),
            *column(notes, top=90, size=7),
            Text(f"Page {number} of 4", 280, 40, 8),
        ]

    story = read(*(make_page(n, text) for n, text in enumerate((FIRST, SECOND, THIRD, FOURTH), 1)))
    assert story.title == TITLE
    assert texts_of(story) == [FIRST, SECOND, THIRD, FOURTH]


def test_a_watermark_and_a_stamp_along_the_margin_are_left_out() -> None:
    story = read([
        Text("Preprint of 3 May", 20, 300, turn=(0, 1, -1, 0)),
        title(),
        *paragraphs_below(730, FIRST, SECOND),
        Text("DRAFT", 200, 600, 60, turn=(1, 1, -1, 1)),
    ])  # fmt: skip
    assert (story.title, texts_of(story)) == (TITLE, [FIRST, SECOND])


def test_a_page_that_lies_on_its_side_is_read() -> None:
    turned = [
        Text(text.text, 595 - text.baseline + 200, text.left, text.size, turn=(0, 1, -1, 0))
        for text in (title(), *paragraphs_below(730, FIRST, SECOND))
    ]
    story = read(turned)
    assert (story.title, texts_of(story)) == (TITLE, [FIRST, SECOND])


# Title, author, date


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("", TITLE),
        ("Microsoft Word - pier_final.docx", TITLE),
        ("pier_final.docx", TITLE),
        ("A Second Pier for Harrow Bay", TITLE),
        ("Something else that was here before", TITLE),
    ],
)
def test_the_title_is_what_the_page_prints_in_the_largest_type(stated: str, expected: str) -> None:
    page = [Text("The Valley Harbour Review", size=12), Text(TITLE, baseline=740, size=18)]
    story = read([*page, *paragraphs_below(700, FIRST, SECOND)], Title=stated)
    assert story.title == expected


def test_the_printed_title_that_the_metadata_names_wins_over_a_larger_masthead() -> None:
    page = [Text("The Valley Harbour Review", size=30), Text(TITLE, baseline=740, size=18)]
    assert read([*page, *paragraphs_below(700, FIRST, SECOND)], Title=TITLE).title == TITLE


def test_a_document_in_one_size_is_titled_by_its_metadata_or_its_first_line() -> None:
    assert read(paragraphs_below(730, FIRST, SECOND), Title=TITLE).title == TITLE
    assert read(paragraphs_below(730, TITLE, FIRST, SECOND)).title == TITLE
    assert read(paragraphs_below(730, FIRST, SECOND)).title == FIRST[:73].rstrip()


@pytest.mark.parametrize(
    ("stated", "author"),
    [
        ("Mara Lindqvist", "Mara Lindqvist"),
        ("Jörg von der Aue", "Jörg von der Aue"),
        ("이나루", "이나루"),
        ("mlindqvist", None),
        ("Microsoft Office User", None),
        ("Windows User", None),
        ("admin", None),
        ("", None),
    ],
)
def test_the_author_of_the_metadata_counts_if_it_is_a_name(stated: str, author: str | None) -> None:
    story = read([title(), *paragraphs_below(730, FIRST, SECOND)], Author=stated)
    assert story.author == author
    assert story.origins.author == (author and "the document's metadata")


def test_a_byline_and_a_date_on_the_page_win() -> None:
    head = [Text("By Tomas Reyes", 72, 745), Text("Published 14 May 2026", 72, 732)]
    story = read([title(), *head, *paragraphs_below(700, FIRST, SECOND)], Author="Mara Lindqvist")
    assert (story.author, story.published) == ("Tomas Reyes", date(2026, 5, 14))
    assert texts_of(story) == [FIRST, SECOND]


def test_the_dates_of_the_file_are_no_date_of_publication() -> None:
    page = [title(), *paragraphs_below(730, FIRST, SECOND)]
    story = read(page, CreationDate="D:20260514120000Z", ModDate="D:20260515120000Z")
    assert story.published is None
    assert (story.outlet, story.url) == (None, None)


# What is refused


def _picture() -> bytes:
    scan = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Length 1 >> stream\n\x7f\nendstream"
    )
    return assemble(
        [content(b"q 500 0 0 700 40 40 cm /X Do Q")],
        extra=[scan],
        resources=b"/XObject << /X 4 0 R >>",
    )


def _locked() -> bytes:
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<%s> <%s>]"
    return assemble([content(b"")], trailer=lock % (b"41" * 32, b"42" * 32, b"43" * 16, b"43" * 16))


def _bomb() -> bytes:
    """20 GB of spaces, packed twice."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    data = zlib.compress(b"\x78\xda" + block * 2000 + b"\x03\x00\0\0\0\0")
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >> stream\n%s\nendstream"
    return assemble([stream % (len(data), data)])


def _call_each_other() -> bytes:
    """Forms of which each shows the next one ten times."""
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9]"
        b" /Resources << /XObject << /X %d 0 R >> >> /Length 60 >> stream\n%s\nendstream"
    )
    forms = [form % (5 + n, b"/X Do " * 10) for n in range(20)]
    return assemble([content(b"/X Do")], extra=forms, resources=b"/XObject << /X 4 0 R >>")


def _whole() -> bytes:
    return Pdf([[title(), *paragraphs_below(730, FIRST, SECOND)]]).data()


NO_TEXT = "has no text that can be copied, like a scan; add its text as a .txt file"
REFUSED = {
    "a scan": (_picture, NO_TEXT),
    "a page with nothing on it": (lambda: assemble([content(b"")]), NO_TEXT),
    "a stamp on a scan": (lambda: Pdf([[Text("Received 3 May")]]).data(), NO_TEXT),
    "locked": (_locked, "is locked with a password; save it without one"),
    "cut off": (lambda: _whole()[:-200], "is incomplete"),
    "half": (lambda: _whole()[: len(_whole()) // 2], "is incomplete"),
    "no PDF": (lambda: b"<html><p>Hello.", "is not a PDF, although its name says so"),
    "broken": (lambda: b"%PDF-1.7\n" + b"\x80\x81" * 999 + b"\n%%EOF\n", "is a damaged PDF"),
    "no pages": (lambda: assemble([]), f"{NO_TEXT}|is a damaged PDF"),
    "pages of pages": (
        lambda: assemble([content(b"")]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
        "is a damaged PDF",
    ),
    "many pages": (lambda: assemble([content(b"")] * (MAX_PAGES + 1)), "more than 200 pages"),
    "nested arrays": (lambda: assemble([content(b"[" * 3_000_000)]), NO_TEXT),
    "nested dictionaries": (
        lambda: assemble([content(b"")], trailer=b"/X " + b"<</A " * 500_000),
        "is a damaged PDF",
    ),
    "packed twice": (_bomb, "takes too much memory"),
    "forms in forms": (_call_each_other, "takes more than 3 seconds"),
}


@pytest.fixture
async def sandbox(sandbox_kind: type[Sandbox]) -> AsyncIterator[Sandbox]:
    opened = sandbox_kind()
    yield opened
    await opened.close()


@pytest.mark.parametrize(("make", "says_so"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_cannot_be_read_is_refused_in_one_sentence(
    make: Callable[[], bytes], says_so: str, sandbox_kind: type[Sandbox]
) -> None:
    sandbox = sandbox_kind(seconds=3 if "3 seconds" in says_so else 60)
    try:
        with pytest.raises(ReadingError, match=says_so) as refusal:
            await sandbox.read_file(make(), name="pier.pdf")
        assert str(refusal.value).startswith("pier.pdf ")
        assert str(refusal.value).endswith(".")
    finally:
        await sandbox.close()


def test_a_font_that_names_no_letters_is_refused() -> None:
    data = Pdf([[title(), *paragraphs_below(730, FIRST, SECOND)]]).data()
    with pytest.raises(ReadingError, match="does not say which letters it shows"):
        read_pdf(data.replace(b"/ToUnicode", b"/ToNothing"), url=None)


async def test_a_pdf_is_read_in_the_sandbox_as_a_file_and_as_a_page(sandbox: Sandbox) -> None:
    (story,) = await sandbox.read_file(_whole(), name="Pier.PDF")
    assert (story.title, texts_of(story), story.url) == (TITLE, [FIRST, SECOND], None)
    url = "https://harbour.example/pier.pdf"
    assert (await sandbox.read_pdf(_whole(), url=url)).url == url
