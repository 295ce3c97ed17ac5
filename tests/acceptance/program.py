"""The real program, one process a command, without importing it anew each time.

One process imports everything and then forks for each command; the child runs `main.py` as the interpreter would,
with its own folder, environment, stdout and stderr.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "main.py"
PACKAGES = ("bevaka", "monitor", "notifiers", "storage")
BESIDE = ("alembic.autogenerate", "alembic.command", "jinja2.ext", "mako.template")
"""What the program imports only when it is needed."""


@dataclass(frozen=True, slots=True)
class Said:
    """The output of a command, as bytes and as text, and its exit code."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """Stdout as text."""
        return self.raw.decode("utf-8")

    @property
    def rows(self) -> list[Any]:
        """The JSON objects of stdout, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> Any:
        """The only JSON object of stdout."""
        [row] = self.rows
        return row


class Forks:
    """The process that forks; a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.program"],
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def run(self, folder: Path, environment: Mapping[str, str], arguments: tuple[str, ...]) -> Said:
        """Run one command and wait for it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
            order = {
                "cwd": str(folder),
                "environment": dict(environment),
                "arguments": arguments,
                "files": [out.name, err.name],
            }
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            return Said(code, out.read(), err.read().decode("utf-8"))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=30)


class Bevaka:
    """`bevaka ARGUMENTS` in one folder; `environment` may be changed between commands."""

    def __init__(self, forks: Forks, folder: Path) -> None:
        self._forks = forks
        self.folder = folder
        self.environment = {**clean_environment(), "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}

    def __call__(self, *arguments: str, **environment: str) -> Said:
        """Run a command; named arguments are added to its environment."""
        return self._forks.run(self.folder, {**self.environment, **environment}, arguments)

    def schedule(self, watches: str, *, defaults: str = "host_delay: 0s", top: str = "") -> None:
        """Write schedule.yaml; `watches` is the YAML under `watches:`, indented by two."""
        text = f"version: 1\n{top}defaults: {{{defaults}}}\nwatches:\n{watches}"
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")

    @property
    def mails(self) -> list[bytes]:
        """The files of the maildir, oldest first."""
        return [file.read_bytes() for file in sorted((self.folder / "data" / "mail" / "new").glob("*"))]


def clean_environment() -> dict[str, str]:
    """Return the environment without the variables that would steer the program."""
    steering = ("BEVAKA_", "COV_CORE_", "COVERAGE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(steering) and name != "NO_COLOR"}


def _serve() -> None:
    sys.path.insert(0, str(ROOT))
    for name in [*_modules(), *BESIDE]:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201  the answer to the test


def _modules() -> Iterator[str]:
    """Yield the name of every module of the program; migrations are run, not imported."""
    for found in pkgutil.walk_packages([str(ROOT)]):
        if found.name.partition(".")[0] in PACKAGES and ".migrations" not in found.name:
            yield found.name


def _become(order: dict[str, Any]) -> None:
    """In the child: run as `python main.py ARGUMENTS`, and end as that ends."""
    code: object = 1
    try:
        os.chdir(order["cwd"])
        os.environ.clear()
        os.environ.update(order["environment"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, file in zip((1, 2), order["files"], strict=True):
            os.dup2(os.open(file, os.O_WRONLY), number)
        sys.argv = [str(MAIN), *order["arguments"]]
        runpy.run_path(str(MAIN), run_name="__main__")
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001  as the interpreter would: the traceback, and exit code 1
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    _serve()
