"""A PostgreSQL server of one's own: a cluster in a temporary folder that is reached by a Unix socket alone.

with Cluster() as cluster:
    url = cluster.database()            # an empty one
    url = cluster.database(like=url)    # a copy of another
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ANYBODY = "nobody"
"""Whom the server runs as where the tests run as root, which PostgreSQL refuses."""
PROGRAMS = ("initdb", "postgres", "pg_isready", "pg_dump", "pg_restore")
PATIENCE = 20.0
"""Seconds that the server may take on a slow machine; nothing waits for them when all is well."""
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=100")
"""Nothing here outlives the tests, and nobody comes over the network."""
SPACED = "max_wal_size=256MB"


def programs() -> Path | None:
    """Where `initdb` and `postgres` are; None where they are not."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found += [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    return next((path for path in found if all((path / name).exists() for name in PROGRAMS)), None)


def is_there() -> bool:
    """Whether the server and its driver are installed."""
    try:
        import psycopg  # noqa: F401, PLC0415  asked for, not used
    except ModuleNotFoundError:
        return False
    return programs() is not None


class Cluster:
    """The server; a context manager that leaves nothing behind."""

    def __enter__(self) -> Self:
        bin_folder = programs()
        assert bin_folder is not None
        self._bin = bin_folder
        self._count = 0
        self.folder = Path(tempfile.mkdtemp(prefix="bevaka-postgresql-"))
        data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, ANYBODY)
        made = self._as_anybody(
            "initdb", *("-D", str(data), "-U", "bevaka", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        )
        subprocess.run(made, check=True, capture_output=True, cwd=self.folder)
        settings = [part for setting in (*QUICK, SPACED) for part in ("-c", setting)]
        start = self._as_anybody("postgres", "-D", str(data), "-k", str(self.folder), *settings)
        self._log = (self.folder / "log").open("wb")
        self._server = subprocess.Popen(start, stdout=self._log, stderr=self._log, cwd=self.folder)
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._server.terminate()
        try:
            self._server.wait(1)
        except subprocess.TimeoutExpired:  # somebody is still connected
            self._server.send_signal(2)  # SIGINT: end now, in order
            self._server.wait(PATIENCE)
        self._log.close()
        shutil.rmtree(self.folder)

    def database(self, like: str | None = None) -> str:
        """A new database, empty or a copy of `like`, which nobody may be using; its URL."""
        self._count += 1
        name = f"bevaka_{self._count}"
        template = like.partition("?")[0].rpartition("/")[2] if like else "template0"
        self.tell(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return f"postgresql://bevaka@/{name}?host={self.folder}"

    def drop(self, url: str) -> None:
        """Let go of a database, whoever is connected."""
        self.tell(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def tell(self, statement: str) -> None:
        """Say something to the server itself."""
        import psycopg  # noqa: PLC0415  not everybody has it

        with psycopg.connect(host=str(self.folder), user="bevaka", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _as_anybody(self, program: str, *arguments: str) -> list[str]:
        command = [str(self._bin / program), *arguments]
        if os.geteuid() != 0:
            return command
        return ["setpriv", f"--reuid={ANYBODY}", "--clear-groups", "--", *command]

    def _wait(self) -> None:
        """Until it answers; there is nothing else to wait on, hence the short sleeps."""
        gives_up_at = time.monotonic() + PATIENCE
        ready = [str(self._bin / "pg_isready"), "-q", "-h", str(self.folder)]
        while subprocess.run(ready, check=False).returncode:
            assert self._server.poll() is None, (self.folder / "log").read_text(encoding="utf-8")
            assert time.monotonic() < gives_up_at, "the server does not answer"
            time.sleep(0.05)
