"""Charts of coverage: what is counted, that it can be seen by anybody, and said where it cannot."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontEntry, findfont, fontManager
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageColor

from bot.charts import Charts
from bot.charts.captions import MAX_ALT_TEXT, Drawing, alt_text
from bot.charts.coverage import Coverage, Part, count_coverage
from bot.charts.drawing import CARD, INK, STYLES, WIDTH, MatplotlibArtist
from bot.charts.fonts import Fonts
from bot.language import use_language
from bot.model import Article, Paragraph

MONDAY = date(2026, 3, 2)
HERALD, POST, TIMES = "The Herald", "The Post", "The Times"


def story(published: date | None, outlet: str | None = HERALD) -> Article:
    return Article(
        "a", "A", (Paragraph("It rained."),), "a.txt", outlet=outlet, published=published
    )


def stories(*outlets: str | None, days: Sequence[int] = (0,)) -> list[Article]:
    """One story of each outlet on each day, counted back from MONDAY."""
    return [story(MONDAY - timedelta(days=ago), outlet) for ago in days for outlet in outlets]


def covered(articles: Iterable[Article]) -> Coverage:
    found = count_coverage(articles)
    assert found is not None
    return found


def parts(coverage: Coverage) -> list[tuple[str | None, int]]:
    return [("others" if part.is_rest else part.outlet, part.stories) for part in coverage.parts]


# What is counted


def test_fewer_than_a_handful_of_dated_stories_make_no_chart() -> None:
    undated = [story(None)] * 9
    assert count_coverage([*undated, *stories(HERALD, days=range(4))]) is None
    assert covered([*undated, *stories(HERALD, days=range(5))]).totals == (0, 0, 1, 1, 1, 1, 1)


def test_a_chart_of_some_days_leaves_the_others_out() -> None:
    articles = stories(HERALD, days=range(10))
    first, last = MONDAY - timedelta(days=7), MONDAY - timedelta(days=2)
    coverage = count_coverage(articles, first=first, last=last)
    assert coverage is not None
    assert (coverage.starts[0], coverage.last, coverage.totals) == (first, last, (1,) * 6)
    assert count_coverage(articles, first=MONDAY - timedelta(days=3)) is None


@pytest.mark.parametrize(
    ("span", "step", "first"),
    [
        (30, "day", date(2026, 1, 31)),
        (31, "week", date(2026, 1, 26)),
        (210, "week", date(2025, 8, 4)),
        (220, "month", date(2025, 7, 1)),
        (900, "month", date(2023, 9, 1)),
        (1000, "year", date(2023, 1, 1)),
    ],
)
def test_the_longer_the_time_the_longer_its_periods(span: int, step: str, first: date) -> None:
    coverage = covered(stories(HERALD, days=(0, 1, 2, 3, span)))
    assert (coverage.step, coverage.starts[0]) == (step, first)


def test_of_centuries_there_is_no_chart() -> None:
    assert count_coverage([story(date.min), story(date.max), *stories(HERALD, POST, TIMES)]) is None


def test_the_outlets_with_most_stories_are_named_and_the_others_are_one() -> None:
    articles = [
        *stories(TIMES, days=range(4)),
        *stories(HERALD, days=range(6)),
        *stories(POST, days=range(5)),
        *stories("The Mail", None, days=range(2)),
    ]
    assert parts(covered(articles)) == [(HERALD, 6), (POST, 5), (TIMES, 4), ("others", 4)]
    assert parts(covered(stories(None, HERALD, POST, TIMES, days=range(3)))) == [
        (HERALD, 3),
        (POST, 3),
        (TIMES, 3),
        (None, 3),
    ]


@given(
    st.lists(
        st.builds(
            story,
            st.one_of(st.none(), st.dates(date(1, 1, 1), date(9999, 12, 31))),
            st.sampled_from([HERALD, POST, TIMES, "The Mail", "", None]),
        )
        | st.builds(story, st.dates(date(2025, 6, 1), date(2026, 3, 2))),
        max_size=40,
    )
)
def test_every_dated_story_is_counted_once(articles: list[Article]) -> None:
    coverage = count_coverage(articles)
    dated = [article for article in articles if article.published]
    if coverage is None:
        assert len(dated) < 5 or max(map(_year, dated)) - min(map(_year, dated)) > 30
        return
    assert sum(coverage.totals) == len(dated)
    assert 7 <= len(coverage.starts) <= 31 or coverage.step != "day"
    assert len(coverage.parts) <= len(STYLES)
    assert coverage.starts[0] <= min(a.published for a in dated if a.published)
    lengths = {after - before for before, after in pairwise(coverage.starts)}
    assert max(lengths, default=timedelta(1)) - min(lengths, default=timedelta(1)) <= timedelta(3)


def _year(article: Article) -> int:
    assert article.published
    return article.published.year


# What is said of it


def test_the_counts_are_said_in_words() -> None:
    articles = [*stories(HERALD, days=(0, 1, 5)), *stories(POST, None, days=(1,))]
    assert alt_text(covered(articles), "China") == (
        "Bar chart of 5 articles on China, 24 February 2026 to 2 March 2026. By outlet: The "
        "Herald: 3; The Post: 1; Outlet unknown: 1. Articles by day: 25 Feb: 1; 1 Mar: 3; 2 Mar: "
        "1."
    )


def test_the_counts_are_said_in_korean() -> None:
    with use_language("ko"):
        said = alt_text(covered(stories(HERALD, days=range(5))), "중국")
    assert "중국" in said
    assert "2026년 2월 24일" in said
    assert "2월 26일: 1" in said


def test_no_words_are_too_many_for_discord() -> None:
    months = tuple(date(2023 + month // 12, month % 12 + 1, 1) for month in range(31))
    outlets = [Part(letter * 300, (1_000_000,) * 31) for letter in "ABCD"]
    said = alt_text(Coverage("month", months, MONDAY, tuple(outlets)), "China " * 100)
    assert len(said) == MAX_ALT_TEXT
    assert said.endswith("…")


# What is seen


def drawn(articles: Iterable[Article], fonts: Fonts | None = None) -> Drawing:
    """The chart; a character drawn as an empty box is a warning of matplotlib's, and so a fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return MatplotlibArtist(fonts or Fonts()).draw(covered(articles))


