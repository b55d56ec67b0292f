"""Web pages: the story in them, what they say of themselves, and bytes that are no page at all."""

from __future__ import annotations

import codecs
import re
import textwrap
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pages_html import extract, main
from bot.errors import ReadingError
from bot.model import Origins
from bot.reading.decoding import decode
from bot.reading.feeds.feed import find_feeds
from bot.reading.feeds.opml import FeedAddress
from bot.reading.html.blocks import parse_blocks
from bot.reading.html.story import read_html
from bot.reading.pages.lines import count_words
from bot.reading.pages.page import Story
from tests.support.pages import BODY, TITLE, URL, page, paragraphs


def read(text: str, url: str | None = URL) -> Story:
    return read_html(text.encode(), url=url)


def texts(text: str) -> list[str]:
    return [paragraph.text for paragraph in read(text).paragraphs]


SHORT_PARAGRAPHS = {
    "zh": (
        "港口城市開放新圖書館",
        "洛馬市議會周四開放了新圖書館。",
        "市長林美玉說，這裏有三萬本書。",
        "圖書館每天開放十小時。",
        "孩子們不用付錢。",
        "第一天來了六百人。",
    ),
    "ja": (
        "山の町に新しい駅",
        "北谷町は月曜日、新しい駅を開いた。",
        "駅には二つのホームがある。",
        "町長は「長く待った」と話した。",
        "列車は一時間に二本走る。",
        "店も三つできた。",
    ),
    "ko": (
        "섬마을에 새 학교",
        "하나섬에 새 학교가 문을 열었다.",
        "학생은 모두 스물두 명이다.",
        "교장은 기쁘다고 말했다.",
        "수업은 월요일에 시작한다.",
        "버스도 다닌다.",
    ),
    "th": (
        "เมืองริมทะเลเปิดตลาดใหม่",
        "เทศบาลเมืองท่าดีเปิดตลาดปลาแห่งใหม่เมื่อวันจันทร์ที่ผ่านมา",
        "ตลาดมีร้านค้าหกสิบร้านและเปิดทุกวันตั้งแต่หกโมงเช้า",
        "นายกเทศมนตรีกล่าวว่าชาวบ้านรอคอยมานานถึงสิบปีเต็ม",
    ),
}


# The story


def test_a_page_is_one_story_without_what_stands_around_it() -> None:
    story = read(page(paragraphs(*BODY)))
    assert (story.title, story.kind, story.url) == (TITLE, "main", URL)
    assert tuple(paragraph.text for paragraph in story.paragraphs) == BODY


def test_the_text_is_what_a_browser_shows() -> None:
    written = (
        "The ferry\n   to the <b>outer\tislands</b> sai&shy;led on&nbsp;Monday &amp; will sail "
        "again<script>track()</script> on <a href='#'>Tuesday</a>,<!-- no --> they said."
    )
    visible = (
        "The ferry to the outer islands sailed on\u00a0Monday & will sail again on Tuesday, "
        "they said."
    )
    assert texts(page(paragraphs(written, *BODY)))[0] == visible


def test_lines_that_are_broken_are_paragraphs() -> None:
    assert texts(page("<div>" + "<br><br>".join(BODY) + "</div>")) == list(BODY)


def test_lines_that_are_broken_at_a_width_are_put_together() -> None:
    wrapped = [textwrap.wrap(text, 60) for text in BODY]
    story_texts = texts(
        page("<div>" + "<br><br>".join("<br>".join(lines) for lines in wrapped) + "</div>")
    )
    assert story_texts == ["\n".join(lines) for lines in wrapped]


@pytest.mark.parametrize("heading", ["The boats", "And who will pay for all the boats?"])
def test_headings_stand_above_their_paragraphs(heading: str) -> None:
    story = read(page(paragraphs(*BODY[:2]), f"<h2>{heading}</h2>", paragraphs(*BODY[2:])))
    assert [p.heading for p in story.paragraphs] == [None, None, heading, heading]


def test_lists_and_quotations_are_told() -> None:
    items, quotation = ["One electric boat", "One pier"], "It is more than a boat to us."
    story_texts = texts(
        page(
            paragraphs(*BODY[:3]),
            f"<ul><li>{'<li>'.join(items)}</ul><blockquote>{quotation}</blockquote>",
            paragraphs(BODY[3]),
        )
    )
    assert story_texts == [*BODY[:3], *items, quotation, BODY[3]]


