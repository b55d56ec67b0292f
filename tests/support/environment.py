"""The settings by name, and a process environment that holds only those a test gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

SETTING_NAMES = (
    *("DISCORD_TOKEN", "VERBATIM_DESK", "VERBATIM_SHARED", "VERBATIM_DATABASE"),
    "VERBATIM_TIMEZONE",
    *("VERBATIM_DEMO_PORT", "VERBATIM_LOG_LEVEL", "VERBATIM_LOG_FORMAT", "VERBATIM_LOG_QUESTIONS"),
    *("VERBATIM_HEALTH_PORT", "VERBATIM_HEALTH_HOST", "VERBATIM_MAX_ARTICLES"),
    *("VERBATIM_MAX_FEEDS", "VERBATIM_MAX_SERVER_MB"),
    *("VERBATIM_MAX_PAGE_BYTES", "VERBATIM_POLL_MINUTES"),
    *("VERBATIM_KEEP_DAYS", "VERBATIM_GRACE_DAYS", "VERBATIM_FETCH_ALLOW", "VERBATIM_SHARDS"),
    *("VERBATIM_SEMANTIC", "VERBATIM_MODEL"),
)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """The process environment with these settings, and none of the others; without the sentence
    model, which would answer some questions otherwise and takes a second to load."""
    before = dict(os.environ)
    for name in SETTING_NAMES:
        os.environ.pop(name, None)
    os.environ.update({"VERBATIM_SEMANTIC": "off", **values})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
