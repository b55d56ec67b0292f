"""What is posted unasked: schedules and watches, and what goes out for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, Self

from bot.model.articles import Span
from bot.model.preferences import PostForm
from bot.model.results import Quote


@dataclass(frozen=True, slots=True)
class PostedQuote:
    """A quote by its place alone, so that it outlives its article: what a channel has had.
    `posted_at` (UTC), where it is known, says when; it makes no other quote."""

    article_id: str
    paragraph: int
    start: int
    end: int
    text: str
    posted_at: datetime | None = field(default=None, compare=False)

    @classmethod
    def from_quote(cls, quote: Quote) -> Self:
        return cls(quote.article.id, quote.paragraph, quote.start, quote.end, quote.text)


@dataclass(frozen=True, slots=True)
class BriefComparison:
    """A quote that differs from a point; `words` and `other_words` are as in `Comparison`, and what
    is `posted_at` there is here when the quote was posted."""

    quote: PostedQuote
    words: tuple[Span, ...] = ()
    other_words: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class BriefPoint:
    """One point of a brief; `marks`, `repeats` and `differs` are as in `Quote`."""

    quote: PostedQuote
    marks: tuple[Span, ...] = ()
    repeats: tuple[PostedQuote, ...] = ()
    differs: tuple[BriefComparison, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """A digest as it is stored before it is sent, so that every attempt sends the same text, and in
    the same `form`; `new_stories` is as in `Digest`. That of a summary knows when (UTC) it was
    composed."""

    topic: str
    title: str
    points: tuple[BriefPoint, ...] = ()
    new_stories: tuple[str, ...] | None = None
    form: PostForm = "channel"
    composed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A message in a server's channel that quotes: the summary of a schedule, the quote of a watch,
    a public digest of what is new to the channel, or another public reply to a command.
    `message_id` is None where it is not known, `thread_id` where it is in the channel itself."""

    kind: Literal["summary", "watch", "digest", "reply"]
    guild_id: int
    channel_id: int
    message_id: int | None
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """The message that something sent has become, in a thread of its channel or in itself."""

    message_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Words that somebody wants to be told of when a new article speaks of them.

    `words` is a topic's slug or free text. It posts to `channel_id`, or where that is None to
    the person `user_id` in direct messages, at most `per_hour` times an hour. It sees the articles
    of the server `guild_id`; SHARED where it was made in direct messages. `pause_reason` is the
    sentence with which Verbatim paused it for good.
    """

    id: int
    guild_id: int
    channel_id: int | None
    user_id: int
    words: str
    per_hour: int
    created_at: datetime
    pause_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be posted once because an article came, changed or went.

    "watch": a new article speaks of what somebody watches. "edited" and "withdrawn" are flags, a
    reply to the message `reply_to`: its source has changed or taken down an article, and the quotes
    of `brief`, which that message holds, stand in it no more. "paused": a schedule or a watch posts
    no more to `channel_id`, for a `reason` in one sentence, of which `user_id` is told. `key` is
    unique for ever; `happened_at` is in UTC. Of the others, one whose `channel_id` is None goes to
    `user_id` in direct messages.
    """

    key: str
    kind: Literal["watch", "edited", "withdrawn", "paused"]
    happened_at: datetime
    guild_id: int
    channel_id: int | None
    brief: Brief
    user_id: int | None = None
    watch_id: int | None = None
    reply_to: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a schedule is due, as the clocks of `zone` (an IANA name) show it.

    `times` ascend; `days` ascend from 0 (Monday) to 6 (Sunday). Neither is ever empty.
    """

    times: tuple[time, ...]
    days: tuple[int, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A summary that a channel receives again and again.

    `topic` is a slug, free text or "everything". With `announce_empty` the channel is told when
    there is nothing new; without it the bot then stays silent. Slots after `due_after` (UTC) are
    still to be delivered. `pause_reason` is a sentence if Verbatim itself paused the schedule.
    """

    id: int
    guild_id: int
    channel_id: int
    topic: str
    timetable: Timetable
    announce_empty: bool
    created_by: int
    created_at: datetime
    due_after: datetime
    paused: bool = False
    pause_reason: str | None = None
