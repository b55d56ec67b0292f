"""The settings, read once from the environment and `.env`; every bad one is named at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import available_timezones

from environs import Env, EnvError, EnvValidationError

from bot.errors import SettingsError
from bot.model import Limits
from bot.shards import WHOLE, Shards

LogFormat = Literal["text", "json"]

# The default desk stands beside the package, so that `verbatim ask` works from any folder.
DEFAULT_DESK = Path(__file__).resolve().parent.parent / "seeds"
DEFAULT_DATABASE = "data/verbatim.sqlite3"
DEFAULT_ZONE = "UTC"
DEFAULT_PORT = 8765
DEFAULT_LEVEL = "INFO"
DEFAULT_LOG_FORMAT = "text"
DEFAULT_HEALTH_HOST = "127.0.0.1"
# Where the index is saved that goes with a database that is no file.
SAVED_INDEX = Path("data/verbatim.index")

# What sets each limit, and the least and the most that it may be.
LIMITS = {
    "VERBATIM_MAX_ARTICLES": ("articles", 0, 1_000_000),
    "VERBATIM_MAX_FEEDS": ("feeds", 0, 10_000),
    "VERBATIM_MAX_PAGE_BYTES": ("page_bytes", 10_000, 100_000_000),
    "VERBATIM_POLL_MINUTES": ("poll_minutes", 1, 10_080),
    "VERBATIM_KEEP_DAYS": ("keep_days", 0, 36_500),
    "VERBATIM_GRACE_DAYS": ("grace_days", 0, 36_500),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. `token` is kept out of `repr`, and so out of every log.

    `fetch_allow` are addresses and networks that may be fetched from although they are not public,
    each with a port or for those of the web. Without a `health_port` there is no health page.
    """

    token: str = field(repr=False)
    desk: Path
    database: str
    timezone: str
    demo_port: int
    log_level: str
    log_format: LogFormat
    log_questions: bool
    health_port: int | None
    health_host: str
    limits: Limits
    fetch_allow: tuple[str, ...]
    shards: Shards

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None for another, which is no file."""
        scheme, is_address, place = self.database.partition("://")
        if not is_address:
            return Path(self.database).expanduser()
        if not scheme.startswith("sqlite"):
            return None
        return Path(place.removeprefix("/").partition("?")[0]).expanduser()

    @property
    def saved_index(self) -> Path:
        """Where the index is saved, beside the database if that is a file."""
        file = self.database_file
        return Path(f"{file}.index") if file else SAVED_INDEX


def read_settings(dotenv: Path = Path(".env")) -> Settings:
    """The settings of the process environment, and of the file `dotenv` for what that leaves out.

    A name that is set but empty counts as not set. Raises SettingsError with a sentence for each
    bad setting.
    """
    env = Env(eager=False)
    for parser in (_zone, _port, _level, _log_format, _yes, _limit, _addresses, _shards):
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
        demo_port=env.port("VERBATIM_DEMO_PORT", "", standard=DEFAULT_PORT),
        log_level=env.level("VERBATIM_LOG_LEVEL", DEFAULT_LEVEL),
        log_format=env.log_format("VERBATIM_LOG_FORMAT", DEFAULT_LOG_FORMAT),
        log_questions=env.yes("VERBATIM_LOG_QUESTIONS", ""),
        health_port=env.port("VERBATIM_HEALTH_PORT", "", standard=None),
        health_host=env.str("VERBATIM_HEALTH_HOST", "").strip() or DEFAULT_HEALTH_HOST,
        limits=_limits(env),
        fetch_allow=env.addresses("VERBATIM_FETCH_ALLOW", ""),
        shards=env.shards("VERBATIM_SHARDS", ""),
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


def _port(value: str, *, standard: int | None) -> int | None:
    port = value.strip()
    if not port:
        return standard
    if not port.isdecimal() or len(port) > 5 or not 0 < int(port) < 65536:
        raise EnvError(f"is “{value}”, which is no port; give a number from 1 to 65535.")
    return int(port)


def _level(value: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    level = value.strip().upper() or DEFAULT_LEVEL
    if level not in levels:
        raise EnvError(f"is “{value}”, which is no log level; give one of {', '.join(levels)}.")
    return level


def _log_format(value: str) -> str:
    log_format = value.strip().casefold() or DEFAULT_LOG_FORMAT
    if log_format not in get_args(LogFormat):
        raise EnvError(f"is “{value}”, which is no format of the log; give text or json.")
    return log_format


def _yes(value: str) -> bool:
    answer = value.strip().casefold() or "no"
    if answer not in ("yes", "no"):
        raise EnvError(f"is “{value}”; give yes or no.")
    return answer == "yes"


def _limits(env: Env) -> Limits:
    standard = Limits()
    return Limits(
        **{
            limit: env.limit(name, "", standard=getattr(standard, limit), least=least, most=most)
            for name, (limit, least, most) in LIMITS.items()
        }
    )


def _limit(value: str, *, standard: int, least: int, most: int) -> int:
    number = value.strip().replace("_", "")
    if not number:
        return standard
    if not number.isdecimal() or len(number) > len(str(most)) or not least <= int(number) <= most:
        raise EnvError(f"is “{value}”; give a whole number from {least} to {most}.")
    return int(number)


def _addresses(value: str) -> tuple[str, ...]:
    given = [address.strip() for address in value.split(",") if address.strip()]
    for address in given:
        if not _is_address(address):
            raise EnvError(
                f"names “{address}”, which is no address; give addresses such as 10.0.0.5, "
                "10.1.0.0/16 or 127.0.0.1:8099, with commas between them."
            )
    return tuple(given)


def _shards(value: str) -> Shards:
    try:
        return Shards.parse(value) if value.strip() else WHOLE
    except ValueError as fault:
        raise EnvError(str(fault)) from fault


def _is_address(text: str) -> bool:
    """Whether `text` is an IP address or a network, with a port ("[::1]:8099") or without."""
    with_port = re.fullmatch(r"([\d./]+|\[[^\]]+\]):(\d{1,5})", text)
    try:
        ip_network(with_port[1].strip("[]") if with_port else text, strict=False)
    except ValueError:
        return False
    return with_port is None or 0 < int(with_port[2]) < 65536
