"""Briefs as JSON for the database, and stored JSON as briefs."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.model import Brief, BriefComparison, BriefPoint, PostedQuote, PostLook, Span

_STORED_NAMES = {"repeats": "also"}  # fields that are stored under another name


def stored_brief(brief: Brief) -> dict[str, Any]:
    """Return a brief as JSON takes it."""
    return asdict(brief, dict_factory=_fields)


def brief_from(stored: dict[str, Any]) -> Brief:
    """Return the brief that `stored_brief` wrote, in this version or an earlier one; what that one
    did not store takes its default."""
    new_stories = stored.get("new_stories")
    composed_at, sent_after = stored.get("composed_at"), stored.get("sent_after")
    return Brief(
        topic=stored["topic"],
        title=stored["title"],
        points=tuple(map(_point_from, stored["points"])),
        new_stories=None if new_stories is None else tuple(new_stories),
        look=PostLook(**stored.get("look") or {"form": stored.get("form", "channel")}),
        composed_at=composed_at and datetime.fromisoformat(composed_at),
        sent_after=sent_after and datetime.fromisoformat(sent_after),
        titles=tuple((language, title) for language, title in stored.get("titles", ())),
    )


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        _STORED_NAMES.get(name, name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in pairs
    }


def _point_from(stored: dict[str, Any]) -> BriefPoint:
    return BriefPoint(
        quote=_quote_from(stored["quote"]),
        marks=_spans_from(stored["marks"]),
        repeats=tuple(map(_quote_from, stored["also"])),
        differs=tuple(
            BriefComparison(
                _quote_from(comparison["quote"]),
                words=_spans_from(comparison["words"]),
                other_words=_spans_from(comparison["other_words"]),
            )
            for comparison in stored.get("differs", ())
        ),
    )


def _quote_from(stored: dict[str, Any]) -> PostedQuote:
    posted_at = stored.get("posted_at")
    return PostedQuote(**stored | {"posted_at": posted_at and datetime.fromisoformat(posted_at)})


def _spans_from(stored: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in stored)
