"""Words that must not stand in an article, as people write them: "samsung but not galaxy"."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

# "without" is not one of them: Doctors Without Borders.
_BUT_NOT: Final = re.compile(
    r"(?:^|[\s,;]+)(?:but not|and not|but no|except(?:ing)? for|except(?:ing)?|excluding"
    r"|other than|apart from|not about|but nothing (?:about|on))\s+"
    r"|\s*[,;]\s*(?:not|no)\s+",
    re.IGNORECASE,
)
_DASHED: Final = re.compile(r"(?:^|(?<=\s))[-\N{MINUS SIGN}](\"[^\"]+\"|\w\S*)")
# Before what is wanted, 갤럭시 빼고 삼성, or behind it: 삼성, 갤럭시 제외; 삼성 (갤럭시는 빼고).
_LEFT_OUT: Final = r"(?:을|를|은|는)?\s*(?:빼고|말고|제외하고|제외한|제외|뺀)"
_KOREAN_BEFORE: Final = re.compile(rf"^(?P<excluded>[^;(]+?){_LEFT_OUT}\s+(?P<words>[^,;(].*)$")
_KOREAN_AFTER: Final = re.compile(
    rf"^(?P<words>.*?)\s*[,;(]\s*(?P<excluded>[^()]+?){_LEFT_OUT}\s*\)?$"
)
_SEPARATOR: Final = re.compile(r"\s*[,;/·]\s*(?:(?:and|or|nor|not|no)\s+)?|\s+(?:and|or|nor)\s+")
_QUOTES: Final = "\"'“”‘’«»()"


class Wanted(NamedTuple):
    """The `words` that somebody wants to read about, and the phrases `excluded`, none of which may
    stand in an article. `words` is "" where only exclusions were typed."""

    words: str
    excluded: tuple[str, ...]


def split_exclusions(text: str) -> Wanted:
    """Split what somebody typed: "samsung but not galaxy or folds", "samsung -galaxy", "갤럭시 빼고
    삼성"."""
    text = " ".join(text.split())
    korean = _KOREAN_BEFORE.match(text) or _KOREAN_AFTER.match(text)
    if korean and (phrases := list_phrases(korean["excluded"])):
        return Wanted(korean["words"].strip(" ,"), phrases)
    words, *excluded = _BUT_NOT.split(text)
    dashed = [match[1] for match in _DASHED.finditer(words)]
    words = " ".join(_DASHED.sub("", words).split()) if dashed else words
    listed = (phrase for part in (*excluded, *dashed) for phrase in list_phrases(part))
    phrases = tuple(dict.fromkeys(listed))
    return Wanted(words.strip(" ,"), phrases) if phrases else Wanted(text, ())


def list_phrases(text: str) -> tuple[str, ...]:
    """Return the phrases in a list as people write it: "galaxy, fold and watch"; each once."""
    phrases = (phrase.strip(f" {_QUOTES}") for phrase in _SEPARATOR.split(text))
    return tuple(dict.fromkeys(" ".join(phrase.split()) for phrase in phrases if phrase))


def join_exclusions(words: str, excluded: Iterable[str]) -> str:
    """Return one text that `split_exclusions` splits into these, as it is shown to people."""
    phrases = ", ".join(excluded)
    return f"{words} but not {phrases}" if phrases else words
