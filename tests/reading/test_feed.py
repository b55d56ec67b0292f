"""Feeds: what each format says, what is full text and what a teaser, and feeds meant to do harm."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ReadingError
from bot.model import Origins
from bot.reading.feeds.feed import FeedContent, looks_like_feed, read_feed
from bot.reading.feeds.items import MAX_ITEMS
from bot.reading.html.blocks import parse_blocks
from tests.support.pages import (
    BODY,
    FULL,
    RSS_2,
    TEASER,
    entry_texts,
    item,
    only_entry,
    page,
    paragraphs,
    rss,
)

URL = "https://news.example/feed/all.xml"


def read(data: str | bytes) -> FeedContent:
    return read_feed(data.encode() if isinstance(data, str) else data, url=URL)


# Formats

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Island Post</title>
<link href="https://news.example/"/><entry><id>tag:1</id>
<title type="html">Ferry &amp;amp; pier</title>
<link href="../ferry"/><updated>2026-03-04T00:00:00Z</updated>
<published>2026-03-02T23:00:00-05:00</published>
<author><name>Ann Oak</name></author><content type="html">{FULL.replace("<", "&lt;")}</content>
</entry></feed>"""
RSS_1 = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel rdf:about="x"><title>Island Post</title><link>https://news.example/</link></channel>
<item rdf:about="tag:1"><title>Ferry &amp;amp; pier</title><link>https://news.example/ferry</link>
<dc:date>2026-03-02T23:00:00-05:00</dc:date><dc:creator>Ann Oak</dc:creator>
<content:encoded><![CDATA[{FULL}]]></content:encoded></item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Island Post",
        "home_page_url": "https://news.example/",
        "items": [
            {
                "id": "tag:1",
                "url": "/ferry",
                "title": "Ferry & pier",
                "date_published": "2026-03-02T23:00:00-05:00",
                "authors": [{"name": "Ann Oak"}],
                "content_html": FULL,
            }
        ],
    }
)


@pytest.mark.parametrize("data", [ATOM, RSS_2, RSS_1, JSON_FEED], ids=["atom", "2", "1", "json"])
def test_every_format_says_the_same(data: str) -> None:
    feed = read(data)
    assert feed.title == "Island Post"
    entry = only_entry(feed)
    assert (entry.key, entry.title, entry.author) == ("tag:1", "Ferry & pier", "Ann Oak")
    assert entry.url == "https://news.example/ferry"
    assert entry.published == date(2026, 3, 2)
    assert entry_texts(entry) == BODY
    story = entry.story
    assert story
    assert story.published_at == entry.published_at == datetime(2026, 3, 3, 4, tzinfo=UTC)
    assert (story.title, story.outlet, story.url) == (entry.title, "Island Post", entry.url)
    assert story.origins == Origins("the feed's title", "the feed", "the feed")


def test_old_rss_without_a_version_is_read() -> None:
    entry = only_entry(
        read("<rss><channel><item><title>Ferry</title><link>/x</link></item></channel></rss>")
    )
    assert (entry.key, entry.url, entry.story) == ("https://news.example/x",) * 2 + (None,)


def test_an_entry_of_another_source_names_it() -> None:
    source = '<source url="https://far.example/feed">Far Away Times</source>'
    story = only_entry(read(rss(item(content=FULL, more=source)))).story
    assert story
    assert (story.outlet, story.origins.outlet) == ("Far Away Times", "the feed")


