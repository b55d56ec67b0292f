"""The files in deploy/ fit the project. No image is built: that needs an engine.

What the Dockerfile copies is put into an empty folder and run there; the health check of the image
asks a real health page; systemd itself reads the unit.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tomllib
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.ops.health import Health
from bot.ops.metrics import Metrics
from bot.ops.page import HealthPage
from bot.store.engine.database import Address
from tests.support.environment import SETTING_NAMES

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def instructions() -> Sequence[tuple[str, str]]:
    """Each instruction of the Dockerfile with its arguments, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def arguments(instruction: str) -> Sequence[str]:
    return [rest for name, rest in instructions() if name == instruction]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the Dockerfile copies out of what its ignore file leaves."""
    folder = tmp_path_factory.mktemp("image")
    ignore_file = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line[1:] for line in ignore_file if line.startswith("!")}
    for line in arguments("COPY"):
        *sources, target = line.split()
        assert sent >= set(sources)
        for source in sources:
            if (ROOT / source).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, folder / target, ignore=ignored)
            else:
                shutil.copy(ROOT / source, folder / target)
    return folder


def test_what_the_image_holds_is_enough_to_answer(image: Path) -> None:
    # -P and the path: the package of this folder, not the one that is installed.
    command = [sys.executable, "-P", "-m", "bot", "ask", "--json", "Who is Lee Jae-myung?"]
    environment = {"PYTHONPATH": str(image), "VERBATIM_SEMANTIC": "off"}
    result = subprocess.run(command, cwd=image, env=environment, capture_output=True, check=True)
    assert json.loads(result.stdout)["quotes"]


def test_the_image_installs_extras_and_starts_a_command_that_there_are() -> None:
    (install,) = (line for line in arguments("RUN") if line.startswith("pip install"))
    assert "-c constraints.txt" in install
    extras = re.findall(r"\[(.*)\]", install)[0].split(",")
    assert set(extras) <= set(PROJECT["optional-dependencies"])
    program, *words = json.loads(arguments("CMD")[0])
    assert program in PROJECT["scripts"]
    assert words == ["run"]
    oldest = tuple(map(int, re.findall(r"\d+", PROJECT["requires-python"])))
    assert tuple(map(int, re.findall(r"\d+", arguments("FROM")[0]))) >= oldest


async def test_the_health_check_of_the_image_asks_the_health_page() -> None:
    program, *command = json.loads(arguments("HEALTHCHECK")[0].partition("CMD ")[2])
    (variables,) = arguments("ENV")
    assert program == "python"
    assert "VERBATIM_HEALTH_PORT=8080" in variables.split()
    async with HealthPage(Metrics(), _never_asked).serve("127.0.0.1", 0) as address:
        code = command[1].replace("http://127.0.0.1:8080", address)
        assert code != command[1]
        assert await _exit_code("-c", code) == 0
    assert await _exit_code("-c", code) == 1


async def _exit_code(*words: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stderr=DEVNULL)
    return await process.wait()


async def _never_asked() -> Health:
    raise AssertionError("the check is to ask whether the process lives")


def test_compose_starts_the_bot_on_its_postgresql() -> None:
    compose: Mapping[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_bytes())
    bot, database = compose["services"]["bot"], compose["services"]["database"]
    assert (DEPLOY / bot["build"]["context"]).resolve() == ROOT
    assert (ROOT / bot["build"]["dockerfile"]).is_file()
    assert set(bot["environment"]) <= set(SETTING_NAMES)
    assert bot["environment"]["VERBATIM_HEALTH_PORT"] == "8080"
    url = re.sub(
        r"\$\{POSTGRES_PASSWORD:[^}]*\}", "secret", bot["environment"]["VERBATIM_DATABASE"]
    )
    address = Address.parse(url).url
    login = (address.host, address.username, address.password, address.database)
    server = database["environment"]
    assert login == ("database", server["POSTGRES_USER"], "secret", server["POSTGRES_DB"])
    assert bot["depends_on"]["database"]["condition"] == "service_healthy"
    assert database["healthcheck"]["test"][0] == "CMD-SHELL"
    volumes = (volume.partition(":")[::2] for volume in (*bot["volumes"], *database["volumes"]))
    folders = dict(volumes)
    assert set(folders) == set(compose["volumes"])
    assert folders["data"] == arguments("VOLUME")[0]


def test_the_unit_starts_the_command_where_the_guide_installs_it(tmp_path: Path) -> None:
    unit = (DEPLOY / "verbatim.service").read_text(encoding="utf-8")
    program = "/opt/verbatim/.venv/bin/verbatim"
    assert f"ExecStart={program} run\n" in unit
    if not (verify := shutil.which("systemd-analyze")):
        pytest.skip("systemd is not installed here")
    installed = tmp_path / "verbatim.service"  # of a program that there is here
    installed.write_text(unit.replace(program, sys.executable).replace("User=verbatim\n", ""))
    result = subprocess.run([verify, "verify", installed], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
