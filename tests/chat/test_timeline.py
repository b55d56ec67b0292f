"""Timelines: the stories on a topic in order of date, page by page, below a chart of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.charts import Charts
from bot.charts.captions import Drawing
from bot.charts.coverage import Coverage
from bot.chat.client import VerbatimClient
from bot.errors import QuestionError
from bot.language import say, use_language
from bot.model import (
    Article,
    Paragraph,
    Period,
    PostForm,
    Preferences,
    Selection,
    Timeline,
)
from bot.store import Store
from tests.support.discord_rules import walk
from tests.support.simulation import (
    MONDAY,
    Clock,
    Server,
    message_text,
    reading_client,
    reply_text,
    small_library,
)
from tests.support.stories import WEATHER, article, texts, view_of

TODAY = MONDAY.date()


def days(said: Timeline) -> list[date]:
    return list(said.dates)


# Which stories, in which order


def told(topic: str, *articles: Article, since: date | None = None) -> Timeline:
    start = datetime.combine(since, time(), UTC) if since else None
    selection = Selection(Period(start, None) if start else None)
    return view_of(*articles, WEATHER).timeline(topic, selection=selection)


def test_stories_stand_in_the_order_of_their_dates() -> None:
    may = article("May", "China opened a port in May, and ships came.", published=date(2025, 5, 3))
    june = article("June", "China closed the port to ships.", published=date(2025, 6, 1))
    april = article("April", "China planned a port for ships.", published=date(2025, 4, 9))
    said = told("China", may, june, april)
    assert texts(said.dated_quotes) == [
        "China planned a port for ships.",
        "China opened a port in May, and ships came.",
        "China closed the port to ships.",
    ]
    assert said.undated_quotes == ()
    assert said.title == "China"


def test_of_one_day_stories_stand_in_the_order_of_their_coming() -> None:
    day = date(2025, 5, 3)
    first = article("B", "China opened a port for ships.", published=day)
    second = article("A", "China sent ships to the port.", published=day)
    assert [quote.article.title for quote in told("China", first, second).dated_quotes] == [
        "B",
        "A",
    ]


def test_stories_without_a_date_are_kept_apart_in_the_order_of_their_coming() -> None:
    late, early = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    said = told(
        "China",
        article("Late", "China closed the port to ships.", added=late),
        article("Dated", "China opened a port for ships.", published=date(2025, 5, 3)),
        article("Early", "China planned a port for ships.", added=early),
    )
    assert [quote.article.title for quote in said.dated_quotes] == ["Dated"]
    assert [quote.article.title for quote in said.undated_quotes] == ["Early", "Late"]


def test_each_story_is_told_by_what_it_says_most_of_the_topic() -> None:
    story = article(
        "The ports of China",
        "Ships waited for days.",
        "The mayor spoke of ships, of rain and in the end of China.",
        "China opened a port for ships. It was a fine day.",
        published=TODAY,
    )
    [quote] = told("China", story).dated_quotes
    assert quote.text == "China opened a port for ships."
    assert [quote.text[mark.start : mark.end] for mark in quote.marks] == ["China"]


def test_a_story_that_names_the_topic_in_passing_is_not_on_it() -> None:
    passing = article(
        "Vineyards",
        "Wine growers of the south had a good year, and sold some bottles to China.",
        published=TODAY,
    )
    assert told("China", passing).status == "none"


def test_everything_is_every_story_by_its_first_statement() -> None:
    ports = article("Ports", "China opened a port for ships.", "It was dear.", published=TODAY)
    said = told("everything", ports)
    assert [quote.article.title for quote in (*said.dated_quotes, *said.undated_quotes)] == [
        "Ports",
        "Weather",
    ]
    assert said.title == "Everything"


def test_a_topic_is_known_by_any_of_its_names() -> None:
    story = article("Missiles", "North Korea fired two missiles into the sea.", published=TODAY)
    for name in ("north-korea", "DPRK", "북한"):
        said = told(name, story)
        assert (said.topic, said.title, len(said.dated_quotes)) == ("north-korea", "North Korea", 1)


def test_what_was_published_before_then_or_at_no_known_time_is_left_out() -> None:
    def port(published: date | None) -> Article:
        return article(f"{published}", "China opened a port for ships.", published=published)

    said = told("China", port(date(2026, 2, 1)), port(TODAY), port(None), since=date(2026, 2, 2))
    assert days(said) == [TODAY]
    assert said.undated_quotes == ()


def test_of_a_topic_without_end_the_newest_stories_are_read() -> None:
    many = [
        article(
            f"{number}",
            *("China opened a port for ships." for _ in range(20)),
            published=date(2026, 1, 1) + timedelta(days=number),
        )
        for number in range(60)
    ]
    said = told("China", *many)
    assert said.is_shortened
    assert days(said) == [date(2026, 1, 1) + timedelta(days=number) for number in range(10, 60)]
    assert not told("China", *many[:50]).is_shortened


@pytest.mark.parametrize("topic", ["", "  ", "the of and", "😀"])
def test_a_topic_without_a_word_is_refused(topic: str) -> None:
    with pytest.raises(QuestionError):
        told(topic)


def test_where_there_is_no_story_the_nearest_topics_are_named() -> None:
    assert [topic.slug for topic in told("trade winds").nearest_topics] == ["trade"]


# In Discord


def port(day: date | None, number: int, outlet: str | None = "The Herald") -> Article:
    text = f"China opened port number {number} to ships from the south."
    return Article(
        f"port{number}",
        f"Port {number}",
        (Paragraph(text),),
        "ports.txt",
        outlet=outlet,
        published=day,
        added_at=MONDAY,
    )


# Ten dated stories, one a day until today, the last two of the second outlet; and two undated.
PORTS = tuple(
    port(TODAY - timedelta(days=10 - number), number, "The Post" if number > 8 else "The Herald")
    for number in range(1, 11)
)
LOOSE = (port(None, 11), port(None, 12))


@pytest.fixture
def articles() -> Sequence[Article]:
    return (*PORTS, *LOOSE)


@pytest.fixture
def simcord_bot(
    articles: Sequence[Article], simulated_store: Store, clock: Clock
) -> VerbatimClient:
    return reading_client(small_library(articles), simulated_store, clock)


def pictures(message: Any) -> list[str]:
    """The words of a message's pictures; each is of a file that comes with it."""
    payload = [c if isinstance(c, dict) else c.to_dict() for c in message.components]
    items = [item for each in walk(payload) if each["type"] == 12 for item in each["items"]]
    assert len(items) == len(message.attachments)
    return [item["description"] for item in items]


