"""The runs of characters on a page of a PDF, with their places, as PDFium finds them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double, c_int, create_string_buffer
from dataclasses import dataclass
from typing import Any, NamedTuple
from unicodedata import normalize

# Distances in sizes of the type.
_MAX_SPACE = 0.9  # within a run: a wider gap may be the one between two columns
_MAX_BACK = 0.5
_MAX_SHIFT = 0.25  # of the baseline within a line
_MIN_RAISE, _MAX_RAISE = 0.2, 0.7  # of a raised figure
_MAX_RAISED_SIZE = 0.85

_MAX_SLANT = 0.05  # quarter turns: text at another angle is a watermark
_TAB = 9
_LINE_END_HYPHEN = 2  # PDFium's character for a hyphen that ends a line
_LINE_BREAKS = (10, 13)
_UNKNOWN = "\ufffd"  # a character of which the document does not tell which letter it is
_ADDED = (" ", "-", _UNKNOWN)  # what PDFium adds itself: spaces, hyphens, line breaks
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_LIGATURES |= {0xFB05: "st", 0xFB06: "st"}
_INVISIBLE = frozenset("\u200b\u2060\ufeff")
_SPACES = re.compile(r"\s+")
_FIGURES = re.compile(r"\d+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BOLD = re.compile(r"bold|black|heavy|[cs][mf]bx|-bd|medi", re.IGNORECASE)
_SAMPLE = 7  # of so many characters one is looked at
_MAX_FONT_NAME = 128  # bytes
# Accents that older TeX prints as characters of their own over a letter.
_ACCENTS = {"¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "˜": "\u0303"}
_ACCENTS |= {"ˇ": "\u030c", "˘": "\u0306", "˚": "\u030a", "˝": "\u030b", "˙": "\u0307"}
_MAX_ACCENT_DISTANCE = 200  # glyphs in which the letter of an accent is searched


@dataclass(frozen=True, slots=True)
class Run:
    """Characters side by side on one line of a page that is turned upright.

    Places and sizes are in points; `baseline` grows towards the head of the page. `ends_in_space`
    says that the page prints a space after the last word.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool = False
    ends_in_space: bool = False


