"""What a question searches for: its terms, their weights, and the expected types of answer."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bot.search.index import Index
from bot.search.people import Person, find_people
from bot.text.acronyms import match_initials
from bot.text.answer_types import AnswerType, expected_types
from bot.text.korean_people import is_full_name
from bot.text.korean_words import load_korean_words
from bot.text.lazy import lazy_property
from bot.text.lexicon import find_synonyms, is_common_korean_word, is_noun, is_word, specificity
from bot.text.names import is_name
from bot.text.small_talk import ASKING_WORDS, CHAT_WORDS, asks_for_newest, remove_small_talk
from bot.text.stems import is_hangul
from bot.text.terms import JOINED
from bot.text.words import STOP_WORDS, split_words

# The weight of a synonym beside the word asked for: in a sentence, and in a paragraph's BM25.
# Of 1,322 SQuAD questions MRR@10 is .8782 without synonyms, .8803 so, .8780 at .8 and .4; on the
# seed samples they bring the answering sentence among three in .97 instead of .93.
_SYNONYM_CREDIT = 0.5
_SYNONYM_SEARCH_WEIGHT = 0.2
# The same for a Korean compound that holds the word, or a part of it that is held.
_COMPOUND_CREDIT = 0.7
_COMPOUND_SEARCH_WEIGHT = 0.6

_WORD_AND_NUMBER = re.compile(r"\b([A-Za-z]+) (\d+[A-Za-z]?)\b(?![.,]\d)")
_SERIES = re.compile(r"([a-z]+)(\d+[a-z]?)")
_MAX_IN_SERIES = 100  # numbers of a series that are looked for
_MAX_SERIES_PARAGRAPHS = 100  # in which a number is looked for
_INITIALS = re.compile(r"[A-Za-z]{3,6}")
_MAX_READ_PARAGRAPHS = 20_000
# "who is Ann Lee" asks for no other name.
_WHO_IS = re.compile(r"\W*who(?:['’]?s| is| was| are| were)\b", re.IGNORECASE)
# "what does X stand for" is about X.
_STANDING_FOR = re.compile(r"(?<=\w) (?:stands? for|is short for)\b", re.IGNORECASE)
# What is counted, up to the verb: "how many US troops are".
_COUNTED = re.compile(r"\bhow many\b(?: more| other| of (?:the|these|those))?", re.IGNORECASE)
_PEOPLE = frozenset(
    word.term
    for word in split_words(
        "people persons men women children adults passengers crew members residents citizens"
        " inhabitants victims workers employees staff students patients visitors fans players"
        " voters protesters migrants refugees officials soldiers civilians users customers"
    )
)
# A subject alone is named in so many terms and words at most: "kim jong un", "the sea ice".
_MAX_KEYWORDS, _MAX_KEYWORD_WORDS = 2, 4


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a question, as indexed and as typed.

    `weight` is its rarity among the paragraphs. `synonyms` are those that paragraphs hold.
    `compounds` are the Korean ones that hold it or are a part of it. `is_known` is False where they
    hold none of these; the weight is then highest.
    `is_person` marks the full name of a person whom no paragraph holds, `is_joined` a name that is
    several words in one, such as Crew-8; it is not known where only Crew-7 and the like are held.
    """

    term: str
    typed: str
    weight: float
    is_known: bool
    synonyms: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()
    is_person: bool = False
    is_joined: bool = False

    def is_in(self, terms: Set[str]) -> bool:
        """Whether `terms` hold this term, or a Korean compound with it."""
        return self.term in terms or not self.compounds.isdisjoint(terms)

    def credit(self, terms: Set[str]) -> float:
        """Return 1 where `terms` hold this term, a part of 1 where they hold a compound with it or
        a synonym, else 0."""
        if self.term in terms:
            return 1.0
        if not self.compounds.isdisjoint(terms):
            return _COMPOUND_CREDIT
        return 0.0 if self.synonyms.isdisjoint(terms) else _SYNONYM_CREDIT

    @property
    def is_noun(self) -> bool:
        """Whether it names what the question is about: a name, or likely a noun."""
        is_given = self.is_person or self.is_joined or is_name(self.term)
        return is_given or is_noun(self.typed.casefold())


@dataclass(frozen=True)
class Query:
    """What a question searches for; no terms where it holds only stop words.

    `terms` holds each term once, without the words within names. `search_terms` is the query for
    BM25, each term with its weight: a name also brings its own words, a word its synonyms.
    `counted` are the terms of what it asks the number of. `people` are the terms of the name of
    each person whom it names in full and paragraphs hold, `surnames` those of their surnames.
    `keywords` is the text where it only names a subject, in a word or two, and asks nothing.
    `prefers_newest` says that it asks for the latest.
    """

    text: str
    terms: tuple[QueryTerm, ...]
    search_terms: Mapping[str, float]
    answer_types: frozenset[AnswerType]
    counted: frozenset[str] = frozenset()
    people: tuple[frozenset[str], ...] = ()
    surnames: frozenset[str] = frozenset()
    keywords: str | None = None
    prefers_newest: bool = False

    @lazy_property
    def weight(self) -> float:
        """The sum of the weights of its terms."""
        return sum(term.weight for term in self.terms)


