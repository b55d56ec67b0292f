"""The command `verbatim` as a process of its own, for which a loopback Discord is the real one."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from tests.support.loopback import LoopbackDiscord, redirect
from tests.support.processor_time import note_processor_time

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
# Names the file into which a process notes where its processor time goes.
PROCESSOR_TIME = "PROCESSOR_TIME"


class VerbatimProcess:
    """A process, and what it has logged so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""

    async def wait_for_log(self, words: str) -> None:
        """Wait until it has logged these words; fails if it ends before."""
        assert self.process.stderr is not None
        while words not in self.log:
            line = await asyncio.wait_for(self.process.stderr.readline(), 60)
            assert line, f"it has ended:\n{self.log}"
            self.log += line.decode()

    async def wait_for_exit(self) -> int:
        """Wait until it has ended; returns its exit code."""
        _, rest = await asyncio.wait_for(self.process.communicate(), 60)
        self.log += rest.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def start_verbatim(
    *arguments: str, discord: LoopbackDiscord, folder: Path, **settings: str
) -> AsyncIterator[VerbatimProcess]:
    """`verbatim` with these arguments in `folder`, killed if it has not ended with the block."""
    ours = {"DISCORD_TOKEN": "t", "PYTHONPATH": str(ROOT), "VERBATIM_DESK": str(ROOT / "seeds")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.processes", str(discord.port), *arguments),
        cwd=folder,
        env={**os.environ, **ours, **settings},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield VerbatimProcess(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def wait_until(look: Callable[[], Awaitable[T]]) -> T:
    """What `look` finds, as soon as it finds something."""
    async with asyncio.timeout(60):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.02)


def ask_interaction(question: str, number: int = 11, locale: str = "en-US") -> dict[str, Any]:
    """The `/ask` of somebody in direct messages, as the gateway sends it."""
    return {
        "id": str(number),
        "application_id": "1",
        "type": 2,
        "token": "reply",
        "version": 1,
        "channel_id": "5",
        "channel": {"id": "5", "type": 1},
        "context": 1,
        "locale": locale,
        "entitlements": [],
        "attachment_size_limit": 1_000_000,
        "authorizing_integration_owners": {},
        "user": {"id": "9", "username": "ann", "discriminator": "0", "avatar": None},
        "data": {
            "id": "3",
            "name": "ask",
            "type": 1,
            "options": [{"name": "question", "type": 3, "value": question}],
        },
    }


if __name__ == "__main__":
    from bot.cli import main

    redirect(int(sys.argv[1]))
    if path := os.environ.get(PROCESSOR_TIME):
        note_processor_time(Path(path))
    main(sys.argv[2:])