def test_an_address_of_mail_is_no_author() -> None:
    assert only_entry(read(rss(item(more="<author>desk@news.example</author>")))).author is None
    named = only_entry(read(rss(item(more="<author>desk@news.example (Ben Reed)</author>"))))
    assert named.author == "Ben Reed"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_stated_encoding_may_be_wrong(encoding: str) -> None:
    entry = only_entry(read(rss(item("Zoë’s “ferry”", content=FULL)).encode(encoding)))
    assert entry.title == "Zoë’s “ferry”"
    assert entry_texts(entry) == BODY


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("euc-kr", "다솔항 부두를 새로 짓는다"),
        ("shift_jis", "テセル港の桟橋が閉鎖"),
        ("windows-1251", "Порт закрывает причал"),
        ("big5", "碼頭關閉十一週"),
    ],
)
def test_the_header_of_the_reply_says_the_encoding(encoding: str, title: str) -> None:
    data = rss(item(title)).replace(' encoding="utf-8"', "").encode(encoding)
    assert only_entry(read_feed(data, url=URL, charset=encoding)).title == title
    assert (
        only_entry(read_feed(rss(item(title)).encode(), url=URL, charset=encoding)).title == title
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_need_no_mark_in_xml(encoding: str) -> None:
    data = rss(item("Zoë’s ferry", content=FULL)).encode(encoding)
    assert looks_like_feed(data)
    assert only_entry(read(data)).title == "Zoë’s ferry"


# Characters that are named, numbered, or not allowed

NETSCAPE = (
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
)
NAMED = "Zo&euml;: l&rsquo;&icirc;le &mdash; &pound;40&ndash;50 &Auml;rger &copy; AT&amp;T"
PLAIN = "Zoë: l’île — £40–50 Ärger © AT&T"


@pytest.mark.parametrize(
    "head",
    [
        "",
        NETSCAPE,
        "<!DOCTYPE rss>",
        "<!DOCTYPE rss SYSTEM 'x.dtd' [<!ENTITY unused 'y'>]>",
        "<!-- a <b> --><!DOCTYPE rss [<!-- don't --><!ENTITY mdash '&#8212;'>]>",
        "<!DOCTYPE rss [" + "".join(f"<!ENTITY e{n} '{n}'>" for n in range(1_000)) + "]>",
    ],
)
def test_the_named_characters_of_html_are_read(head: str) -> None:
    feed = read(head + rss(item(NAMED, content=FULL)).partition("?>")[2])
    assert only_entry(feed).title == PLAIN
    assert entry_texts(only_entry(feed)) == BODY


@pytest.mark.parametrize(
    ("declared", "written", "displayed"),
    [
        ("<!ENTITY post 'The Tessel Post'>", "From &post;", "From The Tessel Post"),
        ("<!ENTITY a 'Ann'><!ENTITY b '&a; &amp; Ben'>", "By &b;", "By Ann & Ben"),
        ('<!ENTITY q "«Île»">', "&q; &other;", "«Île» &other;"),
        ("<!ENTITY amp 'no'><!ENTITY lt 'no'>", "A &amp; B &amp;lt; C", "A & B < C"),
        ("<!ENTITY x SYSTEM 'file:///etc/passwd'>", "a &x; b", "a &x; b"),
        ("<!ENTITY % y 'z'> %y; <!ENTITY 항구 '다솔'>", "a &y; b", "a &y; b"),
    ],
)
def test_what_a_feed_declares_is_read(declared: str, written: str, displayed: str) -> None:
    head = f"<!DOCTYPE rss [\n{declared}\n]>"
    entry = only_entry(read(head + rss(item(written, content=FULL)).partition("?>")[2]))
    assert entry.title == displayed


@pytest.mark.parametrize(
    "text",
    [
        "<!-- <!ENTITY x 'y'> -->",
        "<description><![CDATA[How to write <!ENTITY x 'y'> &mdash; &x; in XML]]></description>",
        "<description>&lt;!ENTITY x 'y'&gt;</description>",
        "<!entity x 'y'>",
    ],
)
def test_what_only_speaks_of_entities_refuses_nothing(text: str) -> None:
    data = rss(item("Pier", content=FULL, more=text))
    assert entry_texts(only_entry(read(data))) == BODY


@pytest.mark.parametrize(
    "wrong",
    [
        "&#xD800;",
        "&#xdfff;",
        "&#1114112;",
        "&#x110000;",
        "&#99999999999999999999;",
        "&#0;",
        "&#x0B;",
        "&#xFFFF;",
        "\x08",
        "\x1f",
        "\ufffe",
    ],
)
def test_a_character_that_xml_forbids_costs_itself(wrong: str) -> None:
    body = FULL.replace("ferry", f"fer{wrong}ry")
    feed = read(rss(item(f"Ol{wrong}á", guid="a", content=body), item("Zwei", guid="b")))
    assert [entry.title for entry in feed.entries] == ["Olá", "Zwei"]
    assert entry_texts(feed.entries[0]) == BODY


@pytest.mark.parametrize("text", ["AT&T", "Q & A", "a?x=1&copy=2", "R&D; 50&", "&;", "&#;", "&#x;"])
def test_a_bare_ampersand_is_text(text: str) -> None:
    entry = only_entry(read(rss(item(text, link=f"https://e.example/?a=1&copy=2&{'x'}=3"))))
    assert entry.title == text
    assert entry.url == "https://e.example/?a=1&copy=2&x=3"


def test_a_json_feed_holds_no_halves_of_characters() -> None:
    text = JSON_FEED.replace("Ferry & pier", "Ferry\\ud83d & \\u0000pier \\ud83d\\ude00")
    assert only_entry(read(text)).title == "Ferry & pier 😀"


def test_a_cut_character_costs_itself_and_not_the_encoding() -> None:
    whole = rss(item("Der Anleger schließt für elf Wochen, sagt Zoë", content=FULL)).encode()
    entry = only_entry(read(whole.replace("ü".encode(), b"\xc3")))
    assert entry.title == "Der Anleger schließt f\ufffdr elf Wochen, sagt Zoë"


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("desk@news.example (Ben Reed (Island Post))", "Ben Reed (Island Post)"),
        ("Ben Reed <desk@news.example>", "Ben Reed"),
        ("a@x.example (Ann Oak), b@x.example (Ben Reed)", "Ann Oak, Ben Reed"),
        ("<b>Ann Oak</b> (Tessel)", "Ann Oak (Tessel)"),
    ],
)
def test_the_name_beside_an_address_of_mail_is_whole(stated: str, name: str) -> None:
    author = f"<author>{stated.replace('<', '&lt;')}</author>"
    assert only_entry(read(rss(item(more=author)))).author == name