def read_query(text: str, index: Index) -> Query:
    """Return the query for the question `text` over `index`, with typing errors corrected."""
    question = _correct_typos(_STANDING_FOR.sub(" ", remove_small_talk(text)), index)
    question = _join_numbers(_spell_out_initials(question, index), index)
    people = find_people(question, index)
    names = {term for person in people for term in person.terms}
    terms: dict[str, QueryTerm] = {}
    search_terms: dict[str, float] = {}
    for person in people:
        if not person.is_known:
            term = _make_person_term(person, question, index)
            terms[term.term] = term
    omitted = [span for person in people for span in person.omitted]
    joined_end = 0
    for indexed in index.analyser.terms(question, typed=True):
        typed = question[indexed.start : indexed.end]
        is_chat = typed.casefold() in CHAT_WORDS or indexed.term in load_korean_words().chat
        if is_chat or any(start <= indexed.start < end for start, end in omitted):
            continue
        is_joined = indexed.kind == JOINED
        is_within = not is_joined and (indexed.within or indexed.start < joined_end)
        if is_joined and not index.bm25.frequency(indexed.term):
            if _is_missing_in_series(indexed.term, index):
                terms[indexed.term] = _make_missing_number(indexed.term, typed, index)
            continue
        if is_joined:
            joined_end = indexed.end
        for search_term in _split_compound(_translate(indexed.term, index), index):
            search_terms[search_term] = search_terms.get(search_term, 0.0) + 1.0
            if not is_within and search_term not in terms:
                term = _make_query_term(search_term, typed, index)
                terms[search_term] = replace(term, is_joined=is_joined)
    for query_term in terms.values():
        for compound in query_term.compounds:
            search_terms.setdefault(compound, _COMPOUND_SEARCH_WEIGHT)
        for synonym in query_term.synonyms:
            search_terms.setdefault(synonym, _SYNONYM_SEARCH_WEIGHT)
    answer_types = expected_types(text)
    if _WHO_IS.match(text) and all(is_name(term) or term in names for term in terms):
        answer_types -= {AnswerType.PERSON}
    return Query(
        text,
        tuple(terms.values()),
        search_terms,
        answer_types,
        _find_counted(question, index),
        tuple(person.terms for person in people if person.is_known),
        frozenset(person.surname for person in people if person.is_known),
        _read_keywords(question, terms, answer_types and expected_types(question)),
        asks_for_newest(text),
    )


def _spell_out_initials(question: str, index: Index) -> str:
    """Return the question with the capitalised phrase of the articles for initials that no
    paragraph holds: "Electronic Frontier Foundation" for EFF."""
    parts: list[str] = []
    end = 0
    for word in split_words(question):
        typed = question[word.start : word.end]
        if (
            _INITIALS.fullmatch(typed)
            and (typed.isupper() or not is_word(word.form))
            and not any(map(index.bm25.frequency, (word.term, word.form)))
            and (phrase := _find_phrase(typed, index))
        ):
            parts += (question[end : word.start], phrase)
            end = word.end
    return "".join((*parts, question[end:]))


def _find_phrase(initials: str, index: Index) -> str | None:
    """Return the first phrase with these initials; None in a library too large to be read for it:
    10,000 paragraphs take some 60 ms."""
    if index.bm25.corpus_size > _MAX_READ_PARAGRAPHS:
        return None
    pattern = match_initials(initials)
    texts = (paragraph.text for article in index.articles() for paragraph in article.paragraphs)
    return next((match.group() for text in texts if (match := pattern.search(text))), None)


def _join_numbers(question: str, index: Index) -> str:
    """Return the question with "crew 8" as "crew-8" where the articles write it so."""

    def join(match: re.Match[str]) -> str:
        if match[1].casefold() in STOP_WORDS:  # does 5G
            return match.group()
        name = "".join(match.groups()).casefold()
        is_joined = index.bm25.frequency(name) or _is_missing_in_series(name, index)
        return "-".join(match.groups()) if is_joined else match.group()

    return _WORD_AND_NUMBER.sub(join, question)


def _is_missing_in_series(name: str, index: Index) -> bool:
    """Whether paragraphs hold numbered names like `name` and not itself in any spelling: Crew-8 and
    Crew-9 for "crew10"."""
    match = _SERIES.fullmatch(name)
    if not match:
        return False
    word, number = match.groups()
    if not any(index.bm25.frequency(f"{word}{other}") for other in range(_MAX_IN_SERIES)):
        return False
    apart = re.compile(rf"\b{word}[ -]?{number}\b", re.IGNORECASE)
    slots = index.bm25.matching([number])[:_MAX_SERIES_PARAGRAPHS].tolist()
    return not any(apart.search(index.passage(slot).paragraph.text) for slot in slots)


