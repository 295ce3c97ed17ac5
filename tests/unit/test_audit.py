"""The audit of the lock files: a vulnerability, none, and no answer are three different results."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("says", "ends", "code"),
    [
        ("No known vulnerabilities found", 0, 0),
        ("Found 1 known vulnerability in 1 package", 1, 1),
        ("Found 2 known vulnerabilities, ignored 1 in 2 packages", 1, 1),
        ("ERROR: a dependency was not found and could not be audited", 1, 3),
        ("requests.exceptions.ConnectionError: no such host", 1, 3),
    ],
)
def test_an_audit_that_could_ask_nobody_is_no_clean_one(tmp_path: Path, says: str, ends: int, code: int) -> None:
    for folder in (".ci", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "audit", tmp_path / ".ci" / "audit")
    stand_in = tmp_path / ".venv" / "bin" / "pip-audit"
    stand_in.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {ends}\n")
    stand_in.chmod(0o755)
    done = subprocess.run([tmp_path / ".ci" / "audit"], check=False, capture_output=True, text=True)
    assert done.returncode == code
    assert says in done.stdout
    assert ("NOT AUDITED" in done.stderr) is (code == 3)


def locked(name: str) -> dict[str, tuple[str, str]]:
    """Return the packages of a lock file: name to version and the rest of the entry."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^\s;]+)((?:.*\\\n)*.*)$", text, re.MULTILINE)
    return {package: (version, rest) for package, version, rest in entries}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_everything_that_is_installed_is_locked_by_its_hash_and_from_nowhere_in_particular(name: str) -> None:
    entries = locked(name)
    assert len(entries) > 30
    assert all("--hash=sha256:" in rest for _, rest in entries.values())
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|index-url|find-links", text)


def test_what_is_tested_is_what_is_installed() -> None:
    product, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {package: dev[package][0] for package in product} == {package: product[package][0] for package in product}
