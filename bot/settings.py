"""Read all settings from the environment and `.env`, and report every bad one."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, TypeVar
from zoneinfo import available_timezones

from bot.errors import SettingsError
from bot.model import Limits, SharedArticles
from bot.shards import ALL_SHARDS, Shards

LogFormat = Literal["text", "json"]
_Value = TypeVar("_Value")

# The example is in the folder of the package, so that `verbatim ask` works anywhere.
EXAMPLE_DESK = Path(__file__).resolve().parent.parent / "seeds"
EXAMPLE = EXAMPLE_DESK.parent / ".env.example"
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
    Without a `desk` nothing is shared but what the operator adds. `shared` says whether servers
    that have not chosen see the shared articles. `model` is the folder of another sentence model
    than that of the extra `semantic`.
    """

    token: str = field(repr=False)
    desk: Path | None
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
    shared: SharedArticles = "shown"

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
    try:
        _load_file(dotenv)
    except (OSError, ValueError) as error:
        raise SettingsError(f"The settings file {dotenv} cannot be read: {error}.") from error
    reader = _Reader()
    settings = Settings(
        token=reader.read("DISCORD_TOKEN", str.strip),
        desk=reader.read("VERBATIM_DESK", _folder),
        database=reader.read("VERBATIM_DATABASE", str.strip) or DEFAULT_DATABASE,
        timezone=reader.read("VERBATIM_TIMEZONE", _zone),
        demo_port=reader.read("VERBATIM_DEMO_PORT", _port) or DEFAULT_PORT,
        log_level=reader.read("VERBATIM_LOG_LEVEL", _level),
        log_format=reader.read("VERBATIM_LOG_FORMAT", _log_format),
        log_questions=reader.read("VERBATIM_LOG_QUESTIONS", _yes),
        health_port=reader.read("VERBATIM_HEALTH_PORT", _port),
        health_host=reader.read("VERBATIM_HEALTH_HOST", str.strip) or DEFAULT_HEALTH_HOST,
        limits=_limits(reader),
        fetch_allow=reader.read("VERBATIM_FETCH_ALLOW", _addresses),
        shards=reader.read("VERBATIM_SHARDS", _shards),
        semantic=reader.read("VERBATIM_SEMANTIC", _switch),
        model=reader.read("VERBATIM_MODEL", _folder),
        shared=reader.read("VERBATIM_SHARED", _shared),
    )
    if reader.faults:
        raise SettingsError(" ".join(reader.faults))
    return settings


def read_file(dotenv: Path) -> dict[str, str]:
    """Return what the settings file sets; nothing if there is none. Raises SettingsError."""
    from dotenv import dotenv_values

    try:
        _refuse_folder(dotenv)
        values = dotenv_values(dotenv) if dotenv.exists() else {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"The settings file {dotenv} cannot be read: {error}.") from error
    return {name: value for name, value in values.items() if value}


def write_file(dotenv: Path, values: Mapping[str, str]) -> None:
    """Set `values` in the settings file, which is made from the example if it is missing, and leave
    the others as they are. Nobody else can read it, or ever sees it half written.

    Raises SettingsError.
    """
    import tempfile  # no other command writes

    from dotenv import set_key

    model = dotenv if dotenv.exists() else EXAMPLE
    try:
        text = model.read_text("utf-8") if model.exists() else ""
        handle, name = tempfile.mkstemp(dir=dotenv.resolve().parent, prefix=".env-")
        os.close(handle)
        try:
            Path(name).write_text(text, "utf-8")
            for setting, value in values.items():
                # Bare where that is safe: docker's --env-file takes quotation marks as they are.
                quoting = "never" if re.fullmatch(r"[\w./:@%+-]*", value) else "always"
                set_key(name, setting, value, quote_mode=quoting)
            Path(name).replace(dotenv.resolve())
        finally:
            Path(name).unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise SettingsError(f"The settings file {dotenv} cannot be written: {error}.") from error


def _load_file(dotenv: Path) -> None:
    """Add what the file sets to the process environment."""
    _refuse_folder(dotenv)
    if dotenv.exists():
        from dotenv import load_dotenv  # often there is no file

        load_dotenv(dotenv)


