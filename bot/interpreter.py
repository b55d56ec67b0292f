"""How the interpreter is set, so that nobody waits long for the work of others."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, thread_time
from typing import Literal

# Seconds after which a thread that computes lets another go on. With Python's own 5 ms, an answer
# and the event loop waited for their turn again and again: docs/design/chat.md has what it gains.
SWITCH_SECONDS = 0.0005
# Seconds. What is left over by a collection that took longer is left out of the next ones.
MAX_PAUSE = 0.01
# Seconds after which one collection looks at all of it again, or cycles would stay for ever.
FULL_COLLECTION_SECONDS = 24 * 3600


@contextmanager
def short_pauses(now: Callable[[], float] = monotonic) -> Iterator[None]:
    """Within this block threads take turns sooner, and no collection of the garbage collector,
    during which all threads wait, scans again and again what stays.

    What is loaded before is scanned once a day: at 100,000 paragraphs that stops everything for
    .4 s. What goes is freed all the same, but for cycles of objects that lived in a long
    collection; they wait for that.
    """
    freezing, switch_seconds = _Freezing(now), sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()
    gc.callbacks.append(freezing)
    try:
        yield
    finally:
        gc.callbacks.remove(freezing)
        sys.setswitchinterval(switch_seconds)


class _Freezing:
    """A callback of the garbage collector, which freezes what a long collection has left over."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._started = 0.0
        self._full_at = now() + FULL_COLLECTION_SECONDS

    def __call__(self, phase: Literal["start", "stop"], info: dict[str, int]) -> None:
        if phase == "start":
            self._started = thread_time()
            if info["generation"] == 2 and self._now() > self._full_at:
                self._full_at = self._now() + FULL_COLLECTION_SECONDS
                gc.unfreeze()
        elif thread_time() - self._started > MAX_PAUSE:
            gc.freeze()
