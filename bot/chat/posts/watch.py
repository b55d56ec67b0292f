"""/watch: a quote as soon as a new article speaks of some words, in a channel or privately."""

from collections.abc import Iterable, Sequence

import discord
from discord import app_commands, ui

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.briefing.topics import EVERYTHING
from bot.chat.answers.topics import complete_topic
from bot.chat.components.layout import GREY, framed, listed
from bot.chat.components.markdown import escape, one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.components.titles import all_titles, topic_title
from bot.chat.interaction.context import Interaction, collection_of, joined_guild, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import ServerGroup
from bot.chat.interaction.permissions import managed_guild, manages, posting_error
from bot.chat.interaction.replies import note_nothing_held, send_layout
from bot.chat.interaction.suggestions import Choices, matching_suggestions, parse_id
from bot.errors import WatchError, unpack_message
from bot.language import say
from bot.model import Watch
from bot.text.exclusions import split_exclusions

MAX_PER_HOUR = 20
_MAX_REASON = 300


async def complete_watch(interaction: Interaction, typed: str) -> Choices:
    """Suggest the watches that the person may remove, in words."""
    return await matching_suggestions(_watch_choices(interaction), typed)


async def _watch_choices(interaction: Interaction) -> Iterable[tuple[str, ...]]:
    watches, topics = await _list_watches(interaction), view_for(interaction).topics
    return (
        (_in_words(interaction, watch), str(watch.id), *all_titles(topics.resolve(watch.query)))
        for watch in watches
    )


class WatchCommands(ServerGroup):
    """The commands of /watch; each answers the person alone."""

    def __init__(self) -> None:
        super().__init__(
            "watch", "Get a quote when a new article mentions your words.", in_direct_messages=True
        )

    @app_commands.command(description="Post a quote when a new article mentions some words.")
    @app_commands.describe(
        words="A topic, a name, or any words: samsung but not galaxy",
        channel="Where to post; managers only (default: this channel)",
        per_hour="The most posts an hour (default: 3)",
        private="Tell only you, in a direct message",
    )
    @app_commands.autocomplete(words=complete_topic)
    async def add(
        self,
        interaction: Interaction,
        words: app_commands.Range[str, 1, MAX_TOPIC_LENGTH],
        channel: discord.TextChannel | None = None,
        per_hour: app_commands.Range[int, 1, MAX_PER_HOUR] = 3,
        private: bool = False,
    ) -> None:
        """Add a watch."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        view, wanted = view_for(interaction), split_exclusions(words)
        view.resolve_watch(words)  # refuse what would never match
        watch = await client.store.watches.add(
            guild_id=collection_of(interaction),
            channel_id=_posting_channel(interaction, channel, private),
            user_id=interaction.user.id,
            words=view.topics.resolve(wanted.words or EVERYTHING.slug).slug,
            exclude=", ".join(wanted.excluded) or None,
            per_hour=per_hour,
            now=client.now(),
        )
        await _show(interaction, say("Watching"), [watch])

    @app_commands.command(name="list", description="List your watches and the server's.")
    async def list_all(self, interaction: Interaction) -> None:
        """List the watches that the person may remove."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _show(interaction, say("Watches"), await _list_watches(interaction))

    @app_commands.command(description="Remove a watch and anything it has not posted yet.")
    @app_commands.describe(watch="Which one")
    @app_commands.autocomplete(watch=complete_watch)
    async def remove(self, interaction: Interaction, watch: str) -> None:
        """Remove a watch."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        error = WatchError("You have no such watch; choose one from the list.")
        removed = await interaction.client.store.watches.remove(
            parse_id(watch, error),
            user_id=interaction.user.id,
            guild_id=managed_guild(interaction) if manages(interaction) else None,
        )
        await _show(interaction, say("Removed"), [removed])


async def _list_watches(interaction: Interaction) -> Sequence[Watch]:
    """Return the person's private watches, and those of the server if the person manages it."""
    watches = interaction.client.store.watches
    private = await watches.list_for_user(interaction.user.id)
    if not manages(interaction):
        return private
    return [*private, *await watches.list_for_guild(managed_guild(interaction))]


async def _show(interaction: Interaction, heading: str, watches: Sequence[Watch]) -> None:
    titles = [_title(interaction, watch) for watch in watches]
    await send_layout(interaction, watches_page(heading, watches, titles))
    await note_nothing_held(interaction)


def watches_page(heading: str, watches: Sequence[Watch], titles: Sequence[str]) -> ui.LayoutView:
    """List watches by the titles of their topics, with why those are paused that are."""
    if not watches:
        nothing = say("There are no watches here.")
        return framed(GREY, f"**{nothing}** {say('Add a watch with /watch add.')}")
    return listed(f"### {escape(heading)}", list(map(_watch_line, watches, titles)))


def _title(interaction: Interaction, watch: Watch) -> str:
    return topic_title(view_for(interaction).topics.resolve(watch.query))


def _watch_line(watch: Watch, title: str) -> str:
    title = f"**{one_line(title, MAX_TITLE)}**"
    if watch.channel_id is None:
        line = say("{title}, privately", title=title)
    else:
        line = say("{title} in {channel}", title=title, channel=f"<#{watch.channel_id}>")
    line += f" · {say('at most {number:,} an hour', number=watch.per_hour)}"
    if watch.pause_reason is None:
        return line
    reason = one_line(unpack_message(watch.pause_reason), _MAX_REASON)
    return f"{line}\n-# {say('paused: {reason}', reason=reason)}"


def _posting_channel(
    interaction: Interaction, chosen: discord.TextChannel | None, private: bool
) -> int | None:
    """Return the channel that a watch is to post in; None for direct messages.

    Raises WatchError, and VerbatimError for a channel that the bot may not post in.
    """
    if private or joined_guild(interaction) is None:
        if chosen:
            raise WatchError("Choose a channel or private. A watch cannot post to both.")
        return None
    if not manages(interaction):
        raise WatchError(
            "You need the Manage Server permission to post in a channel. Set private to True to "
            "be told in a direct message instead."
        )
    channel = chosen or interaction.channel
    if not isinstance(channel, discord.TextChannel):
        raise WatchError("I cannot post here; choose a text channel.")
    if error := posting_error(channel):
        raise error
    return channel.id


def _in_words(interaction: Interaction, watch: Watch) -> str:
    """Return one line for a list to choose from."""
    title = _title(interaction, watch)
    channel = interaction.guild and interaction.guild.get_channel(watch.channel_id or 0)
    if watch.channel_id is None:
        line = say("{title}, privately", title=title)
    elif channel:
        line = say("{title} in {channel}", title=title, channel=f"#{channel.name}")
    else:
        line = say("{title} in a deleted channel", title=title)
    return say("{watched} (paused)", watched=line) if watch.pause_reason else line


FEATURE = Feature(WatchCommands(), position=110, help_place=("post", 20))
