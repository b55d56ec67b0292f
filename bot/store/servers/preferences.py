"""The preferences of each server: how Verbatim replies and posts there."""

from datetime import time

from sqlalchemy import select

from bot.model import Preferences, QuietHours
from bot.store.engine.database import Repository, from_row, upsert
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
        return from_row(Preferences, row, scheduler_role=row.schedulers, quiet_hours=quiet)

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
        }
        async with self._database.writing() as connection:
            await connection.execute(upsert(connection, preferences, row, **row))
