"""The preferences of each server: how Verbatim replies and posts there."""

from collections.abc import Mapping
from datetime import time

from sqlalchemy import select

from bot.model import Preferences, QuietHours, SharedArticles
from bot.store.engine.database import Repository, from_row, upsert
from bot.store.library.changes import CHOICES, record_changes
from bot.store.schema import preferences


class GuildPreferences(Repository):
    """The preferences of all servers."""

    async def get(self, guild_id: int) -> Preferences:
        """Return the server's preferences; the defaults if it has chosen none."""
        query = select(preferences).where(preferences.c.guild_id == guild_id)
        row = await self._database.fetch_one(query)
        if row is None:
            return Preferences()
        quiet = row.quiet_zone and QuietHours(
            time.fromisoformat(row.quiet_start), time.fromisoformat(row.quiet_until), row.quiet_zone
        )
        channels = row.talk_channels
        return from_row(
            Preferences,
            row,
            scheduler_role=row.schedulers,
            quiet_hours=quiet,
            talk_channels=None if channels is None else tuple(channels),
        )

    async def put(self, guild_id: int, chosen: Preferences) -> None:
        """Store the server's preferences in place of its old ones."""
        quiet = chosen.quiet_hours
        row = {
            "guild_id": guild_id,
            "private": chosen.private,
            "language": chosen.language,
            "colours": chosen.colours,
            "schedulers": chosen.scheduler_role,
            "quiet_start": quiet and f"{quiet.start:%H:%M}",
            "quiet_until": quiet and f"{quiet.end:%H:%M}",
            "quiet_zone": quiet and quiet.zone,
            "form": chosen.form,
            "keeps_gaps": chosen.keeps_gaps,
            "shared": chosen.shared,
            "zone": chosen.zone,
            "talks": chosen.talks,
            "talk_channels": chosen.talk_channels and list(chosen.talk_channels),
            "public_failures": chosen.public_failures,
        }
        async with self._database.writing_alone() as connection:
            await connection.execute(upsert(connection, preferences, row, **row))
            await record_changes(connection, [(guild_id, CHOICES)])

    async def list_shared(self) -> Mapping[int, SharedArticles]:
        """Return of each server that has chosen whether it sees the shared articles, which."""
        chosen = preferences.c.shared.is_not(None)
        query = select(preferences.c.guild_id, preferences.c.shared).where(chosen)
        return {row.guild_id: row.shared for row in await self._database.fetch_all(query)}
