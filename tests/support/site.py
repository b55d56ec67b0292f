"""A news site on the loopback: pages and feeds that a test writes, changes and takes down."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape

from aiohttp import web

from tests.support.stories import FERRY


@dataclass(frozen=True)
class FeedItem:
    """An entry of a feed: its `text` stands in the feed, or None if only its page tells it; its
    `summary` is a teaser, and `link` the address it states where that is not its page's."""

    path: str
    title: str
    text: Sequence[str] | None = None
    day: int = 1  # of March 2026
    summary: str = ""
    link: str = ""


# A feed's own text is taken for the whole story only if it is as long as one.
LAST = (
    "The ferry Karin, built in 1961, would then lie at the old pier until a buyer is found, and "
    "the crew of eleven has been offered work on the larger ships that sail further out."
)
FERRIES = FeedItem("/ferries", "Ferries stop", (*FERRY, LAST))


@dataclass
class Site:
    """What stands at each path. `asked` counts the requests that were answered with a body,
    `unchanged` those with 304; `down` makes every answer a 503, and while `answers` is clear there
    is none."""

    address: str = ""
    bodies: dict[str, tuple[str, str]] = field(default_factory=dict)
    request_counts: Counter[str] = field(default_factory=Counter)
    unchanged_counts: Counter[str] = field(default_factory=Counter)
    is_down: bool = False
    refusals: dict[str, web.Response] = field(default_factory=dict)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def host(self) -> str:
        """The site's host and port."""
        return self.address.removeprefix("http://")

    def url(self, path: str) -> str:
        """The web address of a path on the site."""
        return f"{self.address}{path}"

    def page(self, path: str, title: str, *paragraphs: str, head: str = "") -> str:
        """Let a page stand at `path`; returns its address."""
        body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
        self.bodies[path] = (
            f"<html><head><title>{escape(title)}</title>{head}</head><body><nav>Home</nav>"
            f"<article><h1>{escape(title)}</h1>{body}</article></body></html>",
            "text/html; charset=utf-8",
        )
        return self.url(path)

    def feed(self, path: str, title: str, *items: FeedItem) -> str:
        """Let an RSS feed stand at `path`; returns its address."""
        self.bodies[path] = (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>{escape(title)}</title><link>{self.address}</link>"
            f"{''.join(map(self._item, items))}</channel></rss>",
            "application/rss+xml",
        )
        return self.url(path)

    def _item(self, item: FeedItem) -> str:
        told = "".join(f"<p>{escape(text)}</p>" for text in item.text or ())
        carried = f"<content:encoded>{escape(told)}</content:encoded>" if item.text else ""
        link = escape(item.link) or self.url(item.path)
        return (
            f"<item><title>{escape(item.title)}</title><link>{link}</link>"
            f"<pubDate>{item.day:02} Mar 2026 06:00:00 GMT</pubDate>"
            f"<description>{escape(item.summary or f'{item.title} […]')}</description>"
            f"{carried}</item>"
        )

    async def answer(self, request: web.Request) -> web.Response:
        """Serve what stands at the path, or 304, 404 or 503."""
        await self.may_answer.wait()
        if self.is_down:
            return web.Response(status=503)
        if refusal := self.refusals.get(request.path):
            self.request_counts[request.path] += 1
            return web.Response(status=refusal.status, headers=refusal.headers, body=refusal.body)
        if request.path not in self.bodies:
            return web.Response(status=404)
        body, kind = self.bodies[request.path]
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:12]}"'
        if request.headers.get("If-None-Match") == etag:
            self.unchanged_counts[request.path] += 1
            return web.Response(status=304)
        self.request_counts[request.path] += 1
        return web.Response(body=body.encode(), headers={"Content-Type": kind, "ETag": etag})


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    """A site that is served until the block ends."""
    site = Site()
    site.may_answer.set()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()
