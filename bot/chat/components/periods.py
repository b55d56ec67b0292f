"""The periods that a digest may be limited to, and their names."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.language import say, translatable

Period = Literal["past day", "past week", "past month", "since-last"]

# What is new to the channel, whenever it was published.
SINCE_LAST: Final = "since-last"

PERIODS: Final[Mapping[str, timedelta]] = {
    "past day": timedelta(days=1),
    "past week": timedelta(weeks=1),
    "past month": timedelta(days=30),
}
_DIGEST_NAMES: Final[Mapping[str, str]] = {
    "past day": translatable("Digest of the past day"),
    "past week": translatable("Digest of the past week"),
    "past month": translatable("Digest of the past month"),
    SINCE_LAST: translatable("Digest of what is new to this channel"),
    "": translatable("Digest"),
}
_NOTHING_COVERED: Final[Mapping[str, str]] = {
    "past day": translatable("No article of the past day covers this topic."),
    "past week": translatable("No article of the past week covers this topic."),
    "past month": translatable("No article of the past month covers this topic."),
    SINCE_LAST: translatable("Nothing on this topic is new to this channel."),
    "": translatable("No article here covers this topic."),
}


def period_start(period: str, now: datetime) -> datetime | None:
    """Return when the period that ends `now` began; None where it has no fixed start."""
    return now - PERIODS[period] if period in PERIODS else None


def digest_name(period: str) -> str:
    """Return the name of a digest of articles from the period ("" for all)."""
    name = _DIGEST_NAMES.get(period, _DIGEST_NAMES[""])
    return say(name)


def nothing_covered(period: str) -> str:
    """Return a sentence that no article from the period covers a topic."""
    sentence = _NOTHING_COVERED.get(period, _NOTHING_COVERED[""])
    return say(sentence)
