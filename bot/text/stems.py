"""Stems, which a word shares with its other forms: plurals, tenses, spellings, figures."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from bot.text.korean_stems import stem_korean

# Forms that no rule unites; each line begins with the form whose stem they take.
_FORMS = """
    2 two
    3 three third
    4 four fourth
    5 five fifth
    6 six sixth
    7 seven seventh
    8 eight eighth
    9 nine ninth
    10 ten tenth
    11 eleven eleventh
    12 twelve twelfth
    13 thirteen
    14 fourteen
    15 fifteen
    16 sixteen
    17 seventeen
    18 eighteen
    19 nineteen
    20 twenty
    30 thirty
    40 forty
    50 fifty
    60 sixty
    70 seventy
    80 eighty
    90 ninety

    january jan
    february feb
    august aug
    september sept
    october oct
    november nov
    december dec
    approximately approx
    billion bn
    department dept depts
    economy econ
    government govt govts gov't
    information info
    intelligence intel
    international intl
    million mil mln mn
    national natl
    nuclear nuke nukes
    percent pct
    president pres prez
    professor prof
    trillion trn
    university univ
    year yr yrs

    person people persons
    man men
    woman women
    child children
    foot feet
    crisis crises
    analysis analyses
    life lives
    wife wives
    become became
    begin began begun
    bleed bled
    break broke broken
    bring brought
    build built
    buy bought
    catch caught
    choose chose chosen
    come came
    deal dealt
    draw drew drawn
    drive drove driven
    fall fell fallen
    feel felt
    fight fought
    find found
    flee fled
    fly flew flown
    forbid forbade forbidden
    forget forgot forgotten
    freeze froze frozen
    go goes went gone
    grow grew grown
    hang hung
    hear heard
    hide hid hidden
    hold held
    keep kept
    know knew known
    lead led
    lend lent
    lose lost
    mean meant
    meet met
    overthrow overthrew overthrown
    pay paid
    ride rode ridden
    rise rose risen
    run ran
    see saw seen
    seek sought
    sell sold
    send sent
    shake shook shaken
    shoot shot
    shrink shrank shrunk
    sing sang sung
    sink sank sunk
    speak spoke spoken
    speed sped
    spend spent
    stand stood
    steal stole stolen
    stick stuck
    strike struck stricken
    swear swore sworn
    sweep swept
    swim swam swum
    take took taken
    teach taught
    think thought
    throw threw thrown
    undergo underwent undergone
    understand understood
    uphold upheld
    wear wore worn
    win won
    withdraw withdrew withdrawn
    withhold withheld
    write wrote written
"""
# Left out is what is as often another word: one, first and second; min, sec, rep, mar; left, lay,
# wound, bound, born, ground.

_HANGUL = re.compile(r"[가-힣]")

# British endings of stems to American ones, so that neighbours meet neighbors. Texts and questions
# pass through the same rules, so a word that is changed needlessly still meets itself.
_SPELLINGS = (
    (re.compile(r"(?<=\w\w)our$"), "or"),  # neighbour
    (re.compile(r"(?<=\w\w\w)is$"), "iz"),  # normalis(e)
    (re.compile(r"(?<=\w\w)enc$"), "ens"),  # defenc(e)
    (re.compile(r"(?<=\w\w)tr$"), "ter"),  # centr(e)
    (re.compile(r"programm$"), "program"),
)


def is_hangul(form: str) -> bool:
    """Whether a word is written in Hangul, the Korean script."""
    return "가" <= form[0] <= "힣"


def has_hangul(text: str) -> bool:
    """Whether a text holds a syllable of the Korean script."""
    return not text.isascii() and bool(_HANGUL.search(text))


def stem(form: str) -> str:
    """Return the stem of a casefolded word, the same for all its forms.

    For English it is the Snowball (Porter 2) stem in American spelling: of the base form where the
    word is irregular, of the full word where it is an abbreviation. For a numeral it is the digits,
    for Korean the noun without its particles or the verb without its endings. Words of other
    scripts are returned unchanged.
    """
    if is_hangul(form):
        return stem_korean(form)
    stemmed: str = _stemmer().stemWord(_base_forms().get(form, form))
    for british, american in _SPELLINGS:
        stemmed = british.sub(american, stemmed)
    return stemmed


@lru_cache(maxsize=1)
def _base_forms() -> dict[str, str]:
    """Each form in `_FORMS` with the first of its line."""
    lines = (line.split() for line in _FORMS.splitlines() if line.strip())
    return {form: base for base, *forms in lines for form in forms}


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)  # without a cache of its own: `words` caches stems
