"""The Discord client: its commands, its buttons, its coming and going."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import discord
from discord import app_commands

from bot.charts import Charts
from bot.chat.answers.ask import ask
from bot.chat.answers.digest import digest
from bot.chat.answers.find_sources import find_sources
from bot.chat.answers.said import said
from bot.chat.answers.sources import sources
from bot.chat.answers.timeline import timeline
from bot.chat.answers.topics import topics
from bot.chat.answers.verify import verify
from bot.chat.interaction import tracking as serving
from bot.chat.interaction.context import Interaction, ServingClient
from bot.chat.interaction.preferences import Preferred
from bot.chat.interaction.replies import report
from bot.chat.library.commands import LibraryCommands
from bot.chat.library.gaps import note_gap
from bot.chat.posts.posting import DiscordPoster
from bot.chat.posts.schedule import ScheduleCommands
from bot.chat.posts.watch import WatchCommands
from bot.chat.registry import BUTTONS
from bot.chat.server.help import show_help
from bot.chat.server.privacy import privacy
from bot.chat.server.settings import settings
from bot.chat.server.welcome import welcome
from bot.chat.translator import CatalogueTranslator
from bot.errors import StoreBusyError
from bot.ingest import Ingester
from bot.library.writer import LibraryWriter
from bot.model import Limits
from bot.ops.journal import Journal
from bot.ops.metrics import Metrics
from bot.schedule.delivery import Delivery
from bot.shards import WHOLE, Shards
from bot.store import Store

_log = logging.getLogger(__name__)

# Seconds. Where Discord asks for a longer pause, a request fails and the outbox tries again. If one
# were given up in the midst of a pause for all routes, discord.py would never send anything again.
LONGEST_WAIT = 30.0

_BETWEEN_ROLLS = 15.0  # seconds


class CommandTree(app_commands.CommandTree[ServingClient]):
    """Verbatim's commands; whatever goes wrong in one is told to the person who gave it."""

    def __init__(self, client: ServingClient) -> None:
        super().__init__(client)
        self.add_command(ask)
        self.add_command(digest)
        self.add_command(verify)
        self.add_command(find_sources)
        self.add_command(said)
        self.add_command(timeline)
        self.add_command(topics)
        self.add_command(sources)
        self.add_command(ScheduleCommands())
        self.add_command(settings)
        self.add_command(WatchCommands())
        self.add_command(LibraryCommands())
        self.add_command(privacy)
        self.add_command(show_help)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        await serving.begin(interaction)
        return True

    async def on_error(
        self,
        interaction: Interaction,
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        await report(interaction, error)
        command = interaction.command
        serving.end(interaction, command.qualified_name if command else "unknown")

    async def fingerprint(self) -> str:
        """A hash of what Discord would be sent; it changes when a command changes, or what it is
        called in some language."""
        payload = [
            await command.get_translated_payload(self, CatalogueTranslator())
            for command in self.get_commands()
        ]
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


class VerbatimClient(ServingClient):
    """Verbatim in Discord: asks for no privileged intent, keeps no messages, pings nobody.

    `owner` names this process among those that share the store. Summaries are posted through this
    client by its `delivery`, whatever its `shards`; whoever runs the client also runs
    `delivery.run`.
    """

    def __init__(
        self,
        library_writer: LibraryWriter,
        ingester: Ingester,
        store: Store,
        *,
        limits: Limits,
        now: Callable[[], datetime],
        zone: str,
        owner: str,
        shards: Shards = WHOLE,
        journal: Journal | None = None,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            max_ratelimit_timeout=LONGEST_WAIT,
            shard_ids=shards.ids,
            shard_count=shards.count,
        )
        self.library_writer = library_writer
        self.library = library_writer.library
        self.ingester = ingester
        self.limits = limits
        self.store = store
        self.preferred = Preferred(store)
        self.now = now
        self.zone = zone
        self.journal = journal or Journal(Metrics())
        self.charts = Charts()
        self._served = shards
        self.delivery = Delivery(
            store,
            poster=DiscordPoster(self),
            view=self.library.view,
            now=now,
            owner=owner,
        )
        self.tree: CommandTree = CommandTree(self)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*BUTTONS)
        await self.tree.set_translator(CatalogueTranslator())
        await self._sync_commands()

    async def on_ready(self) -> None:
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))
        await self._take_roll()

    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        await note_gap(interaction, serving.end(interaction, command.qualified_name))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._note(self.store.guilds.clear_departure(guild.id))
        await welcome(self, guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The server's data is deleted after `limits.grace_days`, unless it comes back."""
        await self._note(self.store.guilds.record_departure(guild.id, self.now()))

    async def _note(self, coming_or_going: Awaitable[None]) -> None:
        try:
            await coming_or_going
        except StoreBusyError:
            await self._take_roll()

    async def _take_roll(self) -> None:
        """Note who is there and who is not; a lost database is waited for."""
        while not self.is_closed():
            try:
                await self._note_all()
                return
            except StoreBusyError as fault:
                _log.warning("%s Who came and who went is noted then.", fault)
                await asyncio.sleep(_BETWEEN_ROLLS)

    async def _note_all(self) -> None:
        """Note which servers came and went while we were away. Those that are only unavailable for
        now are among `guilds`, and those of another process's shards are not ours to miss."""
        present = {guild.id for guild in self.guilds}
        for guild_id in await self.store.guilds.list_known():
            if guild_id in present:
                await self.store.guilds.clear_departure(guild_id)
            elif self._served.serves(guild_id):
                await self.store.guilds.record_departure(guild_id, self.now())

    async def _sync_commands(self) -> None:
        """Tell Discord of the commands if they changed since this application last did so."""
        key = f"commands:{self.application_id}"
        fingerprint = await self.tree.fingerprint()
        if await self.store.get_meta(key) == fingerprint:
            return
        await self.tree.sync()
        await self.store.set_meta(key, fingerprint)
        _log.info("commands synced")
