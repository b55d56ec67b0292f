"""Tries each thing that Verbatim stands on before it is needed.

Every check returns what it found as a sentence, and raises VerbatimError with what is wrong and
what to do. None changes anything.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable
from dataclasses import dataclass

from bot.errors import StoreError, VerbatimError
from bot.library.writer import LibraryWriter
from bot.reading.desk import read_desk
from bot.reading.web.fetch import Fetcher
from bot.settings import Settings
from bot.store import Store, inspect

# 100,000 paragraphs are a database of 50 MB and an index of 58, which is written anew beside the
# old one.
LEAST_FREE = 200_000_000

# Kept by the Internet Assigned Numbers Authority for such uses.
FETCHED = "https://example.com/"


@dataclass(frozen=True, slots=True)
class CheckResult:
    subject: str
    passed: bool
    message: str


async def run_check(thing: str, check: Awaitable[str]) -> CheckResult:
    """What a check says of the thing."""
    try:
        return CheckResult(thing, True, await check)
    except VerbatimError as fault:
        return CheckResult(thing, False, str(fault))


async def check_desk(settings: Settings) -> str:
    desk = await asyncio.to_thread(read_desk, settings.desk)
    return f"Articles in {settings.desk}: {len(desk.articles)}; topics: {len(desk.topics)}."


async def check_database(settings: Settings, least_free: int = LEAST_FREE) -> str:
    seen = await inspect(settings.database)
    free = seen.free_bytes
    if free is not None and free < least_free:
        raise StoreError(
            f"The disk of {seen.name} has {free / 1e6:,.0f} MB left, and Verbatim needs "
            f"{least_free / 1e6:,.0f}. Make room there, or name another file in VERBATIM_DATABASE."
        )
    room = "" if free is None else f" {free / 1e9:,.1f} GB are free there."
    if not seen.exists:
        return f"{seen.name} is not there yet; it will be made.{room}"
    if seen.missing_steps:
        return (
            f"{seen.name} is empty or of an older version; the next start takes the "
            f"{seen.missing_steps} steps to this one. Make a backup before.{room}"
        )
    return f"{seen.name} is up to date and can be written to.{room}"


async def check_library(settings: Settings) -> str:
    """Open the library as a start does. For a desk and a database that are well."""
    seen, index = await inspect(settings.database), settings.saved_index
    if seen.missing_steps or not seen.exists:
        return "Nothing has been added to the desk by this version yet."
    if not os.access(index.parent, os.W_OK | os.X_OK, effective_ids=True):
        raise StoreError(
            f"The index cannot be saved as {index}, so every start would take long. Make the "
            "folder if it is missing, and give Verbatim's user the right to write there."
        )
    store = await Store.open(settings.database)
    try:
        library_writer = await LibraryWriter.open(read_desk(settings.desk), store, saved_at=index)
    finally:
        await store.close()
    library = library_writer.library
    articles, paragraphs = library.size
    held = f"Articles held: {articles:,}; paragraphs: {paragraphs:,}."
    if new := library.newly_indexed:
        return f"{held} Not in the saved index: {new:,}; the next start adds them."
    return f"{held} All are in the saved index."


async def check_fetching(settings: Settings, address: str = FETCHED) -> str:
    fetcher = Fetcher(page_bytes=settings.limits.page_bytes, allow=settings.fetch_allow)
    try:
        fetched = await fetcher.page(address)
    finally:
        await fetcher.close()
    return f"{fetched.url} can be fetched."
