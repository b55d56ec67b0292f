"""/schedule: summaries that a channel receives at set times; for those whom the server lets."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final, Literal

import discord
from discord import app_commands

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.chat.answers.topics import complete_topic
from bot.chat.interaction.context import Interaction, preferences_of, suggest
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import ServerGroup
from bot.chat.interaction.permissions import (
    may_schedule,
    posting_error,
    refuse_silenced,
    scheduling_guild,
)
from bot.chat.interaction.suggestions import MAX_SUGGESTIONS, Choices, suggestions
from bot.chat.interaction.threads import Parent
from bot.chat.posts.looks import check_role, complete_tag, find_tag
from bot.chat.posts.schedule_choices import (
    complete_schedule,
    find_schedule,
    find_writable_schedule,
)
from bot.chat.posts.schedule_forecast import make_forecast
from bot.chat.posts.schedule_form import MAX_PHRASE, MAX_TITLE_LINE, read_timetable, split_topic
from bot.chat.posts.schedule_panel import MAX_QUOTES, schedule_buttons, show_panel
from bot.chat.posts.schedule_replies import post_now, show_forecast, show_schedules
from bot.language import say
from bot.model import PostForm, join_query
from bot.schedule.times.zones import suggest_zones

_FORMS: Final[Mapping[str, PostForm]] = {
    "messages": "channel",
    "a thread a day": "thread",
    "a thread each": "post",
}


async def complete_zone(interaction: Interaction, typed: str) -> Choices:
    """Suggest time zones by name, city and abbreviation."""
    # The first search builds the list of zones, which takes 0.1 s.
    zones = await suggest(interaction, partial(suggest_zones, typed, MAX_SUGGESTIONS))
    return suggestions(((zone.label, zone.value) for zone in zones), typed)


class OpenChannel(app_commands.Transformer):
    """A channel for messages, or a forum; in a media channel each post would need a picture."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The kind of option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds of channel that Discord offers."""
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(
        self, interaction: discord.Interaction[Any], value: app_commands.AppCommandChannel
    ) -> Parent:
        """Return the channel. Raises TransformerError for one that the bot does not see."""
        channel = value.resolve()
        if isinstance(channel, discord.TextChannel | discord.ForumChannel):
            return channel
        raise app_commands.TransformerError(value, self.type, self)


