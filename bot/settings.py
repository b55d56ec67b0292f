"""The settings, read once from the environment and `.env`; every bad one is named at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import available_timezones

from environs import Env, EnvError, EnvValidationError

from bot.errors import SettingsError

# The default desk stands beside the package, so that `verbatim ask` works from any folder.
DEFAULT_DESK = Path(__file__).resolve().parent.parent / "seeds"
DEFAULT_DATABASE = "data/verbatim.sqlite3"
DEFAULT_ZONE = "UTC"
DEFAULT_PORT = "8765"
DEFAULT_LEVEL = "INFO"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. `token` is kept out of `repr`, and so out of every log."""

    token: str = field(repr=False)
    desk: Path
    database: str
    timezone: str
    demo_port: int
    log_level: str


def read_settings(dotenv: Path = Path(".env")) -> Settings:
    """The settings of the process environment, and of the file `dotenv` for what that leaves out.

    A name that is set but empty counts as not set. Raises SettingsError with a sentence for each
    bad setting.
    """
    env = Env(eager=False)
    for parser in (_zone, _port, _level):
        env.add_parser(parser.__name__.strip("_"), parser)
    try:
        env.read_env(dotenv, recurse=False)
    except (OSError, ValueError) as fault:
        raise SettingsError(f"The settings file {dotenv} cannot be read: {fault}.") from fault

    settings = Settings(
        token=env.str("DISCORD_TOKEN", "").strip(),
        desk=Path(env.str("VERBATIM_DESK", "").strip() or DEFAULT_DESK),
        database=env.str("VERBATIM_DATABASE", "").strip() or DEFAULT_DATABASE,
        timezone=env.zone("VERBATIM_TIMEZONE", DEFAULT_ZONE),
        demo_port=env.port("VERBATIM_DEMO_PORT", DEFAULT_PORT),
        log_level=env.level("VERBATIM_LOG_LEVEL", DEFAULT_LEVEL),
    )
    try:
        env.seal()
    except EnvValidationError as fault:
        named = fault.error_messages if isinstance(fault.error_messages, dict) else {}
        raise SettingsError(" ".join(f"{name} {why[0]}" for name, why in named.items())) from fault
    return settings


def _zone(value: str) -> str:
    zones = {name.casefold(): name for name in available_timezones()}
    if not value.strip():
        return DEFAULT_ZONE
    if value.strip().casefold() not in zones:
        raise EnvError(f"is “{value}”, which is no time zone; name one such as Asia/Seoul or UTC.")
    return zones[value.strip().casefold()]


def _port(value: str) -> int:
    port = value.strip() or DEFAULT_PORT
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise EnvError(f"is “{value}”, which is no port; give a number from 1 to 65535.")
    return int(port)


def _level(value: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    level = value.strip().upper() or DEFAULT_LEVEL
    if level not in levels:
        raise EnvError(f"is “{value}”, which is no log level; give one of {', '.join(levels)}.")
    return level
