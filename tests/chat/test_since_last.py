"""What a channel has not had, for who asks and in summaries, and what of it contradicts that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import discord
import pytest
from simcord import InteractionResult
from simcord.builders import ChannelHandle

from bot.chat.client import VerbatimClient
from bot.chat.components.news import sections
from bot.errors import QuestionError, StoreBusyError
from bot.model import Article, Digest, Paragraph, PostedQuote, Quote
from bot.store import Store
from tests.support.discord_rules import walk
from tests.support.house import (
    BUSY,
    MONDAY,
    SEOUL,
    TEASERS,
    Clock,
    House,
    client_for,
    labels,
    said,
    shown,
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
)
MOURNING = story(
    "Mourning",
    28,
    "The blast at the cement works in Harrow killed 15 people, and the harbour is closed.",
)
BEFORE = (SEOUL, *TEASERS, BLAST, TOWN)
AFTER = (*BEFORE, MOURNING)
NEW, GOING_ON = "New stories\n", "More on stories from before\n"
NOTHING = "Nothing on this topic is new to this channel."


@pytest.fixture
def simcord_bot(house_store: Store, clock: Clock) -> VerbatimClient:
    return client_for(small_library(BEFORE), house_store, clock)


async def since_last(
    house: House, channel: ChannelHandle | None = None, **options: object
) -> InteractionResult:
    asked = {"topic": "Harrow", "period": "since-last", **options}
    return await house.member.slash(channel or house.channel, "digest", **asked)


def left_of(text: str) -> str:
    """The quote that a first digest leaves, as it says two points of one story."""
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
        assert list(sections(Digest("x", "X", points, new_stories=new_stories))) == headings


async def let_more_come(house: House) -> None:
    """A new article, with a restart."""
    await house.restart(client_for(small_library(AFTER), house.client.store, house.clock))


async def test_what_the_channel_has_had_is_not_said_again(house: House) -> None:
    first = said(await since_last(house))
    assert "Digest of what is new to this channel · 3 quotes from 2 articles" in first
    assert BLAST.paragraphs[0].text in first
    assert NEW not in first  # for all is new to a channel that has had nothing
    second = said(await since_last(house))
    assert "1 quote from 1 article" in second
    assert f"{GOING_ON}> {left_of(first)}" in second
    assert NEW not in second
    assert NOTHING in said(await since_last(house))


async def test_a_new_story_stands_first_with_the_earlier_point_that_it_contradicts(
    house: House,
) -> None:
    await since_last(house)
    await let_more_come(house)
    house.clock.now += timedelta(days=1)
    result = await since_last(house)
    text = said(result)
    day = discord.utils.format_dt(MONDAY, "D")
    assert f"{NEW}> {MOURNING.paragraphs[0].text}\n" in text
    assert f"Differs from what was said here on {day}: “15” now, “12” then\n" in text
    assert text.index("“12” then") < text.index(f"> {BLAST.paragraphs[0].text}\n")
    assert text.index(f"> {BLAST.paragraphs[0].text}\n") < text.index(GOING_ON)
    assert labels(result).count("Context") == 3
    assert NOTHING in said(await since_last(house))


async def test_in_korean_where_the_server_speaks_it(house: House) -> None:
    await house.prefer(language="ko")
    assert "이 채널에 새로운 내용 요약" in said(await since_last(house))
    await let_more_come(house)
    text = said(await since_last(house))
    assert "새 기사\n> " in text
    assert "이미 나온 기사의 다른 내용\n> " in text
    assert "에 여기서 나온 내용과 다름: 지금 “15”, 그때 “12”" in text
    assert "이 주제에 관해 이 채널에 새로운 내용이 없습니다." in said(await since_last(house))


async def test_what_only_one_person_saw_the_channel_has_not_had(house: House) -> None:
    first = said(await since_last(house, private=True))
    assert said(await since_last(house)) == first


async def test_what_was_asked_for_without_regard_to_the_last_time_counts_as_before(
    house: House,
) -> None:
    await house.member.slash(house.channel, "digest", topic="Harrow")
    assert "3 quotes from 2 articles" in said(await since_last(house))


async def test_each_channel_has_its_own_last_time(house: House) -> None:
    assert house.channel.guild
    other = house.channel.guild.create_text_channel("other")
    assert said(await since_last(house)) == said(await since_last(house, other))


async def test_a_thread_counts_for_its_channel(house: House) -> None:
    channel = house.client.get_channel(house.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="Harrow", type=discord.ChannelType.public_thread)
    [thread] = house.channel.threads
    await since_last(house, thread)
    assert "1 quote from 1 article" in said(await since_last(house))
    had = await house.client.store.posted_quotes.for_channel(house.channel.id)
    assert len(had) == 4


async def test_more_of_what_is_new_is_given_in_private(house: House) -> None:
    result = await since_last(house)
    assert result.response
    await house.restart()
    more = await house.member.click(result.response, label="More")
    assert more.ephemeral
    assert left_of(said(result)) in said(more)
    assert BLAST.paragraphs[0].text not in said(more)


async def test_outside_a_server_of_the_bot_there_is_no_last_time(house: House) -> None:
    result = await house.member.user.slash("digest", topic="Harrow", period="since-last")
    assert said(result) == (
        "What is new since the last time is known in channels of a server that I am a member of; "
        "choose another period here."
    )
    house.expect_fault(QuestionError)


async def test_a_busy_database_is_one_sentence(house: House) -> None:
    async def busy(channel_id: int) -> list[PostedQuote]:
        raise StoreBusyError("The database is busy; try again.")

    house.client.store.posted_quotes.for_channel = busy  # type: ignore[method-assign]
    result = await since_last(house)
    assert result.ephemeral
    assert said(result) == BUSY
    house.expect_fault(StoreBusyError)


# Scheduled summaries


async def summaries_at(house: House, hour: int) -> list[str]:
    """All the summaries that the channel has been posted once the clock has come to `hour`."""
    house.clock.now = house.clock.now.replace(hour=hour, minute=1)
    await house.client.delivery.run_due()
    messages = house.env.backend.messages.get(house.channel.id, {}).values()
    return [text for text in map(shown, messages) if "Scheduled every day" in text]


async def test_a_summary_says_which_stories_are_new_and_what_they_contradict(house: House) -> None:
    await house.schedule(topic="Harrow", time="9am, 10am, 11am")
    [first] = await summaries_at(house, 9)
    assert NEW not in first
    await let_more_come(house)
    [_, second] = await summaries_at(house, 10)
    day = discord.utils.format_dt(MONDAY.replace(hour=9, minute=1), "D")
    assert f"{NEW}> {MOURNING.paragraphs[0].text}\n" in second
    assert f"Differs from what was said here on {day}: “15” now, “12” then\n" in second
    assert f"{GOING_ON}> {left_of(first)}\n" in second
    assert await summaries_at(house, 11) == [first, second]


@pytest.mark.parametrize("at_once", [False, True])
async def test_what_differs_in_one_summary_was_said_with_it(house: House, at_once: bool) -> None:
    await let_more_come(house)
    await house.schedule(topic="Harrow", time="9am")
    if at_once:
        ann, channel = house.administrator, house.channel
        [choice] = await ann.autocomplete(channel, "schedule now", "schedule", "")
        await ann.slash(channel, "schedule now", schedule=choice["value"])
    [summary] = await summaries_at(house, 8 if at_once else 9)
    assert "Accounts differ: " in summary
    texts = {
        quote.text for quote in await house.client.store.posted_quotes.for_channel(house.channel.id)
    }
    assert {BLAST.paragraphs[0].text, MOURNING.paragraphs[0].text} <= texts


async def test_a_summary_leaves_out_what_somebody_asked_to_be_told(house: House) -> None:
    await house.schedule(topic="Harrow", time="9am")
    first = said(await since_last(house))
    [summary] = await summaries_at(house, 9)
    assert f"{GOING_ON}> {left_of(first)}" in summary
    assert BLAST.paragraphs[0].text not in summary


async def test_an_earlier_point_that_was_edited_meanwhile_is_not_quoted(house: House) -> None:
    await since_last(house)
    edited = replace(
        BLAST, paragraphs=(Paragraph("A blast at the works in Harrow killed no fewer than 12."),)
    )
    grown = small_library((SEOUL, edited, TOWN, MOURNING))
    await house.restart(client_for(grown, house.client.store, house.clock))
    text = said(await since_last(house))
    assert "Differs" not in text
    assert BLAST.paragraphs[0].text not in text


async def test_every_reply_keeps_to_what_a_message_may_hold(house: House) -> None:
    await since_last(house)
    await let_more_come(house)
    result = await since_last(house)
    assert result.response
    components = [c if isinstance(c, dict) else c.to_dict() for c in result.response.components]
    assert sum("type" in component for component in walk(components)) <= 40
