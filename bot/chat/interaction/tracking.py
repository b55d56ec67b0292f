"""Follows each command, button, menu and form from its start to its end, for the journal."""

from dataclasses import dataclass
from time import perf_counter

from bot.chat.interaction.context import Interaction, apply_preferences
from bot.ops.journal import ReplyRecord

_KEY = "record"


@dataclass(slots=True)
class InteractionRecord:
    """What is known of an interaction under way."""

    started: float
    private: bool
    status: str = "done"


async def begin(interaction: Interaction) -> None:
    """Start the record of an interaction and apply its server's preferences."""
    # A reply is private unless it is said to be public; a button's change to its own message is as
    # private as that message.
    message = interaction.message
    private = message is None or message.flags.ephemeral
    interaction.extras[_KEY] = InteractionRecord(perf_counter(), private)
    await apply_preferences(interaction)


def note_reply(interaction: Interaction, *, private: bool, status: str | None = None) -> None:
    """Record that a reply is sent, and with it the outcome if that is known."""
    record: InteractionRecord = interaction.extras[_KEY]
    record.private = private
    record.status = status or record.status


def end(interaction: Interaction, command: str) -> ReplyRecord:
    """Write the interaction into the journal; return the entry."""
    record: InteractionRecord = interaction.extras[_KEY]
    client, guild_id = interaction.client, interaction.guild_id
    served = ReplyRecord(
        command=command,
        status=record.status,
        seconds=perf_counter() - record.started,
        private=record.private,
        guild_id=guild_id,
        # Discord's own formula; direct messages come to the first shard.
        shard=(guild_id >> 22) % (client.shard_count or 1) if guild_id else 0,
        interaction_id=interaction.id,
        inputs={name: text for name, text in interaction.namespace if isinstance(text, str)},
    )
    client.journal.record(served)
    return served
