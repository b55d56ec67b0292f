"""The tables; one schema for SQLite and PostgreSQL. `migrations/` builds them step by step."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored in UTC, comes back aware, and a naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        # SQLite keeps no zone; what was written is UTC.
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

meta = Table(
    "meta",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("topic", Text, nullable=False),
    Column("times", Text, nullable=False),  # "09:00,18:30"
    Column("days", String(20), nullable=False),  # "0,1,2,3,4", Monday is 0
    Column("zone", String(100), nullable=False),
    Column("announce_empty", Boolean, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_after", UtcDateTime, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("pause_reason", Text),
    sqlite_autoincrement=True,  # an id is never given twice: a late click must not hit another's
)

# A row per schedule and slot. It is open while `outcome` is null, and may be claimed once
# `available_at` has come: a claim moves that to the end of its lease, a release to the next try.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schedule_id", ForeignKey("schedules.id", ondelete="CASCADE"), nullable=False),
    Column("slot", UtcDateTime, nullable=False),
    Column("available_at", UtcDateTime, nullable=False),
    Column("owner", String(100)),
    Column("attempts", Integer, nullable=False),
    Column("brief", JSON(none_as_null=True)),
    Column("outcome", String(20)),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("schedule_id", "slot"),
    Index("ix_outbox_open", "outcome", "available_at"),
    sqlite_autoincrement=True,
)

# What each channel has had. It names articles but does not depend on them: they may go.
posted = Table(
    "posted",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", BigInteger, nullable=False, index=True),
    Column("article_id", Text, nullable=False),
    Column("paragraph", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
)
