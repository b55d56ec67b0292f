"""Short names of a message's articles: numbers, and titles cut so that they are told apart."""

from collections.abc import Iterable

from bot.chat.components.markdown import escape, size
from bot.chat.components.references import number_articles
from bot.language import say
from bot.model import Article, Quote
from bot.text.direction import isolate, remove_controls

# How much of a cut title whole words must leave: a long word, or a script without spaces, is cut.
_MIN_SHARE = 0.6
_LOOSE_ENDS = " ,;:.-–—·/|"


class StoryNames:
    """The names of the articles of some quotes, and of those that repeat them, in one message.

    `numbers` has those of the quotes' own articles, from 1 in the order of the quotes.
    """

    def __init__(self, quotes: Iterable[Quote]) -> None:
        quotes = list(quotes)
        self.numbers = number_articles(quotes)
        articles = [*quotes, *(repeat for quote in quotes for repeat in quote.repeats)]
        self._titles = {_clean_title(quote.article) for quote in articles}

    def shorten(self, article: Article, room: int) -> str:
        """Return the title in one line of at most `room` characters, as Discord markdown.

        It is cut after a whole word. Where that leaves only what another title of the message
        begins with too, it is the last word of that, which often names whom both are about, and the
        part behind it, with "…" before them.
        """
        title = _clean_title(article)
        if not title:
            return say("untitled")
        short = _cut(title, room)
        shared = max((_shared_start(title, other) for other in self._titles - {title}), default=0)
        if short != title and shared < len(title) and len(short) - 1 <= shared:
            start = _find_start(title, shared, room - 1)
            short = "…" + _cut(title[start:], room - 1)
        return isolate(escape(short))


def _clean_title(article: Article) -> str:
    return " ".join(remove_controls(article.title).split())


def _shared_start(title: str, other: str) -> int:
    """Return the length of the whole words that both titles begin with, and the space behind."""
    length = 0
    for word, other_word in zip(title.split(" "), other.split(" "), strict=False):
        if word.strip(_LOOSE_ENDS).casefold() != other_word.strip(_LOOSE_ENDS).casefold():
            break
        length += len(word) + 1
    return min(length, len(title))


def _find_start(title: str, shared: int, room: int) -> int:
    """Return where to begin a title of which the part from `shared` on is to be told: with as many
    words before it as still fit `room`, or else with one, unless a comma or the like stands between
    or the first word of its own then does not fit."""
    start = shared
    while size(title[(earlier := title.rfind(" ", 0, start - 1) + 1) :]) <= room:
        start = earlier
    is_apart = title[:shared].rstrip()[-1:] in _LOOSE_ENDS
    if start < shared or is_apart or size(title[shared:]) <= room:
        return start
    words = title[earlier:].split(" ", 2)[:2]
    return earlier if size(" ".join(words)) < room else shared


def _cut(text: str, room: int) -> str:
    """Return `text`, or as much of it as fits `room` with "…", to the end of a word."""
    if size(text) <= room:
        return text
    start = text[: room - 1]
    while size(start) > room - 1:
        start = start[:-1]
    whole_words = start if text[len(start)] == " " else start.rpartition(" ")[0]
    if len(whole_words) < _MIN_SHARE * len(start):
        whole_words = start
    return whole_words.rstrip(_LOOSE_ENDS) + "…"
