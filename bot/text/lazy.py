"""Values of an object, and patterns, that are computed when they are first asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Generic, Self, TypeVar, cast, overload

_Value = TypeVar("_Value")
_SEARCHES: Final = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")


class lazy_property(Generic[_Value]):  # a decorator, as functools.cached_property is
    """`functools.cached_property` without its lock, which in Python 3.11 is one for all objects.

    Threads that ask at once may all compute the value; it must not matter whose is kept.
    """

    def __init__(self, compute: Callable[[Any], _Value]) -> None:
        """`compute` takes the object."""
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> _Value: ...

    def __get__(self, instance: object, owner: type) -> _Value | Self:
        """Compute the value and put it where Python looks before it comes here again."""
        if instance is None:
            return self
        value = self._compute(instance)
        instance.__dict__[self._name] = value
        return value


def lazy_pattern(expression: str, flags: int = 0) -> re.Pattern[str]:
    """Return `expression` as `re.compile` does, but compiled when it is first searched for.

    For expressions that few texts need: a range of Hangul alone takes .4 ms to compile at each
    start. A search takes 50 ns more.
    """
    return cast(re.Pattern[str], _LazyPattern(expression, flags))


class _LazyPattern:
    def __init__(self, expression: str, flags: int) -> None:
        self.pattern = expression
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__.update((search, getattr(compiled, search)) for search in _SEARCHES)
        return getattr(compiled, name)
