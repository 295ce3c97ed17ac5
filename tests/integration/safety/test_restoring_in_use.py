"""Restoring refuses to replace a database that another process has open."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import StorageError
from storage.backup import back_up, restore
from storage.engine import open_engine
from storage.schema import upgrade

HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("SELECT * FROM watches").fetchall()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a new database."""
    url = f"sqlite:///{tmp_path / 'bevaka.db'}"
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


def test_it_is_refused_until_the_other_process_has_gone(url: str, tmp_path: Path) -> None:
    back_up(url, tmp_path / "b.db")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "bevaka.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StorageError, match="in use"):
            restore(tmp_path / "b.db", url, datetime.now(UTC), replace=True)
        assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".db") == ["b.db", "bevaka.db"]
        other.communicate()
    assert restore(tmp_path / "b.db", url, datetime.now(UTC), replace=True).replaced is not None
    with closing(sqlite3.connect(tmp_path / "bevaka.db")) as database:
        assert database.execute("SELECT count(*) FROM watches").fetchone() == (0,)
