"""Captions, picture credits and agency marks: text on a page that belongs to no story."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.model import Span, merge_spans
from bot.reading.pages.furniture import load_furniture
from bot.text.sentences import split_sentences

_MAX_CAPTION = 500  # characters before a credit in which its caption is searched
_MAX_CREDIT_LINE = 70  # words, with the caption
_MAX_SURE_CREDIT_LINE = 150  # of a caption that names who took and who gave the picture
_TAIL = 160  # characters
_MIN_TITLE = 4  # words of a headline that a body may print
_LONG_TITLE = 8
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
_OPENS_SENTENCE = re.compile(r"[\s|:–—-]*[\"'“„«(]*(?P<words>\w[\w'’-]*(?:\s+[\w'’-]+){0,2})")
_ENDS_SENTENCE = re.compile(r"[.!?:;。！？]")
_MARKS = " \"'“”„«»()|:–—-"


@dataclass(frozen=True, slots=True)
class _CreditPatterns:
    """Credits as expressions, compiled from the agencies and labels of furniture.toml."""

    head: re.Pattern[str]  # "Photo: …" opens a line
    tail: re.Pattern[str]  # "… (Image: GETTY)" closes one
    bare: re.Pattern[str]  # "… in May. NASA/Ann Lee" closes a caption
    agency_last: re.Pattern[str]
    lone: re.Pattern[str]  # "NASA" alone
    inside: re.Pattern[str]  # "… Photo: AFP …" anywhere in a paragraph
    dateline: re.Pattern[str]  # "SEOUL (Reuters) - " opens a paragraph
    sign_off: re.Pattern[str]  # " (AFP)" closes one, after its last sentence


@cache
def _compile_patterns() -> _CreditPatterns:
    furniture = load_furniture()
    agency = rf"(?:{furniture.agencies})(?![^\W_])"
    label = rf"(?i:{furniture.labels})"
    capital_label = rf"(?=[^\W\d_a-z]){label}(?i:s)?"  # "Photo: AFP", but not "their image: Korea"
    name = r"[A-Z][\w.'’-]*"
    agencies = rf"{agency}(?:\s?(?:/|,|\||\bvia\b)\s?{agency})*"
    source = (
        rf"(?:(?:{name}\s?){{0,3}}[/,|]\s?)?{agencies}(?:/{name}(?:\s{name})?)?|{name}(?:\s{name})?"
    )
    credited = r"[A-Z0-9][\w.&'’-]*(?:\s(?:(?:of|at|for|and|the|de)\s)?[A-Z0-9][\w.&'’-]*){0,5}"
    with_slash = rf"(?={name}(?:\s{name})*\s?/){credited}(?:\s?/\s?{credited})+"
    with_acronym = rf"(?:{credited},\s)?(?=[^,]{{0,40}}\b[A-Z]{{3}}){credited}(?:,\s{credited})?"
    names = rf"(?:{with_slash}|{with_acronym})(?<!\.)"
    by_name = (
        rf"(?:{capital_label}s?\s?[:：]\s?[^:：.]{{1,60}}"
        rf"|{capital_label}\s(?i:by)\s{credited}(?:\s?[/,]\s?[^.]{{1,80}})?\.?)"
    )
    lone_agency = rf"{agencies}(?:\s?/\s?{credited})?"
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
        bare=re.compile(
            rf"(?:(?:\w{{3}}|[\d)])[.!?)]?(?<=[.!?)])[\"”’]?\s(?:{names}|{by_name})|^{lone_agency})$"
        ),
        agency_last=re.compile(rf"\w[.!?]?\s[(\[]?{agencies}[)\]]?$"),
        lone=re.compile(rf"{lone_agency}$"),
        inside=re.compile(
            rf"(?<!\w){capital_label}\s?[:：]\s?(?:{source})"
            rf"|[(\[](?:{label}\s?(?:[:：/]|(?i:by|courtesy|credit)\b)|{agency}\s(?i:photo)\b"
            r"|(?:[\w.]{1,20}\s){0,5}(?i:photo\sby|file photo))[^()\[\]]{0,80}[)\]]"
        ),
        dateline=re.compile(
            rf"(?:[^\W\d_a-z][\w.,’' -]{{0,60}}?\s?)?\({agencies}\)\s?[-–—]+\s*"
            r"|[(\[][^()\[\]=]{1,30}=[^()\[\]=]{1,20}[)\]]\s*"
            r"(?:[가-힣]{2,4}(?:·[가-힣]{2,4})*\s?(?:기자|특파원)\s?=\s*)?"
        ),
        sign_off=re.compile(
            r"(?<=[.!?。！？\"'”’)\]])\s*"
            rf"(?:[(\[]{agencies}(?:\s?[/,]\s?[a-zäöü]{{2,4}})*[)\]]|(?:[-–—/]\s?|\s){agencies}"
            rf"|[(\[]\s?(?i:{furniture.reports})(?![^\W_])[^()\[\]]{{0,120}}[)\]]"
            rf"|[(\[](?i:with|mit|avec|con|com|met|et)\s[^()\[\]]{{0,40}}{agencies}[^()\[\]]{{0,20}}[)\]]"
            rf"|[(\[]끝[)\]]|(?:[가-힣]{{2,4}}\s?(?:기자|특파원)\s*)?[(\[]?[\w.+-]{{1,40}}@[\w.-]{{3,60}}[)\]]?"
            r")\.?$"
        ),
    )


def is_credit(line: str, words: int) -> bool:
    """Whether `line` is a picture credit, alone or at the end of its caption."""
    if words > _MAX_SURE_CREDIT_LINE:
        return False
    patterns = _compile_patterns()
    tail = line[-_TAIL:]
    if patterns.sign_off.search(tail):
        return False
    if patterns.bare.search(tail):
        return True
    if words > _MAX_CREDIT_LINE:
        return False
    if words <= _MAX_CREDIT_LINE // 2 and patterns.head.match(line):
        return True
    return bool(patterns.tail.search(tail))


def is_signed_off(line: str) -> bool:
    """Whether an agency's mark follows the last sentence of `line`: "… he said. (AFP)"."""
    return bool(_compile_patterns().sign_off.search(line[-_TAIL:]))