def image(drawing: Drawing) -> Image.Image:
    return Image.open(io.BytesIO(drawing.png)).convert("RGBA")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [channel / 255 for channel in ImageColor.getrgb(colour)[:3]]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2)."""
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def test_a_chart_is_small_and_stands_on_a_card_of_its_own() -> None:
    drawing = drawn(stories(HERALD, POST, TIMES, "A", "B", days=range(31)))
    picture = image(drawing)
    assert len(drawing.png) < 100_000
    assert picture.width == WIDTH
    assert picture.height <= WIDTH  # most of a phone's screen stays free
    corners = [(0, 0), (WIDTH - 1, 0), (0, picture.height - 1), (WIDTH - 1, picture.height - 1)]
    assert {picture.getpixel(corner) for corner in corners} == {ImageColor.getcolor(CARD, "RGBA")}


def test_type_and_bars_stand_out_from_the_card() -> None:
    assert contrast(INK, CARD) > 7  # WCAG's best grade for text
    assert min(contrast(style.fill, CARD) for style in STYLES) > 4.5


def test_no_two_outlets_are_told_apart_by_colour_alone() -> None:
    assert len({style.hatch for style in STYLES}) == len(STYLES)


@pytest.mark.parametrize("number", range(1, 5))
def test_each_outlet_is_seen_in_its_own_way(number: int) -> None:
    picture = image(drawn(stories(*"ABCD"[:number], days=range(5))))
    seen = {colour for _, colour in picture.getcolors(picture.width * picture.height) or ()}
    fills = [ImageColor.getcolor(style.fill, "RGBA") for style in STYLES]
    assert [fill in seen for fill in fills] == [place < number for place in range(4)]


@pytest.mark.parametrize(
    "outlet",
    ["$5 News $6", "W" * 300, "A\nB\tC", "<b>&amp;", "$\\nothing{$", "Daily 😀 News", "한겨레"],
)
def test_any_name_is_drawn_within_the_card(outlet: str) -> None:
    picture = image(drawn(stories(outlet, days=range(5))))
    edge = picture.crop((WIDTH - 20, 0, WIDTH, picture.height))
    assert edge.getcolors() == [(20 * picture.height, ImageColor.getcolor(CARD, "RGBA"))]


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_no_name_breaks_a_chart(outlet: str) -> None:
    assert drawn(stories(outlet, days=range(5))).png


# Fonts

NO_OTHER_FONTS = Fonts(())


def test_a_name_that_no_font_can_draw_has_a_sign_that_is_explained() -> None:
    drawing = drawn(stories(HERALD, "한겨레", days=range(5)), NO_OTHER_FONTS)
    assert drawing.key == (("Outlet B", "한겨레"),)


def test_where_no_font_can_draw_a_language_the_chart_is_in_english() -> None:
    articles = stories(HERALD, days=range(5))
    english = drawn(articles, NO_OTHER_FONTS)
    with use_language("ko"):
        assert drawn(articles, NO_OTHER_FONTS) == english


def test_a_font_is_chosen_by_the_characters_it_holds() -> None:
    other = next(font for font in fontManager.ttflist if font.name == "STIXGeneral")
    lacking = set(FT2Font(other.fname).get_charmap()) - set(
        FT2Font(findfont("DejaVu Sans")).get_charmap()
    )
    character = chr(min(lacking))
    assert Fonts(()).drawable(f"A{character}") == "A"
    boxes = FontEntry(fname=other.fname, name="Last Resort", weight=400)
    gone = FontEntry(fname="/nowhere/gone.ttf", name="Gone Sans", weight=400)
    assert Fonts((boxes, gone)).drawable(f"A{character}") == "A"
    plain = FontEntry(fname=other.fname, name=other.name, weight=400)
    fonts = Fonts((boxes, gone, plain))
    assert fonts.drawable(f"A{character}") == f"A{character}"
    assert fonts.families == ["DejaVu Sans", "STIXGeneral"]


# Pictures


class Blot:
    """An artist that cannot draw."""

    def draw(self, coverage: Coverage) -> Drawing:
        raise MemoryError


def test_a_picture_has_its_words() -> None:
    picture = Charts().picture(stories(HERALD, POST, days=range(3)), "China")
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    assert picture.alt.startswith("Bar chart of 6 articles on China")


def test_a_chart_that_fails_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert Charts(Blot).picture(stories(HERALD, days=range(5)), "China") is None
    assert "MemoryError" in caplog.text


def test_an_artist_is_loaded_once_and_only_for_a_chart() -> None:
    loaded: list[Blot] = []

    def load() -> Blot:
        loaded.append(Blot())
        return loaded[-1]

    charts = Charts(load)
    charts.picture(stories(HERALD), "China")
    assert not loaded
    for _ in range(2):
        charts.picture(stories(HERALD, days=range(5)), "China")
    assert len(loaded) == 1


def test_matplotlib_is_not_loaded_with_the_bot() -> None:
    asked = "import bot.chat.client, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
