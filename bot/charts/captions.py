"""The words of a chart: those that are drawn, and those that stand for it where none is seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from bot.charts.coverage import Coverage, Part, Step
from bot.language import format_day, format_month, format_short_day, say, say_count

LONGEST_ALT: Final = 1024  # characters (Discord: media gallery items)

_LONGEST_NAME = 60  # of an outlet or a subject, in characters
_CUT = "…"


def heading(step: Step) -> str:
    match step:
        case "day":
            return say("Stories by day")
        case "week":
            return say("Stories by week, from Monday")
        case "month":
            return say("Stories by month")
        case "year":
            return say("Stories by year")


def period(step: Step, start: date) -> str:
    """A period by its first day."""
    match step:
        case "day" | "week":
            return format_short_day(start)
        case "month":
            return format_month(start)
        case "year":
            return f"{start:%Y}"


def label_of(part: Part) -> str:
    """Whose stories they are."""
    if part.outlet:
        return shortened(" ".join(part.outlet.split()))
    return say("Other outlets") if part.others else say("Outlet not stated")


def alt(shown: Coverage, subject: str) -> str:
    """All that the chart of a subject shows, in words, within LONGEST_ALT."""
    told = say_count(
        sum(shown.totals),
        "Bar chart of {number:,} story on {subject}, {first} to {last}.",
        "Bar chart of {number:,} stories on {subject}, {first} to {last}.",
        subject=shortened(" ".join(subject.split())),
        first=format_day(shown.starts[0]),
        last=format_day(shown.last),
    )
    outlets = _counts((label_of(part), part.stories) for part in shown.parts)
    periods = _counts(
        (period(shown.step, start), total)
        for start, total in zip(shown.starts, shown.totals, strict=True)
        if total
    )
    by_outlet = say("By outlet: {counts}.", counts=outlets)
    text = f"{told} {by_outlet} {heading(shown.step)}: {periods}."
    return text if len(text) <= LONGEST_ALT else text[: LONGEST_ALT - len(_CUT)] + _CUT


def shortened(name: str, longest: int = _LONGEST_NAME) -> str:
    return name if len(name) <= longest else name[: longest - len(_CUT)].rstrip() + _CUT


def _counts(of: Iterable[tuple[str, int]]) -> str:
    return "; ".join(f"{name}: {count:,}" for name, count in of)