def test_of_several_authors_with_addresses_none_is_lost() -> None:
    authors = "".join(
        f"<author><name>{name}</name><email>{name[0]}@news.example</email></author>"
        for name in ("Ann Oak", "Ben Reed")
    )
    feed = read(ATOM.replace("<author><name>Ann Oak</name></author>", authors))
    assert only_entry(feed).author == "Ann Oak, Ben Reed"


def write_atom(entry: str, head: str = "") -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Island Post</title>'
        f"{head}<entry><title>Ferry</title>{entry}</entry></feed>"
    )


def write_json_feed(feed: dict[str, Any], entry: dict[str, Any]) -> str:
    version = "https://jsonfeed.org/version/1.1"
    items = [{"url": "/x", **entry}]
    return json.dumps({"version": version, "title": "Island Post", **feed, "items": items})


_ANN = "<author><name>Ann Oak</name></author>"
_BEN = "<author><name>Ben Reed</name></author>"
_ELSEWHERE = "<source><title>Far Away Times</title>{}</source>"


@pytest.mark.parametrize(
    ("data", "author"),
    [
        (write_atom('<link href="/x"/>', _ANN), "Ann Oak"),
        (write_atom('<link href="/x"/>', _ANN + _BEN), "Ann Oak, Ben Reed"),
        (write_atom(f'<link href="/x"/>{_BEN}', _ANN), "Ben Reed"),
        (write_atom(f'<link href="/x"/>{_ELSEWHERE.format(_BEN)}', _ANN), "Ben Reed"),
        (write_atom('<link href="/x"/>', "<author><name>ISLAND POST</name></author>"), None),
        (write_json_feed({"author": {"name": "Ann Oak"}}, {}), "Ann Oak"),
        (write_json_feed({"authors": [{"name": "Ann Oak"}]}, {"authors": []}), "Ann Oak"),
        (write_json_feed({}, {"authors": {"name": "Ann Oak"}}), "Ann Oak"),
        (rss(item("Ferry"), head="<managingEditor>a@x.example (Ann Oak)</managingEditor>"), None),
    ],
)  # fmt: skip
def test_the_author_of_a_feed_is_that_of_its_entries(data: str, author: str | None) -> None:
    assert only_entry(read(data)).author == author


