"""The format of the log: lines of text, or one JSON object a line."""

import logging
from textwrap import shorten
from typing import Final

from bot.settings import LogFormat

# The modules of discord.py that connect.
_CONNECTING: Final = ("discord.shard", "discord.client")
_MAX_FAULT: Final = 300  # characters

LOG_LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def configure_logging(level: str, log_format: LogFormat) -> None:
    """Log to standard error, from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(make_formatter(log_format))
    handler.addFilter(shorten_reconnect)
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # For debugging discord.py logs all that it receives and sends, words of people among it.
    logging.getLogger("discord").setLevel(logging.INFO)


def shorten_reconnect(record: logging.LogRecord) -> bool:
    """Log a lost connection to Discord in one line, without the traceback that discord.py adds at
    every try: in an outage of hours they fill a disk. Returns True, for every record is logged."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name in _CONNECTING and error is not None and _is_connection_fault(error):
        fault = shorten(str(error), _MAX_FAULT) or "no answer"
        record.msg = f"{record.getMessage()} ({type(error).__name__}: {fault})"
        record.args, record.exc_info, record.exc_text = (), None, None
    return True


def _is_connection_fault(error: BaseException) -> bool:
    """Whether it is a fault of the network, of which no traceback tells anything."""
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError) or library in ("aiohttp", "discord")


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
