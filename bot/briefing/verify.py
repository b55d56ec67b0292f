"""A quotation to whether it stands in the articles: exactly, nearly or not, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.errors import QuestionError
from bot.model import Comparison, Quote, Span, Verification
from bot.search.index import Index, Passage

LONGEST_TEXT = 1000  # characters
PLACES = 5

# How many paragraphs are compared word by word, best first.
_PARAGRAPHS = 20
# A text is near where this part of its words and of those that stand there is the same, in order.
# Of the seeds' sentences with a number or a "not" changed all are above it, with two names swapped
# 65 of 67, with every fifth word another 300 of 301; of 301 sentences sought in all paragraphs but
# their own, one: the same quotation in another story.
_NEAR = 0.65
# Beside the best place one this much less like the text says something else.
_APART = 0.1
# Fewer words are nearly found somewhere by chance; they stand all or not at all.
_FEWEST = 4
# How far beyond the best matching words a place is looked for, as a part of the words given.
_MARGIN = 0.3

_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")
_MARKS = "\"'“”‘’„«»‹›「」"


def verify(text: str, index: Index) -> Verification:
    """Whether `text` stands in the paragraphs of `index`.

    Raises QuestionError, with a sentence for the person who asked, where there is nothing to look
    for.
    """
    text = text.strip()
    if not text:
        raise QuestionError("The quote is empty; give a sentence, or a part of one.")
    if len(text) > LONGEST_TEXT:
        raise QuestionError(
            "The quote has {length:,} characters; give at most {most:,} of it.",
            length=len(text),
            most=LONGEST_TEXT,
        )
    if not _WORD.search(text):
        raise QuestionError("The quote holds no word; give a sentence, or a part of one.")
    for given in dict.fromkeys((text, text.strip(_MARKS).strip())):
        if exact := list(islice(_exact(given, index), PLACES)):
            return Verification(text, "exact", tuple(Comparison(quote) for quote in exact))
    near = _near(text, index)
    return Verification(text, "near" if near else "none", tuple(near))


def _exact(text: str, index: Index) -> Iterator[Quote]:
    """Where `text` stands character for character, between whole words."""
    terms = [term.term for term in index.analyser.terms(text) if term.form]
    rarest = min(terms, key=index.bm25.frequency, default=None)
    slots = index.bm25.matching([rarest]) if rarest else index.bm25.slots
    whole = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
    for slot in slots:
        passage = index.passage(int(slot))
        for match in whole.finditer(passage.paragraph.text):
            yield _quote(passage, Span(*match.span()), 1.0)


def _near(text: str, index: Index) -> list[Comparison]:
    """The places most like `text`, best first; only those with its very words if there are any."""
    given = _words(text)
    least = _NEAR if len(given) >= _FEWEST else 1.0
    terms = [term.term for term in index.analyser.terms(text)]
    best = index.bm25.top(terms, _PARAGRAPHS) if terms else []
    compared = [_compare(given, index.passage(slot)) for slot, _ in best]
    found = [place for place in compared if place and place.quote.score >= least]
    found.sort(key=lambda place: -place.quote.score)
    good = [place for place in found if place.quote.score >= found[0].quote.score - _APART]
    same = [place for place in found if not place.words and not place.other_words]
    return (same or good)[:PLACES]


def _compare(given: Sequence[_Word], passage: Passage) -> Comparison | None:
    """The words given beside the place of the paragraph that is most like them."""
    held = _words(passage.paragraph.text)
    asked = [word.form for word in given]
    match = fuzz.partial_ratio_alignment(asked, [word.form for word in held])
    if not match:
        return None
    margin = round(_MARGIN * len(given))
    held = held[max(0, match.dest_start - margin) : match.dest_end + margin]
    steps = list(Levenshtein.opcodes(asked, [word.form for word in held]))
    while steps and steps[0].tag == "insert":  # words before the place, and after it
        steps.pop(0)
    while steps and steps[-1].tag == "insert":
        steps.pop()
    if not steps or all(step.tag != "equal" for step in steps):
        return None
    kept = sum(step.src_end - step.src_start for step in steps if step.tag == "equal")
    place = held[steps[0].dest_start : steps[-1].dest_end]
    quote = _quote(
        passage, _with_marks(passage, _over(place)), 2 * kept / (len(given) + len(place))
    )
    changed = [step for step in steps if step.tag != "equal"]
    return Comparison(
        quote,
        words=_spans((given[s.src_start : s.src_end] for s in changed), 0),
        other_words=_spans((held[s.dest_start : s.dest_end] for s in changed), quote.start),
    )


class _Word(NamedTuple):
    form: str
    span: Span


def _words(text: str) -> list[_Word]:
    return [_Word(word.group().casefold(), Span(*word.span())) for word in _WORD.finditer(text)]


def _over(run: Sequence[_Word]) -> Span:
    return Span(run[0].span.start, run[-1].span.end)


def _spans(runs: Iterable[Sequence[_Word]], start: int) -> tuple[Span, ...]:
    """The runs that are not empty, as places counted from `start`."""
    spans = (_over(run) for run in runs if run)
    return tuple(Span(span.start - start, span.end - start) for span in spans)


def _with_marks(passage: Passage, span: Span) -> Span:
    """`span` with the marks that touch its words: quotation marks, a full stop."""
    text, start, end = passage.paragraph.text, span.start, span.end
    while start and not text[start - 1].isspace() and not text[start - 1].isalnum():
        start -= 1
    while end < len(text) and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return Span(start, end)


def _quote(passage: Passage, span: Span, score: float) -> Quote:
    text = passage.paragraph.text[span.start : span.end]
    return Quote(passage.article, passage.number, span.start, span.end, text, score)
