"""Whatever happens between Verbatim and Discord, nothing is lost and nothing comes twice.

docs/reliability.md says what was measured; a row that is no longer true fails here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability import (
    LINES,
    PAGE,
    POSTS,
    Line,
    Post,
    line_row,
    observe_line,
    observe_post,
    post_row,
)
from tests.support import load, process_kills


@pytest.mark.parametrize("fault", POSTS, ids=lambda fault: fault.name)
async def test_a_post_that_meets_a_fault_is_shown_once(fault: Post, tmp_path: Path) -> None:
    seen = await observe_post(fault, tmp_path)
    assert seen.shown == fault.shown
    assert post_row(fault, seen) in PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("fault", LINES, ids=lambda fault: fault.name)
async def test_a_connection_that_meets_a_fault_is_made_again(fault: Line, tmp_path: Path) -> None:
    seen = await observe_line(fault, tmp_path)
    assert seen.answers == 1
    assert line_row(fault, seen) in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_page_has_a_row_for_every_fault_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [line.split(" | ")[0].removeprefix("| ") for line in page.splitlines()]
    assert [row for row in rows if row in {fault.name for fault in (*POSTS, *LINES)}] == [
        fault.name for fault in (*POSTS, *LINES)
    ]


# A short form of `make soak`


async def test_one_process_that_is_killed_again_and_again_delivers_each_slot_once(
    tmp_path: Path,
) -> None:
    tally = await process_kills.run(str(tmp_path / "verbatim.db"), slots=8, processes=1)
    assert (tally.missing, tally.doubled, tally.altered) == (0, 0, 0)
    assert tally.kills
    assert tally.quotes


async def test_three_processes_that_are_killed_deliver_each_slot_once(
    new_postgres_url: Callable[[], str],
) -> None:
    tally = await process_kills.run(new_postgres_url(), slots=12, processes=3)
    assert (tally.missing, tally.doubled, tally.altered) == (0, 0, 0)
    assert tally.kills
    assert tally.quotes


async def test_a_nonce_that_discord_has_forgotten_is_made_up_for_by_a_look(
    new_postgres_url: Callable[[], str],
) -> None:
    tally = await process_kills.run(
        new_postgres_url(), slots=12, processes=3, remembers_nonces=False
    )
    assert (tally.missing, tally.doubled, tally.altered) == (0, 0, 0)
    assert tally.kills


async def test_in_forums_too_a_process_that_is_killed_delivers_each_slot_once(
    tmp_path: Path,
) -> None:
    tally = await process_kills.run(
        str(tmp_path / "verbatim.db"),
        slots=5,
        processes=1,
        remembers_nonces=False,
        form="post",
        forums=True,
    )
    assert (tally.missing, tally.doubled, tally.altered) == (0, 0, 0)
    assert tally.kills


async def test_a_bot_that_is_kept_busy_answers_and_delivers(tmp_path: Path) -> None:
    seen = await load.run(tmp_path, 1.5, warm_up=0.5)
    assert seen.latencies.keys() == {"/ask", "/digest", "button"}
    assert (seen.slots, seen.not_once) == (1, 0)
