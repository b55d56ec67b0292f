"""The connections to Discord of one process, as its health page tells of them."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.ops.health import ShardState


def shard_states(client: discord.AutoShardedClient) -> Sequence[ShardState]:
    """Every shard of `client`; none until Discord has told all of them of their servers."""
    shards = client.shards.values() if client.is_ready() else ()
    return [ShardState(each.id, not each.is_closed(), each.latency) for each in shards]
