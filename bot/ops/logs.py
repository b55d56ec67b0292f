"""How the log is written: lines for people, or a JSON object a line for programs."""

from __future__ import annotations

import logging
from typing import Final

from bot.settings import LogFormat

LOG_LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def configure_logging(level: str, log_format: LogFormat) -> None:
    """Write what is logged from `level` on to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(make_formatter(log_format))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


def make_formatter(log_format: LogFormat) -> logging.Formatter:
    if log_format == "text":
        return logging.Formatter(LOG_LINE)
    from pythonjsonlogger.json import JsonFormatter  # for this alone, and not quick to load

    return JsonFormatter(
        ("levelname", "name", "message"),
        timestamp="time",
        rename_fields={"levelname": "level", "name": "logger"},
    )
