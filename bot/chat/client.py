"""The Discord client: its commands and buttons, and the servers that it joins and leaves."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from textwrap import shorten
from typing import Any

import discord
from discord import app_commands

from bot.charts import Charts
from bot.chat.guide.welcome import welcome
from bot.chat.interaction import tracking
from bot.chat.interaction.context import BotClient, Interaction, PreferencesCache
from bot.chat.interaction.discord_time import DiscordTime
from bot.chat.interaction.replies import DISCORD_ERRORS, report_error
from bot.chat.interaction.silent_channels import SilentChannels
from bot.chat.interaction.workload import Workload
from bot.chat.library.gaps import note_gap
from bot.chat.posts.posting import DiscordPoster
from bot.chat.registry import BUTTONS, FEATURES
from bot.chat.talk.addressing import is_addressed
from bot.chat.talk.answering import Talk
from bot.chat.translator import CatalogueTranslator
from bot.errors import StoreBusyError, StoreError
from bot.ingest import Ingester
from bot.library.writer import LibraryWriter
from bot.model import Limits
from bot.ops.journal import Journal
from bot.ops.metrics import Metrics
from bot.schedule.delivery import Delivery
from bot.shards import ALL_SHARDS, Shards
from bot.store import Store

log = logging.getLogger(__name__)

# Seconds. Where Discord asks for a longer pause, a request fails and the outbox tries again. If one
# were cancelled during a pause for all routes, discord.py would never send anything again.
MAX_WAIT = 30.0

_SECONDS_BETWEEN_TRIES = 15.0
_MAX_SYNC_RETRY = 3600.0
_MAX_FAULT = 300  # characters of a fault that are logged


class _LaunchFailed(Exception):
    """discord.py wants to launch a shard anew from within the last try."""


class CommandTree(app_commands.CommandTree[BotClient]):
    """Verbatim's commands; an error in one is reported to the person who gave it."""

    def __init__(self, client: BotClient) -> None:
        super().__init__(client)
        for feature in FEATURES:
            if feature.command is not None:
                self.add_command(feature.command)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Start the record of every command."""
        await tracking.begin(interaction)
        return True

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Report an error and end the record."""
        await report_error(interaction, error)
        command = interaction.command
        tracking.end(interaction, command.qualified_name if command else "unknown")

    async def fingerprint(self) -> str:
        """Return a hash of what Discord is sent; it changes with any command or its translation."""
        payload = [
            await command.get_translated_payload(self, CatalogueTranslator())
            for command in self.get_commands()
        ]
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


