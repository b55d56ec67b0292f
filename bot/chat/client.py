"""The Discord client: its commands, its buttons, and the posting of summaries."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime

import discord
from discord import app_commands

from bot.chat import render
from bot.chat.commands.ask import ask
from bot.chat.commands.digest import digest
from bot.chat.commands.help import show_help
from bot.chat.commands.schedule import ScheduleCommands
from bot.chat.commands.sources import sources
from bot.chat.commands.topics import topics
from bot.chat.commands.verify import verify
from bot.chat.replies import report, vouched_digest
from bot.chat.services import Interaction, ServingClient
from bot.chat.views import BUTTONS
from bot.errors import VerbatimError
from bot.library import Library
from bot.model import Digest, Schedule
from bot.schedule.delivery import ChannelLost, Delivery, PostFailed
from bot.schedule.phrases import describe
from bot.store import Store

_log = logging.getLogger(__name__)


class CommandTree(app_commands.CommandTree[ServingClient]):
    """Verbatim's commands; whatever goes wrong in one is told to the person who gave it."""

    def __init__(self, client: ServingClient) -> None:
        super().__init__(client)
        self.add_command(ask)
        self.add_command(digest)
        self.add_command(verify)
        self.add_command(topics)
        self.add_command(sources)
        self.add_command(ScheduleCommands())
        self.add_command(show_help)

    async def on_error(
        self,
        interaction: Interaction,
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        await report(interaction, _fault_behind(error))

    def fingerprint(self) -> str:
        """A hash of what Discord would be sent; it changes when a command changes."""
        payload = [command.to_dict(self) for command in self.get_commands()]
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


class VerbatimClient(ServingClient):
    """Verbatim in Discord: asks for no privileged intent, keeps no messages, pings nobody.

    `owner` names this process among those that share the store. Summaries are posted through this
    client by its `delivery`; whoever runs the client also runs `delivery.run`.
    """

    def __init__(
        self,
        library: Library,
        store: Store,
        *,
        now: Callable[[], datetime],
        zone: str,
        owner: str,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
        )
        self.library = library
        self.store = store
        self.now = now
        self.zone = zone
        self.delivery = Delivery(
            store,
            post=self.post_summary,
            view=library.view,
            now=now,
            owner=owner,
        )
        self.tree: CommandTree = CommandTree(self)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*BUTTONS)
        await self._sync_commands()

    async def on_ready(self) -> None:
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))

    async def post_summary(self, schedule: Schedule, summary: Digest, nonce: str) -> None:
        """Post a summary to its channel; the `Post` of `Delivery`."""
        layout = render.summary(
            vouched_digest(summary, self.library.view(schedule.guild_id).vouch),
            describe(schedule.timetable),
        )
        channel = self.get_partial_messageable(schedule.channel_id, guild_id=schedule.guild_id)
        try:
            await channel.send(view=layout, nonce=nonce)
        except discord.NotFound as fault:
            raise ChannelLost("The channel is gone. Schedule the summary for another.") from fault
        except discord.Forbidden as fault:
            raise ChannelLost(
                "I may not post in the channel. Grant me View Channel and Send Messages there, "
                "then use /schedule resume."
            ) from fault
        except (discord.HTTPException, OSError) as fault:
            raise PostFailed(f"Discord did not take the post ({fault}).") from fault

    async def _sync_commands(self) -> None:
        """Tell Discord of the commands if they changed since this application last did so."""
        key = f"commands:{self.application_id}"
        fingerprint = self.tree.fingerprint()
        if await self.store.get_meta(key) == fingerprint:
            return
        await self.tree.sync()
        await self.store.set_meta(key, fingerprint)
        _log.info("commands synced")


def _fault_behind(error: app_commands.AppCommandError) -> Exception:
    """The fault to report for what discord.py raises around or instead of a command."""
    match error:
        case app_commands.CommandInvokeError():
            return error.original
        case app_commands.MissingPermissions():
            return VerbatimError("You need the permission Manage Server for this command.")
        case app_commands.NoPrivateMessage():
            return VerbatimError("This command works only in a server.")
        case app_commands.TransformerError():
            return VerbatimError("That channel cannot be used; choose a text channel I can see.")
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return VerbatimError("This command has changed; reload Discord and give it again.")
        case _:
            return error
