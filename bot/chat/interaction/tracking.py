"""Follows each command, button and menu from its coming to its end, for the journal."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from bot.chat.interaction.context import Interaction, heed_preferences
from bot.ops.journal import ReplyRecord

_KEY = "course"


@dataclass(slots=True)
class _Course:
    """What is known of an interaction under way."""

    began: float
    private: bool
    status: str = "done"


async def begin(interaction: Interaction) -> None:
    """A command, a button, a menu or a form has come; from here on all is as its server prefers."""
    # A reply is private unless it is said to be public; a button's change to its own message is as
    # private as that message.
    message = interaction.message
    private = message is None or message.flags.ephemeral
    interaction.extras[_KEY] = _Course(perf_counter(), private)
    await heed_preferences(interaction)


def note(interaction: Interaction, *, private: bool, status: str | None = None) -> None:
    """A reply goes out, and with it perhaps what came of all."""
    course: _Course = interaction.extras[_KEY]
    course.private = private
    course.status = status or course.status


def end(interaction: Interaction, command: str) -> ReplyRecord:
    """All is said: into the journal with it. Returns what stands there."""
    course: _Course = interaction.extras[_KEY]
    client, guild_id = interaction.client, interaction.guild_id
    served = ReplyRecord(
        command=command,
        status=course.status,
        seconds=perf_counter() - course.began,
        private=course.private,
        guild_id=guild_id,
        # Discord's own formula; direct messages come to the first shard.
        shard=(guild_id >> 22) % (client.shard_count or 1) if guild_id else 0,
        interaction_id=interaction.id,
        inputs={name: said for name, said in interaction.namespace if isinstance(said, str)},
    )
    client.journal.record(served)
    return served
