"""What a digest may be limited to, mostly the time of its articles, and how that is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from bot.language import say

Period = Literal["past day", "past week", "past month", "since-last"]

# What the channel has not had, whenever it was published.
SINCE_LAST: Final = "since-last"

PERIODS: Final[Mapping[str, timedelta]] = MappingProxyType(
    {
        "past day": timedelta(days=1),
        "past week": timedelta(weeks=1),
        "past month": timedelta(days=30),
    }
)


def began(period: str, now: datetime) -> datetime | None:
    """When the period that ends `now` began; None where it began at no certain time."""
    return now - PERIODS[period] if period in PERIODS else None


def digest_of(period: str) -> str:
    """What a digest of articles from the period is called."""
    match period:
        case "past day":
            return say("Digest of the past day")
        case "past week":
            return say("Digest of the past week")
        case "past month":
            return say("Digest of the past month")
        case "since-last":
            return say("Digest of what is new to this channel")
        case _:
            return say("Digest")


def uncovered(period: str) -> str:
    """That no article from the period covers a topic."""
    match period:
        case "past day":
            return say("No article of the past day covers this topic.")
        case "past week":
            return say("No article of the past week covers this topic.")
        case "past month":
            return say("No article of the past month covers this topic.")
        case "since-last":
            return say("Nothing on this topic is new to this channel.")
        case _:
            return say("No article here covers this topic.")
