"""The direct speech of articles in a file beside the index, read from there at the next start."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, Final

from bot.briefing.speech.speech_index import Statement, read_statements
from bot.model import Article, Span
from bot.search.sealed_file import KEY_BYTES, hash_code, hash_paragraph, read_sealed, write_sealed
from bot.text.names import Names

# What decides what is speech, whose, and where it is cut.
_ROOMS: Final = ("bot.text", "bot.briefing", "bot.briefing.speech")
_SPLITTER_PACKAGE: Final = "sentencex"


def beside(saved_index: Path) -> Path:
    """Return the file of the speech that belongs to the index at `saved_index`."""
    return saved_index.with_suffix(".speech")


class SpeechReader:
    """Reads articles, but not those whose speech a file has. Threads may share it.

    `has_new` says that there is speech which is not in the file.
    """

    def __init__(self, names: Names, path: Path | None = None) -> None:
        """The file at `path` is read when the first article is; it counts only if it was made with
        these names by this code."""
        self.has_new = False
        self._names = names
        self._path = path
        self._by_hash: Mapping[str, Sequence[Statement]] | None = None
        self._lock = Lock()  # so that the file is read once

    def read(self, article: Article) -> Sequence[Statement]:
        """Return the statements in an article; takes some .7 ms for each paragraph that is new."""
        with self._lock:
            if self._by_hash is None:
                self._by_hash = _load(self._path, self._names) if self._path else {}
        statements = self._by_hash.get(_hash_article(article))
        if statements is None:
            statements = read_statements(article, self._names)
            self.has_new = True
        return statements

    def save(self, path: Path, read: Iterable[tuple[Article, Sequence[Statement]]]) -> None:
        """Replace the file by the statements in all articles that were read. A failure is only
        logged."""
        self.has_new = False  # but for what is read from now on
        by_hash = {
            _hash_article(article): [_pack(statement) for statement in statements]
            for article, statements in read
        }
        body = json.dumps(by_hash, separators=(",", ":")).encode()
        write_sealed(path, body, _hash_setting(self._names))


def _load(path: Path, names: Names) -> dict[str, Sequence[Statement]]:
    """The statements by article; none where the file is missing, damaged or of another state."""
    body = read_sealed(path, _hash_setting(names), content="speech", remedy="finding it anew")
    if body is None:
        return {}
    by_hash: dict[str, list[list[Any]]] = json.loads(bytes(body))
    return {key: tuple(map(_unpack, statements)) for key, statements in by_hash.items()}


def _pack(statement: Statement) -> list[object]:
    bounds = [bound for span in (statement.span, *statement.marks) for bound in span]
    return [statement.speaker, statement.paragraph, bounds, statement.forms]


def _unpack(packed: list[Any]) -> Statement:
    speaker, paragraph, bounds, forms = packed
    span, *marks = map(Span, bounds[::2], bounds[1::2])
    return Statement(speaker, paragraph, span, tuple(marks), forms)


def _hash_article(article: Article) -> str:
    """A hash of the paragraphs and of what of them is cut out of the sentences."""
    content = blake2b(digest_size=KEY_BYTES)
    for paragraph in article.paragraphs:
        content.update(hash_paragraph(paragraph))
    return content.hexdigest()


def _hash_setting(names: Names) -> blake2b:
    """A hash of the names, and of the code that finds speech."""
    from importlib.metadata import version  # loads what reads e-mail; needed for a file alone

    code = hash_code(*_ROOMS)
    code.update(repr((*names, version(_SPLITTER_PACKAGE), sys.version)).encode())
    return code
