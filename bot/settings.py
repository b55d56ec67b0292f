"""Read all settings from the environment and `.env`, and report every bad one."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import available_timezones

from environs import Env, EnvError, EnvValidationError

from bot.errors import SettingsError
from bot.model import Limits
from bot.shards import ALL_SHARDS, Shards

LogFormat = Literal["text", "json"]

# The default desk is in the folder of the package, so that `verbatim ask` works anywhere.
DEFAULT_DESK = Path(__file__).resolve().parent.parent / "seeds"
DEFAULT_DATABASE = "data/verbatim.sqlite3"
DEFAULT_ZONE = "UTC"
DEFAULT_PORT = 8765
DEFAULT_LEVEL = "INFO"
DEFAULT_LOG_FORMAT = "text"
DEFAULT_HEALTH_HOST = "127.0.0.1"
# Where the index is saved if the database is not a file.
SAVED_INDEX = Path("data/verbatim.index")

# The setting of each limit, with its minimum and maximum.
LIMITS = {
    "VERBATIM_MAX_ARTICLES": ("articles", 0, 1_000_000),
    "VERBATIM_MAX_FEEDS": ("feeds", 0, 10_000),
    "VERBATIM_MAX_SERVER_MB": ("server_megabytes", 1, 10_000),
    "VERBATIM_MAX_PAGE_BYTES": ("page_bytes", 10_000, 100_000_000),
    "VERBATIM_POLL_MINUTES": ("poll_minutes", 1, 10_080),
    "VERBATIM_KEEP_DAYS": ("keep_days", 0, 36_500),
    "VERBATIM_GRACE_DAYS": ("grace_days", 0, 36_500),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. `token` is left out of `repr`, and so out of every log.

    `fetch_allow` are addresses and networks that may be fetched from although they are not public,
    each for one port or for the ports of the web. Without a `health_port` there is no health page.
    `model` is the folder of another sentence model than that of the extra `semantic`.
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
    semantic: bool
    model: Path | None

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None for another database."""
        scheme, separator, path = self.database.partition("://")
        if not separator:
            return Path(self.database).expanduser()
        if not scheme.startswith("sqlite"):
            return None
        return Path(path.removeprefix("/").partition("?")[0]).expanduser()

    @property
    def saved_index(self) -> Path:
        """Where the index is saved: next to the database if that is a file."""
        file = self.database_file
        return Path(f"{file}.index") if file else SAVED_INDEX


def read_settings(dotenv: Path = Path(".env")) -> Settings:
    """Read the process environment, and the file `dotenv` for what is not set there.

    A name that is set but empty counts as not set. Raises SettingsError with a sentence for each
    bad setting.
    """
    env = Env(eager=False)
    for parser in (
        _zone,
        _port,
        _level,
        _log_format,
        _yes,
        _limit,
        _addresses,
        _shards,
        _switch,
        _folder,
    ):
        env.add_parser(parser.__name__.strip("_"), parser)
    try:
        env.read_env(dotenv, recurse=False)
    except (OSError, ValueError) as error:
        raise SettingsError(f"The settings file {dotenv} cannot be read: {error}.") from error

    settings = Settings(
        token=env.str("DISCORD_TOKEN", "").strip(),
        desk=Path(env.str("VERBATIM_DESK", "").strip() or DEFAULT_DESK),
        database=env.str("VERBATIM_DATABASE", "").strip() or DEFAULT_DATABASE,
        timezone=env.zone("VERBATIM_TIMEZONE", DEFAULT_ZONE),
        demo_port=env.port("VERBATIM_DEMO_PORT", "", default_port=DEFAULT_PORT),
        log_level=env.level("VERBATIM_LOG_LEVEL", DEFAULT_LEVEL),
        log_format=env.log_format("VERBATIM_LOG_FORMAT", DEFAULT_LOG_FORMAT),
        log_questions=env.yes("VERBATIM_LOG_QUESTIONS", ""),
        health_port=env.port("VERBATIM_HEALTH_PORT", "", default_port=None),
        health_host=env.str("VERBATIM_HEALTH_HOST", "").strip() or DEFAULT_HEALTH_HOST,
        limits=_limits(env),
        fetch_allow=env.addresses("VERBATIM_FETCH_ALLOW", ""),
        shards=env.shards("VERBATIM_SHARDS", ""),
        semantic=env.switch("VERBATIM_SEMANTIC", ""),
        model=env.folder("VERBATIM_MODEL", ""),
    )
    try:
        env.seal()
    except EnvValidationError as error:
        messages = error.error_messages if isinstance(error.error_messages, dict) else {}
        sentences = (f"{name} {reasons[0]}" for name, reasons in messages.items())
        raise SettingsError(" ".join(sentences)) from error
    return settings


def _zone(value: str) -> str:
    zones = {name.casefold(): name for name in available_timezones()}
    if not value.strip():
        return DEFAULT_ZONE
    if value.strip().casefold() not in zones:
        raise EnvError(f"is “{value}”, which is no time zone; name one such as Asia/Seoul or UTC.")
    return zones[value.strip().casefold()]


def _port(value: str, *, default_port: int | None) -> int | None:
    port = value.strip()
    if not port:
        return default_port
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


def _switch(value: str) -> bool:
    state = value.strip().casefold() or "on"
    if state not in ("on", "off"):
        raise EnvError(f"is “{value}”; give on or off.")
    return state == "on"


def _folder(value: str) -> Path | None:
    return Path(value.strip()).expanduser() if value.strip() else None


def _limits(env: Env) -> Limits:
    defaults = Limits()
    return Limits(
        **{
            limit: env.limit(
                name, "", default_limit=getattr(defaults, limit), minimum=minimum, maximum=maximum
            )
            for name, (limit, minimum, maximum) in LIMITS.items()
        }
    )


def _limit(value: str, *, default_limit: int, minimum: int, maximum: int) -> int:
    number = value.strip().replace("_", "")
    if not number:
        return default_limit
    is_number = number.isdecimal() and len(number) <= len(str(maximum))
    if not is_number or not minimum <= int(number) <= maximum:
        raise EnvError(f"is “{value}”; give a whole number from {minimum} to {maximum}.")
    return int(number)


def _addresses(value: str) -> tuple[str, ...]:
    addresses = [address.strip() for address in value.split(",") if address.strip()]
    for address in addresses:
        if not _is_address(address):
            raise EnvError(
                f"names “{address}”, which is no address; give addresses such as 10.0.0.5, "
                "10.1.0.0/16 or 127.0.0.1:8099, with commas between them."
            )
    return tuple(addresses)


def _shards(value: str) -> Shards:
    try:
        return Shards.parse(value) if value.strip() else ALL_SHARDS
    except ValueError as error:
        raise EnvError(str(error)) from error


def _is_address(text: str) -> bool:
    """Whether `text` is an IP address or a network, with a port ("[::1]:8099") or without."""
    with_port = re.fullmatch(r"([\d./]+|\[[^\]]+\]):(\d{1,5})", text)
    try:
        ip_network(with_port[1].strip("[]") if with_port else text, strict=False)
    except ValueError:
        return False
    return with_port is None or 0 < int(with_port[2]) < 65536