def ports(message: Any) -> list[int]:
    """The numbers of the ports that a message quotes, in its order."""
    return [int(number) for number in re.findall(r"> .*number (\d+)", message_text(message))]


async def timeline(server: Server, topic: str = "china", **options: Any) -> Any:
    """The message with which /timeline is answered."""
    result = await server.member.slash(server.channel, "timeline", topic=topic, **options)
    return result.response


def in_korean(message: str) -> str:
    with use_language("ko"):
        return say(message)


async def pressed(server: Server, message: Any, label: str) -> Any:
    """The message that comes of a press: a new one, or the one that has the button, whose label
    begins so."""
    buttons = (item for item in walk(message.components) if item.get("type") == 2)
    button = next(item for item in buttons if item["label"].startswith(label))
    result = await server.member.click(message, custom_id=button["custom_id"])
    return result.response or message


def without_files(server: Server) -> ChannelHandle:
    """A channel in which the bot may not send files."""
    assert server.client.user
    closed = discord.PermissionOverwrite(attach_files=False)
    return server.env.guild.create_text_channel("plain", overwrites={server.client.user: closed})


def posted(server: Server) -> list[Any]:
    """What the channel and its threads have been sent for all to see."""
    backend = server.env.backend
    places = [
        server.channel.id,
        *(t.id for t in backend.channels.values() if t.parent_id == server.channel.id),
    ]
    messages = [each for place in places for each in backend.messages.get(place, {}).values()]
    return [each for each in messages if each.components and not each.is_ephemeral]


async def test_a_timeline_opens_at_its_latest_stories_below_a_chart(server: Server) -> None:
    message = await timeline(server)
    text = message_text(message)
    assert not message.ephemeral
    assert text.startswith(
        "### China\n"
        "-# Timeline · 10 articles · 21 February 2026 to 2 March 2026 · page 3 of 4\n"
        "-# 2 more articles have no date and come last."
    )
    assert ports(message) == [7, 8, 9, 10]
    assert "\n2 March 2026\n> China opened port number 10" in text
    [alt] = pictures(message)
    assert alt.startswith("Bar chart of 10 articles on China, 21 February 2026 to 2 March 2026.")
    assert "The Herald: 8; The Post: 2" in alt


