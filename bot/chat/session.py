"""Sessions with Discord: the bot's own until it is told to stop, and one to check its token."""

import asyncio
import logging
from collections.abc import Sequence

import discord

from bot.chat.client import VerbatimClient
from bot.chat.interaction.discord_time import DiscordTime
from bot.chat.interaction.replies import DISCORD_ERRORS
from bot.errors import SettingsError, VerbatimError
from bot.ops.health import ShardState

log = logging.getLogger(__name__)

# The names discord.py gives the tasks that answer a command or a button, or handle an event such as
# a message. A handler cut off amid a query leaves a connection that never closes.
_HANDLING = ("CommandTree-invoker", "discord-ui-", "discord.py: on_")
# The codes with which Discord refuses an invalid shard, and a bot that has too few.
_WRONG_SHARDS = (4010, 4011)
_DRAIN_SECONDS = 10.0  # that replies in flight have to finish
# What an invitation asks for.
_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    read_message_history=True,
    attach_files=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)
_SCOPES = ("bot", "applications.commands")


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
            "Discord refused the token. Set DISCORD_TOKEN in .env to the one that the Developer "
            "Portal shows under Bot."
        ) from error
    except DISCORD_ERRORS as error:
        raise VerbatimError(
            "Discord cannot be reached ({fault}); try again later.", fault=error
        ) from error


def shard_states(client: discord.AutoShardedClient) -> Sequence[ShardState]:
    """Return every shard of `client`; none until Discord has sent all of them their servers."""
    shards = client.shards.values() if client.is_ready() else ()
    return [ShardState(shard.id, not shard.is_closed(), shard.latency) for shard in shards]


def invitation(application_id: int) -> str:
    """Return the link that puts the application into a server, with the permissions it needs."""
    return discord.utils.oauth_url(application_id, permissions=_PERMISSIONS, scopes=_SCOPES)


async def check_token(token: str, time: DiscordTime) -> str:
    """Return a sentence that names the application and its invitation, and let `time` note what
    Discord's clock says. Raises SettingsError where the token is refused, VerbatimError where
    Discord cannot be reached."""
    if not token:
        return "None is set; only `verbatim run` needs one, as DISCORD_TOKEN."
    intents = discord.Intents.none()
    async with discord.Client(intents=intents, http_trace=time.trace()) as client:
        await log_in(client, token)
        application = client.application
    assert application is not None  # Discord sends it at every login
    if application.bot_require_code_grant:
        raise SettingsError(
            "Nobody can invite “{name}”: turn off “Requires OAuth2 Code Grant” under Bot in the "
            "Developer Portal.",
            name=application.name,
        )
    link = invitation(application.id)
    inviters = "Anybody" if application.bot_public else "Its owner alone"
    return (
        f"Discord knows it as that of “{application.name}”, and no privileged intent is needed. "
        f"{inviters} can invite it with {link} {_own_install(application)}"
    )


async def _stay_connected(client: VerbatimClient) -> None:
    try:
        await client.connect()
    except discord.ConnectionClosed as error:
        if error.code in _WRONG_SHARDS:
            raise SettingsError(
                "Discord wants this bot to use more or other shards. Name them with --shards, "
                "such as "
                "0-1/2 (code {code}).",
                code=error.code,
            ) from error
        raise VerbatimError(
            "Discord closed the connection for good (code {code}); if you reset the token, put "
            "the new one in .env as DISCORD_TOKEN.",
            code=error.code,
        ) from error


async def _drain() -> None:
    handling = [task for task in asyncio.all_tasks() if task.get_name().startswith(_HANDLING)]
    if handling:
        await asyncio.wait(handling, timeout=_DRAIN_SECONDS)


def _own_install(application: discord.AppInfo) -> str:
    """Return whether people can install the application for themselves, and how."""
    if application.user_integration_config is None:
        return (
            "Nobody can install it for themselves until User Install is turned on under "
            "Installation in the Developer Portal."
        )
    link = discord.utils.oauth_url(application.id, scopes=["applications.commands"])
    return f"To install it for oneself, open {link}&integration_type=1"
