"""The tables; one schema for SQLite and PostgreSQL. `migrations/` builds them step by step."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    false,
    true,
)
from sqlalchemy.engine import Dialect

MAX_ID = 2**31 - 1  # of an Integer; the driver raises an error of its own beyond it


def valid_id(number: int) -> int:
    """Return the number, or 0, which no row has, if it cannot be an id."""
    return number if 0 < number <= MAX_ID else 0


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and read as an aware `datetime`; ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, as it is stored."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment as an aware `datetime`."""
        # SQLite stores no zone; the value is in UTC.
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
    Column("exclude", Text),
    Column("max_quotes", Integer),
    Column("titled", Boolean, nullable=False, server_default=false()),
    Column("title", Text),
    Column("role_id", BigInteger),
    Column("tag_id", BigInteger),
    Column("form", String(20)),
    Column("weeks", String(40)),
    sqlite_autoincrement=True,  # an id is never given twice: a late click must not hit another's
)

# `ready_at` is when the next quote of a watch may go out: a claim moves it to the end of its lease,
# a post to when the watch is again below what it may post in an hour.
watches = Table(
    "watches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("channel_id", BigInteger),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("words", Text, nullable=False),
    Column("per_hour", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ready_at", UtcDateTime, nullable=False),
    Column("pause_reason", Text),
    Column("exclude", Text),
    sqlite_autoincrement=True,
)

# A row per schedule and slot, and one per notice: that has a `kind` and no schedule, and its `slot`
# is when it was queued. A row is open while `outcome` is null, and may be claimed once
# `available_at` has come: a claim moves that to the end of its lease, a release to the next try.
# The `reason` of a notice is told with it; that of a summary is why it was surely not posted at the
# last attempt. The `user_id` of a summary is whoever asked for it at once.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schedule_id", ForeignKey("schedules.id", ondelete="CASCADE")),
    Column("slot", UtcDateTime, nullable=False),
    Column("available_at", UtcDateTime, nullable=False),
    Column("owner", String(100)),
    Column("attempts", Integer, nullable=False),
    Column("brief", JSON(none_as_null=True)),
    Column("outcome", String(20)),
    Column("settled_at", UtcDateTime),
    Column("kind", String(20)),
    Column("key", String(200), unique=True),
    Column("guild_id", BigInteger, index=True),
    Column("channel_id", BigInteger),
    Column("user_id", BigInteger),
    Column("watch_id", ForeignKey("watches.id", ondelete="CASCADE"), index=True),
    Column("reply_to", BigInteger),
    Column("reason", Text),
    UniqueConstraint("schedule_id", "slot"),
    sqlite_autoincrement=True,
)


def _index_part(name: str, condition: ColumnElement[bool], *columns: str) -> None:
    """Index the rows of the outbox that meet the condition, a small part of them."""
    named = (outbox.c[column] for column in columns)
    Index(name, *named, sqlite_where=condition, postgresql_where=condition)


_is_open, _has_brief = outbox.c.outcome.is_(None), outbox.c.brief.is_not(None)
_index_part("ix_outbox_open", _is_open, "available_at", "id")
_index_part("ix_outbox_composed", and_(_is_open, _has_brief), "schedule_id")
_index_part("ix_outbox_settled", and_(outbox.c.outcome.is_not(None), _has_brief), "settled_at")
_index_part("ix_outbox_refused", outbox.c.outcome == "refused", "settled_at")