async def test_a_day_stands_once_above_its_stories(server: Server) -> None:
    message = await pressed(server, await timeline(server), "Without a date")
    assert ports(message) == [11, 12]
    assert message_text(message).count("No date") == 1


async def test_earlier_and_later_turn_a_private_timeline(server: Server) -> None:
    message = await timeline(server, private=True)
    assert message.ephemeral
    message = await pressed(server, message, "Earlier: 23 February 2026")
    assert (ports(message), pictures(message)) == ([3, 4, 5, 6], [])
    message = await pressed(server, message, "Earlier")
    assert ports(message) == [1, 2]
    message = await pressed(server, await pressed(server, message, "Later"), "Later")
    assert ports(message) == [7, 8, 9, 10]
    assert len(pictures(message)) == 1
    message = await pressed(server, message, "Without a date")
    assert ports(message) == [11, 12]


async def test_a_public_timeline_stays_as_it_is_and_its_pages_go_to_whoever_turns_it(
    server: Server,
) -> None:
    message = await timeline(server)
    earlier = await pressed(server, message, "Earlier")
    assert earlier.ephemeral
    assert ports(earlier) == [3, 4, 5, 6]
    assert ports(message) == [7, 8, 9, 10]
    later = await pressed(server, await pressed(server, message, "Without a date"), "Earlier")
    assert len(pictures(later)) == 1


async def test_the_buttons_outlive_a_restart(server: Server) -> None:
    message = await timeline(server, private=True)
    await server.restart()
    assert ports(await pressed(server, message, "Earlier")) == [3, 4, 5, 6]


async def test_a_page_that_is_no_more_gives_the_nearest(server: Server) -> None:
    message = await timeline(server, private=True)
    message = await pressed(server, message, "Without a date")
    message = await pressed(server, message, "Earlier")
    await server.restart(
        reading_client(small_library(PORTS[:3]), server.client.store, server.clock)
    )
    assert ports(await pressed(server, message, "Earlier")) == [1, 2, 3]


async def test_a_timeline_in_a_direct_message(server: Server) -> None:
    result = await server.member.user.slash("timeline", topic="china")
    assert ports(result.response) == [7, 8, 9, 10]
    buttons = (item for item in walk(result.response.components) if item["type"] == 2)
    earlier_button = next(item for item in buttons if item["label"].startswith("Earlier: "))
    earlier = await server.member.user.click(result.response, custom_id=earlier_button["custom_id"])
    assert ports(earlier.response or result.response) == [3, 4, 5, 6]


async def test_where_files_may_not_be_sent_the_timeline_has_no_chart(server: Server) -> None:
    server.channel = without_files(server)
    message = await timeline(server)
    assert ports(message) == [7, 8, 9, 10]
    assert pictures(message) == []


async def test_a_shared_timeline_brings_its_chart(server: Server) -> None:
    message = await timeline(server, private=True)
    await pressed(server, message, "Share")
    [shared] = posted(server)
    assert ports(shared) == ports(message) == [7, 8, 9, 10]
    assert pictures(shared) == pictures(message) != []


async def test_a_timeline_without_stories_names_the_nearest_topics(server: Server) -> None:
    message = await timeline(server, "chess in China")
    assert "No article here covers this topic." in message_text(message)
    assert "Nearest topics: China" in message_text(message)
    assert pictures(message) == []


@pytest.mark.parametrize("topic", ["  ", "the of"])
async def test_a_topic_without_a_word_gets_one_private_sentence(server: Server, topic: str) -> None:
    result = await server.member.slash(server.channel, "timeline", topic=topic)
    assert result.ephemeral
    assert reply_text(result).startswith("The topic has no word to search for")
    server.expect_fault(QuestionError)


async def test_a_timeline_speaks_the_language_of_its_server(server: Server) -> None:
    preferences = Preferences(language="ko")
    await server.client.store.preferences.put(server.env.guild.id, preferences)
    message = await timeline(server, "everything", private=True)
    assert "2026년 2월 21일" in message_text(message)
    assert "China opened port number 10" in message_text(message)
    [alt] = pictures(message)
    assert "2026년 2월 21일" in alt
    assert ports(await pressed(server, message, "이전: 2026년")) == [3, 4, 5, 6]


