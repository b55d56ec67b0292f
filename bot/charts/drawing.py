"""A chart drawn by matplotlib: bars stacked by outlet, told apart by their hatching too."""

import io
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any, Final, NamedTuple

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import IdentityTransform

from bot.charts.captions import Drawing, heading, label_of, period, shortened
from bot.charts.coverage import Coverage
from bot.charts.fonts import Fonts
from bot.language import ENGLISH, current_language, say, use_language

# Pixels. On a page of 320 the picture is some 200 wide, and its type as high as small print there.
WIDTH: Final = 680
_TYPE: Final = 30
_LINE: Final = 44
_EDGE: Final = 24
_BARS: Final = 240
_LABELS_HEIGHT: Final = 72  # for the names of periods
_SCALE_WIDTH: Final = 88  # for numbers of stories
_SWATCH: Final = 60
_THIN: Final = 2  # lines of the grid and between parts
_HATCHING: Final = 5  # lines of a hatching
_DPI: Final = 100
_POINT: Final = 72 / _DPI  # matplotlib measures type and lines in points
_NUMBERS: Final = 3  # steps of the scale, at most

# A card of its own, so that it reads the same on a dark and on a light page.
CARD: Final = "#1f2329"
INK: Final = "#e8eaed"
_GRID: Final = "#3d444d"


class Style(NamedTuple):
    """The colour and the hatching of a part."""

    fill: str
    hatch: str


# Okabe and Ito's blue, orange and green, which colour-blind eyes tell apart, made lighter for the
# dark card, and grey; where all colour is lost the hatching still tells them apart.
STYLES: Final = (
    Style("#6cb4ee", ""),
    Style("#f0a13a", "/"),
    Style("#3fbf94", "."),
    Style("#b9bec6", "\\"),
)


class MatplotlibArtist:
    """An `Artist` that uses matplotlib."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts

    def draw(self, coverage: Coverage) -> Drawing:
        """Draw in the current language, or in English where no font has its letters."""
        words = (
            heading(coverage.step),
            *(period(coverage.step, start) for start in coverage.starts),
        )
        with use_language(current_language() if all(map(self._can_draw, words)) else ENGLISH):
            labels: list[str] = []
            key: list[tuple[str, str]] = []
            for letter, part in zip(ascii_uppercase, coverage.parts, strict=False):
                name = label = label_of(part)
                if not self._can_draw(name):
                    label = say("Outlet {letter}", letter=letter)
                    key.append((label, name))
                labels.append(self._fonts.drawable(label))
            return Drawing(_draw(coverage, labels, self._fonts.families), tuple(key))

    def _can_draw(self, text: str) -> bool:
        missing = set(text).difference(self._fonts.drawable(text))
        return not any(character.isalnum() for character in missing)


def _draw(coverage: Coverage, labels: Sequence[str], families: Sequence[str]) -> bytes:
    """Draw the heading, a legend of one line a part, and the bars below."""
    sheet = _Sheet(_LABELS_HEIGHT + _BARS + _LINE * (len(labels) + 1) + 2 * _EDGE, families)
    line = sheet.height - _EDGE - _LINE / 2
    sheet.write(_EDGE, line, heading(coverage.step))
    for style, label, part in zip(STYLES, labels, coverage.parts, strict=False):
        line -= _LINE
        sheet.swatch(line, style)
        sheet.entry(_EDGE + _SWATCH + _EDGE / 2, line, label, f": {part.stories:,}")
    sheet.bars(coverage)
    return sheet.png()


class _Sheet:
    """A figure measured in pixels from its lower left corner."""

    def __init__(self, height: int, families: Sequence[str]) -> None:
        self.height = height
        self._type: dict[str, Any] = {
            "fontfamily": list(families),
            "fontsize": _TYPE * _POINT,
            "color": INK,
        }
        self._figure = Figure((WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=CARD)
        self._canvas = FigureCanvasAgg(self._figure)

    def png(self) -> bytes:
        """Return the figure as a PNG."""
        file = io.BytesIO()
        self._canvas.print_png(file)
        return file.getvalue()

    def write(self, x: float, y: float, text: str) -> Text:
        """Write from `x` on, the middle of the line at `y`."""
        artist = Text(x, y, text, transform=IdentityTransform(), va="center_baseline", **self._type)
        artist.set_parse_math(False)  # an outlet may be called $$$
        self._figure.add_artist(artist)
        return artist

    def entry(self, x: float, y: float, name: str, number: str) -> None:
        """Write a name and a number, the name shortened as far as the sheet is wide."""
        artist = self.write(x, y, name + number)
        pen = self._canvas.get_renderer()
        for length in range(len(name) - 1, 0, -1):
            if artist.get_window_extent(pen).x1 <= WIDTH - _EDGE:
                break
            artist.set_text(shortened(name, length) + number)

    def swatch(self, y: float, style: Style) -> None:
        """Draw a sample of a style at the left edge."""
        box = Rectangle((_EDGE, y - _TYPE / 2), _SWATCH, _TYPE, transform=IdentityTransform())
        self._figure.add_artist(_painted(box, style))

    def bars(self, coverage: Coverage) -> None:
        """Draw the bars, a scale to their left, and three periods named below."""
        width = WIDTH - _SCALE_WIDTH - _EDGE
        position = (
            _SCALE_WIDTH / WIDTH,
            _LABELS_HEIGHT / self.height,
            width / WIDTH,
            _BARS / self.height,
        )
        axes = self._figure.add_axes(position, facecolor=CARD)
        axes.set_axisbelow(True)
        axes.grid(axis="y", color=_GRID, linewidth=_THIN * _POINT)
        axes.spines[:].set_visible(False)
        axes.yaxis.set_major_locator(MaxNLocator(_NUMBERS, integer=True))
        axes.tick_params(length=0, labelsize=_TYPE * _POINT, labelcolor=INK)
        bottoms = [0] * len(coverage.starts)
        for style, part in zip(STYLES, coverage.parts, strict=False):
            for bar in axes.bar(range(len(bottoms)), part.counts, bottom=bottoms):
                _painted(bar, style).set_visible(bar.get_height() > 0)
            bottoms = [bottom + count for bottom, count in zip(bottoms, part.counts, strict=True)]
        last = len(bottoms) - 1
        axes.set_xlim(-0.5, last + 0.5)
        axes.set_xticks([])
        for index, x, side in (
            (0, -0.5, "left"),
            (last // 2, last // 2, "center"),
            (last, last + 0.5, "right"),
        ):
            self._write_period(axes, x, side, period(coverage.step, coverage.starts[index]))

    def _write_period(self, axes: Axes, x: float, side: str, text: str) -> None:
        """Write below the bar `x`, which `side` of the text is aligned with."""
        y = -_EDGE / 2 / _BARS
        in_bars = axes.get_xaxis_transform()
        axes.text(x, y, text, transform=in_bars, ha=side, va="top", **self._type)


def _painted(shape: Rectangle, style: Style) -> Rectangle:
    """Fill and hatch `shape`, with an edge in the card's colour, and return it."""
    shape.set(facecolor=style.fill, edgecolor=CARD, linewidth=_THIN * _POINT)
    shape.set(hatch=style.hatch, hatchcolor=CARD)
    shape.set_hatch_linewidth(_HATCHING * _POINT)
    return shape
