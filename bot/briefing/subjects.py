"""What articles are most about: the names in them, by how many stories hold them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from bot.briefing.reading_once import ArticlesReadOnce
from bot.model import Article
from bot.text.korean_words import load_korean_words
from bot.text.names import Names
from bot.text.sentences import split_sentences
from bot.text.stems import is_hangul
from bot.text.words import Word, split_words

_MAX_NAME_WORDS: Final = 4
_MIN_LETTERS: Final = 3
# A name that fewer stories hold is no subject of many.
_MIN_STORIES, _FEW_STORIES = 2, 4
# A longer name stands for a part of it that hardly more stories hold: Elden Ring for Ring.
_MIN_SHARE: Final = 0.8
# What an article is about stands in its opening; contacts and boilerplate stand at its end.
_OPENING_PARAGRAPHS: Final = 4
_KINDS: Final = frozenset({"person", "place", "organisation"})
_CALENDAR_WORDS = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december spring summer autumn winter mr mrs ms dr prof
    jan feb mar apr jun jul aug sep sept oct nov dec est edt cst cdt pst pdt gmt utc bst kst today
    tomorrow yesterday
"""
_CALENDAR: Final = frozenset(_CALENDAR_WORDS.split())
_POSSESSIVE: Final = re.compile(r"['’]s?$")


class SubjectCounts(ArticlesReadOnce[Mapping[str, str]]):
    """In how many articles each name stands; an article takes some milliseconds to read."""

    def __init__(self, names: Names, articles: Iterable[Article] = ()) -> None:
        """`names` are known under their entities, whatever form an article has of them."""
        super().__init__(partial(find_subjects, names=names), articles)
        self._by_article: dict[str, Mapping[str, str]] = {}
        self._counts: Counter[str] = Counter()
        self._listed: Sequence[str] | None = None

    def list_names(self) -> Sequence[str]:
        """Return the names, those that most articles hold first, without parts of others."""
        with self._lock:
            if self._listed is None:
                self._listed = self._list()
            return self._listed

    def _list(self) -> Sequence[str]:
        spellings: dict[str, Counter[str]] = {}
        for subjects in self._by_article.values():
            for key, spelling in subjects.items():
                spellings.setdefault(key, Counter())[spelling] += 1
        least = _MIN_STORIES if len(self._by_article) >= _FEW_STORIES else 1
        kept = {key: count for key, count in self._counts.items() if count >= least}
        longer = [(f" {key} ", count) for key, count in kept.items() if " " in key]
        names = [
            key
            for key, count in kept.items()
            if not any(
                f" {key} " in text and text.strip() != key and other >= _MIN_SHARE * count
                for text, other in longer
            )
        ]
        names.sort(key=lambda key: (-kept[key], -len(key.split()), key))
        return [spellings[key].most_common(1)[0][0] for key in names]

    def _keep(self, article: Article, result: Mapping[str, str]) -> None:
        self._by_article[article.id] = result
        self._counts.update(result.keys())
        self._listed = None

    def _forget(self, article_id: str) -> None:
        subjects = self._by_article.pop(article_id, {})
        self._counts.subtract(subjects.keys())
        self._counts = +self._counts if subjects else self._counts
        self._listed = None


def find_subjects(article: Article, names: Names) -> Mapping[str, str]:
    """Return the names in an article's text, by their words in small letters: known ones, runs of
    words with capitals that do not just begin a sentence, and the Korean words of its title."""
    subjects: dict[str, str] = {}
    for paragraph in article.paragraphs[:_OPENING_PARAGRAPHS]:
        for start, end in split_sentences(paragraph.text, paragraph.asides):
            text = paragraph.text[start:end]
            words = split_words(text)
            mentions = list(names.find_mentions(words))
            for name in (mention.name for mention in mentions if mention.name.kind in _KINDS):
                subjects.setdefault(name.entity.casefold(), name.entity)
            known = {number for mention in mentions for number in range(mention.first, mention.end)}
            unknown = [word for number, word in enumerate(words) if number not in known]
            for run in _find_runs(text, unknown):
                spelling = _POSSESSIVE.sub("", text[run[0].start : run[-1].end])
                is_opening = run[0] is words[0] and len(run) == 1
                if not is_opening and len(spelling) >= _MIN_LETTERS:
                    subjects.setdefault(" ".join(word.term for word in run), spelling)
    for form in _korean_title_words(article):
        subjects.setdefault(form, form)
    for outlet in (article.outlet, article.author):
        subjects.pop((outlet or "").casefold(), None)
    return subjects


def _find_runs(text: str, words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield the runs of words with capitals that stand side by side, without what begins a sentence
    and is written so only there."""
    run: list[Word] = []
    for word in words:
        if run and _goes_on(run[-1], word, text):
            run.append(word)
            continue
        yield from _as_name(run)
        run = [word] if _is_name_word(word, text) else []
    yield from _as_name(run)


def _goes_on(last: Word, word: Word, text: str) -> bool:
    """Whether a word belongs to the name whose last word so far stands right before it."""
    is_next = text[last.end : word.start] == " "
    is_possessive = bool(_POSSESSIVE.search(text[last.start : last.end]))
    return is_next and not is_possessive and _is_name_word(word, text)


def _as_name(run: list[Word]) -> Iterator[Sequence[Word]]:
    if run and len(run) <= _MAX_NAME_WORDS:
        yield tuple(run)


def _is_name_word(word: Word, text: str) -> bool:
    is_upper = text[word.start].isupper()
    return is_upper and bool(word.term) and word.form not in _CALENDAR


def _korean_title_words(article: Article) -> Iterator[str]:
    """Yield the stems of the Korean words of the title; Korean has no capitals."""
    plain = load_korean_words()
    ignored = plain.empty | plain.times | plain.chat
    terms = (word.term for word in split_words(article.title))
    yield from (term for term in terms if len(term) > 1 and is_hangul(term) and term not in ignored)
