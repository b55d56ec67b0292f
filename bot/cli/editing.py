"""The commands that change the shared articles: add, remove, refresh, feeds, export, import."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, TypeAlias

import click
from rich.console import Console

from bot.cli import json_output as contract
from bot.cli import rendering as terminal
from bot.cli.options import desk_option, json_option, log_errors, print_json, settings_of
from bot.errors import FollowedError, LibraryError, VerbatimError
from bot.model import SHARED, Feed
from bot.settings import Settings, read_settings

if TYPE_CHECKING:  # what adds articles takes a second to load, which answers need not wait
    from bot.app import Services
    from bot.ingest import Progress
    from bot.model import IngestResult

    Take: TypeAlias = Callable[[Services, str, Progress], Awaitable[IngestResult]]

# Of several addresses so many are asked at once, though never two of one host.
_AT_ONCE = 4
_FILES = frozenset({".txt", ".md", ".html", ".htm", ".opml", ".xml"})
_ID_LENGTH = 12  # of an article; the number of a feed is shorter


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="URL|FILE|FEED...")
@json_option
@desk_option
def add(given: Sequence[str], as_json: bool, desk: Path | None) -> None:
    """Add web pages and files to the shared articles, and follow feeds."""
    settings = settings_of(desk)

    async def take(services: Services, each: str, progress: Progress) -> IngestResult:
        if _is_address(each):
            return await services.ingester.add(SHARED, each, progress=progress)
        data = await asyncio.to_thread(_read, Path(each), settings.limits.page_bytes)
        return await services.ingester.add_file(SHARED, Path(each).name, data)

    _gather(settings, given, take, as_json=as_json)


@click.command(name="import")
@click.argument("file", type=click.File("rb"), metavar="FILE.opml")
@desk_option
def import_feeds(file: BinaryIO, desk: Path | None) -> None:
    """Follow every feed that an OPML file lists."""
    from bot.reading.feeds.opml import read_opml

    async def follow(services: Services, address: str, progress: Progress) -> IngestResult:
        return await services.ingester.add_feed(SHARED, address, progress=progress)

    addresses = [feed.url for feed in read_opml(file.read())]
    _gather(settings_of(desk), addresses, follow, show=terminal.print_followed)


@click.command()
@json_option
@desk_option
def refresh(as_json: bool, desk: Path | None) -> None:
    """Read the feeds now and not when they are due."""

    async def look(services: Services, _: str, __: Progress) -> IngestResult:
        return await services.ingester.refresh(SHARED)

    _gather(settings_of(desk), ["feeds"], look, as_json=as_json)


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--with-articles", is_flag=True, help="Remove what the feed brought as well.")
@desk_option
def remove(id_: str, with_articles: bool, desk: Path | None) -> None:
    """Remove the shared article ID, or follow the feed of that number no longer."""
    settings = settings_of(desk)

    async def take_out() -> str:
        from bot.app import open_services

        async with open_services(settings) as services:
            if not id_.isdecimal() or len(id_) == _ID_LENGTH:
                article = await services.ingester.remove_article(SHARED, id_)
                return f"Removed “{article.title}”."
            feed = await services.ingester.unfollow_feed(SHARED, int(id_), articles=with_articles)
            return f"No longer following {feed.title or feed.url}."

    log_errors()
    click.echo(asyncio.run(take_out()))


@click.command()
@json_option
def feeds(as_json: bool) -> None:
    """List the feeds that are followed, and how well they can be read."""
    followed = asyncio.run(_followed(read_settings()))
    if as_json:
        print_json([contract.feed_json(feed) for feed in followed])
    else:
        terminal.print_feeds(Console(), followed)


@click.command()
@click.option("--opml", is_flag=True, help="The feeds that are followed, as any feed reader reads.")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-")
def export(opml: bool, output: TextIO) -> None:
    """Print what is followed, for `verbatim import` and other feed readers."""
    if not opml:
        raise click.UsageError("Say what to export: --opml gives the list of feeds.")
    from bot.reading.feeds.opml import FeedAddress, write_opml

    followed = asyncio.run(_followed(read_settings()))
    addresses = [FeedAddress(feed.url, feed.title) for feed in followed]
    output.write(write_opml(addresses, title="Verbatim"))


COMMANDS = (add, import_feeds, refresh, remove, feeds, export)


def _gather(
    settings: Settings,
    things: Sequence[str],
    take: Take,
    *,
    as_json: bool = False,
    show: Callable[[Console, IngestResult], None] = terminal.print_gathered,
) -> None:
    """Take the things in, show what came of each, and end with exit code 1 if anything failed."""
    console = Console()
    failures: list[str] = []

    async def take_and_tell(services: Services, thing: str, progress: Progress) -> None:
        try:
            gathered = await take(services, thing, progress)
        except FollowedError as known:
            if not as_json:
                console.print(str(known), markup=False, highlight=False)
        except VerbatimError as fault:
            failures.append(f"{thing}: {fault}")
        else:
            failures.extend(gathered.failures)
            if as_json:
                for taken in gathered.articles:
                    print_json(contract.taken_json(taken))
            else:
                show(console, gathered)

    log_errors()
    try:
        with terminal.progress(console, len(things), shown=not as_json) as begin:
            asyncio.run(_several_at_once(settings, things, begin, take_and_tell))
    except KeyboardInterrupt:
        failures.append("Stopped. What was added stays; give the command again for the rest.")
    for sentence in failures:
        click.echo(sentence, err=True)
    if failures:
        raise click.exceptions.Exit(1)


async def _several_at_once(
    settings: Settings,
    things: Sequence[str],
    begin: Callable[[str], AbstractContextManager[Progress]],
    work: Callable[[Services, str, Progress], Awaitable[None]],
) -> None:
    from bot.app import open_services

    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(services: Services, thing: str) -> None:
        async with turns:
            with begin(thing) as progress:
                await work(services, thing, progress)

    async with open_services(settings) as services, asyncio.TaskGroup() as tasks:
        for thing in things:
            tasks.create_task(in_turn(services, thing))


async def _followed(settings: Settings) -> Sequence[Feed]:
    from bot.store import Store

    store = await Store.open(settings.database)
    try:
        return await store.feeds.list(SHARED)
    finally:
        await store.close()


def _is_address(given: str) -> bool:
    """Whether an address is meant: it has a scheme, or the look of one and no file is so named."""
    if "://" in given:
        return True
    host, _, path = given.partition("/")
    looks_so = "." in host.strip(".") and (path or Path(host).suffix not in _FILES)
    try:
        return bool(looks_so) and not Path(given).exists()
    except OSError:  # longer than a file's name can be
        return True


def _read(file: Path, most: int) -> bytes:
    """What the file holds. Raises LibraryError, also for more than `most` bytes."""
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as fault:
        raise LibraryError(f"The file cannot be read: {fault.strerror}.") from fault
    if len(data) > most:
        raise LibraryError(
            f"The file has more than {most / 1e6:g} MB; VERBATIM_MAX_PAGE_BYTES can allow more."
        )
    return data
