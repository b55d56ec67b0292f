"""Threads take turns soon, and the garbage collector does not scan what stays."""

from __future__ import annotations

import gc
import sys
import weakref
from typing import Any

from bot.interpreter import SWITCH_SECONDS, short_pauses


class Page:
    """Something that can be referred to weakly."""


def test_threads_take_turns_sooner_until_the_end_of_the_block() -> None:
    before = sys.getswitchinterval()
    with short_pauses():
        assert sys.getswitchinterval() <= SWITCH_SECONDS * 1.01 < before
    assert sys.getswitchinterval() == before


def test_what_a_long_collection_has_left_over_is_not_scanned_again_but_freed() -> None:
    with short_pauses():
        gc.collect()
        frozen_count = gc.get_freeze_count()
        pages: list[object] = [Page(), *([number] for number in range(400_000))]
        first = weakref.ref(pages[0])
        gc.collect()
        assert gc.get_freeze_count() >= frozen_count + 100_000
        pages.clear()
        assert first() is None
    pages += [[number] for number in range(400_000)]
    frozen_count = gc.get_freeze_count()
    gc.collect()
    assert gc.get_freeze_count() <= frozen_count


def test_cycles_that_lived_in_a_long_collection_are_freed_within_a_day() -> None:
    hours = [0.0]
    with short_pauses(lambda: hours[0] * 3600):
        page: Any = Page()
        page.itself = page
        alive = weakref.ref(page)
        numbers: list[object] = [[number] for number in range(400_000)]
        gc.collect()
        del page, numbers
        gc.collect()
        assert alive() is not None
        hours[0] = 25
        gc.collect()
        assert alive() is None
