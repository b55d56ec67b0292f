"""The commands that change the shared articles: add, remove, refresh, feeds, export, import."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, TypeAlias

import click
from rich.console import Console

from bot.cli import json_output, rendering
from bot.cli.options import (
    desk_option,
    json_option,
    load_settings,
    log_errors,
    open_store,
    print_json,
)
from bot.errors import FollowedError, LibraryError, VerbatimError
from bot.model import SHARED, Feed, IngestResult
from bot.settings import Settings, read_settings

if TYPE_CHECKING:  # takes a second to load, which answers need not wait for
    from bot.app import Services
    from bot.ingest import Progress

    Ingest: TypeAlias = Callable[[Services, str, Progress], Awaitable[IngestResult]]

# Inputs that are processed at the same time; requests to one host still wait for each other.
_MAX_CONCURRENT = 4
_FILE_SUFFIXES = frozenset({".txt", ".md", ".html", ".htm", ".pdf", ".opml", ".xml"})
_ARTICLE_ID_LENGTH = 12  # the number of a feed is shorter


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="URL|FILE|FEED...")
@json_option
@desk_option
def add(inputs: Sequence[str], as_json: bool, desk: Path | None) -> None:
    """Add web pages and files to the shared articles, and follow feeds."""
    settings = load_settings(desk)

    async def ingest(services: Services, text: str, progress: Progress) -> IngestResult:
        if _is_address(text):
            return await services.ingester.add(SHARED, text, progress=progress)
        file = Path(text)
        data = await asyncio.to_thread(_read_file, file, settings.limits.file_bytes(file.name))
        return await services.ingester.add_file(SHARED, file.name, data)

    _ingest_all(settings, inputs, ingest, as_json=as_json)


@click.command(name="import")
@click.argument("file", type=click.File("rb"), metavar="FILE.opml")
@desk_option
def import_feeds(file: BinaryIO, desk: Path | None) -> None:
    """Follow every feed in an OPML file."""
    from bot.reading.feeds.opml import read_opml

    follow_feeds([feed.url for feed in read_opml(file.read())], desk)


def follow_feeds(addresses: Sequence[str], desk: Path | None = None) -> None:
    """Follow feeds for every server and print what comes of each. Ends with exit code 1 if anything
    failed."""

    async def follow(services: Services, address: str, progress: Progress) -> IngestResult:
        return await services.ingester.add_feed(SHARED, address, progress=progress)

    _ingest_all(load_settings(desk), addresses, follow, render=rendering.print_feed_result)


@click.command()
@json_option
@desk_option
def refresh(as_json: bool, desk: Path | None) -> None:
    """Check the feeds now instead of when they are due."""

    async def refresh_all(services: Services, _: str, __: Progress) -> IngestResult:
        return await services.ingester.refresh(SHARED)

    _ingest_all(load_settings(desk), ["feeds"], refresh_all, as_json=as_json)


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--with-articles", is_flag=True, help="Also remove the feed's articles.")
@desk_option
def remove(id_: str, with_articles: bool, desk: Path | None) -> None:
    """Remove the shared article ID, or stop following the feed with that number."""
    settings = load_settings(desk)

    async def remove_by_id() -> str:
        from bot.app import open_services

        async with open_services(settings) as services:
            if not id_.isdecimal() or len(id_) == _ARTICLE_ID_LENGTH:
                article = await services.ingester.remove_article(SHARED, id_)
                return f"Removed “{article.title}”."
            feed = await services.ingester.unfollow_feed(SHARED, int(id_), articles=with_articles)
            return f"No longer following {feed.title or feed.url}."

    log_errors()
    click.echo(asyncio.run(remove_by_id()))


@click.command()
@json_option
def feeds(as_json: bool) -> None:
    """List the feeds that are followed, with any failures."""
    shared_feeds = asyncio.run(_list_feeds(read_settings()))
    if as_json:
        print_json([json_output.feed_json(feed) for feed in shared_feeds])
    else:
        rendering.print_feeds(Console(), shared_feeds)


@click.command()
@click.option("--opml", is_flag=True, help="Print the feeds as OPML, for any feed reader.")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-")
def export(opml: bool, output: TextIO) -> None:
    """Print the feeds that are followed, for `verbatim import` and feed readers."""
    if not opml:
        raise click.UsageError("Choose what to export: --opml prints the list of feeds.")
    from bot.reading.feeds.opml import FeedAddress, write_opml

    shared_feeds = asyncio.run(_list_feeds(read_settings()))
    addresses = [FeedAddress(feed.url, feed.title) for feed in shared_feeds]
    output.write(write_opml(addresses, title="Verbatim"))


COMMANDS = (add, import_feeds, refresh, remove, feeds, export)


def _ingest_all(
    settings: Settings,
    inputs: Sequence[str],
    ingest: Ingest,
    *,
    as_json: bool = False,
    render: Callable[[Console, IngestResult], None] = rendering.print_ingest_result,
) -> None:
    """Ingest all inputs and print each result. Ends with exit code 1 if anything failed."""
    console = Console()
    failures: list[str] = []

    async def ingest_and_print(services: Services, text: str, progress: Progress) -> None:
        try:
            result = await ingest(services, text, progress)
        except FollowedError as error:
            if not as_json:
                console.print(str(error), markup=False, highlight=False)
        except VerbatimError as error:
            failures.append(f"{text}: {error}")
        else:
            failures.extend(result.failures)
            if as_json:
                for ingested in result.articles:
                    print_json(json_output.ingested_json(ingested))
            else:
                render(console, result)

    log_errors()
    try:
        with rendering.show_progress(console, len(inputs), visible=not as_json) as start_bar:
            asyncio.run(_run_concurrently(settings, inputs, start_bar, ingest_and_print))
    except KeyboardInterrupt:
        failures.append("Stopped. What was added stays. Run the command again for the rest.")
    for sentence in failures:
        click.echo(sentence, err=True)
    if failures:
        raise click.exceptions.Exit(1)


async def _run_concurrently(
    settings: Settings,
    inputs: Sequence[str],
    start_bar: Callable[[str], AbstractContextManager[Progress]],
    work: Callable[[Services, str, Progress], Awaitable[None]],
) -> None:
    from bot.app import open_services

    semaphore = asyncio.Semaphore(_MAX_CONCURRENT)

    async def run(services: Services, text: str) -> None:
        async with semaphore:
            with start_bar(text) as progress:
                await work(services, text, progress)

    async with open_services(settings) as services, asyncio.TaskGroup() as tasks:
        for text in inputs:
            tasks.create_task(run(services, text))


async def _list_feeds(settings: Settings) -> Sequence[Feed]:
    async with open_store(settings) as store:
        return await store.feeds.list(SHARED)


def _is_address(text: str) -> bool:
    """Whether `text` has a scheme, or looks like an address and is not the name of a file."""
    if "://" in text:
        return True
    host, _, path = text.partition("/")
    has_host = "." in host.strip(".") and (path or Path(host).suffix not in _FILE_SUFFIXES)
    try:
        return bool(has_host) and not Path(text).exists()
    except OSError:  # longer than the name of a file can be
        return True


def _read_file(path: Path, max_bytes: int) -> bytes:
    """Read a file. Raises LibraryError, also where it has more than `max_bytes`."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise LibraryError(f"The file cannot be read: {error.strerror}.") from error
    if len(data) > max_bytes:
        raise LibraryError(
            f"The file has more than {max_bytes / 1e6:g} MB. Raise VERBATIM_MAX_PAGE_BYTES to "
            "allow more."
        )
    return data