def _refuse_folder(dotenv: Path) -> None:
    if dotenv.is_dir():
        raise ValueError("it is a folder")


class _Reader:
    """Reads settings from the process environment; `faults` are sentences on bad ones."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def read(self, name: str, parse: Callable[[str], _Value]) -> _Value:
        """Return a setting as parsed; for a bad one that which is parsed where nothing is set."""
        try:
            return parse(os.environ.get(name, ""))
        except ValueError as error:
            self.faults.append(f"{name} {error}")
            return parse("")


def _zone(value: str) -> str:
    zones = {name.casefold(): name for name in available_timezones()}
    if not value.strip():
        return DEFAULT_ZONE
    if value.strip().casefold() not in zones:
        raise ValueError(
            f"is “{value}”, which is not a time zone. Use one such as Asia/Seoul or UTC."
        )
    return zones[value.strip().casefold()]


def _port(value: str) -> int | None:
    port = value.strip()
    if not port:
        return None
    if not port.isdecimal() or len(port) > 5 or not 0 < int(port) < 65536:
        raise ValueError(f"is “{value}”, which is not a port. Use a number from 1 to 65535.")
    return int(port)


def _level(value: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    level = value.strip().upper() or DEFAULT_LEVEL
    if level not in levels:
        raise ValueError(f"is “{value}”, which is not a log level. Use one of {', '.join(levels)}.")
    return level


def _log_format(value: str) -> LogFormat:
    match value.strip().casefold() or DEFAULT_LOG_FORMAT:
        case "text" | "json" as log_format:
            return log_format
        case _:
            raise ValueError(f"is “{value}”, which is not a log format. Use text or json.")


def _yes(value: str) -> bool:
    answer = value.strip().casefold() or "no"
    if answer not in ("yes", "no"):
        raise ValueError(f"is “{value}”. Use yes or no.")
    return answer == "yes"


def _switch(value: str) -> bool:
    state = value.strip().casefold() or "on"
    if state not in ("on", "off"):
        raise ValueError(f"is “{value}”. Use on or off.")
    return state == "on"


def _shared(value: str) -> SharedArticles:
    match value.strip().casefold() or "shown":
        case "shown" | "hidden" as shared:
            return shared
        case _:
            raise ValueError(f"is “{value}”. Use shown or hidden.")


def _folder(value: str) -> Path | None:
    return Path(value.strip()).expanduser() if value.strip() else None


def _limits(reader: _Reader) -> Limits:
    limits = {
        limit: reader.read(name, partial(_limit, minimum=minimum, maximum=maximum))
        for name, (limit, minimum, maximum) in LIMITS.items()
    }
    return Limits(**{limit: value for limit, value in limits.items() if value is not None})


def _limit(value: str, *, minimum: int, maximum: int) -> int | None:
    number = value.strip().replace("_", "")
    if not number:
        return None
    is_number = number.isdecimal() and len(number) <= len(str(maximum))
    if not is_number or not minimum <= int(number) <= maximum:
        raise ValueError(f"is “{value}”. Use a whole number from {minimum} to {maximum}.")
    return int(number)


def _addresses(value: str) -> tuple[str, ...]:
    addresses = [address.strip() for address in value.split(",") if address.strip()]
    for address in addresses:
        if not _is_address(address):
            raise ValueError(
                f"names “{address}”, which is not an address. Use addresses such as 10.0.0.5, "
                "10.1.0.0/16 or 127.0.0.1:8099, separated by commas."
            )
    return tuple(addresses)


def _shards(value: str) -> Shards:
    return Shards.parse(value) if value.strip() else ALL_SHARDS


def _is_address(text: str) -> bool:
    """Whether `text` is an IP address or a network, with a port ("[::1]:8099") or without."""
    with_port = re.fullmatch(r"([\d./]+|\[[^\]]+\]):(\d{1,5})", text)
    try:
        ip_network(with_port[1].strip("[]") if with_port else text, strict=False)
    except ValueError:
        return False
    return with_port is None or 0 < int(with_port[2]) < 65536