def test_prose_that_trafilatura_passes_over_is_told() -> None:
    passed_over = f"<div class='shareable'>{paragraphs(BODY[2])}</div>"
    text = page(paragraphs(*BODY[:2]), passed_over, paragraphs(BODY[3]))
    assert BODY[2] not in extract(text.encode())
    assert texts(text) == list(BODY)


def test_what_a_page_prints_twice_is_told_once() -> None:
    assert texts(page(paragraphs(*BODY), f"<div>{paragraphs(*BODY)}</div>")) == list(BODY)


@pytest.mark.parametrize("language", SHORT_PARAGRAPHS)
@pytest.mark.parametrize("tag", ["section", "div", "div class=info-box"])
def test_a_single_paragraph_below_a_heading_is_kept(tag: str, language: str) -> None:
    title, first, *others = SHORT_PARAGRAPHS[language]
    parts = [f"<{tag}><h3>{title} {n}</h3><p>{text}</p></{tag.split()[0]}>"
             for n, text in enumerate(others)]  # fmt: skip
    assert texts(page(f"<p>{first}</p>", *parts, title=title)) == [first, *others]


@pytest.mark.parametrize("tag", ['<embed src="/film">', '<embed src="/a"/>', "<embed>"])
def test_an_embedded_film_takes_no_text_with_it(tag: str) -> None:
    assert texts(page(f"<div>{tag}{paragraphs(*BODY)}</div>")) == list(BODY)


def test_captions_tables_and_comments_are_not_told() -> None:
    story_texts = texts(
        page(
            paragraphs(BODY[0]),
            "<figure><img src=x><figcaption>The new pier, seen from the sea.</figcaption></figure>",
            paragraphs(BODY[1]),
            "<table><tr><td>Boats</td><td>2</td></tr><tr><td>Seats</td><td>400</td></tr></table>",
            paragraphs(*BODY[2:]),
            "<div class='comments' id='comments'><h3>Comments</h3>"
            "<p>This is the best news that I have read in a year, well done to all.</p></div>",
        )
    )
    assert story_texts == list(BODY)


def test_what_is_hidden_is_not_told() -> None:
    hidden = "<p style='display: none'>This was meant for machines alone, and nobody reads it.</p>"
    assert texts(page(paragraphs(*BODY[:2]), hidden, paragraphs(*BODY[2:]))) == list(BODY)


@pytest.mark.parametrize("language", SHORT_PARAGRAPHS)
def test_short_paragraphs_are_kept_in_scripts_without_spaces(language: str) -> None:
    title, *body = SHORT_PARAGRAPHS[language]
    text = f"<html lang={language}><title>{title}</title><body><h1>{title}</h1>"
    story = read(f"{text}<article>{paragraphs(*body)}</article></body></html>")
    assert [paragraph.text for paragraph in story.paragraphs] == body
    assert story.title == title


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The pier’s 3 doors", 4),
        ("港口城市開放", 3),
        ("2026年に新しい駅", 4),
        ("새 학교가 열렸다", 3),
        ("ตลาดปลาแห่งใหม่", 3),
    ],
)
def test_words_are_counted_by_character_where_no_spaces_divide_them(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    "ruby",
    [
        "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>",
        "<ruby><rb>漢</rb><rt>kan</rt></ruby><ruby>字<rt>ji</rt></ruby>",
        "<ruby>漢<rp>(<rt>かん<rp>)</ruby><ruby>字<rtc><rt>じ</rt></rtc></ruby>",
    ],
)
def test_the_readings_above_characters_are_left_out(ruby: str) -> None:
    written = f"町の図書館では{ruby}の本を三千冊も集めて、子どもたちに読ませている。"
    visible = "町の図書館では漢字の本を三千冊も集めて、子どもたちに読ませている。"
    assert texts(page(paragraphs(written, *BODY)))[0] == visible


def test_a_page_without_marks_is_read_by_the_page_readers_signs() -> None:
    plain = "\n\n".join((TITLE, TITLE, *BODY))
    story = read_html(plain.encode(), url=URL, content_type="text/plain")
    assert (story.title, story.url) == (TITLE, URL)
    assert tuple(paragraph.text for paragraph in story.paragraphs) == BODY


# What the page says of itself

