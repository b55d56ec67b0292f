"""Values of an object that are computed when they are first asked for, and kept with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

_Value = TypeVar("_Value")


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
