"""How much processor time the threads of a process take, noted in a file for another process."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path

SECONDS_BETWEEN_NOTES = 0.2
# By a part of the thread's name.
PARTS = {
    "MainThread": "event loop: discord.py, replies",
    "answers": "answers",
    "connection_worker": "SQLite",
}
OTHER = "other threads"


def note_processor_time(path: Path) -> None:
    """Begin to write into `path`, for as long as the process lives, the seconds of processor time
    that each part has taken so far."""
    threading.Thread(target=_note, args=(path,), name="processor-time", daemon=True).start()


def read_processor_time(path: Path) -> Mapping[str, float]:
    """The seconds that each part had taken when they were last written."""
    seconds: Mapping[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return seconds


def _note(path: Path) -> None:
    clocks: dict[tuple[str, int], float] = {}  # those of threads that have ended stay
    unfinished = path.with_suffix(".new")
    while True:
        for thread in threading.enumerate():
            try:
                clock = time.pthread_getcpuclockid(thread.ident or 0)
                clocks[_part(thread.name), clock] = time.clock_gettime(clock)
            except OSError:  # it has just ended
                continue
        parts = {name: 0.0 for name, _ in clocks}
        for (name, _), used in clocks.items():
            parts[name] += used
        unfinished.write_text(json.dumps(parts), encoding="utf-8")
        unfinished.replace(path)
        time.sleep(SECONDS_BETWEEN_NOTES)


def _part(thread: str) -> str:
    return next((part for words, part in PARTS.items() if words in thread), OTHER)
