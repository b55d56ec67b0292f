"""The index in a file: written beside the database, and taken up again at the next start."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

import numpy as np

from bot.model import SHARED, Article
from bot.search.index import Index
from bot.search.postings import Numbers, Postings
from bot.text.terms import Analyser

_log = logging.getLogger(__name__)

_SEAL_BYTES = 32
# What the terms of a text are made by, and how they are kept.
_ROOMS = ("bot.text", "bot.search")
_PACKAGE = "PyStemmer"


class _Copy(NamedTuple):
    """What an index holds of its own."""

    articles: Sequence[Article]
    terms: Sequence[str]
    forms: Mapping[str, str]
    columns: Mapping[str, Numbers]


class _Layer(NamedTuple):
    """What the file holds of one collection: a description from JSON, and columns of numbers."""

    description: Mapping[str, Any]
    columns: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class Packed:
    """The indexes by collection as they stood at one moment."""

    analyser: Analyser
    layers: Mapping[int, _Copy]


@dataclass(frozen=True, slots=True)
class Restored:
    """The indexes of all collections, that of SHARED and those laid over it, and how many articles
    the file did not hold as they are now: with many it is worth being written again."""

    layers: dict[int, Index]
    added: int


def pack(layers: Mapping[int, Index]) -> Packed:
    """A copy of the indexes by collection, all of one analyser, for `write`.

    Nothing may change them meanwhile; at 100,000 paragraphs that is some .2 s.
    """
    analyser = next(iter(layers.values())).analyser
    return Packed(analyser, {each: _copied(index) for each, index in layers.items()})


def write(path: Path, packed: Packed) -> None:
    """Put the file in its place, whole or not at all, whoever else reads or writes it meanwhile.

    Where that fails there is a warning in the log and nothing more: the next start is slower.
    """
    sealed = _sealed(packed)
    unfinished = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            unfinished = Path(file.name)
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        _log.warning("The index cannot be saved in %s: %s.", path, error.strerror)
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def load(
    path: Path | None, analyser: Analyser, articles: Mapping[int, Sequence[Article]]
) -> Restored:
    """The indexes of exactly these articles, by collection.

    What the file holds is taken from it; an article that it lacks, or holds with other words, is
    indexed. That is all of them where there is no file, where it is damaged, or where anything
    differs that makes the terms; the log then says so.
    """
    saved = _read(path, analyser) if path else {}
    layers: dict[int, Index] = {}
    added = 0
    for collection in dict.fromkeys((SHARED, *articles)):
        held = articles.get(collection, ())
        index, known = _taken_up(saved.get(collection), analyser, layers.get(SHARED), held)
        layers[collection] = index
        for article in held:
            index.add(article)
        added += len(held) - known
    return Restored(layers, added)


def _copied(index: Index) -> _Copy:
    terms, columns = index.bm25.postings.columns()
    return _Copy(tuple(index.own_articles()), terms, dict(index.own_forms()), columns)


def _layer(collection: int, copy: _Copy) -> _Layer:
    ids = dict(zip(copy.terms, range(len(copy.terms)), strict=True))
    form_terms = np.fromiter(map(ids.__getitem__, copy.forms.values()), np.uint32)
    columns = {**copy.columns, "form_terms": form_terms}
    description = {
        "collection": collection,
        "articles": [(a.id, _words_hash(a), len(a.paragraphs)) for a in copy.articles],
        "terms": copy.terms,
        "forms": list(copy.forms),
        "sizes": {name: len(column) for name, column in columns.items()},
    }
    return _Layer(description, columns)


def _sealed(packed: Packed) -> bytes:
    """What stands in the file: the seal, then NumPy's own format without pickles."""
    layers = [_layer(collection, copy) for collection, copy in packed.layers.items()]
    described = json.dumps([layer.description for layer in layers]).encode()
    columns: dict[str, Any] = {
        name: np.concatenate([layer.columns[name] for layer in layers])
        for name in layers[0].columns
    }
    body = io.BytesIO()
    np.savez(body, described=np.frombuffer(described, dtype=np.uint8), **columns)
    return b"".join((_seal(body.getbuffer(), packed.analyser), body.getbuffer()))


def _read(path: Path, analyser: Analyser) -> dict[int, _Layer]:
    """The layers in the file, by collection; none where it is not there or does not fit."""
    try:
        packed = path.read_bytes()
    except FileNotFoundError:
        _log.info("There is no saved index at %s yet: indexing all articles.", path)
        return {}
    except OSError as error:
        _log.warning("Indexing all articles: %s cannot be read: %s.", path, error.strerror)
        return {}
    body = memoryview(packed)[_SEAL_BYTES:]
    if packed[:_SEAL_BYTES] != _seal(body, analyser):
        _log.warning("Indexing all articles: %s is of another version, or damaged.", path)
        return {}
    with np.load(io.BytesIO(body)) as columns:
        held = {name: columns[name] for name in columns.files}
    described = json.loads(held.pop("described").tobytes())
    layers = {}
    starts = dict.fromkeys(held, 0)
    for description in described:
        pieces = {}
        for name, size in description["sizes"].items():
            pieces[name] = held[name][starts[name] : starts[name] + size]
            starts[name] += size
        layers[description["collection"]] = _Layer(description, pieces)
    return layers


def _taken_up(
    saved: _Layer | None, analyser: Analyser, base: Index | None, articles: Sequence[Article]
) -> tuple[Index, int]:
    """What the file holds of a layer, without the articles that are gone or hold other words; and
    how many are left."""
    if saved is None:
        return Index(analyser, base), 0
    description, columns = saved
    terms = description["terms"]
    form_terms = map(terms.__getitem__, columns["form_terms"].tolist())
    forms = dict(zip(description["forms"], form_terms, strict=True))
    held = {(article.id, _words_hash(article)): article for article in articles}
    placed = [(id_, held.get((id_, words)), size) for id_, words, size in description["articles"]]
    index = Index.restored(analyser, base, Postings.from_columns(terms, columns), forms, placed)
    gone = [id_ for id_, article, _ in placed if article is None]
    for article_id in gone:
        index.remove(article_id)
    return index, len(placed) - len(gone)


def _words_hash(article: Article) -> str:
    """The same for articles whose paragraphs have the same terms: a hash of all that is read."""
    paragraphs = chain.from_iterable((each.heading or "", each.text) for each in article.paragraphs)
    read = "\0".join((article.title, *paragraphs)).encode(errors="surrogatepass")
    return blake2b(read, digest_size=16).hexdigest()


def _seal(body: memoryview, analyser: Analyser) -> bytes:
    """A hash of what the file holds and of all that makes terms of texts: the code and the data
    that do, the names, the stemmer, Python's own tables of characters. It fits only the same."""
    made_by = blake2b()
    for file in chain.from_iterable(sorted(files(room).iterdir(), key=str) for room in _ROOMS):
        if file.name.endswith((".py", ".toml")):
            made_by.update(file.read_bytes())
    setting = (*analyser.names, version(_PACKAGE), sys.version, sys.byteorder)
    made_by.update(repr(setting).encode())
    return blake2b(body, digest_size=_SEAL_BYTES, key=made_by.digest()).digest()
