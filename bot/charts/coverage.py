"""How many stories came when, and from which outlet: what a chart shows, as plain counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from bot.model import Article

FEWEST_STORIES: Final = 5  # a list of fewer tells all that a chart could

# On a phone the chart is 200 to 270 pixels wide: more bars are slivers there, and fewer are slabs.
_MOST_BARS = 31
_FEWEST_BARS = 7
_MOST_PARTS = 4  # that can be told apart

Step = Literal["day", "week", "month", "year"]
_STEPS: Final[tuple[Step, ...]] = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Part:
    """The stories of an outlet, of those that state none, or of all `others`: how many came in each
    period."""

    outlet: str | None
    counts: tuple[int, ...]
    others: bool = False

    @property
    def stories(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Stories by period and outlet.

    `starts` are the first days of the periods, which follow each other without a gap up to the day
    `last`. The outlet with most stories is the first of the `parts`, the rest the last.
    """

    step: Step
    starts: tuple[date, ...]
    last: date
    parts: tuple[Part, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """How many stories came in each period."""
        return tuple(map(sum, zip(*(part.counts for part in self.parts), strict=True)))


def coverage(
    articles: Iterable[Article], *, first: date | None = None, last: date | None = None
) -> Coverage | None:
    """The dated ones of `articles` by the shortest period that is long enough for a bar each.

    They are counted from `first` to `last`, or where these are None from the first story, but for a
    week at least, to the last. None where they are fewer than FEWEST_STORIES or span too many
    years.
    """
    stories = [
        (article.published, article.outlet or None)
        for article in articles
        if article.published and (first or date.min) <= article.published <= (last or date.max)
    ]
    if len(stories) < FEWEST_STORIES:
        return None
    days = [day for day, _ in stories]
    last = last or max(days)
    first = first or min(*days, date.fromordinal(max(last.toordinal() - _FEWEST_BARS + 1, 1)))
    for step in _STEPS:
        starts = _starts(step, first, last)
        if len(starts) <= _MOST_BARS:
            return Coverage(step, starts, last, tuple(_parts(stories, step, starts)))
    return None


def _starts(step: Step, first: date, last: date) -> tuple[date, ...]:
    """The first days of the periods that hold the days from `first` to `last`; of too many only
    enough to see that they are."""
    starts: dict[date, None] = {}
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        starts[_start(step, date.fromordinal(ordinal))] = None
        if len(starts) > _MOST_BARS:
            break
    return tuple(starts)


def _start(step: Step, day: date) -> date:
    """The first day of the period in which `day` lies; a week begins on Monday."""
    match step:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)


def _parts(
    stories: Sequence[tuple[date, str | None]], step: Step, starts: Sequence[date]
) -> Iterator[Part]:
    """A part for each outlet, or for those with most stories and one for all others."""

    def counts(outlets: Collection[str | None]) -> tuple[int, ...]:
        told = Counter(_start(step, day) for day, outlet in stories if outlet in outlets)
        return tuple(told[start] for start in starts)

    sizes = Counter(outlet for _, outlet in stories)
    # By size, those of one size by name; those that state none are never first.
    outlets = sorted(sizes, key=lambda outlet: (not outlet, -sizes[outlet], outlet or ""))
    named = outlets if len(outlets) <= _MOST_PARTS else outlets[: _MOST_PARTS - 1]
    for outlet in named:
        yield Part(outlet, counts((outlet,)))
    if others := outlets[len(named) :]:
        yield Part(None, counts(others), others=True)
