"""Articles that are each read once, later, for what is then kept of them."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Generic, TypeVar

from bot.model import Article

log = logging.getLogger(__name__)

_T = TypeVar("_T")


class ArticlesReadOnce(ABC, Generic[_T]):
    """A collection's articles; `read_next` reads them one by one. Threads may share it.

    One that cannot be read is logged and left out: it must not keep the others from being read.
    """

    def __init__(self, read: Callable[[Article], _T], articles: Iterable[Article] = ()) -> None:
        """`read` is called once for each of `articles` and of those put later."""
        self._read = read
        self._unread = {article.id: article for article in articles}
        self._lock = Lock()  # for moments
        self._reading_lock = Lock()  # so that two threads do not both read one article

    def put(self, article: Article) -> None:
        """Add an article, or replace the one with its id; it is read later."""
        with self._lock:
            self._forget(article.id)
            self._unread[article.id] = article

    def remove(self, article_id: str) -> None:
        """Remove an article, if it is one of its own."""
        with self._lock:
            self._unread.pop(article_id, None)
            self._forget(article_id)

    def read_next(self) -> bool:
        """Read one of its own articles that is not read yet; whether there was one."""
        with self._reading_lock:
            with self._lock:
                article = next(iter(self._unread.values()), None)
            if article is None:
                return False
            result = self._try_to_read(article)
            with self._lock:
                if self._unread.get(article.id) is article:  # it was not replaced meanwhile
                    del self._unread[article.id]
                    if result is not None:
                        self._keep(article, result)
        return True

    def _try_to_read(self, article: Article) -> _T | None:
        try:
            return self._read(article)
        except Exception:
            log.exception("nothing is kept of article %s, which cannot be read", article.id)
            return None

    @abstractmethod
    def _keep(self, article: Article, result: _T) -> None:
        """Keep what was read in an article; called under the lock."""

    @abstractmethod
    def _forget(self, article_id: str) -> None:
        """Forget what was read in an article, if anything; called under the lock."""