class TestFew:
    """Stories too few for a chart, or without a date."""

    @pytest.fixture(params=[PORTS[:4], LOOSE])
    def articles(self, request: pytest.FixtureRequest) -> Sequence[Article]:
        stories: Sequence[Article] = request.param
        return stories

    async def test_there_is_no_chart(self, server: Server, articles: Sequence[Article]) -> None:
        message = await timeline(server)
        assert pictures(message) == []
        assert len(ports(message)) == len(articles)
        assert ("These articles have no dates" in message_text(message)) == (articles == LOOSE)

    async def test_a_weekly_summary_goes_out_without_one(self, server: Server) -> None:
        assert pictures(await summary(server, days="monday")) == []


class TestLong:
    """Stories that say and are called as much as any."""

    @pytest.fixture
    def articles(self) -> Sequence[Article]:
        text = f"China opened port number NUMBER to ships{' from the *faraway* south' * 13}."
        return [
            replace(
                port(TODAY if number < 9 else None, number, "*Gazette* " * 20),
                title="*Ports* " * 60,
                paragraphs=(Paragraph(text.replace("NUMBER", str(number))),),
                url=f"https://example.com/{'a' * 270}",
            )
            for number in range(1, 14)
        ]

    async def test_none_is_left_out(self, server: Server) -> None:
        message = await timeline(server, private=True)
        assert len(pictures(message)) == 1
        seen = ports(message)
        for label in (*["Without a date"] * 2, *["Earlier"] * 4):
            message = await pressed(server, message, label)
            seen += ports(message)
        assert sorted(set(seen)) == list(range(1, 14))


class Stranger:
    """An artist without the letters of an outlet's name."""

    def draw(self, coverage: Coverage) -> Drawing:
        return Drawing(b"PNG", (("Outlet A", "*The Herald*"),))


async def test_a_sign_in_a_chart_is_explained_below_it(server: Server) -> None:
    server.client.charts = Charts(Stranger)
    message = await timeline(server)
    assert "### China\n-# Outlet A: *The Herald*\n-# Timeline" in message_text(message)


# At the head of a weekly summary


async def summary(server: Server, **options: Any) -> Any:
    """The summary that a schedule on China posts, in a thread if it has one."""
    await server.schedule(**options)
    server.clock.now += timedelta(hours=2)
    await server.client.delivery.run_due()
    [message] = posted(server)
    return message


async def test_a_weekly_summary_has_a_chart_of_its_seven_days(server: Server) -> None:
    message = await summary(server, days="monday")
    assert ports(message)
    [alt] = pictures(message)
    assert alt.startswith("Bar chart of 8 articles on China, 23 February 2026 to 2 March 2026.")


async def test_the_days_are_those_of_the_schedule_s_zone(server: Server) -> None:
    server.clock.now = MONDAY.replace(hour=15)
    message = await summary(server, days="tuesday", time="1am", zone="Asia/Seoul")
    [alt] = pictures(message)
    assert alt.startswith("Bar chart of 7 articles on China, 24 February 2026 to 3 March 2026.")


@pytest.mark.parametrize("days", ["every day", "mon and thu"])
async def test_a_summary_of_other_times_has_none(server: Server, days: str) -> None:
    assert pictures(await summary(server, days=days)) == []


@pytest.mark.parametrize("form", ["thread", "post"])
async def test_a_weekly_summary_in_a_thread_has_its_chart(server: Server, form: PostForm) -> None:
    preferences = Preferences(form=form)
    await server.client.store.preferences.put(server.env.guild.id, preferences)
    assert len(pictures(await summary(server, days="monday"))) == 1


async def test_a_weekly_summary_goes_out_where_files_may_not(server: Server) -> None:
    server.channel = without_files(server)
    assert pictures(await summary(server, days="monday")) == []


class Blot:
    """An artist that cannot draw."""

    def draw(self, coverage: Coverage) -> Drawing:
        raise MemoryError


async def test_a_chart_that_fails_stops_no_summary(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client.charts = Charts(Blot)
    message = await summary(server, days="monday")
    assert ports(message)
    assert pictures(message) == []
    assert "chart left out" in caplog.text
