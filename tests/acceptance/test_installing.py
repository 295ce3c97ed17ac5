"""Installing as people do: the wheel in an environment of its own, beside others, on every Python, at lower bounds."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.faults.lab import only_in_long_runs, scaled

ROOT = Path(__file__).parents[2]
NAMES = {"bevaka", "monitor", "storage", "notifiers"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")[scaled(3, 0) :]
"""The newest; `make long-runs` tries the others as well, the oldest of which runs all other tests."""
UV = Path(sys.executable).with_name("uv")


def clean_environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what would steer the program or another Python."""
    steering = ("BEVAKA_", "PYTHON", "VIRTUAL_", "COV")
    return {name: value for name, value in os.environ.items() if not name.startswith(steering)} | dict(settings or {})


def run(*command: str | Path, cwd: Path, code: int = 0, settings: Mapping[str, str] | None = None) -> str:
    """Run a program; return what it said, on both streams."""
    arguments = [str(part) for part in command]
    done = subprocess.run(
        arguments, cwd=cwd, env=clean_environment(settings), check=False, capture_output=True, text=True
    )
    assert done.returncode == code, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what the repository holds: nothing that lies about beside it."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for file in run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines():
        if (ROOT / file).is_file():
            (source / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, source / file)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", out)
    run(sys.executable, "-m", "pip", "wheel", *options, source, cwd=source)
    [built] = out.glob("*.whl")
    return built


@cache
def has_index() -> bool:
    """True if a package index is reached; the tests that install dependencies skip without one."""
    command = [str(UV), "pip", "compile", "--quiet", "--no-cache", "-"]
    done = subprocess.run(command, input="idna", check=False, capture_output=True, text=True, cwd=ROOT)
    return done.returncode == 0


@pytest.fixture
def index() -> None:
    if not has_index():
        pytest.skip("no package index is reached from here")


def test_the_wheel_has_our_four_names_and_what_they_need(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        files = archive.namelist()
        metadata = next(name for name in files if name.endswith(".dist-info/METADATA"))
        described = archive.read(metadata).decode()
        sample = archive.read("bevaka/sample_schedule.yaml")
    assert {name.partition("/")[0] for name in files if ".dist-info/" not in name} == NAMES
    assert {f"{name}/py.typed" for name in NAMES} <= set(files)
    tracked = run("git", "ls-files", *NAMES, cwd=ROOT).splitlines()
    assert set(tracked) <= set(files), "every file of ours is in it: templates, words, migrations"
    assert sample == (ROOT / "schedule.yaml").read_bytes()
    assert "Classifier: Typing :: Typed" in described
    assert f"Version: {version()}\n" in described


def version() -> str:
    found = re.search(r'__version__ = "([\d.]+)"', (ROOT / "bevaka" / "__init__.py").read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def test_the_changelog_has_a_section_for_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(version())} – \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)


def environment_with(wheel: Path, folder: Path, *more: str, python: str = sys.executable) -> Path:
    """Make an environment with the wheel and its locked dependencies; return its folder of programs."""
    run(UV, "venv", "--quiet", "--python", python, folder / "venv", cwd=folder)
    into = ("--quiet", "--python", folder / "venv" / "bin" / "python")
    run(UV, "pip", "install", *into, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=folder)
    run(UV, "pip", "install", *into, "--no-deps", wheel, cwd=folder)
    if more:
        run(UV, "pip", "install", *into, *more, cwd=folder)
    return folder / "venv" / "bin"


def goes_through_its_paces(programs: Path, folder: Path, *, seconds: float) -> None:
    """`init`, `demo`, `check` and `run` in an empty folder, with the installed program alone."""
    bevaka = programs / "bevaka"
    assert "schedule.yaml: written" in run(bevaka, "init", cwd=folder)
    assert "is there already" in run(bevaka, "init", cwd=folder, code=2)
    said = run(bevaka, "demo", cwd=folder)
    assert f"    {bevaka.relative_to(folder)} verify" in said
    demo = {"BEVAKA_DATABASE": "sqlite:///demo-output/bevaka.db", "BEVAKA_SCHEDULE": "demo-output/schedule.yaml"}
    assert "all as they were kept" in run(bevaka, "verify", cwd=folder, settings=demo)
    listed = run(programs / "python", "-m", "bevaka", "watch", "list", "--json", cwd=folder, settings=demo)
    assert len(listed.splitlines()) == 3
    run(bevaka, "check", cwd=folder, code=3)  # nothing out there is reached from a test
    environment = clean_environment({"BEVAKA_WEB_BIND": "127.0.0.1:0"})
    process = subprocess.Popen(
        [str(bevaka), "run"],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(seconds)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=30)
    assert process.returncode == 0, log
    assert "  error  " not in log, log


