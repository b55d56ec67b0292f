"""The fair queue: nobody's many requests keep another waiting for more than a turn."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turns import FairQueue


async def served_order(
    arrivals: list[str], places: int, places_a_party: int
) -> tuple[list[str], Counter[str]]:
    """The parties in the order in which they had a place, and how many places each had at most."""
    queue, order, most = FairQueue(places, places_a_party), list[str](), Counter[str]()
    present = Counter[str]()

    async def work(party: str) -> None:
        async with queue.turn(party):
            order.append(party)
            present[party] += 1
            assert present.total() <= places
            most[party] = max(most[party], present[party])
            await asyncio.sleep(0)
            present[party] -= 1

    await asyncio.gather(*map(work, arrivals))
    return order, most


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.integers(1, 4), st.integers(1, 3))
def test_all_are_served_and_none_has_more_places_than_it_may(
    arrivals: list[str], places: int, places_a_party: int
) -> None:
    order, most = asyncio.run(served_order(arrivals, places, places_a_party))
    assert Counter(order) == Counter(arrivals)
    assert all(count <= places_a_party for count in most.values())


@pytest.mark.parametrize("flood", [3, 10, 200])
async def test_who_comes_after_a_flood_of_another_is_next(flood: int) -> None:
    order, _ = await served_order(["flooding"] * flood + ["small", "tiny"], 1, 1)
    assert order[:3] == ["flooding", "small", "tiny"]


async def test_who_stops_waiting_costs_nobody_a_place() -> None:
    queue = FairQueue(1, 1)

    async def wait() -> None:
        async with queue.turn("other"):
            raise AssertionError("it had stopped waiting")

    async with queue.turn("first"):
        waiting = [asyncio.create_task(wait()) for _ in range(3)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
    async with asyncio.timeout(1), queue.turn("other"):
        pass


async def test_who_stops_waiting_in_the_moment_of_its_turn_hands_it_on() -> None:
    queue = FairQueue(1, 1)
    holding = queue.turn("first")
    await holding.__aenter__()

    async def wait() -> None:
        async with queue.turn("second"):
            raise AssertionError("it had stopped waiting")

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    await holding.__aexit__(None, None, None)
    task.cancel()
    await asyncio.wait({task})
    async with asyncio.timeout(1), queue.turn("third"):
        pass