class VerbatimClient(BotClient):
    """Verbatim in Discord: asks for no privileged intent, reads only what is written to it, keeps
    no messages, pings nobody.

    `owner` names this process among those that share the store. Summaries are posted through this
    client by its `delivery`, whatever its `shards`; `delivery.run` must be run beside the client.
    A start waits `sync_patience` seconds for the commands to be synced; `sync_retry` seconds after
    a sync that failed is the next, and later ones after longer waits.
    """

    sync_patience = 10.0
    sync_retry = 60.0

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
        shards: Shards = ALL_SHARDS,
        journal: Journal | None = None,
    ) -> None:
        discord_time = DiscordTime(now)
        super().__init__(
            http_trace=discord_time.trace(),
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            max_ratelimit_timeout=MAX_WAIT,
            shard_ids=shards.ids,
            shard_count=shards.count,
        )
        self.discord_time = discord_time
        self.features = FEATURES
        self.library_writer = library_writer
        self.library = library_writer.library
        self.ingester = ingester
        self.limits = limits
        self.store = store
        self.preferences = PreferencesCache(store)
        self.now = now
        self.zone = zone
        self.journal = journal or Journal(Metrics())
        self.workload = Workload()
        self.silent_channels = SilentChannels()
        self.talk = Talk(self)
        self.charts = Charts()
        self._served = shards
        self._launching: set[int] = set()
        self._syncing: asyncio.Task[None] | None = None
        self.delivery = Delivery(
            store, poster=DiscordPoster(self), source_for=self.library.view, now=now, owner=owner
        )
        self.tree: CommandTree = CommandTree(self)

    async def setup_hook(self) -> None:
        """Register the buttons, and the commands if they changed."""
        self.add_dynamic_items(*BUTTONS)
        await self.tree.set_translator(CatalogueTranslator())
        first_try = asyncio.create_task(self._try_sync())
        await asyncio.wait({first_try}, timeout=self.sync_patience)
        self._syncing = asyncio.create_task(self._sync_later(first_try))

    async def close(self) -> None:
        """Close the connection, and sync the commands no more."""
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.wait({self._syncing})
        await super().close()
        self.workload.close()

    async def launch_shard(self, gateway: Any, shard_id: int, *, initial: bool = False) -> None:
        """Connect the shard, trying again until Discord answers.

        discord.py calls this method again from within itself and the handler of each fault, so that
        in an outage calls and tracebacks would nest without end. That inner call ends at once here.
        """
        if shard_id in self._launching:
            raise _LaunchFailed
        self._launching.add(shard_id)
        try:
            while True:
                with suppress(_LaunchFailed):
                    await super().launch_shard(gateway, shard_id, initial=initial)
                    return
        finally:
            self._launching.discard(shard_id)

    async def on_ready(self) -> None:
        """Note which servers the bot is in."""
        log.info("ready as %s in %d servers", self.user, len(self.guilds))
        await self._note_guilds()

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is addressed to the bot; drop any other unread."""
        if is_addressed(message, self.user):
            await self.talk.answer(message)

    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        """End the record of a command, and note what the articles did not answer."""
        await note_gap(interaction, tracking.end(interaction, command.qualified_name))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note the server and welcome it."""
        await self._note(self.store.guilds.clear_departure(guild.id))
        await welcome(self, guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that the server is gone; its data is deleted after `grace_days` without it."""
        self.silent_channels.forget(guild.id)
        await self._note(self.store.guilds.record_departure(guild.id, self.now()))

    async def _note(self, change: Awaitable[None]) -> None:
        try:
            await change
        except StoreBusyError:
            await self._note_guilds()

    async def _note_guilds(self) -> None:
        """Note the servers joined and left, as soon as the database answers."""
        while not self.is_closed():
            try:
                await self._note_all()
                return
            except StoreBusyError as error:
                log.warning("servers not noted, trying again: %s", error)
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)

    async def _note_all(self) -> None:
        """Note the servers joined and left while the bot was offline. Those that are only
        unavailable for now are among `guilds`; those of another process's shards are left out."""
        present = {guild.id for guild in self.guilds}
        await self.store.guilds.note_present(present)
        served = filter(self._served.serves, await self.store.guilds.list_known())
        await self.store.guilds.record_departures(set(served) - present, self.now())

    async def _sync_later(self, first_try: asyncio.Task[bool]) -> None:
        """Sync the commands again and again until that succeeds."""
        is_synced, delay = await first_try, self.sync_retry
        while not is_synced:
            await asyncio.sleep(delay)
            delay = min(delay * 2, _MAX_SYNC_RETRY)
            is_synced = await self._try_sync()

    async def _try_sync(self) -> bool:
        """Sync the commands if they changed; where that fails, log it and return False. Discord may
        refuse for a day, and the commands that it has are answered meanwhile."""
        try:
            await self._sync_commands()
        except (StoreError, *DISCORD_ERRORS) as error:
            fault = shorten(str(error), _MAX_FAULT)
            log.warning("commands not synced, trying again later: %s", fault)
            return False
        return True

    async def _sync_commands(self) -> None:
        """Register the commands with Discord if they changed since this application last did so."""
        key = f"commands:{self.application_id}"
        fingerprint = await self.tree.fingerprint()
        if await self.store.get_meta(key) == fingerprint:
            return
        await self.tree.sync()
        await self.store.set_meta(key, fingerprint)
        log.info("commands synced")
