"""PDF documents for the tests, written byte by byte: lines of text at places on pages."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842  # A4, in points
LEFT, RIGHT, TOP = 72.0, 523.0, 770.0
SIZE, LEADING = 10.0, 13.0


@dataclass(frozen=True)
class Text:
    """A line of text; `baseline` is measured from the foot of the page."""

    text: str
    left: float = LEFT
    baseline: float = TOP
    size: float = SIZE
    font: str = "F1"
    turn: tuple[int, int, int, int] = (1, 0, 0, 1)


@dataclass
class Pdf:
    """A document of pages, each a list of texts. `info` are its metadata."""

    pages: list[list[Text]] = field(default_factory=list)
    info: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> bytes:
        """Return the bytes of the document."""
        used = sorted(
            {character for page in self.pages for text in page for character in text.text}
        )
        codes = {character: number for number, character in enumerate(used, start=1)}
        streams = [b"".join(_show(text, codes) for text in page) for page in self.pages]
        return assemble(
            [content(stream) for stream in streams],
            fonts=_cid_font(codes),
            info=self.info,
        )


def column(
    lines: Iterable[str],
    *,
    left: float = LEFT,
    top: float = TOP,
    leading: float = LEADING,
    size: float = SIZE,
    font: str = "F1",
) -> list[Text]:
    """Return lines below each other; "" leaves a gap."""
    texts = []
    for line in lines:
        if line:
            texts.append(Text(line, left, top, size, font))
        top -= leading
    return texts


def wrap(text: str, width: int) -> list[str]:
    """Return the words of `text` in lines of at most `width` characters."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


def content(stream: bytes, *, packed: bool = False) -> bytes:
    """Return a stream object with the drawing commands of a page."""
    if not packed:
        return b"<< /Length %d >> stream\n%s\nendstream" % (len(stream), stream)
    data = zlib.compress(stream, 9)
    return b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(data), data)


def assemble(
    contents: Sequence[bytes],
    *,
    fonts: Sequence[bytes] = (),
    info: Mapping[str, str] | None = None,
    trailer: bytes = b"",
    extra: Sequence[bytes] = (),
    resources: bytes = b"",
) -> bytes:
    """Return a PDF of pages with these content streams.

    Of `fonts` the first is that of the text, the second a bold one; each may use the objects that
    follow them. Object 1 is the catalogue, 2 the list of pages, 3 the metadata, 4 the first font.
    """
    first_content = 4 + len(fonts) + len(extra)
    first_page = first_content + len(contents)
    kids = b" ".join(b"%d 0 R" % (first_page + n) for n in range(len(contents)))
    entries = b"".join(
        b"/%s <FEFF%s>"
        % (key.encode(), value.encode("utf-16-be", "surrogatepass").hex().upper().encode())
        for key, value in (info or {}).items()
    )
    font_names = b"/Font << /F1 4 0 R /F2 5 0 R >>" if fonts else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        b"<< %s >>" % entries,
        *fonts,
        *extra,
        *contents,
        *(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R"
            b" /Resources << %s %s >> >>"
            % (WIDTH, HEIGHT, first_content + n, font_names, resources)
            for n in range(len(contents))
        ),
    ]
    body = b"%PDF-1.7\n"
    offsets = []
    for number, value in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
        + b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R %s >>\n" % (count, trailer)
        + b"startxref\n%d\n%%%%EOF\n" % len(body)
    )


def _show(text: Text, codes: Mapping[str, int]) -> bytes:
    encoded = b"".join(b"%04X" % codes[character] for character in text.text)
    a, b, c, d = text.turn
    return b"BT /%s %g Tf %d %d %d %d %g %g Tm <%s> Tj ET\n" % (
        text.font.encode(),
        text.size,
        a,
        b,
        c,
        d,
        text.left,
        text.baseline,
        encoded,
    )


def _cid_font(codes: Mapping[str, int]) -> list[bytes]:
    """Return a font and its bold form: each character has a code, and a table names its letter."""
    widths = b" ".join(b"%d" % (1000 if character >= "ᄀ" else 500) for character in codes)
    table = b"".join(
        b"<%04X> <%s>\n"
        % (code, character.encode("utf-16-be", "surrogatepass").hex().upper().encode())
        for character, code in codes.items()
    )
    letters = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CMapName /Letters def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"%d beginbfchar\n%sendbfchar\nendcmap end end" % (len(codes), table)
    )
    return [
        *(
            b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H"
            b" /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>" % name
            for name in (b"Harbour-Regular", b"Harbour-Bold")
        ),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Harbour /DW 500 /W [1 [%s]]"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        b" /FontDescriptor 8 0 R >>" % widths,
        content(letters),
        b"<< /Type /FontDescriptor /FontName /Harbour /Flags 4 /FontBBox [0 -200 1000 900]"
        b" /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
