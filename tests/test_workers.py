"""Workers: as many at once as find something to do, and all end at an error."""

from __future__ import annotations

import asyncio

import pytest

from bot.workers import Workers


@pytest.mark.parametrize(("pieces", "limit", "most"), [(0, 4, 0), (1, 4, 1), (9, 1, 1), (9, 4, 4)])
async def test_there_are_as_many_workers_as_find_something(
    pieces: int, limit: int, most: int
) -> None:
    left, at_once, most_at_once = pieces, 0, 0

    async def work(workers: Workers) -> None:
        nonlocal left, at_once, most_at_once
        while workers.goes_on and left:
            left -= 1
            workers.add()
            at_once += 1
            most_at_once = max(most_at_once, at_once)
            await asyncio.sleep(0.01)
            at_once -= 1

    await Workers(work, limit).run()
    assert (left, most_at_once) == (0, most)


async def test_an_error_lets_the_others_finish_what_they_do_and_begin_nothing() -> None:
    begun, finished = 0, 0

    async def work(workers: Workers) -> None:
        nonlocal begun, finished
        while workers.goes_on:
            begun += 1
            number = begun
            workers.add()
            await asyncio.sleep(0.01 * number)
            if number == 1:
                raise KeyError("nobody thought of this")
            finished += 1

    with pytest.raises(KeyError):
        await Workers(work, 3).run()
    assert (begun, finished) == (3, 2)


async def test_a_worker_that_is_cancelled_takes_the_others_along() -> None:
    cancelled = 0

    async def work(workers: Workers) -> None:
        nonlocal cancelled
        workers.add()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled += 1
            raise

    running = asyncio.create_task(Workers(work, 3).run())
    await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert cancelled == 3


async def test_what_is_supplied_while_the_last_worker_ends_is_done_too() -> None:
    things: list[int] = []
    done: list[int] = []

    async def work(workers: Workers) -> None:
        while workers.goes_on and things:
            done.append(things.pop())
        await asyncio.sleep(0.01)  # it has looked, and found nothing

    async def supply() -> None:
        for number in range(3):
            await asyncio.sleep(0.003)
            things.append(number)
            workers.add()

    workers = Workers(work, 1)
    await workers.run(supply())
    assert sorted(done) == [0, 1, 2]