def is_agency(line: str) -> bool:
    """Whether `line` names nothing but an agency: "AFP"."""
    return bool(_compile_patterns().lone.match(line))


def ends_in_agency(line: str) -> bool:
    """Whether the last words of `line`, a caption's, name an agency: "… in May NASA", "… (AP)"."""
    return bool(_compile_patterns().agency_last.search(line[-_TAIL:]))


def find_asides(paragraph: str, title: str) -> tuple[Span, ...]:
    """Return the spans of `paragraph` that are not part of its story, in order and disjoint.

    They are the headline printed at its start, captions with their credits, and agency marks. The
    text between them is whole sentences.
    """
    patterns = _compile_patterns()
    spans = []
    opening = patterns.dateline.match(paragraph)
    if opening:
        spans.append(Span(0, opening.end()))
    elif opens_with_headline(paragraph, title):
        spans.append(Span(0, len(title)))
    earliest = 0
    for mark in patterns.inside.finditer(paragraph):
        spans.append(Span(_find_caption_start(paragraph, earliest, mark.start()), mark.end()))
        earliest = mark.end()
    if earliest and not _ENDS_SENTENCE.search(paragraph, earliest):
        spans.append(Span(earliest, len(paragraph)))  # the rest of the credit
    closing = patterns.sign_off.search(paragraph, max(0, len(paragraph) - _TAIL))
    if closing:
        spans.append(Span(closing.start(), len(paragraph)))
    return merge_spans(spans)


def opens_with_headline(paragraph: str, title: str) -> bool:
    """Whether `paragraph` begins with `title` printed as a headline: several words, and a new
    sentence after them.

    A sentence may begin with the same words ("Ferry fares rise by five percent"). So the title
    must end in a mark, be in a headline's capitals, or be followed by a word that cannot continue
    it: an article, a preposition in capitals, a name that the headline has already.
    """
    words = title.split()
    if len(words) < _MIN_TITLE or _normalise(paragraph[: len(title) + 1]) != _normalise(
        f"{title} "
    ):
        return False
    rest = paragraph[len(title) :]
    following = _OPENS_SENTENCE.match(rest)
    if not following or following["words"][0].islower():
        return False
    printed = paragraph[: len(title)].split()
    if title[-1] in ".!?。！？…" or rest.lstrip()[0] in "|–—-" or _is_in_capitals(printed):
        return True
    first, *others = following["words"].split()
    if not first[0].isupper():
        return False
    known = {word.strip(_MARKS).casefold() for word in words if word[0].isupper()}
    repeats = any(word.casefold() in known for word in (first, *others) if word[0].isupper())
    return first.casefold() in load_furniture().openers or (
        len(words) >= _LONG_TITLE and repeats and first.isalpha()
    )


def _is_in_capitals(words: Sequence[str]) -> bool:
    """Whether nearly all words of some length open in capitals, as only headlines have them."""
    long = [word.strip(_MARKS) for word in words if len(word.strip(_MARKS)) > len("with")]
    return len(long) > 1 and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


def _normalise(text: str) -> str:
    return text.casefold().translate(_STRAIGHT)


def _find_caption_start(paragraph: str, earliest: int, credit: int) -> int:
    """Return where the sentence starts that the credit at `credit` closes, if it is a caption."""
    window = max(earliest, credit - _MAX_CAPTION)
    spans = split_sentences(paragraph[window:credit])
    if not spans or (len(spans) == 1 and window > earliest):
        return credit
    return window + spans[-1].start
