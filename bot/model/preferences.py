"""How a server wants Verbatim to speak and to post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

# By the kind of a reply, one for all of them, or none at all.
Colours = Literal["kinds", "blue", "teal", "purple", "none"]
# Where a summary goes: into its channel itself, into one thread a day, or into a thread (in a
# forum: a post) of its own.
Form = Literal["channel", "thread", "post"]


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day until another, as the clocks of `zone` (an IANA name) show it; past
    midnight where `until` is not the later one."""

    start: time
    until: time
    zone: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a server has chosen. Without a `language` Verbatim speaks to each person in their own,
    and in what it posts of its own accord in the server's. `schedulers` is a role whose members may
    schedule beside those with Manage Server. `keeps_gaps`: whether questions that found no answer
    are kept for the server's administrators.
    """

    private: bool = False
    language: str | None = None
    colours: Colours = "kinds"
    schedulers: int | None = None
    quiet: QuietHours | None = None
    form: Form = "channel"
    keeps_gaps: bool = True
