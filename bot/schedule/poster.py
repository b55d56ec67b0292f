"""What a delivery needs of the library and of Discord: articles to digest and a poster to send."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.errors import ScheduleError
from bot.model import Article, Digest, Notice, PostedQuote, PostLook, Schedule, SentMessage


class ChannelLostError(ScheduleError):
    """The channel is gone or closed to the bot, and no retry helps until someone acts.

    The text says which, and what can be done.
    """


class PostFailedError(ScheduleError):
    """The post may not have arrived, for a reason that is expected to pass."""


class PostRefusedError(ScheduleError):
    """Discord did not take the post and will not take it as it is: its content is refused."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a post.

    All attempts at one post share the `nonce`, of at most 25 characters, and `not_before`, the
    moment before which none was made, by our clock, and `sent_after`, by Discord's, where that is
    known. `is_retry` if there may have been an earlier attempt.
    """

    nonce: str
    not_before: datetime
    is_retry: bool = False
    sent_after: datetime | None = None


def make_nonce(number: int, moment: datetime) -> str:
    """Return the nonce of all attempts at one post; at most 20 characters until the year 2500."""
    return f"{number:x}-{int(moment.timestamp() * 1000):x}"


class ArticleSource(Protocol):
    """The articles that a server may be quoted. Two that are equal hold the same."""

    @property
    def version(self) -> Hashable:
        """What changes whenever an article comes, changes or goes."""

    def digest(
        self, topic: str, *, already_posted: Sequence[PostedQuote], max_points: int | None
    ) -> Digest:
        """Return what `topic` holds beyond `already_posted`, in at most `max_points` quotes or as
        many as a digest has. It may take seconds.

        Raises VerbatimError if the topic cannot be searched for.
        """

    def article(self, article_id: str) -> Article | None:
        """Return the article with that id, without waiting."""


class Poster(Protocol):
    """Sends posts to Discord.

    Every method raises ChannelLostError, PostFailedError or PostRefusedError. Where an earlier
    attempt at the post has arrived, nothing is sent and that attempt's message is returned.
    """

    def discord_time(self) -> datetime:
        """Return the present moment by Discord's clock."""

    async def post_summary(
        self, schedule: Schedule, summary: Digest, look: PostLook, attempt: Attempt
    ) -> SentMessage:
        """Send `summary` to the schedule's channel; without points it says "nothing new", and
        mentions nobody. A role or tag of its look that is no more is left out."""

    async def post_watch_quotes(
        self, notice: Notice, digest: Digest, left_out: int, attempt: Attempt
    ) -> SentMessage:
        """Send the quotes found for a watch; `left_out` earlier articles waited too long."""

    async def post_flag(self, notice: Notice, attempt: Attempt) -> SentMessage:
        """Say below an earlier post that its quotes are no longer in their article."""

    async def tell_maker(self, notice: Notice, attempt: Attempt) -> SentMessage:
        """Tell the person who made a schedule or a watch, or their server, that it is paused, or
        that a post of it was refused."""
