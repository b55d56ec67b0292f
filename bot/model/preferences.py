"""The settings that a server chooses for itself."""

from dataclasses import dataclass
from datetime import time
from typing import Literal

# The accent of replies: one colour for each kind of reply, one for all, or none.
Colours = Literal["kinds", "blue", "teal", "purple", "none"]
# Where a summary is posted: in its channel, in one thread a day, or in a thread of its own (a post
# where the channel is a forum).
PostForm = Literal["channel", "thread", "post"]


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
    """

    private: bool = False
    language: str | None = None
    colours: Colours = "kinds"
    scheduler_role: int | None = None
    quiet_hours: QuietHours | None = None
    form: PostForm = "channel"
    keeps_gaps: bool = True
