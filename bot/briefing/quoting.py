"""Quotes of sentences: alone, or with the sentence before where one cannot be understood alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.model import Article, Quote, Span, merge_spans
from bot.search.index import Index, Passage, Sentence
from bot.text.quotations import is_balanced, remove_quotations
from bot.text.sentences import split_sentences

# Nobody reads longer quotes, so the previous sentence is left out past this.
_MAX_QUOTE_WORDS = 70

# An opening that refers to the previous sentence: a pronoun ...
_OPENING_PRONOUN = re.compile(
    r"['\"“‘]?(?:he|she|they|it|this|that|these|those|his|her|their|its)\b", re.IGNORECASE
)
# ... a connective, a set phrase that looks back, "both" and the like.
_OPENING_CONNECTIVE = re.compile(
    r"(?:(?:but|and|so|or|nor|yet|also|still|then|thus|hence|instead|however|nevertheless"
    r"|nonetheless|meanwhile|moreover|furthermore|additionally|similarly|likewise|therefore"
    r"|consequently|simultaneously|otherwise|besides|finally|later|afterwards|overall|too)(?=[ ,])"
    r"|\w+ing (?:this|that|these|those)\b"
    r"|(?:both|such|another|neither|either|others?|the (?:former|latter|same|other|two|three)"
    r"|(?:in|at|on|by|for|with|from|after|before|despite|given|amid|following|because of|as)"
    r" (?:this|that|these|those|such|response|turn|addition|contrast|particular|return|a result"
    r"|the same time|the other hand|it|them|him|her|all))\b)",
    re.IGNORECASE,
)
# "Despite the challenges, he said": the subject is a pronoun, and nobody is named before it.
_PRONOUN_SUBJECT = re.compile(
    r"(?:[^,\"“]{3,80},|(?:After|Although|As|At|Because|Before|By|During|For|From|If|In|On|Since"
    r"|Though|Until|When|While|With)\b[^,\"“]{3,60}) (?:he|she|they|it)\b"
)
# "has to take this into account": something mentioned before, anywhere in the sentence.
_REFERRING_THIS = re.compile(r"\bthis(?= (?:into|is|was|has|will|would|may|means)\b|[.;])")
# "The move aligns with", "The red vehicle was": something known, as nothing after its noun says
# which one is meant. "The divide between", "The Lee government" say it.
_KNOWN_THING = re.compile(
    r"The (?!\w+ (?:of|between|in|for|to|with|on|that|who|which|against|among|from|by)\b)"
    r"(?!(?:\w+ ){2}(?:of|between|for|with|that|against|among)\b)"
    r"(?:[a-z][\w-]* ){2}"
)

_EXCERPT_WORDS = range(6, 61)  # of a sentence
_ENDS_WHOLE = re.compile(r"[.!]['\"”’)\]]*$")
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|I|[Mm]y|[Yy]ou|[Yy]our)\b")

# A short group of words without the look of a verb is a fragment: "K-pop and soap operas." Longer
# ones pass, as such looks deceive: auxiliaries, irregular and regular pasts, and in the present
# tense what "Seoul signals" and "talks stall" look like, but not "links to China".
_MAX_FRAGMENT_WORDS = 16
_IRREGULAR_VERBS = """
    am is are was were be been has have had do does did will would can cannot could may might must
    shall should ate beat became began bent bet bit bled blew bought bound bred broke brought built
    burst came cast caught chose cost crept cut dealt drank drew drove dug fed fell felt fled flew
    forbade forgot fought found froze gave got grew heard held hid hit hung hurt kept knew laid led
    left lent let lit lost made meant met overcame paid put quit ran rang read rode rose said sang
    sank sat saw sent set shone shook shot shrank shut slept slid sold sought spent split spoke
    spread stole stood struck stuck sung swam swept swore swung taught thought threw told took tore
    understood underwent withdrew woke won wore wrote
