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
from bot.library import EVERY_ARTICLE, View
from bot.model import Answer, Selection
from bot.ops.journal import Journal, ReplyRecord
from bot.ops.logs import make_formatter
from bot.ops.metrics import Metrics
from bot.store import Store
from tests.support.loopback import loopback_discord
from tests.support.processes import ask_interaction, start_verbatim
from tests.support.simulation import (
    Clock,
    FixedLibrary,
    Server,
    button_labels,
    reading_client,
    small_library,
)

QUESTION = "Will Seoul choose between them?"
JOURNAL = "bot.ops.journal"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The journal's, as a program reads them."""
    as_json = make_formatter("json")
    return [json.loads(as_json.format(r)) for r in log.records if r.name == JOURNAL]


def last(log: pytest.LogCaptureFixture) -> tuple[str, str, bool]:
    line = lines(log)[-1]
    return line["command"], line["status"], line["private"]


async def test_a_command_is_one_line_that_says_all_but_the_question(
    server: Server, log: pytest.LogCaptureFixture
) -> None:
    await server.member.slash(server.channel, "ask", question=QUESTION)
    (line,) = lines(log)
    assert (line["level"], line["logger"]) == ("INFO", JOURNAL)
    assert (line["command"], line["status"], line["private"]) == ("ask", "answer", False)
    assert (line["server"], line["shard"]) == (str(server.env.guild.id), 0)
    assert line["ms"] >= 0
    assert int(line["interaction"])
    assert line["time"].endswith("+00:00")
    assert "Seoul" not in log.text
    assert "Seoul" not in json.dumps(line)


async def test_every_status_is_told(server: Server, log: pytest.LogCaptureFixture) -> None:
    ask = {"question": "Who won the PRC cricket match?", "private": True}
    refused = await server.member.slash(server.channel, "ask", **ask)
    assert last(log) == ("ask", "none", True)
    await server.member.slash(server.channel, "digest", topic="china")
    assert last(log) == ("digest", "digest", False)
    await server.member.slash(server.channel, "verify", quote="fired two missiles into the sea")
    assert last(log) == ("verify", "exact", False)
    await server.member.slash(server.channel, "sources")
    assert last(log) == ("sources", "done", True)
    await server.schedule()
    assert last(log) == ("schedule add", "done", True)
    assert button_labels(refused) == ["China"]
    assert refused.response is not None
    await server.member.click(refused.response, label="China")
    assert last(log) == ("button digest", "digest", True)
    assert len(lines(log)) == 6


async def test_a_direct_message_is_of_no_server(
    server: Server, log: pytest.LogCaptureFixture
) -> None:
    await server.member.user.slash("ask", question=QUESTION)
    (line,) = lines(log)
    assert (line["server"], line["shard"], line["private"]) == ("direct", 0, False)


async def test_what_a_person_can_mend_is_refused(
    server: Server, log: pytest.LogCaptureFixture
) -> None:
    await server.member.slash(server.channel, "ask", question="what is the")
    assert last(log) == ("ask", "refused", True)
    server.expect_fault(QuestionError)


async def test_a_fault_of_ours_has_failed_and_is_counted(
    server: Server, log: pytest.LogCaptureFixture
) -> None:
    class Broken(View):
        def __init__(self) -> None:
            self.__dict__.update(small_library().view().__dict__)

        def ask(
            self, question: str, *, after: int = 0, selection: Selection = EVERY_ARTICLE
        ) -> Answer:
            raise LookupError(question)

    await server.restart(reading_client(FixedLibrary(Broken()), server.client.store, server.clock))
    await server.member.slash(server.channel, "ask", question=QUESTION)
    server.expect_fault(LookupError)
    assert last(log) == ("ask", "failed", True)


async def test_a_button_that_changes_its_message_is_as_private_as_that(
    server: Server, log: pytest.LogCaptureFixture
) -> None:
    listed = await server.member.slash(server.channel, "sources")
    assert listed.response is not None
    await server.member.click(listed.response, label="Next")
    assert last(log) == ("button sources", "done", True)


# What people wrote


@pytest.fixture
def client(simulated_store: Store, clock: Clock) -> VerbatimClient:
    client = reading_client(small_library(), simulated_store, clock)
    client.journal = Journal(Metrics(), with_questions=True)
    return client


async def test_questions_are_logged_where_they_are_asked_for(
    server: Server, client: VerbatimClient, log: pytest.LogCaptureFixture
) -> None:
    await server.restart(client)
    await server.member.slash(server.channel, "ask", question=QUESTION)
    (line,) = lines(log)
    assert line["asked"] == {"question": QUESTION}
    assert QUESTION in log.text


SERVED = ReplyRecord("schedule add", "done", 0.0123, True, None, 0, 5, {})


def test_a_line_for_people_names_each_fact(log: pytest.LogCaptureFixture) -> None:
    Journal(Metrics()).record(SERVED)
    time, _, message = make_formatter("text").format(log.records[-1]).partition(" INFO ")
    assert re.fullmatch(r"[-\d]+ [:,\d]+", time)
    assert message == (
        f"{JOURNAL}: "
        'command="schedule add" server=direct private=true status=done ms=12.3 '
        "shard=0 interaction=5"
    )


@pytest.mark.parametrize(
    "question", ["two\nlines\x1b[2J", "half \ud800 a character", "line\u2028end"]
)
def test_a_line_is_one_line_whatever_is_asked(question: str, log: pytest.LogCaptureFixture) -> None:
    served = ReplyRecord("ask", "none", 0.01, True, None, 0, 5, {"question": question})
    Journal(Metrics(), with_questions=True).record(served)
    for log_format in ("text", "json"):
        line = make_formatter(log_format).format(log.records[-1])
        assert line.isprintable()
        assert len(line.splitlines()) == 1
    assert lines(log)[-1]["asked"] == {"question": question}


def test_a_fault_is_within_its_json_object() -> None:
    try:
        raise LookupError("no such thing")
    except LookupError as fault:
        record = logging.LogRecord("bot", logging.ERROR, "f", 1, "failed", None, None)
        record.exc_info = (LookupError, fault, fault.__traceback__)
    line = make_formatter("json").format(record)
    assert "\n" not in line
    assert "no such thing" in json.loads(line)["exc_info"]


# The whole bot


async def test_every_line_of_a_bot_that_logs_json_is_an_object(tmp_path: Path) -> None:
    async with (
        loopback_discord() as discord,
        start_verbatim(
            "run", discord=discord, folder=tmp_path, VERBATIM_LOG_FORMAT="json"
        ) as running,
    ):
        await running.wait_for_log("ready as Verbatim")
        await discord.send("INTERACTION_CREATE", ask_interaction("eggs in one basket"))
        await running.wait_for_log('"command": "ask"')
        running.process.terminate()
        assert await running.wait_for_exit() == 0
    written = [json.loads(line) for line in running.log.splitlines()]
    assert {"time", "level", "logger", "message"} <= set.intersection(*map(set, written))
    (served,) = [line for line in written if line["logger"] == JOURNAL]
    assert (served["status"], served["server"]) == ("answer", "direct")
    assert "basket" not in running.log
