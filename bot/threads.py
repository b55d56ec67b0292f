"""Threads for one kind of work, so that no other kind waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

_T = TypeVar("_T")


class Threads:
    """At most `count` threads, started as they are needed. What nobody waits for any more is not
    begun; what has begun goes on to its end."""

    def __init__(self, name: str, count: int) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, work: Callable[..., _T], /, *args: Any, **options: Any) -> _T:
        """Return what `work` returns in a thread, which has the context (the language) of here."""
        call = partial(copy_context().run, partial(work, *args, **options))
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    def close(self) -> None:
        """Begin nothing more; what is under way is not waited for."""
        self._executor.shutdown(wait=False, cancel_futures=True)
