"""A separate process that does one job after another, and ends when it is told to or must."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any


class NotBegunError(Exception):
    """The process ended, or could not be started, before it began the job."""


class EndedError(Exception):
    """The process ended while it did the job."""


class Worker:
    """A process of its own, spawned: a fork would copy locks. Its methods block; `kill` does not,
    and ends what another thread waits for in them.

    `prepare` is called in the process before its first job.
    """

    def __init__(self, prepare: Callable[..., None], *args: Any) -> None:
        """Start the process. Raises NotBegunError where the system has none left."""
        context = multiprocessing.get_context("spawn")
        self.job_count = 0
        try:
            self._connection, remote_end = context.Pipe()
        except OSError as error:
            raise NotBegunError from error
        self._process = context.Process(
            target=_serve, args=(remote_end, prepare, args), name="reading", daemon=True
        )
        try:
            self._process.start()
        except OSError as error:
            self._connection.close()
            raise NotBegunError from error
        finally:
            remote_end.close()

    def begin(self, job: Callable[[], Any]) -> None:
        """Give the process a job and wait until it has begun it. Raises NotBegunError."""
        self.job_count += 1
        try:
            self._connection.send(job)
            self._connection.recv()
        except (EOFError, OSError) as error:
            raise NotBegunError from error

    def finish(self) -> Any:
        """Return what the job returns, or raise what it raises, or EndedError."""
        try:
            is_done, result = self._connection.recv()
        except (EOFError, OSError) as error:
            raise EndedError from error
        if not is_done:
            raise result
        return result

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.is_alive()

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        with suppress(ValueError):  # it is closed
            self._process.kill()

    def close(self) -> None:
        """End the process and free all that it took: descriptors and the entry of the system."""
        self.kill()
        self._process.join()
        self._process.close()
        self._connection.close()


def _serve(connection: Connection, prepare: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Do jobs until the other end of the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program
    prepare(*args)
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        connection.send(None)  # it has begun
        connection.send(_do(job))


def _do(job: Callable[[], Any]) -> tuple[bool, Any]:
    """Return whether the job was done, and its result or its error."""
    try:
        return True, job()
    except Exception as error:  # noqa: BLE001 it is raised in the other process
        error.add_note("".join(traceback.format_exception(error)))
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # noqa: BLE001 whatever the library's errors are made of
            return False, RuntimeError(error.__notes__[-1])
        return False, error
