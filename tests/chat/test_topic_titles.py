"""A topic with titles in several languages, shown to each server in its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from simcord.builders import ChannelHandle

from bot.briefing.topics import Topics
from bot.chat.client import VerbatimClient
from bot.chat.components.titles import topic_title
from bot.chat.posts.posting import DiscordPoster
from bot.language import say, use_language
from bot.library import Library
from bot.model import Article, Brief, Notice, Paragraph, Source, Topic
from bot.reading.desk import Desk
from bot.reading.pages.page import Story
from bot.schedule.poster import Attempt, ChannelLostError
from bot.store import Store
from bot.text.names import Names
from bot.text.terms import Analyser
from tests.support.korean import ARTICLES
from tests.support.simulation import (
    Clock,
    Server,
    button_labels,
    choose,
    message_text,
    reading_client,
    reply_text,
)

HARBOURS = Topic("harbours", "Harbours", ("quays", "부두"), ("harbour",), titles=(("ko", "부두"),))
BRIDGES = Topic("bridges", "Bridges", ("spans",))
QUARRIES = Topic("quarries", "Quarries", ("채석장",), titles=(("ko", "채석장"),))
GONE = ChannelLostError("The channel no longer exists.")
LANGUAGES = pytest.mark.parametrize(
    ("language", "title"), [("ko", "부두"), ("en", "Harbours")], ids=["ko", "en"]
)


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    library = Library(Desk(ARTICLES, (HARBOURS, BRIDGES, QUARRIES), ()))
    return reading_client(library, simulated_store, clock)


async def give(server: Server, command: str, **options: Any) -> str:
    return reply_text(await server.administrator.slash(server.channel, command, **options))


@LANGUAGES
async def test_a_title_is_in_the_language_of_the_server(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    assert (await give(server, "digest", topic="quays")).startswith(f"### {title}\n")
    assert (await give(server, "timeline", topic="harbours")).startswith(f"### {title}\n")
    other = "Harbours" if language == "ko" else "부두"
    (line,) = [line for line in (await give(server, "topics list")).splitlines() if title in line]
    assert line.startswith(f"{title} · ")
    assert other in line
    assert title in await give(server, "said", person="Jane Roe", topic="harbours")
    unanswered = await server.administrator.slash(
        server.channel, "digest", topic="quays and zeppelins"
    )
    assert title in reply_text(unanswered)
    assert title in button_labels(unanswered)


@LANGUAGES
async def test_an_exported_file_begins_with_the_title_that_was_shown(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    digest = await server.administrator.slash(server.channel, "digest", topic="harbours")
    with use_language(language):
        label = say("Export with references")
    exported = await choose(server.administrator, digest, label)
    message = exported.followups[-1] if exported.followups else exported.response
    assert message is not None
    assert (await message.attachments[0].read()).decode().startswith(f"# {title}\n")


@LANGUAGES
async def test_a_title_is_suggested_and_found_in_either_language(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    for typed in ("부", "harb"):
        choices = await server.administrator.autocomplete(server.channel, "digest", "topic", typed)
        assert [(choice["name"], choice["value"]) for choice in choices] == [(title, "harbours")]
    for typed in ("부두", "HARBOURS"):
        assert (await give(server, "digest", topic=typed)).startswith(f"### {title}\n")


@LANGUAGES
async def test_a_scheduled_summary_has_the_title_of_its_server_when_it_is_posted(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    made = await server.schedule(topic="harbours")
    assert title in reply_text(made)
    assert title in await give(server, "schedule list")
    [choice] = await server.administrator.autocomplete(
        server.channel, "schedule now", "schedule", ""
    )
    assert choice["name"].startswith(title)
    await server.administrator.slash(server.channel, "schedule now", schedule=choice["value"])
    posts = server.env.backend.messages[server.channel.id].values()
    assert any(message_text(post).startswith(f"### {title}\n") for post in posts)


async def test_what_is_excluded_is_named_beside_the_title(server: Server) -> None:
    await server.prefer(language="ko")
    shown = await give(server, "digest", topic="harbours but not cranes")
    assert "부두" in shown.splitlines()[0]
    assert "cranes" in shown.splitlines()[0]


async def test_a_title_that_the_desk_gives_in_one_language_stays_that(server: Server) -> None:
    await server.prefer(language="ko")
    assert (await give(server, "digest", topic="bridges")).startswith("### Bridges\n")


def posts(server: Server, channel: ChannelHandle) -> list[str]:
    return [message_text(post) for post in server.env.backend.messages[channel.id].values()]


@LANGUAGES
async def test_the_quote_of_a_watch_has_the_title_and_so_has_word_to_its_maker(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    await give(server, "watch add", words="quays")
    guild_id, now = server.env.guild.id, server.clock.now
    paragraph = Paragraph("The harbour of Orsk will close in May, its master Ola Vik told us.")
    await server.client.library_writer.ingest(
        guild_id,
        Story("A harbour closes", (paragraph,), "main"),
        source=Source("https://a.example", "a.example", now),
        now=now,
    )
    server.clock.now += timedelta(minutes=1)
    await server.client.delivery.run_due()
    assert title in posts(server, server.channel)[-1].splitlines()[0]
    # A schedule's topic is told by its slug, a watch's by its title.
    for number, name in enumerate(("harbours", "Harbours")):
        brief = Brief(name, name)
        notice = Notice(
            str(number),
            "paused",
            now,
            guild_id,
            server.channel.id,
            brief,
            user_id=server.member.id,
            reason=GONE.packed,
        )
        await DiscordPoster(server.client).tell_maker(notice, Attempt(f"n{number}", now))
    told = posts(server, server.member.user.dm_channel)
    assert [title in text.splitlines()[0] for text in told] == [True, True]


async def test_what_is_kept_is_the_same_in_every_language_and_shown_in_the_readers(
    server: Server,
) -> None:
    for language, typed in (("ko", "채석장"), ("en", "Quarries")):
        await server.prefer(language=language)
        await give(server, "digest", topic=typed)
        shown = await server.administrator.slash(server.channel, "digest", topic="harbours")
        assert shown.response is not None
        await server.put_button("v1:feedback:not")
        await server.administrator.click(shown.response, custom_id="v1:feedback:not")
    assert server.client.user
    await server.member.send(server.channel, f"{server.client.user.mention} digest 채석장")
    for language, words in (("ko", ("채석장", "부두")), ("en", ("Quarries", "Harbours"))):
        await server.prefer(language=language)
        lines = (await give(server, "library gaps")).splitlines()
        assert set(words) <= set(lines)
        assert sum(line in ("채석장", "부두", "Quarries", "Harbours") for line in lines) == 2


@LANGUAGES
async def test_a_message_is_answered_with_the_title_in_its_language(
    server: Server, language: str, title: str
) -> None:
    assert server.client.user
    written = {"ko": ("요약 부두", "주제"), "en": ("digest harbours", "topics")}[language]
    for text in written:
        await server.member.send(server.channel, f"{server.client.user.mention} {text}")
    digest, topics = posts(server, server.channel)[1::2]
    assert digest.startswith(f"### {title}\n")
    assert any(line.startswith(f"{title} · ") for line in topics.splitlines())


@LANGUAGES
async def test_a_schedule_is_found_by_its_title_in_either_language(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    await server.schedule(topic="harbours")
    await server.schedule(topic="bridges")
    await give(server, "watch add", words="harbours")
    for command, option in (("schedule remove", "schedule"), ("watch remove", "watch")):
        for typed in ("부두", "harbours"):
            [choice] = await server.administrator.autocomplete(
                server.channel, command, option, typed
            )
            assert choice["name"].startswith(title)
    other = "Harbours" if language == "ko" else "부두"
    removed = await give(server, "schedule remove", schedule=other)
    assert title in removed.splitlines()[1]


@LANGUAGES
async def test_an_example_asks_of_a_topic_by_its_title(
    server: Server, language: str, title: str
) -> None:
    await server.prefer(language=language)
    button = await server.put_button("v1:try:ask")
    shown = await server.member.click(button, custom_id="v1:try:ask")
    assert title in reply_text(shown).splitlines()[0]


@pytest.mark.parametrize("typed", ["harbours but not cranes", "부두 -크레인", "크레인 빼고 quays"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_title_that_is_shown_names_the_same_topic_when_it_is_read_back(
    typed: str, language: str
) -> None:
    topics = Topics((BRIDGES, HARBOURS), Analyser(Names()))
    topic = topics.resolve(typed)
    with use_language(language):
        again = topics.resolve(topic_title(topic))
    assert again.excluded == topic.excluded != ()
    assert (again.phrase, again.titles) == (topic.phrase, topic.titles)


@pytest.mark.parametrize(
    "own",
    [Topic("부두", "부두"), Topic("docks", "Docks", ("부두",)), Topic("p", "Ports", ("부두 ",))],
)
def test_a_title_that_a_server_gave_a_topic_of_its_own_means_that_one(own: Topic) -> None:
    topics = Topics((HARBOURS, QUARRIES), Analyser(Names()), own=[own])
    assert topics.find("부두") == own
    with use_language("ko"):
        titles = [topic_title(topic) for topic in topics.all()]
    assert titles == [own.title, "Harbours", "채석장"]


def test_what_the_articles_are_most_about_is_not_suggested_beside_a_topic_of_that_title() -> None:
    stories = tuple(
        Article(
            str(number), "부두 소식", (Paragraph(f"부두 {number}곳이 오늘 문을 닫았다."),), "p.txt"
        )
        for number in range(4)
    )
    view = Library(Desk(stories, (HARBOURS,), ())).view()
    while view.subjects.read_next():
        pass
    assert "부두" in [topic.title for topic in view.suggest_subjects("", 9)]
    assert [topic.slug for topic in view.suggest_topics("부두", 9)] == ["harbours"]
