"""The topics that each server has named itself, visible to that server only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import TopicError
from bot.model import ServerTopic, Topic
from bot.store.engine.database import Repository, from_row
from bot.store.library.changes import CHOICES, record_changes
from bot.store.schema import schedules, topics, valid_id, watches

MAX_TOPICS = 50  # of a server: two pages of what Discord suggests at once

_IS_NAMED = topics.c.removed_at.is_(None)


class GuildTopics(Repository):
    """The topics of all servers; no server reads or changes another's.

    Every change is recorded in the change queue under the article id CHOICES, so that all processes
    notice it. The methods raise StoreError, and TopicError with one sentence where the server has
    no such topic or may not change it so.
    """

    async def list(self, guild_id: int) -> Sequence[ServerTopic]:
        """Return the server's topics, oldest first."""
        query = select(topics).where(topics.c.guild_id == guild_id, _IS_NAMED)
        rows = await self._database.fetch_all(query.order_by(topics.c.id))
        return [_topic_from(row) for row in rows]

    async def list_all(self) -> Mapping[int, Sequence[Topic]]:
        """Return the topics of every server that has named any."""
        query = select(topics).where(_IS_NAMED).order_by(topics.c.id)
        by_guild: defaultdict[int, list[Topic]] = defaultdict(list)
        for row in await self._database.fetch_all(query):
            by_guild[row.guild_id].append(_topic_from(row).topic)
        return by_guild

    async def get(self, guild_id: int, topic_id: int) -> ServerTopic:
        """Return one topic of the server."""
        query = select(topics).where(_has_id(guild_id, topic_id), _IS_NAMED)
        row = await self._database.fetch_one(query)
        if row is None:
            raise _no_such_topic()
        return _topic_from(row)

    async def add(self, guild_id: int, topic: Topic, *, by: int, now: datetime) -> ServerTopic:
        """Add a topic and return it.

        Raises TopicError if the server has one of that slug, or MAX_TOPICS.
        """
        is_of_guild = topics.c.guild_id == guild_id
        is_same = (is_of_guild, topics.c.key == topic.slug)
        values = {"guild_id": guild_id, "key": topic.slug, "created_by": by, "updated_at": now}
        async with self._database.writing_alone() as connection:
            if await connection.scalar(select(topics.c.id).where(*is_same, _IS_NAMED)):
                raise TopicError(
                    "This server already has a topic “{title}”. Change it with /topics edit.",
                    title=topic.title,
                )
            count = select(func.count()).where(is_of_guild, _IS_NAMED)
            if (await connection.scalar(count) or 0) >= MAX_TOPICS:
                raise TopicError(
                    "This server already has {number} topics, which is the limit. Remove one "
                    "first with /topics remove.",
                    number=MAX_TOPICS,
                )
            await connection.execute(delete(topics).where(*is_same))  # one that was removed
            statement = insert(topics).values(values | _columns(topic) | {"version": 1})
            row = (await connection.execute(statement.returning(topics))).one()
            await record_changes(connection, [(guild_id, CHOICES)])
            return _topic_from(row)

    async def edit(
        self, guild_id: int, topic_id: int, topic: Topic, *, version: int, now: datetime
    ) -> ServerTopic:
        """Replace what the topic says, but not its slug, and return it.

        Raises TopicError unless it is still at `version`.
        """
        async with self._database.writing_alone() as connection:
            row = await _require(connection, guild_id, topic_id, version)
            previous = _columns(_topic_from(row).topic)
            return await _change(connection, row, now, previous=previous, **_columns(topic))

    async def remove(self, guild_id: int, topic_id: int, *, now: datetime) -> ServerTopic:
        """Remove a topic and return it, for `undo`.

        Raises TopicError while a schedule, or a watch that posts to a channel, is for it.
        """
        async with self._database.writing_alone() as connection:
            row = await _require(connection, guild_id, topic_id)
            await _refuse_in_use(connection, row)
            return await _change(connection, row, now, previous=None, removed_at=now)

    async def undo(
        self, guild_id: int, topic_id: int, *, version: int, now: datetime
    ) -> ServerTopic | None:
        """Undo the change that made it the topic's `version`: return the topic as it was before, or
        None where it was added by that.

        Raises TopicError if the topic has changed since, or cannot be removed.
        """
        async with self._database.writing_alone() as connection:
            row = await _require(connection, guild_id, topic_id, version, removed=True)
            if row.removed_at:
                return await _change(connection, row, now, previous=None, removed_at=None)
            if row.previous:
                return await _change(connection, row, now, previous=None, **row.previous)
            if row.version > 1:  # what could be undone was undone
                raise _changed_topic(row)
            await _refuse_in_use(connection, row)
            await connection.execute(delete(topics).where(topics.c.id == row.id))
            await record_changes(connection, [(guild_id, CHOICES)])
            return None

    async def prune(self, before: datetime) -> None:
        """Delete for good the topics removed before then."""
        await self._database.execute(delete(topics).where(topics.c.removed_at < before))


