"""The periods that an answer may be limited to: their names, and which limits it obeyed."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from bot.chat.components.markdown import one_line
from bot.chat.components.stories import MAX_OUTLET
from bot.language import say, say_count, translatable
from bot.model import Period, Selected
from bot.schedule.times.periods import describe_period
from bot.schedule.times.zones import zone_name

# What is new to the channel, whenever it was published.
SINCE_LAST: Final = "since-last"

# What is suggested before anything is typed. Each is understood as it is, in every language.
SUGGESTED_PERIODS: Final = (
    translatable("past day"),
    translatable("past week"),
    translatable("past month"),
    translatable("past year"),
    translatable("today"),
    translatable("yesterday"),
    translatable("since Monday"),
    translatable("last week"),
    translatable("last month"),
)
_DIGEST_NAMES: Final[Mapping[str, str]] = {
    "past day": translatable("Digest of the past day"),
    "past week": translatable("Digest of the past week"),
    "past month": translatable("Digest of the past month"),
    SINCE_LAST: translatable("Digest of what is new to this channel"),
}
_NOTHING_COVERED: Final[Mapping[str, str]] = {
    "past day": translatable("No article from the past day covers this topic."),
    "past week": translatable("No article from the past week covers this topic."),
    "past month": translatable("No article from the past month covers this topic."),
    SINCE_LAST: translatable("There is nothing new on this topic for this channel."),
    "": translatable("No article here covers this topic."),
}


def digest_name(period: str) -> str:
    """Return the name of a digest of articles from the period; "" where its heading is enough."""
    name = _DIGEST_NAMES.get(period)
    return say(name) if name else ""


def nothing_covered(period: str, selected: Selected | None = None) -> str:
    """Return a sentence that no article from the period covers a topic."""
    if period in _NOTHING_COVERED and period:
        return say(_NOTHING_COVERED[period])
    if selected and selected.selection.period:
        return say("No article from this period covers this topic.")
    if selected:
        return say("No article from this source covers this topic.")
    return say(_NOTHING_COVERED[""])


def filter_lines(selected: Selected | None) -> Iterator[str]:
    """Yield lines that say to which articles an answer was limited, and how many it left out
    because they state no date; none where it was not limited."""
    if selected is None:
        return
    period, source = selected.selection.period, selected.selection.source
    parts = []
    if period:
        parts.append(say("Period: {period}", period=_period_in_words(period)))
    if source:
        parts.append(say("Source: {source}", source=one_line(source.name, MAX_OUTLET)))
    parts.append(say_count(selected.article_count, "{number:,} article", "{number:,} articles"))
    yield f"-# {' · '.join(parts)}"
    if selected.undated_count:
        note = say_count(
            selected.undated_count,
            "{number:,} article has no date and was left out.",
            "{number:,} articles have no date and were left out.",
        )
        yield f"-# {note}"


def _period_in_words(period: Period) -> str:
    """Say a period, and by whose clock where it begins within a day."""
    words = describe_period(period)
    start = period.start and period.start.astimezone(ZoneInfo(period.zone))
    if start and start.time() != time():
        words = say("{period} ({zone})", period=words, zone=zone_name(period.zone))
    return words
