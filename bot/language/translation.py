"""The catalogues of translations, and messages in the current language.

The current language is a context variable: it belongs to the task that serves a command or a
button, and to the threads started by it. The default is English, as in the log and the terminal.

Each folder here with a catalogue adds a language. A catalogue, `<language>/messages.po`, is in
gettext's format; its keys are the English sentences. Babel reads it, which takes some 40 ms to
load: what speaks English alone, as the terminal does, does not wait for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from bot.language.particles import choose_particles

ENGLISH: Final = "en"
NAME: Final = "name"  # the message context for the names of commands and their options
FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = (ENGLISH, *sorted(file.parent.name for file in FOLDER.glob("*/messages.po")))

_current_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def language_for(locale: str | None) -> str:
    """Return the language of LANGUAGES that fits a Discord locale ("ko", "pt-BR") best."""
    if not locale:
        return ENGLISH
    from babel import negotiate_locale

    return negotiate_locale([locale.replace("-", "_")], LANGUAGES) or ENGLISH


@cache
def catalogue(language: str) -> NullTranslations:
    """Load the translations into a language of LANGUAGES; cached."""
    if language == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    with (FOLDER / language / "messages.po").open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def current_language() -> str:
    """Return the current language, one of LANGUAGES."""
    return _current_language.get()


def set_language(language: str) -> None:
    """Make a language of LANGUAGES current for the rest of this task."""
    _current_language.set(language)


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Make a language of LANGUAGES current within the block."""
    token = _current_language.set(language)
    try:
        yield
    finally:
        _current_language.reset(token)


def say(message: str, /, **values: Any) -> str:
    """Translate `message` and fill in `values` where it names them in braces.

    The catalogues are extracted from the code, so `message` must be a literal in the call or be
    marked with `translatable`.
    """
    # gettext returns the catalogue's header for the empty message.
    text = catalogue(current_language()).gettext(message) if message else message
    return _fill(text, values)


def translatable(message: str, /) -> str:
    """Return `message` itself and mark it for translation by a later `say`."""
    return message


def say_count(number: int, singular: str, plural: str, /, **values: Any) -> str:
    """Translate the form for `number`, which `{number:,}` stands for, and fill in `values`."""
    text = catalogue(current_language()).ngettext(singular, plural, number)
    return _fill(text, {"number": number, **values})


def command_name(command: str) -> str:
    """Translate the full name of a command ("library add") as Discord shows it."""
    translations = catalogue(current_language())
    return " ".join(str(translations.pgettext(NAME, name)) for name in command.split())


def accepted_words(words: str, /) -> frozenset[str]:
    """Return the words of a literal such as "noon, midday" and their translations into every
    language, in lower case: all that people may type for them."""
    translations = (catalogue(language).gettext(words) for language in LANGUAGES)
    return frozenset(word for text in translations for word in text.casefold().split(", "))


def _fill(message: str, values: dict[str, Any]) -> str:
    return choose_particles(message, values).format(**values) if values else message
