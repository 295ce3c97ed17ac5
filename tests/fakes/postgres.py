"""A PostgreSQL server for tests: a cluster in a temporary folder, reachable through a Unix socket only.

with Cluster() as cluster:
    url = cluster.database()            # an empty database
    url = cluster.database(like=url)    # a copy of another database
with Cluster(has_standby=True) as cluster:
    cluster.fail_over()                 # the server dies, and its synchronous standby takes over
with cluster.silent():                  # the server answers nothing, its machine does
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

UNPRIVILEGED_USER = "nobody"
"""The user that the server runs as where the tests run as root, which PostgreSQL refuses."""
PROGRAMS = ("initdb", "postgres", "pg_isready", "pg_dump", "pg_restore", "pg_basebackup", "pg_ctl")
PATIENCE = 20.0
"""Seconds that the server may take to start or stop on a slow machine; usually it takes far less."""
QUICK = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=100")
"""Settings for speed: no data outlives the tests, and there are no connections over the network."""
SPACED = "max_wal_size=256MB"
ASYNCHRONOUS, SYNCHRONOUS = "synchronous_commit=off", "synchronous_standby_names=*"


def programs() -> Path | None:
    """Return the folder of `initdb`, `postgres` and the other programs; None if there is none with all of them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found += [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    return next((path for path in found if all((path / name).exists() for name in PROGRAMS)), None)


def is_installed() -> bool:
    """True if the server and its driver are installed."""
    try:
        import psycopg  # noqa: F401, PLC0415  only to see whether it is installed
    except ModuleNotFoundError:
        return False
    return programs() is not None


class Cluster:
    """The server, a context manager that removes its folder at the end.

    With a standby, which has whatever is committed, the databases' addresses name both: the one that can be written.
    """

    def __init__(self, *, has_standby: bool = False) -> None:
        self._has_standby = has_standby

    def __enter__(self) -> Self:
        bin_folder = programs()
        assert bin_folder is not None
        self._bin = bin_folder
        self._count = 0
        self.folder = Path(tempfile.mkdtemp(prefix="bevaka-postgresql-"))
        data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, UNPRIVILEGED_USER)
        made = self._as_unprivileged(
            "initdb", *("-D", str(data), "-U", "bevaka", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        )
        subprocess.run(made, check=True, capture_output=True, cwd=self.folder)
        self._log = (self.folder / "log").open("wb")
        self._standby: subprocess.Popen[bytes] | None = None
        try:
            self._start(ASYNCHRONOUS)
            if self._has_standby:
                self._add_standby()
        except BaseException:
            self._remove()
            raise
        return self

    def _start(self, setting: str) -> None:
        self._server = self._serve(self.folder / "data", self.folder, setting)
        self._wait(self._server, self.folder)

    def _serve(self, data: Path, socket: Path, setting: str) -> subprocess.Popen[bytes]:
        settings = [part for each in (*QUICK, SPACED, setting) for part in ("-c", each)]
        start = self._as_unprivileged("postgres", "-D", str(data), "-k", str(socket), *settings)
        return subprocess.Popen(start, stdout=self._log, stderr=self._log, cwd=self.folder)

    @property
    def _beside(self) -> Path:
        """The folder of the standby's socket."""
        return self.folder / "standby"

    def _add_standby(self) -> None:
        self._beside.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._beside, UNPRIVILEGED_USER)
        data = self._beside / "data"
        copy = (
            "-h",
            str(self.folder),
            "-U",
            "bevaka",
            "-D",
            str(data),
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync",
        )
        subprocess.run(self._as_unprivileged("pg_basebackup", *copy), check=True, capture_output=True, cwd=self.folder)
        self._standby = self._serve(data, self._beside, ASYNCHRONOUS)
        self._wait(self._standby, self._beside)
        self._stop(self._server)
        self._start(SYNCHRONOUS)

    def fail_over(self) -> None:
        """Let the server die as in a crash, and its standby take over."""
        assert self._standby is not None
        self._server.send_signal(signal.SIGQUIT)  # no checkpoint, no farewell
        self._server.wait(PATIENCE)
        promote = self._as_unprivileged("pg_ctl", "promote", "-w", "-D", str(self._beside / "data"))
        subprocess.run(promote, check=True, capture_output=True, cwd=self.folder)

    def restart(self) -> None:
        """End the server at once, whoever is connected, and start it again (SIGINT: "fast" shutdown)."""
        self._stop(self._server)
        self._start(SYNCHRONOUS if self._standby else ASYNCHRONOUS)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Stop every process of the server, whose machine still takes what is sent; let them go on at the end."""
        stopped = [self._server.pid]
        self._server.send_signal(signal.SIGSTOP)  # first: it starts no more of them
        try:
            for child in self._children():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGSTOP)
                    stopped.append(child)
            yield
        finally:
            for process in reversed(stopped):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def _children(self) -> list[int]:
        """Return the processes of the server but for the first one."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._server.pid)], check=True, capture_output=True, text=True
        )
        return [int(pid) for pid in found.stdout.split()]

    @staticmethod
    def _stop(server: subprocess.Popen[bytes]) -> None:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)

    def cpu(self) -> float:
        """Return the CPU seconds that the server has used, those of its ended children among them."""
        used = 0.0
        for pid in [self._server.pid, *self._children()]:
            with suppress(FileNotFoundError):
                fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
                used += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        return used

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def _remove(self) -> None:
        for server in filter(None, (self._server, self._standby)):
            server.terminate()
            try:
                server.wait(1)
            except subprocess.TimeoutExpired:  # a client is still connected
                self._stop(server)
        self._log.close()
        shutil.rmtree(self.folder)

    def database(self, like: str | None = None) -> str:
        """Create a database, empty or a copy of `like`, which must have no connections, and return its URL."""
        self._count += 1
        name = f"bevaka_{self._count}"
        template = like.partition("?")[0].rpartition("/")[2] if like else "template0"
        self.tell(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        if self._standby is None:
            return f"postgresql://bevaka@/{name}?host={self.folder}"
        return f"postgresql://bevaka@/{name}?host={self.folder},{self._beside}&target_session_attrs=read-write"

    def drop(self, url: str) -> None:
        """Drop a database, even if it has connections."""
        self.tell(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def tell(self, statement: str) -> None:
        """Execute a statement outside the test databases."""
        import psycopg  # noqa: PLC0415  optional dependency

        with psycopg.connect(host=str(self.folder), user="bevaka", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _as_unprivileged(self, program: str, *arguments: str) -> list[str]:
        command = [str(self._bin / program), *arguments]
        if os.geteuid() != 0:
            return command
        return ["setpriv", f"--reuid={UNPRIVILEGED_USER}", "--clear-groups", "--", *command]

    def _wait(self, server: subprocess.Popen[bytes], socket: Path) -> None:
        """Wait until the server answers; it sends no signal when it is ready, hence the short sleeps."""
        gives_up_at = time.monotonic() + PATIENCE
        ready = [str(self._bin / "pg_isready"), "-q", "-h", str(socket)]
        while subprocess.run(ready, check=False).returncode:
            assert server.poll() is None, (self.folder / "log").read_text(encoding="utf-8")
            assert time.monotonic() < gives_up_at, "the server does not answer"
            time.sleep(0.05)
