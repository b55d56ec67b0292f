"""A process that is some of Discord's shards: which servers it answers, misses, and posts to."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.client import VerbatimClient
from bot.cli import main
from bot.errors import SettingsError
from bot.model import Limits
from bot.settings import read_settings
from bot.shards import ALL_SHARDS, Shards
from tests.support.environment import environment
from tests.support.simulation import Server, message_text

COUNTS = st.integers(1, 999_999)
GUILDS = st.integers(1, 2**64 - 1)


@given(COUNTS, GUILDS, st.data())
def test_every_server_is_served_by_one_process_alone(
    count: int, guild_id: int, data: st.DataObject
) -> None:
    cuts = sorted({0, count, *data.draw(st.lists(st.integers(1, count), max_size=4))})
    processes = [Shards.parse(f"{first}-{end - 1}/{count}") for first, end in pairwise(cuts)]
    [serving] = [each for each in processes if each.serves(guild_id)]
    assert (guild_id >> 22) % count in serving.ids


def test_one_shard_may_be_written_alone() -> None:
    assert Shards.parse(" 5/8 ") == Shards.parse("5-5/8") == Shards(5, 5, 8)
    assert Shards.parse("0/1") == ALL_SHARDS


BAD = (
    "",
    "8",
    "0-3",
    "3-0/8",
    "0-8/8",
    "8/8",
    "0/0",
    "-1/8",
    "0-3/8/9",
    "a/b",
    "٣/8",
    "0/" + "9" * 9,
)


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_range_is_refused_in_one_sentence(text: str) -> None:
    refused = CliRunner().invoke(main, ["run", "--shards", text])
    assert refused.exit_code == 2
    assert refused.output.startswith(f"--shards is “{text}”; ")
    assert refused.output.count("\n") == 1


def test_a_bad_range_in_the_settings_is_named(tmp_path: Path) -> None:
    bad = environment(VERBATIM_SHARDS="8/8")
    with bad, pytest.raises(SettingsError, match="VERBATIM_SHARDS is “8/8”; of 8 shards"):
        read_settings(tmp_path / "none")


def as_another_shard(server: Server) -> VerbatimClient:
    """A client to which Discord tells nothing of the simulated server."""
    other = 1 - (server.env.guild.id >> 22) % 2
    old = server.client
    return VerbatimClient(
        old.library_writer,
        old.ingester,
        old.store,
        limits=Limits(),
        now=server.clock,
        zone="UTC",
        owner="another",
        shards=Shards(other, other, 2),
    )


async def test_a_server_of_another_process_has_not_left(server: Server) -> None:
    await server.schedule()
    await server.restart(as_another_shard(server))
    assert not list(server.client.guilds)
    later = server.clock.now + timedelta(days=99)
    assert await server.client.store.guilds.list_due_for_deletion(later) == []


async def test_a_summary_is_posted_by_whichever_process_claims_it(server: Server) -> None:
    await server.schedule()
    await server.restart(as_another_shard(server))
    server.clock.now += timedelta(hours=2)
    await server.client.delivery.run_due()
    assert "China" in message_text(server.channel.last_message)
