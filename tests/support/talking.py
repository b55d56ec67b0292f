"""Messages to the bot in the simulated Discord, and what it replies."""

from __future__ import annotations

from typing import Any

import discord
from simcord.builders import ChannelHandle

from tests.support.simulation import Server, message_text


def at(server: Server, text: str) -> str:
    """The text with a mention of the bot before it."""
    assert server.client.user
    return f"{server.client.user.mention} {text}"


def replies(server: Server, channel: ChannelHandle | None = None) -> list[discord.Message]:
    """What the bot has sent to a channel, oldest first."""
    assert server.client.user
    history = (channel or server.channel).history()
    return [message for message in history if message.author.id == server.client.user.id]


async def ask(server: Server, text: str, channel: ChannelHandle | None = None, **to: Any) -> str:
    """What the bot replies to a message that mentions it; "" for nothing."""
    before = len(replies(server, channel))
    await server.member.send(channel or server.channel, at(server, text), **to)
    new = replies(server, channel)[before:]
    assert len(new) <= 1
    return message_text(new[0]) if new else ""