@pytest.mark.parametrize(
    ("data", "url"),
    [
        (write_atom('<link href="pier.html"/>', '<link href="https://isle.example/a/"/>'),
         "https://isle.example/a/pier.html"),
        (rss("<item><title>Pier</title><link>/pier</link></item>",
             head="<link>https://isle.example/</link>"), "https://isle.example/pier"),
        (write_atom('<link href="pier.html"/>', '<link href="https://news.example/a/"/>'),
         "https://news.example/feed/pier.html"),
    ],
)  # fmt: skip
def test_a_link_is_relative_to_the_site_that_another_host_publishes_a_feed_for(
    data: str, url: str
) -> None:
    assert only_entry(read(data)).url == url


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("<guid>https://news.example/pier</guid>", "https://news.example/pier"),
        ("<guid>pier-closes-417</guid>", None),
        ("<guid>417</guid>", None),
        ("<guid>/pier</guid><link>/pier</link>", "https://news.example/pier"),
        ('<link uri="at://did:plc:abc/post/3l">https://news.example/pier</link>',
         "https://news.example/pier"),
        ('<link rel="self" href="urn:x">\nhttps://news.example/pier </link>',
         "https://news.example/pier"),
        ('<link>https://count.example/~r/417</link><feedburner:origLink xmlns:feedburner='
         '"http://rssnamespace.org/feedburner/ext/1.0">https://news.example/pier'
         "</feedburner:origLink>", "https://news.example/pier"),
    ],
)  # fmt: skip
def test_the_address_of_an_entry_is_that_of_its_page(entry: str, url: str | None) -> None:
    text = "<description>The pier closes on Monday.</description>"
    assert only_entry(read(rss(f"<item><title>Pier</title>{entry}{text}</item>"))).url == url


def test_a_channel_of_the_oldest_format_is_a_feed() -> None:
    entry = only_entry(
        read(
            '<CHANNEL HREF="https://e.example/"><TITLE>Post</TITLE>'
            '<ITEM HREF="https://e.example/pier"><TITLE>Pier</TITLE></ITEM></CHANNEL>'
        )
    )
    assert (entry.url, entry.title) == ("https://e.example/pier", "Pier")


# Full text or teaser


@pytest.mark.parametrize(
    ("summary", "content"),
    [
        (TEASER, ""),
        (FULL, ""),  # as long as a standfirst may be
        ("", paragraphs(*BODY[:2])),
        ("", FULL + "<p>The harbour of the northern island […]</p>"),
        ("", FULL + "<p>The harbour … <a href='/ferry'>Continue reading</a></p>"),
        ("", FULL + "<p><a href='/ferry'>Read the rest of this entry »</a></p>"),
        ("<img src=x>", ""),
    ],
)
def test_the_beginning_of_an_article_is_a_teaser(summary: str, content: str) -> None:
    entry = only_entry(read(rss(item(summary=summary, content=content))))
    assert entry.story is None


@pytest.mark.parametrize(
    ("summary", "excerpt"),
    [
        ("The pier closes on Monday. Nobody was hurt there.",) * 2,
        ("The pier closes on Monday. Nobody was h…", "The pier closes on Monday."),
        ("The pier closes on Monday. Nobody was hurt there. […]",) * 2,
        ("<p>The pier closes on Monday. … <a href=x>Continue reading</a></p>",) * 2,
        ("부두는 화요일에 문을 닫는다고 항만 위원회가 밝혔다. 다친 사람은 없…",) * 2,
        ("港务局周二决定关闭旧渡轮码头十一周，以便更换木桩。没有人受…",) * 2,
        ("Der Anleger schließt am Montag für elf Wochen. Niemand wurde ver...",) * 2,
        ("The pier closes on Monday for as long as…", ""),
        ("Pier news […]", ""),
    ],
)
def test_a_teaser_gives_its_whole_sentences(summary: str, excerpt: str) -> None:
    entry = only_entry(read(rss(item("Ferry", summary=summary))))
    texts = [paragraph.text for paragraph in entry.excerpt.paragraphs] if entry.excerpt else []
    assert entry.story is None
    assert all(text in summary and text[-1] in ".。" for text in texts)
    assert bool(texts) == bool(excerpt)
    assert "".join(texts) in excerpt
    if entry.excerpt:
        assert entry.excerpt.origins.text == "the feed's summary"


