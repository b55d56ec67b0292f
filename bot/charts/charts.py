"""Charts as pictures to send, with alt text."""

import logging
from collections.abc import Callable, Iterable
from datetime import date
from threading import Lock
from typing import Protocol

from bot.charts.captions import Drawing, Picture, alt_text
from bot.charts.coverage import Coverage, count_coverage
from bot.model import Article

log = logging.getLogger(__name__)


class Artist(Protocol):
    """Draws charts."""

    def draw(self, coverage: Coverage) -> Drawing:
        """Draw in the current language. One thread at a time calls it."""


def load_artist() -> Artist:
    """Load matplotlib, which takes a second and is needed for charts alone."""
    from bot.charts.drawing import MatplotlibArtist
    from bot.charts.fonts import Fonts

    return MatplotlibArtist(Fonts())


class Charts:
    """Draws one chart at a time, each in about 0.1 s; `load` is called for the first one."""

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
        """Return a chart of the articles on a subject, in the current language.

        `first` and `last` are as in `count_coverage`. None where it would show too little, or where
        it cannot be drawn, which is logged: what is sent can be read without it.
        """
        coverage = count_coverage(articles, first=first, last=last)
        if coverage is None:
            return None
        try:
            with self._lock:
                self._artist = self._artist or self._load()
                drawing = self._artist.draw(coverage)
        except Exception:
            log.exception("chart left out")
            return None
        return Picture(drawing.png, alt_text(coverage, subject), drawing.key)
