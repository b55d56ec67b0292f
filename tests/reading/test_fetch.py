"""The downloader brings pages and feeds as they are, and tells what failed and what is gone."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import pytest

from bot.errors import FetchError, SettingsError
from bot.reading.web.fetch import Fetcher, FetchResult
from tests.support.fetching import FETCH_SECONDS, PAGE_BYTES, refusal
from tests.support.hostile import (
    STORY_FEED,
    STORY_PAGE,
    HostileServer,
    Request,
    http_response,
    redirect_to,
    send,
)


async def test_an_honest_page_comes_as_it_is(hostile: HostileServer, fetcher: Fetcher) -> None:
    assert await fetcher.fetch_page(hostile.url("/story")) == FetchResult(
        url=hostile.url("/story"),
        status=200,
        body=STORY_PAGE,
        media_type="text/html",
        charset="utf-8",
        etag=None,
        last_modified=None,
    )


async def test_nobody_is_told_more_than_who_asks_and_for_what(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/cookie"] = send(
        http_response(b"", status="302 Found", Location="/story", Set_Cookie="who=ann")
    )
    await fetcher.fetch_page(hostile.url("/cookie", "news.example"))
    [visit] = hostile.requests_for("/story")
    assert visit.headers.keys() == {
        *("host", "accept", "user-agent", "accept-encoding", "connection"),
    }
    assert visit.headers["user-agent"].startswith("Verbatim")


async def test_no_proxy_of_the_environment_is_used(
    hostile: HostileServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert (await fetcher.fetch_page(hostile.url("/story", "news.example"))).body == STORY_PAGE


@pytest.mark.parametrize(
    "packed",
    [
        http_response(gzip.compress(STORY_PAGE), Content_Encoding="gzip"),
        http_response(
            gzip.compress(STORY_PAGE[:50]) + gzip.compress(STORY_PAGE[50:]), Content_Encoding="gzip"
        ),
        http_response(zlib.compress(STORY_PAGE), Content_Encoding="deflate"),
        http_response(zlib.compress(STORY_PAGE)[2:-4], Content_Encoding="deflate"),
        http_response(STORY_PAGE, Content_Encoding="identity"),
        http_response(STORY_PAGE, length=-1),
    ],
    ids=["gzip", "gzip in parts", "deflate", "raw deflate", "identity", "no length"],
)
async def test_a_page_is_unpacked(packed: bytes, hostile: HostileServer, fetcher: Fetcher) -> None:
    hostile.answers["/packed"] = send(packed)
    assert (await fetcher.fetch_page(hostile.url("/packed"))).body == STORY_PAGE


@pytest.mark.parametrize(
    "kind", ["application/gzip", "application/x-gzip", "application/octet-stream", "text/xml", None]
)
async def test_a_feed_that_is_a_packed_file_is_unpacked(
    kind: str | None, hostile: HostileServer, fetcher: Fetcher
) -> None:
    packed = gzip.compress(STORY_FEED[:60]) + gzip.compress(STORY_FEED[60:])
    hostile.answers["/feed.xml.gz"] = send(
        http_response(packed, Content_Type=kind) if kind else http_response(packed)
    )
    fetched = await fetcher.fetch_feed(hostile.url("/feed.xml.gz"))
    assert fetched.body == STORY_FEED
    assert fetched.media_type == ("text/xml" if kind == "text/xml" else None)
    assert (await fetcher.fetch_page_or_feed(hostile.url("/feed.xml.gz"))).body == STORY_FEED


@pytest.mark.parametrize(
    ("packed", "says"),
    [
        (gzip.compress(b" " * 30_000_000), "which is the limit"),
        (gzip.compress(gzip.compress(STORY_FEED)), "archive"),
        (gzip.compress(STORY_FEED)[:-9], "damaged"),
        (b"\x1f\x8b\x08\0 nonsense", "damaged"),
        (gzip.compress(b"%PDF-1.4"), "PDF"),
    ],
    # A packed file holds the second it was made in, which no two test workers share.
    ids=["too large", "packed twice", "cut", "nonsense", "a PDF"],
)
async def test_a_packed_file_is_unpacked_within_the_limits(
    packed: bytes, says: str, hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/feed.gz"] = send(http_response(packed, Content_Type="application/gzip"))
    with pytest.raises(FetchError, match=says):
        await fetcher.fetch_feed(hostile.url("/feed.gz"))


async def test_only_a_feed_may_be_larger_than_a_page(hostile: HostileServer) -> None:
    hostile.answers["/feed"] = send(http_response(STORY_FEED + b" " * 3000))
    hostile.answers["/page"] = send(http_response(b"<html>" + b" " * 3000))
    fetcher = Fetcher(page_bytes=2000, feed_bytes=9000, allow=[hostile.address], pause=0)
    try:
        assert len((await fetcher.fetch_page_or_feed(hostile.url("/feed"))).body) > 3000
        with pytest.raises(FetchError, match="VERBATIM_MAX_PAGE_BYTES"):
            await fetcher.fetch_page_or_feed(hostile.url("/page"))
    finally:
        await fetcher.close()


READABLE = ["text/html", "TEXT/HTML; x=y", "application/xhtml+xml", "text/plain", "text/xml"]
READABLE += ["application/rss+xml", "application/json", "application/octet-stream"]


@pytest.mark.parametrize("header", [*READABLE, "", "nonsense", "a/b/c", None])
async def test_text_is_read_whatever_it_is_sent_as(
    header: str | None, hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/typed"] = send(
        http_response(STORY_FEED)
        if header is None
        else http_response(STORY_FEED, Content_Type=header)
    )
    assert (await fetcher.fetch_page(hostile.url("/typed"))).body == STORY_FEED
    assert (await fetcher.fetch_feed(hostile.url("/typed"))).body == STORY_FEED


async def test_utf_16_is_text_with_its_mark_only(hostile: HostileServer, fetcher: Fetcher) -> None:
    hostile.answers["/marked"] = send(http_response("Ships called.".encode("utf-16")))
    hostile.answers["/unmarked"] = send(http_response("Ships called.".encode("utf-16-le")))
    assert (await fetcher.fetch_page(hostile.url("/marked"))).body.startswith(b"\xff\xfe")
    await refusal(fetcher, hostile.url("/unmarked"), "binary data")


async def test_redirects_are_followed_and_the_permanent_ones_are_told(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers |= {
        "/old": redirect_to(hostile.url("/newer", "news.example"), "301 Moved Permanently"),
        "/newer": redirect_to("new#part", "308 Permanent Redirect"),
        "/new": redirect_to("/today"),
        "/today": redirect_to("/story", "301 Moved Permanently"),
    }
    fetched = await fetcher.fetch_page(hostile.url("/old", "other.example"))
    assert fetched.url == hostile.url("/story", "news.example")
    assert fetched.moved_to == hostile.url("/new", "news.example")
    assert (await fetcher.fetch_page(hostile.url("/today"))).moved_to == hostile.url("/story")
    assert (await fetcher.fetch_page(hostile.url("/new"))).moved_to is None
    assert (await fetcher.fetch_page(hostile.url("/chain/5"))).body == STORY_PAGE


async def test_a_redirect_cannot_write_into_the_next_request(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/split"] = redirect_to("/nothing%0D%0AX-Evil:%201%0D%0A")
    await refusal(fetcher, hostile.url("/split"), "nothing at this address")
    assert "x-evil" not in hostile.requests[-1].headers
    hostile.answers["/split"] = redirect_to("/story\r\nSet-Cookie: a=b")
    assert (await fetcher.fetch_page(hostile.url("/split"))).body == STORY_PAGE
    assert "cookie" not in hostile.requests[-1].headers


async def test_what_has_not_changed_is_not_sent_again(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    async def versioned(visit: Request) -> AsyncIterator[bytes]:
        is_known = (
            visit.headers.get("if-none-match") == '"7"' or "if-modified-since" in visit.headers
        )
        status, body = ("304 Not Modified", b"") if is_known else ("200 OK", STORY_PAGE)
        yield http_response(
            body, status=status, ETag='"7"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT"
        )

    hostile.answers["/versioned"] = versioned
    url = hostile.url("/versioned")
    first = await fetcher.fetch_feed(url)
    assert (first.status, first.etag) == (200, '"7"')
    for again in (
        await fetcher.fetch_feed(url, etag=first.etag),
        await fetcher.fetch_page(url, last_modified=first.last_modified),
    ):
        assert (again.status, again.body) == (304, b"")
        assert again.etag == first.etag
    assert (await fetcher.fetch_page(url, etag='"6"')).status == 200


async def test_not_modified_is_no_answer_to_who_holds_nothing(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/odd"] = send(http_response(b"", status="304 Not Modified"))
    await refusal(fetcher, hostile.url("/odd"), "answered 304")


@pytest.mark.parametrize("value", ['"\xff"', '"\x7f"', "\x80"])
async def test_a_header_that_could_not_be_sent_back_is_dropped(
    value: str, hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/odd"] = send(
        http_response(STORY_PAGE, ETag=value, Content_Type=f"text/html; charset={value}")
    )
    fetched = await fetcher.fetch_page(hostile.url("/odd"))
    assert (fetched.etag, fetched.media_type, fetched.charset) == (None, None, None)


async def test_what_is_gone_is_told_from_what_fails(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    assert (await refusal(fetcher, hostile.url("/status/404"), "404")).is_gone
    assert (await refusal(fetcher, hostile.url("/status/410"), "410")).is_gone
    assert not (await refusal(fetcher, hostile.url("/status/403"), "403")).is_gone
    assert not (await refusal(fetcher, hostile.url("/hang-up"), "closed the connection")).is_gone


SENT = "Sat, 21 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("9" * 400, 86_400.0),
        ("Sat, 21 Nov 2026 10:02:00 GMT", 120.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 10:02:00", None),
        ("-5", None),
        ("²", None),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_the_pause_that_a_host_asks_for_is_told(
    status: str, retry_after: str, seconds: float | None, hostile: HostileServer, fetcher: Fetcher
) -> None:
    hostile.answers["/busy"] = send(
        http_response(b"", status=status, Retry_After=retry_after, Date=SENT)
    )
    refused = await refusal(fetcher, hostile.url("/busy"), "try again later")
    assert refused.retry_after == seconds


async def test_a_feed_may_be_larger_than_a_page(hostile: HostileServer) -> None:
    hostile.answers["/long"] = send(http_response(b"a" * 2000))
    fetcher = Fetcher(page_bytes=1999, feed_bytes=2000, allow=[hostile.address], pause=0)
    try:
        assert len((await fetcher.fetch_feed(hostile.url("/long"))).body) == 2000
        await refusal(fetcher, hostile.url("/long"), r"more than 0\.001999 MB")
        hostile.answers["/long"] = send(http_response(b"a" * 2001))
        with pytest.raises(FetchError, match=r"more than 0\.002 MB, which is the limit\."):
            await fetcher.fetch_feed(hostile.url("/long"))
    finally:
        await fetcher.close()


@pytest.mark.parametrize("header", ["application/pdf", "text/html", "application/octet-stream"])
async def test_a_pdf_is_known_by_its_first_bytes_and_may_be_larger_than_a_page(
    header: str, hostile: HostileServer
) -> None:
    def answer(size: int) -> bytes:
        return http_response(b"%PDF-1.7\n".ljust(size, b"a"), Content_Type=header)

    hostile.answers["/pier"] = send(answer(3000))
    fetcher = Fetcher(page_bytes=1999, pdf_bytes=3000, allow=[hostile.address], pause=0)
    try:
        fetched = await fetcher.fetch_page(hostile.url("/pier"))
        assert (len(fetched.body), fetched.media_type) == (3000, "application/pdf")
        with pytest.raises(FetchError, match="sent a PDF, which is not a feed; add it as a link"):
            await fetcher.fetch_feed(hostile.url("/pier"))
        hostile.answers["/pier"] = send(answer(3001))
        await refusal(fetcher, hostile.url("/pier"), r"sent a PDF of more than 0\.003 MB; use")
    finally:
        await fetcher.close()


async def test_the_time_is_that_of_all_redirects_together(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    """Four answers, each in time, are too slow together."""

    async def dawdles(visit: Request) -> AsyncIterator[bytes]:
        await asyncio.sleep(FETCH_SECONDS * 0.4)
        left = int(visit.path[-1])
        yield (
            http_response(b"", status="302 Found", Location=f"/dawdle{left - 1}")
            if left
            else http_response(STORY_PAGE)
        )

    for left in range(4):
        hostile.answers[f"/dawdle{left}"] = dawdles
    assert (await fetcher.fetch_page(hostile.url("/dawdle0"))).body == STORY_PAGE
    await refusal(fetcher, hostile.url("/dawdle3"), "takes too long")


async def test_an_exception_that_is_no_address_is_a_setting_gone_wrong() -> None:
    with pytest.raises(SettingsError, match="“wiki” is not an address that can be allowed"):
        Fetcher(page_bytes=PAGE_BYTES, allow=["wiki"])
