"""The names in a question, known ones and capitalised ones, and one put in another's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.lexicon import is_ordinary_word
from bot.text.names import Names
from bot.text.people import find_full_names
from bot.text.stems import is_hangul
from bot.text.words import Word, split_words


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A name at `text[start:end]`; its `kind` is "" where only its capitals say that it is one."""

    start: int
    end: int
    kind: str


def find_named_spans(text: str, names: Names) -> Sequence[NamedSpan]:
    """Return the names in a question, left to right: known ones, full names of persons, and words
    with a capital that are not its first."""
    words = split_words(text)
    kinds: dict[int, str] = {}
    for mention in names.find_mentions(words, typed=True):
        kinds.update(dict.fromkeys(range(mention.first, mention.end), mention.name.kind))
    for person in find_full_names(text, words):
        numbers = range(person.first, person.end)
        if kinds.keys().isdisjoint(numbers) and any(words[n].capital for n in numbers):
            kinds.update(dict.fromkeys(numbers, "person"))
    for number, word in enumerate(words):
        if number and number not in kinds and word.capital and _is_proper(word):
            kinds[number] = ""
    spans: list[NamedSpan] = []
    previous = -1
    for number in sorted(kinds):
        word, kind = words[number], kinds[number]
        is_next = number == previous + 1 and spans and _is_joined(text, spans[-1].end, word.start)
        end = word.start + len(_bare_name(word, text, names))
        if is_next and "" in (spans[-1].kind, kind):  # King Charles, President Lee
            spans[-1] = NamedSpan(spans[-1].start, end, spans[-1].kind or kind)
        elif is_next and spans[-1].kind == kind:
            spans[-1] = NamedSpan(spans[-1].start, end, kind)
        else:
            spans.append(NamedSpan(word.start, end, kind))
        previous = number
    return spans or _find_rare_nouns(words)


def _find_rare_nouns(words: Sequence[Word]) -> Sequence[NamedSpan]:
    """Return the nouns of a text without names that may be names, as they are hardly ever anything
    else: "odysseus", typed without a capital."""
    return [
        NamedSpan(word.start, word.end, "")
        for word in words
        if word.term
        and word.form.isascii()
        and word.form.isalpha()
        and not is_ordinary_word(word.form)
    ]


def substitute(question: str, text: str, names: Names) -> str | None:
    """Return `question` with `text` in place of the last name of its kind, or else of its last
    name; None for a question without a name."""
    spans = find_named_spans(question, names)
    if not spans:
        return None
    kind = _kind_of(text, names)
    same = [span for span in spans if span.kind == kind]
    if not same and kind == "":
        same = [span for span in spans if span.kind not in ("place", "organisation")]
    replaced = (same or spans)[-1]
    return question[: replaced.start] + text + question[replaced.end :]


def _kind_of(text: str, names: Names) -> str:
    words = split_words(text)
    for mention in names.find_mentions(words, typed=True):
        return mention.name.kind
    if any(find_full_names(text, words)) and any(word.capital for word in words):
        return "person"
    return ""


def _is_proper(word: Word) -> bool:
    """Whether a word with a capital is a name; what has no capitals, as Hangul, says nothing."""
    return bool(word.term) and word.form.isascii() and word.form[:1].isalpha()


def _is_joined(text: str, end: int, start: int) -> bool:
    return text[end:start].strip() == ""


def _bare_name(word: Word, text: str, names: Names) -> str:
    """Return a word without the possessive or the particle that stands at its end."""
    raw = text[word.start : word.end]
    if is_hangul(word.form):
        for length in range(len(raw), 1, -1):
            if names.match(raw[:length], typed=True) and not names.match(raw[: length - 1]):
                return raw[:length]
        return raw
    for ending in ("'s", "’s", "'", "’"):
        raw = raw.removesuffix(ending)
    return raw
