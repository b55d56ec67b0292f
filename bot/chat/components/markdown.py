"""Other people's text as Discord markdown that shows exactly that text, and its size."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from bot.model import Span, merge_spans
from bot.text.direction import find_closing_controls, isolate, remove_controls

# The last character of each match opens markup unless a backslash stands before it: emphasis,
# code, spoilers, links, mentions and timestamps (`<`), emoji names and addresses (`:`), `@here`.
# `&` is none of Discord's, but other renderers read `&amp;`. What counts only where a line begins
# (headings, lists, `-#`, `1.`) is escaped after any white space, which covers line starts.
_MARKUP = re.compile(r"[\\`*_~|<>\[\]:@&]|(?<!\S)[-+=#]|(?<!\S)\d+[.)](?!\S)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_FIRST_WORD, _LAST_WORD = re.compile(r"\S*\s+"), re.compile(r"\s+\S*$")
_MAX_LINK = 300


def size(text: str) -> int:
    """Return the size in UTF-16 code units: never less than what Discord counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """Return `text` with a backslash before everything that Discord would read as markup."""
    return _insert(text, _backslashes(text))


def unescape(text: str) -> str:
    """Return the text that `escape` or `one_line` made `text` of."""
    return re.sub(r"\\(.)", r"\1", remove_controls(text), flags=re.DOTALL)


def one_line(text: str, limit: int) -> str:
    """Return `text` escaped on one line, at most `limit` in size; "…" stands for what was cut.

    Controls that would turn the text beside it are left out, and text from right to left is
    isolated.
    """
    words = " ".join(remove_controls(text).split())
    limit -= len(isolate(words)) - len(words)
    if len(words) <= limit and size(escaped := escape(words)) <= limit:
        return isolate(escaped)
    return isolate(escape(words[: _max_length(words, limit - 1, escape)].rstrip()) + "…")


def block_quote(text: str, marks: Sequence[Span] = ()) -> str:
    """Return `text`, character for character, as a block quote with `marks` in bold.

    Only insertions are made, so that taking them away gives `text` again. Whatever turns the
    direction of a line is ended with it.
    """
    bold = _bold_spans(text, marks)
    line_ends = [*_LINE_END.finditer(text)]
    starts = [0, *(line_end.end() for line_end in line_ends)]
    ends = [*(line_end.start() for line_end in line_ends), len(text)]
    return _insert(
        text,
        [
            *((span.end, "**") for span in bold),
            *(
                (end, find_closing_controls(text[start:end]))
                for start, end in zip(starts, ends, strict=True)
            ),
            *((start, "> ") for start in starts),
            *((span.start, "**") for span in bold),
            *_backslashes(text),
        ],
    )


def beginning(text: str, marks: Sequence[Span], limit: int) -> str:
    """Return the longest start of `text`, in whole words, that fits `limit` as a block quote."""
    return text[: excerpt(text, Span(0, 0), marks, limit).end]


def excerpt(text: str, keep: Span, marks: Sequence[Span], limit: int) -> Span:
    """Return the longest part of `text` around `keep` that consists of whole words and fits `limit`
    as a block quote; if `keep` does not fit, as much of its start as does."""
    limit -= size("****") * len(marks)

    def extended(by: int) -> Span:
        return Span(max(keep.start - by, 0), min(keep.end + by, len(text)))

    def quote_size(part: Span) -> int:
        return size(block_quote(text[part.start : part.end]))

    if quote_size(keep) > limit:
        start = keep.start
        ends = range(start, keep.end)
        end = bisect_right(ends, limit, key=lambda end: quote_size(Span(start, end))) + start - 1
        keep = Span(start, start)
    else:
        steps = range(len(text) + 1)
        growth = bisect_right(steps, limit, key=lambda by: quote_size(extended(by))) - 1
        start, end = extended(growth)
    prefix, suffix = text[start : keep.start], text[keep.end : end]
    if start and not text[start - 1].isspace() and (cut := _FIRST_WORD.match(prefix)):
        start += cut.end()
    if end < len(text) and not text[end].isspace() and (cut := _LAST_WORD.search(suffix)):
        end = keep.end + cut.start()
    return Span(start, max(start, len(text[:end].rstrip())))


def link(label: str, url: str | None) -> str | None:
    """Return a masked link; None where `url` is no web address that Discord would take."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        target = percent_encode(url.strip(), safe=":/?#[]@!$&'*+,;=%~")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or len(target) > _MAX_LINK:
        return None
    return f"[{label}](<{target}>)"


def _backslashes(text: str) -> Iterator[tuple[int, str]]:
    return ((markup.end() - 1, "\\") for markup in _MARKUP.finditer(text))


def _bold_spans(text: str, marks: Sequence[Span]) -> list[Span]:
    """Return `marks` merged, without those that Discord could not show in bold."""
    inside = (mark for mark in marks if 0 <= mark.start < mark.end <= len(text))
    return [
        span
        for span in merge_spans(inside)
        if text[span.start].isalnum()
        and text[span.end - 1].isalnum()
        and not _LINE_END.search(text, span.start, span.end)
    ]


def _insert(text: str, insertions: Iterable[tuple[int, str]]) -> str:
    """Return `text` with each string put before the character at its position, in that order."""
    parts: list[str] = []
    start = 0
    for position, insertion in sorted(insertions, key=itemgetter(0)):
        parts += (text[start:position], insertion)
        start = position
    parts.append(text[start:])
    return "".join(parts)


def _max_length(text: str, limit: int, render: Callable[[str], str]) -> int:
    """Return how many characters of `text` can be rendered within `limit`."""
    counts = range(1, min(len(text), limit) + 1)
    return bisect_right(counts, limit, key=lambda count: size(render(text[:count])))
