"""Whether two texts are the same story: one text, a copy, or a later version."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.model import Article, Paragraph
from bot.reading.pages.page import Story, opening_words

# A shorter paragraph may be in two stories by chance ("He declined to comment.").
_MIN_WORDS = 8
# Two paragraphs with this similarity (0 to 100, Levenshtein) are one that was edited.
_MIN_SIMILARITY = 85
# Two texts are copies if each shares this part of its characters with the other.
_MIN_COPY_OVERLAP = 0.8
# An edit keeps at least this part of a story.
_MIN_VERSION_OVERLAP = 0.3
_MAX_BEGINNING = 300  # characters that are compared of an excerpt

_QUOTES = str.maketrans("‘’‚‛“”„‟«»‐‑‒–—―", '\'\'\'\'""""""------')


def text_hash(paragraphs: Iterable[Paragraph]) -> str:
    """Return sixteen hexadecimal digits, the same for texts that differ only in capitals, spaces,
    and the shapes of quotation marks, dashes and letters."""
    text = "\n".join(_normalise(paragraph.text) for paragraph in paragraphs)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def is_copy(first: Sequence[Paragraph], second: Sequence[Paragraph]) -> bool:
    """Whether two texts are one syndicated story: each is almost contained in the other."""
    first_texts, second_texts = _long_paragraphs(first), _long_paragraphs(second)
    return (
        _overlap(first_texts, second_texts) >= _MIN_COPY_OVERLAP
        and _overlap(second_texts, first_texts) >= _MIN_COPY_OVERLAP
    )


def is_version(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> bool:
    """Whether `new` can be an edit of `old`: it keeps a part of it. What a page shows instead of
    its story (a paywall, an error) is no version."""
    return _overlap(_long_paragraphs(old), _long_paragraphs(new)) >= _MIN_VERSION_OVERLAP


def is_whole_of(excerpt: Article, title: str, paragraphs: Sequence[Paragraph]) -> bool:
    """Whether a text can be the whole of what a feed gave an excerpt of: it has its title, or holds
    what the feed says nearly word for word."""
    if fuzz.token_set_ratio(_normalise(excerpt.title), _normalise(title)) >= _MIN_SIMILARITY:
        return True
    beginning = _normalise(excerpt.paragraphs[0].text)[:_MAX_BEGINNING]
    whole = " ".join(_normalise(paragraph.text) for paragraph in paragraphs)
    return fuzz.partial_ratio(beginning, whole) >= _MIN_SIMILARITY


def is_headline(story: Story) -> bool:
    """Whether the title of `story` is a headline and not the opening words of its text."""
    return story.title != opening_words(story.paragraphs[0].text)


def has_new_headline(story: Story, old_title: str) -> bool:
    """Whether `story` has a headline that differs from `old_title`, were it in capitals only."""
    return is_headline(story) and story.title != old_title


def _long_paragraphs(paragraphs: Iterable[Paragraph]) -> list[str]:
    texts = (_normalise(paragraph.text) for paragraph in paragraphs)
    return [text for text in texts if len(text.split()) >= _MIN_WORDS]


def _overlap(texts: Sequence[str], references: Sequence[str]) -> float:
    """Return the share of the characters of `texts` in paragraphs that `references` nearly have."""
    shared = sum(
        len(text)
        for text in texts
        if text in references
        or process.extractOne(text, references, scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
    )
    return shared / (sum(map(len, texts)) or 1)


def _normalise(text: str) -> str:
    straight = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return re.sub(r"\s+", " ", straight).strip().casefold()
