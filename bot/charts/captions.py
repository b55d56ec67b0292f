"""The words of a chart, and the picture that they describe."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from bot.charts.coverage import Coverage, Part, Step
from bot.language import format_day, format_month, format_short_day, say, say_count

MAX_ALT_TEXT: Final = 1024  # characters (Discord: media gallery items)

_MAX_NAME = 60  # of an outlet or a subject, in characters
_CUT = "…"


class Drawing(NamedTuple):
    """A PNG, and the names that no font here can draw, each after the label that replaces it."""

    png: bytes
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with its `key` as in `Drawing`, and the same in words."""

    png: bytes
    alt: str
    key: tuple[tuple[str, str], ...] = ()


def heading(step: Step) -> str:
    """Return the heading of a chart."""
    match step:
        case "day":
            return say("Articles by day")
        case "week":
            return say("Articles by week, from Monday")
        case "month":
            return say("Articles by month")
        case "year":
            return say("Articles by year")


def period(step: Step, start: date) -> str:
    """Name a period by its first day."""
    match step:
        case "day" | "week":
            return format_short_day(start)
        case "month":
            return format_month(start)
        case "year":
            return f"{start:%Y}"


def label_of(part: Part) -> str:
    """Return the label of a part: its outlet, or what its stories have in common."""
    if part.outlet:
        return shortened(" ".join(part.outlet.split()))
    return say("Other outlets") if part.is_rest else say("Outlet unknown")


def alt_text(coverage: Coverage, subject: str) -> str:
    """Say in words all that the chart of a subject shows, within MAX_ALT_TEXT."""
    summary = say_count(
        sum(coverage.totals),
        "Bar chart of {number:,} article on {subject}, {first} to {last}.",
        "Bar chart of {number:,} articles on {subject}, {first} to {last}.",
        subject=shortened(" ".join(subject.split())),
        first=format_day(coverage.starts[0]),
        last=format_day(coverage.last),
    )
    outlets = _list_counts((label_of(part), part.stories) for part in coverage.parts)
    periods = _list_counts(
        (period(coverage.step, start), total)
        for start, total in zip(coverage.starts, coverage.totals, strict=True)
        if total
    )
    by_outlet = say("By outlet: {counts}.", counts=outlets)
    text = f"{summary} {by_outlet} {heading(coverage.step)}: {periods}."
    return text if len(text) <= MAX_ALT_TEXT else text[: MAX_ALT_TEXT - len(_CUT)] + _CUT


def shortened(name: str, max_length: int = _MAX_NAME) -> str:
    """Return `name`, cut to `max_length` characters."""
    return name if len(name) <= max_length else name[: max_length - len(_CUT)].rstrip() + _CUT


def _list_counts(counts: Iterable[tuple[str, int]]) -> str:
    return "; ".join(f"{name}: {count:,}" for name, count in counts)
