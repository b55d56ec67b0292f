"""SourceCheck pages again: replace edited articles, withdraw those that were taken down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TypeAlias

from bot.errors import FetchError, LibraryError
from bot.ingest.page_loader import RECHECK_AGES, PageLoader
from bot.library.deduplication import is_version, is_whole_of
from bot.library.writer import LibraryWriter
from bot.model import Source
from bot.reading.pages.page import Story
from bot.reading.web.address import canonicalise
from bot.store import SourceCheck, Store

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=15)
_BATCH_SIZE = 20
# A missing page may be back soon: it is withdrawn if it is still missing after this time.
_CONFIRM_AFTER = timedelta(hours=1)

_request = attrgetter("address", "etag", "last_modified")

_Page: TypeAlias = tuple[Story, Source]


class PageRechecker:
    """Checks pages that are due. `now` returns the time in UTC."""

    def __init__(
        self,
        pages: PageLoader,
        writer: LibraryWriter,
        store: Store,
        now: Callable[[], datetime],
    ) -> None:
        self._pages = pages
        self._writer = writer
        self._store = store
        self._now = now
        self._missing: set[int] = set()  # ids of checks that found no page the last time

    async def run_due(self) -> None:
        """SourceCheck each page that is due, once for all collections. Raises StoreError."""
        while checks := await self._store.checks.claim(self._now(), _LEASE, _BATCH_SIZE):
            for (address, etag, last_modified), group in groupby(
                sorted(checks, key=lambda check: str(_request(check))), _request
            ):
                same_request = list(group)
                page: _Page | LibraryError | None
                try:
                    page = await self._pages.load_if_changed(
                        address,
                        server=same_request[0].collection,
                        etag=etag,
                        last_modified=last_modified,
                    )
                except LibraryError as error:
                    page = error
                for check in same_request:
                    await self._finish(check, page)

    async def _finish(self, check: SourceCheck, page: _Page | LibraryError | None) -> None:
        """Update or withdraw the article of a check and schedule the next check.

        `page` is None if it has not changed.
        """
        check_times = (check.seen + age for age in RECHECK_AGES)
        next_at = next((time for time in check_times if time > self._now()), None)
        etag, last_modified = check.etag, check.last_modified
        article = self._writer.library.view(check.collection).article(check.article_id)
        is_excerpt = article is not None and article.origins.text is not None
        is_quoted_from = article is None or check.address == article.source
        is_gone = isinstance(page, FetchError) and page.is_gone
        is_missing = is_gone and is_quoted_from and not is_excerpt
        if is_missing and check.id in self._missing:
            self._missing.discard(check.id)
            with suppress(LibraryError):  # it was removed meanwhile
                await self._writer.withdraw(check.collection, check.article_id, self._now())
            return
        if is_missing:
            self._missing.add(check.id)
            next_at = self._now() + _CONFIRM_AFTER
        elif isinstance(page, LibraryError):
            log.info("page recheck failed: %s %s", check.address, page)
        else:
            self._missing.discard(check.id)
        if isinstance(page, tuple):
            story, source = page
            etag, last_modified = source.etag, source.last_modified
            await self._ingest(check, story, source)
        await self._store.checks.finish(
            check, etag=etag, last_modified=last_modified, next_at=next_at
        )

    async def _ingest(self, check: SourceCheck, story: Story, source: Source) -> None:
        article = self._writer.library.view(check.collection).article(check.article_id)
        if article is None:
            return
        if article.origins.text is None:
            is_same = is_version(article.paragraphs, story.paragraphs)
        else:
            is_same = is_whole_of(article, story.title, story.paragraphs)
        if not is_same:
            return
        source = replace(source, address=check.address, key=canonicalise(check.address))
        try:
            await self._writer.ingest(check.collection, story, source=source, now=self._now())
        except LibraryError as error:  # no room for a longer text
            log.info("page not updated: %s %s", check.address, error)
