"""The welcome to a server, and /help, with buttons that try the commands."""

import logging
from collections.abc import Mapping, Sequence

import discord
from discord import app_commands, ui

from bot.briefing.topics import EVERYTHING
from bot.chat.answers.ask import show_answer
from bot.chat.answers.digest import show_digest
from bot.chat.answers.sources import own_first, sources_page
from bot.chat.components.layout import BLUE, framed, paint
from bot.chat.components.markdown import escape
from bot.chat.components.titles import topic_title
from bot.chat.guide.setup import SetupButton
from bot.chat.interaction.availability import usable_features
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import BotClient, Interaction, view_for
from bot.chat.interaction.features import Feature, HelpSection
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.permissions import manages
from bot.chat.interaction.replies import DISCORD_ERRORS, post_layout, send_layout
from bot.errors import StoreError
from bot.language import command_name, language_for, say, use_language
from bot.library import View

log = logging.getLogger(__name__)


class TryButton(PersistentButton, kind="try", values=r"(?:ask|digest|sources|help)"):
    """Runs a command as an example, and shows the reply to the person alone."""

    async def press(self, interaction: Interaction) -> None:
        """Run the command."""
        view = view_for(interaction)
        match self.value:
            case "ask":
                question = say("What is said about {subject}?", subject=_subject(view))
                await show_answer(interaction, question, private=True)
            case "digest":
                await show_digest(interaction, _subject(view))
            case "sources":
                await send_layout(interaction, sources_page(own_first(view), 0))
            case "help":
                await send_layout(interaction, _help_for(interaction))


async def welcome(client: BotClient, guild: discord.Guild) -> None:
    """Post once, in a channel of a server that Verbatim has joined, what it does there.

    It is recorded before it is posted: rather never than twice.
    """
    try:
        if not await client.store.guilds.record_welcome(guild.id, client.now()):
            return
        channel = _open_channel(guild)
        if channel is None:
            log.info("welcome not posted: server %d: no channel is open", guild.id)
            return
        preferences = await client.preferences.get(guild.id)
        with use_language(language_for(preferences.language or guild.preferred_locale.value)):
            await post_layout(channel, paint(welcome_page(), preferences.colours))
    except (StoreError, *DISCORD_ERRORS) as error:
        log.warning("welcome not posted: server %d: %s", guild.id, error)


def welcome_page() -> ui.LayoutView:
    """Say what Verbatim does, what to try, and what managers of the server can set up."""
    trying = say(
        "**Three commands to try**\n"
        "**/ask** answers a question with quotes from the articles.\n"
        "**/digest** gives the main points on a topic.\n"
        "**/help** lists all the others.\n"
        "-# Try them with the buttons below. Only you will see the replies."
    )
    managing = say(
        "**For server managers**\n"
        "**Set up** takes five minutes: which articles, which feeds, which topics, and when to "
        "post.\n"
        "**/library add** adds articles and feeds, **/schedule add** posts summaries, and "
        "**/settings** has the rest."
    )
    page = framed(BLUE, say("### Verbatim is here"), [[_introduction()], [trying], [managing]])
    buttons = [*_examples(), TryButton("help", say("Show /help")), _setup_button()]
    return with_buttons(page, buttons)


def help_page(features: Sequence[Feature], *, for_manager: bool = False) -> ui.LayoutView:
    """Say what Verbatim does, and list the commands of the features by section."""
    placed = {feature.help_place: feature for feature in features if feature.help_place}
    blocks = []
    for section, heading in _sections().items():
        lines = [_help_line(placed[place]) for place in sorted(placed) if place[0] == section]
        if lines:
            blocks.append(["\n".join((f"**{heading}**", *lines))])
    page = framed(BLUE, say("### Help"), [[_introduction()], *blocks])
    buttons = [*_examples(), TryButton("sources", say("Try /sources"))]
    return with_buttons(page, [*buttons, _setup_button()] if for_manager else buttons)


def _help_for(interaction: Interaction) -> ui.LayoutView:
    return help_page(usable_features(interaction), for_manager=manages(interaction))


def _setup_button() -> PersistentButton:
    return SetupButton("steps", say("Set up"), discord.ButtonStyle.success)


def _help_line(feature: Feature) -> str:
    if feature.help_line:
        return feature.help_line()
    assert isinstance(feature.command, app_commands.Command | app_commands.Group)
    name, description = feature.command.name, feature.command.description
    return f"**/{command_name(name)}** · {escape(say(description))}"


def _introduction() -> str:
    return say(
        "I answer only in quotes, copied character for character from articles, each with its "
        "source. I write nothing of my own about the news, and I tell you when the articles have "
        "no answer. The words in bold are the ones that matched."
    )


def _sections() -> Mapping[HelpSection, str]:
    return {
        "ask": say("Ask the articles"),
        "post": say("Get news automatically"),
        "list": say("See the articles"),
        "manage": say("For server managers"),
        "about": say("About me"),
    }


def _examples() -> list[PersistentButton]:
    return [
        TryButton("ask", say("Try /ask"), discord.ButtonStyle.primary),
        TryButton("digest", say("Try /digest")),
    ]


def _subject(view: View) -> str:
    """Return the subject of the examples: the first topic, or the title of the first article."""
    topics, articles = view.topics.all(), view.articles
    if topics:
        return topic_title(topics[0])
    return articles[0].title if articles else EVERYTHING.title


def _open_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Return a channel that the bot may post in: the system channel, else the first one."""
    for channel in filter(None, (guild.system_channel, *guild.text_channels)):
        permissions = channel.permissions_for(guild.me)
        if permissions.view_channel and permissions.send_messages:
            return channel
    return None


@everywhere
@app_commands.command(name="help", description="Show what Verbatim does, and its commands.")
async def show_help(interaction: Interaction) -> None:
    """Show /help."""
    await send_layout(interaction, _help_for(interaction))


FEATURE = Feature(show_help, (TryButton,), position=140, help_place=("about", 20))
