"""The log: a line for each command and button, without what was asked, for people and programs."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from bot.chat.client import VerbatimClient
from bot.errors import QuestionError
from bot.library import View
from bot.model import Answer
from bot.ops.journal import Journal, Served
from bot.ops.logs import formatter
from bot.ops.metrics import Metrics
from bot.store import Store
from tests.support.house import Clock, House, OneView, client_for, labels, small_library
from tests.support.loopback import loopback_discord
from tests.support.running import asks, verbatim

QUESTION = "Will Seoul choose a side?"
JOURNAL = "bot.ops.journal"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The journal's, as a program reads them."""
    as_json = formatter("json")
    return [json.loads(as_json.format(r)) for r in log.records if r.name == JOURNAL]


def last(log: pytest.LogCaptureFixture) -> tuple[str, str, bool]:
    line = lines(log)[-1]
    return line["command"], line["status"], line["private"]


async def test_a_command_is_one_line_that_says_all_but_the_question(
    house: House, log: pytest.LogCaptureFixture
) -> None:
    await house.member.slash(house.channel, "ask", question=QUESTION)
    (line,) = lines(log)
    assert (line["level"], line["logger"]) == ("INFO", JOURNAL)
    assert (line["command"], line["status"], line["private"]) == ("ask", "answer", False)
    assert (line["server"], line["shard"]) == (str(house.env.guild.id), 0)
    assert line["ms"] >= 0
    assert int(line["interaction"])
    assert line["time"].endswith("+00:00")
    assert "Seoul" not in log.text
    assert "Seoul" not in json.dumps(line)


async def test_every_status_is_told(house: House, log: pytest.LogCaptureFixture) -> None:
    ask = {"question": "Who won the cricket match?", "private": True}
    refused = await house.member.slash(house.channel, "ask", **ask)
    assert last(log) == ("ask", "none", True)
    await house.member.slash(house.channel, "digest", topic="china")
    assert last(log) == ("digest", "digest", False)
    await house.member.slash(house.channel, "verify", quote="fired two missiles into the sea")
    assert last(log) == ("verify", "exact", False)
    await house.member.slash(house.channel, "sources")
    assert last(log) == ("sources", "done", True)
    await house.schedule()
    assert last(log) == ("schedule add", "done", True)
    assert labels(refused) == ["North Korea", "China"]
    assert refused.response is not None
    await house.member.click(refused.response, label="China")
    assert last(log) == ("button digest", "digest", True)
    assert len(lines(log)) == 6


async def test_a_direct_message_is_of_no_server(
    house: House, log: pytest.LogCaptureFixture
) -> None:
    await house.member.user.slash("ask", question=QUESTION)
    (line,) = lines(log)
    assert (line["server"], line["shard"], line["private"]) == ("direct", 0, False)


async def test_what_a_person_can_mend_is_refused(
    house: House, log: pytest.LogCaptureFixture
) -> None:
    await house.member.slash(house.channel, "ask", question="what is the")
    assert last(log) == ("ask", "refused", True)
    house.expect_fault(QuestionError)


async def test_a_fault_of_ours_has_failed_and_is_counted(
    house: House, log: pytest.LogCaptureFixture
) -> None:
    class Broken(View):
        def __init__(self) -> None:
            self.__dict__.update(small_library().view().__dict__)

        def ask(self, question: str, *, after: int = 0) -> Answer:
            raise LookupError(question)

    await house.restart(client_for(OneView(Broken()), house.client.store, house.clock))
    await house.member.slash(house.channel, "ask", question=QUESTION)
    house.expect_fault(LookupError)
    assert last(log) == ("ask", "failed", True)


async def test_a_button_that_changes_its_message_is_as_private_as_that(
    house: House, log: pytest.LogCaptureFixture
) -> None:
    listed = await house.member.slash(house.channel, "sources")
    assert listed.response is not None
    await house.member.click(listed.response, label="Next")
    assert last(log) == ("button sources", "done", True)


# What people wrote


@pytest.fixture
def told(house_store: Store, clock: Clock) -> VerbatimClient:
    client = client_for(small_library(), house_store, clock)
    client.journal = Journal(Metrics(), with_questions=True)
    return client


async def test_questions_are_logged_where_they_are_asked_for(
    house: House, told: VerbatimClient, log: pytest.LogCaptureFixture
) -> None:
    await house.restart(told)
    await house.member.slash(house.channel, "ask", question=QUESTION)
    (line,) = lines(log)
    assert line["asked"] == {"question": QUESTION}
    assert QUESTION in log.text


SERVED = Served("schedule add", "done", 0.0123, True, None, 0, 5, {})


def test_a_line_for_people_names_each_fact(log: pytest.LogCaptureFixture) -> None:
    Journal(Metrics()).note(SERVED)
    time, _, said = formatter("text").format(log.records[-1]).partition(" INFO ")
    assert re.fullmatch(r"[-\d]+ [:,\d]+", time)
    assert said == (
        f"{JOURNAL}: "
        'command="schedule add" server=direct private=true status=done ms=12.3 '
        "shard=0 interaction=5"
    )


@pytest.mark.parametrize("asked", ["two\nlines\x1b[2J", "half \ud800 a character", "line\u2028end"])
def test_a_line_is_one_line_whatever_is_asked(asked: str, log: pytest.LogCaptureFixture) -> None:
    served = Served("ask", "none", 0.01, True, None, 0, 5, {"question": asked})
    Journal(Metrics(), with_questions=True).note(served)
    for log_format in ("text", "json"):
        line = formatter(log_format).format(log.records[-1])
        assert line.isprintable()
        assert len(line.splitlines()) == 1
    assert lines(log)[-1]["asked"] == {"question": asked}


def test_a_fault_is_within_its_json_object() -> None:
    try:
        raise LookupError("no such thing")
    except LookupError as fault:
        record = logging.LogRecord("bot", logging.ERROR, "f", 1, "failed", None, None)
        record.exc_info = (LookupError, fault, fault.__traceback__)
    line = formatter("json").format(record)
    assert "\n" not in line
    assert "no such thing" in json.loads(line)["exc_info"]


# The whole bot


async def test_every_line_of_a_bot_that_logs_json_is_an_object(tmp_path: Path) -> None:
    async with (
        loopback_discord() as discord,
        verbatim("run", discord=discord, folder=tmp_path, VERBATIM_LOG_FORMAT="json") as running,
    ):
        await running.logs("ready as Verbatim")
        await discord.send("INTERACTION_CREATE", asks("eggs in one basket"))
        await running.logs('"command": "ask"')
        running.process.terminate()
        assert await running.ends() == 0
    written = [json.loads(line) for line in running.log.splitlines()]
    assert {"time", "level", "logger", "message"} <= set.intersection(*map(set, written))
    (served,) = [line for line in written if line["logger"] == JOURNAL]
    assert (served["status"], served["server"]) == ("answer", "direct")
    assert "basket" not in running.log
