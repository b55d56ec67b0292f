"""While a digest is composed, whoever composes it, others are answered; over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import time, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.chat.session import serve
from bot.library import EVERY_ARTICLE, Library, View
from bot.model import Digest, PostedQuote, Selection, Timetable
from bot.reading.desk import Desk
from bot.store import Store
from tests.support.loopback import USER, LoopbackDiscord, loopback_discord
from tests.support.processes import ask_interaction, wait_until
from tests.support.simulation import MONDAY, SEOUL, TOPICS, Clock, FixedLibrary, reading_client

GUILD, CHANNEL = 1, 10
MANAGE_SERVER = str(1 << 5)
EVERYTHING_ALLOWED = str(1 << 3)
ANN = {"id": "9", "username": "ann", "discriminator": "0", "avatar": None}
PATIENCE = 30.0  # seconds, for what never takes that long


class SlowView(View):
    """A view whose digests wait for `go_on` once they have begun."""

    def __init__(self, desk: Desk) -> None:
        self.__dict__.update(Library(desk).view().__dict__)
        self.begun, self.go_on = Event(), Event()
        self.is_composing = False

    def digest(
        self,
        topic: str,
        *,
        already_posted: Sequence[PostedQuote] = (),
        selection: Selection = EVERY_ARTICLE,
        max_points: int | None = None,
    ) -> Digest:
        self.is_composing = True
        self.begun.set()
        # On the event loop's own thread nobody would ever let it go on.
        self.go_on.wait(5)
        self.is_composing = False
        return super().digest(
            topic, already_posted=already_posted, selection=selection, max_points=max_points
        )


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with loopback_discord() as served:
        yield served


def member(user: dict[str, Any], **further: Any) -> dict[str, Any]:
    joined_at = MONDAY.isoformat()
    return {"user": user, "roles": [], "joined_at": joined_at, "flags": 0, **further}


def guild() -> dict[str, Any]:
    """A server with one channel, in which everybody may do everything."""
    channel = {"id": str(CHANNEL), "type": 0, "name": "briefing", "position": 0}
    everyone = {"id": str(GUILD), "name": "@everyone", "permissions": EVERYTHING_ALLOWED}
    return {
        "id": str(GUILD),
        "name": "Desk",
        "unavailable": False,
        "channels": [{**channel, "permission_overwrites": []}],
        "roles": [{**everyone, "color": 0, "hoist": False, "managed": False, "position": 0}],
        "members": [member(USER)],
        "member_count": 2,
    }


def schedule_command(name: str, **options: str) -> dict[str, Any]:
    """A `/schedule` command of somebody who manages the server, as the gateway sends it."""
    kinds = {"channel": 7}
    given = [
        {"name": option, "type": kinds.get(option, 3), "value": value}
        for option, value in options.items()
    ]
    channel = {"id": str(CHANNEL), "type": 0, "name": "briefing", "permissions": MANAGE_SERVER}
    interaction = ask_interaction("", number=12)
    del interaction["user"]
    return {
        **interaction,
        "guild_id": str(GUILD),
        "channel_id": str(CHANNEL),
        "channel": {"id": str(CHANNEL), "type": 0},
        "context": 0,
        "member": member(ANN, permissions=MANAGE_SERVER),
        "data": {
            "id": "4",
            "name": "schedule",
            "type": 1,
            "options": [{"name": name, "type": 1, "options": given}],
            "resolved": {"channels": {str(CHANNEL): channel}},
        },
    }


@pytest.mark.parametrize("composer", ["a due summary", "/schedule now", "/schedule add"])
async def test_a_question_is_answered_while_a_digest_is_composed(
    discord: LoopbackDiscord, tmp_path: Path, composer: str
) -> None:
    view, clock = SlowView(Desk((SEOUL,), TOPICS, ())), Clock()
    store = await Store.open(str(tmp_path / "verbatim.sqlite3"))
    if composer != "/schedule add":
        await store.schedules.add(
            guild_id=GUILD,
            channel_id=CHANNEL,
            topic="china",
            timetable=Timetable((time(9),), tuple(range(7)), "UTC"),
            announce_empty=False,
            created_by=9,
            now=MONDAY,
        )
    if composer == "a due summary":
        clock.now += timedelta(hours=2)
    stop = asyncio.Event()
    serving = asyncio.create_task(
        serve(reading_client(FixedLibrary(view), store, clock), "t", stop)
    )
    await asyncio.wait_for(discord.connected.wait(), PATIENCE)
    await discord.send("GUILD_CREATE", guild())
    if composer == "/schedule now":
        await discord.send("INTERACTION_CREATE", schedule_command("now", schedule="1"))
    elif composer == "/schedule add":
        options = {"channel": str(CHANNEL), "topic": "china", "time": "9am"}
        await discord.send("INTERACTION_CREATE", schedule_command("add", **options))
    assert await asyncio.to_thread(view.begun.wait, PATIENCE)

    await discord.send("INTERACTION_CREATE", ask_interaction("Where are missiles fired?"))

    async def answers() -> list[Any]:
        return discord.asked("POST", "/interactions/11/reply/callback")

    [answer] = await wait_until(answers)
    assert "into the sea" in str(answer)
    assert view.is_composing
    view.go_on.set()
    stop.set()
    await asyncio.wait_for(serving, PATIENCE)
    await store.close()
