"""Everything that can go wrong for a user, as one tree; the text of each is one clear sentence.

VerbatimError
├── SettingsError      a setting is missing or wrong
├── DeskError          the desk folder cannot be read
├── QuestionError      a question, topic or quote cannot be searched for
├── ScheduleError      a schedule cannot be made, found or changed
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


class StoreError(VerbatimError):
    pass


class StoreBusyError(StoreError):
    pass
