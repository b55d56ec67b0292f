"""How a schedule's posts look, in words, and whether the role and the tag chosen can be used."""

from collections.abc import Iterator
from typing import Any

import discord

from bot.chat.components.markdown import one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.permissions import manages
from bot.chat.interaction.suggestions import Choices, suggestions
from bot.chat.interaction.threads import Parent, giveable_tags, tags_for_post
from bot.errors import ScheduleError
from bot.language import join_list, say, say_count
from bot.model import PostForm, Schedule


def describe_form(form: PostForm) -> str:
    """Say a form in a few words."""
    match form:
        case "channel":
            return say("Messages")
        case "thread":
            return say("One thread a day")
        case "post":
            return say("A thread each")


def describe_look(schedule: Schedule, guild: discord.Guild | None) -> Iterator[str]:
    """Yield in words what is not as usual in a schedule's posts; `guild` is its server."""
    if schedule.max_quotes is not None:
        yield say_count(
            schedule.max_quotes, "at most {number:,} quote", "at most {number:,} quotes"
        )
    if schedule.titled and schedule.title:
        yield say("title line “{title}”", title=one_line(schedule.title, MAX_TITLE))
    elif schedule.titled:
        yield say("title line with the date")
    if schedule.form is not None:
        yield describe_form(schedule.form)
    if schedule.role_id is not None:
        if guild is not None and guild.get_role(schedule.role_id) is None:
            yield say("the role it mentioned no longer exists")
        else:
            yield say("mentions {role}", role=f"<@&{schedule.role_id}>")
    channel = guild and guild.get_channel(schedule.channel_id)
    if not isinstance(channel, discord.ForumChannel):
        return
    given = tags_for_post(channel, schedule.tag_id)
    if schedule.tag_id not in (None, *(tag.id for tag in given)):
        yield say("the chosen tag no longer exists")
    if given:
        yield say("tag {tag}", tag=one_line(given[0].name, MAX_TITLE))


def check_role(interaction: Interaction, role_id: int, channel: Parent | None) -> None:
    """Raise ScheduleError unless the person may have the role mentioned, and the bot can, in that
    channel."""
    if not manages(interaction):
        raise ScheduleError(
            "Only people with the Manage Server permission can have a role mentioned; leave it out."
        )
    assert interaction.guild is not None
    role = interaction.guild.get_role(role_id)
    if role is None:
        raise ScheduleError("That role no longer exists; choose another.")
    if role.is_default():
        raise ScheduleError("A summary never mentions @everyone; choose a role, or none.")
    where = channel or interaction.channel
    permissions = interaction.app_permissions
    if isinstance(where, discord.abc.GuildChannel):
        permissions = where.permissions_for(interaction.guild.me)
    if not role.mentionable and not permissions.mention_everyone:
        raise ScheduleError(
            "I cannot mention @{role}; let anyone mention it in the server's roles, or grant me "
            "Mention @everyone, @here, and All Roles.",
            role=role.name,
        )


def find_tag(channel: Parent, typed: str) -> int:
    """Return the id of the forum's tag of that name or id. Raises ScheduleError where there is
    none that the bot may give."""
    if not isinstance(channel, discord.ForumChannel):
        raise ScheduleError(
            "#{channel} is not a forum, so its posts have no tags; leave the tag out.",
            channel=channel.name,
        )
    tags = giveable_tags(channel)
    for tag in tags:
        if typed.strip().casefold() in (str(tag.id), tag.name.casefold()):
            return tag.id
    if not tags:
        raise ScheduleError(
            "#{channel} has no tag that I can use; leave the tag out.", channel=channel.name
        )
    raise ScheduleError(
        "#{channel} has no such tag. I can use these: {tags}.",
        channel=channel.name,
        tags=join_list([tag.name for tag in tags]),
    )


async def complete_tag(interaction: Interaction, typed: str) -> Choices:
    """Suggest the tags of the forum that was chosen in the option `channel`."""
    chosen: Any = getattr(interaction.namespace, "channel", None)
    channel_id = getattr(chosen, "id", chosen)
    guild = interaction.guild
    forum = guild and isinstance(channel_id, int | str) and guild.get_channel(int(channel_id))
    if not isinstance(forum, discord.ForumChannel):
        return []
    names = (tag.name for tag in giveable_tags(forum))
    text = typed.strip().casefold()
    return suggestions(((name, name) for name in names if text in name.casefold()), typed)
