"""What a channel has not had, for who asks and in summaries, and what of it contradicts that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import discord
import pytest
from simcord import InteractionResult
from simcord.builders import ChannelHandle

from bot.chat.answers.digest import story_headings
from bot.chat.client import VerbatimClient
from bot.errors import QuestionError, StoreBusyError
from bot.model import Article, Digest, Paragraph, PostedQuote, Quote
from bot.store import Store
from tests.support.discord_rules import walk
from tests.support.simulation import (
    BUSY_REPLY,
    MONDAY,
    SEOUL,
    TEASERS,
    Clock,
    Server,
    menu_options,
    message_text,
    reading_client,
    reply_text,
    small_library,
)


def story(name: str, day: int, *texts: str) -> Article:
    paragraphs = tuple(map(Paragraph, texts))
    return Article(
        name.lower(), name, paragraphs, "a.txt", outlet="Gazette", published=date(2026, 2, day)
    )


BLAST = story(
    "Blast",
    26,
    "A blast at the cement works in Harrow killed 12 people on Thursday and closed the harbour.",
)
TOWN = story(
    "Town",
    25,
    "The museum in Harrow opened a wing for paintings of the last century.",
    "Farmers near Harrow sold fewer apples abroad than they had hoped for.",
    "Fog over Harrow stopped every ferry to the northern islands for days.",
    "The council of Harrow planted four hundred lime trees along its canal.",
)
MOURNING = story(
    "Mourning",
    28,
    "The blast at the cement works in Harrow killed 15 people, and the harbour is closed.",
)
BEFORE = (SEOUL, *TEASERS, BLAST, TOWN)
AFTER = (*BEFORE, MOURNING)
NEW, GOING_ON = "New articles\n", "More from earlier articles\n"
NOTHING = "There is nothing new on this topic for this channel."


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    return reading_client(small_library(BEFORE), simulated_store, clock)


async def since_last(
    server: Server, channel: ChannelHandle | None = None, **options: object
) -> InteractionResult:
    asked = {"topic": "Harrow", "period": "since-last", **options}
    return await server.member.slash(channel or server.channel, "digest", **asked)


def left_of(text: str) -> str:
    """The quote that a first digest leaves, as it says three points of one story."""
    [left] = [each.text for each in TOWN.paragraphs if each.text not in text]
    return left


def point(name: str) -> Quote:
    article = story(name, 1, "Words.")
    return Quote(article, 1, 0, 6, "Words.")


def test_a_heading_stands_where_its_stories_begin() -> None:
    points = tuple(map(point, ("a", "b", "c", "d")))
    new, going_on = f"**{NEW.strip()}**", f"**{GOING_ON.strip()}**"
    for new_stories, headings in (
        (None, []),
        (("a", "b"), [new, "", going_on, ""]),
        (("a", "b", "c", "d"), [new, "", "", ""]),
        ((), [going_on, "", "", ""]),
    ):
        assert list(story_headings(Digest("x", "X", points, new_stories=new_stories))) == headings


async def let_more_come(server: Server) -> None:
    """A new article, with a restart."""
    await server.restart(reading_client(small_library(AFTER), server.client.store, server.clock))


async def test_what_the_channel_has_had_is_not_said_again(server: Server) -> None:
    first = reply_text(await since_last(server))
    assert "-# Digest of what is new to this channel\n" in first
    assert first.count("> ") == 4
    assert BLAST.paragraphs[0].text in first
    assert NEW not in first  # for all is new to a channel that has had nothing
    second = reply_text(await since_last(server))
    assert second.count("> ") == 1
    assert f"{GOING_ON}> {left_of(first)}" in second
    assert NEW not in second
    assert NOTHING in reply_text(await since_last(server))


async def test_a_new_story_stands_first_with_the_earlier_point_that_it_contradicts(
    server: Server,
) -> None:
    await since_last(server)
    await let_more_come(server)
    server.clock.now += timedelta(days=1)
    result = await since_last(server)
    text = reply_text(result)
    day = discord.utils.format_dt(MONDAY, "D")
    assert f"{NEW}> {MOURNING.paragraphs[0].text}\n" in text
    assert f"Differs from what was posted here on {day}: “15” now, “12” then\n" in text
    assert text.index("“12” then") < text.index(f"> {BLAST.paragraphs[0].text}\n")
    assert text.index(f"> {BLAST.paragraphs[0].text}\n") < text.index(GOING_ON)
    assert len(menu_options(result)) == 3 + 2  # and what is about all of them
    assert NOTHING in reply_text(await since_last(server))


async def test_in_korean_where_the_server_speaks_it(server: Server) -> None:
    await server.prefer(language="ko")
    assert "이 채널에 새로운 내용 요약" in reply_text(await since_last(server))
    await let_more_come(server)
    text = reply_text(await since_last(server))
    assert "새 기사\n> " in text
    assert "앞서 나온 기사의 다른 내용\n> " in text
    assert "에 여기 올라온 내용과 다름: 지금 “15”, 그때 “12”" in text
    assert "이 주제에 관해 이 채널에 새로운 내용이 없습니다." in reply_text(
        await since_last(server)
    )


async def test_what_only_one_person_saw_the_channel_has_not_had(server: Server) -> None:
    first = reply_text(await since_last(server, private=True))
    assert reply_text(await since_last(server)) == first


async def test_what_was_asked_for_without_regard_to_the_last_time_counts_as_before(
    server: Server,
) -> None:
    await server.member.slash(server.channel, "digest", topic="Harrow")
    assert reply_text(await since_last(server)).count("> ") == 4


async def test_each_channel_has_its_own_last_time(server: Server) -> None:
    assert server.channel.guild
    other = server.channel.guild.create_text_channel("other")
    assert reply_text(await since_last(server)) == reply_text(await since_last(server, other))


async def test_a_thread_counts_for_its_channel(server: Server) -> None:
    channel = server.client.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="Harrow", type=discord.ChannelType.public_thread)
    [thread] = server.channel.threads
    await since_last(server, thread)
    assert reply_text(await since_last(server)).count("> ") == 1
    had = await server.client.store.posted_quotes.for_channel(server.channel.id)
    assert len(had) == 5


async def test_more_of_what_is_new_is_given_in_private(server: Server) -> None:
    result = await since_last(server)
    assert result.response
    await server.restart()
    more = await server.member.click(result.response, label="More")
    assert more.ephemeral
    assert left_of(reply_text(result)) in reply_text(more)
    assert BLAST.paragraphs[0].text not in reply_text(more)


async def test_outside_a_server_of_the_bot_there_is_no_last_time(server: Server) -> None:
    result = await server.member.user.slash("digest", topic="Harrow", period="since-last")
    assert reply_text(result) == (
        "“New to this channel” works only in channels of a server that I have been added to; "
        "choose another period here."
    )
    server.expect_fault(QuestionError)


async def test_a_busy_database_is_one_sentence(server: Server) -> None:
    async def busy(channel_id: int) -> list[PostedQuote]:
        raise StoreBusyError("The database is busy; try again.")

    server.client.store.posted_quotes.for_channel = busy  # type: ignore[method-assign]
    result = await since_last(server)
    assert result.ephemeral
    assert reply_text(result) == BUSY_REPLY
    server.expect_fault(StoreBusyError)


# Scheduled summaries


async def summaries_at(server: Server, hour: int) -> list[str]:
    """All the summaries that the channel has been posted once the clock has come to `hour`."""
    server.clock.now = server.clock.now.replace(hour=hour, minute=1)
    await server.client.delivery.run_due()
    messages = server.env.backend.messages.get(server.channel.id, {}).values()
    return [text for text in map(message_text, messages) if "Scheduled every day" in text]


async def test_a_summary_says_which_stories_are_new_and_what_they_contradict(
    server: Server,
) -> None:
    await server.schedule(topic="Harrow", time="9am, 10am, 11am")
    [first] = await summaries_at(server, 9)
    assert NEW not in first
    await let_more_come(server)
    [_, second] = await summaries_at(server, 10)
    day = discord.utils.format_dt(MONDAY.replace(hour=9, minute=1), "D")
    assert f"{NEW}> {MOURNING.paragraphs[0].text}\n" in second
    assert f"Differs from what was posted here on {day}: “15” now, “12” then\n" in second
    assert f"{GOING_ON}> {left_of(first)}\n" in second
    assert await summaries_at(server, 11) == [first, second]


@pytest.mark.parametrize("at_once", [False, True])
async def test_what_differs_in_one_summary_was_said_with_it(server: Server, at_once: bool) -> None:
    await let_more_come(server)
    await server.schedule(topic="Harrow", time="9am")
    if at_once:
        ann, channel = server.administrator, server.channel
        [choice] = await ann.autocomplete(channel, "schedule now", "schedule", "")
        await ann.slash(channel, "schedule now", schedule=choice["value"])
    [summary] = await summaries_at(server, 8 if at_once else 9)
    assert "Accounts differ: " in summary
    texts = {
        quote.text
        for quote in await server.client.store.posted_quotes.for_channel(server.channel.id)
    }
    assert {BLAST.paragraphs[0].text, MOURNING.paragraphs[0].text} <= texts


async def test_a_summary_leaves_out_what_somebody_asked_to_be_told(server: Server) -> None:
    await server.schedule(topic="Harrow", time="9am")
    first = reply_text(await since_last(server))
    [summary] = await summaries_at(server, 9)
    assert f"{GOING_ON}> {left_of(first)}" in summary
    assert BLAST.paragraphs[0].text not in summary


async def test_an_earlier_point_that_was_edited_meanwhile_is_not_quoted(server: Server) -> None:
    await since_last(server)
    edited = replace(
        BLAST, paragraphs=(Paragraph("A blast at the works in Harrow killed no fewer than 12."),)
    )
    grown = small_library((SEOUL, edited, TOWN, MOURNING))
    await server.restart(reading_client(grown, server.client.store, server.clock))
    text = reply_text(await since_last(server))
    assert "Differs" not in text
    assert BLAST.paragraphs[0].text not in text


async def test_every_reply_keeps_to_what_a_message_may_hold(server: Server) -> None:
    await since_last(server)
    await let_more_come(server)
    result = await since_last(server)
    assert result.response
    components = [c if isinstance(c, dict) else c.to_dict() for c in result.response.components]
    assert sum("type" in component for component in walk(components)) <= 40
