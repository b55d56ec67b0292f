"""The index in a file: saved beside the database, and loaded at the next start."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from struct import Struct
from typing import IO, Any, NamedTuple

import numpy as np

from bot.model import SHARED, Article
from bot.search.index import Index, IndexCopy
from bot.search.postings import Postings
from bot.search.sealed_file import SEAL_BYTES, hash_code, replace_file, start_seal
from bot.search.segment import Numbers
from bot.text.terms import Analyser

log = logging.getLogger(__name__)

_LENGTH = Struct("<Q")
_PIECE_BYTES = 1 << 20
# Articles that are indexed in one go. At 100,000 paragraphs 500 take as long and 60 MB more.
_INDEXED_TOGETHER = 100
# What the terms of a text depend on, and how they are stored.
_ROOMS = ("bot.text", "bot.search")
_STEMMER_PACKAGE = "PyStemmer"


class _SavedLayer(NamedTuple):
    """What the file stores of one collection: a description from JSON, and columns of numbers."""

    description: Mapping[str, Any]
    columns: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class LoadedIndexes:
    """The indexes by collection, that of SHARED and the layers over it, and how many articles the
    file did not have in their present state: with many it is worth being saved again."""

    layers: dict[int, Index]
    newly_indexed: int


def save(path: Path, layers: Mapping[int, Index]) -> None:
    """Replace the file by the indexes by collection, all of one analyser, at once, whatever else
    reads or writes it meanwhile.

    One index after the other is copied and written, so that changes of the others need not wait and
    no more than one copy is in memory. A failure is only logged: the next start is slower.
    """
    analyser = next(iter(layers.values())).analyser

    def write(file: IO[bytes]) -> None:
        file.write(bytes(SEAL_BYTES))
        digest = _start_seal(analyser)
        for collection, index in layers.items():
            for piece in _serialise(collection, index.copy()):
                digest.update(piece)
                file.write(piece)
        file.seek(0)
        file.write(digest.digest())

    replace_file(path, write)


def load(
    path: Path | None,
    analyser: Analyser,
    articles: Mapping[int, Sequence[Article]],
    *,
    layered: bool = True,
) -> LoadedIndexes:
    """Return the indexes of exactly these articles, by collection: those of SHARED and of the
    others as layers over it, or each alone if not `layered`.

    An article that the file lacks, or has with another text, is indexed. That is all of them where
    there is no file, where it is damaged, or where anything differs that the terms depend on; the
    log then says so.
    """
    saved_layers = _read(path, analyser) if path else {}
    layers: dict[int, Index] = {}
    newly_indexed = 0
    for collection in dict.fromkeys((SHARED, *articles) if layered else articles):
        current = articles.get(collection, ())
        index, loaded = _load_layer(
            saved_layers.pop(collection, None), analyser, layers.get(SHARED), current
        )
        layers[collection] = index
        missing = [article for article in current if not index.has(article.id)]
        for start in range(0, len(missing), _INDEXED_TOGETHER):
            index.put(missing[start : start + _INDEXED_TOGETHER])
        newly_indexed += len(current) - loaded
    return LoadedIndexes(layers, newly_indexed)


def _serialise(collection: int, copy: IndexCopy) -> Iterator[bytes | memoryview]:
    """Yield a layer's part of the file: the length of a description in JSON, this, then columns of
    numbers as they are in memory."""
    ids = dict(zip(copy.terms, range(len(copy.terms)), strict=True))
    form_terms = np.fromiter(map(ids.__getitem__, copy.forms.values()), np.uint32, len(copy.forms))
    columns = {**copy.columns, "form_terms": form_terms}
    description = json.dumps(
        {
            "collection": collection,
            "articles": [
                (article.id, _hash_text(article), len(article.paragraphs))
                for article in copy.articles
            ],
            "terms": copy.terms,
            "forms": list(copy.forms),
            "columns": {name: (column.dtype.str, len(column)) for name, column in columns.items()},
        }
    ).encode()
    yield _LENGTH.pack(len(description))
    yield description
    for column in columns.values():
        yield np.ascontiguousarray(column).data


def _read(path: Path, analyser: Analyser) -> dict[int, _SavedLayer]:
    """The layers in the file, by collection; none where it is missing or of another state."""
    layers = {}
    try:
        with path.open("rb") as file:
            seal = file.read(SEAL_BYTES)
            digest = _start_seal(analyser)
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
            if seal != digest.digest():
                log.warning(
                    "saved index of another version or damaged: indexing all articles: %s", path
                )
                return {}
            file.seek(SEAL_BYTES)
            while length := file.read(_LENGTH.size):
                description = json.loads(file.read(*_LENGTH.unpack(length)))
                columns = {
                    name: np.frombuffer(file.read(np.dtype(kind).itemsize * size), dtype=kind)
                    for name, (kind, size) in description["columns"].items()
                }
                layers[description["collection"]] = _SavedLayer(description, columns)
    except FileNotFoundError:
        log.info("no saved index: indexing all articles: %s", path)
    except OSError as error:
        log.warning("saved index unreadable: indexing all articles: %s: %s", path, error.strerror)
        return {}
    return layers


def _load_layer(
    saved: _SavedLayer | None, analyser: Analyser, base: Index | None, articles: Sequence[Article]
) -> tuple[Index, int]:
    """The index of a saved layer, less articles removed or changed since, and how many it has."""
    if saved is None:
        return Index(analyser, base), 0
    description, columns = saved
    # Layers share most words, and most words are their own terms.
    terms = [*map(sys.intern, description["terms"])]
    form_terms = map(terms.__getitem__, columns["form_terms"].tolist())
    forms = dict(zip(map(sys.intern, description["forms"]), form_terms, strict=True))
    current = {(article.id, _hash_text(article)): article for article in articles}
    entries = [
        (id_, current.get((id_, text_hash)), paragraphs)
        for id_, text_hash, paragraphs in description["articles"]
    ]
    postings = Postings.from_columns(terms, columns)
    index = Index.from_postings(analyser, base, postings, forms, entries)
    outdated = [id_ for id_, article, _ in entries if article is None]
    for article_id in outdated:
        index.remove(article_id)
    return index, len(entries) - len(outdated)


def _hash_text(article: Article) -> str:
    """A hash of all that is indexed of an article: title, headings and paragraphs."""
    texts = chain.from_iterable(
        (paragraph.heading or "", paragraph.text) for paragraph in article.paragraphs
    )
    joined = "\0".join((article.title, *texts)).encode(errors="surrogatepass")
    return blake2b(joined, digest_size=16).hexdigest()


def _start_seal(analyser: Analyser) -> blake2b:
    """A hash for the content, keyed by all that the terms depend on: code and data of `_ROOMS`, the
    names, the stemmer, Python's own tables of characters. It fits only the same of each."""
    code = hash_code(*_ROOMS)
    from importlib.metadata import version  # loads what reads e-mail; needed for a file alone

    setting = (*analyser.names, version(_STEMMER_PACKAGE), sys.version, sys.byteorder)
    code.update(repr(setting).encode())
    return start_seal(code)
