"""The vectors in a file beside the index, by paragraph, and read from there at the next start."""

import io
import logging
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from bot.model import Paragraph
from bot.search.index import Index, Passage
from bot.search.index_file import hash_code, replace_file
from bot.semantic.encoder import Vectors

log = logging.getLogger(__name__)

_SEAL_BYTES: Final = 32
_KEY_BYTES: Final = 16
# What decides where a paragraph is cut into sentences.
_ROOM: Final = "bot.text"


def beside(saved_index: Path) -> Path:
    """Return the file of the vectors that belongs to the index at `saved_index`."""
    return saved_index.with_suffix(".vectors")


def save(path: Path, identity: str, vectors: Sequence[tuple[Passage, Vectors]]) -> None:
    """Replace the file by the `vectors` of an encoder of this `identity`; without any, remove it.

    A failure is only logged. Paragraphs with the same text are stored once.
    """
    by_key = {_hash_paragraph(passage.paragraph): rows for passage, rows in vectors}
    if not by_key:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return
    body = io.BytesIO()
    body.write(bytes(_SEAL_BYTES))
    np.savez(
        body,
        keys=np.frombuffer(b"".join(by_key), dtype=np.uint8),
        counts=np.array([len(rows) for rows in by_key.values()], dtype=np.uint32),
        vectors=np.concatenate(list(by_key.values())),
    )
    content = body.getbuffer()
    content[:_SEAL_BYTES] = _seal(content[_SEAL_BYTES:], identity)
    replace_file(path, lambda file: file.write(content))


def load(path: Path, identity: str, indexes: Iterable[Index]) -> None:
    """Give the paragraphs of `indexes` the vectors that the file has for them.

    It has none where it is missing, damaged, or of another model or another way to cut sentences.
    """
    by_key = _read(path, identity)
    if not by_key:
        return
    for index in indexes:
        for slot in list(index.slots_without_vectors()):
            rows = by_key.get(_hash_paragraph(index.passage(slot).paragraph))
            if rows is not None:
                index.set_vectors(slot, rows)


def _read(path: Path, identity: str) -> dict[bytes, Vectors]:
    try:
        content = memoryview(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        log.warning("saved vectors unreadable: making them anew: %s: %s", path, error.strerror)
        return {}
    body = content[_SEAL_BYTES:]
    if content[:_SEAL_BYTES] != _seal(body, identity):
        log.warning("saved vectors of another version or damaged: making them anew: %s", path)
        return {}
    with np.load(io.BytesIO(body)) as archive:
        keys, counts, vectors = (archive[name] for name in ("keys", "counts", "vectors"))
    ends = np.cumsum(counts).tolist()
    joined = keys.tobytes()
    return {
        joined[number * _KEY_BYTES : (number + 1) * _KEY_BYTES]: vectors[start:end]
        for number, (start, end) in enumerate(pairwise([0, *ends]))
    }


def _hash_paragraph(paragraph: Paragraph) -> bytes:
    """A hash of the text and of what of it is cut out of the sentences."""
    content = f"{[tuple(aside) for aside in paragraph.asides]}{paragraph.text}"
    return blake2b(content.encode(errors="surrogatepass"), digest_size=_KEY_BYTES).digest()


def _seal(body: memoryview, identity: str) -> bytes:
    """A hash of the content, which fits only the same model and the same cutting of sentences."""
    code = hash_code(_ROOM)
    code.update(f"{identity} {sys.version} {sys.byteorder}".encode())
    return blake2b(body, digest_size=_SEAL_BYTES, key=code.digest()).digest()
