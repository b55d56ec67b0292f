"""Posts over real sockets: an earlier attempt is found again, and every fault gets a name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from bot.chat.posting import DiscordPoster
from bot.model import Brief, BriefPoint, Digest, Notice, PostedQuote
from bot.schedule.delivery import Attempt, ChannelLost, PostFailed
from bot.store import Store
from tests.discord_server import (
    SERVER,
    SYSTEM_CHANNEL,
    DiscordServer,
    Trouble,
    cut_after,
    cut_before,
    direct,
    discord_server,
    fails,
    limited,
)
from tests.house import MONDAY, SEOUL, Clock, client_for, small_library

CHANNEL, ANN = 10, 9
AGAIN = Attempt("n1", since=MONDAY)
Send: TypeAlias = Callable[[DiscordPoster, Attempt], Awaitable[int]]


def notice(kind: Any, *, channel: int | None = CHANNEL) -> Notice:
    text = SEOUL.paragraphs[1].text
    return Notice(
        key="n",
        kind=kind,
        at=MONDAY,
        guild_id=0 if channel is None else SERVER,
        channel_id=channel,
        user_id=ANN,
        reply_to=77,
        reason="The channel is gone.",
        brief=Brief("x", "X", (BriefPoint(PostedQuote("seoul", 2, 0, len(text), text)),)),
    )


FOUND: Digest = small_library().view().digest("china", had=())
SENDS: dict[str, tuple[int, Send]] = {
    "a watch": (CHANNEL, lambda to, a: to.watch(notice("watch"), FOUND, 0, a)),
    "a private watch": (
        direct(ANN),
        lambda to, a: to.watch(notice("watch", channel=None), FOUND, 0, a),
    ),
    "a flag": (CHANNEL, lambda to, a: to.flag(notice("edited"), a)),
    "word of a pause": (direct(ANN), lambda to, a: to.paused(notice("paused"), a)),
}


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with discord_server() as served:
        served.now = Clock()
        yield served
        assert served.broken == []


@pytest.fixture
async def poster(server: DiscordServer, tmp_path: Path) -> AsyncIterator[DiscordPoster]:
    store = await Store.open(str(tmp_path / "verbatim.db"))
    client = client_for(small_library(), store, Clock())
    await client.login("t")
    yield DiscordPoster(client)
    await client.close()
    await store.close()


@pytest.mark.parametrize("what", SENDS)
async def test_whatever_is_sent_an_earlier_attempt_is_found(
    what: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    channel, send = SENDS[what]
    server.remembers_nonces = False
    server.troubles = [cut_after]
    with pytest.raises(PostFailed):
        await send(poster, Attempt("n1"))
    server.chatter(channel, 120)
    [post] = server.posts(channel)
    assert await send(poster, AGAIN) == int(post["id"])
    assert await send(poster, Attempt("n2", since=MONDAY)) != int(post["id"])
    assert len(server.posts(channel)) == 2


async def test_a_first_attempt_looks_at_nothing(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    _, send = SENDS["a watch"]
    await send(poster, Attempt("n1"))
    assert server.looks(CHANNEL) == 0


async def test_what_was_said_before_the_slot_is_not_read(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    server.chatter(CHANNEL, 300)
    _, send = SENDS["a watch"]
    await send(poster, Attempt("n1", since=MONDAY + timedelta(hours=1)))
    assert server.looks(CHANNEL) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(cut_before, id="cut"),
        pytest.param(fails(503), id="503"),
        pytest.param(fails(400), id="400"),
        pytest.param(limited(3600), id="429 for an hour"),
    ],
)
async def test_a_passing_fault_is_one_that_is_tried_again(
    trouble: Trouble, server: DiscordServer, poster: DiscordPoster
) -> None:
    _, send = SENDS["a watch"]
    server.troubles = [trouble]
    with pytest.raises(PostFailed, match="Discord did not take the post"):
        await send(poster, Attempt("n1"))
    await send(poster, AGAIN)
    assert len(server.posts(CHANNEL)) == 1


async def test_a_discord_out_of_reach_is_a_passing_fault(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    await server.close()
    with pytest.raises(PostFailed):
        await SENDS["a watch"][1](poster, Attempt("n1"))


@pytest.mark.parametrize("lost", ["gone", "closed"])
async def test_of_a_pause_the_server_is_told_where_its_maker_cannot_be(
    lost: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    getattr(server, lost).add(direct(ANN))
    await poster.paused(notice("paused"), Attempt("n1"))
    [post] = server.posts(SYSTEM_CHANNEL)
    assert "Paused: X\\nI post it no more in <#10>.\\nThe channel is gone." in str(post)


async def test_where_nobody_can_be_told_of_a_pause_it_is_given_up(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    server.closed |= {direct(ANN), SYSTEM_CHANNEL}
    with pytest.raises(ChannelLost):
        await poster.paused(notice("paused"), Attempt("n1"))
    server.system_channel = None
    with pytest.raises(ChannelLost):
        await poster.paused(notice("paused"), Attempt("n1"))