def _make_missing_number(name: str, typed: str, index: Index) -> QueryTerm:
    return QueryTerm(name, typed, index.bm25.rarity(""), is_known=False, is_joined=True)


def _make_person_term(person: Person, question: str, index: Index) -> QueryTerm:
    typed = question[slice(*person.span)]
    return QueryTerm(typed.casefold(), typed, index.bm25.rarity(""), is_known=False, is_person=True)


def _read_keywords(
    question: str, terms: Mapping[str, QueryTerm], answer_types: Set[AnswerType]
) -> str | None:
    """Return the question where it only names a subject in a word or two, else None."""
    words = split_words(question)
    if (
        not 1 <= len(terms) <= _MAX_KEYWORDS
        or len(words) > _MAX_KEYWORD_WORDS
        or answer_types
        or not all(term.is_known for term in terms.values())
        or not ASKING_WORDS.isdisjoint(word.form for word in words)
    ):
        return None
    for word in reversed(words):
        if word.form in CHAT_WORDS:  # "the latest launch" is one of launches
            question = question[: word.start] + question[word.end :]
    return " ".join(question.split()).strip(" ?!.,;:") or None


def _find_counted(question: str, index: Index) -> frozenset[str]:
    """Return the terms of what the question asks the number of that paragraphs hold, with their
    synonyms; "people" may be counted as passengers or the like."""
    match = _COUNTED.search(question)
    if not match:
        return frozenset()
    end = next(
        (
            word.start
            for word in split_words(question)
            if word.start >= match.end() and not word.term
        ),
        len(question),
    )
    terms = [
        term
        for term in index.analyser.terms(question, typed=True)
        if match.end() <= term.start < end
    ]
    nouns = [term for term in terms if term.kind or is_noun(term.form)] or terms
    counted = {term.term for term in nouns}
    counted.update(*map(find_synonyms, counted))
    if not _PEOPLE.isdisjoint(counted):
        counted |= _PEOPLE
    return frozenset(filter(index.bm25.frequency, counted))


def _make_query_term(term: str, typed: str, index: Index) -> QueryTerm:
    rarity, frequency = index.bm25.rarity, index.bm25.frequency
    synonyms = frozenset(synonym for synonym in find_synonyms(term) if frequency(synonym))
    compounds = _find_compounds(term, index)
    if frequency(term):
        weight = rarity(term)
    elif compounds:
        weight = min(map(rarity, compounds))
    elif synonyms:  # the word is as rare as its commonest synonym
        weight = min(map(rarity, synonyms))
    else:  # the paragraphs cannot tell "bring" from "bitcoin"; English can
        weight = rarity(term) * specificity(typed.casefold())
    is_known = bool(frequency(term) or synonyms)
    is_person = not (is_known or compounds) and _is_korean_person(term)
    return QueryTerm(term, typed, weight, is_known, synonyms, compounds, is_person)


def _is_korean_person(term: str) -> bool:
    """Whether a Korean word is likely somebody's full name: 이해찬."""
    return is_hangul(term) and is_full_name(term) and not is_common_korean_word(term)


def _find_compounds(term: str, index: Index) -> frozenset[str]:
    """Return the Korean terms that hold `term`, or, where it is not held, its parts."""
    if not is_hangul(term):
        return frozenset()
    parts = () if index.bm25.frequency(term) else index.find_parts(term)
    return frozenset((*index.find_compounds(term), *parts))


def _split_compound(term: str, index: Index) -> Sequence[str]:
    """Return the two terms that a Korean compound consists of, where both are held more often, be
    it translated."""
    if is_hangul(term):
        frequency = index.bm25.frequency
        for length in range(len(term) - 2, 1, -1):
            parts = term[:length], term[length:]
            if min(map(frequency, parts)) > frequency(term):
                return parts
            if not frequency(term):
                parts = _translate(parts[0], index), _translate(parts[1], index)
                if all(map(frequency, parts)):
                    return parts
    return (term,)


def _translate(term: str, index: Index) -> str:
    """The first synonym of a Korean word that paragraphs hold; `term` itself where none do."""
    if not is_hangul(term) or index.bm25.frequency(term):
        return term
    return next(filter(index.bm25.frequency, find_synonyms(term)), term)


def _correct_typos(text: str, index: Index) -> str:
    """`text` with its misspelt words replaced by the nearest words of the articles or names."""
    parts: list[str] = []
    end = 0
    for word in split_words(text):
        if (
            word.term
            and not is_hangul(word.form)
            and not index.bm25.frequency(word.term)
            and not is_word(word.form)
        ):
            correction = index.find_nearest_word(word.form)
            if correction and _is_held(correction, index):
                parts += (text[end : word.start], correction)
                end = word.end
    return "".join((*parts, text[end:]))


def _is_held(word: str, index: Index) -> bool:
    """Whether some paragraph holds the word, or the name that it is."""
    terms = index.analyser.terms(word, typed=True)
    return any(index.bm25.frequency(term.term) for term in terms)