def test_a_long_description_is_full_text() -> None:
    body = [text.replace("islands", name) for name in ("isles", "skerries") for text in BODY]
    assert entry_texts(only_entry(read(rss(item(summary=paragraphs(*body)))))) == tuple(body)


def test_what_leads_to_the_article_is_none_of_it() -> None:
    content = (
        "<p>View the original article on our own pages.</p>"
        + FULL
        + (
            "<p>The post <a href=x>Ferry</a> appeared first on <a href=y>Island Post</a>.</p>"
            "<p>Sign up for our newsletter</p>"
        )
    )
    assert entry_texts(only_entry(read(rss(item(content=content))))) == BODY


def test_an_entry_without_an_address_is_all_there_is() -> None:
    entry = only_entry(read(rss(item("", link="", summary=f"<p>{TEASER}</p>"))))
    assert (entry.url, entry_texts(entry)) == (None, (TEASER,))
    assert entry.title == TEASER.removesuffix(" years.")
    assert only_entry(read(rss(item("", link="", summary=TEASER)))).key == entry.key
    assert read(rss(item(link="", summary=""))).entries == ()


# Entries and their keys


def test_a_guid_with_another_title_is_another_entry() -> None:
    feed = read(rss(item("One", guid="a"), item("Two", guid="a"), item("Three", guid="b")))
    assert [entry.title for entry in feed.entries] == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    "entries",
    [
        [item("Pier", link="/a", guid="N/A"), item("Storm", link="/b", guid="N/A")],
        [item("Update", link="/a", guid="0"), item("Update", link="/b", guid="0")],
        [item("항구", link="/live", guid="-"), item("다리", link="/live", guid="-")],
    ],
)
def test_one_guid_for_all_does_not_make_them_one(entries: list[str]) -> None:
    both = read(rss(*entries)).entries
    assert len({entry.key for entry in both}) == 2
    # Their keys do not depend on what stands beside them, as long as they share a guid.
    storm = item("Brücke gesperrt", link="/c", guid=both[0].key.partition("#")[0])
    assert [entry.key for entry in read(rss(storm, *entries)).entries[1:]] == [
        entry.key for entry in both
    ]


def test_what_is_printed_twice_is_one_entry() -> None:
    feed = read(rss(item("Pier", guid="a"), item("Storm", guid="b"), item("Pier", guid="a")))
    assert [(entry.key, entry.title) for entry in feed.entries] == [("a", "Pier"), ("b", "Storm")]


def test_the_digest_changes_with_what_is_said() -> None:
    same = only_entry(read(rss(item(guid="a", content=FULL))))
    assert (
        only_entry(read(rss(item(guid="a", content=FULL, more="<comments>9</comments>")))) == same
    )
    edited = only_entry(read(rss(item(guid="a", content=FULL.replace("nine", "eight")))))
    assert (edited.key, edited.digest == same.digest) == (same.key, False)


def test_a_day_to_come_stays_as_it_is_stated() -> None:
    future = "<pubDate>Tue, 01 Jan 2999 00:00:00 GMT</pubDate>"
    assert only_entry(read(rss(item(more=future)))).published == date(2999, 1, 1)
    assert only_entry(read(rss(item(more="<pubDate>soon</pubDate>")))).published is None


def test_an_empty_feed_has_no_entries() -> None:
    assert read(rss()) == FeedContent("Island Post", ())
    assert read('{"version": "https://jsonfeed.org/version/1"}') == FeedContent(None, ())


@pytest.mark.parametrize("closing", ["</item>", "</item >"])
def test_a_feed_of_too_many_entries_is_cut(closing: str) -> None:
    items = [item(f"T{n}", link=f"/{n}") for n in range(MAX_ITEMS + 20)]
    title = "<title>Island Post</title>"  # stands after the items in some feeds
    feed = read(rss(*items, title, head="").replace("</item>", closing))
    assert [entry.title for entry in feed.entries] == [f"T{n}" for n in range(MAX_ITEMS)]
    assert (feed.left_out, feed.title) == (20, "Island Post")


def test_a_json_feed_of_too_many_entries_is_cut() -> None:
    items = [{"id": n, "url": f"/{n}"} for n in range(MAX_ITEMS + 20)]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    assert (len(feed.entries), feed.left_out) == (MAX_ITEMS, 20)


