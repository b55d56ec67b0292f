"""Kills processes of Verbatim at random moments around the send, and counts what channels show."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

from aiohttp import web

from bot.app import clock
from bot.chat.session import serve
from bot.model import PostForm, Preferences, Timetable
from bot.store import Store
from tests.support.discord_rules import walk
from tests.support.discord_server import DiscordServer, KeepMessage, Message, accept, discord_server
from tests.support.loopback import redirect
from tests.support.simulation import reading_client, small_library

CHANNELS = range(100, 160)
TOPICS = ("china", "north-korea", "harbour", "Seoul", "typhoon")
GUILD_HOLDS = 25
POST_TIMEOUT = timedelta(seconds=2)  # a process that was killed holds its claim for twice that
PASS_INTERVAL = timedelta(seconds=0.1)
MOMENTS = ("before", "after", "answered", "none")
WEIGHTS = (1, 1, 1, 9)


@dataclass(frozen=True, slots=True)
class KillCounts:
    """What the channels show in the end: how many slots there were and how many of them are shown
    never and more than once, how many quotes and how many of them stand in no article."""

    slots: int
    kills: int
    missing: int
    doubled: int
    quotes: int
    altered: int


def deliver(
    port: int,
    database: str,
    name: str,
    post_timeout: timedelta = POST_TIMEOUT,
    pass_interval: timedelta = PASS_INTERVAL,
) -> None:
    """A process that delivers what is due until it is killed; `name` is its token too."""
    logging.disable(logging.ERROR)
    redirect(port)
    asyncio.run(_deliver(database, name, post_timeout, pass_interval))


async def _deliver(
    database: str, name: str, post_timeout: timedelta, pass_interval: timedelta
) -> None:
    store = await Store.open(database)
    client = reading_client(small_library(), store, clock)
    client.delivery = replace(
        client.delivery, owner=name, post_timeout=post_timeout, pass_interval=pass_interval
    )
    await serve(client, name, asyncio.Event())


class Killer:
    """Keeps so many processes going, and kills the one that posts at some moment around it."""

    def __init__(self, server: DiscordServer, database: str, seed: int) -> None:
        self._server = server
        self._database = database
        self._random = random.Random(seed)
        # Children of a process that has all modules loaded, so that each starts at once.
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["tests.support.process_kills"])
        self._processes: dict[str, ForkServerProcess] = {}
        self._numbers = iter(range(10**6))
        self.kills = 0
        server.otherwise = self.meet

    def start(self) -> None:
        """Start one more process."""
        name = f"process-{next(self._numbers)}"
        given = (self._server.port, self._database, name)
        self._processes[name] = self._context.Process(target=deliver, args=given)
        self._processes[name].start()

    def end(self) -> None:
        """Kill all processes that still run."""
        for process in self._processes.values():
            process.kill()
            process.join()

    async def meet(self, request: web.Request, keep: KeepMessage) -> web.Response:
        """Answer a post, and perhaps kill its process before, after or while answering."""
        name = request.headers["Authorization"].removeprefix("Bot ")
        match self._random.choices(MOMENTS, WEIGHTS)[0]:
            case "before":
                self._kill(name)
                return web.Response()
            case "after":
                keep()
                self._kill(name)
                return web.Response()
            case "answered":
                later = self._random.uniform(0, 0.03)
                asyncio.get_running_loop().call_later(later, self._kill, name)
        return await accept(request, keep)

    def _kill(self, name: str) -> None:
        if process := self._processes.pop(name, None):
            process.kill()
            process.join()
            self.kills += 1
            self.start()


async def run(
    database: str,
    *,
    slots: int,
    processes: int,
    remembers_nonces: bool = True,
    reads_history: bool = True,
    form: PostForm = "channel",
    forums: bool = False,
    seed: int = 1,
) -> KillCounts:
    """Have so many slots come due at once, and kill processes until all of them are settled."""
    async with discord_server() as server, _store(database) as store:
        server.remembers_nonces = remembers_nonces
        server.guilds = list_guilds(slots)
        for number in range(slots):
            await schedule_due(store, number, form)
        if forums:
            server.forums |= set(CHANNELS)
        if not reads_history:
            server.unread |= set(CHANNELS)
        killer = Killer(server, database, seed)
        try:
            for _ in range(processes):
                killer.start()
            async with asyncio.timeout(120 + 5 * slots):
                while not await _all_settled(store, server, slots):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        finally:
            killer.end()
        assert server.broken == []
        return _tally(server, slots, killer.kills)


async def _all_settled(store: Store, server: DiscordServer, slots: int) -> bool:
    return len(count_slots(server)) == slots and not await store.overview.list_waiting()


def _tally(server: DiscordServer, slots: int, kills: int) -> KillCounts:
    times = count_slots(server)
    quotes = [*_quotes(_posts(server))]
    texts = [p.text for article in small_library().view().articles for p in article.paragraphs]
    return KillCounts(
        slots=slots,
        kills=kills,
        missing=slots - len(times),
        doubled=sum(number > 1 for number in times.values()),
        quotes=len(quotes),
        altered=sum(not any(quote in text for text in texts) for quote in quotes),
    )


def count_slots(server: DiscordServer) -> Counter[int]:
    """How often each slot that is shown at all is shown, by the mark on the frame of its posts."""
    return Counter(post["components"][0]["id"] for post in _posts(server))


def _posts(server: DiscordServer) -> list[Message]:
    """What the bot has posted, in channels and in threads."""
    return [post for channel in list(server.messages) for post in server.posts(channel)]


def _quotes(posts: list[Message]) -> Iterator[str]:
    """What stands in block quotes, without Discord's markdown."""
    for post in posts:
        for component in walk(post["components"]):
            said: str = component.get("content", "")
            if said.startswith("> "):
                yield re.sub(r"\\(\W)", r"\1", said.removeprefix("> ").replace("**", ""))


def list_guilds(slots: int) -> list[int]:
    """The servers of so many schedules: what is due in one that the bot has left is held back."""
    return sorted({number // GUILD_HOLDS + 1 for number in range(slots)})


async def schedule_due(store: Store, number: int, form: PostForm = "channel") -> None:
    """A schedule that was due an hour ago, in a server that prefers the form."""
    guild_id = number // GUILD_HOLDS + 1
    await store.preferences.put(guild_id, Preferences(form=form))
    now = datetime.now(UTC)
    due = (now - timedelta(hours=1)).time().replace(second=0, microsecond=0)
    await store.schedules.add(
        guild_id=guild_id,
        channel_id=CHANNELS[number % len(CHANNELS)],
        topic=TOPICS[number // len(CHANNELS) % len(TOPICS)],
        timetable=Timetable((time(due.hour, due.minute),), tuple(range(7)), "UTC"),
        announce_empty=True,
        created_by=9,
        now=now - timedelta(hours=2),
    )


@asynccontextmanager
async def _store(database: str) -> AsyncIterator[Store]:
    store = await Store.open(database)
    try:
        yield store
    finally:
        await store.close()
