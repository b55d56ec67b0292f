"""The steps by which managers set a server up, as one message whose buttons do them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.chat.answers.sources import own_first, sources_page
from bot.chat.answers.topics import suggested_titles
from bot.chat.components.layout import BLUE, framed
from bot.chat.components.markdown import one_line
from bot.chat.components.titles import topic_title
from bot.chat.guide.setup_forms import FeedsForm, NewScheduleForm
from bot.chat.interaction.buttons import (
    BUTTONS_A_ROW,
    MAX_LABEL,
    PersistentButton,
    with_buttons,
)
from bot.chat.interaction.context import Interaction, apply_preferences, suggest, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout, send_layout
from bot.chat.posts.schedule_replies import post_now
from bot.chat.server.topics import NameTopicButton, read_topic, show_trial
from bot.errors import ScheduleError
from bot.language import say, say_count
from bot.library import View
from bot.model import SHARED, Schedule, SharedArticles, Topic
from bot.schedule.times.phrases import describe_timetable
from bot.schedule.times.zones import zone_name

_MAX_NAMED = 3
_MAX_READ = 200  # articles, of some milliseconds each; the background reads the others
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class SetupState:
    """What a server has set up; `shared_count` counts the shared articles, seen or hidden.
    `titles` are those of its own articles, the newest first; `suggested` are topics that it could
    name, of what these articles are most about."""

    shared_count: int
    is_hidden: bool
    feed_count: int
    article_count: int
    titles: Sequence[str]
    topics: Sequence[Topic]
    suggested: Sequence[str]
    schedules: Sequence[Schedule]


class SetupButton(
    PersistentButton,
    kind="setup",
    values="(?:steps|shown|hidden|feeds|came|schedule|post)",
):
    """Does a step of the set-up, or shows them all."""

    async def press(self, interaction: Interaction) -> None:
        """Do the step."""
        managed_guild(interaction)
        match self.value:
            case "steps":
                await interaction.response.defer(ephemeral=True, thinking=True)
                await show_steps(interaction)
            case "shown" | "hidden" as shared:
                await _choose_shared(interaction, shared)
            case "feeds":
                await interaction.response.send_modal(FeedsForm(show_steps))
            case "came":
                await send_layout(interaction, sources_page(own_first(view_for(interaction)), 0))
            case "schedule":
                await _ask_for_schedule(interaction)
            case "post":
                await _post_now(interaction)


class TakeTopicButton(PersistentButton, kind="take", values=r".{1,80}"):
    """Names the topic in its id, which the articles suggest, as the server's own."""

    async def press(self, interaction: Interaction) -> None:
        """Name it, say what the articles hold on it, and show the steps again."""
        guild_id, client = managed_guild(interaction), interaction.client
        await interaction.response.defer(ephemeral=True, thinking=True)
        topic = read_topic(self.value, "", "", "")
        named = await client.store.topics.add(
            guild_id, topic, by=interaction.user.id, now=client.now()
        )
        await show_trial(interaction, named, say("Topic added"))
        await show_steps(interaction)


async def show_steps(interaction: Interaction) -> None:
    """Reply with the steps, after whatever the interaction was answered with."""
    await send_layout(interaction, steps_page(await _read_state(interaction)))


def steps_page(state: SetupState) -> ui.LayoutView:
    """Show the steps, each with its button and what is done of it."""
    heading = say(
        "### Set up Verbatim\n"
        "-# Each step has a button. Skip any you like, and come back at any time with /help. "
        "Only you can see this."
    )
    parts = [
        *([_shared_step(state)] if state.shared_count else []),
        _feeds_step(state),
        *([_articles_step(state)] if state.titles else []),
        _topics_step(state),
        _schedule_step(state),
        *([_post_step()] if state.schedules else []),
    ]
    page = framed(BLUE, heading, [[part] for part in parts])
    buttons = [TakeTopicButton(title, f"+ {title}") for title in state.suggested]
    return with_buttons(page, buttons)


def _step(is_done: bool, title: str, text: str, button: PersistentButton) -> ui.Section[Any]:
    mark = "✅ " if is_done else ""
    return ui.Section(f"{mark}**{title}**\n{text}", accessory=button)


def _shared_step(state: SetupState) -> ui.Section[Any]:
    if state.is_hidden:
        text = say("This server sees only its own articles. The shared articles are hidden.")
        button = SetupButton("shown", say("Show the shared articles"))
    else:
        text = say_count(
            state.shared_count,
            "{number:,} article shared by all servers is shown here along with your own.",
            "{number:,} articles shared by all servers are shown here along with your own.",
        )
        button = SetupButton("hidden", say("Hide the shared articles"))
    return _step(state.is_hidden, say("Which articles"), text, button)


