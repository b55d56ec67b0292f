"""The layers of the code: imports point one way, and each library is used in one place."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"

# From the top floor down. A package or module imports from lower floors only, never from its own.
FLOORS = {
    "bot": (
        ("__main__",),
        ("cli",),
        ("demo",),
        ("app",),
        ("chat",),
        ("ingest", "ops", "schedule", "charts"),
        ("library",),
        ("briefing",),
        ("search", "reading", "store"),
        ("semantic", "text", "settings"),
        ("errors", "interpreter", "shards", "threads", "turns", "workers"),
        ("model", "language"),
    ),
    "bot.chat": (
        ("session",),
        ("client",),
        ("registry", "talk"),
        ("guide",),
        ("library", "posts", "server"),
        ("answers",),
        ("interaction",),
        ("components", "translator"),
    ),
    "bot.briefing": (
        ("claims", "follow_up", "speech", "subjects"),
        ("reading_once",),
        ("ask",),
        ("digest", "verify"),
        ("facts", "gate", "quoting", "topics"),
        ("wholeness",),
    ),
    "bot.reading": (
        ("sandbox", "web"),
        ("worker",),
        ("feeds", "files", "desk"),
        ("plain_text",),
        ("markdown",),
        ("html", "pdf", "front_matter", "template_tags"),
        ("pages",),
        ("decoding",),
    ),
    "bot.store": (
        ("store",),
        ("servers",),
        ("library",),
        ("delivery",),
        ("engine", "migrations"),
        ("schema",),
    ),
    "bot.ingest": (
        ("ingester",),
        ("feed_lists",),
        ("polling",),
        ("feed_entries", "rechecks"),
        ("page_loader", "background"),
    ),
    "bot.library": (
        ("writer",),
        ("change_notices", "sources"),
        ("library",),
        ("shelf",),
        ("view",),
        ("story_versions",),
        ("deduplication", "speech_file", "text_size"),
    ),
    "bot.ops": (("journal", "page"), ("metrics",), ("checks", "health", "logs")),
    "bot.language": (("formats",), ("translation",), ("particles",)),
    "bot.schedule": (
        ("delivery",),
        ("brief", "composing", "enqueueing", "sending", "upcoming"),
        ("busy_channels", "poster", "times"),
    ),
}
# What a library is for is done in one place.
HOMES = {
    "discord": ("chat", "demo"),
    "simcord": ("demo",),
    "sqlalchemy": ("store",),
    "alembic": ("store",),
    "click": ("cli",),
    "rich": ("cli",),
    "dotenv": ("settings",),
    "rank_bm25": ("search",),
    "onnxruntime": ("semantic",),
    "tokenizers": ("semantic",),
    "cronsim": ("schedule",),
    "Stemmer": ("text",),
    "sentencex": ("text",),
    "wordfreq": ("text",),
    "msgpack": ("text",),
    "aiohttp": ("reading", "ops", "chat"),  # chat knows its faults only
    "yarl": ("reading",),
    "protego": ("reading",),
    "trafilatura": ("reading",),
    "htmldate": ("reading",),
    "feedparser": ("reading",),
    "lxml": ("reading",),
    "markdown_it": ("reading",),
    "pypdfium2": ("reading",),
    "babel": ("language",),
    "matplotlib": ("charts",),
    "prometheus_client": ("ops",),
    "pythonjsonlogger": ("ops",),
}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "base", "common"}

TESTS = sorted((ROOT / "tests").rglob("*.py"))
MODULES = sorted(BOT.rglob("*.py"))
PACKAGES = sorted(
    ".".join(init.parent.relative_to(ROOT).parts) for init in BOT.rglob("__init__.py")
)


def room(module: Path) -> str:
    first = module.relative_to(BOT).parts[0]
    return first.removesuffix(".py")


def imported(module: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it they stand."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module.name} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def children(package: str) -> dict[str, list[Path]]:
    """The modules of each child of a package, by the child's name."""
    folder = ROOT / package.replace(".", "/")
    modules = defaultdict(list)
    for module in folder.rglob("*.py"):
        first = module.relative_to(folder).parts[0].removesuffix(".py")
        if first != "__init__":
            modules[first].append(module)
    return modules


def arrows(package: str) -> dict[str, set[str]]:
    """For each child of a package those of its siblings that it imports."""
    modules, prefix = children(package), f"{package}."
    return {
        child: {
            sibling
            for module in modules[child]
            for name in imported(module)
            if name.startswith(prefix)
            and (sibling := name.removeprefix(prefix).split(".")[0]) in modules
            and sibling != child
        }
        for child in modules
    }


@pytest.mark.parametrize("package", FLOORS)
def test_imports_point_down(package: str) -> None:
    floor = {child: number for number, row in enumerate(FLOORS[package]) for child in row}
    assert set(floor) == set(children(package))
    back_up = [
        f"{child} imports {sibling}"
        for child, siblings in arrows(package).items()
        for sibling in siblings
        if floor[sibling] <= floor[child]
    ]
    assert not back_up


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_never_come_back(package: str) -> None:
    TopologicalSorter(arrows(package)).prepare()  # raises CycleError


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(BOT)))
def test_each_library_has_its_room(module: Path) -> None:
    for name in imported(module):
        library = name.split(".")[0]
        assert room(module) in HOMES.get(library, (room(module),)), f"{library} in {module.name}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(BOT)))
def test_a_module_says_in_its_first_line_what_it_is_for(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(tree)
    assert docstring, "no docstring"
    assert docstring.splitlines()[0].endswith((".", ":")), docstring.splitlines()[0]


def test_no_test_file_imports_from_another() -> None:
    """What tests share lies in `tests/support`."""
    for module in TESTS:
        shared = [name for name in imported(module) if re.match(r"tests\.(\w+\.)*test_", name)]
        assert not shared, f"{module.relative_to(ROOT)} imports {shared}"


def test_no_room_has_a_name_that_says_nothing() -> None:
    assert not {module.stem for module in MODULES} & BANNED_NAMES


def test_nothing_tells_the_time_below_the_app() -> None:
    """`now` is passed in, so that every decision about time can be tested."""
    for module in MODULES:
        if room(module) in ("app", "demo"):
            continue
        text = module.read_text(encoding="utf-8")
        for clock in ("datetime.now(", "time.time(", "date.today(", "utcnow("):
            assert clock not in text, f"{module.relative_to(BOT)} reads the clock"


def test_nothing_waits_so_that_a_cancellation_may_be_lost() -> None:
    """asyncio.wait_for swallows one in Python 3.11 that comes when what it waits for is done; with
    asyncio.timeout it arrives."""
    texts = {module: module.read_text(encoding="utf-8") for module in MODULES}
    assert [module for module, text in texts.items() if "asyncio.wait_for(" in text] == []


def test_no_rule_names_one_of_the_seeds() -> None:
    """What reads a page or answers a question must not know which it is."""
    names = [file.stem for file in (ROOT / "seeds").glob("*.txt")]
    sites = ["daily8", "wez g", "asia times", "rthk", "chatham", "lee jae", "tesla"]
    data = [file for file in BOT.rglob("*") if file.suffix in (".py", ".toml", ".txt")]
    for file in data:
        if room(file) in ("chat", "demo", "cli"):  # their examples may name a subject
            continue
        text = file.read_text(encoding="utf-8").casefold()
        assert not [name for name in (*names, *sites) if name in text], file.name
