"""Quotes of sentences: alone, or with the sentence before where one cannot be understood alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.briefing.wholeness import (
    announces,
    is_item,
    is_part,
    is_whole,
    needs_previous_sentence,
    turns_previous_sentence,
)
from bot.model import Article, Quote, Span, merge_spans
from bot.search.index import Index, Passage, Sentence
from bot.text.quotations import is_balanced
from bot.text.sentences import split_sentences

# Nobody reads longer quotes, so the previous sentence is left out past this.
_MAX_QUOTE_WORDS = 70
# The next sentence is no part of the answer itself, so it makes a quote less long; one that turns
# the answer may make it longer, as without it the quote is not used. On five desks, 25 of 1,084
# sentences are turned and all fit; with 70 words two would be lost.
_MAX_WORDS_WITH_NEXT = 60
_MAX_WORDS_WITH_TURN = 80


@dataclass(frozen=True, slots=True, eq=False)
class Excerpt:
    """A sentence that is understood alone, or with the one before it, which it needs."""

    sentences: tuple[Sentence, ...]

    @property
    def passage(self) -> Passage:
        """The paragraph it stands in."""
        return self.sentences[-1].passage

    @property
    def position(self) -> int:
        """How far from the front of its article it stands, in paragraphs and sentences; from 0."""
        return self.passage.number - 1 + self.sentences[0].position

    @property
    def length(self) -> int:
        """Its length in words."""
        return sum(len(sentence.text.split()) for sentence in self.sentences)

    @property
    def text(self) -> str:
        """Its text, as it stands in the paragraph."""
        span = Span(self.sentences[0].span.start, self.sentences[-1].span.end)
        return self.passage.paragraph.text[slice(*span)]

    def quote(self, matched: Collection[str] = ()) -> Quote:
        """Return it as a quote; `matched` are the terms to mark in it."""
        return _quote_sentences(self.sentences, matched)


def find_excerpts(slot: int, index: Index, naming: Set[str] | None = None) -> Iterator[Excerpt]:
    """Yield the excerpts of a paragraph, at most one for each sentence, in order.

    With `naming` only those whose last sentence holds one of these terms. The items of a list are
    none, as they need its lead-in.
    """
    for sentence in index.sentences(slot):
        if naming is not None and sentence.term_set.isdisjoint(naming):
            continue
        if not is_whole(sentence) or _find_lead_in(sentence, index):
            continue
        if not needs_previous_sentence(sentence):
            yield Excerpt((sentence,))
            continue
        previous = _find_joinable(sentence, index)
        # A summary has nothing around it, so the previous sentence must be understood alone.
        if previous and is_whole(previous) and not needs_previous_sentence(previous):
            yield Excerpt((previous, sentence))


def is_quotable(sentence: Sentence, index: Index) -> bool:
    """Whether the sentence can be quoted: whole, and with what it announces or is listed under.

    A quote lies within one paragraph, so the items of a list that are paragraphs of their own
    cannot be quoted with its lead-in. What the next sentence turns is quoted with it or not at all.
    """
    return sentence.derive(_is_quotable, index)


def _is_quotable(sentence: Sentence, index: Index) -> bool:
    if is_part(sentence):
        return False
    is_listed = announces(sentence.text) or _find_lead_in(sentence, index) is not None
    if is_listed and len(sentences_to_quote(sentence, index)) == 1:
        return False
    return bool(sentences_to_answer(sentence, index))


def sentences_to_quote(sentence: Sentence, index: Index) -> Sequence[Sentence]:
    """Return `sentence` alone, or with those next to it without which it is not understood: the
    previous one, the lead-in of its list and the items between, or what it announces.

    Unlike an excerpt, an answer is quoted even where it needs the previous sentence and lacks it.
    """
    if listed := _find_list(sentence, index):
        return listed
    if needs_previous_sentence(sentence) or not is_balanced(sentence.text):
        previous = _find_joinable(sentence, index)
        if previous and not previous.text.endswith("?"):
            return previous, sentence
    return (sentence,)


def sentences_to_answer(sentence: Sentence, index: Index) -> Sequence[Sentence]:
    """Return the `sentences_to_quote`, and the next one too where that needs or turns them; none
    where it turns them and they are too long together."""
    start, end = sentence.derive(_place_answer, index)
    return index.sentences(sentence.passage.slot)[start:end]


def _place_answer(sentence: Sentence, index: Index) -> tuple[int, int]:
    """The positions of the `sentences_to_answer`: they are kept, and sentences in what they keep
    would hold themselves in memory."""
    sentences = _find_sentences_to_answer(sentence, index)
    return (sentences[0].position, sentences[-1].position + 1) if sentences else (0, 0)


def _find_sentences_to_answer(sentence: Sentence, index: Index) -> Sequence[Sentence]:
    quoted = sentences_to_quote(sentence, index)
    following = index.next_sentence(quoted[-1])
    if (
        following
        and needs_previous_sentence(following)
        and not (is_part(following) or announces(following.text) or following.text.endswith("?"))
        and is_balanced(following.text)
        and _fit_together((*quoted, following), _MAX_WORDS_WITH_NEXT)
    ):
        longer = _add_turn((*quoted, following), index)
        if longer:
            return longer
    return _add_turn(quoted, index)


def quote_sentence(
    sentence: Sentence, index: Index, matched: Collection[str] = (), score: float = 0.0
) -> Quote:
    """Return the quote of the `sentences_to_quote`; `matched` are the terms to mark in it."""
    return _quote_sentences(sentences_to_quote(sentence, index), matched, score)


def quote_answer(
    sentence: Sentence, index: Index, matched: Collection[str] = (), score: float = 0.0
) -> Quote:
    """Return the quote of the `sentences_to_answer`; `matched` are the terms to mark in it.

    The sentence is one that `is_quotable`.
    """
    return _quote_sentences(sentences_to_answer(sentence, index), matched, score)


def add_turn(quote: Quote, index: Index) -> Quote | None:
    """Return a quote of whole sentences with the next one too if that turns it; None where it does
    and they are too long together."""
    slot = index.slots(quote.article.id)[quote.paragraph - 1]
    quoted = [
        sentence
        for sentence in index.sentences(slot)
        if quote.start <= sentence.span.start < quote.end
    ]
    turned = _add_turn(quoted, index)
    if not turned:
        return None
    end = turned[-1].span.end
    text = quote.article.paragraphs[quote.paragraph - 1].text[quote.start : end]
    return replace(quote, end=end, text=text)


def quote_opening(article: Article) -> Quote | None:
    """Return the first sentence of an article, by which people recognise it; None without any."""
    spans = (
        (number, span)
        for number, paragraph in enumerate(article.paragraphs, start=1)
        for span in split_sentences(paragraph.text, paragraph.asides)
        if not announces(paragraph.text[slice(*span)])
    )
    return next((quote_span(article, number, span) for number, span in spans), None)


def quote_span(
    article: Article, paragraph: int, span: Span, score: float = 0.0, marks: Iterable[Span] = ()
) -> Quote:
    """Return the quote at `span` of a paragraph (from 1); `marks` are spans of that paragraph."""
    return Quote(
        article=article,
        paragraph=paragraph,
        start=span.start,
        end=span.end,
        text=article.paragraphs[paragraph - 1].text[span.start : span.end],
        score=score,
        marks=tuple(Span(mark.start - span.start, mark.end - span.start) for mark in marks),
    )


def join_adjacent(
    first: Span, second: Span, text: str, max_words: int = _MAX_QUOTE_WORDS
) -> Span | None:
    """Return the span of two sentences as one; None if apart, or too long together."""
    joined = Span(first.start, second.end)
    is_adjacent = not text[first.end : second.start].strip()
    return joined if is_adjacent and len(text[slice(*joined)].split()) <= max_words else None


def _quote_sentences(
    sentences: Sequence[Sentence], matched: Collection[str], score: float = 0.0
) -> Quote:
    """Return adjacent sentences of one paragraph as a quote with the `matched` terms marked."""
    passage = sentences[0].passage
    span = Span(sentences[0].span.start, sentences[-1].span.end)
    marks = (
        Span(sentence.span.start + term.start, sentence.span.start + term.end)
        for sentence in sentences
        for term in sentence.terms
        if term.term in matched
    )
    return quote_span(passage.article, passage.number, span, score, merge_spans(marks))


def _find_list(sentence: Sentence, index: Index) -> Sequence[Sentence]:
    """Return a sentence with what it announces or the lead-in of its list; none where it has
    neither, or they are apart or too long together."""
    siblings = index.sentences(sentence.passage.slot)
    lead_in = _find_lead_in(sentence, index)
    if lead_in is not None:
        listed = siblings[lead_in.position : sentence.position + 1]
        return listed if _fit_together(listed) else ()
    if not announces(sentence.text):
        return ()
    end = sentence.position + 2
    while end < len(siblings) and is_item(siblings[end].text):
        end += 1
    for last in range(end, sentence.position + 1, -1):
        listed = siblings[sentence.position : last]
        if len(listed) > 1 and _fit_together(listed):
            return listed
    return ()


def _find_lead_in(sentence: Sentence, index: Index) -> Sentence | None:
    """Return the sentence of the paragraph that announces this one, alone or after other items."""
    previous = index.previous_sentence(sentence)
    while previous and not announces(previous.text):
        previous = index.previous_sentence(previous) if is_item(previous.text) else None
    return previous


def _add_turn(quoted: Sequence[Sentence], index: Index) -> Sequence[Sentence]:
    """Return the sentences with the next one if that turns them; none where it does not fit."""
    following = index.next_sentence(quoted[-1])
    if following is None or not turns_previous_sentence(following.text):
        return quoted
    turned = (*quoted, following)
    return turned if _fit_together(turned, _MAX_WORDS_WITH_TURN) else ()


def _fit_together(sentences: Sequence[Sentence], max_words: int = _MAX_QUOTE_WORDS) -> bool:
    """Whether nothing stands between adjacent sentences and they are short enough for a quote."""
    text = sentences[0].passage.paragraph.text
    span = Span(sentences[0].span.start, sentences[-1].span.end)
    return len(text[slice(*span)].split()) <= max_words and not any(
        text[first.span.end : second.span.start].strip() for first, second in pairwise(sentences)
    )


def _find_joinable(sentence: Sentence, index: Index) -> Sentence | None:
    """Return the previous sentence if it can be quoted together with this one."""
    previous = index.previous_sentence(sentence)
    return previous if previous and _fit_together((previous, sentence)) else None
