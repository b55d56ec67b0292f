"""Sentences tagged by word class: one letter a word, in which attributions of speech are matched.

The tags are those of the classes in speech.toml, and: N a word of a name, S one in the possessive,
Q a whole quotation, w any other word, # a figure, ! the end of a question or an exclamation;
punctuation marks stand for themselves. “"We go," Mayor Ann Lee said on Friday” is `Q,NNNVpt`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from bot.model import Span
from bot.text.quotations import Quotation, starting_within
from bot.text.sentences import split_sentences

# A word with its hyphens and apostrophes, an abbreviation or initial with its stops, or a mark.
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\W\d_a-z]\w{0,3}\.(?=\s+[^\W\d_a-z])|\w+(?:[-'’.&]\w+)*|[^\w\s]"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_DASHES = "-–—"
_STOP_BEFORE_QUOTATION = re.compile(r"\.(?=Q)")
_PARTICIPLE_ENDINGS = ("ing", "ed")


@dataclass(frozen=True, slots=True)
class SpeechVocabulary:
    """The word lists of speech.toml, casefolded. `tags` maps each word of a class to its tag."""

    tags: dict[str, str]
    continuations: frozenset[str]
    asks: frozenset[str]
    speaking: frozenset[str]
    origins: frozenset[str]
    mentions: frozenset[str]
    titles: frozenset[str]
    people: frozenset[str]
    bodies: frozenset[str]
    given_names: frozenset[str]
    particles: frozenset[str]


@cache
def load_vocabulary() -> SpeechVocabulary:
    """Return the word lists of speech.toml."""
    text = files(__package__).joinpath("speech.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    lists = {name: frozenset(words.split()) for name, words in data["words"].items()}
    tags = {
        word: word_class["tag"]
        for word_class in data["classes"]
        for word in word_class["words"].split()
    }
    return SpeechVocabulary(tags, **lists)


class Token(NamedTuple):
    """A word, a mark or a whole quotation of a sentence; `text` is without the possessive."""

    text: str
    tag: str
    span: Span
    quotation: Quotation | None = None


class TaggedSentence(NamedTuple):
    """A sentence of a paragraph; `tags` has one letter for each of its `tokens`."""

    span: Span
    tokens: Sequence[Token]
    tags: str

    def words(self, start: int, end: int) -> Sequence[str]:
        """Return the texts of the tokens from `start` up to `end`."""
        return [token.text for token in self.tokens[start:end]]

    def form(self, position: int) -> str:
        """Return the casefolded text of one token."""
        return self.tokens[position].text.casefold()


def tag_sentences(
    text: str, quotations: Sequence[Quotation], asides: Iterable[Span]
) -> Iterator[TaggedSentence]:
    """Yield the sentences of a paragraph, none of which ends within a quotation."""
    for span in split_sentences(_mask_quotations(text, quotations), asides):
        tokens = _tokenise(text, span, quotations)
        tags = "".join(token.tag for token in tokens)
        start, first = span.start, 0
        for match in _STOP_BEFORE_QUOTATION.finditer(tags):
            end, next_first = tokens[match.start()].span.end, match.end()
            yield TaggedSentence(Span(start, end), tokens[first:next_first], tags[first:next_first])
            start, first = tokens[next_first].span.start, next_first
        yield TaggedSentence(Span(start, span.end), tokens[first:], tags[first:])


def _mask_quotations(text: str, quotations: Sequence[Quotation]) -> str:
    """Return `text` with each quotation as one long word, so that no sentence ends in it."""
    parts: list[str] = []
    done = 0
    for quotation in quotations:
        words = text[quotation.words.start : quotation.words.end].rstrip()
        span = quotation.span
        goes_on = text[span.end : span.end + 1].isalnum()  # as with a particle in Korean
        ends_sentence = (words.endswith((".", ".'", ".’")) and not goes_on) or quotation.is_open
        mask = "Q" + "q" * (span.end - span.start - 2) + ("." if ends_sentence else "q")
        parts += (text[done : span.start], mask)
        done = span.end
    parts.append(text[done:])
    return "".join(parts)


def _tokenise(text: str, span: Span, quotations: Sequence[Quotation]) -> list[Token]:
    """Return the tokens of the sentence at `span` of a paragraph's `text`."""
    tokens: list[Token] = []
    start = span.start
    for quotation in starting_within(quotations, span):
        _add_words(tokens, text, start, quotation.span.start)
        _add_quotation(tokens, text, quotation)
        start = quotation.span.end
    _add_words(tokens, text, start, span.end)
    return tokens


def _add_words(tokens: list[Token], text: str, start: int, end: int) -> None:
    for match in _TOKEN.finditer(text, start, end):
        word, tag = _tag_word(match.group(), tokens[-1].tag if tokens else ".")
        tokens.append(Token(word, tag, Span(*match.span())))


def _add_quotation(tokens: list[Token], text: str, quotation: Quotation) -> None:
    """Add a quotation and, as a token after it, the mark that ends the words in it."""
    tokens.append(Token("", "Q", quotation.span, quotation))
    mark = text[quotation.words.end - 1]
    if mark in _DASHES or mark in "?!…":
        tokens.append(Token(mark, "!", quotation.words))
    elif mark == ",":
        tokens.append(Token(mark, mark, quotation.words))


@lru_cache(maxsize=1 << 16)
def _tag_word(raw: str, previous_tag: str) -> tuple[str, str]:
    """Return a word or mark without its possessive, and its tag after a word of `previous_tag`."""
    if len(raw) > 1 and not raw[0].isalnum():
        return raw, "w"  # __init__
    if not raw[0].isalnum():
        return raw, "-" if raw in _DASHES else "!" if raw in "?…" else raw
    text = _POSSESSIVE.sub("", raw)
    form, vocabulary = text.casefold(), load_vocabulary()
    tag = "w" if len(text) > 1 and text.isupper() else vocabulary.tags.get(form, "w")  # US, not us
    if text[0].isdecimal():
        return text, "#"
    if text[0].islower() or tag in "ot" or (tag != "w" and previous_tag in ".!"):
        if form in vocabulary.particles and previous_tag == "N":
            return text, "N"
        # "The US claims" holds a verb, "his claims" a noun.
        is_noun = tag in "VCK" and form.endswith("s") and previous_tag in "dpS#"
        return text, "w" if is_noun else tag
    if previous_tag in ".!" and form.endswith(_PARTICIPLE_ENDINGS):
        return text, "p"  # "Criticizing Lee", "Asked about Lee"
    return text, "N" if text == raw else "S"
