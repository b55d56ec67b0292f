"""Which of Discord's shards a process is, and so whose server it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Shards:
    """Shards `first` to `last` of `count`; all of them where nothing else is said."""

    first: int = 0
    last: int = 0
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "0-3/8", or "5/8" for one shard. Raises ValueError with what is wrong with it."""
        given = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?/([1-9]\d{0,5})", text.strip(), re.ASCII)
        if given is None:
            raise ValueError(
                f"is “{text}”; give the first and the last shard and how many there are in all, "
                "such as 0-3/8."
            )
        first, last, count = int(given[1]), int(given[2] or given[1]), int(given[3])
        if not first <= last < count:
            raise ValueError(
                f"is “{text}”; of {count} shards the first is 0 and the last is {count - 1}."
            )
        return cls(first, last, count)

    @property
    def ids(self) -> list[int]:
        return list(range(self.first, self.last + 1))

    def serves(self, guild_id: int) -> bool:
        """Whether Discord tells one of these shards of the server
        (https://discord.com/developers/docs/events/gateway#sharding)."""
        return self.first <= (guild_id >> 22) % self.count <= self.last


WHOLE: Final = Shards()
