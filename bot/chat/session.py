"""One session with Discord: log in, stay connected until told to stop, leave in good order."""

from __future__ import annotations

import asyncio
import logging

import discord

from bot.chat.client import VerbatimClient
from bot.chat.interaction.faults import FAULTS
from bot.errors import SettingsError, VerbatimError

_log = logging.getLogger(__name__)

# The names discord.py gives the tasks that answer a command or a button.
_REPLYING = ("CommandTree-invoker", "discord-ui-")
# The codes with which Discord refuses a shard that cannot be, and a bot that has too few.
_WRONG_SHARDS = (4010, 4011)
_DRAIN = 10.0  # seconds that replies in flight have to finish


async def serve(client: VerbatimClient, token: str, stop: asyncio.Event) -> None:
    """Be in Discord with `client` until `stop` is set; replies in flight are then finished.

    Raises SettingsError where Discord refuses the token, VerbatimError where it cannot be reached.
    """
    try:
        await log_in(client, token)
        connected = asyncio.create_task(_stay_connected(client))
        connected.add_done_callback(lambda _: stop.set())
        delivering = asyncio.create_task(client.delivery.run(stop))
        await stop.wait()
        _log.info("stopping")
        await delivering
        await _drain()
        await client.close()
        connected.cancel()  # it may be trying to come in, which does not end with the client
        await asyncio.wait({connected})
        if not connected.cancelled():
            connected.result()
    finally:
        await client.close()


async def log_in(client: discord.Client, token: str) -> None:
    """Raises SettingsError where Discord refuses the token, VerbatimError where it cannot be
    reached."""
    try:
        await client.login(token)
    except discord.LoginFailure as fault:
        raise SettingsError(
            "Discord refuses the token; set DISCORD_TOKEN in .env to the one that the Developer "
            "Portal shows under Bot."
        ) from fault
    except FAULTS as fault:
        raise VerbatimError(
            "Discord cannot be reached ({fault}); try again later.", fault=fault
        ) from fault


async def _stay_connected(client: VerbatimClient) -> None:
    try:
        await client.connect()
    except discord.ConnectionClosed as fault:
        if fault.code in _WRONG_SHARDS:
            raise SettingsError(
                "Discord wants this bot in more or other shards; name them with --shards, such as "
                "0-1/2 (code {code}).",
                code=fault.code,
            ) from fault
        raise VerbatimError(
            "Discord ended the connection for good (code {code}); if the token was reset, "
            "set the new one as DISCORD_TOKEN in .env.",
            code=fault.code,
        ) from fault


async def _drain() -> None:
    replying = [task for task in asyncio.all_tasks() if task.get_name().startswith(_REPLYING)]
    if replying:
        await asyncio.wait(replying, timeout=_DRAIN)
