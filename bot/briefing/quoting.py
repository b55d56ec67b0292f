"""Evidence to quotes: the sentence, with the one before where it cannot stand alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.briefing.leaning import adjoin, leans
from bot.model import Article, Quote, Span
from bot.search.index import Index, Sentence
from bot.text.quotations import is_balanced
from bot.text.sentences import sentences

# Longer quotes are no longer read, so the sentence before is left out past this many words.
_LONGEST = 70


def quote(
    sentence: Sentence, index: Index, matched: Collection[str] = (), score: float = 0.0
) -> Quote:
    """The quote that gives `sentence`; `matched` are the terms to mark."""
    quoted = quoted_with(sentence, index)
    text = sentence.passage.paragraph.text
    span = Span(quoted[0].span.start, quoted[-1].span.end)
    return Quote(
        article=sentence.passage.article,
        paragraph=sentence.passage.number,
        start=span.start,
        end=span.end,
        text=text[span.start : span.end],
        score=score,
        marks=_marks(
            Span(shift + term.start, shift + term.end)
            for each in quoted
            for shift in (each.span.start - span.start,)
            for term in each.terms
            if term.term in matched
        ),
    )


def quoted_with(sentence: Sentence, index: Index) -> tuple[Sentence, ...]:
    """The sentences of the quote that gives `sentence`: it alone, or with the one before it where
    it leans on that or begins in the middle of a quotation."""
    before = index.previous_sentence(sentence)
    if before and (leans(sentence) or not is_balanced(sentence.text)):
        words = len(before.text.split()) + len(sentence.text.split())
        if words <= _LONGEST and adjoin(before, sentence) and not before.text.endswith("?"):
            return before, sentence
    return (sentence,)


def opening(article: Article) -> Quote | None:
    """The first sentence of an article, by which a person knows it; None if it has none."""
    for number, paragraph in enumerate(article.paragraphs, start=1):
        for span in sentences(paragraph.text, paragraph.asides):
            return Quote(article, number, *span, paragraph.text[span.start : span.end])
    return None


def _marks(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, with those that touch or overlap made one."""
    marks: list[Span] = []
    for span in sorted(spans):
        if marks and span.start <= marks[-1].end:
            marks[-1] = Span(marks[-1].start, max(marks[-1].end, span.end))
        else:
            marks.append(span)
    return tuple(marks)