# The quotes that each channel was posted, and in which message, in one of its threads or in itself.
# A row names an article but does not depend on it: the article may be removed.
posted = Table(
    "posted",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("guild_id", BigInteger, index=True),
    Column("channel_id", BigInteger, nullable=False, index=True),
    Column("message_id", BigInteger),
    Column("article_id", Text, nullable=False, index=True),
    Column("paragraph", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
    Column("thread_id", BigInteger),
)

# One row per address, however many servers follow it: it is polled once. A claim moves
# `next_poll_at` to the end of its lease.
feeds = Table(
    "feeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("title", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("next_poll_at", UtcDateTime, nullable=False, index=True),
    Column("retry_at", UtcDateTime),  # before which its host asked not to be visited
    Column("last_polled_at", UtcDateTime),
    Column("last_ok_at", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
    Column("owner", String(100)),
    sqlite_autoincrement=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("collection", BigInteger, primary_key=True, index=True),
    Column("added_by", BigInteger),
    Column("added_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),  # `seen_at` of what the feed held when it was last read
)

# The entries of a feed that a collection has seen, with a digest of what each then said. The keys
# are hashed: anybody may write them, and PostgreSQL indexes no text of more than 2,704 bytes.
seen = Table(
    "seen",
    metadata,
    Column("feed_id", Integer, primary_key=True),
    Column("collection", BigInteger, primary_key=True),
    Column("key_hash", String(32), primary_key=True),
    Column("digest", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["feed_id", "collection"],
        ["subscriptions.feed_id", "subscriptions.collection"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
)

# What was added to a collection. `number` is the order of adding. The paragraphs are one JSON text,
# read and written by `article_rows`, because a start reads all of them at once.
articles = Table(
    "articles",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(100), nullable=False, unique=True),
    Column("collection", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("paragraphs", Text, nullable=False),
    Column("text_hash", String(100), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("outlet", Text),
    Column("author", Text),
    Column("url", Text),
    Column("published", Date),
    Column("published_at", UtcDateTime),
    Column("outlet_origin", Text),
    Column("author_origin", Text),
    Column("published_origin", Text),
    Column("text_origin", Text),
    Column("added", UtcDateTime, nullable=False),
    Column("added_by", BigInteger),
    # Not unique: two articles may be edited into one text.
    Index("ix_articles_collection_text_hash", "collection", "text_hash"),
    sqlite_autoincrement=True,
)

# Where an article was found. No address leads to two articles of a collection.
sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("collection", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
    Column("feed_id", ForeignKey("feeds.id", ondelete="SET NULL"), index=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("next_check_at", UtcDateTime, index=True),
    UniqueConstraint("collection", "key"),
)

# What an article said before it was edited.
revisions = Table(
    "revisions",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("paragraphs", Text, nullable=False),
    Column("replaced_at", UtcDateTime, nullable=False),
)

# The change queue that keeps every process's index in step; a line names an article and depends on
# nothing.
changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("collection", BigInteger, nullable=False),
    Column("article_id", String(100), nullable=False),
    sqlite_autoincrement=True,
)

# Servers that Verbatim was removed from, whose data is deleted after a while.
departures = Table(
    "departures",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("departed_at", UtcDateTime, nullable=False),
)

# The preferences of a server; without a row, the defaults.
preferences = Table(
    "preferences",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("private", Boolean, nullable=False),
    Column("language", String(20)),
    Column("colours", String(20), nullable=False),
    Column("schedulers", BigInteger),
    Column("quiet_start", String(5)),  # "22:00"
    Column("quiet_until", String(5)),
    Column("quiet_zone", String(100)),
    Column("form", String(20), nullable=False),
    Column("keeps_gaps", Boolean, nullable=False),
    Column("shared", String(10)),
    Column("zone", String(100)),
    Column("talks", Boolean, nullable=False, server_default=true()),
    Column("talk_channels", JSON(none_as_null=True)),
    Column("public_failures", Boolean, nullable=False, server_default=false()),
)

# Topics that servers have named themselves. `version` grows with every change, so that of two who
# edit at once the second is told. What the last edit replaced is `previous`, and a removed row
# stays for a while, so that either can be undone.
topics = Table(
    "topics",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("key", String(100), nullable=False),
    Column("title", Text, nullable=False),
    Column("other_names", JSON, nullable=False),
    Column("words", JSON, nullable=False),
    Column("exclude", JSON, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("previous", JSON(none_as_null=True)),
    Column("removed_at", UtcDateTime),
    UniqueConstraint("guild_id", "key"),
    sqlite_autoincrement=True,
)

# Questions that a server's articles did not answer; `key` is a hash of the words, so that a repeat
# is counted. Who asked is not stored.
gaps = Table(
    "gaps",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(64), primary_key=True),
    Column("command", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("only_related", Boolean, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

# Whether a reply was useful: the last rating of each person for each message.
feedback = Table(
    "feedback",
    metadata,
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("words", Text, nullable=False),
    Column("useful", Boolean, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
)

# Servers that have been welcomed.
welcomes = Table(
    "welcomes",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("welcomed_at", UtcDateTime, nullable=False),
)