class ScheduleCommands(ServerGroup):
    """The commands of /schedule; each answers the person alone."""

    def __init__(self) -> None:
        super().__init__("schedule", "Post a summary to a channel at set times.")

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether the person may use the group. Raises what `scheduling_guild` raises."""
        scheduling_guild(interaction)
        return True

    @app_commands.command(description="Add a summary that is posted at set times.")
    @app_commands.describe(
        channel="Where to post",
        topic="Everything, a topic, or any words: samsung but not galaxy",
        time="Such as: 9am, 18:30, noon, weekdays at 8, every 6 hours",
        days="Such as: every day, weekdays, mon and thu (default: every day)",
        zone="The time zone: a city or zone, such as London or Asia/Tokyo",
        when_empty="What to do when there is nothing new (default: stay silent)",
        quotes="The most quotes in a post (default: as many as fit)",
        title="A title line before the date, such as: Morning briefing",
        mention="The role that each post mentions; managers only (default: none)",
        tag="In a forum, the tag of each post",
        form="How each summary is posted (default: as chosen in /settings)",
    )
    @app_commands.autocomplete(topic=complete_topic, zone=complete_zone, tag=complete_tag)
    async def add(
        self,
        interaction: Interaction,
        channel: app_commands.Transform[Parent, OpenChannel],
        topic: app_commands.Range[str, 1, 2 * MAX_TOPIC_LENGTH],
        time: app_commands.Range[str, 1, MAX_PHRASE],
        days: app_commands.Range[str, 1, MAX_PHRASE] = "",
        zone: app_commands.Range[str, 1, MAX_PHRASE] | None = None,
        when_empty: Literal["stay silent", "say so"] = "stay silent",
        quotes: app_commands.Range[int, 1, MAX_QUOTES] | None = None,
        title: app_commands.Range[str, 1, MAX_TITLE_LINE] | None = None,
        mention: discord.Role | None = None,
        tag: app_commands.Range[str, 1, MAX_PHRASE] | None = None,
        form: Literal["messages", "a thread a day", "a thread each"] | None = None,
    ) -> None:
        """Add a schedule, unless there is one for the same."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        client = interaction.client
        refuse_silenced(interaction, channel)
        post_form = _FORMS[form] if form else None
        if error := posting_error(channel, post_form or preferences_of(interaction).form):
            raise error
        look: dict[str, Any] = {
            "max_quotes": quotes,
            "titled": title is not None,
            "title": title,
            "tag_id": find_tag(channel, tag) if tag else None,
            "form": post_form,
        }
        if mention:
            check_role(interaction, mention.id, channel)
            look["role_id"] = mention.id
        timetable = read_timetable(interaction, time, days, zone or "")
        slug, exclude = split_topic(interaction, topic)
        schedules, guild_id = client.store.schedules, channel.guild.id
        identical = await schedules.find_identical(guild_id, channel.id, slug, exclude, timetable)
        max_quotes = identical.max_quotes if identical else quotes
        # This also refuses now what would be refused at every slot.
        query = join_query(slug, exclude)
        forecast = await make_forecast(interaction, channel.id, query, max_quotes)
        schedule = identical or await schedules.add(
            guild_id=guild_id,
            channel_id=channel.id,
            topic=slug,
            exclude=exclude,
            timetable=timetable,
            announce_empty=when_empty == "say so",
            created_by=interaction.user.id,
            now=client.now(),
            **look,
        )
        heading = say("This summary is already scheduled") if identical else say("Scheduled")
        buttons = schedule_buttons(interaction, schedule, is_new=identical is None)
        await show_forecast(interaction, heading, schedule, forecast, buttons)

    @app_commands.command(description="Change a scheduled summary: its topic, times and form.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def edit(self, interaction: Interaction, schedule: str) -> None:
        """Show the panel on which a schedule is changed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await find_writable_schedule(interaction, schedule)
        await show_panel(interaction, chosen, edit=False)

    @app_commands.command(name="list", description="List this server's scheduled summaries.")
    async def list_all(self, interaction: Interaction) -> None:
        """List the schedules of the server."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = scheduling_guild(interaction)
        schedules = await interaction.client.store.schedules.list(guild_id)
        await show_schedules(interaction, say("Scheduled summaries"), *schedules)

    @app_commands.command(description="Remove a scheduled summary for good.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def remove(self, interaction: Interaction, schedule: str) -> None:
        """Remove a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await find_schedule(interaction, schedule)
        removed = await interaction.client.store.schedules.remove(chosen.guild_id, chosen.id)
        await show_schedules(interaction, say("Removed"), removed, is_removed=True)

    @app_commands.command(description="Pause a scheduled summary until you resume it.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def pause(self, interaction: Interaction, schedule: str) -> None:
        """Pause a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await find_schedule(interaction, schedule)
        paused = await interaction.client.delivery.pause(chosen.guild_id, chosen.id)
        await show_schedules(interaction, say("Paused"), paused)

    @app_commands.command(description="Resume a paused summary.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def resume(self, interaction: Interaction, schedule: str) -> None:
        """Resume a schedule."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = await find_writable_schedule(interaction, schedule)
        resumed = await interaction.client.delivery.resume(chosen.guild_id, chosen.id)
        await show_schedules(interaction, say("Resumed"), resumed)

    @app_commands.command(description="Post what is new now, without waiting for the set time.")
    @app_commands.describe(schedule="Which one")
    @app_commands.autocomplete(schedule=complete_schedule)
    async def now(self, interaction: Interaction, schedule: str) -> None:
        """Post what is new for a schedule at once."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await post_now(interaction, await find_writable_schedule(interaction, schedule))


FEATURE = Feature(ScheduleCommands(), position=90, help_place=("post", 10), may_use=may_schedule)
