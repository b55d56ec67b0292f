"""A desk grown to any size: its sentences recombined, with made-up words among them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Article, Paragraph
from bot.reading.desk import Desk
from bot.text.sentences import split_sentences
from bot.text.words import split_words

ARTICLE = 20  # paragraphs in a grown article
_SENTENCES = (1, 4)  # in a grown paragraph; the seeds have a median of 2 and a mean of 3.2
_QUERY = (3, 8)  # words in a query

# Text never stops bringing new words. A content word gives way to a made-up one with this chance,
# drawn by Zipf's law as Mandelbrot corrected it: rank r falls with (r + shift)^-(1 + 1/2), so that
# the distinct words among n drawn grow with about n^(2/3) (Heaps' law).
_MADE_UP = 0.3
_TAIL = 0.5
_SHIFT = 400

_SYLLABLES = tuple(f"{consonant}{vowel}" for consonant in "bdfgjklmnprstvz" for vowel in "aeiou")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles of ARTICLE paragraphs each, and queries in words of their paragraphs."""

    articles: tuple[Article, ...]
    queries: tuple[str, ...]

    @property
    def texts(self) -> list[str]:
        """The text of every paragraph, in the order of the articles."""
        return [paragraph.text for article in self.articles for paragraph in article.paragraphs]


def grow(desk: Desk, paragraphs: int, queries: int, seed: int = 1) -> Corpus:
    """A corpus of so many paragraphs and queries made from the sentences of `desk`; the same again
    for the same numbers."""
    chance = random.Random(seed)
    sentence_parts = [
        _parts(sentence) for article in desk.articles for sentence in article_sentences(article)
    ]
    texts = [_paragraph(sentence_parts, chance) for _ in range(paragraphs)]
    query_texts = [_query(text, chance) for text in chance.choices(texts, k=queries)]
    return Corpus(
        tuple(
            _article(number, texts[start : start + ARTICLE])
            for number, start in enumerate(range(0, paragraphs, ARTICLE))
        ),
        tuple(query_texts),
    )


def article_sentences(article: Article) -> list[str]:
    """Return the sentences of an article's paragraphs, without the asides, in their order."""
    return [
        paragraph.text[span.start : span.end]
        for paragraph in article.paragraphs
        for span in split_sentences(paragraph.text, paragraph.asides)
    ]


def _parts(sentence: str) -> list[tuple[str, str]]:
    """The sentence as pairs: what may give way to a made-up word, and what follows it."""
    words = split_words(sentence)
    content = [word for word in words if word.term and sentence[word.start].isalpha()]
    starts = [0, *(word.start for word in content), len(sentence)]
    ends = [0, *(word.end for word in content)]
    return [
        (sentence[start:end], sentence[end:following])
        for start, end, following in zip(starts, ends, starts[1:], strict=False)
    ]


def _paragraph(sentence_parts: Sequence[list[tuple[str, str]]], chance: random.Random) -> str:
    chosen = chance.choices(sentence_parts, k=chance.randint(*_SENTENCES))
    return " ".join("".join(_vary(parts, chance)) for parts in chosen)


def _vary(parts: Sequence[tuple[str, str]], chance: random.Random) -> list[str]:
    pieces = []
    for word, following in parts:
        pieces.append(_made_up(chance) if word and chance.random() < _MADE_UP else word)
        pieces.append(following)
    return pieces


def _made_up(chance: random.Random) -> str:
    """A word that spells out its rank in syllables; its x sets it apart from "he" and "so"."""
    rank = int(_SHIFT * (chance.paretovariate(_TAIL) - 1))
    word = ""
    while rank or not word:
        rank, syllable = divmod(rank, len(_SYLLABLES))
        word = _SYLLABLES[syllable] + word
    return f"{word}x"


def _query(text: str, chance: random.Random) -> str:
    content_words = [text[word.start : word.end] for word in split_words(text) if word.term]
    return " ".join(
        chance.sample(content_words, k=min(len(content_words), chance.randint(*_QUERY)))
    )


def _article(number: int, texts: Sequence[str]) -> Article:
    title = texts[0].partition(".")[0]
    return Article(f"grown{number}", title, tuple(map(Paragraph, texts)), "grown")
