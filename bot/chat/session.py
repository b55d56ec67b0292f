"""One session with Discord: log in, stay connected until told to stop, close in good order."""

import asyncio
import logging

import discord

from bot.chat.client import VerbatimClient
from bot.chat.interaction.replies import DISCORD_ERRORS
from bot.errors import SettingsError, VerbatimError

log = logging.getLogger(__name__)

# The names discord.py gives the tasks that answer a command or a button.
_REPLYING = ("CommandTree-invoker", "discord-ui-")
# The codes with which Discord refuses an invalid shard, and a bot that has too few.
_WRONG_SHARDS = (4010, 4011)
_DRAIN_SECONDS = 10.0  # that replies in flight have to finish


async def serve(client: VerbatimClient, token: str, stop: asyncio.Event) -> None:
    """Run `client` until `stop` is set; replies in flight are then finished.

    Raises SettingsError where Discord refuses the token, VerbatimError where it cannot be reached.
    """
    try:
        await log_in(client, token)
        connected = asyncio.create_task(_stay_connected(client))
        connected.add_done_callback(lambda _: stop.set())
        delivering = asyncio.create_task(client.delivery.run(stop))
        await stop.wait()
        log.info("stopping")
        await delivering
        await _drain()
        await client.close()
        connected.cancel()  # it may still try to connect, which does not end with the client
        await asyncio.wait({connected})
        if not connected.cancelled():
            connected.result()
    finally:
        await client.close()


async def log_in(client: discord.Client, token: str) -> None:
    """Log in. Raises SettingsError for a refused token, VerbatimError if Discord is unreachable."""
    try:
        await client.login(token)
    except discord.LoginFailure as error:
        raise SettingsError(
            "Discord refuses the token; set DISCORD_TOKEN in .env to the one that the Developer "
            "Portal shows under Bot."
        ) from error
    except DISCORD_ERRORS as error:
        raise VerbatimError(
            "Discord cannot be reached ({fault}); try again later.", fault=error
        ) from error


async def _stay_connected(client: VerbatimClient) -> None:
    try:
        await client.connect()
    except discord.ConnectionClosed as error:
        if error.code in _WRONG_SHARDS:
            raise SettingsError(
                "Discord wants this bot in more or other shards; name them with --shards, such as "
                "0-1/2 (code {code}).",
                code=error.code,
            ) from error
        raise VerbatimError(
            "Discord ended the connection for good (code {code}); if the token was reset, "
            "set the new one as DISCORD_TOKEN in .env.",
            code=error.code,
        ) from error


async def _drain() -> None:
    replying = [task for task in asyncio.all_tasks() if task.get_name().startswith(_REPLYING)]
    if replying:
        await asyncio.wait(replying, timeout=_DRAIN_SECONDS)
