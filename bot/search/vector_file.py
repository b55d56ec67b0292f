"""The vectors in a file beside the index, by paragraph, and read from there at the next start."""

import io
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from bot.search.index import Index, Passage
from bot.search.sealed_file import KEY_BYTES, hash_code, hash_paragraph, read_sealed, write_sealed
from bot.semantic.encoder import Vectors

# What decides where a paragraph is cut into sentences.
_ROOM: Final = "bot.text"


def beside(saved_index: Path) -> Path:
    """Return the file of the vectors that belongs to the index at `saved_index`."""
    return saved_index.with_suffix(".vectors")


def save(path: Path, identity: str, vectors: Sequence[tuple[Passage, Vectors]]) -> None:
    """Replace the file by the `vectors` of an encoder of this `identity`; without any, remove it.

    A failure is only logged. Paragraphs with the same text are stored once.
    """
    by_key = {hash_paragraph(passage.paragraph): rows for passage, rows in vectors}
    if not by_key:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return
    body = io.BytesIO()
    np.savez(
        body,
        keys=np.frombuffer(b"".join(by_key), dtype=np.uint8),
        counts=np.array([len(rows) for rows in by_key.values()], dtype=np.uint32),
        vectors=np.concatenate(list(by_key.values())),
    )
    write_sealed(path, body.getbuffer(), _hash_setting(identity))


def load(path: Path, identity: str, indexes: Iterable[Index]) -> None:
    """Give the paragraphs of `indexes` the vectors that the file has for them.

    It has none where it is missing, damaged, or of another model or another way to cut sentences.
    """
    by_key = _read(path, identity)
    if not by_key:
        return
    for index in indexes:
        for slot in list(index.slots_without_vectors()):
            rows = by_key.get(hash_paragraph(index.passage(slot).paragraph))
            if rows is not None:
                index.set_vectors(slot, rows)


def _read(path: Path, identity: str) -> dict[bytes, Vectors]:
    setting = _hash_setting(identity)
    body = read_sealed(path, setting, content="vectors", remedy="making them anew")
    if body is None:
        return {}
    with np.load(io.BytesIO(body)) as archive:
        keys, counts, vectors = (archive[name] for name in ("keys", "counts", "vectors"))
    ends = np.cumsum(counts).tolist()
    joined = keys.tobytes()
    return {
        joined[number * KEY_BYTES : (number + 1) * KEY_BYTES]: vectors[start:end]
        for number, (start, end) in enumerate(pairwise([0, *ends]))
    }


def _hash_setting(identity: str) -> blake2b:
    """A hash of the model, and of what cuts sentences."""
    code = hash_code(_ROOM)
    code.update(f"{identity} {sys.version} {sys.byteorder}".encode())
    return code
