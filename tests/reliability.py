"""What may go wrong between Verbatim and Discord, and what comes of it, as measured tables.

`python -m tests.reliability` writes it into docs/reliability.md.
"""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.chat.client import VerbatimClient
from bot.chat.posts.posting import DiscordPoster
from bot.chat.session import serve
from bot.model import Schedule, Timetable
from bot.schedule.delivery import Delivery
from bot.store import Store
from tests.support.discord_server import (
    SERVER,
    SYSTEM_CHANNEL,
    DiscordServer,
    KeepMessage,
    accept,
    cut_kept,
    cut_unkept,
    direct_channel,
    discord_server,
    keep_and_refuse,
    rate_limit,
    refuse,
    refuse_with_page,
    stay_silent,
)
from tests.support.loopback import sync_refused
from tests.support.processes import ask_interaction
from tests.support.simulation import MONDAY, Clock, reading_client, small_library

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
CHANNEL, ANN = 10, 9
MESSAGES = f"/channels/{CHANNEL}/messages"
TOPIC = "### China"  # the heading of the summary that meets the faults
REPLY = "/interactions/11/reply/callback"
POST_TIMEOUT = timedelta(seconds=2)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NINE = MONDAY + timedelta(hours=1)
# Passes are made when the summary is due, and that many minutes later.
PASSES = [NINE + minutes * MINUTE for minutes in (0, 1, 3, 5, 10, 20, 40, 80, 150)]


@dataclass(frozen=True, slots=True)
class Post:
    """A fault that a post may meet, brought about by `arrange`; `shown` is how many times the
    channel is to show the post in the end. With a `neighbour` another schedule is due in the
    channel ten minutes later; a bot whose clock is `ahead` makes its first pass so long before."""

    name: str
    arrange: Callable[[DiscordServer], object]
    shown: int = 1
    neighbour: bool = False
    ahead: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Posted:
    """How often a post was tried and the channel looked through, how many times it shows the post
    in the end, when it was there first, who was told that the schedule is `paused` or the post set
    aside, and when the channel showed that of its neighbour."""

    tries: int
    looks: int
    shown: int
    at: datetime | None
    told: str
    paused: bool
    neighbour_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """A fault that the connection to Discord may meet, once it stands or `at_start`."""

    name: str
    arrange: Callable[[DiscordServer], Awaitable[object]]
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """How the client came back, and how often it then answered a question."""

    resumed: bool
    answers: int


def _meet(*troubles: Any) -> Callable[[DiscordServer], object]:
    return lambda server: server.troubles.extend(troubles)


def _forgetting(*troubles: Any, unread: bool = False) -> Callable[[DiscordServer], object]:
    def arrange(server: DiscordServer) -> None:
        server.remembers_nonces = False
        server.troubles.extend(troubles)
        if unread:
            server.unread.add(CHANNEL)

    return arrange


def _looking(*troubles: Any) -> Callable[[DiscordServer], object]:
    def arrange(server: DiscordServer) -> None:
        _forgetting(cut_kept)(server)
        server.reading_troubles.extend(troubles)

    return arrange


def _refuses_for_good(code: int) -> Callable[[DiscordServer], object]:
    """Refuse the summary, by what it holds, until the day after."""
    refusal = refuse(400, code)

    async def judge(request: web.Request, keep: KeepMessage) -> web.Response:
        is_refused = TOPIC in await request.text() and server_time[0]() < NINE + DAY
        return await (refusal if is_refused else accept)(request, keep)

    server_time: list[Callable[[], datetime]] = []

    def arrange(server: DiscordServer) -> None:
        server_time.append(server.now)
        server.otherwise = judge

    return arrange


def _lose(channels: str, *, and_direct: bool = False) -> Callable[[DiscordServer], object]:
    def arrange(server: DiscordServer) -> None:
        getattr(server, channels).add(CHANNEL)
        if and_direct:
            server.closed.add(direct_channel(ANN))

    return arrange


