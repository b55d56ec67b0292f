"""The format of the log: lines of text, or one JSON object a line."""

import logging
from typing import Final

from bot.settings import LogFormat

LOG_LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def configure_logging(level: str, log_format: LogFormat) -> None:
    """Log to standard error, from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(make_formatter(log_format))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


def make_formatter(log_format: LogFormat) -> logging.Formatter:
    """Return the formatter for `log_format`."""
    if log_format == "text":
        return logging.Formatter(LOG_LINE)
    from pythonjsonlogger.json import JsonFormatter  # slow to load, and used only here

    return JsonFormatter(
        ("levelname", "name", "message"),
        timestamp="time",
        rename_fields={"levelname": "level", "name": "logger"},
    )
