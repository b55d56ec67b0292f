"""NUL and halves of characters, which no database stores, in all that pages and files state."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.reading.desk import read_desk
from bot.reading.feeds.feed import read_feed
from bot.reading.files import read_file
from bot.reading.html.story import read_html
from bot.reading.pages.page import Story
from bot.reading.web.reply import Reply
from tests.support.pages import BODY, FULL, page
from tests.support.pdfs import Pdf, column, wrap

WRONG = {"half": "\\ud83d", "second half": "\\udc00", "NUL": "\\u0000"}


def _linked_data(wrong: str) -> Story:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", '
        f'"headline": "Ferry{wrong} sails again", "author": {{"name": "Ann{wrong} Oak"}}, '
        f'"publisher": {{"name": "Island{wrong} Post"}}}}</script>'
    )
    return read_html(page(FULL, head=head).encode(), url="https://news.example/ferry")


def _plain_page(wrong: str) -> Story:
    character = json.loads(f'"{wrong}"')
    text = f"Ferry{character} sails again\n\n" + "\n\n".join(BODY)
    data = text.encode("utf-16", "surrogatepass")
    return read_html(data, url="https://news.example/ferry", content_type="text/plain")


def _json_feed(wrong: str) -> Story:
    item = (
        f'{{"id": "{wrong}1", "title": "Ferry{wrong} sails", "content_html": {json.dumps(FULL)}, '
        f'"url": "https://news.example/ferry", "authors": [{{"name": "Ann{wrong} Oak"}}]}}'
    )
    feed = (
        '{"version": "https://jsonfeed.org/version/1.1", '
        f'"title": "Island{wrong} Post", "items": [{item}]}}'
    )
    [entry] = read_feed(feed.encode(), url="https://news.example/feed").entries
    assert entry.story
    (entry.key + entry.title + (entry.author or "")).encode()
    return entry.story


def _markdown(wrong: str) -> Story:
    character = json.loads(f'"{wrong}"')
    text = f"---\ntitle: Ferry{character} sails\nauthor: Ann{character} Oak\n---\n\n"
    data = (text + "\n\n".join(BODY)).encode(errors="ignore")
    [story] = read_file(data, name="ferry.md")
    return story


def _pdf(wrong: str) -> Story:
    lines = [line for text in BODY for line in (*wrap(text, 80), "")]
    title = "Ferry sails again" + json.loads(f'"{wrong}"')
    return read_file(Pdf([column(lines)], info={"Title": title}).data(), name="ferry.pdf")[0]


@pytest.mark.parametrize("read", [_linked_data, _plain_page, _json_feed, _markdown, _pdf])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_no_database_stores_is_left_out_where_it_is_read(
    read: Callable[[str], Story], wrong: str
) -> None:
    story = read(wrong)
    texts = [story.title, story.outlet or "", story.author or ""]
    texts += [paragraph.text for paragraph in story.paragraphs]
    assert "\0" not in "".join(texts)
    "".join(texts).encode()
    assert "Ferry" in story.title or read is _pdf


@given(st.text(), st.text(), st.text())
def test_a_story_states_only_what_can_be_stored(title: str, outlet: str, author: str) -> None:
    for halves in ("", "\ud800", "\0"):
        story = Story(title + halves, (), "main", outlet=halves + outlet, author=author + halves)
        assert story.title == title.replace("\0", "")
        assert story.outlet == outlet.replace("\0", "")
        assert story.author == author.replace("\0", "")


def test_a_desk_states_only_what_can_be_stored(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("Ferry sails again\n\n" + "\n\n".join(BODY))
    (tmp_path / "sources.toml").write_text(
        '["ferry.txt"]\noutlet = "Island\\u0000 Post"\nauthor = "Ann\\u0000 Oak"\n'
    )
    [article] = read_desk(tmp_path).articles
    assert (article.outlet, article.author) == ("Island Post", "Ann Oak")


@pytest.mark.parametrize(
    "header",
    [
        "text/html; charset*=a; charset*0=b",
        "text/html; charset*0*=utf-8''x; charset*1=b; charset=c",
        "text/html; charset*=nonsense'en'%ff",
        "text/html; charset*0=; charset*9999999=b",
        "; charset*=''",
    ],
)
def test_a_content_type_may_state_anything(header: str) -> None:
    reply = Reply(URL("https://news.example/"), 200, {"Content-Type": header})
    media_type, _ = reply.content_type
    assert media_type in ("text/html", "text/plain")


@given(
    st.lists(
        st.sampled_from(
            ["text/html", ";", " charset", "*", "0", "1", "=", "'", '"', "utf-8", "%ff"]
        )
        | st.text(max_size=3)
    ).map("".join)
)
def test_no_content_type_does_harm(header: str) -> None:
    reply = Reply(URL("https://news.example/"), 200, {"Content-Type": header})
    assert len(reply.content_type) == 2
