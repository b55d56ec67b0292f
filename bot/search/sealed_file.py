"""Files beside the database that can be made anew: sealed, and replaced as a whole."""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from importlib.resources import files
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final

from bot.model import Paragraph

log = logging.getLogger(__name__)

SEAL_BYTES: Final = 32
KEY_BYTES: Final = 16


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Have a file written beside `path` and put it in its place. A failure is only logged."""
    unfinished = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            dir=path.parent, prefix=_unfinished_prefix(path), delete=False
        ) as file:
            unfinished = Path(file.name)
            write(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        log.warning("index not saved: %s: %s", path, error.strerror)
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def remove_unfinished(path: Path) -> None:
    """Remove the files that processes which were killed left beside `path` while saving it."""
    for file in path.parent.glob(f".{path.name}.*"):
        pid = file.name.removeprefix(f".{path.name}.").partition("-")[0]
        with suppress(OSError):
            if not (pid.isdecimal() and int(pid) != os.getpid() and Path(f"/proc/{pid}").exists()):
                file.unlink()


def write_sealed(path: Path, body: bytes | memoryview, code: blake2b) -> None:
    """Replace the file at `path` by `body` with a seal before it. A failure is only logged."""

    def write(file: IO[bytes]) -> None:
        file.write(_seal(body, code))
        file.write(body)

    replace_file(path, write)


def read_sealed(path: Path, code: blake2b, *, content: str, remedy: str) -> memoryview | None:
    """Return the body of the file at `path`; None where it is missing, damaged, or sealed with
    another `code`. The log then says of which `content`, and with what `remedy`."""
    try:
        sealed = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("saved %s unreadable: %s: %s: %s", content, remedy, path, error.strerror)
        return None
    body = sealed[SEAL_BYTES:]
    if sealed[:SEAL_BYTES] != _seal(body, code):
        log.warning("saved %s of another version or damaged: %s: %s", content, remedy, path)
        return None
    return body


def hash_code(*rooms: str) -> blake2b:
    """Return a hash of the code and data of packages."""
    code = blake2b()
    for file in chain.from_iterable(sorted(files(room).iterdir(), key=str) for room in rooms):
        if file.name.endswith((".py", ".toml")):
            code.update(file.read_bytes())
    return code


def hash_paragraph(paragraph: Paragraph) -> bytes:
    """Return a hash of the text, and of what of it is cut out of the sentences."""
    content = f"{[tuple(aside) for aside in paragraph.asides]}{paragraph.text}"
    return blake2b(content.encode(errors="surrogatepass"), digest_size=KEY_BYTES).digest()


def start_seal(code: blake2b) -> blake2b:
    """Return a hash to which the content is given, and which fits only the same `code`."""
    return blake2b(digest_size=SEAL_BYTES, key=code.digest())


def _seal(body: bytes | memoryview, code: blake2b) -> bytes:
    seal = start_seal(code)
    seal.update(body)
    return seal.digest()


def _unfinished_prefix(path: Path) -> str:
    """Return how the names begin of the files that this process writes before they are `path`."""
    return f".{path.name}.{os.getpid()}-"
