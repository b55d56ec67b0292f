"""How common a word is in English at large, beyond what the articles at hand can tell."""

from __future__ import annotations

from functools import lru_cache

from wordfreq import zipf_frequency

# On the Zipf scale (log10 of uses per billion words) "the" is 7.7, "bring" 5.3, "password" 4.1 and
# "ramen" 3.4; common misspellings stay below 3 ("recieve" 2.8, "tarrif" 1.2).
_MISSPELT = 3.0
_COMMONEST, _RARE = 7.0, 3.0
_FLOOR = 0.2
# The list of what is used once in a million words at least, which is Zipf 3: nothing rarer is told
# apart here, and it loads in a tenth of the time of the large one.
_LIST = "small"


@lru_cache(maxsize=1 << 16)
def specificity(form: str) -> float:
    """How much a casefolded word narrows what is spoken of, from .2 for the commonest to 1."""
    zipf = zipf_frequency(form, "en", _LIST)
    return min(1.0, max(_FLOOR, (_COMMONEST - zipf) / (_COMMONEST - _RARE)))


def is_word(form: str) -> bool:
    """Whether the casefolded `form` is used often enough in English to be no misspelling."""
    return zipf_frequency(form, "en", _LIST) >= _MISSPELT
