"""The welcome to a server, /help, and the buttons that try what they tell of."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest
from discord import app_commands
from simcord.backend import serializers
from simcord.builders import ChannelHandle

from bot.chat.server.welcome import TryButton, help_page, welcome_page
from bot.errors import StoreBusyError
from bot.language import LANGUAGES, named, say, speaking
from bot.library import Library
from bot.reading.desk import Desk
from tests.support.house import SEOUL, TOPICS, House, labels, said, shown
from tests.support.layouts import assert_sendable, seen_in

pytestmark = pytest.mark.simcord(settle_timeout=30)

BUTTONS = ["Try /ask", "Try /digest", "Show /help"]


async def come(house: House, *, before: bool = False) -> None:
    """Let Verbatim be taken out of the server and brought back, and welcome it as one that it has
    never been in unless it is remembered from `before`."""
    backend, guild_id = house.env.backend, house.env.guild.id
    if not before:
        await house.client.store.guilds.delete(guild_id)
    backend.emit("GUILD_DELETE", {"id": str(guild_id)})
    await house.env.settle()
    came = dict(serializers.guild_create_payload(backend, backend.get_guild(guild_id)))
    del came["unavailable"]  # which tells a server that is back from one that is new
    backend.emit("GUILD_CREATE", came)
    await house.env.settle()


def closed_channel(house: House) -> ChannelHandle:
    """One more channel, in which the bot may not write."""
    assert house.client.user is not None
    return house.env.guild.create_text_channel(
        "rules", overwrites={house.client.user: discord.PermissionOverwrite(send_messages=False)}
    )


def posts(house: House, channel: ChannelHandle | None = None) -> list[str]:
    return [shown(message) for message in (channel or house.channel).history()]


# The welcome


async def test_a_server_is_told_once_what_verbatim_does(house: House) -> None:
    assert posts(house) == []
    await come(house)
    [welcome] = posts(house)
    assert welcome.startswith("### Verbatim is here\nI speak only in quotations, ")
    for command in ("ask", "digest", "help", "library add", "schedule add", "settings"):
        assert f"/{command} " in welcome
    assert house.channel.last_message is not None
    await come(house, before=True)
    await house.restart()
    assert posts(house) == [welcome]


async def test_the_welcome_goes_to_the_channel_for_such_messages(house: House) -> None:
    other = house.env.guild.create_text_channel("system")
    house.env.backend.edit_guild(house.env.guild.id, {"system_channel_id": other.id})
    await come(house)
    assert posts(house) == []
    assert len(posts(house, other)) == 1


async def test_the_welcome_goes_where_the_bot_may_write(house: House) -> None:
    other = closed_channel(house)
    house.env.backend.edit_guild(house.env.guild.id, {"system_channel_id": other.id})
    await come(house)
    assert posts(house, other) == []
    assert len(posts(house)) == 1


async def test_where_the_bot_may_write_nowhere_it_says_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    other = closed_channel(house)
    house.env.backend.delete_channel(house.channel.id)
    with caplog.at_level("INFO"):
        await come(house)
    assert posts(house, other) == []
    assert "I may write in none of its channels" in caplog.text


async def test_a_welcome_that_fails_is_logged_and_not_tried_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.env.inject_error("POST", "/channels/*/messages", status=403)
    await come(house)
    assert "is not welcomed: 403" in caplog.text
    await come(house, before=True)
    assert posts(house) == []


class Failing:
    """Servers in a database that does not answer."""

    async def record_welcome(self, guild_id: int, now: object) -> bool:
        raise StoreBusyError("The database is busy. Try again in a moment.")

    async def clear_departure(self, guild_id: int) -> None:
        return

    record_departure = clear_departure


async def test_what_cannot_be_noted_is_not_said(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.client.store.guilds.delete(house.env.guild.id)
    house.client.store.guilds = Failing()  # type: ignore[assignment]
    guild = house.client.get_guild(house.env.guild.id)
    assert guild is not None
    await house.client.on_guild_join(guild)
    assert posts(house) == []
    assert "is not welcomed: The database is busy." in caplog.text


async def test_the_welcome_speaks_the_servers_language(house: House) -> None:
    house.env.backend.edit_guild(house.env.guild.id, {"preferred_locale": "ko"})
    await come(house)
    [welcome] = posts(house)
    with speaking("ko"):
        heading = say("### Verbatim is here")
    assert welcome.startswith(heading)
    assert heading != "### Verbatim is here"


# What its buttons try


async def test_the_buttons_of_a_welcome_try_what_it_names(house: House) -> None:
    await come(house)
    await house.restart()
    welcome = house.channel.last_message
    assert welcome is not None
    asked, digest, helped = [await house.member.click(welcome, label=each) for each in BUTTONS]
    for result in (asked, digest, helped):
        assert result.ephemeral
    topic = TOPICS[0].title
    assert said(asked).startswith(f"### What is said about {topic}?\n")
    assert SEOUL.paragraphs[1].text in said(asked)
    assert said(digest).startswith(f"### {topic}\n")
    assert SEOUL.paragraphs[1].text in said(digest)
    assert said(helped).startswith("### Help\n")


async def test_sources_can_be_tried_from_help(house: House) -> None:
    result = await house.member.slash(house.channel, "help")
    assert result.ephemeral
    assert labels(result) == ["Try /ask", "Try /digest", "Try /sources"]
    assert result.response is not None
    sources = await house.member.click(result.response, label="Try /sources")
    assert sources.ephemeral
    assert said(sources).startswith("### Sources\n")


async def test_without_topics_an_article_is_asked_for_and_without_articles_that_is_said(
    house: House,
) -> None:
    lone = replace(SEOUL, title="Seoul and Beijing")
    for desk, told in (((lone,), "Seoul will not choose"), ((), "No article here answers this.")):
        house.client.library = Library(Desk(desk, (), ()))
        button = await house.put_button(TryButton.id_for("ask"))
        pressed = await house.member.click(button, label="Press")
        assert told in said(pressed)


# /help


async def test_help_names_every_command_of_its_group(house: House) -> None:
    told = said(await house.member.slash(house.channel, "help"))
    for command in house.client.tree.get_commands():
        if isinstance(command, app_commands.ContextMenu):
            assert f"{command.name} " in told
        else:
            assert f"/{command.name} · {command.description}" in told


@pytest.mark.parametrize("language", LANGUAGES)
async def test_welcome_and_help_can_be_sent_in_every_language(house: House, language: str) -> None:
    with speaking(language):
        page = help_page(house.client.tree)
        assert_sendable(page)
        assert_sendable(welcome_page())
        assert f"/{named('ask')}** · " in "\n".join(seen_in(page))
