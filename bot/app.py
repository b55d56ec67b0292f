"""The one place that opens, wires and closes everything, and that knows what time it is."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.chat.client import VerbatimClient
from bot.chat.session import serve
from bot.chat.shards import shard_states
from bot.errors import SettingsError
from bot.ingest import Gatherer
from bot.ingest.background import rounds
from bot.ingest.entries import Entries
from bot.ingest.following import Following
from bot.ingest.pages import Pages
from bot.ingest.rechecks import Rechecks
from bot.ingest.retention import keep_up
from bot.library.librarian import Librarian
from bot.ops.health import standing
from bot.ops.journal import Journal
from bot.ops.metrics import Metrics
from bot.ops.page import HealthPage
from bot.reading.desk import read_desk
from bot.reading.sandbox import Sandbox
from bot.reading.web.fetch import Fetcher
from bot.settings import Settings
from bot.store import Store

PAUSE = 1.0  # seconds between two requests to one host

_log = logging.getLogger(__name__)


def clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """What stands on an open database, for the bot and the terminal alike."""

    store: Store
    librarian: Librarian
    gatherer: Gatherer
    following: Following
    rechecks: Rechecks


@asynccontextmanager
async def open_services(
    settings: Settings, *, now: Callable[[], datetime] = clock, pause: float = PAUSE
) -> AsyncIterator[Services]:
    """The library and all that it grows by, closed in reverse order afterwards.

    Raises DeskError or StoreError where the desk or the database cannot be used.
    """
    limits = settings.limits
    async with AsyncExitStack() as opened:
        desk = read_desk(settings.desk)
        store = await Store.open(settings.database)
        opened.push_async_callback(store.close)
        librarian = await Librarian.open(desk, store, saved_at=settings.saved_index)
        # What is held now stays. Else the collector goes through it all from time to time, which at
        # 100,000 paragraphs stops everything for .4 s.
        gc.freeze()
        opened.push_async_callback(librarian.save)
        fetcher = Fetcher(page_bytes=limits.page_bytes, allow=settings.fetch_allow, pause=pause)
        opened.push_async_callback(fetcher.close)
        sandbox = Sandbox()
        opened.push_async_callback(sandbox.close)
        pages = Pages(fetcher, sandbox, now)
        following = Following(
            fetcher=fetcher,
            sandbox=sandbox,
            entries=Entries(pages, librarian, store, limits, now),
            store=store,
            limits=limits,
            now=now,
            owner=owner(),
        )
        gatherer = Gatherer(
            sandbox=sandbox,
            pages=pages,
            following=following,
            librarian=librarian,
            store=store,
            limits=limits,
            now=now,
        )
        rechecks = Rechecks(pages, librarian, store, now)
        yield Services(store, librarian, gatherer, following, rechecks)


@asynccontextmanager
async def open_client(settings: Settings) -> AsyncIterator[VerbatimClient]:
    """A Discord client with everything it needs, and the rounds that keep its library growing.

    Raises DeskError or StoreError where the desk or the database cannot be used.
    """
    async with (
        open_services(settings) as services,
        rounds(
            poll=services.following.poll_due,
            recheck=services.rechecks.run_due,
            follow=services.librarian.follow,
            changed=services.store.wait_for_change,
            keep_up=partial(keep_up, services.store, services.librarian, settings.limits, clock),
        ),
    ):
        yield VerbatimClient(
            services.librarian,
            services.gatherer,
            services.store,
            limits=settings.limits,
            now=clock,
            zone=settings.timezone,
            owner=owner(),
            shards=settings.shards,
            journal=Journal(Metrics(), with_questions=settings.log_questions),
        )


@asynccontextmanager
async def health_page(client: VerbatimClient, settings: Settings) -> AsyncIterator[None]:
    """Serve the health page of `client` if it is asked for. Raises SettingsError where it cannot
    be served."""
    if settings.health_port is None:
        yield
        return
    shards = partial(shard_states, client)
    page = HealthPage(
        client.journal.metrics, partial(standing, client.store, client.library, shards, clock)
    )
    async with page.served(settings.health_host, settings.health_port) as address:
        _log.info("health page at %s", address)
        yield


def owner() -> str:
    """This process among those that share the store."""
    return f"{socket.gethostname()}:{os.getpid()}"


async def run(settings: Settings) -> None:
    """Be in Discord until SIGTERM or SIGINT. Raises VerbatimError where that cannot be."""
    if not settings.token:
        raise SettingsError(
            "DISCORD_TOKEN is not set; put your bot's token in .env as .env.example shows, "
            "or try `make demo`, which needs none."
        )
    stop = stop_on_signals()
    async with open_client(settings) as client, health_page(client, settings):
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
        _log.info("%s: stopping", number.name)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop, number)
    return stop
