"""Open, wire and close all services; the only module that reads the clock."""

import asyncio
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
from bot.chat.session import serve, shard_states
from bot.errors import SettingsError
from bot.ingest import Ingester
from bot.ingest.background import apply_retention, run_background_tasks
from bot.ingest.feed_entries import EntryIngester
from bot.ingest.page_loader import PageLoader
from bot.ingest.polling import FeedPoller
from bot.ingest.rechecks import PageRechecker
from bot.interpreter import short_pauses
from bot.library.library import file_of_own
from bot.library.writer import LibraryWriter
from bot.ops.health import check_health
from bot.ops.journal import Journal
from bot.ops.metrics import Metrics
from bot.ops.page import HealthPage
from bot.reading.desk import read_desk
from bot.reading.sandbox import Sandbox
from bot.reading.web.fetch import Fetcher
from bot.search import sealed_file, vector_file
from bot.semantic.encoder import open_encoder
from bot.settings import Settings
from bot.store import Store, claim_shards

PAUSE = 1.0  # seconds between two requests to one host

log = logging.getLogger(__name__)


def clock() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """The services on an open database, for the bot and the terminal."""

    store: Store
    library_writer: LibraryWriter
    ingester: Ingester
    feed_poller: FeedPoller
    page_rechecker: PageRechecker


@asynccontextmanager
async def open_services(
    settings: Settings, *, now: Callable[[], datetime] = clock, pause: float = PAUSE
) -> AsyncIterator[Services]:
    """Open the library and the services that add to it, and close them in reverse order.

    Raises DeskError or StoreError where the desk or the database cannot be used.
    """
    limits = settings.limits
    async with AsyncExitStack() as stack:
        desk = read_desk(settings.desk)
        store = await Store.open(settings.database)
        stack.push_async_callback(store.close)
        encoder = await asyncio.to_thread(open_encoder, settings.semantic, settings.model)
        index = settings.saved_index
        for file in (index, file_of_own(index), vector_file.beside(index)):
            sealed_file.remove_unfinished(file)
        writer = await LibraryWriter.open(
            desk,
            store,
            saved_at=settings.saved_index,
            encoder=encoder,
            server_bytes=limits.server_bytes,
            default=settings.shared,
        )
        stack.enter_context(short_pauses())  # now that the library is loaded
        stack.push_async_callback(writer.save)
        fetcher = Fetcher(
            page_bytes=limits.page_bytes,
            pdf_bytes=limits.pdf_bytes,
            allow=settings.fetch_allow,
            pause=pause,
        )
        stack.push_async_callback(fetcher.close)
        sandbox = Sandbox()
        stack.push_async_callback(sandbox.close)
        pages = PageLoader(fetcher, sandbox, now)
        feed_poller = FeedPoller(
            fetcher=fetcher,
            sandbox=sandbox,
            entries=EntryIngester(pages, writer, store, limits, now),
            store=store,
            limits=limits,
            now=now,
            owner=owner(),
        )
        ingester = Ingester(
            sandbox=sandbox,
            pages=pages,
            feed_poller=feed_poller,
            writer=writer,
            store=store,
            limits=limits,
            now=now,
        )
        page_rechecker = PageRechecker(pages, writer, store, now)
        yield Services(store, writer, ingester, feed_poller, page_rechecker)


@asynccontextmanager
async def open_client(settings: Settings) -> AsyncIterator[VerbatimClient]:
    """Open a Discord client with its services, and run the background tasks.

    Raises DeskError or StoreError where the desk or the database cannot be used.
    """
    async with (
        open_services(settings) as services,
        run_background_tasks(
            poll=services.feed_poller.poll_due,
            recheck=services.page_rechecker.run_due,
            sync=services.library_writer.sync,
            encode=services.library_writer.encode,
            read_speech=services.library_writer.read_speech,
            retention=partial(
                apply_retention, services.store, services.library_writer, settings.limits, clock
            ),
            wait_for_change=services.store.wait_for_change,
        ),
    ):
        yield VerbatimClient(
            services.library_writer,
            services.ingester,
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
    """Serve the health page of `client` if a port is set. Raises SettingsError where that fails."""
    if settings.health_port is None:
        yield
        return
    shards = partial(shard_states, client)
    page = HealthPage(
        client.journal.metrics, partial(check_health, client.store, client.library, shards, clock)
    )
    async with page.serve(settings.health_host, settings.health_port) as address:
        log.info("health page started: %s", address)
        yield


def owner() -> str:
    """Return the name of this process among those that share the store."""
    return f"{socket.gethostname()}:{os.getpid()}"


async def run(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises VerbatimError where it cannot run."""
    if not settings.token:
        raise SettingsError(
            "DISCORD_TOKEN is not set. Put your bot's token in .env as .env.example shows, "
            "or try `make demo`, which needs none."
        )
    stop = stop_on_signals()
    async with open_client(settings) as client, health_page(client, settings):
        if not any(client.library.size):
            log.info(
                "no articles yet: add a feed for all servers with `verbatim add ADDRESS`, or "
                "for one in Discord with /library add feed"
            )
        with claim_shards(settings.database_file, settings.shards.ids):
            await serve(client, settings.token, stop)


def stop_on_signals() -> asyncio.Event:
    """Return an event that the first SIGTERM or SIGINT sets; a second one ends the process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def request_stop(received: signal.Signals) -> None:
        stop.set()
        for handled in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(handled)
            signal.signal(handled, signal.SIG_DFL)
        log.info("stopping: received %s", received.name)

    for handled in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(handled, request_stop, handled)
    return stop
