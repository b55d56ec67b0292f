"""Every command, suggestion and button, through discord.py's dispatch in a simulated Discord."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import discord
import pytest
from discord import app_commands

from bot.chat.answers.sources import SourcesButton
from bot.chat.interaction.replies import PATIENCE, run_in_thread
from bot.chat.interaction.workload import Workload
from bot.errors import QuestionError
from bot.library import EVERY_ARTICLE, View
from bot.model import Answer, Article, Paragraph, Selection, Verification
from tests.support.simulation import (
    MONDAY,
    SEOUL,
    TEASERS,
    FixedLibrary,
    Server,
    button_labels,
    reading_client,
    reply_text,
    small_library,
)

# /ask


async def test_ask_answers_the_channel_with_the_quote_and_its_source(server: Server) -> None:
    result = await server.member.slash(server.channel, "ask", question="Will Seoul choose a side?")
    text = reply_text(result)
    assert not result.ephemeral
    assert f"> {SEOUL.paragraphs[0].text}\n" in text
    assert "-# [1] The Example · 20 Feb 2026\n" in text
    source = (
        "-# [1] Seoul weighs its *balance* <@1> @everyone · [open](<https://example.com/seoul>)"
    )
    assert f"{source} · ¶1" in text


async def test_ask_private_answers_the_asker_alone(server: Server) -> None:
    result = await server.member.slash(
        server.channel, "ask", question="Will Seoul choose a side?", private=True
    )
    assert result.ephemeral
    assert "President Lee" in reply_text(result)


async def test_ask_in_a_direct_message(server: Server) -> None:
    result = await server.member.user.slash("ask", question="Will Seoul choose a side?")
    assert "President Lee" in reply_text(result)


@pytest.mark.parametrize("question", [" ", "😀😀", "\x00\x07\u200b", "what is the", "word " * 1200])
async def test_a_question_without_a_word_to_search_for_gets_one_private_sentence(
    server: Server, question: str
) -> None:
    # Discord keeps to the option's length by itself; whoever gets round that is still told.
    server.registered("ask")["options"][0].pop("max_length")
    result = await server.member.slash(server.channel, "ask", question=question)
    assert result.ephemeral
    assert re.fullmatch(r"The question [^.]*\.", reply_text(result))
    server.expect_fault(QuestionError)


async def test_no_evidence_gives_no_quote_but_topics_to_press(server: Server) -> None:
    result = await server.member.slash(
        server.channel, "ask", question="Who won the PRC cricket match?"
    )
    assert "No article here answers this." in reply_text(result)
    assert "Words not found: " in reply_text(result)
    assert button_labels(result) == ["China"]
    assert result.response is not None
    pressed = await server.member.click(result.response, label="China")
    assert pressed.ephemeral
    assert reply_text(pressed).startswith("### China\n> President Lee said")


class Misbehaving(View):
    """A view that forges its quotes, or fails."""

    def __init__(self, view: View, fault: Literal["forges", "fails"]) -> None:
        self.__dict__.update(view.__dict__)
        self.fault = fault

    def ask(self, question: str, *, after: int = 0, selection: Selection = EVERY_ARTICLE) -> Answer:
        if self.fault == "fails":
            raise ZeroDivisionError
        answer = super().ask(question, after=after, selection=selection)
        forged = (replace(quote, text=quote.text.upper()) for quote in answer.quotes)
        return replace(answer, quotes=tuple(forged))

    def verify(self, text: str) -> Verification:
        said = super().verify(text)
        forged = (replace(p, quote=replace(p.quote, text=text.upper())) for p in said.matches)
        return replace(said, matches=tuple(forged))


async def test_a_quote_that_does_not_stand_is_never_sent(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client.library = FixedLibrary(Misbehaving(server.client.library.view(), "forges"))
    result = await server.member.slash(server.channel, "ask", question="Will Seoul choose a side?")
    assert ">" not in reply_text(result)
    assert "No article here answers this." in reply_text(result)
    assert "not verbatim" in caplog.text


async def test_a_bug_gives_a_sentence_with_a_reference_and_a_full_log(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client.library = FixedLibrary(Misbehaving(server.client.library.view(), "fails"))
    result = await server.member.slash(server.channel, "ask", question="Will Seoul choose a side?")
    reference = re.search(r"logged as (\d+)\)\. Please try again\.$", reply_text(result))
    assert reference
    assert result.ephemeral
    assert f"interaction {reference[1]} failed" in caplog.text
    assert "Traceback" in caplog.text
    server.expect_fault(ZeroDivisionError)


class Waiting:
    """As much of an interaction as can be deferred; in simcord, time would stand still."""

    def __init__(self, workload: Workload) -> None:
        self.response = self.client = self.user = self
        self.workload = workload
        self.id, self.guild_id = 1, None
        self.deferred: list[bool] = []

    def is_done(self) -> bool:
        return bool(self.deferred)

    async def defer(self, *, ephemeral: bool, thinking: bool) -> None:
        self.deferred.append(ephemeral)


@pytest.mark.parametrize("private", [True, False])
async def test_only_a_slow_answer_is_deferred(private: bool) -> None:
    workload = Workload()
    waiting: Any = Waiting(workload)
    assert await run_in_thread(waiting, lambda: "at once", private=private) == "at once"
    assert waiting.deferred == []
    await run_in_thread(waiting, lambda: time.sleep(PATIENCE + 0.2), private=private)
    assert waiting.deferred == [private]
    workload.close()


async def test_an_interaction_that_has_expired_is_only_logged(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.env.inject_error("POST", "/interactions/*", status=404, code=10062, times=None)
    await server.member.slash(server.channel, "topics list")
    assert "expired or was answered already" in caplog.text
    assert all(record.levelno < logging.WARNING for record in caplog.records)
    server.expect_fault(discord.NotFound)


async def test_accounts_that_differ_stand_side_by_side(server: Server) -> None:
    told = "The harbour of Tessel was closed for {} days after the typhoon, the mayor said."
    first, second = (
        Article(name, f"The {name} story", (Paragraph(told.format(days)),), f"{name}.txt")
        for name, days in (("first", 12), ("second", 15))
    )
    server.client.library = small_library([first, second, SEOUL, *TEASERS])
    text = reply_text(
        await server.member.slash(server.channel, "ask", question="harbour of Tessel")
    )
    assert "Accounts differ: “12” or “15”" in text or "Accounts differ: “15” or “12”" in text
    for article in (first, second):
        assert f"> {article.paragraphs[0].text}\n-# [" in text
        assert f"] {article.title} · ¶1" in text


# /verify


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("Seoul will not choose between Washington and Beijing", "word for word"),
        ("seoul will not choose between Washington & Beijing", "words in bold differ"),
        ("seoul will not choose between washington and beijing", "capitals differ"),
        ("Seoul will choose between Washington and Beijing", "words in bold differ"),
        ("Tokyo has chosen the second of three", "is not in the articles"),
    ],
)
async def test_verify_says_how_a_quotation_stands(server: Server, quote: str, verdict: str) -> None:
    result = await server.member.slash(server.channel, "verify", quote=quote)
    assert not result.ephemeral
    assert verdict in reply_text(result)
    assert ("· ¶1" in reply_text(result)) == ("is not in" not in reply_text(result))


async def test_verify_private_replies_to_the_asker_alone(server: Server) -> None:
    quote = "Seoul will not choose"
    result = await server.member.slash(server.channel, "verify", quote=quote, private=True)
    assert result.ephemeral


@pytest.mark.parametrize("quote", [" ", "😀😀", "word " * 300])
async def test_what_cannot_be_verified_gets_one_private_sentence(
    server: Server, quote: str
) -> None:
    server.registered("verify")["options"][0].pop("max_length")
    result = await server.member.slash(server.channel, "verify", quote=quote)
    assert result.ephemeral
    assert re.fullmatch(r"The quote [^.]*\.", reply_text(result))
    server.expect_fault(QuestionError)


async def test_a_place_that_does_not_stand_is_never_shown(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client.library = FixedLibrary(Misbehaving(server.client.library.view(), "forges"))
    result = await server.member.slash(server.channel, "verify", quote="Seoul will not choose")
    assert "is not in the articles" in reply_text(result)
    assert "not verbatim" in caplog.text


# /digest


@pytest.mark.parametrize("topic", ["north-korea", "DPRK", "missiles"])
async def test_digest_by_slug_alias_and_free_text(server: Server, topic: str) -> None:
    result = await server.member.slash(server.channel, "digest", topic=topic)
    assert not result.ephemeral
    assert f"> {SEOUL.paragraphs[1].text}\n" in reply_text(result)


async def test_digest_of_a_topic_nobody_wrote_of_names_the_nearest(server: Server) -> None:
    result = await server.member.slash(server.channel, "digest", topic="volcanoes of the DPRK")
    assert "No article here covers this topic." in reply_text(result)
    assert button_labels(result) == ["North Korea"]


async def test_digest_keeps_to_the_period(server: Server) -> None:
    server.clock.now = MONDAY + timedelta(days=2)
    asked = {"topic": "north-korea", "period": "past month", "private": True}
    soon = await server.member.slash(server.channel, "digest", **asked)
    assert soon.ephemeral
    assert "-# Digest of the past month\n" in reply_text(soon)
    server.clock.now = MONDAY + timedelta(days=200)
    later = await server.member.slash(server.channel, "digest", **asked)
    assert "No article from the past month covers this topic." in reply_text(later)


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("", ["everything", "north-korea", "china"]),
        ("nor", ["north-korea"]),
        ("north-korea", []),  # typed in full
        ("prc", ["china"]),
        ("KOREA", ["north-korea"]),
        ("\x00🇰🇷", []),
    ],
)
async def test_topics_are_suggested_by_title_and_alias(
    server: Server, typed: str, slugs: list[str]
) -> None:
    choices = await server.member.autocomplete(server.channel, "digest", "topic", typed)
    assert [choice["value"] for choice in choices] == slugs


# /topics, /sources, /help


async def test_topics_lists_titles_and_aliases(server: Server) -> None:
    result = await server.member.slash(server.channel, "topics list")
    assert result.ephemeral
    assert "China · prc, beijing" in reply_text(result)


async def test_sources_are_paged_and_the_buttons_outlive_a_restart(server: Server) -> None:
    first = await server.member.slash(server.channel, "sources")
    assert first.response is not None
    assert first.ephemeral
    before = reply_text(first)
    assert "9 articles, 8 of them short items printed below another article · page 1 of 2" in before
    assert "\n-# 1 paragraph" in before
    assert button_labels(first) == ["Next"]
    await server.restart()
    second = await server.member.click(first.response, label="Next")
    assert second.response is not None
    assert "page 2 of 2" in reply_text(second)
    assert button_labels(second) == ["Previous"]
    assert reply_text(await server.member.click(second.response, label="Previous")) == before


@pytest.mark.parametrize(
    ("search", "says"),
    [
        (
            "piece short",
            "8 articles, 8 of them short items printed below another article · matching “piece",
        ),
        ("EXAMPLE", "1 article · matching “EXAMPLE” · page 1 of 1"),
        ("typhoon", "No article here has “typhoon” in its title, outlet, author or address."),
    ],
)
async def test_sources_are_searched(server: Server, search: str, says: str) -> None:
    found = await server.member.slash(server.channel, "sources", search=search)
    assert says in reply_text(found)
    if "Next" in button_labels(found):
        assert found.response is not None
        second = await server.member.click(found.response, label="Next")
        assert f"matching “{search}” · page 2 of 2" in reply_text(second)


async def test_a_page_that_is_gone_leads_to_the_last_one_left(server: Server) -> None:
    first = await server.member.slash(server.channel, "sources")
    assert first.response is not None
    server.client.library = small_library([SEOUL])
    assert "page 1 of 1" in reply_text(await server.member.click(first.response, label="Next"))


@pytest.mark.parametrize("custom_id", ["v0:sources:1", "v2:digest:x", "v1:sources:-1", "nonsense"])
async def test_a_button_of_another_version_is_answered_privately(
    server: Server, custom_id: str
) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Old", custom_id=custom_id))
    channel = server.client.get_partial_messageable(server.channel.id)
    message = await channel.send("An old message", view=view)
    await server.restart()  # so that of the button only its id is left
    result = await server.member.click(message, label="Old")
    assert result.ephemeral
    assert reply_text(result).startswith("This button is out of date;")


async def test_a_fault_behind_a_button_is_told_too(server: Server) -> None:
    first = await server.member.slash(server.channel, "sources")
    assert first.response is not None
    server.client.library = None  # type: ignore[assignment]
    result = await server.member.click(first.response, custom_id=SourcesButton.id_for("1"))
    assert result.ephemeral
    assert "Something went wrong" in reply_text(result)


# Discord's side


async def test_commands_are_synced_only_when_they_change(server: Server) -> None:
    def syncs() -> int:
        return sum(request.method == "PUT" for request in server.env.http_requests)

    assert syncs() == 1
    await server.restart()
    assert syncs() == 1
    changed = reading_client(server.client.library, server.client.store, server.clock)
    changed.tree.remove_command("topics")
    await server.restart(changed)
    assert syncs() == 2


async def test_the_bot_asks_for_no_privileged_intent(server: Server) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    assert server.client.intents == intents


async def test_a_command_that_is_no_more_is_answered(server: Server) -> None:
    server.client.tree.remove_command("topics")
    result = await server.member.slash(server.channel, "topics list")
    assert result.ephemeral
    assert "reload Discord" in reply_text(result)
    server.expect_fault(app_commands.CommandNotFound)


@pytest.mark.parametrize("public_failures", [False, True])
@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("ask", {"question": "Who baked the wedding cake?"}),
        ("said", {"person": "Nobody Atall"}),
        ("timeline", {"topic": "wedding cakes"}),
    ],
)
async def test_what_finds_nothing_is_told_to_the_asker_alone_unless_the_server_wants_otherwise(
    server: Server, command: str, options: dict[str, str], public_failures: bool
) -> None:
    await server.prefer(public_failures=public_failures)
    found_nothing = await server.member.slash(server.channel, command, **options)
    assert found_nothing.ephemeral == (not public_failures)
    answered = await server.member.slash(server.channel, "ask", question="Will Seoul choose?")
    assert not answered.ephemeral
