"""`verbatim check`: a line for each thing, what is wrong with it, and how it ends."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import chdir
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.ops import checks
from bot.settings import read_settings
from bot.store import Store
from tests.support.environment import SETTING_NAMES
from tests.support.loopback import LoopbackDiscord, loopback_discord
from tests.support.site import open_site

GULLS = "Gulls on the roof\n\nThe gulls of the bay nest on the roof of the fish hall in March."


class Check:
    """Gives the command in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.desk = folder / "desk"
        self.database = folder / "verbatim.sqlite3"
        self.desk.mkdir()
        (self.desk / "gulls.txt").write_text(GULLS, encoding="utf-8")

    async def __call__(self, *arguments: str, **environment: str) -> Result:
        ours = {"VERBATIM_DATABASE": str(self.database), "VERBATIM_DESK": str(self.desk)}
        runner = CliRunner(env=dict.fromkeys(SETTING_NAMES, "") | ours | environment)
        return await asyncio.to_thread(runner.invoke, main, ["check", *arguments])


@pytest.fixture
def check(tmp_path: Path) -> Check:
    return Check(tmp_path)


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with loopback_discord() as served:
        yield served


def findings(result: Result) -> dict[str, tuple[str, str]]:
    """Of each thing, whether it is ok or wrong, and the rest of its line."""
    results = {}
    for line in result.stdout.splitlines():
        subject, mark, message = line.split(maxsplit=2)
        results[subject] = (mark, message)
    return results


async def test_all_is_well_before_anything_was_stored(check: Check) -> None:
    result = await check()
    assert result.exit_code == 0, result.output
    results = findings(result)
    assert list(results) == ["settings", "desk", "database", "library", "model", "token"]
    assert {mark for mark, _ in results.values()} == {"ok"}
    assert results["desk"][1] == f"Articles in {check.desk}: 1; topics: 0."
    assert "is not there yet; it will be created." in results["database"][1]
    assert not check.database.exists()


async def test_no_token_is_said_and_no_fault(check: Check) -> None:
    assert findings(await check())["token"] == (
        "ok",
        "None is set; only `verbatim run` needs one, as DISCORD_TOKEN.",
    )


async def test_a_bad_setting_is_named_and_nothing_else_is_tried(check: Check) -> None:
    result = await check(VERBATIM_DEMO_PORT="none", VERBATIM_TIMEZONE="Mars")
    assert result.exit_code == 2
    results = findings(result)
    assert list(results) == ["settings"]
    assert results["settings"][0] == "wrong"
    assert "VERBATIM_DEMO_PORT" in results["settings"][1]
    assert "VERBATIM_TIMEZONE" in results["settings"][1]


