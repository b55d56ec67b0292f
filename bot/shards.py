"""The Discord shards that a process runs, and so the servers that it answers."""

import re
from dataclasses import dataclass
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Shards:
    """Shards `first` to `last` of `count`; by default the only one."""

    first: int = 0
    last: int = 0
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse "0-3/8", or "5/8" for one shard. Raises ValueError that says what is wrong."""
        match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?/([1-9]\d{0,5})", text.strip(), re.ASCII)
        if match is None:
            raise ValueError(
                f"is “{text}”; use the first and last shard and the number of shards, such as "
                "0-3/8."
            )
        first, last, count = int(match[1]), int(match[2] or match[1]), int(match[3])
        if not first <= last < count:
            raise ValueError(
                f"is “{text}”; of {count} shards the first is 0 and the last is {count - 1}."
            )
        return cls(first, last, count)

    @property
    def ids(self) -> list[int]:
        """The ids of the shards, ascending."""
        return list(range(self.first, self.last + 1))

    def serves(self, guild_id: int) -> bool:
        """Whether one of these shards receives the events of a server
        (https://discord.com/developers/docs/events/gateway#sharding)."""
        return self.first <= (guild_id >> 22) % self.count <= self.last


ALL_SHARDS: Final = Shards()
