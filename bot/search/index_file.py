"""The index in a file: saved beside the database, and loaded at the next start."""

import io
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
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

log = logging.getLogger(__name__)

_SEAL_BYTES = 32
# What the terms of a text depend on, and how they are stored.
_ROOMS = ("bot.text", "bot.search")
_STEMMER_PACKAGE = "PyStemmer"


class _LayerCopy(NamedTuple):
    """What an index stores without its base."""

    articles: Sequence[Article]
    terms: Sequence[str]
    forms: Mapping[str, str]
    columns: Mapping[str, Numbers]


class _SavedLayer(NamedTuple):
    """What the file stores of one collection: a description from JSON, and columns of numbers."""

    description: Mapping[str, Any]
    columns: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class IndexSnapshot:
    """A copy of the indexes of all collections at one moment."""

    analyser: Analyser
    layers: Mapping[int, _LayerCopy]


@dataclass(frozen=True, slots=True)
class LoadedIndexes:
    """The indexes by collection, that of SHARED and the layers over it, and how many articles the
    file did not have in their present state: with many it is worth being saved again."""

    layers: dict[int, Index]
    newly_indexed: int


def copy_indexes(layers: Mapping[int, Index]) -> IndexSnapshot:
    """Return a copy of the indexes by collection, all of one analyser, for `save`.

    Nothing may change them meanwhile; at 100,000 paragraphs that is some .2 s.
    """
    analyser = next(iter(layers.values())).analyser
    return IndexSnapshot(analyser, {id_: _copy_layer(index) for id_, index in layers.items()})


def save(path: Path, snapshot: IndexSnapshot) -> None:
    """Replace the file at once, whatever else reads or writes it meanwhile.

    A failure is only logged: the next start is slower.
    """
    replace_file(path, _serialise(snapshot))


def replace_file(path: Path, content: bytes | memoryview) -> None:
    """Write a file beside `path` and put it in its place. A failure is only logged."""
    unfinished = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            dir=path.parent, prefix=_unfinished_prefix(path), delete=False
        ) as file:
            unfinished = Path(file.name)
            file.write(content)
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


def _unfinished_prefix(path: Path) -> str:
    """Return how the names begin of the files that this process writes before they are `path`."""
    return f".{path.name}.{os.getpid()}-"


def load(
    path: Path | None, analyser: Analyser, articles: Mapping[int, Sequence[Article]]
) -> LoadedIndexes:
    """Return the indexes of exactly these articles, by collection.

    An article that the file lacks, or has with another text, is indexed. That is all of them where
    there is no file, where it is damaged, or where anything differs that the terms depend on; the
    log then says so.
    """
    saved_layers = _read(path, analyser) if path else {}
    layers: dict[int, Index] = {}
    newly_indexed = 0
    for collection in dict.fromkeys((SHARED, *articles)):
        current = articles.get(collection, ())
        index, loaded = _load_layer(
            saved_layers.get(collection), analyser, layers.get(SHARED), current
        )
        layers[collection] = index
        for article in current:
            index.add(article)
        newly_indexed += len(current) - loaded
    return LoadedIndexes(layers, newly_indexed)


def _copy_layer(index: Index) -> _LayerCopy:
    terms, columns = index.bm25.postings.columns()
    return _LayerCopy(tuple(index.own_articles()), terms, dict(index.own_forms()), columns)


def _describe(collection: int, copy: _LayerCopy) -> _SavedLayer:
    ids = dict(zip(copy.terms, range(len(copy.terms)), strict=True))
    form_terms = np.fromiter(map(ids.__getitem__, copy.forms.values()), np.uint32)
    columns = {**copy.columns, "form_terms": form_terms}
    description = {
        "collection": collection,
        "articles": [
            (article.id, _hash_text(article), len(article.paragraphs)) for article in copy.articles
        ],
        "terms": copy.terms,
        "forms": list(copy.forms),
        "sizes": {name: len(column) for name, column in columns.items()},
    }
    return _SavedLayer(description, columns)


def _serialise(snapshot: IndexSnapshot) -> bytes:
    """The content of the file: the seal, then NumPy's own format without pickles."""
    layers = [_describe(collection, copy) for collection, copy in snapshot.layers.items()]
    descriptions = json.dumps([layer.description for layer in layers]).encode()
    columns: dict[str, Any] = {
        name: np.concatenate([layer.columns[name] for layer in layers])
        for name in layers[0].columns
    }
    body = io.BytesIO()
    np.savez(body, descriptions=np.frombuffer(descriptions, dtype=np.uint8), **columns)
    return b"".join((_seal(body.getbuffer(), snapshot.analyser), body.getbuffer()))


def _read(path: Path, analyser: Analyser) -> dict[int, _SavedLayer]:
    """The layers in the file, by collection; none where it is missing or of another state."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        log.info("no saved index: indexing all articles: %s", path)
        return {}
    except OSError as error:
        log.warning("saved index unreadable: indexing all articles: %s: %s", path, error.strerror)
        return {}
    body = memoryview(content)[_SEAL_BYTES:]
    if content[:_SEAL_BYTES] != _seal(body, analyser):
        log.warning("saved index of another version or damaged: indexing all articles: %s", path)
        return {}
    with np.load(io.BytesIO(body)) as archive:
        columns = {name: archive[name] for name in archive.files}
    descriptions = json.loads(columns.pop("descriptions").tobytes())
    layers = {}
    starts = dict.fromkeys(columns, 0)
    for description in descriptions:
        layer_columns = {}
        for name, size in description["sizes"].items():
            layer_columns[name] = columns[name][starts[name] : starts[name] + size]
            starts[name] += size
        layers[description["collection"]] = _SavedLayer(description, layer_columns)
    return layers


def _load_layer(
    saved: _SavedLayer | None, analyser: Analyser, base: Index | None, articles: Sequence[Article]
) -> tuple[Index, int]:
    """The index of a saved layer, less articles removed or changed since, and how many it has."""
    if saved is None:
        return Index(analyser, base), 0
    description, columns = saved
    terms = description["terms"]
    form_terms = map(terms.__getitem__, columns["form_terms"].tolist())
    forms = dict(zip(description["forms"], form_terms, strict=True))
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


def _seal(body: memoryview, analyser: Analyser) -> bytes:
    """A hash of the file's content and of all that the terms depend on: code and data of `_ROOMS`,
    the names, the stemmer, Python's own tables of characters. It fits only the same of each."""
    code = hash_code(*_ROOMS)
    setting = (*analyser.names, version(_STEMMER_PACKAGE), sys.version, sys.byteorder)
    code.update(repr(setting).encode())
    return blake2b(body, digest_size=_SEAL_BYTES, key=code.digest()).digest()


def hash_code(*rooms: str) -> blake2b:
    """Return a hash of the code and data of packages."""
    code = blake2b()
    for file in chain.from_iterable(sorted(files(room).iterdir(), key=str) for room in rooms):
        if file.name.endswith((".py", ".toml")):
            code.update(file.read_bytes())
    return code
