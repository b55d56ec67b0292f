"""The connections to Discord of one process, as its health page lists them."""

from collections.abc import Sequence

import discord

from bot.ops.health import ShardState


def shard_states(client: discord.AutoShardedClient) -> Sequence[ShardState]:
    """Return every shard of `client`; none until Discord has sent all of them their servers."""
    shards = client.shards.values() if client.is_ready() else ()
    return [ShardState(shard.id, not shard.is_closed(), shard.latency) for shard in shards]
