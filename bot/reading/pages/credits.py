"""Captions, picture credits and agency marks: the parts of a page that no story says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.model import Span, merge_spans
from bot.reading.pages.furniture import furniture
from bot.text.sentences import split_sentences

# A caption is looked for in this many characters before its credit.
_LONGEST_CAPTION = 500
_LONGEST_CREDIT_LINE = 70  # words, with the caption
_TAIL = 100
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True)
class _Credits:
    """What credits look like, compiled from the agencies and labels of furniture.toml."""

    head: re.Pattern[str]  # "Photo: …" opens a line
    tail: re.Pattern[str]  # "… (Image: GETTY)" closes one
    inside: re.Pattern[str]  # "… Photo: AFP …" anywhere in a paragraph
    dateline: re.Pattern[str]  # "SEOUL (Reuters) - " opens a paragraph
    sign_off: re.Pattern[str]  # " (AFP)" closes one, after its last sentence


@cache
def _credits() -> _Credits:
    agency = rf"(?:{furniture().agencies})(?![^\W_])"
    label = rf"(?i:{furniture().labels})"
    printed = rf"(?=[^\W\d_a-z]){label}"  # "Photo: AFP", but not "their image: Korea"
    name = r"[A-Z][\w.'’-]*"
    agencies = rf"{agency}(?:\s?(?:/|,|\||\bvia\b)\s?{agency})*"
    source = rf"(?:(?:{name}\s?){{0,3}}[/,|]\s?)?{agencies}|{name}(?:\s{name})?"
    return _Credits(
        head=re.compile(
            rf"[\[(]?(?:{label}s?\s*(?:[:：=/©]|…|\.\.\.|(?i:by|courtesy|via)\b)"
            r"|(?i:courtesy of)\b)"
        ),
        tail=re.compile(
            rf"(?:\b{printed}\s?(?:[:：=]|…|\.\.\.)\s?[^:：]{{1,60}}|©[^©]{{1,60}}|[/|–—-]\s?{agencies}"
            rf"|[(\[](?:[^()\[\]]{{0,60}}[\s/,])?{agencies}[^()\[\]]{{0,15}}|{agency}\s?제공)"
            r"\s*[)\]]?$"
        ),
        inside=re.compile(
            rf"(?<!\w){printed}\s?[:：]\s?(?:{source})"
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
    """Whether `line` is the credit of a picture, alone or at the end of its caption."""
    if words > _LONGEST_CREDIT_LINE:
        return False
    credits = _credits()
    if words <= _LONGEST_CREDIT_LINE // 2 and credits.head.match(line):
        return True
    tail = line[-_TAIL:]
    return bool(credits.tail.search(tail)) and not credits.sign_off.search(tail)


def is_signed_off(line: str) -> bool:
    """Whether an agency's mark follows the last sentence of `line`: "… he said. (AFP)"."""
    return bool(_credits().sign_off.search(line[-_TAIL:]))


def find_asides(paragraph: str, title: str) -> tuple[Span, ...]:
    """The spans of `paragraph` that are no part of its story, in order, apart from each other.

    They are the title repeated at its start, captions with their credits, and agency marks. What
    is left between them are whole sentences.
    """
    credits = _credits()
    spans = []
    opening = credits.dateline.match(paragraph)
    if opening:
        spans.append(Span(0, opening.end()))
    elif title and _plain(paragraph[: len(title) + 1]) == _plain(title + " "):
        spans.append(Span(0, len(title)))
    told = 0
    for mark in credits.inside.finditer(paragraph):
        spans.append(Span(_caption_start(paragraph, told, mark.start()), mark.end()))
        told = mark.end()
    closing = credits.sign_off.search(paragraph, max(0, len(paragraph) - _TAIL))
    if closing:
        spans.append(Span(closing.start(), len(paragraph)))
    return merge_spans(spans)


def _plain(text: str) -> str:
    return text.casefold().translate(_STRAIGHT)


def _caption_start(paragraph: str, earliest: int, credit: int) -> int:
    """Where the sentence starts that the credit at `credit` closes, if it is a caption's length."""
    window = max(earliest, credit - _LONGEST_CAPTION)
    before = split_sentences(paragraph[window:credit])
    if not before or (len(before) == 1 and window > earliest):
        return credit
    return window + before[-1].start