def test_fifty_thousand_entries_are_cut_before_they_are_read() -> None:
    feed = read(rss(*(item(f"T{n}", link=f"/{n}") for n in range(50_000))))
    assert (len(feed.entries), feed.left_out) == (MAX_ITEMS, 50_000 - MAX_ITEMS)


# What is a feed


@pytest.mark.parametrize("data", [ATOM, RSS_2, RSS_1, JSON_FEED, f"\ufeff\n<!-- a -->{RSS_2[38:]}"])
def test_a_feed_is_known_by_its_first_words(data: str) -> None:
    assert looks_like_feed(data.encode(), "text/html")


def test_a_page_is_no_feed_whatever_it_is_called() -> None:
    text = page(FULL).encode()
    assert not looks_like_feed(text, "application/rss+xml")
    assert not looks_like_feed(b'{"version": 1}', "application/json")
    assert looks_like_feed(b"Warning: feed.php line 3", "application/rss+xml")
    with pytest.raises(ReadingError, match=r"There is no feed at .* \(its type is text/html"):
        read_feed(text, url=URL, content_type="text/html")


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))

LONG = f"<!ENTITY x '{'ha' * 4_000}'>"  # 8,000 characters, of which a text may have few


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no feed"),
        (b"\x00\xff" * 900, "no feed"),
        (b"GIF89a", "no feed"),
        (b"<?" * 50_000, "no feed"),
        (b"<??>" * 2_000 + b"<html>", "no feed"),
        (f"<!DOCTYPE r [{BOMB}]>{RSS_2[38:]}".encode(), "entities"),
        (f"<!DOCTYPE r [{BOMB}]>{RSS_2[38:]}".encode("utf-16"), "entities"),
        (f"<!-- a --><!DOCTYPE r [{BOMB}]>{RSS_2[38:]}".encode("utf-32"), "entities"),
        (f"<!DOCTYPE r [{LONG}]>{rss(item('&x;' * 2_000))[38:]}".encode(), "entities"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "damaged"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 200_000, "damaged"),
    ],
)
def test_what_is_no_feed_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(ReadingError, match=says) as refused:
        read(data)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [[]], [{}], [None, {"name": 3}]])
@pytest.mark.parametrize(
    "key", ["id", "url", "title", "authors", "author", "content_html", "content_text", "summary"]
)
def test_a_json_feed_may_hold_anything_anywhere(key: str, value: Any) -> None:
    stated = {"id": 1, "url": "/ferry", key: value}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [stated, value]}
    assert len(read(json.dumps(feed)).entries) <= 2


PIECES = [
    *("<rss>", "<channel>", "<item>", "</item>", "<link>", "</link>", "<guid>", "<![CDATA[", "]]>"),
    *(
        "<description>",
        "</description>",
        "&lt;p&gt;",
        "&#0;",
        "&nbsp;",
        "&x;",
        "<title>",
        "</title>",
    ),
    *("<feed>", "<entry>", "<content type='xhtml'>", "<id>", "<author>", "<updated>2026-13-45"),
    *("<pubDate>Mon, 02 Mar", "</pubDate>", "<!DOCTYPE x>", "\0", "<source>", *BODY, RSS_2, ATOM),
]


@settings(max_examples=80)
@given(
    st.sampled_from([b"", b"<rss>", b"<feed>", b'{"version": "https://jsonfeed.org/"']),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=20),
)
def test_no_bytes_do_harm(start: bytes, pieces: list[str]) -> None:
    try:
        feed = read(start + "".join(pieces).encode("utf-8", "surrogatepass"))
    except ReadingError:
        return
    for entry in feed.entries:
        assert entry.key
        assert entry.story or entry.url
        assert bool(entry_texts(entry)) == bool(entry.story)


@given(st.lists(st.sampled_from(BODY), min_size=1))
def test_the_text_of_an_entry_is_the_feeds(body: list[str]) -> None:
    entry = only_entry(read(rss(item(link="", guid="x", summary=paragraphs(*body)))))
    visible = [block.text for block in parse_blocks(paragraphs(*body))]
    assert set(entry_texts(entry)) <= set(visible)