def _feeds_step(state: SetupState) -> ui.Section[Any]:
    if state.feed_count:
        text = " · ".join(
            (
                say_count(state.feed_count, "{number:,} feed", "{number:,} feeds"),
                say_count(state.article_count, "{number:,} article", "{number:,} articles"),
            )
        )
    else:
        text = say("Feed or site addresses, or an OPML file from a feed reader.")
    style = ButtonStyle.secondary if state.feed_count else ButtonStyle.primary
    button = SetupButton("feeds", say("Add feeds"), style)
    return _step(bool(state.feed_count), say("Feeds"), text, button)


def _articles_step(state: SetupState) -> ui.Section[Any]:
    text = "\n".join(f"-# {name}" for name in _first_names(state.titles))
    return _step(True, say("What was added"), text, SetupButton("came", say("Look at them")))


def _topics_step(state: SetupState) -> ui.Section[Any]:
    if state.topics:
        text = ", ".join(_first_names([*map(topic_title, state.topics)]))
    elif state.suggested:
        text = say(
            "The buttons below suggest what the articles mention most. You can also choose your "
            "own words."
        )
    else:
        text = say(
            "No topics yet. With a topic you can get digests, schedule summaries and add watches."
        )
    button = NameTopicButton("", say("Add a topic"))
    return _step(bool(state.topics), say("Topics"), text, button)


def _schedule_step(state: SetupState) -> ui.Section[Any]:
    if state.schedules:
        schedule = state.schedules[-1]
        text = say(
            "{channel}, {when}",
            channel=f"<#{schedule.channel_id}>",
            when=describe_timetable(schedule.timetable),
        )
    else:
        text = say("New articles in summary, posted to a channel at set times.")
    button = SetupButton("schedule", say("Schedule a summary"))
    return _step(bool(state.schedules), say("Schedule"), text, button)


def _post_step() -> ui.Section[Any]:
    text = say("Post the first summary now, without waiting for the set time.")
    return _step(False, say("The first post"), text, SetupButton("post", say("Post it now")))


def _first_names(names: Sequence[str]) -> list[str]:
    shown = [one_line(name, _MAX_NAME) for name in names[:_MAX_NAMED]]
    return [*shown, "…"] if len(names) > _MAX_NAMED else shown


async def _read_state(interaction: Interaction) -> SetupState:
    guild_id, client = managed_guild(interaction), interaction.client
    view = client.library.view(guild_id)
    own_articles = client.library.own_articles(guild_id)
    return SetupState(
        shared_count=len(client.library.view(SHARED).articles),
        is_hidden=client.library.hides_shared(guild_id),
        feed_count=len(await client.store.feeds.list(guild_id)),
        article_count=len(own_articles),
        titles=[article.title for article in reversed(own_articles)],
        topics=view.topics.own,
        suggested=await suggest(interaction, partial(_suggest, view)) if own_articles else (),
        schedules=await client.store.schedules.list(guild_id),
    )


def _suggest(view: View) -> Sequence[str]:
    """Return what the articles are most about, after reading those that nothing has read yet."""
    for _ in range(_MAX_READ):
        if not view.subjects.read_next():
            break
    titles = suggested_titles(view, BUTTONS_A_ROW)
    return [title for title in titles if len(title) + len("+ ") <= MAX_LABEL]


async def _choose_shared(interaction: Interaction, shared: SharedArticles) -> None:
    guild_id, client = managed_guild(interaction), interaction.client
    await interaction.response.defer()
    preferences = await client.store.preferences.get(guild_id)
    await client.store.preferences.put(guild_id, replace(preferences, shared=shared))
    await client.library_writer.sync()
    await apply_preferences(interaction)
    await edit_layout(interaction, steps_page(await _read_state(interaction)))


async def _ask_for_schedule(interaction: Interaction) -> None:
    guild_id, client = managed_guild(interaction), interaction.client
    preferences = await client.store.preferences.get(guild_id)
    channel = interaction.channel
    here = channel if isinstance(channel, discord.TextChannel | discord.ForumChannel) else None
    zone = zone_name(preferences.zone or client.zone)
    topics = client.library.view(guild_id).topics.all()
    await interaction.response.send_modal(NewScheduleForm(topics, here, zone, show_steps))


async def _post_now(interaction: Interaction) -> None:
    schedules = await interaction.client.store.schedules.list(managed_guild(interaction))
    if not schedules:
        raise ScheduleError("No summary is scheduled here any more; schedule one first.")
    await interaction.response.defer(ephemeral=True, thinking=True)
    await post_now(interaction, schedules[-1])


FEATURE = Feature(buttons=(SetupButton, TakeTopicButton))
