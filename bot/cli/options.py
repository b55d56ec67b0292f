"""What several commands share: options, settings, the database, output."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.ops.logs import LOG_LINE
from bot.settings import Settings, read_settings

if TYPE_CHECKING:  # takes a second to load, which answers need not wait for
    from bot.store import Store

desk_option = click.option(
    "--desk",
    type=click.Path(path_type=Path),
    help="The desk folder (default: VERBATIM_DESK, or the example for commands that only read).",
)
period_option = click.option(
    "--period", help="Only articles from: past week, since Monday, 1 to 5 March."
)
source_option = click.option("--source", help="Only articles from this outlet, site or feed.")
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, one object per line."
)


def load_settings(desk: Path | None) -> Settings:
    """Read the settings, and replace their desk by that of the command if it has one."""
    settings = read_settings()
    return replace(settings, desk=desk) if desk else settings


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the database, and close it when the block ends. Raises StoreError."""
    from bot.store import Store

    store = await Store.open(settings.database)
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def loading() -> Iterator[None]:
    """Load without the garbage collector, which would look again and again through what stays: 7%
    of the time of `verbatim ask`."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def log_errors() -> None:
    """Log errors only: all else that a person should know is printed."""
    logging.basicConfig(level=logging.ERROR, format=LOG_LINE)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))
