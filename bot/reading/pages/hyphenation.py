"""Words that are cut at a line end, joined: in the text of a PDF and in what is copied from one."""

from __future__ import annotations

import re
from collections import Counter

from bot.text.lexicon import is_word

SOFT_HYPHEN = "\u00ad"
HYPHENS = ("-", "\u2010", SOFT_HYPHEN)
LAST_WORD = re.compile(r"[^\W\d_]+$")
FIRST_WORD = re.compile(r"[^\W_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")
_WORD = re.compile(r"[^\W\d_]+")


def _split_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# After the hyphen of "pre- and post-war" a space is printed.
_CONJUNCTIONS = _split_words("and or to und oder bis bzw sowie et ou y o e en of")
# Words of their own that begin others without a hyphen.
_PREFIXES = _split_words(
    "re un de in im dis mis non pre co con com sub en inter over under out anti super trans per "
    "pro be ad up"
)

# A line that ends in a hyphen is this long, or the word below it opens small: "Sign-" above "Up" is
# a menu.
_MIN_LINE = 20  # characters


class WordList:
    """The words of a document, which tell how its line ends are joined."""

    def __init__(self, text: str) -> None:
        self._words = Counter(word.casefold() for word in _WORD.findall(text))
        self._compounds = Counter(word.casefold() for word in _COMPOUND.findall(text))

    def __contains__(self, word: str) -> bool:
        return word.casefold() in self._words

    def join(self, text: str, following: str) -> str:
        """Return the text joined at its last hyphen: "govern-" and "ment" make "government", but
        "long-" and "term" "long-term".

        The document's own words decide, then whether the whole or both parts are English words.
        """
        if text.endswith(SOFT_HYPHEN):
            return text[:-1] + following
        start, end = LAST_WORD.search(text[:-1]), FIRST_WORD.match(following)
        if not start or not end or not end[0][0].islower():
            return text + following
        first, second = start[0].casefold(), end[0].casefold()
        is_part = text[: start.start()].endswith(HYPHENS)  # "in-" of "mother-in-"
        whole = self._words[first + second]
        compound = self._compounds[f"{first}-{second}"]
        if second in _CONJUNCTIONS and not whole:
            return f"{text} {following}"
        if whole != compound:
            is_compound = compound > whole
        else:
            is_compound = (
                not is_word(first + second)
                and (first not in _PREFIXES or is_part)
                and min(len(first), len(second)) > 1
                and is_word(first)
                and is_word(second)
            )
        return (text if is_compound else text[:-1]) + following


def join_cut_words(page: str) -> tuple[str, int | None]:
    """Return `page` with the lines joined between which a word is cut, and the width of its widest
    line before that; None where no word is cut."""
    if not any(f"{hyphen}\n" in page or f"{hyphen}\r" in page for hyphen in HYPHENS):
        return page, None
    words = WordList(page)
    lines = page.split("\n")
    joined = [[lines[0]]]  # each line in parts, so that a long one is not copied for every cut
    for line in lines[1:]:
        last, below = joined[-1][-1].rstrip(), line.lstrip()
        if not _is_cut(last, below):
            joined.append([line])
            continue
        start, space, cut_word = last.rpartition(" ")
        end, _, remainder = below.partition(" ")
        word = words.join(cut_word, end.rstrip())
        joined[-1][-1] = f"{start}{space}{word}{' ' if remainder else ''}"
        if remainder:
            joined[-1].append(remainder)
    if len(joined) == len(lines):
        return page, None
    return "\n".join("".join(parts) for parts in joined), max(map(len, lines))


def _is_cut(line: str, below: str) -> bool:
    """Whether the last word of `line` goes on in the line `below`."""
    if not line.endswith(HYPHENS) or not below[:1].isalnum():
        return False
    token = line.rsplit(None, 1)[-1]
    if not (token[-2:-1].isalnum() or token[-2:-1] == ".") or any(mark in token for mark in "/@"):
        return False
    return below[0].islower() or len(line) >= _MIN_LINE
