"""A PostgreSQL that is cut off: every call says so in a sentence, and all goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreBusyError
from bot.store import Store
from bot.store.schema import metadata
from tests.support.databases import close_store, connect_postgres
from tests.support.processes import wait_until
from tests.support.proxy import DatabaseProxy, open_proxy
from tests.support.store_methods import READING, WRITING, build_scene


@pytest.fixture
def url(new_postgres_url: Callable[[], str]) -> str:
    return new_postgres_url()


@pytest.fixture
async def wire(url: str) -> AsyncIterator[DatabaseProxy]:
    async with open_proxy(url) as opened:
        yield opened


async def wait_until_closed(connection: AsyncConnection) -> None:
    """Wait until the driver has seen that its connection is cut."""
    driver: Any = (await connection.get_raw_connection()).driver_connection

    async def is_closed() -> bool:
        return bool(driver.is_closed())

    await wait_until(is_closed)


async def test_every_method_works_again_once_the_database_is_back(wire: DatabaseProxy) -> None:
    store = await Store.open(wire.url)
    scene = await build_scene(store)
    await wire.cut()
    for method in (*WRITING.values(), *READING.values()):
        with pytest.raises(StoreBusyError, match="Try again in a moment"):
            await method(scene)
    await wire.mend()
    for method in READING.values():
        await method(scene)
    await close_store(store)


async def test_a_connection_lost_while_it_was_idle_is_replaced_unseen(wire: DatabaseProxy) -> None:
    store = await Store.open(wire.url)
    await store.get_meta("key")
    await wire.cut()
    await wire.mend()
    assert await store.get_meta("key") is None
    await store.set_meta("key", "value")
    await close_store(store)


@pytest.mark.parametrize("method", ["articles.remove", "articles.load"])
async def test_a_call_under_way_is_lost_in_a_sentence(
    method: str, wire: DatabaseProxy, url: str
) -> None:
    store = await Store.open(wire.url)
    scene = await build_scene(store)
    other = await connect_postgres(url)
    await other.execute(f"BEGIN; LOCK TABLE {', '.join(metadata.tables)}")
    call = asyncio.ensure_future({**WRITING, **READING}[method](scene))
    await wait_until(lambda: other.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
    await wire.cut()
    with pytest.raises(StoreBusyError, match="was lost meanwhile"):
        await call
    await other.close()
    await wire.mend()
    assert await store.articles.count(1) == 1
    await close_store(store)


@pytest.mark.parametrize("at", ["a statement", "the commit", "the rollback"])
async def test_a_transaction_is_lost_in_a_sentence(at: str, wire: DatabaseProxy) -> None:
    store = await Store.open(wire.url)

    async def transaction() -> None:
        async with store._database.writing() as connection:
            await connection.execute(text("SELECT 1"))
            await wire.cut()
            await wait_until_closed(connection)
            if at == "a statement":
                await connection.execute(text("SELECT 1"))
            elif at == "the rollback":
                raise ZeroDivisionError

    with pytest.raises(StoreBusyError, match="was lost meanwhile"):
        await transaction()
    await wire.mend()
    await store.get_meta("key")
    await close_store(store)


async def test_a_database_that_is_away_is_waited_for_without_a_fault(wire: DatabaseProxy) -> None:
    store = await Store.open(wire.url)
    await store.wait_for_change(3600)  # from now on it is listened to
    heard = asyncio.create_task(store.wait_for_change(3600))
    await wire.cut()
    await asyncio.wait_for(heard, 30)
    await store.wait_for_change(0.01)
    await wire.mend()
    await asyncio.wait_for(store.wait_for_change(3600), 30)
    await close_store(store)
