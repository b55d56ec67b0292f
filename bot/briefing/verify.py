"""Verification of quotations: whether and where the articles hold a text, exactly or nearly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.briefing.quoting import quote_span
from bot.errors import QuestionError
from bot.model import Comparison, Quote, Span, Verification
from bot.search.index import Index, Passage
from bot.text.sentences import split_sentences

MAX_TEXT_LENGTH = 1000  # characters
MAX_MATCHES = 5

# How many paragraphs are compared word by word, best first.
_MAX_PARAGRAPHS = 20
# A text is near where this part of its words and of those of the match is the same, in order. Of
# the seeds' sentences with a number or a "not" changed all are above it, with two names swapped 65
# of 67, with every fifth word replaced 300 of 301; of 301 sentences looked for in all paragraphs
# but their own, one: the same quotation in another article.
_MIN_SCORE = 0.65
# A match that scores this much less than the best says something else.
_MAX_SCORE_GAP = 0.1
# Fewer words have near matches by chance; they must all match.
_MIN_NEAR_WORDS = 4
# How far beyond the best matching words a match is looked for, as a part of the text's words.
_MARGIN = 0.3

# A longer one is a sentence in a script without spaces between words.
_MAX_WORD_LENGTH = 20

_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")
_OUTER_MARKS = "\"'“”‘’„«»‹›「」"


def verify(text: str, index: Index) -> Verification:
    """Return whether and where the paragraphs of `index` hold `text`.

    Raises QuestionError, with a sentence for the person who asked, where there is nothing to look
    for.
    """
    text = text.strip()
    if fault := find_fault(text, index):
        raise fault
    verification = _verify_text(text, index)
    return verification if verification.has_same_words else _verify_apart(verification, index)


def find_fault(text: str, index: Index) -> QuestionError | None:
    """Return why `text` cannot be looked for; None where it can."""
    if not text:
        return QuestionError("The quote is empty; enter a sentence or part of one.")
    if len(text) > MAX_TEXT_LENGTH:
        return QuestionError(
            "The quote has {length:,} characters; enter {most:,} or fewer.",
            length=len(text),
            most=MAX_TEXT_LENGTH,
        )
    words = _split_words(text)
    if not words:
        return QuestionError("The quote has no words; enter a sentence or part of one.")
    if len(words) == 1 and len(text) <= _MAX_WORD_LENGTH:
        return QuestionError("One word is not a quote; enter a sentence or part of one.")
    if len(words) < _MIN_NEAR_WORDS and not any(index.analyser.terms(text)):
        return QuestionError(
            "Almost every article has these words; enter a sentence or part of one."
        )
    return None


def _verify_text(text: str, index: Index) -> Verification:
    """Return whether and where `text` stands as a whole."""
    for variant in dict.fromkeys((text, text.strip(_OUTER_MARKS).strip())):
        if quotes := list(islice(_find_exact(variant, index), MAX_MATCHES)):
            return Verification(text, "exact", tuple(Comparison(quote) for quote in quotes))
    matches = _find_near(text, index)
    return Verification(text, "near" if matches else "none", tuple(matches))


def _verify_apart(whole: Verification, index: Index) -> Verification:
    """Return the verification of each sentence of a text that does not stand as a whole, where that
    tells more: they stand in several paragraphs, or word for word, or near while the text is not.
    """
    spans = _find_sentences(whole.text)
    if not 1 < len(spans) <= MAX_MATCHES:
        return whole
    parts = {span: _verify_text(whole.text[slice(*span)], index) for span in spans}
    apart = Verification(
        whole.text,
        "exact" if all(part.status == "exact" for part in parts.values()) else "near",
        tuple(
            replace(
                part.matches[0],
                words=tuple(
                    Span(span.start + word.start, span.start + word.end)
                    for word in part.matches[0].words
                ),
            )
            for span, part in parts.items()
            if part.matches
        ),
        is_apart=True,
        missing=tuple(span for span, part in parts.items() if not part.matches),
    )
    places = {(match.quote.article.id, match.quote.paragraph) for match in apart.matches}
    is_better = apart.has_same_words or (len(places) > 1 and not apart.missing)
    return apart if is_better or (apart.matches and not whole.matches) else whole


def _find_sentences(text: str) -> Sequence[Span]:
    """Return the sentences of each line of a text that hold a word."""
    return [
        Span(line.start() + span.start, line.start() + span.end)
        for line in _LINE.finditer(text)
        for span in split_sentences(line.group())
        if _WORD.search(line.group(), span.start, span.end)
    ]


def _find_exact(text: str, index: Index) -> Iterator[Quote]:
    """Yield the sentences in which `text` occurs character for character, between whole words; it
    is marked in them where it is only a part."""
    terms = [term.term for term in index.analyser.terms(text) if term.form]
    rarest = min(terms, key=index.bm25.frequency, default=None)
    slots = index.bm25.matching([rarest]) if rarest else index.bm25.slots
    whole_text = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
    for slot in slots:
        passage = index.passage(int(slot))
        for match in whole_text.finditer(passage.paragraph.text):
            yield _quote_sentences(Span(*match.span()), passage, index, 1.0)


def _quote_sentences(span: Span, passage: Passage, index: Index, score: float) -> Quote:
    """Return the whole sentences around a span of a paragraph, with the span marked."""
    sentences = [
        sentence.span for sentence in index.sentences(passage.slot) if sentence.span.overlaps(span)
    ]
    start = min((sentence.start for sentence in sentences), default=span.start)
    end = max((sentence.end for sentence in sentences), default=span.end)
    whole = Span(min(start, span.start), max(end, span.end))
    marks = [span] if whole != span else []
    return quote_span(passage.article, passage.number, whole, score, marks)


def _find_near(text: str, index: Index) -> list[Comparison]:
    """Return the best near matches of `text`, only those with exactly its words if any."""
    text_words = _split_words(text)
    min_score = _MIN_SCORE if len(text_words) >= _MIN_NEAR_WORDS else 1.0
    terms = [term.term for term in index.analyser.terms(text)]
    slots = index.bm25.top(terms, _MAX_PARAGRAPHS) if terms else []
    compared = (_compare(text_words, index.passage(slot), index) for slot, _ in slots)
    matches = [match for match in compared if match and match.quote.score >= min_score]
    matches.sort(key=lambda match: -match.quote.score)
    identical = [match for match in matches if not match.words and not match.other_words]
    close_score = matches[0].quote.score - _MAX_SCORE_GAP if matches else 0.0
    close = [match for match in matches if match.quote.score >= close_score]
    return (identical or close)[:MAX_MATCHES]


def _compare(text_words: Sequence[_Word], passage: Passage, index: Index) -> Comparison | None:
    """Compare the words of a text with the part of the paragraph that matches them best."""
    words = _split_words(passage.paragraph.text)
    forms = [word.form for word in text_words]
    alignment = fuzz.partial_ratio_alignment(forms, [word.form for word in words])
    if not alignment:
        return None
    margin = round(_MARGIN * len(text_words))
    words = words[max(0, alignment.dest_start - margin) : alignment.dest_end + margin]
    steps = list(Levenshtein.opcodes(forms, [word.form for word in words]))
    while steps and steps[0].tag == "insert":  # words before the match, and after it
        steps.pop(0)
    while steps and steps[-1].tag == "insert":
        steps.pop()
    equal_count = sum(step.src_end - step.src_start for step in steps if step.tag == "equal")
    if not equal_count:
        return None
    matching = words[steps[0].dest_start : steps[-1].dest_end]
    span = _include_marks(passage.paragraph.text, _span_of(matching))
    score = 2 * equal_count / (len(text_words) + len(matching))
    changed = [step for step in steps if step.tag != "equal"]
    quote = _quote_sentences(span, passage, index, score)
    return Comparison(
        quote,
        words=_spans_of((text_words[step.src_start : step.src_end] for step in changed), 0),
        other_words=_spans_of(
            (words[step.dest_start : step.dest_end] for step in changed), quote.start
        ),
    )


class _Word(NamedTuple):
    form: str
    span: Span


def _split_words(text: str) -> list[_Word]:
    return [_Word(word.group().casefold(), Span(*word.span())) for word in _WORD.finditer(text)]


def _span_of(words: Sequence[_Word]) -> Span:
    return Span(words[0].span.start, words[-1].span.end)


def _spans_of(runs: Iterable[Sequence[_Word]], start: int) -> tuple[Span, ...]:
    """Return the spans of the runs that are not empty, counted from `start`."""
    spans = (_span_of(words) for words in runs if words)
    return tuple(Span(span.start - start, span.end - start) for span in spans)


def _include_marks(text: str, span: Span) -> Span:
    """Return `span` with the marks that touch its words: quotation marks, a full stop."""
    start, end = span
    while start and not text[start - 1].isspace() and not text[start - 1].isalnum():
        start -= 1
    while end < len(text) and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return Span(start, end)
