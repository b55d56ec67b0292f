"""Captions, picture credits and agency marks: text on a page that belongs to no story."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.model import Span, merge_spans
from bot.reading.pages.furniture import load_furniture
from bot.text.sentences import split_sentences

_MAX_CAPTION = 500  # characters before a credit in which its caption is searched
_MAX_CREDIT_LINE = 70  # words, with the caption
_TAIL = 100  # characters
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True)
class _CreditPatterns:
    """Credits as expressions, compiled from the agencies and labels of furniture.toml."""

    head: re.Pattern[str]  # "Photo: …" opens a line
    tail: re.Pattern[str]  # "… (Image: GETTY)" closes one
    inside: re.Pattern[str]  # "… Photo: AFP …" anywhere in a paragraph
    dateline: re.Pattern[str]  # "SEOUL (Reuters) - " opens a paragraph
    sign_off: re.Pattern[str]  # " (AFP)" closes one, after its last sentence


@cache
def _compile_patterns() -> _CreditPatterns:
    agency = rf"(?:{load_furniture().agencies})(?![^\W_])"
    label = rf"(?i:{load_furniture().labels})"
    capital_label = rf"(?=[^\W\d_a-z]){label}"  # "Photo: AFP", but not "their image: Korea"
    name = r"[A-Z][\w.'’-]*"
    agencies = rf"{agency}(?:\s?(?:/|,|\||\bvia\b)\s?{agency})*"
    source = rf"(?:(?:{name}\s?){{0,3}}[/,|]\s?)?{agencies}|{name}(?:\s{name})?"
    return _CreditPatterns(
        head=re.compile(
            rf"[\[(]?(?:{label}s?\s*(?:[:：=/©]|…|\.\.\.|(?i:by|courtesy|via)\b)"
            r"|(?i:courtesy of)\b)"
        ),
        tail=re.compile(
            rf"(?:\b{capital_label}\s?(?:[:：=]|…|\.\.\.)\s?[^:：]{{1,60}}|©[^©]{{1,60}}|[/|–—-]\s?{agencies}"
            rf"|[(\[](?:[^()\[\]]{{0,60}}[\s/,])?{agencies}[^()\[\]]{{0,15}}|{agency}\s?제공)"
            r"\s*[)\]]?$"
        ),
        inside=re.compile(
            rf"(?<!\w){capital_label}\s?[:：]\s?(?:{source})"
            rf"|[(\[](?:{label}\s?(?:[:：/]|(?i:by|courtesy|credit)\b)|{agency}\s(?i:photo)\b"
            r"|(?i:file photo))[^()\[\]]{0,80}[)\]]"
        ),
        dateline=re.compile(
            rf"(?:[^\W\d_a-z][\w.,’' -]{{0,60}}?\s?)?\({agencies}\)\s?[-–—]+\s*"
            r"|[(\[][^()\[\]=]{1,30}=[^()\[\]=]{1,20}[)\]]\s*(?:[가-힣]{2,4}\s?(?:기자|특파원)\s?=\s*)?"
        ),
        sign_off=re.compile(rf"(?<=[.!?\"'”’])\s*(?:[(\[]{agencies}[)\]]|[-–—/]\s?{agencies})\.?$"),
    )


def is_credit(line: str, words: int) -> bool:
    """Whether `line` is a picture credit, alone or at the end of its caption."""
    if words > _MAX_CREDIT_LINE:
        return False
    patterns = _compile_patterns()
    if words <= _MAX_CREDIT_LINE // 2 and patterns.head.match(line):
        return True
    tail = line[-_TAIL:]
    return bool(patterns.tail.search(tail)) and not patterns.sign_off.search(tail)


def is_signed_off(line: str) -> bool:
    """Whether an agency's mark follows the last sentence of `line`: "… he said. (AFP)"."""
    return bool(_compile_patterns().sign_off.search(line[-_TAIL:]))


def find_asides(paragraph: str, title: str) -> tuple[Span, ...]:
    """Return the spans of `paragraph` that are not part of its story, in order and disjoint.

    They are the title repeated at its start, captions with their credits, and agency marks. The
    text between them is whole sentences.
    """
    patterns = _compile_patterns()
    spans = []
    opening = patterns.dateline.match(paragraph)
    if opening:
        spans.append(Span(0, opening.end()))
    elif title and _normalise(paragraph[: len(title) + 1]) == _normalise(title + " "):
        spans.append(Span(0, len(title)))
    earliest = 0
    for mark in patterns.inside.finditer(paragraph):
        spans.append(Span(_find_caption_start(paragraph, earliest, mark.start()), mark.end()))
        earliest = mark.end()
    closing = patterns.sign_off.search(paragraph, max(0, len(paragraph) - _TAIL))
    if closing:
        spans.append(Span(closing.start(), len(paragraph)))
    return merge_spans(spans)


def _normalise(text: str) -> str:
    return text.casefold().translate(_STRAIGHT)


def _find_caption_start(paragraph: str, earliest: int, credit: int) -> int:
    """Return where the sentence starts that the credit at `credit` closes, if it is a caption."""
    window = max(earliest, credit - _MAX_CAPTION)
    spans = split_sentences(paragraph[window:credit])
    if not spans or (len(spans) == 1 and window > earliest):
        return credit
    return window + spans[-1].start
