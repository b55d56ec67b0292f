"""The welcome to a server, /help, and the buttons that try what they tell of."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest
from discord import app_commands
from simcord.backend import serializers
from simcord.builders import ChannelHandle

from bot.chat.guide.welcome import TryButton, help_page, welcome_page
from bot.errors import StoreBusyError
from bot.language import LANGUAGES, command_name, say, use_language
from bot.library import Library
from bot.reading.desk import Desk
from tests.support.layouts import assert_sendable, seen_in
from tests.support.simulation import SEOUL, TOPICS, Server, button_labels, message_text, reply_text

pytestmark = pytest.mark.simcord(settle_timeout=30)

BUTTONS = ["Try /ask", "Try /digest", "Show /help"]  # and Set up, see test_setup.py


async def come(server: Server, *, before: bool = False) -> None:
    """Let Verbatim be taken out of the server and brought back, and welcome it as one that it has
    never been in unless it is remembered from `before`."""
    backend, guild_id = server.env.backend, server.env.guild.id
    if not before:
        await server.client.store.guilds.delete(guild_id)
    backend.emit("GUILD_DELETE", {"id": str(guild_id)})
    await server.env.settle()
    came = dict(serializers.guild_create_payload(backend, backend.get_guild(guild_id)))
    del came["unavailable"]  # which tells a server that is back from one that is new
    backend.emit("GUILD_CREATE", came)
    await server.env.settle()


def closed_channel(server: Server) -> ChannelHandle:
    """One more channel, in which the bot may not write."""
    assert server.client.user is not None
    return server.env.guild.create_text_channel(
        "rules", overwrites={server.client.user: discord.PermissionOverwrite(send_messages=False)}
    )


def posts(server: Server, channel: ChannelHandle | None = None) -> list[str]:
    return [message_text(message) for message in (channel or server.channel).history()]


# The welcome


async def test_a_server_is_told_once_what_verbatim_does(server: Server) -> None:
    assert posts(server) == []
    await come(server)
    [welcome] = posts(server)
    assert welcome.startswith("### Verbatim is here\nI answer only in quotes, ")
    for command in ("ask", "digest", "help", "library add", "schedule add", "settings"):
        assert f"/{command} " in welcome
    assert server.channel.last_message is not None
    await come(server, before=True)
    await server.restart()
    assert posts(server) == [welcome]


async def test_the_welcome_goes_to_the_channel_for_such_messages(server: Server) -> None:
    other = server.env.guild.create_text_channel("system")
    server.env.backend.edit_guild(server.env.guild.id, {"system_channel_id": other.id})
    await come(server)
    assert posts(server) == []
    assert len(posts(server, other)) == 1


async def test_the_welcome_goes_where_the_bot_may_write(server: Server) -> None:
    other = closed_channel(server)
    server.env.backend.edit_guild(server.env.guild.id, {"system_channel_id": other.id})
    await come(server)
    assert posts(server, other) == []
    assert len(posts(server)) == 1


async def test_where_the_bot_may_write_nowhere_it_says_nothing(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    other = closed_channel(server)
    server.env.backend.delete_channel(server.channel.id)
    with caplog.at_level("INFO"):
        await come(server)
    assert posts(server, other) == []
    assert f"welcome not posted: server {server.env.guild.id}: no channel is open" in caplog.text


async def test_a_welcome_that_fails_is_logged_and_not_tried_again(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.env.inject_error("POST", "/channels/*/messages", status=403)
    await come(server)
    assert f"welcome not posted: server {server.env.guild.id}: 403" in caplog.text
    await come(server, before=True)
    assert posts(server) == []


class Failing:
    """Servers in a database that does not answer."""

    async def record_welcome(self, guild_id: int, now: object) -> bool:
        raise StoreBusyError("The database is busy. Try again in a moment.")

    async def clear_departure(self, guild_id: int) -> None:
        return

    record_departure = clear_departure


async def test_what_cannot_be_noted_is_not_said(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    await server.client.store.guilds.delete(server.env.guild.id)
    server.client.store.guilds = Failing()  # type: ignore[assignment]
    guild = server.client.get_guild(server.env.guild.id)
    assert guild is not None
    await server.client.on_guild_join(guild)
    assert posts(server) == []
    assert f"welcome not posted: server {server.env.guild.id}: The database is busy." in caplog.text


async def test_the_welcome_speaks_the_servers_language(server: Server) -> None:
    server.env.backend.edit_guild(server.env.guild.id, {"preferred_locale": "ko"})
    await come(server)
    [welcome] = posts(server)
    with use_language("ko"):
        heading = say("### Verbatim is here")
    assert welcome.startswith(heading)
    assert heading != "### Verbatim is here"


# What its buttons try


async def test_the_buttons_of_a_welcome_try_what_it_names(server: Server) -> None:
    await come(server)
    await server.restart()
    welcome = server.channel.last_message
    assert welcome is not None
    asked, digest, helped = [await server.member.click(welcome, label=each) for each in BUTTONS]
    for result in (asked, digest, helped):
        assert result.ephemeral
    topic = TOPICS[0].title
    assert reply_text(asked).startswith(f"### What is said about {topic}?\n")
    assert SEOUL.paragraphs[1].text in reply_text(asked)
    assert reply_text(digest).startswith(f"### {topic}\n")
    assert SEOUL.paragraphs[1].text in reply_text(digest)
    assert reply_text(helped).startswith("### Help\n")


async def test_sources_can_be_tried_from_help(server: Server) -> None:
    result = await server.member.slash(server.channel, "help")
    assert result.ephemeral
    assert button_labels(result) == ["Try /ask", "Try /digest", "Try /sources"]
    assert result.response is not None
    sources = await server.member.click(result.response, label="Try /sources")
    assert sources.ephemeral
    assert reply_text(sources).startswith("### Sources\n")


async def test_without_topics_an_article_is_asked_for_and_without_articles_that_is_said(
    server: Server,
) -> None:
    lone = replace(SEOUL, title="Seoul and Beijing")
    for desk, told in (((lone,), "Seoul will not choose"), ((), "There are no articles here yet.")):
        server.client.library = Library(Desk(desk, (), ()))
        button = await server.put_button(TryButton.id_for("ask"))
        pressed = await server.member.click(button, label="Press")
        assert told in reply_text(pressed)


# /help


async def test_help_names_every_command_of_its_group(server: Server) -> None:
    told = reply_text(await server.administrator.slash(server.channel, "help"))
    for command in server.client.tree.get_commands():
        if isinstance(command, app_commands.ContextMenu):
            assert f"{command.name} " in told
        else:
            assert f"/{command.name} · {command.description}" in told


FOR_MANAGERS = {"library", "settings"}
FOR_SCHEDULERS = {"schedule"}  # whom the code knows and Discord does not


def listed(server: Server, told: str) -> set[str]:
    """The commands with a line of their own in the text of /help, in the current language."""
    shown = set()
    for feature in server.client.features:
        if feature.command:
            name = feature.command.name
            start = feature.help_line() if feature.help_line else f"/{command_name(name)} · "
            if f"\n{start.replace('**', '')}" in told:
                shown.add(name)
    return shown


def every_command(server: Server) -> set[str]:
    return {command.name for command in server.client.tree.get_commands()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", ["member", "scheduler", "administrator"])
async def test_help_lists_what_a_person_may_use(server: Server, person: str, language: str) -> None:
    desk = server.env.guild.create_role("Desk")
    await server.prefer(language=language, scheduler_role=desk.id)
    people = {
        "member": server.member,
        "scheduler": server.env.guild.add_member(server.env.create_user("eve"), roles=[desk]),
        "administrator": server.administrator,
    }
    hidden = {
        "member": FOR_MANAGERS | FOR_SCHEDULERS,
        "scheduler": FOR_MANAGERS,
        "administrator": set(),
    }
    result = await people[person].slash(server.channel, "help")
    with use_language(language):
        told = reply_text(result)
        assert listed(server, told) == every_command(server) - hidden[person]
        assert (say("For server managers") in told) == (person == "administrator")
        assert (say("Set up") in button_labels(result)) == (person == "administrator")


async def test_help_in_a_direct_message_lists_what_works_there(server: Server) -> None:
    commands = every_command(server)
    working = {name for name in commands if 1 in server.registered(name)["contexts"]}
    assert commands - working == FOR_MANAGERS | FOR_SCHEDULERS
    member, administrator = server.member.user, server.administrator.user
    for person in (member, administrator):
        result = await person.slash("help")
        assert listed(server, reply_text(result)) == working
        assert button_labels(result) == ["Try /ask", "Try /digest", "Try /sources"]


@pytest.mark.parametrize(("language", "word"), [("en", "help"), ("ko", "도움말")])
async def test_help_that_is_written_lists_what_everybody_may_use(
    server: Server, language: str, word: str
) -> None:
    assert server.client.user
    await server.prefer(scheduler_role=server.env.guild.create_role("Desk").id)
    usual = every_command(server) - FOR_MANAGERS - FOR_SCHEDULERS
    await server.member.send_dm(word)
    await server.administrator.send(server.channel, f"{server.client.user.mention} {word}")
    for channel in (server.member.user.dm_channel, server.channel):
        assert channel.last_message
        with use_language(language):
            assert listed(server, message_text(channel.last_message)) == usual


async def test_help_where_the_bot_is_no_member_lists_what_people_install(server: Server) -> None:
    guild_id, commands = server.env.guild.id, every_command(server)
    server.env.backend.emit("GUILD_DELETE", {"id": str(guild_id)})
    await server.env.settle()
    told = reply_text(await server.administrator.slash(server.channel, "help"))
    installed = {name for name in commands if 1 in server.registered(name)["integration_types"]}
    assert listed(server, told) == installed
    assert "watch" not in installed


@pytest.mark.parametrize("language", LANGUAGES)
async def test_welcome_and_help_can_be_sent_in_every_language(
    server: Server, language: str
) -> None:
    with use_language(language):
        page = help_page(server.client.features)
        assert_sendable(page)
        assert_sendable(welcome_page())
        assert f"/{command_name('ask')}** · " in "\n".join(seen_in(page))
