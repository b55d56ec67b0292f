"""The statements of a paragraph: its sentences that can be read aloud with nothing around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.briefing.leaning import adjoin, leans
from bot.model import Quote
from bot.search.index import Index, Passage, Sentence
from bot.text.quotations import is_balanced, remove_quotations

_WORDS = range(6, 61)  # of a sentence
_LONGEST = 70  # words of a statement of two sentences
_ENDS_WHOLE = re.compile(r"[.!]['\"”’)\]]*$")
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|I|[Mm]y|[Yy]ou|[Yy]our)\b")

# A short group of words without the look of a verb is a fragment: "K-pop and soap operas." Longer
# ones pass, as such looks deceive: auxiliaries, irregular and regular pasts, and in the present
# tense what "Seoul signals" and "talks stall" look like, but not "links to China".
_FRAGMENT = 16  # words
_IRREGULAR = """
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
    rf"\b(?:{'|'.join(_IRREGULAR.split())}|\w{{2,}}ed|\w+n['’]t)\b"
    r"|\b[A-Z]\w*[a-z] [a-z][\w-]*[^\Wsu]s\b"
    r"|\b[a-z][\w-]*[^\Wsu]s (?!(?:of|in|on|to|with|for|from|by|at)\b)\w"
)


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One sentence, or two of a paragraph where the second leans on the first."""

    sentences: tuple[Sentence, ...]

    @property
    def passage(self) -> Passage:
        return self.sentences[-1].passage

    @property
    def position(self) -> int:
        """How early in its story it stands: 0 at the front, at least 1 more for each paragraph and
        each sentence of its own before it."""
        return self.passage.number - 1 + self.sentences[0].position

    @property
    def length(self) -> int:
        """In words."""
        return sum(len(sentence.text.split()) for sentence in self.sentences)

    def quote(self) -> Quote:
        passage = self.passage
        start, end = self.sentences[0].span.start, self.sentences[-1].span.end
        text = passage.paragraph.text[start:end]
        return Quote(passage.article, passage.number, start, end, text)


def statements(slot: int, index: Index) -> Iterator[Statement]:
    """The statements of a paragraph, one for each sentence that can be said, in order."""
    for sentence in index.sentences(slot):
        if not _is_whole(sentence):
            continue
        if not leans(sentence):
            yield Statement((sentence,))
            continue
        before = index.previous_sentence(sentence)
        if before and _is_whole(before) and not leans(before) and adjoin(before, sentence):
            both = Statement((before, sentence))
            if both.length <= _LONGEST:
                yield both


def _is_whole(sentence: Sentence) -> bool:
    """Whether the sentence is a whole statement of fair length: no question, no fragment, no list
    of names, no half quotation, and not in the writer's own "we"."""
    text = sentence.text
    words = text.split()
    return (
        len(words) in _WORDS
        and not text[0].islower()
        and bool(_ENDS_WHOLE.search(text))
        and "?" not in text
        and is_balanced(text)
        and (len(words) > _FRAGMENT or bool(_VERB.search(text)))
        and not (sum(word[0].isupper() for word in words) * 2 > len(words) and text.count(",") > 2)
        and not _FIRST_PERSON.search(remove_quotations(text))
    )