@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_the_wheel_works_in_an_empty_environment_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    goes_through_its_paces(environment_with(wheel, tmp_path), tmp_path, seconds=scaled(5, 15))


@only_in_long_runs
@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_nothing_of_others_breaks_beside_it(wheel: Path, tmp_path: Path) -> None:
    """python-daemon brings a package `daemon`, web.py one called `web`: names that Bevaka once took."""
    programs = environment_with(wheel, tmp_path, "python-daemon", "web.py")
    code = "import daemon, web; print(daemon.DaemonContext.__module__, web.application.__module__)"
    assert run(programs / "python", "-c", code, cwd=tmp_path).split() == ["daemon.daemon", "web.application"]
    [packages] = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    ours = {line.split(",")[0] for line in next(packages.glob("bevaka-*.dist-info/RECORD")).read_text().splitlines()}
    theirs = {
        line.split(",")[0]
        for record in packages.glob("*.dist-info/RECORD")
        if not record.parent.name.startswith("bevaka-")
        for line in record.read_text().splitlines()
    }
    assert not ours & theirs
    assert "bevaka, version" in run(programs / "bevaka", "--version", cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("tool", [("uv", "tool", "install"), ("pipx", "install")], ids=lambda tool: tool[0])
def test_it_is_a_tool_of_uv_and_of_pipx(wheel: Path, tmp_path: Path, tool: tuple[str, ...]) -> None:
    program = shutil.which(tool[0]) or str(Path(sys.executable).with_name(tool[0]))
    if not Path(program).exists():
        pytest.skip(f"{tool[0]} is not on this machine")
    homes = {name: str(tmp_path / name) for name in ("UV_TOOL_DIR", "UV_TOOL_BIN_DIR", "PIPX_HOME", "PIPX_BIN_DIR")}
    run(program, *tool[1:], wheel, cwd=tmp_path, settings=homes)
    folder = "UV_TOOL_BIN_DIR" if tool[0] == "uv" else "PIPX_BIN_DIR"
    assert f"bevaka, version {version()}" in run(tmp_path / folder / "bevaka", "--version", cwd=tmp_path)


def python_of(wanted: str) -> str | None:
    """Find a Python of this version on the PATH, or among pyenv's."""
    places = [shutil.which(f"python{wanted}"), *map(str, Path.home().glob(f".pyenv/versions/{wanted}.*/bin/python"))]
    for place in filter(None, places):
        done = subprocess.run([place, "--version"], check=False, capture_output=True, text=True)
        if done.stdout.startswith(f"Python {wanted}."):
            return place
    return None


@pytest.mark.slow
@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("wanted", PYTHONS)
def test_it_works_on_every_python_that_is_here(wheel: Path, tmp_path: Path, wanted: str) -> None:
    python = python_of(wanted)
    if python is None:
        pytest.skip(f"Python {wanted} is not on this machine")
    goes_through_its_paces(environment_with(wheel, tmp_path, python=python), tmp_path, seconds=5)


@only_in_long_runs
@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_it_works_with_the_lowest_versions_that_it_allows(wheel: Path, tmp_path: Path) -> None:
    run(UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    into = ("--quiet", "--python", tmp_path / "venv" / "bin" / "python")
    lowest = ("--resolution", "lowest-direct", "-r", ROOT / "pyproject.toml")
    run(UV, "pip", "install", *into, *lowest, cwd=tmp_path)
    run(UV, "pip", "install", *into, "--no-deps", wheel, cwd=tmp_path)
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    listed = run(UV, "pip", "list", "--python", tmp_path / "venv" / "bin" / "python", "--format", "json", cwd=tmp_path)
    versions = {row["name"]: row["version"] for row in json.loads(listed.partition("\n")[0])}
    bounds = {match[1]: match[2] for entry in asked if (match := re.match(r"([\w-]+)>=([\d.]+)", entry))}
    too_high = {name: versions[name] for name, low in bounds.items() if not versions[name].startswith(low)}
    assert not too_high, "a lower bound that nobody can install is none"
    goes_through_its_paces(tmp_path / "venv" / "bin", tmp_path, seconds=5)
