"""The house keeps its shape: imports point one way, and each library has its room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"

# From the door to the cellar. A room imports from rooms further down and from its own row.
ROWS = (
    ("__main__",),
    ("cli",),
    ("demo", "terminal", "contract"),
    ("app",),
    ("chat",),
    ("gathering", "schedule", "operating", "charts"),
    ("library",),
    ("briefing",),
    ("search", "reading", "store"),
    ("text",),
    ("model", "errors", "settings", "shards"),
    ("language",),
)
LEVEL = {room: level for level, row in enumerate(ROWS) for room in row}
# Rooms of one row that do not know each other.
STRANGERS = (
    {"search", "reading"},
    {"search", "store"},
    {"reading", "store"},
    {"library", "schedule"},
    {"gathering", "schedule"},
    {"gathering", "operating"},
    {"schedule", "operating"},
    {"charts", "gathering"},
    {"charts", "schedule"},
    {"charts", "operating"},
)
# In the largest room commands show pages, and pages are made of parts.
ABOVE = {"bot.chat.pages": "bot.chat.commands", "bot.chat.parts": "bot.chat.pages"}
# What a library is for is done in one place.
HOMES = {
    "discord": ("chat", "demo"),
    "simcord": ("demo",),
    "sqlalchemy": ("store",),
    "alembic": ("store",),
    "click": ("cli",),
    "rich": ("cli", "terminal"),
    "environs": ("settings",),
    "rank_bm25": (),
    "cronsim": ("schedule",),
    "Stemmer": ("text",),
    "sentencex": ("text",),
    "wordfreq": ("text",),
    "aiohttp": ("reading", "operating", "chat"),  # chat knows its faults only
    "yarl": ("reading",),
    "protego": ("reading",),
    "trafilatura": ("reading",),
    "feedparser": ("reading",),
    "lxml": ("reading",),
    "markdown_it": ("reading",),
    "pebble": ("reading",),
    "babel": ("language",),
    "matplotlib": ("charts",),
    "prometheus_client": ("operating",),
    "pythonjsonlogger": ("operating",),
}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "base", "common"}

MODULES = sorted(BOT.rglob("*.py"))


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


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(BOT)))
def test_imports_point_one_way(module: Path) -> None:
    here = room(module)
    if here == "__init__":
        return
    for name in imported(module):
        if not name.startswith("bot."):
            continue
        there = name.split(".")[1]
        assert LEVEL[there] >= LEVEL[here], f"{here} imports {there}, which stands above it"
        assert {here, there} not in STRANGERS, f"{here} imports {there}"


def test_pages_know_no_commands_and_parts_no_pages() -> None:
    for place, above in ABOVE.items():
        for module in sorted((BOT.parent / place.replace(".", "/")).glob("*.py")):
            for name in imported(module):
                assert not name.startswith((above, "bot.chat.commands")), f"{module.name}: {name}"


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
