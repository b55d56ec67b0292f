"""What is known of words beyond the articles: how common, synonymous or misspelt they are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from bot.text.word_list import korean_frequency, zipf_frequency
from bot.text.words import split_words

# On the Zipf scale (log10 of uses per billion words) "the" is 7.7, "bring" 5.3, "password" 4.1 and
# "ramen" 3.4; common misspellings stay below 3 ("recieve" 2.8, "tarrif" 1.2).
_MIN_WORD = 3.0
_COMMONEST, _RARE = 7.0, 3.0
_MIN_SPECIFICITY = 0.2

# 도널드 and 백악관 have 1 in 100,000, 회의 has 10.
_COMMON_KOREAN = 1.3e-5
# A word this common is hardly a name: "react" is 3.6 and "nam" 3.7, "yong" 3.4, "peake" below 3.
_MIN_ORDINARY_WORD = 4.0
# Words with no forms that are no nouns, beside the stop words: adverbs, prepositions and the like.
_NO_NOUNS = frozenset(
    """
    aboard abroad across actual actually ago ahead alone already always anymore anyway
    anywhere apart ashore aside asleep away back bad badly became become before behind beside
    best better beyond big closer despite easier else elsewhere enough even ever everywhere
    far farther final foremost forever former forward further good hence hurt inside instead
    less little main mandatory maybe mere near nearby nearly never next nobody nowhere often
    ones outside overseas own perhaps previous rather real several sometimes soon such
    together twice unlike upright upstairs versus via well weren whole whose within without
    worse worst
    """.split()  # noqa: SIM905 - a word list reads best as words
)
_MIN_NOUN_LETTERS = 2
_NO_NOUN_ENDINGS = ("ing", "ed", "ly", "ier", "iest", "ous", "ful", "less", "able", "ible", "ish")
# Forms of a verb or an adjective are less common than the word itself by at most this: "travel" 5.0
# and "travelling" 4.3, but "salary", "recipe" and "parliament" have none.
_MAX_FORM_DISTANCE = 1.3

# Words of this length or less are another word after most changes of a letter (price, prize), so
# only a change of order or a letter too many or too few counts as a typing error in them.
_SHORT = 5
MAX_EDITS = 2
_MIN_SIMILARITY = 0.9  # Jaro-Winkler; tarrif and tariff have .92, seats and states .82


@lru_cache(maxsize=1 << 16)
def specificity(form: str) -> float:
    """How much a casefolded word narrows a subject, from .2 for the commonest word to 1."""
    zipf = zipf_frequency(form)
    return min(1.0, max(_MIN_SPECIFICITY, (_COMMONEST - zipf) / (_COMMONEST - _RARE)))


def is_word(form: str) -> bool:
    """Whether the casefolded `form` is used often enough in English to be no misspelling."""
    return zipf_frequency(form) >= _MIN_WORD


def is_korean_word(form: str) -> bool:
    """Whether `form` is one of the 30,000 commonest words of Korean, or parts of words."""
    return korean_frequency(form) > 0


def is_common_korean_word(form: str) -> bool:
    """Whether `form` is used more often in Korean than the names of people are."""
    return korean_frequency(form) > _COMMON_KOREAN


def is_ordinary_word(form: str) -> bool:
    """Whether the casefolded `form` is so common in English that it is hardly somebody's name."""
    return zipf_frequency(form) >= _MIN_ORDINARY_WORD


@lru_cache(maxsize=1 << 12)
def is_noun(form: str) -> bool:
    """Whether the casefolded `form` is likely a noun or a name, which says what a question is about
    where a verb or an adjective may be said in other words.

    It is a guess from the forms that English uses: verbs are used with -ing or -ed nearly as often
    as without, adjectives with -ly or -est.
    """
    if len(form) < _MIN_NOUN_LETTERS or not form.isalpha() or not form.isascii():
        return False
    if form in _NO_NOUNS or form.endswith(_NO_NOUN_ENDINGS):
        return False
    word = _remove_plural(form)
    frequency = zipf_frequency(word)
    verbal = max(map(zipf_frequency, chain(_inflect(word, "ing"), _inflect(word, "ed"))))
    if frequency and verbal >= frequency - _MAX_FORM_DISTANCE:
        return False
    stem = word.removesuffix("er") or word
    if max(map(zipf_frequency, _inflect(stem, "est"))):
        return False
    # "app" is no adjective because of "apply", which is as common.
    return not 0 < zipf_frequency(f"{word}ly") < frequency - 0.5


def find_nearest_word(form: str, vocabulary: Iterable[str]) -> str | None:
    """Return the word of `vocabulary` that the casefolded `form` is most likely a typing error for,
    or None where none is near enough.

    A typing error keeps the first letter and takes at most two edits (optimal string alignment);
    words under four letters and words with digits are left alone.
    """
    if len(form) < 4 or not form.isalpha():
        return None
    candidates = [
        word
        for word in vocabulary
        if word[0] == form[0] and abs(len(word) - len(form)) <= MAX_EDITS
    ]
    similar = process.extract(
        form, candidates, scorer=JaroWinkler.similarity, score_cutoff=_MIN_SIMILARITY, limit=5
    )
    corrections = [word for word, _, _ in similar if _is_typo(form, word)]
    return min(corrections, key=lambda word: OSA.distance(form, word), default=None)


def _remove_plural(form: str) -> str:
    if form.endswith("ies"):
        return f"{form[:-3]}y"
    return form[:-1] if form.endswith("s") and not form.endswith("ss") else form


def _inflect(word: str, ending: str) -> Iterator[str]:
    """Yield the ways in which the ending may be added to a word: "hopping", "dating", "cried"."""
    yield word + ending
    yield word + word[-1] + ending
    if word.endswith("e"):
        yield word[:-1] + ending
    if word.endswith("y") and ending != "ing":
        yield f"{word[:-1]}i{ending}"


def _is_typo(typed: str, word: str) -> bool:
    if len(typed) <= _SHORT:
        letters = abs(len(typed) - len(word))
        return sorted(typed) == sorted(word) or letters == 1 == OSA.distance(typed, word)
    return OSA.distance(typed, word) <= MAX_EDITS


def find_synonyms(term: str) -> tuple[str, ...]:
    """Return the terms that the news uses for `term`, itself not among them; none for most."""
    return _synonyms().get(term, ())


@lru_cache(maxsize=1)
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    """Each stem to the others of its lines in `synonyms.toml`, in their order."""
    subjects = tomllib.loads(files("bot.text").joinpath("synonyms.toml").read_text("utf-8"))
    groups: dict[str, dict[str, None]] = {}  # a dict as an ordered set
    for lines in subjects.values():
        for first_word, synonyms in lines.items():
            stems = [word.term for word in split_words(" ".join((first_word, *synonyms)))]
            for stem in stems:
                groups.setdefault(stem, {}).update(dict.fromkeys(stems))
    return {stem: tuple(s for s in group if s != stem) for stem, group in groups.items()}
