"""What Verbatim says of itself: its welcome to a server, and /help, with buttons that try it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

import discord
from discord import app_commands, ui

from bot.briefing.topics import EVERYTHING
from bot.chat.answers.views import answer_page, digest_page, sources_page
from bot.chat.components.colours import painted
from bot.chat.components.layout import BLUE, framed
from bot.chat.components.markdown import escape
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction, ServingClient, view_for
from bot.chat.interaction.faults import FAULTS
from bot.chat.interaction.replies import computed, show, vouched_answer, vouched_digest
from bot.errors import StoreError
from bot.language import command_name, language_for, say, use_language
from bot.library import View

_log = logging.getLogger(__name__)


class TryButton(PersistentButton, kind="try", values=r"(?:ask|digest|sources|help)"):
    """Gives a command by way of example, and shows what comes to whoever presses it alone."""

    async def press(self, interaction: Interaction) -> None:
        view = view_for(interaction)
        match self.value:
            case "ask":
                await _answer(interaction, view)
            case "digest":
                await _digest(interaction, view)
            case "sources":
                await show(interaction, sources_page(view.articles, 0), private=True)
            case "help":
                await show(interaction, help_page(interaction.client.tree), private=True)


async def welcome(client: ServingClient, guild: discord.Guild) -> None:
    """Say once, in a channel of a server that Verbatim has come to, what it does there.

    It is noted before it is said: rather never than twice.
    """
    try:
        if not await client.store.guilds.record_welcome(guild.id, client.now()):
            return
        channel = _open_channel(guild)
        if channel is None:
            _log.info("server %d is not welcomed: I may write in none of its channels", guild.id)
            return
        chosen = await client.preferred.by(guild.id)
        with use_language(language_for(chosen.language or guild.preferred_locale.value)):
            await channel.send(view=painted(welcome_page(), chosen.colours))
    except (StoreError, *FAULTS) as fault:
        _log.warning("server %d is not welcomed: %s", guild.id, fault)


def welcome_page() -> ui.LayoutView:
    """What Verbatim does, what to try, and what those who manage the server can set up."""
    trying = say(
        "**Three commands to try**\n"
        "**/ask** answers a question in the words of the articles.\n"
        "**/digest** gives the main points on a topic.\n"
        "**/help** lists all the others.\n"
        "-# The buttons below try them; only you see what comes."
    )
    managing = say(
        "**For those who manage this server**\n"
        "**/library add** brings in articles and feeds that this server alone sees.\n"
        "**/schedule add** posts summaries in a channel, at the times you choose.\n"
        "**/settings** has the language, privacy, quiet hours and more."
    )
    page = framed(BLUE, say("### Verbatim is here"), [[_introduction()], [trying], [managing]])
    return with_buttons(page, [*_examples(), TryButton("help", say("Show /help"))])


def help_page(tree: app_commands.CommandTree[ServingClient]) -> ui.LayoutView:
    """What Verbatim does, and its commands by what they are for."""
    commands = tree.get_commands(type=discord.AppCommandType.chat_input)
    lines = {
        command.name: f"**/{command_name(command.name)}** · {escape(say(command.description))}"
        for command in commands
    }
    lines["Find sources"] = say(
        "**Find sources** · Under Apps in the menu of a message: which quotes speak to what it "
        "says."
    )
    blocks = [
        ["\n".join([f"**{heading}**", *(lines[name] for name in names)])]
        for heading, names in _groups()
    ]
    page = framed(BLUE, say("### Help"), [[_introduction()], *blocks])
    return with_buttons(page, [*_examples(), TryButton("sources", say("Try /sources"))])


def _introduction() -> str:
    return say(
        "I speak only in quotations, copied character for character from news articles, each with "
        "its source. I write nothing of my own about the news, and say so when the articles hold "
        "no answer. Words in bold are those that matched."
    )


def _groups() -> Iterator[tuple[str, Sequence[str]]]:
    """The commands by what they are for."""
    yield say("Ask the articles"), ("ask", "digest", "said", "timeline", "verify", "Find sources")
    yield say("Have news come by itself"), ("schedule", "watch")
    yield say("See what is held"), ("topics", "sources")
    yield say("For those who manage the server"), ("library", "settings")
    yield say("About me"), ("privacy", "help")


def _examples() -> list[PersistentButton]:
    return [
        TryButton("ask", say("Try /ask"), discord.ButtonStyle.primary),
        TryButton("digest", say("Try /digest")),
    ]


async def _answer(interaction: Interaction, view: View) -> None:
    question = say("What is said about {subject}?", subject=_subject(view))
    found = await computed(interaction, lambda: view.ask(question), private=True)
    said = vouched_answer(found, view.is_current)
    page = answer_page(said, interaction, private=True)
    await show(interaction, page, private=True, status=said.status)


async def _digest(interaction: Interaction, view: View) -> None:
    subject = _subject(view)
    found = await computed(interaction, lambda: view.digest(subject), private=True)
    said = vouched_digest(found, view.is_current)
    page = digest_page(said, interaction, private=True)
    await show(interaction, page, private=True, status=said.status)


def _subject(view: View) -> str:
    """What an example asks of: the first topic, or what the first article is called."""
    topics, articles = view.topics.all(), view.articles
    if topics:
        return topics[0].title
    return articles[0].title if articles else EVERYTHING.title


def _open_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Where the bot may write: the channel for messages of the system, else the first one."""
    for channel in filter(None, (guild.system_channel, *guild.text_channels)):
        held = channel.permissions_for(guild.me)
        if held.view_channel and held.send_messages:
            return channel
    return None
