"""All errors that a user can meet, as one tree; the text of each is one clear sentence.

VerbatimError
├── SettingsError
├── DeskError
├── ModelError
├── QuestionError
├── ScheduleError
├── WatchError
├── TopicError
├── BusyError
├── LibraryError
│   ├── FollowedError
│   ├── FetchError
│   └── ReadingError
│       └── ChallengeError
└── StoreError
    └── StoreBusyError
"""

import json
from typing import Any

from bot.language import ENGLISH, say, use_language


class VerbatimError(Exception):
    """An error whose text can be shown to the person who caused or met it.

    `message` is a literal that names its `values` in braces. `str()` gives the English text, for
    the log and the terminal.
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
        """The text in the current language."""
        return say(self.message, **self.values)

    @property
    def packed(self) -> str:
        """The message and its values as JSON to store, for `unpack_message` to translate."""
        return json.dumps([self.message, self.values], ensure_ascii=False, default=str)


def unpack_message(stored: str) -> str:
    """Return a stored message in the current language, or as it is if it was not packed."""
    if not stored.startswith('["'):
        return stored
    message, values = json.loads(stored)
    return say(message, **values)


class SettingsError(VerbatimError):
    """A setting is missing or wrong."""


class DeskError(VerbatimError):
    """The desk folder cannot be read."""


class ModelError(VerbatimError):
    """The sentence model cannot be used."""


class QuestionError(VerbatimError):
    """A question, topic or quote cannot be searched for."""


class ScheduleError(VerbatimError):
    """A schedule cannot be made, found or changed."""


class WatchError(VerbatimError):
    """A watch cannot be made, found or changed."""


class TopicError(VerbatimError):
    """A topic of a server cannot be named, found or changed."""


class BusyError(VerbatimError):
    """Somebody asks for more at a time than is computed at a time."""


class LibraryError(VerbatimError):
    """An article or a feed cannot be added, found or changed."""


class FollowedError(LibraryError):
    """A feed is followed already."""


class FetchError(LibraryError):
    """An address cannot be fetched.

    `is_gone` if its host says that there is no page any more (404, 410), `is_refused` if it does
    not let programs read it; `retry_after` in seconds if its host asks for that delay.
    """

    def __init__(
        self,
        message: str,
        /,
        *,
        gone: bool = False,
        refused: bool = False,
        retry_after: float | None = None,
        **values: Any,
    ) -> None:
        super().__init__(message, **values)
        self.is_gone = gone
        self.is_refused = refused
        self.retry_after = retry_after


class ReadingError(LibraryError):
    """What was fetched or uploaded cannot be read."""


class ChallengeError(ReadingError):
    """A host answered with a challenge, an error page or a notice in place of the page asked for;
    the page may be readable later."""


class StoreError(VerbatimError):
    """The database cannot be used."""


class StoreBusyError(StoreError):
    """The database cannot be used at the moment; the same call may succeed later."""
