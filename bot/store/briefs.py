"""Stored briefs as data again."""

from __future__ import annotations

from typing import Any

from bot.model import Brief, BriefPoint, PostedQuote, Span


def brief_from(stored: dict[str, Any]) -> Brief:
    """A brief from what `asdict` made of it, after its way through JSON."""
    return Brief(
        topic=stored["topic"],
        title=stored["title"],
        points=tuple(
            BriefPoint(
                quote=PostedQuote(**point["quote"]),
                marks=tuple(Span(*mark) for mark in point["marks"]),
                also=tuple(PostedQuote(**quote) for quote in point["also"]),
            )
            for point in stored["points"]
        ),
    )
