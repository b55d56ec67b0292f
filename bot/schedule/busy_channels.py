"""The channels to which this process is posting."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class BusyChannels:
    """The channels to which this process is posting."""

    def __init__(self) -> None:
        self._posts: Counter[int] = Counter()
        self._freed: dict[int, asyncio.Event] = {}
        self._claiming = asyncio.Lock()

    @asynccontextmanager
    async def claiming(self, channel_id: int | None = None) -> AsyncIterator[None]:
        """Begin a block in which no channel becomes busy but by itself; `channel_id` is free."""
        while True:
            await self._claiming.acquire()
            freed = None if channel_id is None else self._freed.get(channel_id)
            if freed is None:
                break
            self._claiming.release()
            await freed.wait()
        try:
            yield
        finally:
            self._claiming.release()

    def occupy(self, channel_id: int | None) -> None:
        """Note a post to a channel, within `claiming`; None is no channel. Of summaries there is
        one at once, but two watches may be posting."""
        if channel_id is not None:
            self._posts[channel_id] += 1
            self._freed.setdefault(channel_id, asyncio.Event())

    def free(self, channel_id: int | None) -> None:
        """Note that a post to the channel has ended."""
        if channel_id is None:
            return
        self._posts[channel_id] -= 1
        if not self._posts[channel_id]:
            del self._posts[channel_id]
            self._freed.pop(channel_id).set()
