"""The periods that a digest may be limited to, and their names."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from bot.language import say

Period = Literal["past day", "past week", "past month", "since-last"]

# What is new to the channel, whenever it was published.
SINCE_LAST: Final = "since-last"

PERIODS: Final[Mapping[str, timedelta]] = MappingProxyType(
    {
        "past day": timedelta(days=1),
        "past week": timedelta(weeks=1),
        "past month": timedelta(days=30),
    }
)


def period_start(period: str, now: datetime) -> datetime | None:
    """Return when the period that ends `now` began; None where it has no fixed start."""
    return now - PERIODS[period] if period in PERIODS else None


def digest_name(period: str) -> str:
    """Return the name of a digest of articles from the period ("" for all)."""
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


def nothing_covered(period: str) -> str:
    """Return a sentence that no article from the period covers a topic."""
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