async def test_every_fault_is_told_at_once(
    check: Check, discord: LoopbackDiscord, tmp_path: Path
) -> None:
    discord.refuse_token = True
    check.database.write_text("Dear editor, " * 100, encoding="utf-8")
    result = await check("--desk", str(tmp_path / "nowhere"), DISCORD_TOKEN="t")
    assert result.exit_code == 2
    results = findings(result)
    assert list(results) == ["settings", "desk", "database", "model", "token"]
    assert results["settings"][0] == "ok"
    assert results["desk"][0] == results["database"][0] == results["token"][0] == "wrong"
    assert "is not a folder" in results["desk"][1]
    assert "is not a database" in results["database"][1]
    assert "Discord refused the token" in results["token"][1]
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["", "nowhere", "empty"])
async def test_a_folder_without_a_model_is_a_fault_and_none_is_not(
    check: Check, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    folder = str(tmp_path / name) if name else ""
    result = await check(VERBATIM_SEMANTIC="on" if name else "off", VERBATIM_MODEL=folder)
    mark, message = findings(result)["model"]
    assert mark == ("wrong" if name else "ok")
    assert ("has no file model.onnx" if name else "turned off") in message
    assert "Traceback" not in result.output


async def test_an_open_database_is_checked_with_what_it_holds(check: Check) -> None:
    store = await Store.open(str(check.database))
    results = findings(await check())
    assert "is up to date and can be written to." in results["database"][1]
    assert results["library"] == (
        "ok",
        "Articles: 1; paragraphs: 1. Not in the saved index: 1; the next start adds them.",
    )
    assert not check.database.with_name("verbatim.sqlite3.index").exists()
    await store.close()


async def test_an_older_database_is_no_fault_and_stays_as_it_is(check: Check) -> None:
    await (await Store.open(str(check.database))).close()
    with sqlite3.connect(check.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    result = await check()
    assert result.exit_code == 0
    assert "Make a backup before." in findings(result)["database"][1]
    with sqlite3.connect(check.database) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("0001",)]
    connection.close()


async def test_a_token_tells_whose_it_is_and_how_to_invite(
    check: Check, discord: LoopbackDiscord
) -> None:
    mark, message = findings(await check(DISCORD_TOKEN="t"))["token"]
    assert mark == "ok"
    assert message == (
        "Discord knows it as that of “Verbatim”, and no privileged intent is needed. Anybody can "
        "invite it with https://discord.com/oauth2/authorize?client_id=1"
        "&scope=bot+applications.commands&permissions=309237746688 Nobody can install it for "
        "themselves until User Install is turned on under Installation in the Developer Portal."
    )
    assert not discord.connected.is_set()


@pytest.mark.parametrize(
    ("changed", "mark", "sentence"),
    [
        ({"bot_public": False}, "ok", "Its owner alone can invite it with https"),
        (
            {"integration_types_config": {"1": {}}},
            "ok",
            "To install it for oneself, open https://discord.com/oauth2/authorize?client_id=1"
            "&scope=applications.commands&integration_type=1",
        ),
        ({"bot_require_code_grant": True}, "wrong", "Nobody can invite “Verbatim”: turn off"),
    ],
)
async def test_who_can_invite_and_install_it_is_told(
    check: Check, discord: LoopbackDiscord, changed: dict[str, Any], mark: str, sentence: str
) -> None:
    discord.application.update(changed)
    results = findings(await check(DISCORD_TOKEN="t"))["token"]
    assert results[0] == mark
    assert sentence in results[1]


@pytest.mark.parametrize(
    ("ahead", "mark", "sentence"),
    [
        (timedelta(seconds=20), "ok", "This machine's clock agrees with Discord's."),
        (timedelta(minutes=25), "wrong", "This machine's clock is 0:25:0"),
        (timedelta(days=-400), "wrong", "behind Discord's. Set it"),
    ],
)
async def test_a_clock_that_differs_from_discords_is_told(
    check: Check, discord: LoopbackDiscord, ahead: timedelta, mark: str, sentence: str
) -> None:
    discord.now = lambda: datetime.now(UTC) - ahead - timedelta(milliseconds=500)
    told = findings(await check(DISCORD_TOKEN="t"))["clock"]
    assert told[0] == mark
    assert sentence in told[1]


async def test_a_discord_out_of_reach_is_told(check: Check, discord: LoopbackDiscord) -> None:
    await discord.close()
    result = await check(DISCORD_TOKEN="t")
    assert result.exit_code == 2
    assert "cannot be reached" in findings(result)["token"][1]


async def test_fetching_is_tried_when_asked_for(tmp_path: Path) -> None:
    settings = read_settings(tmp_path / "none")
    async with open_site() as site:
        page = site.page("/", "Title", "Some words.")
        allowed = replace(settings, fetch_allow=(site.host,))
        assert await checks.check_fetching(allowed, page) == f"{page} can be fetched."
        refused = await checks.run_check("fetching", checks.check_fetching(settings, page))
    assert not refused.passed
    assert refused.message.endswith(".")


async def test_a_disk_that_is_nearly_full_is_told(tmp_path: Path) -> None:
    settings = replace(read_settings(tmp_path / "none"), database=str(tmp_path / "new.sqlite3"))
    results = await checks.run_check(
        "database", checks.check_database(settings, min_free_bytes=10**18)
    )
    assert not results.passed
    assert re.search(
        r"new.sqlite3 has [\d,]+ MB left, and Verbatim needs [\d,]+. ", results.message
    )


async def test_an_index_that_cannot_be_saved_is_told(
    check: Check, tmp_path: Path, new_postgres_url: Callable[[], str]
) -> None:
    url = new_postgres_url()
    await (await Store.open(url)).close()
    with chdir(tmp_path):  # where there is no folder data
        result = await check(VERBATIM_DATABASE=url)
        assert result.exit_code == 2
        assert findings(result)["library"][1].startswith("The index cannot be saved as data/verb")
        (tmp_path / "data").mkdir()
        assert (await check(VERBATIM_DATABASE=url)).exit_code == 0
