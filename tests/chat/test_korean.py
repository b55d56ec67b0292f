"""A server that chose Korean: whatever is asked and pressed there, the reply is Korean."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.chat.client import VerbatimClient
from bot.chat.posts.notice_pages import flag_page, maker_page
from bot.errors import LibraryError, QuestionError, ScheduleError, WatchError
from bot.language import use_language
from bot.model import Brief, Notice
from bot.schedule.poster import ChannelLostError, PostRefusedError
from bot.store import Store
from tests.support.korean import (
    ARTICLES,
    assert_korean,
    components,
    english_words,
    in_korean,
    press_all,
)
from tests.support.simulation import (
    MONDAY,
    Clock,
    Server,
    message_text,
    reading_client,
    small_library,
)

SELECT = 3  # the type of a menu with choices of our own

ASKED = "Will Seoul choose a side?"
UNKNOWN = "Who won the PRC cricket match?"
GONE = ChannelLostError("The channel no longer exists. Add the watch in another one.")
REFUSED = PostRefusedError("Discord refused the post ({fault}).", fault="400")
MISSILES = "North Korea fired two missiles into the sea on Friday, the army said."


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    return reading_client(small_library(ARTICLES), simulated_store, clock)


@pytest.fixture
async def korean(server: Server) -> Server:
    await server.prefer(language="ko")
    return server


@pytest.mark.parametrize(
    ("command", "options", "kinds"),
    [
        ("ask", {"question": ASKED}, {"quotes", "around", "cite", "feedback"}),
        ("ask", {"question": ASKED, "private": True}, {"share"}),
        ("ask", {"question": UNKNOWN}, {"digest"}),
        ("digest", {"topic": "china"}, set()),
        ("digest", {"topic": "everything"}, set()),
        ("digest", {"topic": "china", "period": "past week"}, set()),
        ("digest", {"topic": "north-korea", "period": "since-last"}, set()),
        ("digest", {"topic": "zzzz"}, set()),
        ("verify", {"quote": MISSILES}, set()),
        ("verify", {"quote": MISSILES.replace("two", "three")}, set()),
        ("verify", {"quote": "Nobody said this anywhere at all."}, set()),
        ("ask", {"question": "What did the mayor say of the harbour?"}, {"more"}),
        ("digest", {"topic": "harbour"}, {"points"}),
        ("said", {"person": "Jane Roe"}, {"said"}),
        ("said", {"person": "Roe", "topic": "ferries"}, set()),
        ("said", {"person": "Nobody"}, {"speaker"}),
        ("timeline", {"topic": "harbour"}, {"timeline"}),
        ("timeline", {"topic": "zzzz"}, set()),
        ("topics list", {}, set()),
        ("sources", {}, {"sources"}),
        ("privacy", {}, {"forget"}),
        ("help", {}, {"try"}),
        ("settings", {}, {"settings"}),
        ("schedule list", {}, set()),
        ("watch list", {}, set()),
        ("watch add", {"words": "china"}, set()),
        ("watch add", {"words": "everything", "private": True}, set()),
        ("library list", {}, set()),
        ("library health", {}, set()),
        ("library gaps", {}, set()),
    ],
)
async def test_what_a_command_says_and_its_buttons_say_is_korean(
    korean: Server, command: str, options: dict[str, Any], kinds: set[str]
) -> None:
    """`kinds` are the buttons that the command is meant to bring, by what their ids say."""
    typed = [str(value) for value in options.values()]
    result = await korean.administrator.slash(korean.channel, command, **options)
    assert kinds <= await press_all(korean.administrator, in_korean(result, *typed), *typed)


async def test_what_was_not_answered_is_listed_and_cleared_in_korean(korean: Server) -> None:
    ann = korean.administrator
    await ann.slash(korean.channel, "ask", question=UNKNOWN)
    gaps = await ann.slash(korean.channel, "library gaps")
    assert await press_all(ann, in_korean(gaps, UNKNOWN), UNKNOWN) == {"clear-gaps"}


async def test_the_menu_of_a_message_answers_in_korean(korean: Server) -> None:
    text = f"{MISSILES} The committee of dentists elected a treasurer in Lisbon."
    for written in (text, "https://example.com"):
        message = await korean.member.send(korean.channel, written)
        in_korean(await korean.member.context_menu(korean.channel, "Find sources", message), text)
    korean.expect_fault(QuestionError)


async def test_every_choice_and_the_form_of_the_settings_are_korean(korean: Server) -> None:
    ann = korean.administrator
    panel = in_korean(await ann.slash(korean.channel, "settings"))
    for menu in [each for each in components(panel) if each["type"] == SELECT]:
        for option in menu["options"]:
            if menu["custom_id"].endswith(":language"):
                continue
            chosen = await ann.select(panel, [option["value"]], custom_id=menu["custom_id"])
            in_korean(chosen)
    form = await ann.click(panel, label="조용한 시간 설정")
    assert form.modal is not None
    assert english_words(form.modal["title"], ()) == []
    for field in form.modal["components"]:
        for text in (field["label"], field["component"].get("placeholder", "")):
            assert english_words(text, ()) == []


async def test_a_schedule_is_made_paused_and_removed_in_korean(korean: Server) -> None:
    made = await korean.schedule(time="오전 9시", days="월, 목", zone="서울")
    assert "매주 월요일 및 목요일 09:00 (Asia/Seoul)" in message_text(in_korean(made))
    for command in ("now", "pause", "resume", "remove"):
        chosen = await korean.administrator.autocomplete(
            korean.channel, f"schedule {command}", "schedule", ""
        )
        assert english_words(chosen[0]["name"], ()) == []
        in_korean(
            await korean.administrator.slash(
                korean.channel, f"schedule {command}", schedule=chosen[0]["value"]
            )
        )


async def test_what_is_posted_speaks_the_servers_language(korean: Server) -> None:
    await korean.schedule(topic="china", when_empty="say so")
    for _ in range(2):  # something new, and then nothing
        await korean.administrator.slash(korean.channel, "schedule now", schedule="1")
    posts = korean.channel.history()
    assert posts
    for post in posts:
        assert_korean(post)


@pytest.mark.parametrize(
    "notice",
    [
        Notice("1", "withdrawn", MONDAY, 1, 10, Brief("t", "Short piece number 1")),
        Notice("1", "edited", MONDAY, 1, 10, Brief("t", "Short piece number 1")),
        Notice("1", "paused", MONDAY, 1, 10, Brief("t", "Everything"), reason=GONE.packed),
        Notice("1", "refused", MONDAY, 1, 10, Brief("t", "Everything"), reason=REFUSED.packed),
        Notice("1", "refused", MONDAY, 1, None, Brief("t", "Everything"), reason=REFUSED.packed),
    ],
)
def test_a_notice_is_korean(notice: Notice) -> None:
    with use_language("ko"):
        layout: Any = maker_page(notice, "모두") if notice.reason else flag_page(notice)
    assert_korean(SimpleNamespace(content="", components=layout.to_components()))


@pytest.mark.parametrize(
    ("command", "options", "fault"),
    [
        ("ask", {"question": "the"}, QuestionError),
        ("watch add", {"words": "china"}, WatchError),
        ("watch remove", {"watch": "17"}, WatchError),
        ("schedule remove", {"schedule": "17"}, ScheduleError),
        ("library remove", {"article": "none"}, LibraryError),
    ],
)
async def test_a_refusal_is_korean(
    korean: Server, command: str, options: dict[str, Any], fault: type[Exception]
) -> None:
    manages = command.startswith(("schedule", "library"))
    actor = korean.administrator if manages else korean.member
    in_korean(await actor.slash(korean.channel, command, **options), *map(str, options.values()))
    korean.expect_fault(fault)


@pytest.mark.parametrize(
    ("command", "option", "typed", "first"),
    [
        ("digest", "topic", "", "전체"),
        ("digest", "topic", "모두", "전체"),
        ("schedule add", "zone", "서울", "서울 · 대한민국 · Asia/Seoul"),
    ],
)
async def test_a_suggestion_is_korean(
    korean: Server, command: str, option: str, typed: str, first: str
) -> None:
    chosen = await korean.administrator.autocomplete(korean.channel, command, option, typed)
    assert chosen[0]["name"] == first
