"""The forms of the set-up: feeds to follow, and when and where to post a summary."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Self, TypeAlias

import discord
from discord import ui

from bot.briefing.topics import EVERYTHING
from bot.chat.components.titles import topic_title
from bot.chat.interaction.buttons import MAX_LABEL
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.forms import Form
from bot.chat.interaction.permissions import managed_guild
from bot.chat.library.feed_lists import follow_feeds, import_feeds
from bot.chat.posts.schedule import FEATURE as SCHEDULE
from bot.chat.posts.schedule import ScheduleCommands
from bot.errors import LibraryError, ScheduleError
from bot.language import say
from bot.model import Topic

# What is done when a step is: the steps are shown again.
NextStep: TypeAlias = Callable[[Interaction], Awaitable[None]]

_MAX_ADDRESSES = 4000
_MAX_PHRASE = 100
_MAX_CHOICES: Final = 25
_CHANNEL_TYPES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
]


class FeedsForm(Form):
    """A form that asks for addresses of feeds or sites, or an OPML file."""

    kind = "feeds"

    def __init__(self, next_step: NextStep) -> None:
        super().__init__(say("Follow feeds"))
        self._next_step = next_step
        self._addresses = ui.TextInput[Self](
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=_MAX_ADDRESSES,
            placeholder="https://example.com/feed",
        )
        self._file = ui.FileUpload[Self](required=False, min_values=0, max_values=1)
        self.add_fields(
            (
                say("Addresses"),
                say("Of feeds, or of sites that have one; one per line"),
                self._addresses,
            ),
            (
                say("Or an OPML file"),
                say("Exported from a feed reader"),
                self._file,
            ),
        )

    async def submit(self, interaction: Interaction) -> None:
        """Follow the feeds, or report what is wrong."""
        managed_guild(interaction)
        addresses = re.split(r"[\s,]+", self._addresses.value.strip())
        files = self._file.values
        if not files and not any(addresses):
            raise LibraryError(
                "Enter the address of a feed, or attach an OPML file from a feed reader."
            )
        await interaction.response.defer(ephemeral=True, thinking=True)
        if files:
            await import_feeds(interaction, files[0])
        else:
            await follow_feeds(interaction, addresses)
        await self._next_step(interaction)


class NewScheduleForm(Form):
    """A form that asks what to post, where and when."""

    kind = "schedule"

    def __init__(
        self,
        topics: Sequence[Topic],
        channel: discord.TextChannel | discord.ForumChannel | None,
        zone: str,
        next_step: NextStep,
    ) -> None:
        super().__init__(say("Schedule a summary"))
        self._next_step = next_step
        self._topic = ui.Select[Self](options=_topic_options(topics))
        self._channel = ui.ChannelSelect[Self](
            channel_types=_CHANNEL_TYPES, required=True, default_values=[channel] if channel else []
        )
        self._time, self._days, self._zone = (
            ui.TextInput[Self](default=default, max_length=_MAX_PHRASE)
            for default in ("9am", say("every day"), zone)
        )
        self.add_fields(
            (say("What"), say("Everything new, or what is new on one topic"), self._topic),
            (say("Where"), None, self._channel),
            (say("At what time"), say("Such as 9am, 18:30 or noon"), self._time),
            (say("On which days"), say("Such as every day, weekdays, or mon and thu"), self._days),
            (say("Time zone"), say("A city or time zone, such as London"), self._zone),
        )

    async def submit(self, interaction: Interaction) -> None:
        """Add the schedule, or report what is wrong."""
        managed_guild(interaction)
        [topic], [chosen] = self._topic.values, self._channel.values
        channel = chosen.resolve()
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            raise ScheduleError(
                "That channel cannot be used; choose a text channel that I can see."
            )
        add: Any = ScheduleCommands.add  # the command: here it refuses and shows the same
        await add.callback(
            SCHEDULE.command,
            interaction,
            channel,
            topic,
            self._time.value,
            self._days.value,
            self._zone.value,
        )
        await self._next_step(interaction)


def _topic_options(topics: Sequence[Topic]) -> list[discord.SelectOption]:
    """Return the choices: the topics, of which the last is chosen, and everything."""
    choices = [*topics[-(_MAX_CHOICES - 1) :], EVERYTHING]
    return [
        discord.SelectOption(
            label=topic_title(topic)[:MAX_LABEL],
            value=topic.slug,
            default=number == max(len(choices) - 2, 0),
        )
        for number, topic in enumerate(choices)
    ]