LONG = 2 * POST_TIMEOUT.total_seconds()
POSTS = (
    Post("nothing", lambda server: None),
    Post("429 for the route", _meet(rate_limit(0.1))),
    Post("429 for all routes", _meet(rate_limit(0.1, everywhere=True))),
    Post("429 for all routes, for an hour", _meet(rate_limit(3600, everywhere=True))),
    Post("500 once", _meet(refuse(500))),
    Post("502 although the message was kept", _meet(keep_and_refuse(502))),
    Post("503 once", _meet(refuse(503))),
    Post("503 for an hour", _meet(*[refuse(503)] * 6)),
    Post("403 from a proxy, once", _meet(refuse_with_page(403))),
    Post("404 from a proxy, for an hour", _meet(*[refuse_with_page(404)] * 6)),
    Post("403 with code 40333 (address blocked), for an hour", _meet(*[refuse(403, 40333)] * 6)),
    Post("403 with code 20026 (under review), once", _meet(refuse(403, 20026))),
    Post("connection cut before the message was kept", _meet(cut_unkept)),
    Post("connection cut after the message was kept", _meet(cut_kept)),
    Post("the same, and Discord has forgotten the nonce", _forgetting(cut_kept)),
    Post(
        "the same, and the bot may not read the channel's history",
        _forgetting(cut_kept, unread=True),
        shown=2,
    ),
    Post("the same, and a proxy answers the look with 403", _looking(refuse_with_page(403))),
    Post("no answer, and the message was not kept", _meet(stay_silent(LONG, kept=False))),
    Post(
        "no answer, the message was kept, the nonce forgotten",
        _forgetting(stay_silent(LONG, kept=True)),
    ),
    Post("the channel is deleted", _lose("gone")),
    Post("Send Messages is taken away", _lose("closed")),
    Post("the same, and no direct messages are taken", _lose("closed", and_direct=True)),
    Post("400 with code 240000 (link blocked), always", _refuses_for_good(240000), neighbour=True),
    Post("400 with code 160006 (too many threads), always", _refuses_for_good(160006)),
    Post("the clock is two years ahead at first", lambda server: None, ahead=730 * DAY),
    Post(
        "the same, connection cut after the message was kept, the nonce forgotten",
        _forgetting(cut_kept),
        ahead=730 * DAY,
    ),
)


def _closes(code: int, *, resumable: bool = True) -> Callable[[DiscordServer], Awaitable[object]]:
    async def arrange(server: DiscordServer) -> None:
        server.resumable = resumable
        await server.gateways[0].close(code=code)

    return arrange


def _says(payload: dict[str, Any], *, resumable: bool = True) -> Any:
    async def arrange(server: DiscordServer) -> None:
        server.resumable = resumable
        await server.gateways[0].send_json(payload)

    return arrange


async def _cut(server: DiscordServer) -> None:
    transport = server.gateways[0]._req.transport  # type: ignore[union-attr]  # it is open
    assert transport is not None
    transport.abort()


def _sync_meets(status: int, code: int = 0, **body: Any) -> Any:
    async def arrange(server: DiscordServer) -> None:
        server.sync_answers = [sync_refused(status, code, **body)]

    return arrange


LINES = (
    Line("connection cut", _cut),
    Line("closed with 4000 (unknown error)", _closes(4000)),
    Line("closed with 4007 (invalid sequence), no RESUME", _closes(4007, resumable=False)),
    Line("closed with 4009 (session timed out), no RESUME", _closes(4009, resumable=False)),
    Line("closed with 1001 (going away)", _closes(1001)),
    Line("asked to reconnect", _says({"op": 7, "d": None})),
    Line("invalid session, RESUME allowed", _says({"op": 9, "d": True})),
    Line("invalid session, no RESUME", _says({"op": 9, "d": False}, resumable=False)),
    Line("at the start: 400 to the commands (too many today)", _sync_meets(400, 30034), True),
    Line("at the start: 403 to the commands", _sync_meets(403, 50001), True),
    Line(
        "at the start: 429 to the commands, for two hours", _sync_meets(429, retry_after=7200), True
    ),
)


class PromptClient(VerbatimClient):
    """Does not wait five seconds before each identification, which this Discord does not count."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait."""


async def observe_post(fault: Post, folder: Path) -> Posted:
    """Have a summary come due, meet `fault` and be tried until the next one the day after."""
    clock = Clock()
    async with discord_server() as server, _client(folder, clock) as client:
        server.now = Clock(NINE) if fault.ahead else clock
        schedule = await _schedule(client.store, "china", NINE)
        if fault.neighbour:
            await _schedule(client.store, "north-korea", NINE + 10 * MINUTE)
        await client.login("t")
        clock.now = NINE
        server.chatter(CHANNEL, 250)
        fault.arrange(server)
        first_seen: dict[bool, datetime] = {}
        if fault.ahead:
            clock.now = NINE + fault.ahead
            await client.delivery.run_due()
            first_seen.update({TOPIC in str(post): NINE for post in server.posts(CHANNEL)})
            clock.now = NINE
            await client.store.future.correct(NINE, max_poll_wait=DAY)
        for clock.now in PASSES:
            await client.delivery.run_due()
            for post in server.posts(CHANNEL):
                first_seen.setdefault(TOPIC in str(post), clock.now)
        tries = sum(TOPIC in str(body) for body in server.asked("POST", MESSAGES))
        looks = server.looks(CHANNEL)
        told = _told(server)
        paused = (await client.store.schedules.get(SERVER, schedule.id)).paused
        if paused:
            server.gone.clear()
            server.closed.clear()
            await client.store.schedules.resume(SERVER, schedule.id, clock.now)
        clock.now = NINE + DAY
        await client.delivery.run_due()
        assert server.broken == []
        assert _told(server) == told
        # A second summary says that there is nothing new, if the first one's quotes are known.
        shown = sum(
            TOPIC in str(post) and "Nothing new" not in str(post) for post in server.posts(CHANNEL)
        )
        return Posted(
            tries, looks, shown, first_seen.get(True), told, paused, first_seen.get(False)
        )


