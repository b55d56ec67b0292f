"""Korean particles in the form that the word before them asks for: 서울은, but 도쿄는.

A translation writes both, "{name}은(는)"; where it cannot be known how a name is spoken, both stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

# After a consonant the first, after a vowel the second.
_FORMS: Final = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
_PLACE: Final = re.compile(
    rf"(?P<place>\{{(?P<name>\w+)[^{{}}]*\}})(?P<quoted>\W*?)"
    rf"(?P<particle>{'|'.join(map(re.escape, _FORMS))})"
)
# The last sound of a syllable stands in its code point (Unicode, 3.12): 28 of them, none first.
_FIRST, _LAST, _SOUNDS, _L = "가", "힣", 28, 8
_DIGITS: Final = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))


def with_particles(message: str, values: Mapping[str, Any]) -> str:
    """`message` with one form of each particle that follows the place of a value."""
    return _PLACE.sub(lambda match: _chosen(match, str(values.get(match["name"], ""))), message)


def _chosen(match: re.Match[str], value: str) -> str:
    last = re.sub(r"[^\w>]+$", "", value)[-1:]  # a mention of Discord's is shown as a name
    last = _DIGITS.get(last, last)
    if not _FIRST <= last <= _LAST:
        return match[0]
    sound = (ord(last) - ord(_FIRST)) % _SOUNDS
    closed = sound != 0 and not (match["particle"] == "(으)로" and sound == _L)
    form = _FORMS[match["particle"]][0 if closed else 1]
    return f"{match['place']}{match['quoted']}{form}"
