"""Sentences in the language that is being spoken, which is known wherever one is made.

It goes with the task that serves a command or a button, and into the threads that work for it.
Where none was set it is English, as in the log and in the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from bot.language.catalogues import ENGLISH, LANGUAGES, NAME, catalogue
from bot.language.particles import with_particles

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """The language that is being spoken, one of LANGUAGES."""
    return _spoken.get()


def speak(language: str) -> None:
    """Speak a language of LANGUAGES for the rest of this task."""
    _spoken.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language of LANGUAGES for a while."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def say(message: str, /, **values: Any) -> str:
    """`message` in the language spoken, with `values` in the places that it names in braces.

    The catalogues are gathered from the code: `message` is a literal in the call, or where
    `translatable` marks it.
    """
    # To gettext, the empty message is the catalogue's own heading.
    said = catalogue(language()).gettext(message) if message else message
    return _filled(said, values)


def translatable(message: str, /) -> str:
    """`message` itself, for `say` to say later in whatever language is spoken then."""
    return message


def counted(number: int, one: str, many: str, /, **values: Any) -> str:
    """`one` or `many` of something, as the language wants it; `{number:,}` stands for how many."""
    said = catalogue(language()).ngettext(one, many, number)
    return _filled(said, {"number": number, **values})


def named(command: str) -> str:
    """The whole name of a command, "library add", as Discord shows it in the language spoken."""
    known = catalogue(language())
    return " ".join(str(known.pgettext(NAME, name)) for name in command.split())


def understood(words: str, /) -> frozenset[str]:
    """What people may write for one of some words, "noon, midday": these, and what stands for them
    in each language, in small letters. `words` is a literal."""
    lists = (catalogue(known).gettext(words) for known in LANGUAGES)
    return frozenset(word for each in lists for word in each.casefold().split(", "))


def _filled(message: str, values: dict[str, Any]) -> str:
    return with_particles(message, values).format(**values) if values else message
