"""What a site's robots.txt allows programs to read, and how often (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from protego import Protego
from yarl import URL

from bot.errors import FetchError
from bot.reading.web.reply import Reply
from bot.threads import Threads

AGENT: Final = "Verbatim"  # this program's name in a robots.txt
MAX_BYTES: Final = 500 * 1024  # the least that RFC 9309 lets a crawler read
CACHE_SECONDS: Final = 86_400.0
# Over all sites, each counted as at least 500. Parsed rules take up to 16 bytes for each character
# of the text: 16 MB at the worst.
MAX_CACHED_CHARACTERS: Final = 1_000_000
MAX_DELAY: Final = 30.0  # seconds

_AGENT_LINE = re.compile(r"\s*user[-\s]*agent\b[\s:]*([\w*-]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _CachedRules:
    """The rules of one site, its `weight` in characters, and when they expire."""

    rules: Protego
    weight: int
    expires_at: float


class Robots:
    """Caches each site's robots.txt for a day. `download` fetches an address, `clock` counts
    seconds, and `threads` parse."""

    def __init__(
        self,
        download: Callable[[URL], Awaitable[Reply]],
        clock: Callable[[], float],
        threads: Threads,
    ) -> None:
        self._threads = threads
        self._download = download
        self._clock = clock
        self._sites: dict[URL, _CachedRules] = {}

    async def delay(self, url: URL) -> float:
        """Return the seconds that the site of `url` wants between two requests, at most MAX_DELAY.

        Raises FetchError where the site does not let Verbatim read `url`, or does not answer.
        """
        rules = await self._load_rules(url.origin())
        # In a thread, as the parsing: 13,000 rules full of wildcards take 50 ms.
        if not await self._threads.run(rules.can_fetch, str(url), AGENT):
            raise FetchError(
                "{host} asks programs not to read this page (robots.txt); save it in a browser "
                "and add the file instead.",
                host=url.host,
                refused=True,
            )
        return min(rules.crawl_delay(AGENT) or 0.0, MAX_DELAY)

    async def _load_rules(self, site: URL) -> Protego:
        cached = self._sites.pop(site, None)
        if cached is None or cached.expires_at <= self._clock():
            text = await self._load_text(site)
            rules = await self._threads.run(Protego.parse, text)
            cached = _CachedRules(rules, max(len(text), 500), self._clock() + CACHE_SECONDS)
        self._sites[site] = cached  # at the end: the least recently used is the first to go
        while sum(entry.weight for entry in self._sites.values()) > MAX_CACHED_CHARACTERS:
            del self._sites[next(iter(self._sites))]
        return cached.rules

    async def _load_text(self, site: URL) -> str:
        reply = await self._download(site / "robots.txt")
        if reply.status == 429 or reply.status >= 500:
            raise FetchError(
                "{host} does not say right now what programs may read (its robots.txt answers "
                "{status}); try again later.",
                host=site.host,
                status=reply.status,
                retry_after=reply.retry_after,
            )
        # Without a robots.txt (any other status) the body is empty, and everything may be read.
        return _merge_other_agents(reply.body[:MAX_BYTES].decode("utf-8-sig", "replace"))


def _merge_other_agents(text: str) -> str:
    """Return `text` with every agent but Verbatim and * called by one name.

    Protego copies a group's rules for each agent named above them: 400 KB that name 7,000 agents
    above 20,000 rules took more than all memory.
    """
    return "\n".join(map(_merge_agent, text.splitlines()))


def _merge_agent(line: str) -> str:
    match = _AGENT_LINE.match(line)
    if not match:
        return line
    agents = {"*": "*", AGENT.lower(): AGENT}
    return f"User-agent: {agents.get(match[1].lower(), 'another')}"
