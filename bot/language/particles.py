"""Choose the form of Korean particles that fits the word before them: 서울은, but 도쿄는.

A translation writes both forms, "{name}은(는)". They are kept where the pronunciation of the word
is not known.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

# The form after a consonant, and the one after a vowel.
_FORMS: Final = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
_FIELD_AND_PARTICLE: Final = re.compile(
    rf"(?P<field>\{{(?P<name>\w+)[^{{}}]*\}})(?P<quotes>\W*?)"
    rf"(?P<particle>{'|'.join(map(re.escape, _FORMS))})"
)
# The code point of a syllable encodes its final consonant (Unicode, 3.12): one of 28, 0 for none.
_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS, _FINAL_L = "가", "힣", 28, 8
_DIGITS: Final = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))


def choose_particles(message: str, values: Mapping[str, Any]) -> str:
    """Return `message` with one form of each particle that follows a field of `values`."""
    return _FIELD_AND_PARTICLE.sub(
        lambda match: _choose_form(match, str(values.get(match["name"], ""))), message
    )


def _choose_form(match: re.Match[str], value: str) -> str:
    last = re.sub(r"[^\w>]+$", "", value)[-1:]  # ">" ends a Discord mention, shown as a name
    last = _DIGITS.get(last, last)
    if not _FIRST_SYLLABLE <= last <= _LAST_SYLLABLE:
        return match[0]
    final = (ord(last) - ord(_FIRST_SYLLABLE)) % _FINALS
    has_final = final != 0 and not (match["particle"] == "(으)로" and final == _FINAL_L)
    form = _FORMS[match["particle"]][0 if has_final else 1]
    return f"{match['field']}{match['quotes']}{form}"