"""
_VERB = re.compile(
    rf"\b(?:{'|'.join(_IRREGULAR_VERBS.split())}|\w{{2,}}ed|\w+n['’]t)\b"
    r"|\b[A-Z]\w*[a-z] [a-z][\w-]*[^\Wsu]s\b"
    r"|\b[a-z][\w-]*[^\Wsu]s (?!(?:of|in|on|to|with|for|from|by|at)\b)\w"
)


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

    def quote(self) -> Quote:
        """Return it as a quote."""
        span = Span(self.sentences[0].span.start, self.sentences[-1].span.end)
        return quote_span(self.passage.article, self.passage.number, span)


def find_excerpts(slot: int, index: Index) -> Iterator[Excerpt]:
    """Yield the excerpts of a paragraph, at most one for each sentence, in order."""
    for sentence in index.sentences(slot):
        if not _is_whole(sentence):
            continue
        if not needs_previous_sentence(sentence):
            yield Excerpt((sentence,))
            continue
        previous = _find_joinable(sentence, index)
        # A summary has nothing around it, so the previous sentence must be understood alone.
        if previous and _is_whole(previous) and not needs_previous_sentence(previous):
            yield Excerpt((previous, sentence))


def sentences_to_quote(sentence: Sentence, index: Index) -> tuple[Sentence, ...]:
    """Return `sentence` alone, or with the one before it where it cannot be understood alone.

    Unlike an excerpt, an answer is quoted even without that.
    """
    if needs_previous_sentence(sentence) or not is_balanced(sentence.text):
        previous = _find_joinable(sentence, index)
        if previous and not previous.text.endswith("?"):
            return previous, sentence
    return (sentence,)


def quote_sentence(
    sentence: Sentence, index: Index, matched: Collection[str] = (), score: float = 0.0
) -> Quote:
    """Return the quote of the `sentences_to_quote`; `matched` are the terms to mark in it."""
    quoted = sentences_to_quote(sentence, index)
    span = Span(quoted[0].span.start, quoted[-1].span.end)
    marks = (
        Span(part.span.start + term.start, part.span.start + term.end)
        for part in quoted
        for term in part.terms
        if term.term in matched
    )
    passage = sentence.passage
    return quote_span(passage.article, passage.number, span, score, merge_spans(marks))


def quote_opening(article: Article) -> Quote | None:
    """Return the first sentence of an article, by which people recognise it; None without any."""
    for number, paragraph in enumerate(article.paragraphs, start=1):
        for span in split_sentences(paragraph.text, paragraph.asides):
            return quote_span(article, number, span)
    return None


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


def needs_previous_sentence(sentence: Sentence) -> bool:
    """Whether the sentence refers to the previous one and is not understood without it."""
    text = sentence.text
    opening = _PRONOUN_SUBJECT.match(text)
    is_first = sentence.position == 0 and sentence.passage.number == 1
    return (
        bool(_OPENING_PRONOUN.match(text))
        or bool(_OPENING_CONNECTIVE.match(text))
        or bool(_REFERRING_THIS.search(remove_quotations(text)))
        or bool(opening and opening.group()[1:].islower())
        or (not is_first and bool(_KNOWN_THING.match(text)))
    )


def join_adjacent(
    first: Span, second: Span, text: str, max_words: int = _MAX_QUOTE_WORDS
) -> Span | None:
    """Return the span of two sentences as one; None if apart, or too long together."""
    joined = Span(first.start, second.end)
    is_adjacent = not text[first.end : second.start].strip()
    return joined if is_adjacent and len(text[slice(*joined)].split()) <= max_words else None


def _find_joinable(sentence: Sentence, index: Index) -> Sentence | None:
    """Return the previous sentence if it can be quoted together with this one."""
    previous = index.previous_sentence(sentence)
    text = sentence.passage.paragraph.text
    if previous and join_adjacent(previous.span, sentence.span, text):
        return previous
    return None


def _is_whole(sentence: Sentence) -> bool:
    """Whether the sentence is a whole statement of fair length, as a summary needs it.

    It is no question, no fragment, no list of names, no half of a quotation, and not in the
    writer's own "we".
    """
    text = sentence.text
    words = text.split()
    return (
        len(words) in _EXCERPT_WORDS
        and not text[0].islower()
        and bool(_ENDS_WHOLE.search(text))
        and "?" not in text
        and is_balanced(text)
        and (len(words) > _MAX_FRAGMENT_WORDS or bool(_VERB.search(text)))
        and not (sum(word[0].isupper() for word in words) * 2 > len(words) and text.count(",") > 2)
        and not _FIRST_PERSON.search(remove_quotations(text))
    )
