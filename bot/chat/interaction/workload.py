"""A limit on the work that each person and each server has done at one time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from bot.errors import BusyError
from bot.threads import Threads
from bot.turns import FairQueue

_T = TypeVar("_T")

# Answers are computed by Python code, one thread at a time whatever their number, so that more
# threads make each slower. A server takes half of them at most.
_ANSWER_THREADS = 4
_ANSWERS_A_SERVER = 2
_SUGGESTION_THREADS = 2


class Limit:
    """At most `per_person` and `per_server` pieces of one kind of work at a time, waiting ones
    included; further ones are refused."""

    def __init__(self, per_person: int, per_server: int) -> None:
        self._per_person = per_person
        self._per_server = per_server
        self._under_way: Counter[Hashable] = Counter()

    @contextmanager
    def admit(self, person: int, server: int | None) -> Iterator[None]:
        """Count a piece of work of a person in a server, if in one. Raises BusyError."""
        if self._under_way["person", person] >= self._per_person:
            raise BusyError(
                "I am still working on your last question. Ask again once it is answered."
            )
        if server is not None and self._under_way["server", server] >= self._per_server:
            raise BusyError(
                "I am still working on other people's questions in this server. Please ask again "
                "in a moment."
            )
        parties = [("person", person), ("server", server)]
        self._under_way.update(parties)
        try:
            yield
        finally:
            self._under_way.subtract(parties)
            self._under_way = +self._under_way


class Workload:
    """What is computed for people, in threads of its own: answers, each server in its turn, and
    apart from them what is suggested while somebody types.

    `talking` limits the messages that are answered, from their coming until the reply is sent.
    `adding` limits what is fetched and read, which takes seconds; eight downloads run at a time.
    """

    def __init__(self) -> None:
        self.answering = Limit(per_person=3, per_server=20)
        self.talking = Limit(per_person=3, per_server=20)
        self.adding = Limit(per_person=4, per_server=6)
        self._answers = Threads("answers", _ANSWER_THREADS)
        self._suggestions = Threads("suggestions", _SUGGESTION_THREADS)
        self._answer_queue = FairQueue(_ANSWER_THREADS, _ANSWERS_A_SERVER)
        self._suggestion_queue = FairQueue(_SUGGESTION_THREADS, 1)

    async def answer(self, work: Callable[[], _T], *, person: int, server: int | None) -> _T:
        """Return what `work` returns. Raises BusyError where too much is under way."""
        with self.answering.admit(person, server):
            async with self._answer_queue.turn(_party(person, server)):
                return await self._answers.run(work)

    async def suggest(self, work: Callable[[], _T], *, person: int, server: int | None) -> _T:
        """Return what `work` returns, which computes suggestions and is never refused."""
        async with self._suggestion_queue.turn(_party(person, server)):
            return await self._suggestions.run(work)

    def close(self) -> None:
        """Compute nothing more."""
        self._answers.close()
        self._suggestions.close()


def _party(person: int, server: int | None) -> Hashable:
    return ("person", person) if server is None else ("server", server)
