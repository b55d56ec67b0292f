"""Schedules and watches, what is posted for them, and how a server wants that posted."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, Self, TypeAlias

from bot.model.articles import Span
from bot.model.results import Quote, Titles

PostKind: TypeAlias = Literal["summary", "watch", "digest", "reply"]
NoticeKind: TypeAlias = Literal["watch", "edited", "withdrawn", "paused", "refused"]
# The accent of replies: one colour for each kind of reply, one for all, or none.
Colours = Literal["kinds", "blue", "teal", "purple", "none"]
# Where a summary is posted: in its channel, in one thread a day, or in a thread of its own (a post
# where the channel is a forum).
PostForm = Literal["channel", "thread", "post"]
# Whether a server sees the shared articles beside its own.
SharedArticles = Literal["shown", "hidden"]


@dataclass(frozen=True, slots=True)
class PostedQuote:
    """A quote by its position alone, so that it outlives its article.

    `posted_at` (UTC) is when it was posted, where that is known; equality ignores it.
    """

    article_id: str
    paragraph: int
    start: int
    end: int
    text: str
    posted_at: datetime | None = field(default=None, compare=False)

    @classmethod
    def from_quote(cls, quote: Quote) -> Self:
        """Return the position and text of `quote`."""
        return cls(quote.article.id, quote.paragraph, quote.start, quote.end, quote.text)


@dataclass(frozen=True, slots=True)
class BriefComparison:
    """A quote that differs from a point; `words` and `other_words` are as in `Comparison`, whose
    `posted_at` is here that of the quote."""

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
class PostLook:
    """How a summary is posted.

    If `is_titled`, its title line has the words of `title` and the date. It mentions the role
    `role_id`, and in a forum it has the tag `tag_id`. `is_first` says that its schedule has posted
    nothing before.
    """

    form: PostForm = "channel"
    is_titled: bool = False
    title: str | None = None
    role_id: int | None = None
    tag_id: int | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """A digest as it is stored before it is sent, so that every attempt sends the same text with
    the same `look`.

    `new_stories` and `titles` are as in `Digest`. `composed_at` (UTC) is set in the brief of a
    summary. `sent_after` (UTC) is a moment by Discord's clock before which no attempt was made; it
    is set before the first one.
    """

    topic: str
    title: str
    points: tuple[BriefPoint, ...] = ()
    new_stories: tuple[str, ...] | None = None
    look: PostLook = PostLook()
    composed_at: datetime | None = None
    sent_after: datetime | None = None
    titles: Titles = ()


@dataclass(frozen=True, slots=True)
class SentMessage:
    """The Discord message of a post; `thread_id` is None where it is in the channel itself."""

    message_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A message with quotes in a server's channel: the summary of a schedule, the quote of a watch,
    a public digest of what is new to the channel, or another public reply to a command.

    `message_id` is None where it is not known, `thread_id` where the message is in the channel
    itself.
    """

    kind: PostKind
    guild_id: int
    channel_id: int
    message_id: int | None
    thread_id: int | None = None

    @classmethod
    def from_message(
        cls, kind: PostKind, guild_id: int, channel_id: int, sent: SentMessage | None
    ) -> Self:
        """Return the post that `sent` is, or is to be if it is None."""
        if sent is None:
            return cls(kind, guild_id, channel_id, None)
        return cls(kind, guild_id, channel_id, sent.message_id, sent.thread_id)


@dataclass(frozen=True, slots=True)
class Watch:
    """Words of which every new mention in an article is to be posted.

    `words` is a topic's slug or free text. It posts to `channel_id`, or where that is None to the
    user `user_id` in direct messages, at most `per_hour` times an hour. It sees the articles of the
    server `guild_id`, which is SHARED where it was made in direct messages. `pause_reason` is the
    sentence with which Verbatim paused it for good. `exclude` are words that must not stand in an
    article, as they were typed.
    """

    id: int
    guild_id: int
    channel_id: int | None
    user_id: int
    words: str
    per_hour: int
    created_at: datetime
    pause_reason: str | None = None
    exclude: str | None = None

    @property
    def query(self) -> str:
        """What it watches for, as it may be typed: "kites but not drones"."""
        return join_query(self.words, self.exclude)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be posted once because an article was added, changed or removed, or because a
    schedule or watch was paused or a post of it refused.

    "watch": a new article mentions what somebody watches. "edited" and "withdrawn" are flags: its
    source has changed or taken down an article, so that the quotes of `brief`, which are in the
    message `reply_to`, are no longer in it. "paused": a schedule or a watch no longer posts to
    `channel_id`, for a `reason` in one sentence, which is sent to `user_id`. "refused": likewise,
    but it goes on, and only one post was set aside. A notice of any other kind whose `channel_id`
    is None is sent to `user_id` in direct messages. `key` is never used again; `happened_at` is in
    UTC.
    """

    key: str
    kind: NoticeKind
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
    """When a schedule is due, in local time of `zone` (an IANA name).

    `times` ascend; `days` ascend from 0 (Monday) to 6 (Sunday). Neither is ever empty. `weeks` says
    which weeks or days of the month, as `bot.schedule.times.weeks` writes it; None for every week.
    """

    times: tuple[time, ...]
    days: tuple[int, ...]
    zone: str
    weeks: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A summary that is posted in a channel again and again.

    `topic` is a slug, free text or "everything". With `announce_empty` a post says so when there is
    nothing new; without it nothing is then posted. Slots after `due_after` (UTC) are still to be
    delivered. `pause_reason` is a sentence if Verbatim itself paused the schedule.

    `exclude` are words that must not stand in an article, as they were typed. A post has at most
    `max_quotes` quotes and, if `titled`, a title line with the date. It mentions the role `role_id`
    and carries the forum tag `tag_id`, if set. Without a `form` that of the server counts. The
    title line has the words of `title` before the date.
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
    exclude: str | None = None
    max_quotes: int | None = None
    titled: bool = False
    title: str | None = None
    role_id: int | None = None
    tag_id: int | None = None
    form: PostForm | None = None

    @property
    def query(self) -> str:
        """What it summarises, as it may be typed: "kites but not drones"."""
        return join_query(self.topic, self.exclude)

    def look(self, server_form: PostForm, *, is_first: bool = False) -> PostLook:
        """Return how a summary is posted for it, in a server that prefers that form."""
        return PostLook(
            self.form or server_form, self.titled, self.title, self.role_id, self.tag_id, is_first
        )


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Times of day in `zone` (an IANA name); they span midnight if `end` is not after `start`."""

    start: time
    end: time
    zone: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a server has chosen.

    Without a `language`, replies use each person's language and scheduled posts the server's.
    Members with the role `scheduler_role` may schedule, besides those with Manage Server.
    `keeps_gaps` says whether questions without an answer are stored for the administrators.
    Without `shared` the operator's default counts. `zone` is the IANA name of the server's time
    zone. Mentions are answered if it `talks`, in `talk_channels` or, without these, in all.
    """

    private: bool = False
    language: str | None = None
    colours: Colours = "kinds"
    scheduler_role: int | None = None
    quiet_hours: QuietHours | None = None
    form: PostForm = "channel"
    keeps_gaps: bool = True
    shared: SharedArticles | None = None
    zone: str | None = None
    talks: bool = True
    talk_channels: tuple[int, ...] | None = None
    public_failures: bool = False


def join_query(words: str, exclude: str | None) -> str:
    """Return a topic and what must not stand in an article as one text that people may type."""
    return f"{words} but not {exclude}" if exclude else words
