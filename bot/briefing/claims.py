"""A text to its claims, sentence by sentence, and the quotes that speak to each, if any do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from bot.briefing.ask import choose
from bot.briefing.gate import names_all
from bot.briefing.quoting import quoted_with
from bot.briefing.verify import LONGEST_TEXT, verify
from bot.model import Claim, Comparison, Quote, SourceReport
from bot.search.evidence import Evidence, rank, share
from bot.search.index import Index
from bot.search.query import Query, read_query
from bot.text.english import specificity
from bot.text.names import is_name
from bot.text.sentences import sentences
from bot.text.words import words

CLAIMS = 8
PLACES = 2  # of one claim

# With fewer things spoken of, a sentence is chat, or stands everywhere by chance.
_FEWEST = 3
# A claim of so many words stands "nearly" where this part of them stands, in order, and no other
# among them. Of less a whole sentence that speaks to it says more than the words alike; in a short
# one the word that differs is all it says: "The Kaesong complex reopened".
_NEARLY_WORDS, _NEARLY = 8, 0.8
# A quote speaks to a claim where the part of the claim's weight that it holds, times how much the
# words held narrow what is spoken of (a name by 1, the commonest word by .2), comes to this. It
# finds .90 of 92 claims paraphrased from the seeds and .96 of 24 from other pages, and of what is
# told nowhere there: none of 800 sentences of other pages, 1 of 800 of SQuAD, 1 of 75 news of the
# same countries and of others, but 16 of 65 short ones put together from the desk's own words, as
# "The White House bought new cars". At .9 .91 and 19 of 65, at 1.2 .84 and 13.
_SPEAKS = 1.0
# Where a sentence goes on to tell something else. Two of the paraphrased claims joined in one
# sentence are found in .97 instead of .56, and of the 800 sentences of other pages 2.
_JOINT = re.compile(r"; |,? (?:and|but|while|whereas|although|after|because) ")


def find_sources(text: str, index: Index) -> SourceReport:
    """What the paragraphs of `index` hold on each sentence of `text`."""
    claims: list[Claim] = []
    left_out = passed_over = 0
    for sentence in _sentences(text):
        query = read_query(sentence, index)
        if len(query.terms) < _FEWEST:
            passed_over += 1
        elif len(claims) == CLAIMS:
            left_out += 1
        else:
            claims.append(_claim(query, index))
    return SourceReport(tuple(claims), left_out, passed_over)


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for span in sentences(line):
            yield line[span.start : span.end]


def _claim(query: Query, index: Index) -> Claim:
    """A claim with the places that hold it, or else the quotes that speak to it."""
    if len(query.text) <= LONGEST_TEXT:
        said = verify(query.text, index)
        if said.status == "exact" or said.has_same_words:
            return Claim(query.text, "exact", said.matches[:PLACES])
        near = [place for place in said.matches if place.quote.score >= _NEARLY]
        if near and len(words(query.text)) >= _NEARLY_WORDS:
            return Claim(query.text, "near", tuple(near[:PLACES]))
    told = _telling(query, index) or _telling_parts(query.text, index)
    return Claim(query.text, "related" if told else "none", tuple(map(Comparison, told)))


def _telling(query: Query, index: Index) -> tuple[Quote, ...]:
    """The quotes that speak to a claim, what shares most with it first."""
    found = [(_support(query, each, index), each) for each in rank(query, index)]
    telling = sorted((each for each in found if each[0] >= _SPEAKS), key=lambda each: -each[0])
    return choose(query, [each for _, each in telling], index, PLACES)


def _telling_parts(text: str, index: Index) -> tuple[Quote, ...]:
    """The best quote on each part of a sentence that tells several things at once."""
    parts = _JOINT.split(text)
    queries = (read_query(part, index) for part in parts if len(parts) > 1)
    told = (_telling(query, index)[:1] for query in queries if len(query.terms) >= _FEWEST)
    return tuple(dict.fromkeys(chain.from_iterable(told)))[:PLACES]


def _support(query: Query, found: Evidence, index: Index) -> float:
    """How much the quote that gives the evidence shares with the claim; 0 where it shares no more
    than names, or its paragraph and title lack one."""
    held = frozenset[str]().union(*(each.term_set for each in quoted_with(found.sentence, index)))
    shared = [(term, term.credit(held)) for term in query.terms if term.credit(held)]
    if all(is_name(term.term) for term, _ in shared) or not names_all(query, found, index):
        return 0.0
    narrowed = sum(
        credit * (1.0 if is_name(term.term) else specificity(term.typed.casefold()))
        for term, credit in shared
    )
    return share(query, held) * narrowed