HEAD = """
<meta property="og:site_name" content="Island Post">
<meta name="author" content="By Ben Reed">
<meta property="article:published_time" content="2026-03-02T23:30:00-05:00">
"""
GRAPH = """<script type="application/ld+json">{"@graph": [
{"@type": "WebSite", "name": "Nothing"},
{"@type": ["NewsArticle"], "headline": "Ferry", "datePublished": "2026-03-03",
 "author": [{"name": "Ann &amp; Co"}, {"name": "Cy Low"}], "publisher": {"name": "The Post"},
 "hasPart": {"@type": "NewsArticle", "author": "Someone Else"}}]}</script>"""
METADATA = "the page's metadata"


def test_metadata_names_outlet_author_and_day() -> None:
    story = read(page(paragraphs(*BODY), head=HEAD))
    assert (story.outlet, story.author) == ("Island Post", "Ben Reed")
    assert story.published == date(2026, 3, 2)
    assert story.published_at == datetime(2026, 3, 3, 4, 30, tzinfo=UTC)
    assert story.origins == Origins(METADATA, METADATA, METADATA)


def test_json_ld_comes_before_other_metadata() -> None:
    story = read(page(paragraphs(*BODY), head=HEAD + GRAPH))
    assert (story.outlet, story.author) == ("The Post", "Ann & Co, Cy Low")
    assert story.published == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ('<time datetime="2026-03-01T22:10:00+09:00">1 March 2026</time>', "2026-03-01T13:10Z"),
        ('<time datetime="2026-03-01">1 March 2026</time>', None),
        ('<p>Updated <time datetime="2026-03-01T22:10:00Z">1 March 2026</time></p>', None),
    ],
)
def test_the_time_of_an_element_is_kept_with_its_zone(stated: str, moment: str | None) -> None:
    story = read(page(stated, paragraphs(*BODY)))
    assert story.published_at == (moment and datetime.fromisoformat(moment))


def test_a_byline_on_the_page_is_taken_where_metadata_has_none() -> None:
    story = read(page("<p>By Dee Marsh</p><p>March 1, 2026</p>", paragraphs(*BODY)))
    assert (story.outlet, story.author, story.published) == (None, "Dee Marsh", date(2026, 3, 1))
    assert story.origins == Origins(None, "the page", "the page")


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<meta name="author" content="https://news.example/ben">',
        '<meta name="author" content="admin"><meta property="og:site_name" content="@islands">',
        '<meta property="article:published_time" content="0001-01-01T00:00:00Z">',
        '<meta property="article:published_time" content="soon">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": [[1], {}]}</script>',
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">{"@type": "WebPage", "hasPart": '
        '{"@type": "NewsArticle", "author": "Someone Else", "datePublished": "2026"}}</script>',
    ],
)
def test_what_is_not_stated_is_not_known(head: str) -> None:
    story = read(page(paragraphs(*BODY), head=head))
    assert (story.outlet, story.author, story.published) == (None, None, None)
    assert story.origins == Origins()


@pytest.mark.parametrize(
    ("canonical", "known_as"),
    [
        ("https://www.news.example/ferry", "https://www.news.example/ferry"),
        ("/ferry", "https://news.example/ferry"),
        ("https://news.example/", URL),  # every article of some sites names the front page
        ("https://elsewhere.example/ferry", URL),
        ("javascript:alert(1)", URL),
        ("http://[", URL),
    ],
)
def test_the_canonical_address_counts_on_the_pages_own_host(canonical: str, known_as: str) -> None:
    head = f'<link rel="canonical" href="{canonical}">'
    assert read(page(paragraphs(*BODY), head=head)).url == known_as
    assert read(page(paragraphs(*BODY), head=head), url=None).url is None


def test_the_feeds_of_a_page_are_found() -> None:
    head = """<link rel="alternate" type="application/rss+xml" title=" All  news " href="/feed">
    <link rel="alternate" type="application/rss+xml" href="/comments/feed">
    <link rel="alternate" type="application/atom+xml" href="/feed" title="The same again">
    <link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="text/html" href="/m">
    <link rel="alternate" type="application/feed+json; charset=utf-8" href="feed.json">"""
    feeds = (
        FeedAddress("https://news.example/feed", "All news"),
        FeedAddress("https://news.example/2026/03/feed.json"),
    )
    assert find_feeds(f"<head>{head}</head>".encode(), url=URL) == feeds
    assert find_feeds(b"", url=URL) == ()


