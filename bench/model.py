"""The sentence model that is measured, and the ranking of `/ask` with it."""

from __future__ import annotations

import os
from pathlib import Path

from bot.search.evidence import Evidence, rank, rate_paragraphs
from bot.search.index import Index
from bot.search.query import read_query
from bot.semantic.encoder import Encoder, find_encoder

WITH_MODEL = "Verbatim, with the model"
WITHOUT_MODEL = "Verbatim, without"

# What sets Verbatim's command line to either.
ON = {"VERBATIM_SEMANTIC": "on"}
OFF = {"VERBATIM_SEMANTIC": "off"}


def find_model() -> Encoder | None:
    """Return the model that the settings in the environment name; None where it is switched off or
    not installed. Raises ModelError where it cannot be used."""
    if os.environ.get("VERBATIM_SEMANTIC") == "off":
        return None
    folder = os.environ.get("VERBATIM_MODEL")
    return find_encoder(Path(folder) if folder else None)


def rank_as_asked(question: str, index: Index, encoder: Encoder | None = None) -> list[Evidence]:
    """Return the sentences for a question as `/ask` ranks them, best first; with an encoder, by the
    vectors too, which are made where they are missing."""
    query = read_query(question, index)
    if not query.terms:
        return []
    if encoder is None or not encoder.reads(question):
        return rank(query, index)
    for slot in rate_paragraphs(query, index):
        if index.vectors(slot) is None:
            texts = [sentence.text for sentence in index.sentences(slot)]
            index.set_vectors(slot, encoder.encode(texts))
    return rank(query, index, encoder.encode([question])[0])
