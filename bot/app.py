"""The one place that opens, wires and closes everything, and that knows what time it is."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.chat.client import VerbatimClient
from bot.chat.session import serve
from bot.errors import SettingsError
from bot.library import Library
from bot.reading.desk import read_desk
from bot.settings import Settings
from bot.store import Store


@asynccontextmanager
async def open_client(settings: Settings) -> AsyncIterator[VerbatimClient]:
    """A Discord client with everything it needs, closed in reverse order afterwards.

    Raises DeskError or StoreError where the desk or the database cannot be used.
    """
    library = Library(read_desk(settings.desk))
    store = await Store.open(settings.database)
    try:
        yield VerbatimClient(
            library,
            store,
            now=lambda: datetime.now(UTC),
            zone=settings.timezone,
            owner=f"{socket.gethostname()}:{os.getpid()}",
        )
    finally:
        await store.close()


async def run(settings: Settings) -> None:
    """Be in Discord until SIGTERM or SIGINT. Raises VerbatimError where that cannot be."""
    if not settings.token:
        raise SettingsError(
            "DISCORD_TOKEN is not set; put your bot's token in .env as .env.example shows, "
            "or try `make demo`, which needs none."
        )
    stop = stop_on_signals()
    async with open_client(settings) as client:
        await serve(client, settings.token, stop)


def stop_on_signals() -> asyncio.Event:
    """An event that the first SIGTERM or SIGINT sets; a second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop(number: signal.Signals) -> None:
        stop.set()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)
        logging.getLogger(__name__).info("%s: stopping", number.name)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop, number)
    return stop
