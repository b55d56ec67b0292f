"""Everything that can go wrong for a user, as one tree; the text of each is one clear sentence.

VerbatimError
├── SettingsError      a setting is missing or wrong
├── DeskError          the desk folder cannot be read
├── QuestionError      a question, topic or quote cannot be searched for
├── ScheduleError      a schedule cannot be made, found or changed
├── WatchError         a watch cannot be made, found or changed
├── LibraryError       an article or a feed cannot be added, found or changed
│   ├── FollowedError    a feed is followed already
│   ├── FetchError       an address cannot be fetched
│   └── ReadingError     what was fetched or given cannot be read
└── StoreError         the database cannot be used
    └── StoreBusyError   for now; the same call may succeed later
"""

from __future__ import annotations


class VerbatimError(Exception):
    """A fault whose text can be shown to the person who caused or met it."""


class SettingsError(VerbatimError):
    pass


class DeskError(VerbatimError):
    pass


class QuestionError(VerbatimError):
    pass


class ScheduleError(VerbatimError):
    pass


class WatchError(VerbatimError):
    pass


class LibraryError(VerbatimError):
    pass


class FollowedError(LibraryError):
    pass


class FetchError(LibraryError):
    """`gone` where the address itself says that nothing stands there any more (404, 410);
    `retry_after` in seconds where its host asks for that pause."""

    def __init__(
        self, sentence: str, *, gone: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(sentence)
        self.gone = gone
        self.retry_after = retry_after


class ReadingError(LibraryError):
    pass


class StoreError(VerbatimError):
    pass


class StoreBusyError(StoreError):
    pass