async def observe_line(fault: Line, folder: Path) -> Kept:
    """Have a connected client meet `fault`, come back, and be asked a question."""
    async with discord_server() as server, _client(folder, Clock()) as client:
        if fault.at_start:
            await fault.arrange(server)
        stop = asyncio.Event()
        running = asyncio.create_task(serve(client, "t", stop))
        await asyncio.wait_for(server.connected.wait(), 30)
        known = len(server.shards)
        if not fault.at_start:
            await fault.arrange(server)
        async with asyncio.timeout(30):
            while not fault.at_start and len(server.shards) == known and not server.resumed:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await server.connected.wait()
            await server.send("INTERACTION_CREATE", ask_interaction("Where are missiles fired?"))
            while not server.asked("POST", REPLY):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        stop.set()
        await asyncio.wait_for(running, 30)
        assert server.broken == []
        answers = [body for body in server.asked("POST", REPLY) if "into the sea" in str(body)]
        return Kept(bool(server.resumed), len(answers))


def _told(server: DiscordServer) -> str:
    """Where somebody was told of a pause."""
    places = {direct_channel(ANN): "privately", SYSTEM_CHANNEL: "in the server"}
    return ", ".join(place for channel, place in places.items() for _ in server.posts(channel))


def post_row(fault: Post, seen: Posted) -> str:
    """The row of the table for a fault of a post."""
    times = {0: "not at all", 1: "once", 2: "**twice**"}[seen.shown]
    late = (seen.at - NINE) // MINUTE if seen.at else 0
    notes = [f"{late} min late"] if late else []
    if seen.paused:
        notes = [f"the schedule is paused, its maker told {seen.told}"]
        notes.append("shown after /schedule resume")
    elif seen.told:
        notes = [f"set aside after {seen.tries} tries, its maker told {seen.told}"]
        notes.append("its quotes come with the next summary")
    if seen.neighbour_at == NINE + 10 * MINUTE:
        notes.append("the channel's next schedule is on time")
    note = "; ".join(notes)
    return row((fault.name, seen.tries, seen.looks, times, note))


def line_row(fault: Line, seen: Kept) -> str:
    """The row of the table for a fault of the connection."""
    back = "session resumed" if seen.resumed else "identified anew"
    if fault.at_start:
        back = "comes online"
    return row((fault.name, back, {1: "answered once"}.get(seen.answers, "**not answered**")))


def row(cells: Sequence[object]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


@asynccontextmanager
async def _client(folder: Path, clock: Clock) -> AsyncIterator[VerbatimClient]:
    store = await Store.open(str(folder / "verbatim.db"))
    whole = reading_client(small_library(), store, clock, PromptClient)
    whole.delivery = Delivery(
        store,
        poster=DiscordPoster(whole),
        source_for=whole.library.view,
        now=clock,
        owner="one",
        post_timeout=POST_TIMEOUT,
    )
    try:
        yield whole
    finally:
        await whole.close()
        await store.close()


async def _schedule(store: Store, topic: str, at: datetime) -> Schedule:
    return await store.schedules.add(
        guild_id=SERVER,
        channel_id=CHANNEL,
        topic=topic,
        timetable=Timetable((at.time(),), tuple(range(7)), "UTC"),
        announce_empty=True,
        created_by=ANN,
        now=MONDAY,
    )


def written(page: str, name: str, rows: Sequence[str]) -> str:
    """`page` with `rows` in the table that stands after the comment `name`."""
    table = re.compile(rf"(<!-- {name} -->\n(?:\|.*\n){{2}})(?:\|.*\n)*")
    assert table.search(page), name
    return table.sub(lambda found: found[1] + "".join(f"{row}\n" for row in rows), page)


async def _measure() -> None:
    page = PAGE.read_text(encoding="utf-8")
    posts, lines = [], []
    for post in POSTS:
        with tempfile.TemporaryDirectory() as folder:
            posts.append(post_row(post, await observe_post(post, Path(folder))))
            print(posts[-1])
    for line in LINES:
        with tempfile.TemporaryDirectory() as folder:
            lines.append(line_row(line, await observe_line(line, Path(folder))))
            print(lines[-1])
    page = written(written(page, "posts", posts), "lines", lines)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    asyncio.run(_measure())