class _Glyph(NamedTuple):
    """A character, or a line break with the text ""."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    turn: int  # direction in quarter turns
    number: int  # among the page's characters, -1 for one that PDFium adds


def read_runs(text_page: Any) -> list[Run]:
    """Return the runs of a page's text in the order in which the page prints them.

    Only text in the direction of most characters counts, so that watermarks and stamps along the
    margin are left out. A raised figure becomes a superscript one: "3.2" with the mark of note 1
    is no "3.21".
    """
    import pypdfium2.raw as pdfium  # a tenth of a second: only where PDFs are read

    glyphs = list(_read_glyphs(pdfium, text_page))
    turns = Counter(glyph.turn for glyph in glyphs if not glyph.text.isspace())
    if not turns:
        return []
    (turn, _), *_ = turns.most_common()
    upright = _place_accents([glyph for glyph in glyphs if glyph.turn == turn])
    runs = (_make_run(pdfium, text_page, run) for run in _split_runs(upright))
    return [run for run in runs if run]


def count_unknown(text_page: Any) -> int:
    """Return the number of characters of which the document does not tell which letters they are,
    estimated from a sample."""
    import pypdfium2.raw as pdfium

    indices = range(0, pdfium.FPDFText_CountChars(text_page), _SAMPLE)
    errors = [pdfium.FPDFText_HasUnicodeMapError(text_page, index) for index in indices]
    return _SAMPLE * errors.count(1)


def is_raised(base: Run | _Glyph, mark: Run | _Glyph) -> bool:
    """Whether `mark` is smaller than `base` and stands higher on the same line."""
    rise = mark.baseline - base.baseline
    is_higher = _MIN_RAISE * base.size <= rise <= _MAX_RAISE * base.size
    return is_higher and mark.size <= _MAX_RAISED_SIZE * base.size


def raise_figures(text: str) -> str:
    """Return `text` with superscript figures if it consists of figures."""
    return text.translate(_RAISED) if _FIGURES.fullmatch(text) else text


def _read_glyphs(pdfium: Any, text_page: Any) -> Iterator[_Glyph]:
    """Yield the glyphs of a page; a line break has the place of the glyph before it."""
    x, y, box, matrix = c_double(), c_double(), pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x_pointer, y_pointer, box_pointer = byref(x), byref(y), byref(box)
    turn, size, height, is_straight = 0, 0.0, math.nan, True
    right = baseline = 0.0
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        text = _read_character(code)
        if text in _ADDED and pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            height = math.nan
            if code != _LINE_END_HYPHEN:
                if code not in _LINE_BREAKS:
                    yield _Glyph(" ", right, right, baseline, size, turn, -1)
                else:
                    yield _Glyph("", right, right, baseline, size, turn, -1)
                continue
        if not text:
            continue
        pdfium.FPDFText_GetCharOrigin(text_page, index, x_pointer, y_pointer)
        if y.value != height:  # asking for each glyph would take half the time
            height = y.value
            pdfium.FPDFText_GetMatrix(text_page, index, byref(matrix))
            quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
            is_straight = abs(quarters - round(quarters)) <= _MAX_SLANT
            turn = round(quarters) % 4
            size = pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
        if not is_straight:
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, index, box_pointer)
        if turn:
            ends = [
                _turn_point(across, up, turn)[0]
                for across, up in ((box.left, box.bottom), (box.right, box.top))
            ]
            left, right = sorted(ends)
            _, baseline = _turn_point(x.value, y.value, turn)
        else:
            left, right, baseline = box.left, box.right, y.value
        yield _Glyph(text, left, right, baseline, size, turn, index)


def _read_character(code: int) -> str:
    """Return the text of a character, "" for one that shows nothing."""
    if 32 < code < 127:
        return chr(code)
    if code == _LINE_END_HYPHEN:
        return "-"
    if code in _LIGATURES:
        return _LIGATURES[code]
    if code == _TAB:
        return " "
    if code < 32 or code == 127 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE:
        return _UNKNOWN
    return "" if chr(code) in _INVISIBLE else chr(code)


def _turn_point(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return a point of a page whose text runs in the direction `turn`, as its reader sees it."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _place_accents(glyphs: list[_Glyph]) -> list[_Glyph]:
    """Return the glyphs with each accent that is printed over a letter as part of the letter."""
    accents = [n for n, glyph in enumerate(glyphs) if glyph.text in _ACCENTS]
    placed = set()
    for n in accents:
        accent = glyphs[n]
        middle = (accent.left + accent.right) / 2
        nearby = range(max(0, n - _MAX_ACCENT_DISTANCE), n + _MAX_ACCENT_DISTANCE)
        for m in sorted(nearby[: len(glyphs)], key=lambda m: abs(m - n)):
            letter = glyphs[m] if m < len(glyphs) else accent
            if (
                letter.text.isalpha()
                and letter.left <= middle <= letter.right
                and abs(letter.baseline - accent.baseline) <= _MAX_SHIFT * letter.size
            ):
                base = {"ı": "i", "ȷ": "j"}.get(letter.text, letter.text)
                text = normalize("NFC", base + _ACCENTS[accent.text])
                if len(text) == 1:
                    glyphs[m] = letter._replace(text=text)
                    placed.add(n)
                break
    return [glyph for n, glyph in enumerate(glyphs) if n not in placed]


def _split_runs(glyphs: Sequence[_Glyph]) -> Iterator[list[_Glyph]]:
    """Yield the glyphs run by run."""
    run: list[_Glyph] = []
    base: _Glyph | None = None  # the last glyph that is not raised
    for glyph in glyphs:
        if base and (not glyph.text or not _continues(run[-1], base, glyph)):
            yield run
            run, base = [], None
        if glyph.text:
            run.append(glyph)
            if base is None or not is_raised(base, glyph):
                base = glyph
    yield run


def _continues(last: _Glyph, base: _Glyph, glyph: _Glyph) -> bool:
    """Whether `glyph` stands on the line of `base` and close to the glyph `last` before it."""
    size = max(base.size, glyph.size)
    if abs(glyph.baseline - base.baseline) > _MAX_SHIFT * size and not is_raised(base, glyph):
        return False
    if glyph.left >= last.left - _MAX_BACK * size:
        return glyph.left - last.right <= _MAX_SPACE * size
    # A glyph just to the left belongs to a script that runs from right to left.
    return abs(last.left - glyph.right) <= _MAX_SPACE * size


def _make_run(pdfium: Any, text_page: Any, glyphs: Sequence[_Glyph]) -> Run | None:
    """Return a run of glyphs; None where they show nothing."""
    visible = [glyph for glyph in glyphs if not glyph.text.isspace()]
    if not visible:
        return None
    (size, _), *_ = Counter(glyph.size for glyph in visible).most_common()
    base = next(glyph for glyph in visible if glyph.size == size)
    text = "".join(
        raise_figures(glyph.text) if is_raised(base, glyph) else glyph.text for glyph in glyphs
    )
    return Run(
        _SPACES.sub(" ", text).strip(),
        left=min(glyph.left for glyph in visible),
        right=max(glyph.right for glyph in visible),
        baseline=base.baseline,
        size=round(size, 1),
        is_bold=all(_is_bold(pdfium, text_page, visible[n].number) for n in (0, -1)),
        ends_in_space=glyphs[-1].text.isspace() and glyphs[-1].number >= 0,
    )


def _is_bold(pdfium: Any, text_page: Any, index: int) -> bool:
    name = create_string_buffer(_MAX_FONT_NAME)
    pdfium.FPDFText_GetFontInfo(text_page, index, name, _MAX_FONT_NAME, byref(c_int()))
    return bool(_BOLD.search(name.value.decode("utf-8", "replace")))
