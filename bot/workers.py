"""Workers that share what is due: as many at once as find something to do."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_SECONDS = 5.0


class Workers:
    """Tasks that each do one piece of work after the other, at most so many at once.

    A worker that has got something to do adds another, so that there are as many as find something.
    An error ends the others after what they are doing, and so does `stop`.
    """

    def __init__(
        self,
        work: Callable[["Workers"], Awaitable[None]],
        limit: int,
        stop: asyncio.Event | None = None,
    ) -> None:
        """`work` does one piece after the other while `goes_on`."""
        self._work = work
        self._limit = limit
        self._stop = stop
        self._has_failed = False
        self._needs_another = False
        self._workers: set[asyncio.Task[None]] = set()

    @property
    def goes_on(self) -> bool:
        """Whether a worker may begin another piece of work."""
        return not (self._has_failed or (self._stop and self._stop.is_set()))

    def add(self) -> None:
        """Add a worker, at once or when another ends: that may have looked too early."""
        if len(self._workers) >= self._limit:
            self._needs_another = True
        elif self.goes_on:
            self._workers.add(asyncio.create_task(self._watch(self._work(self))))

    async def run(self, supply: Awaitable[None] | None = None) -> None:
        """Run workers until none finds anything, and `supply`, which makes more to do, until it
        ends. Raises the first error.

        What comes while a worker waits long for one host is looked for every LOOK_SECONDS.
        """
        errors: list[BaseException] = []
        supplying = {asyncio.create_task(self._watch(supply))} if supply is not None else set()
        self.add()
        try:
            while tasks := self._workers | supplying:
                done, _ = await asyncio.wait(
                    tasks, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                self._workers -= done
                supplying -= done
                errors += filter(None, (task.exception() for task in done))
                if self._needs_another or not done:
                    self._needs_another = False
                    self.add()
        finally:
            tasks = self._workers | supplying
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if errors:
            raise errors[0]

    async def _watch(self, work: Awaitable[None]) -> None:
        try:
            await work
        except BaseException:
            self._has_failed = True
            raise
