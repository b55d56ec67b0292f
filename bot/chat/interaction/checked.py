"""Quotes that were checked against the stored articles; no others are rendered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar, cast

from bot.errors import LibraryError
from bot.model import Article, Quote, Span

_T = TypeVar("_T")
_Result = TypeVar("_Result", covariant=True)
_Part = TypeVar("_Part")

# These hold no quotes, and there are many of them.
_LEAVES = (str, int, float, date, Span, Article, type(None))

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked(Generic[_Result]):
    """A result whose quotes all stand in their stored articles, character for character.

    What renders quotes takes nothing else, and only `check_quotes` makes one, right before a
    message is sent.
    """

    result: _Result

    def part(self, select: Callable[[_Result], _Part]) -> Checked[_Part]:
        """Return a part of the result, checked with it. Raises ValueError for any other quote."""
        part = select(self.result)
        if not {*map(_position, quotes_in(part))} <= {*map(_position, quotes_in(self.result))}:
            raise ValueError("a quote was not checked")
        return Checked(part)


def check_quotes(result: _T, is_current: Callable[[Quote], bool]) -> Checked[_T]:
    """Return `result` without the quotes that are not `is_current`, which are logged.

    Dataclasses, lists and tuples are searched through. What holds a single quote falls with it, and
    a `status` says "none" where no quote is left. Raises LibraryError where all of `result` falls.
    """
    current = _without_stale(result, is_current)
    if current is None and result is not None:
        raise stale_quote_error()
    return Checked(current)


def stale_quote_error() -> LibraryError:
    """The error to raise where a quote that was asked for no longer stands."""
    return LibraryError(
        "This quote is no longer in an article here because the article has changed or was removed."
    )


def quotes_in(result: object) -> Iterator[Quote]:
    """The quotes that a result shows, in order, each followed by those that differ from it."""
    if isinstance(result, Quote):
        yield result
        yield from quotes_in(result.differs)
    elif not isinstance(result, _LEAVES):
        parts = result if isinstance(result, list | tuple) else dict(_fields(result)).values()
        for part in parts:
            yield from quotes_in(part)


def _without_stale(value: Any, is_current: Callable[[Quote], bool]) -> Any:
    """`value` without stale quotes; None where it is one or holds one in a field."""
    if isinstance(value, Quote) and not is_current(value):
        log.error(
            "quote not sent, not verbatim: article %s, paragraph %d, characters %d to %d",
            value.article.id,
            value.paragraph,
            value.start,
            value.end,
        )
        return None
    if isinstance(value, _LEAVES):
        return value
    if isinstance(value, list | tuple):
        parts = [_without_stale(part, is_current) for part in value]
        if all(new is old for new, old in zip(parts, value, strict=True)):
            return value
        current_parts = (
            new for new, old in zip(parts, value, strict=True) if new is not None or old is None
        )
        return type(value)(current_parts)
    changes: dict[str, Any] = {}
    for name, old in _fields(value):
        new = _without_stale(old, is_current)
        if new is None and old is not None:
            return None
        if new is not old:
            changes[name] = new
    if not changes:
        return value
    current = replace(value, **changes)
    if any(name == "status" for name, _ in _fields(value)) and not any(quotes_in(current)):
        return replace(current, status="none")
    return current


def _fields(value: object) -> Iterator[tuple[str, Any]]:
    """The fields of a dataclass that may hold quotes, with their names; none of anything else."""
    for name in _field_names(cast(Hashable, type(value))):
        yield name, getattr(value, name)


@cache
def _field_names(kind: Hashable) -> Sequence[str]:
    """The names of a dataclass's fields; none of another kind."""
    if not isinstance(kind, type) or not is_dataclass(kind):
        return ()
    return [field.name for field in fields(kind)]


def _position(quote: Quote) -> tuple[str, int, int, int, str]:
    return quote.article.id, quote.paragraph, quote.start, quote.end, quote.text
