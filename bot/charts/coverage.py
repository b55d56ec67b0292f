"""Stories counted by period and outlet: what a chart shows."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from bot.model import Article

MIN_STORIES: Final = 5  # a list of fewer says all that a chart could

# On a phone the chart is 200 to 270 pixels wide: more bars are slivers there, and fewer are slabs.
_MAX_BARS = 31
_MIN_BARS = 7
_MAX_PARTS = 4  # that can be told apart

Step = Literal["day", "week", "month", "year"]
_STEPS: Final[tuple[Step, ...]] = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Part:
    """How many stories of an outlet came in each period; its name is None where none is stated.

    `is_rest` for all further outlets together.
    """

    outlet: str | None
    counts: tuple[int, ...]
    is_rest: bool = False

    @property
    def stories(self) -> int:
        """How many stories there are in all."""
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


def count_coverage(
    articles: Iterable[Article], *, first: date | None = None, last: date | None = None
) -> Coverage | None:
    """Count the dated `articles` by the shortest period that gives at most 31 bars.

    They are counted from `first` to `last`; where these are None from the first story, but at least
    a week before the last, to the last story. None if they are fewer than MIN_STORIES or span too
    many years.
    """
    stories = [
        (article.published, article.outlet or None)
        for article in articles
        if article.published and (first or date.min) <= article.published <= (last or date.max)
    ]
    if len(stories) < MIN_STORIES:
        return None
    days = [day for day, _ in stories]
    last = last or max(days)
    first = first or min(*days, date.fromordinal(max(last.toordinal() - _MIN_BARS + 1, 1)))
    for step in _STEPS:
        starts = _starts(step, first, last)
        if len(starts) <= _MAX_BARS:
            return Coverage(step, starts, last, tuple(_parts(stories, step, starts)))
    return None


def _starts(step: Step, first: date, last: date) -> tuple[date, ...]:
    """Return the first days of the periods from `first` to `last`, at most _MAX_BARS + 1."""
    starts: dict[date, None] = {}
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        starts[_start(step, date.fromordinal(ordinal))] = None
        if len(starts) > _MAX_BARS:
            break
    return tuple(starts)


def _start(step: Step, day: date) -> date:
    """Return the first day of the period that contains `day`; a week begins on Monday."""
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
    """Yield a part for each outlet, or for those with most stories and one for all others."""

    def counts(outlets: Collection[str | None]) -> tuple[int, ...]:
        by_start = Counter(_start(step, day) for day, outlet in stories if outlet in outlets)
        return tuple(by_start[start] for start in starts)

    sizes = Counter(outlet for _, outlet in stories)
    # By size, then by name; stories without an outlet are last.
    outlets = sorted(sizes, key=lambda outlet: (not outlet, -sizes[outlet], outlet or ""))
    named = outlets if len(outlets) <= _MAX_PARTS else outlets[: _MAX_PARTS - 1]
    for outlet in named:
        yield Part(outlet, counts((outlet,)))
    if remaining := outlets[len(named) :]:
        yield Part(None, counts(remaining), is_rest=True)
