"""Lists of feeds: read from what other readers write, written for them to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ReadingError
from bot.reading.feeds.opml import FeedAddress, read_opml, write_opml

NESTED = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="News"><outline text="Zoë" title="Zoë’s islands" xmlUrl="https://a.example/feed"/>
<outline type="rss" text="B" xmlURL=" https://b.example/?a=1&amp;b=2 "/></outline>
<outline text="Again" xmlUrl="https://a.example/feed"/>
<outline text="A link" type="link" url="https://c.example"/>
<outline text="Bad" xmlUrl="file:///etc/passwd"/><outline xmlUrl="https://d.example"/>
</body></opml>"""


def test_feeds_are_found_in_every_folder_once() -> None:
    assert read_opml(NESTED.encode()) == (
        FeedAddress("https://a.example/feed", "Zoë’s islands"),
        FeedAddress("https://b.example/?a=1&b=2", "B"),
        FeedAddress("https://d.example", None),
    )
    assert read_opml(NESTED.encode("utf-16")) == read_opml(NESTED.encode())


@given(st.dictionaries(st.integers(0, 99), st.text(), min_size=1))
def test_what_is_written_is_read_again(titles: dict[int, str]) -> None:
    feeds = [FeedAddress(f"https://x.example/?n={n}&m='\"<", title) for n, title in titles.items()]
    listed = read_opml(write_opml(feeds, "Feeds \x00 & <more>").encode("utf-8"))
    assert [feed.url for feed in listed] == [feed.url for feed in feeds]


def test_a_title_comes_back() -> None:
    feeds = (FeedAddress("https://a.example/feed", 'Zoë & "the <islands>"'),)
    assert read_opml(write_opml(feeds, "Feeds").encode()) == feeds


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not an OPML file"),
        (b"\x00\xff\xfe", "not an OPML file"),
        (b"<rss><channel/></rss>", "not an OPML file"),
        (b"<opml><body><outline", "not an OPML file"),
        (b"<outline>" * 100_000, "not an OPML file"),
        (b"<opml/>", "lists no feed"),
        (b"<opml><outline xmlUrl='x'/></opml>", "lists no feed"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml/>', "entities"),
        ('<!DOCTYPE o [<!ENTITY a "b">]><opml/>'.encode("utf-16"), "entities"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(ReadingError, match=says) as refused:
        read_opml(data)
    assert "\n" not in str(refused.value)


@given(st.binary())
def test_no_bytes_do_harm(data: bytes) -> None:
    with pytest.raises(ReadingError):
        read_opml(data)
