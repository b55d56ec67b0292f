"""Nothing that a stranger pastes hurts the host: each attack is refused in one clear sentence."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from bot.reading.web.fetch import Fetcher
from tests.support.fetching import MEMORY_BYTES, memory_growth, open_fetcher, refusal
from tests.support.hostile import FakeResolver, HostileServer

# What each attack comes to.
BROKEN = "sent a broken response"
LARGE = r"more than 1\.5 MB; .*VERBATIM_MAX_PAGE_BYTES"
# aiohttp unpacks zstd from Python 3.14 on; before, it breaks off at the name.
UNASKED = f"compresses its pages|{BROKEN}"
SLOW = "takes too long"
ATTACKS = {
    "/gzip-bomb": LARGE,
    "/gzip-members": LARGE,
    "/deflate-bomb": LARGE,
    "/raw-deflate-bomb": LARGE,
    "/brotli-bomb": "compresses its pages",
    "/zstd-bomb": UNASKED,
    "/bad-zstd": UNASKED,
    "/unknown-packing": "compresses its pages",
    "/twice-packed": "compresses its pages",
    "/bad-gzip": BROKEN,
    "/half-gzip-bytes": BROKEN,
    "/endless-body": LARGE,
    "/endless-chunks": LARGE,
    "/huge-length": LARGE,
    "/endless-head": BROKEN,
    "/endless-line": BROKEN,
    "/endless-trailers": BROKEN,
    "/endless-continue": SLOW,
    "/silent": SLOW,
    "/slow-head": SLOW,
    "/slow-body": SLOW,
    "/slow-chunks": SLOW,
    "/hang-up": "closed the connection",
    "/garbage": BROKEN,
    "/truncated": BROKEN,
    "/truncated-chunks": BROKEN,
    "/bad-chunks": BROKEN,
    "/bad-length": BROKEN,
    "/two-lengths": BROKEN,
    "/image": "sent an image",
    "/image-as-page": "sent an image",
    "/zip-untyped": "sent a zip archive",
    "/binary-untyped": "sent binary data",
    "/program": "sent “application/javascript”",
    "/loop": "redirects more than",
    "/chain/6": "redirects more than",
    "/nowhere": "answered 302",
    "/to/http://127.0.0.2/": "not on the public internet",
    "/to/http://169.254.169.254/latest/meta-data/": "not on the public internet",
    "/to/http://[::1]/": "not on the public internet",
    "/to/http://[::ffff:127.0.0.1]/": "not on the public internet",
    "/to/http://127.0.0.1:9/": "not on the public internet",
    "/to/http://8.8.8.8:22/": "unusual port",
    "/to/https://8.8.8.8:0/": "unusual port",
    "/to/file:///etc/passwd": "redirects to something that is not a web address",
    "/to/ftp://news.example/": "redirects to something that is not a web address",
    "/to/gopher://news.example/": "redirects to something that is not a web address",
    "/to/data:text/html,hi": "redirects to something that is not a web address",
    "/to/javascript:alert(1)": "redirects to something that is not a web address",
    "/to/http://ann:secret@news.example/": "redirects to something that is not a web address",
    "/to/http://news.example:99999/": "redirects to something that is not a web address",
    "/to/http://%E2%80%AEnews.example/": "redirects to something that is not a web address",
    "/to/http://%FF%FE/": "redirects to something that is not a web address",
    "/to/http://unknown.example/": "cannot be found",
    "/status/401": "does not let Verbatim read",
    "/status/403": "does not let Verbatim read",
    "/status/404": "has nothing at this address",
    "/status/410": "has nothing at this address",
    "/status/418": "answered 418",
    "/status/429": "less often",
    "/status/500": "has a problem of its own",
    "/status/503": "has a problem of its own",
    "/status/999": "has a problem of its own",
    "/status/206": "answered 206",
    "/status/300": "answered 300",
}


@pytest.mark.parametrize(("path", "says_so"), ATTACKS.items(), ids=ATTACKS.keys())
async def test_every_attack_is_refused_in_one_sentence(
    path: str, says_so: str, hostile: HostileServer, fetcher: Fetcher
) -> None:
    await refusal(fetcher, hostile.url(path), says_so)


async def test_all_attacks_together_take_little_memory(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    await fetcher.fetch_page(hostile.url("/story"))
    with memory_growth() as growth:
        for path, says_so in ATTACKS.items():
            await refusal(fetcher, hostile.url(path), says_so)
    assert growth[0] < MEMORY_BYTES


# 127.0.0.1 and the like in every notation that some resolver or parser takes for them; what this
# machine's resolver does not know comes to nothing in another way.
NOT_REACHED = "is not on the public internet|is not a valid host|cannot be found"
PRIVATE = [
    "127.0.0.1",
    "127.1",
    "127.000.000.001",
    "0177.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "１２７.０.０.１",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("host", PRIVATE)
async def test_no_notation_of_a_private_address_is_reached(
    host: str, hostile: HostileServer
) -> None:
    async with open_fetcher() as fetcher:
        await refusal(fetcher, hostile.url("/story", host), NOT_REACHED)
    assert not hostile.requests


@pytest.mark.parametrize("host", PRIVATE)
async def test_nor_through_a_redirect(host: str, hostile: HostileServer) -> None:
    async with open_fetcher(allow=[hostile.address]) as fetcher:
        await refusal(fetcher, hostile.url(f"/to/http://{quote(host)}/"), NOT_REACHED)
    assert len(hostile.requests) == 2  # its robots.txt and the redirect


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1"])
async def test_a_name_that_leads_to_a_private_address_is_refused(
    address: str, hostile: HostileServer
) -> None:
    async with open_fetcher(resolver=FakeResolver({"news.example": [address]})) as fetcher:
        await refusal(
            fetcher, hostile.url("/story", "news.example"), "news.example is not on the public"
        )
    assert not hostile.requests


async def test_a_name_that_rebinds_between_two_requests_is_refused_at_the_second(
    hostile: HostileServer,
) -> None:
    """Its robots.txt comes from an address that may be reached, its page would not."""
    names = FakeResolver({"news.example": ["127.0.0.1", "127.0.0.2"]})
    async with open_fetcher(allow=[hostile.address], resolver=names) as fetcher:
        await refusal(fetcher, hostile.url("/story", "news.example"), "not on the public internet")
    assert [visit.path for visit in hostile.requests] == ["/robots.txt"]


@pytest.mark.parametrize(
    ("url", "says_so"),
    [
        ("file:///etc/passwd", "file: addresses cannot be fetched"),
        ("ftp://news.example/", "ftp: addresses cannot be fetched"),
        ("javascript:alert(1)", "javascript: addresses cannot be fetched"),
        ("https://ann:secret@news.example/", "must not have a name or password in it"),
        ("http://unknown.example/", "unknown.example cannot be found"),
        ("http://8.8.8.8:22/", "unusual port"),
        ("word", "not a web address"),
    ],
)
async def test_what_is_no_address_of_the_web_is_refused(
    url: str, says_so: str, hostile: HostileServer, fetcher: Fetcher
) -> None:
    await refusal(fetcher, url, says_so)
    assert not hostile.requests


async def test_a_host_that_does_not_answer_or_speaks_no_tls_is_named(
    hostile: HostileServer, fetcher: Fetcher
) -> None:
    secure = hostile.url("/story").replace("http:", "https:")
    await refusal(fetcher, secure, "127.0.0.1 cannot be reached over a secure connection")
    async with open_fetcher(allow=["127.0.0.1:1"]) as unheard:
        await refusal(unheard, "http://127.0.0.1:1/", "127.0.0.1 does not respond")
