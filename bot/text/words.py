"""Text to words: where each stands, its form for comparing, and the term it is indexed by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

# A word is, in this order: an abbreviation with stops (U.S., N.K.), a number with its separators
# (28,500 and 49.25), letters and digits with at most an apostrophe inside (don't, Seoul's), or a
# sign that is read as a word.
_WORD = re.compile(
    r"(?P<abbreviation>(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?|(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w))"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W_]+(?:['’][^\W\d_]+)?)"
    r"|(?P<sign>[%$€£₩])"
)
_SIGNS = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound", "₩": "won"}
_POSSESSIVE = re.compile(r"['’]s?$")

# English function words, with the spellings people type without an apostrophe. They carry no topic,
# and BM25 over them rewards long paragraphs (design.md: the analyser is the largest single gain).
STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are aren't arent as at be because
    been before being below between both but by can can't cant cannot could couldn't couldnt did
    didn't didnt do does doesn't doesnt doing don't dont down during each else ever few for from
    further get gets getting give gives got had hadn't has hasn't hasnt have haven't havent
    having he he'd he'll he's her here here's hers herself him himself his how how's hows
    however i i'd i'll i'm i've if im in into is isn't isnt it it'd it'll it's its itself just
    let let's lets like made make makes many may me might mine more most much must my myself no
    nor not of off on once only or other our ours ourselves out over own per please shall shan't
    she she'd she'll she's should shouldn't so some such tell than that that's thats the their
    theirs them themselves then there there's theres these they they'd they'll they're theyre
    they've this those though through to too under until up upon us very was wasn't wasnt we
    we'd we'll we're we've were weren't what what's whats when when's whens where where's wheres
    whether which while who who's whos whom whose why why's whys will with without won't wont
    would wouldn't yes yet you you'd you'll you're you've youre your yours yourself
    """.split()  # noqa: SIM905 - a word list reads best as words
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: `text[start:end]`, its `form` for comparing and its `term` for indexing.

    `form` is casefolded, without possessive and without the stops of an abbreviation ("U.S." is
    "us"); `term` is the stem of the form, or "" for a stop word.
    """

    start: int
    end: int
    form: str
    term: str


def words(text: str) -> Iterator[Word]:
    """The words of `text`, in order."""
    for match in _WORD.finditer(text):
        raw = match.group()
        if match.lastgroup == "abbreviation":
            form = raw.replace(".", "").casefold()
            term = stem(form)
        elif match.lastgroup == "number":
            form = term = raw.replace(",", "")
        elif match.lastgroup == "sign":
            form = term = _SIGNS[raw]
        else:
            form = _POSSESSIVE.sub("", raw.replace("’", "'").casefold())
            term = "" if form in STOP_WORDS and not _is_acronym(raw) else stem(form)
        yield Word(match.start(), match.end(), form, term)


def _is_acronym(raw: str) -> bool:
    """US, IT, WHO in capitals are names, not function words."""
    return len(raw) > 1 and raw.isupper()


# British endings of stems to American ones, so that neighbours meet neighbors. Texts and questions
# pass through the same rules, so a word that is changed needlessly still meets itself.
_SPELLINGS = (
    (re.compile(r"(?<=\w\w)our$"), "or"),  # neighbour
    (re.compile(r"(?<=\w\w\w)is$"), "iz"),  # normalis(e)
    (re.compile(r"(?<=\w\w)enc$"), "ens"),  # defenc(e)
    (re.compile(r"(?<=\w\w)tr$"), "ter"),  # centr(e)
    (re.compile(r"programm$"), "program"),
)


@lru_cache(maxsize=1 << 17)
def stem(form: str) -> str:
    """The Snowball (Porter 2) stem of a casefolded English word, in American spelling.

    Words of other scripts come back as they are.
    """
    stemmed: str = _stemmer().stemWord(form)
    for british, american in _SPELLINGS:
        stemmed = british.sub(american, stemmed)
    return stemmed


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)  # its own cache off: stem() keeps the whole answer