async def _require(
    connection: AsyncConnection,
    guild_id: int,
    topic_id: int,
    version: int | None = None,
    *,
    removed: bool = False,
) -> Row[Any]:
    """Return the topic's row, which may be a `removed` one; TopicError if it is at another
    `version`."""
    row = (
        await connection.execute(select(topics).where(_has_id(guild_id, topic_id)))
    ).one_or_none()
    if row is None or (row.removed_at and not removed):
        raise _no_such_topic()
    if version is not None and row.version != version:
        raise _changed_topic(row)
    return row


async def _change(
    connection: AsyncConnection, row: Row[Any], now: datetime, **values: Any
) -> ServerTopic:
    change = update(topics).where(topics.c.id == row.id).returning(topics)
    values |= {"version": row.version + 1, "updated_at": now}
    changed = (await connection.execute(change.values(values))).one()
    await record_changes(connection, [(row.guild_id, CHOICES)])
    return _topic_from(changed)


async def _refuse_in_use(connection: AsyncConnection, row: Row[Any]) -> None:
    """Raise TopicError if a post is for the topic; the words of its name mean something else."""
    is_for_topic = (schedules.c.guild_id == row.guild_id, schedules.c.topic == row.key)
    ids = (await connection.scalars(select(schedules.c.id).where(*is_for_topic))).all()
    if ids:
        raise TopicError(
            "Schedule {numbers} uses the topic “{title}”, so it cannot be removed. Remove the "
            "schedule first with /schedule remove.",
            numbers=", ".join(map(str, sorted(ids))),
            title=row.title,
        )
    is_watched = (
        watches.c.guild_id == row.guild_id,
        watches.c.channel_id.is_not(None),
        watches.c.words == row.key,
    )
    if await connection.scalar(select(watches.c.id).where(*is_watched).limit(1)):
        raise TopicError(
            "A watch uses the topic “{title}”, so it cannot be removed. Remove the watch first "
            "with /watch remove.",
            title=row.title,
        )


def _columns(topic: Topic) -> dict[str, Any]:
    return {
        "title": topic.title,
        "other_names": list(topic.aliases),
        "words": list(topic.words),
        "exclude": list(topic.excluded),
    }


def _topic_from(row: Row[Any]) -> ServerTopic:
    words = (tuple(row.other_names), tuple(row.words), tuple(row.exclude))
    return from_row(ServerTopic, row, topic=Topic(row.key, row.title, *words))


def _has_id(guild_id: int, topic_id: int) -> ColumnElement[bool]:
    return and_(topics.c.id == valid_id(topic_id), topics.c.guild_id == guild_id)


def _no_such_topic() -> TopicError:
    return TopicError("This server has not added such a topic. /topics list shows its topics.")


def _changed_topic(row: Row[Any]) -> TopicError:
    return TopicError(
        "Someone else changed the topic “{title}” in the meantime, so your change was not saved. "
        "/topics edit shows it as it is now.",
        title=row.title,
    )
