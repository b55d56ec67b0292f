"""What Verbatim itself says, in the language of whoever is told; quotes stay as they are."""

from bot.language.catalogues import ENGLISH, LANGUAGES, language_for
from bot.language.speech import counted, language, say, speak, speaking

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "counted",
    "language",
    "language_for",
    "say",
    "speak",
    "speaking",
]
