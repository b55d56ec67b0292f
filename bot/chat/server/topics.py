"""/topics: the topics that can be asked for by name, and those that a server names itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import discord
from discord import app_commands, ui

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.briefing.topics import EVERYTHING
from bot.chat.answers.quotations import quotes_page
from bot.chat.answers.topics import suggested_titles, topics_page
from bot.chat.components.layout import BLUE, GREY, framed
from bot.chat.components.markdown import one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.interaction.buttons import MAX_LABEL, PersistentButton, with_buttons
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.forms import Form
from bot.chat.interaction.permissions import managed_guild, manages
from bot.chat.interaction.replies import (
    edit_layout,
    note_nothing_held,
    reply_with_quotes,
    send_layout,
)
from bot.chat.interaction.suggestions import Choices, is_id, matching_suggestions
from bot.errors import TopicError
from bot.language import command_name, say, say_count
from bot.library import View
from bot.model import Quote, ServerTopic, Topic
from bot.text.exclusions import list_phrases, split_exclusions

_MAX_NAMES, _MAX_WORDS = 300, 1000  # characters
_MAX_PHRASES = 50  # of a topic, its names and words together
_MAX_BUTTONS = 4

Save: TypeAlias = Callable[[Interaction, Topic], Any]


@dataclass(frozen=True, slots=True)
class TopicTrial:
    """What the articles hold on a topic that was just named: how many speak of it, at least that
    many if `is_shortened`, and the first point of its digest."""

    named: ServerTopic
    article_count: int
    is_shortened: bool
    points: Sequence[Quote]


class TopicForm(Form):
    """A form for a topic: its title, other names, words, and words that exclude an article."""

    kind = "topic"

    def __init__(self, named: ServerTopic | None = None, *, title: str = "") -> None:
        """For a new topic, perhaps of that `title`, or for one that the server has `named`."""
        heading = say("Change a topic") if named else say("Add a topic")
        super().__init__(heading)
        self._named = named
        topic = named.topic if named else Topic("", title)
        short, long = discord.TextStyle.short, discord.TextStyle.paragraph
        self._title, self._names, self._words, self._excluded = (
            ui.TextInput[Self](
                style=style, default=default, required=is_required, max_length=longest
            )
            for default, style, is_required, longest in (
                (topic.title, short, True, MAX_TOPIC_LENGTH),
                (", ".join(topic.aliases), short, False, _MAX_NAMES),
                (", ".join(topic.words), long, False, _MAX_WORDS),
                (", ".join(topic.excluded), short, False, _MAX_NAMES),
            )
        )
        self.add_fields(
            (say("Title"), say("Such as Saturn, or Samsung but not Galaxy"), self._title),
            (say("Other names"), say("Other names for it, separated by commas"), self._names),
            (
                say("More words"),
                say("An article with any of these is on the topic"),
                self._words,
            ),
            (
                say("Words to exclude"),
                say("An article with any of these is not on the topic"),
                self._excluded,
            ),
        )

    async def submit(self, interaction: Interaction) -> None:
        """Keep the topic and try it, or report what is wrong with it."""
        guild_id, client = managed_guild(interaction), interaction.client
        topic = read_topic(
            self._title.value, self._names.value, self._words.value, self._excluded.value
        )
        _refuse_unsearchable(topic, view_for(interaction))
        await interaction.response.defer(ephemeral=True, thinking=True)
        topics, now = client.store.topics, client.now()
        if self._named is None:
            named = await topics.add(guild_id, topic, by=interaction.user.id, now=now)
            await show_trial(interaction, named, say("Topic added"))
        else:
            old = self._named
            named = await topics.edit(guild_id, old.id, topic, version=old.version, now=now)
            await show_trial(interaction, named, say("Topic changed"))


class NameTopicButton(PersistentButton, kind="name", values=".{0,90}"):
    """Opens the form for a new topic, of the title in its id if that is not empty."""

    async def press(self, interaction: Interaction) -> None:
        """Show the form."""
        managed_guild(interaction)
        await interaction.response.send_modal(TopicForm(title=self.value))


class TopicUndoButton(PersistentButton, kind="unname", values=r"\d{1,18}:\d{1,9}"):
    """Undoes the change that brought a topic to its version; both are in its id."""

    async def press(self, interaction: Interaction) -> None:
        """Undo it, and say so in place of the message."""
        guild_id, client = managed_guild(interaction), interaction.client
        topic_id, version = map(int, self.value.split(":"))
        await interaction.response.defer()
        before = await client.store.topics.undo(
            guild_id, topic_id, version=version, now=client.now()
        )
        await client.library_writer.sync()
        if before is None:
            text = say("The topic no longer exists.")
        else:
            text = say("“{title}” is back to how it was.", title=_title(before.topic))
        await edit_layout(interaction, framed(GREY, f"### {say('Undone')}\n{text}"))


async def complete_own_topic(interaction: Interaction, typed: str) -> Choices:
    """Suggest the topics that the server has named."""

    async def choices() -> Sequence[tuple[str, str]]:
        named = await interaction.client.store.topics.list(managed_guild(interaction))
        return [(each.topic.title, str(each.id)) for each in named]

    return await matching_suggestions(choices(), typed) if manages(interaction) else []


class TopicCommands(app_commands.Group):
    """The commands of /topics; each answers the person alone.

    All may list them, wherever /digest can be used; those who manage the server name them there.
    """

    def __init__(self) -> None:
        super().__init__(
            name="topics",
            description="The topics that /digest, /schedule and /watch know by name.",
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )

    @app_commands.command(name="list", description="List the topics of this server.")
    async def list_all(self, interaction: Interaction) -> None:
        """Reply with every topic."""
        await show_topics(interaction)

    @app_commands.command(description="Add a topic to this server (managers only).")
    async def add(self, interaction: Interaction) -> None:
        """Show the form for a new topic."""
        managed_guild(interaction)
        await interaction.response.send_modal(TopicForm())

    @app_commands.command(description="Change a topic that this server added.")
    @app_commands.describe(topic="Which one")
    @app_commands.autocomplete(topic=complete_own_topic)
    async def edit(self, interaction: Interaction, topic: str) -> None:
        """Show the form with the topic as it is."""
        await interaction.response.send_modal(TopicForm(await _find_own(interaction, topic)))

    @app_commands.command(description="Remove a topic that this server added.")
    @app_commands.describe(topic="Which one")
    @app_commands.autocomplete(topic=complete_own_topic)
    async def remove(self, interaction: Interaction, topic: str) -> None:
        """Remove a topic."""
        named, client = await _find_own(interaction, topic), interaction.client
        await interaction.response.defer(ephemeral=True, thinking=True)
        removed = await client.store.topics.remove(named.guild_id, named.id, now=client.now())
        await client.library_writer.sync()
        page = framed(GREY, f"### {say('Topic removed')}\n**{_title(removed.topic)}**")
        await send_layout(interaction, with_buttons(page, [_undo_button(removed)]))


async def show_topics(interaction: Interaction) -> None:
    """Reply with every topic, and for those who manage the server with buttons to name one."""
    view = view_for(interaction)
    titles = suggested_titles(view)
    page = topics_page(view.topics.all(), view.topics.own, titles)
    if manages(interaction):
        buttons = [NameTopicButton("", say("Add a topic"), discord.ButtonStyle.primary)]
        short = [title for title in titles if len(title) < MAX_LABEL][:_MAX_BUTTONS]
        with_buttons(page, [*buttons, *(NameTopicButton(title, title) for title in short)])
    await send_layout(interaction, page)
    await note_nothing_held(interaction)


async def show_trial(interaction: Interaction, named: ServerTopic, heading: str) -> None:
    """Reply with what the articles hold on a topic that was just named, and a button to undo."""
    await interaction.client.library_writer.sync()
    view = view_for(interaction)
    if view.is_empty:
        await send_layout(interaction, unspoken_page(named, heading))
        await note_nothing_held(interaction)
        return
    await reply_with_quotes(
        interaction,
        compute=lambda: _try(named, view),
        render=lambda checked: trial_page(checked, heading),
        private=True,
    )


def trial_page(checked: Checked[TopicTrial], heading: str) -> ui.LayoutView:
    """Return the topic with how many articles speak of it and the first point on it."""
    trial = checked.result
    if not trial.article_count:
        return unspoken_page(trial.named, heading)
    count = say_count(
        trial.article_count,
        "{number:,} article mentions it.",
        "{number:,} articles mention it.",
    )
    if trial.is_shortened:
        count = say("At least {number:,} articles mention it.", number=trial.article_count)
    text = "\n".join([*_topic_lines(trial.named, heading), count])
    page = quotes_page(BLUE, text, checked.part(lambda trial: trial.points))
    return with_buttons(page, [_undo_button(trial.named)])


def unspoken_page(named: ServerTopic, heading: str) -> ui.LayoutView:
    """Return the topic, of which no article speaks."""
    none = say("No article mentions it yet. New ones that do will be counted.")
    text = "\n".join([*_topic_lines(named, heading), none])
    return with_buttons(framed(GREY, text), [_undo_button(named)])


def _topic_lines(named: ServerTopic, heading: str) -> Iterator[str]:
    yield f"### {heading}"
    yield f"**{_title(named.topic)}**"
    if excluded := ", ".join(named.topic.excluded):
        yield say("without {words}", words=one_line(excluded, _MAX_NAMES))


def read_topic(title: str, names: str, words: str, excluded: str) -> Topic:
    """Return the topic in a form's fields. What the title excludes ("Samsung but not Galaxy") is
    excluded. Raises TopicError with one sentence where the title is none."""
    wanted = split_exclusions(title)
    named = wanted.words.strip()
    slug = "-".join(re.findall(r"\w+", named.casefold()))[:MAX_TOPIC_LENGTH].strip("-_")
    if not slug:
        raise TopicError("Give the topic a title with letters or numbers.")
    aliases, phrases = list_phrases(names), list_phrases(words)
    left_out = tuple(dict.fromkeys((*wanted.excluded, *list_phrases(excluded))))
    if len(aliases) + len(phrases) + len(left_out) > _MAX_PHRASES:
        raise TopicError(
            "A topic can have at most {most} names and words; leave some out.", most=_MAX_PHRASES
        )
    return Topic(slug, named, aliases, phrases, left_out)


def _refuse_unsearchable(topic: Topic, view: View) -> None:
    """Raise TopicError for a topic that is everything, or nothing that can be searched for."""
    for name in (topic.slug, topic.title, *topic.aliases):
        if view.topics.find(name) is EVERYTHING:
            raise TopicError(
                "“{name}” means everything new; give the topic another name.", name=name
            )
    if not view.holds_words(topic):
        raise TopicError(
            "“{title}” has no word to search for; name a person, a place or a subject.",
            title=topic.title,
        )


def _try(named: ServerTopic, view: View) -> TopicTrial:
    timeline = view.timeline(named.topic.slug)
    article_count = len(timeline.dated_quotes) + len(timeline.undated_quotes)
    digest = view.digest(named.topic.slug)
    return TopicTrial(named, article_count, timeline.is_shortened, digest.points[:1])


async def _find_own(interaction: Interaction, chosen: str) -> ServerTopic:
    """Return the topic of the server that was chosen from the list, or typed by a name of it."""
    guild_id, topics = managed_guild(interaction), interaction.client.store.topics
    if is_id(chosen):
        return await topics.get(guild_id, int(chosen))
    typed = chosen.casefold().strip()
    for named in await topics.list(guild_id):
        names = (named.topic.slug, named.topic.title, *named.topic.aliases)
        if typed in {name.casefold() for name in names}:
            return named
    raise TopicError(
        "This server has not added a topic “{typed}”; /{command} shows its topics.",
        typed=chosen.strip(),
        command=command_name("topics list"),
    )


def _undo_button(named: ServerTopic) -> TopicUndoButton:
    return TopicUndoButton(f"{named.id}:{named.version}", say("Undo"))


def _title(topic: Topic) -> str:
    return one_line(topic.title, MAX_TITLE)


FEATURE = Feature(
    TopicCommands(), (NameTopicButton, TopicUndoButton), position=70, help_place=("list", 10)
)
