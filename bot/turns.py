"""A fair queue: whoever waits for one of a few places gets it in turn, however many others ask."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class FairQueue:
    """Gives `places` to parties in turn, of each party to at most `places_a_party` at once.

    A party is a server, or a person outside of one. Those that wait are gone round, one place for
    each; within a party, the first that came is the first.
    """

    def __init__(self, places: int, places_a_party: int) -> None:
        self._free = places
        self._places_a_party = places_a_party
        self._taken: Counter[Hashable] = Counter()
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}  # whose turn is next, first

    @asynccontextmanager
    async def turn(self, party: Hashable) -> AsyncIterator[None]:
        """Wait for a place of the party and hold it."""
        place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(party, deque()).append(place)
        self._hand_out()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # it was given in the same moment
                self._give_back(party)
            else:
                self._forget(party, place)
            raise
        try:
            yield
        finally:
            self._give_back(party)

    def _hand_out(self) -> None:
        for party in list(self._waiting):
            if not self._free:
                return
            if self._taken[party] < self._places_a_party:
                place = self._waiting[party].popleft()
                self._free -= 1
                self._taken[party] += 1
                place.set_result(None)
                if others := self._waiting.pop(party):
                    self._waiting[party] = others

    def _give_back(self, party: Hashable) -> None:
        self._free += 1
        self._taken[party] -= 1
        if not self._taken[party]:
            del self._taken[party]
        if party in self._waiting:
            self._waiting[party] = self._waiting.pop(party)  # behind all that wait
        self._hand_out()

    def _forget(self, party: Hashable, place: asyncio.Future[None]) -> None:
        self._waiting[party].remove(place)
        if not self._waiting[party]:
            del self._waiting[party]
