"""A chart as a picture that can be sent, with its words for those who do not see it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date
from threading import Lock
from typing import Protocol

from bot.charts.captions import alt
from bot.charts.coverage import Coverage, coverage
from bot.charts.pictures import Drawing, Picture
from bot.model import Article

_log = logging.getLogger(__name__)


class Artist(Protocol):
    def draw(self, shown: Coverage) -> Drawing:
        """Draw in the language that is spoken. One thread at a time calls it."""


def load_artist() -> Artist:
    """Load matplotlib, which takes a second and is needed for charts alone."""
    from bot.charts.drawing import MatplotlibArtist
    from bot.charts.fonts import Fonts

    return MatplotlibArtist(Fonts())


class Charts:
    """Draws one chart after the other, each in some 0.1 s; `load` is called for the first one."""

    def __init__(self, load: Callable[[], Artist] = load_artist) -> None:
        self._load = load
        self._artist: Artist | None = None
        self._lock = Lock()  # matplotlib is not made for several threads

    def picture(
        self,
        articles: Iterable[Article],
        subject: str,
        *,
        first: date | None = None,
        last: date | None = None,
    ) -> Picture | None:
        """How `articles`, those on a subject, spread over time and outlets, in the language that is
        spoken; `first` and `last` as in `coverage`. None where a chart would show too little, or
        cannot be drawn, which is logged: what it is to stand above can be read without it."""
        shown = coverage(articles, first=first, last=last)
        if shown is None:
            return None
        try:
            with self._lock:
                self._artist = self._artist or self._load()
                drawing = self._artist.draw(shown)
        except Exception:  # noqa: BLE001 matplotlib, this machine's fonts and its files
            _log.exception("a chart is left out")
            return None
        return Picture(drawing.png, alt(shown, subject), drawing.key)