def test_a_site_s_name_is_no_part_of_the_title() -> None:
    bare = page(paragraphs(*BODY)).replace(f"<h1>{TITLE}</h1>", "")
    assert read(bare).title == TITLE
    head = f'{HEAD}<meta property="og:title" content="{TITLE} - and why">'
    assert read(page(paragraphs(*BODY), head=head, title="")).title == f"{TITLE} - and why"


# Encodings


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Zoë".encode(), None, "Zoë"),
        ("Zoë".encode(), "iso-8859-1", "Zoë"),
        ("Zoë “x”".encode("cp1252"), "utf-8", "Zoë “x”"),
        ("Zoë “x”".encode("cp1252"), "iso-8859-1", "Zoë “x”"),
        ("한국 뉴스".encode("euc-kr"), "euc-kr", "한국 뉴스"),
        ('<meta charset="euc-kr">한국'.encode("cp949"), None, '<meta charset="euc-kr">한국'),
        (codecs.BOM_UTF16_LE + "Zoë".encode("utf-16-le"), "utf-8", "Zoë"),
        (codecs.BOM_UTF8 + "Zoë".encode(), "cp1252", "Zoë"),
        (b"Zo\xeb", "no-such-charset", "Zoë"),
        (b"Zo\xeb \\x41", "unicode_escape", "Zoë \\x41"),
        (b"Zo\x81\xeb", "a\0b", "Zo\ufffd\ufffd"),
    ],
)
def test_the_encoding_is_found(data: bytes, charset: str | None, text: str) -> None:
    assert decode(data, charset) == text


# Bad input


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "has no text"),
        (b"<html><body><img src=x></body></html>", "has no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "another kind"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "another kind"),
        (b"<div>" * 1_000_000, "has no text"),
        (b"<p>" * 500_000, "too large"),
        (b"<html><body><nav><a href=/>Home</a></nav></body></html>", "shows no article"),
        (b"<html><body><p>Please enable JavaScript.</p></body></html>", "shows no article"),
    ],
)
def test_what_is_no_page_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(ReadingError, match=says) as refused:
        read_html(data, url=URL)
    assert str(refused.value).startswith(URL)
    assert "\n" not in str(refused.value)


PIECES = [
    *("<p>", "</p>", "<div", ">", "<!--", "-->", "<br>", "<h1>", "<table><tr><td>", "\0", "&#0;"),
    *("<script type='application/ld+json'>", '{"@type": "Article", "author": ', "</script>", "[{"),
    *("<meta property='og:title' content='", "'>", "<base href='http://[", "<link rel=canonical "),
    *(
        "href='//x'",
        "\ufeff",
        "&nbsp;",
        "<pre>\n\n",
        "<svg>",
        "<![CDATA[",
        "<time itemprop=datePublished",
    ),
    *(f"<p>{text}</p>" for text in BODY),
]
MESSES = st.one_of(
    st.binary(max_size=400),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=30).map(
        lambda pieces: "".join(pieces).encode("utf-8", "surrogatepass")
    ),
)


def bare(text: str) -> str:
    return re.sub(r"[\s\u00ad\u200b\u2060\ufeff]", "", text)


@settings(max_examples=80)
@given(MESSES)
def test_no_bytes_do_harm_and_every_paragraph_is_of_the_page(data: bytes) -> None:
    try:
        story = read_html(data, url=URL)
    except ReadingError:
        return
    assert story.title
    assert story.paragraphs
    visible = bare("".join(block.text for block in parse_blocks(decode(data))))
    for paragraph in story.paragraphs:
        assert bare(paragraph.text) in visible


@given(st.lists(st.sampled_from(BODY), unique=True, min_size=2))
def test_paragraphs_are_found_in_any_order(body: list[str]) -> None:
    assert texts(page(paragraphs(*body))) == body


# The benchmark


def test_the_benchmark_measures_beside_trafilatura(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.html").write_text(page(paragraphs(*BODY)), "utf-8")
    (tmp_path / "one.txt").write_text("\n".join(BODY), "utf-8")
    assert main([str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert re.match(r"Verbatim\s+precision 1.000 recall 1.000", printed[0])
    assert len(printed) == 4
    assert main([str(tmp_path / "none")]) == 2
    assert main([]) == 2
