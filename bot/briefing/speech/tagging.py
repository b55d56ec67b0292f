"""A sentence to its shape: one letter for each word, by which attributions of speech are found.

The letters are those of the classes in speech.toml, and: N a word of a name, S one in the
possessive, Q a whole quotation, w any other word, # a figure, ! the end of a question or an
exclamation, and marks for themselves. “"We go," Mayor Ann Lee said on Friday” is `Q,NNNVpt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.briefing.speech.vocabulary import vocabulary
from bot.model import Span
from bot.text.quotations import Quotation
from bot.text.sentences import sentences

# A word with its hyphens and apostrophes, an abbreviation or initial with its stops, or a mark.
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\W\d_a-z]\w{0,3}\.(?=\s+[^\W\d_a-z])|\w+(?:[-'’.&]\w+)*|[^\w\s]"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_DASHES = "-–—"
_STOP_BEFORE_QUOTATION = re.compile(r"\.(?=Q)")
_NO_NAMES = ("ing", "ed")


class Token(NamedTuple):
    """A word, a mark or a whole quotation of a sentence; `text` is without the possessive."""

    text: str
    letter: str
    span: Span
    quotation: Quotation | None = None


class Shaped(NamedTuple):
    """A sentence of a paragraph by its tokens; places in its `shape` are places in `tokens`."""

    span: Span
    tokens: Sequence[Token]
    shape: str

    def words(self, start: int, end: int) -> Sequence[str]:
        return [token.text for token in self.tokens[start:end]]

    def form(self, place: int) -> str:
        return self.tokens[place].text.casefold()


def shaped_sentences(
    text: str, quoted: Sequence[Quotation], asides: Iterable[Span]
) -> Iterator[Shaped]:
    """The sentences of a paragraph, none of which ends within a quotation."""
    for span in sentences(_masked(text, quoted), asides):
        tokens = _tokens(text, span, quoted)
        shape = "".join(token.letter for token in tokens)
        start, first = span.start, 0
        for match in _STOP_BEFORE_QUOTATION.finditer(shape):
            end, next_ = tokens[match.start()].span.end, match.end()
            yield Shaped(Span(start, end), tokens[first:next_], shape[first:next_])
            start, first = tokens[next_].span.start, next_
        yield Shaped(Span(start, span.end), tokens[first:], shape[first:])


def _masked(text: str, quoted: Sequence[Quotation]) -> str:
    """`text` with each quotation as one long word, so that no sentence ends in it."""
    parts: list[str] = []
    done = 0
    for quotation in quoted:
        inside = text[quotation.words.start : quotation.words.end].rstrip()
        span = quotation.span
        end = "." if inside.endswith((".", ".'", ".’")) or quotation.is_open else "q"
        parts += (text[done : span.start], "Q" + "q" * (span.end - span.start - 2) + end)
        done = span.end
    parts.append(text[done:])
    return "".join(parts)


def _tokens(text: str, span: Span, quoted: Sequence[Quotation]) -> list[Token]:
    """The tokens of the sentence at `span` of a paragraph's `text`."""
    tokens: list[Token] = []
    place = span.start
    for quotation in quoted:
        if span.start <= quotation.span.start < span.end:
            _add_words(tokens, text, place, quotation.span.start)
            _add_quotation(tokens, text, quotation)
            place = quotation.span.end
    _add_words(tokens, text, place, span.end)
    return tokens


def _add_words(tokens: list[Token], text: str, start: int, end: int) -> None:
    for match in _TOKEN.finditer(text, start, end):
        read, letter = _read(match.group(), tokens[-1].letter if tokens else ".")
        tokens.append(Token(read, letter, Span(*match.span())))


def _add_quotation(tokens: list[Token], text: str, quotation: Quotation) -> None:
    """Add a quotation, and the mark with which the words in it end, as if it stood behind."""
    tokens.append(Token("", "Q", quotation.span, quotation))
    last = text[quotation.words.end - 1]
    if last in _DASHES or last in "?!…":
        tokens.append(Token(last, "!", quotation.words))
    elif last == ",":
        tokens.append(Token(last, last, quotation.words))


@lru_cache(maxsize=1 << 16)
def _read(written: str, after: str) -> tuple[str, str]:
    """A word or a mark, without its possessive, and its letter behind a word of the letter `after`;
    a sentence opens behind a full stop."""
    if not written[0].isalnum():
        return written, "-" if written in _DASHES else "!" if written in "?…" else written
    text = _POSSESSIVE.sub("", written)
    form, known = text.casefold(), vocabulary()
    letter = "w" if len(text) > 1 and text.isupper() else known.letters.get(form, "w")  # US, not us
    if text[0].isdecimal():
        return text, "#"
    if text[0].islower() or letter in "ot" or (letter != "w" and after in ".!"):
        if form in known.particles and after == "N":
            return text, "N"
        # "The US claims" holds a verb, "his claims" a noun.
        noun = letter in "VCK" and form.endswith("s") and after in "dpS#"
        return text, "w" if noun else letter
    if after in ".!" and form.endswith(_NO_NAMES):
        return text, "p"  # "Criticizing Lee", "Asked about Lee"
    return text, "N" if text == written else "S"
