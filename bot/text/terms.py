"""Text to the terms it is searched by: stems of words, and one term for each thing named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.text.names import Names
from bot.text.words import words


class Term(NamedTuple):
    """A term and the characters of the text that stand for it: `text[start:end]`.

    `form` is the word as `Word` has it, "" for the term of a thing named; `kind` is what kind of
    thing that is, "" for a word. `within` says that the word is part of a name whose own term
    stands before it.
    """

    term: str
    start: int
    end: int
    form: str = ""
    kind: str = ""
    within: bool = False


class Analyser:
    """One text's way to its terms, the same for paragraphs and for questions."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def terms(self, text: str, *, typed: bool = False) -> Iterator[Term]:
        """The terms of `text` in order; a name's own words follow the thing it names.

        `typed` marks a text that a person typed, perhaps without capitals.
        """
        found = words(text)
        mentions = {mention.first: mention for mention in self.names.mentions(found, typed=typed)}
        name_end = 0
        for at, word in enumerate(found):
            if at in mentions:
                mention = mentions[at]
                name_end = mention.last
                end = found[mention.last - 1].end
                yield Term(mention.name.term, word.start, end, kind=mention.name.kind)
            if word.term:
                yield Term(word.term, word.start, word.end, word.form, within=at < name_end)
