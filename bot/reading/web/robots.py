"""What a site's robots.txt lets programs read, and how often (RFC 9309)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from protego import Protego
from yarl import URL

from bot.errors import FetchError
from bot.reading.web.reply import Reply

TOKEN: Final = "Verbatim"  # what a robots.txt calls this program
MAX_BYTES: Final = 500 * 1024  # what RFC 9309 asks to be read at least
KEPT_SECONDS: Final = 86_400.0
# Over all sites, each of which counts for 500 at least. Parsed rules take up to 16 times their own
# characters: 16 MB at the worst.
KEPT_CHARACTERS: Final = 1_000_000
LONGEST_DELAY: Final = 30.0

_AGENT_LINE = re.compile(r"\s*user[-\s]*agent\b[\s:]*([\w*-]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Protego
    weight: int  # in characters
    until: float


class Robots:
    """Remembers each site's robots.txt for a day; `ask` downloads what stands at an address, and
    `clock` counts seconds."""

    def __init__(self, ask: Callable[[URL], Awaitable[Reply]], clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._sites: dict[URL, _Rules] = {}

    async def delay(self, url: URL) -> float:
        """The seconds that the site of `url` wants between two requests, half a minute at most.

        Raises FetchError where the site does not let Verbatim read `url`, or cannot be asked.
        """
        rules = await self._rules(url.origin())
        # In a thread, as the parsing: 13,000 rules full of wildcards take 50 ms.
        if not await asyncio.to_thread(rules.can_fetch, str(url), TOKEN):
            raise FetchError(
                "{host} asks programs not to read this page (robots.txt); "
                "save it in a browser and add the file instead.",
                host=url.host,
            )
        return min(rules.crawl_delay(TOKEN) or 0.0, LONGEST_DELAY)

    async def _rules(self, site: URL) -> Protego:
        held = self._sites.pop(site, None)
        if held is None or held.until <= self._clock():
            text = await self._text(site)
            parsed = await asyncio.to_thread(Protego.parse, text)
            held = _Rules(parsed, max(len(text), 500), self._clock() + KEPT_SECONDS)
        self._sites[site] = held  # the one asked for last is forgotten last
        while sum(rules.weight for rules in self._sites.values()) > KEPT_CHARACTERS:
            del self._sites[next(iter(self._sites))]
        return held.parsed

    async def _text(self, site: URL) -> str:
        reply = await self._ask(site / "robots.txt")
        if reply.status == 429 or reply.status >= 500:
            raise FetchError(
                "{host} cannot say at the moment what programs may read "
                "(its robots.txt answers {status}); try again later.",
                host=site.host,
                status=reply.status,
                retry_after=reply.retry_after,
            )
        # Without a robots.txt (any other status) the body is empty, and everything may be read.
        return _concerning_us(reply.body[:MAX_BYTES].decode("utf-8-sig", "replace"))


def _concerning_us(text: str) -> str:
    """`text` with every program that is not Verbatim called by one name.

    Protego copies a group's rules for each program that is named above them: of 400 KB that name
    7,000 programs above 20,000 rules it made more than the memory holds.
    """
    return "\n".join(map(_line, text.splitlines()))


def _line(line: str) -> str:
    agent = _AGENT_LINE.match(line)
    if not agent:
        return line
    known = {"*": "*", TOKEN.lower(): TOKEN}
    return f"User-agent: {known.get(agent[1].lower(), 'another')}"
