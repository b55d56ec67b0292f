"""The words of a text: their positions, forms for comparison, and terms for the index."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import NamedTuple

from bot.text.korean_stems import is_function_word
from bot.text.stems import is_hangul, stem

# A word is, in this order: an abbreviation with stops (U.S., N.K.), a number with its separators
# (28,500 and 49.25) or its ending (4th), two words that are one, a doubled one (win-win is no
# winning; no group finds all, as `findall` gives what it holds), letters and digits with at most an
# apostrophe inside (don't, Seoul's), or a sign that is read as a word. Hangul after other letters
# is a particle or another word (PIF가, AI반도체).
_WORD = re.compile(
    r"(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w)\.?"
    r"|\d+(?:[.,]\d+)*(?:(?:st|nd|rd|th)\b)?"
    r"|[Pp]er cent\b"
    r"|(?<!\w)(?i:win-win|lose-lose|go-go|hush-hush|so-so|one-one)(?![\w'’])"
    r"|[가-힣]+|[^\W_가-힣]+(?:['’][^\W\d_가-힣]+)?"
    r"|[%％$€£₩]"
)
_ASCII_WORD = re.compile(_WORD.pattern, re.ASCII)  # the same there, in three quarters of the time
_SIGNS = {"%": "percent", "％": "percent", "$": "dollar", "€": "euro", "£": "pound", "₩": "won"}
_ORDINAL = re.compile(r"(?:st|nd|rd|th)$")
_POSSESSIVE = re.compile(r"['’]s?$")
# Words whose forms are kept: while 100,000 paragraphs are indexed, four times as many take a tenth
# less time and 13 MB more.
_MAX_READ_WORDS = 1 << 15

# English function words; they carry no topic, and BM25 over them rewards long paragraphs
# (docs/design/text.md: the analyser is the largest single gain).
_ENGLISH = """
    a about above after again against all also am an and any are aren't as at be because been
    before being below between both but by can can't cannot could could've couldn't did didn't
    do does doesn't doing don't down during each else ever few for from further get gets getting
    give gives got had hadn't has hasn't have haven't having he he'd he'll he's her here here's
    hers herself him himself his how how's however i i'd i'll i'm i've if in into is isn't it
    it'd it'll it's its itself just let let's lets like made make makes many may me might
    might've mine more most much must must've mustn't my myself no nor not of off on once only
    or other our ours ourselves out over own per please quite shall shan't she she'd she'll
    she's should should've shouldn't so some such tell than that that's the their theirs them
    themselves then there there's these they they'd they'll they're they've this those though
    through to too under until up upon us very was wasn't we we'd we'll we're we've were weren't
    what what're what's when when's where where's whether which while who who'd who's who've
    whom whose why why's will with without won't would would've wouldn't yes yet you you'd
    you'll you're you've your yours yourself
"""
# Without its apostrophe each of these is another word.
_NEEDS_APOSTROPHE = frozenset({"he'd", "he'll", "i'd", "i'll", "she'd", "she'll", "we'd", "we'll"})
# Korean words that only ask or connect, and the endings of questions.
_KOREAN = """
    누가 누구 언제 어디 어디서 왜 어떻게 어떤 어느 무엇 무슨 뭐 뭐라고 뭘 얼마 얼마나 몇 것 수 등
    및 또 또는 그 이 저 그리고 하지만 대해 대해서 대한 관해 관해서 관한 관련 위해 위한 통해 따르면
    했나 했나요 했어 했어요 했는가 했니 하나 하나요 하는가 합니까 했습니까 인가 인가요 입니까 있나
    있나요 있는가 있습니까 됐나 됐나요 되나 되나요 무엇인가 무엇인가요 뭐야 뭔가 뭔가요 말했나
    말했나요 말했어 말했습니까 알려줘 알려주세요 설명해줘 설명해주세요
"""
STOP_WORDS = frozenset(
    form
    for word in (*_ENGLISH.split(), *_KOREAN.split())
    for form in ((word,) if word in _NEEDS_APOSTROPHE else (word, word.replace("'", "")))
)


class WordForm(NamedTuple):
    """A word wherever it stands: its `form` for comparing and its `term` for indexing.

    `form` is casefolded, without possessive and without the stops of an abbreviation ("U.S." is
    "us"); `term` is the stem of the form, or "" for a stop word. `capital` says that it is written
    with a capital letter, or in a script that has none.
    """

    form: str
    term: str
    capital: bool


class Word(NamedTuple):
    """One word of a text: `text[start:end]`, with the fields of its `WordForm`."""

    start: int
    end: int
    form: str
    term: str
    capital: bool


def split_words(text: str) -> tuple[Word, ...]:
    """Return the words of `text` in order, stop words included."""
    words = []
    end = 0
    for raw in list_written_words(text):  # `find` is faster than matches; no word begins between
        start = text.find(raw, end)
        end = start + len(raw)
        # Word() itself takes twice as long as all the rest here.
        words.append(tuple.__new__(Word, (start, end, *read_word(raw))))
    return tuple(words)


def split_forms(text: str) -> list[WordForm]:
    """Return the words of `text` as `split_words` does, but not where they stand: in half the
    time."""
    return list(map(read_word, list_written_words(text)))


def list_written_words(text: str) -> list[str]:
    """Return the words of `text` in order as they are written there, for `read_word`."""
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


@lru_cache(maxsize=_MAX_READ_WORDS)
def read_word(raw: str) -> WordForm:
    """Return what a word that a text writes so is compared and indexed by."""
    if raw in _SIGNS:
        form = term = _SIGNS[raw]
    elif raw[0].isdecimal():
        form = term = _ORDINAL.sub("", raw.replace(",", ""))
    elif "." in raw:
        form = raw.replace(".", "").casefold()
        term = stem(form)
    else:
        letters = raw.replace("’", "'").replace(" ", "").replace("-", "")
        form = _POSSESSIVE.sub("", letters.casefold())
        term = stem(form)
        bare = term if is_hangul(form) else form  # 무엇을 as 무엇, but not "wills" as "will"
        is_stop_word = not _is_acronym(raw) and not STOP_WORDS.isdisjoint((form, bare))
        if is_stop_word or (is_hangul(form) and is_function_word(form)):
            term = ""
    # Most forms are their own terms, and servers share most words: each is in memory once.
    return WordForm(sys.intern(form), sys.intern(term), not raw[0].islower())


def _is_acronym(raw: str) -> bool:
    """US, IT, WHO in capitals are names, not function words."""
    return len(raw) > 1 and raw.isupper()
