"""Sentences in the language that is being spoken, which is known wherever one is made.

It goes with the task that serves a command or a button, and into the threads that work for it.
Where none was set it is English, as in the log and in the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from bot.language.catalogues import ENGLISH, catalogue

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
    """`message` in the language spoken, with `values` in the places that it names in braces. It
    must stand in the call as a literal, or the catalogues miss it."""
    return _filled(catalogue(language()).gettext(message), values)


def counted(number: int, one: str, many: str, /, **values: Any) -> str:
    """`one` or `many` of something, as the language wants it; `{number:,}` stands for how many."""
    said = catalogue(language()).ngettext(one, many, number)
    return _filled(said, {"number": number, **values})


def _filled(message: str, values: dict[str, Any]) -> str:
    return message.format(**values) if values else message
