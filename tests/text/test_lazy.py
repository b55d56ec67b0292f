"""Patterns that are compiled when they are first searched for."""

from __future__ import annotations

import re

import pytest

from bot.text.lazy import lazy_pattern


def test_a_pattern_is_compiled_when_it_is_first_searched_for() -> None:
    unbalanced = lazy_pattern("(")  # no fault yet
    with pytest.raises(re.error):
        unbalanced.search("(")


@pytest.mark.parametrize(
    ("search", "arguments"),
    [
        ("search", ("Pier 12 and pier 7", 6)),
        ("match", ("Pier 12 and pier 7",)),
        ("fullmatch", ("pier 12",)),
        ("findall", ("Pier 12 and pier 7",)),
        ("sub", ("quay", "Pier 12 and pier 7")),
        ("split", ("Pier 12 and pier 7",)),
    ],
)
def test_it_finds_what_a_compiled_one_finds(search: str, arguments: tuple[str, ...]) -> None:
    expression, flags = r"pier (\d+)", re.IGNORECASE
    lazy, compiled = lazy_pattern(expression, flags), re.compile(expression, flags)
    for _ in range(2):  # when it is compiled, and after
        expected = getattr(compiled, search)(*arguments)
        result = getattr(lazy, search)(*arguments)
        if isinstance(expected, re.Match):
            assert result.span() == expected.span()
        else:
            assert result == expected
    assert lazy.pattern == expression
    assert lazy.flags == compiled.flags
