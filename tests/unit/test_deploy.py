"""The systemd unit, the image and the compose file are as restricted as they state."""

from __future__ import annotations

import fnmatch
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "bevaka.service"
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
COMPOSE = ROOT / "deploy" / "compose.yaml"
SECRET = ("DATABASE", "SMTP_URL", "SECRET_KEY", "PASSWORD")
LOOSEST = 15
"""The exposure that is allowed, in tenths of systemd's points; 100 is a service that may do anything."""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_finds_little_exposed() -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={LOOSEST}", str(UNIT)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_watchdog_is_on_and_a_stop_waits_for_the_mail_under_way() -> None:
    settings = dict(line.split("=", 1) for line in UNIT.read_text(encoding="utf-8").splitlines() if "=" in line)
    assert settings["Type"] == "notify"
    assert settings["Restart"] == "always"
    assert 30 < int(settings["WatchdogSec"]) <= 120
    assert int(settings["TimeoutStopSec"]) > 600


def test_what_the_service_writes_is_for_its_own_user_alone() -> None:
    settings = dict(line.split("=", 1) for line in UNIT.read_text(encoding="utf-8").splitlines() if "=" in line)
    assert settings["UMask"] == "0077"
    assert settings["StateDirectoryMode"] == "0700"
    assert settings["User"] == "bevaka"


def test_the_unit_of_a_role_differs_in_its_role_alone() -> None:
    ours, theirs = (
        [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("#", "D"))]
        for path in (UNIT, UNIT.with_name("bevaka@.service"))
    )
    differing = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    assert differing == [
        ("ExecStart=/opt/bevaka/.venv/bin/bevaka run", "ExecStart=/opt/bevaka/.venv/bin/bevaka run --role %i")
    ]


# The image


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile, each as its name and the rest of its line."""
    lines = [line for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def last_stage() -> list[tuple[str, str]]:
    told = instructions()
    starts = [number for number, (name, _) in enumerate(told) if name == "FROM"]
    assert len(starts) == 2, "what builds is not what runs"
    return told[starts[-1] :]


def test_the_image_names_a_release_and_no_registry() -> None:
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert bases
    for base in bases:
        assert re.fullmatch(r"[a-z]+:[a-z0-9-]+", base), base
        assert not base.endswith(":latest")


def test_nothing_in_the_container_runs_as_root_or_can_change_the_program() -> None:
    said = last_stage()
    users = [rest for name, rest in said if name == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])
    after = [name for name, _ in said[[name for name, _ in said].index("USER") :]]
    assert "RUN" not in after
    assert "COPY" not in after
    assert not any("--chown" in rest for name, rest in said if name == "COPY")
    assert [rest for name, rest in said if name == "VOLUME"] == ["/data"]


def test_the_image_takes_what_is_locked_by_its_hash_and_nothing_else() -> None:
    installs = [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest]
    assert len(installs) == 1
    assert {"--require-hashes", "--no-deps", "requirements.lock"} <= set(shlex.split(installs[0]))
    assert not [name for name, _ in instructions() if name == "ADD"]
    assert "psycopg==" in (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_every_package_of_the_program_is_in_the_image_and_in_what_its_build_may_see() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    wanted = {name.rstrip("*") for name in settings["packages"]["find"]["include"]}
    wanted |= {"main.py", "requirements.lock", "LICENSE"}
    copied = {part for name, rest in instructions() if name == "COPY" for part in rest.split()[:-1]}
    assert {part for part in copied if "/" not in part and "=" not in part} == wanted
    seen = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in seen if line.startswith("!")} == wanted
    assert "*" in seen
    assert not any(fnmatch.fnmatch(".git", line[1:]) for line in seen if line.startswith("!"))


def test_the_image_asks_whether_it_is_well_and_holds_no_secret() -> None:
    [check] = [rest for name, rest in last_stage() if name == "HEALTHCHECK"]
    assert "/healthz" in check
    for name, rest in instructions():
        if name in {"ENV", "ARG"}:
            assert not any(word in rest for word in SECRET), rest


# The compose file


@pytest.fixture
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    return found


def test_every_service_is_locked_in(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["tmpfs"], name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert not {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices"} & service.keys(), name
    assert services["database"]["user"] == "999:999"


def test_the_database_is_reached_by_bevaka_alone_and_waited_for(services: dict[str, Any]) -> None:
    networks = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["networks"]
    assert services["database"]["networks"] == ["inside"]
    assert networks["inside"]["internal"] is True
    assert "ports" not in services["database"]
    assert services["database"]["healthcheck"]["test"][1] == "pg_isready"
    assert services["bevaka"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert all(port.startswith("127.0.0.1:") for port in services["bevaka"]["ports"])


def test_secrets_come_from_files_and_stand_in_no_environment(services: dict[str, Any]) -> None:
    secrets = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["secrets"]
    assert all(set(secret) == {"file"} for secret in secrets.values())
    assert {secret for service in services.values() for secret in service["secrets"]} == set(secrets)
    for service in services.values():
        for name in service["environment"]:
            assert name.endswith("_FILE") or not any(word in name for word in SECRET), name
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/deploy/secrets/" in ignored


def test_a_stop_of_the_container_waits_as_long_as_the_units(services: dict[str, Any]) -> None:
    assert services["bevaka"]["stop_grace_period"] == "11m"


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not on this machine")
def test_compose_takes_the_file(tmp_path: Path) -> None:
    command = ["docker-compose", "-f", str(COMPOSE), "config", "--quiet"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
