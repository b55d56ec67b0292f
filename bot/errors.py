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

import json
from typing import Any

from bot.language import ENGLISH, say, use_language


class VerbatimError(Exception):
    """A fault whose text can be shown to the person who caused or met it.

    `message` is a literal with the names of its `values` in braces. As a string the fault speaks
    English, for the log and the terminal.
    """

    def __init__(self, message: str, /, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        with use_language(ENGLISH):
            return self.sentence

    @property
    def sentence(self) -> str:
        """The text in the language that is being spoken."""
        return say(self.message, **self.values)

    @property
    def packed(self) -> str:
        """The text as it is stored for those who read it later, each in a language of their own;
        `unpacked` reads it."""
        return json.dumps([self.message, self.values], ensure_ascii=False, default=str)


def unpack_message(stored: str) -> str:
    """A stored text in the language that is being spoken, or as it is if it was not packed."""
    if not stored.startswith('["'):
        return stored
    message, values = json.loads(stored)
    return say(message, **values)


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
        self,
        message: str,
        /,
        *,
        gone: bool = False,
        retry_after: float | None = None,
        **values: Any,
    ) -> None:
        super().__init__(message, **values)
        self.is_gone = gone
        self.retry_after = retry_after


class ReadingError(LibraryError):
    pass


class StoreError(VerbatimError):
    pass


class StoreBusyError(StoreError):
    pass
