"""Options and output that several commands share."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot.ops.logs import LOG_LINE
from bot.settings import Settings, read_settings

desk_option = click.option(
    "--desk",
    type=click.Path(path_type=Path),
    help="The desk folder; VERBATIM_DESK or the seeds otherwise.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")


def load_settings(desk: Path | None) -> Settings:
    """Read the settings, and replace their desk by that of the command if it has one."""
    settings = read_settings()
    return replace(settings, desk=desk) if desk else settings


def log_errors() -> None:
    """Log errors only: all else that a person should know is printed."""
    logging.basicConfig(level=logging.ERROR, format=LOG_LINE)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))
