"""Channels in which somebody spoke to the bot and it may not write, until it can again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

_MAX_CHANNELS = 20  # of a server, the latest


class SilentChannels:
    """When the bot was last asked something where it may not write, for /library health.

    It is kept in memory alone: what a server's channels send comes to the process that also shows
    the server's health.
    """

    def __init__(self) -> None:
        self._by_guild: defaultdict[int, dict[int, datetime]] = defaultdict(dict)

    def note(self, guild_id: int, channel_id: int, now: datetime) -> None:
        """Note that the bot stayed silent in the channel."""
        channels = self._by_guild[guild_id]
        channels.pop(channel_id, None)
        channels[channel_id] = now
        for oldest in list(channels)[:-_MAX_CHANNELS]:
            del channels[oldest]

    def clear(self, guild_id: int, channel_id: int) -> None:
        """Forget a channel that the bot has written in."""
        if guild_id in self._by_guild:
            self._by_guild[guild_id].pop(channel_id, None)

    def forget(self, guild_id: int) -> None:
        """Forget a server that is gone."""
        self._by_guild.pop(guild_id, None)

    def in_guild(self, guild_id: int) -> Mapping[int, datetime]:
        """Return the channels of a server, the latest last, and when it was."""
        return self._by_guild.get(guild_id, {})
