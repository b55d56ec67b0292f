"""Pages looked at again: what was edited is replaced, and what was taken down is withdrawn."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from bot.errors import FetchError, LibraryError
from bot.ingest.pages import RECHECKS, Page, Pages
from bot.library.deduplication import is_version
from bot.library.librarian import Librarian
from bot.reading.web.address import canonical
from bot.store import SourceCheck, Store

_log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=15)
_BATCH = 20
# A page that is gone may be back soon; it is taken down when it is gone at the next look too.
_ONCE_MORE = timedelta(hours=1)

_as_it_was = attrgetter("address", "etag", "last_modified")


class Rechecks:
    """`now` gives the time in UTC."""

    def __init__(
        self, pages: Pages, librarian: Librarian, store: Store, now: Callable[[], datetime]
    ) -> None:
        self._pages = pages
        self._librarian = librarian
        self._store = store
        self._now = now
        self._gone: set[int] = set()  # checks whose page was gone at the last look

    async def run_due(self) -> None:
        """Look at every page that is due, once for all collections. Raises StoreError."""
        while checks := await self._store.checks.claim(self._now(), _LEASE, _BATCH):
            for (address, etag, last_modified), alike in groupby(
                sorted(checks, key=lambda check: str(_as_it_was(check))), _as_it_was
            ):
                page: Page | LibraryError | None
                try:
                    page = await self._pages.read_changed(
                        address, etag=etag, last_modified=last_modified
                    )
                except LibraryError as fault:
                    page = fault
                for check in alike:
                    await self._settle(check, page)

    async def _settle(self, check: SourceCheck, page: Page | LibraryError | None) -> None:
        """Do with what was found at the look what it asks for, and set the time of the next."""
        times = (check.seen + age for age in RECHECKS)
        next_at = next((at for at in times if at > self._now()), None)
        etag, last_modified = check.etag, check.last_modified
        gone = isinstance(page, FetchError) and page.gone
        if gone and check.id in self._gone:
            self._gone.discard(check.id)
            with suppress(LibraryError):  # somebody removed it meanwhile
                await self._librarian.withdraw(check.collection, check.article_id, self._now())
            return
        if gone:
            self._gone.add(check.id)
            next_at = self._now() + _ONCE_MORE
        elif isinstance(page, LibraryError):
            _log.info("%s was not looked at again: %s", check.address, page)
        else:
            self._gone.discard(check.id)
        if isinstance(page, Page):
            etag, last_modified = page.source.etag, page.source.last_modified
            await self._take(check, page)
        await self._store.checks.finish(
            check, etag=etag, last_modified=last_modified, next_at=next_at
        )

    async def _take(self, check: SourceCheck, page: Page) -> None:
        held = self._librarian.library.view(check.collection).article(check.article_id)
        if held is None or not is_version(held.paragraphs, page.story.paragraphs):
            return
        found = replace(page.source, address=check.address, key=canonical(check.address))
        await self._librarian.take(check.collection, page.story, found=found, now=self._now())
