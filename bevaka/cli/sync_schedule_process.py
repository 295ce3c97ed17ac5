"""Reading of the schedule file in a process of its own, so that the memory it takes is free when the process ends.

The daemon starts the process like any other program, which a read-only root and systemd's sandbox allow; the result is
one line of JSON on stdout. This module is no command for the command line. See docs/decisions/0028.
"""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404 # only this program is started
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.checking.sync_schedule import NamedKeys, ScheduleInForce
from monitor.core.model import HostLoad
from monitor.errors import DatabaseBusy, Mistake, ScheduleError, StorageError
from monitor.own_program import command_of, python_path


class ScheduleProcess:
    """A process that syncs the schedule file to the database: a `bevaka.daemon.schedule_reload.PendingSync`."""

    def __init__(self, path: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._path = path
        self._process = subprocess.Popen(  # noqa: S603  # nosec B603 # our own program, no shell
            command_of("bevaka.cli.sync_schedule_process"),
            env={**environment, "PYTHONPATH": python_path(environment)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            process_group=0,  # Ctrl-C goes to the daemon, which ends the process
        )

    def result(self, seconds: float) -> ScheduleInForce | None:
        """Return the schedule in force now; None if the process still runs after `seconds`.

        Raises ScheduleError, StorageError.
        """
        try:
            output, _ = self._process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        if self._process.returncode:
            # Not retried: the cause, too little memory as a rule, would come back with every tick.
            what = f"could not be read: the process that reads it ended with {self._process.returncode}; save it again"
            raise ScheduleError(str(self._path), (Mistake(0, what),))
        return parse_result(json.loads(output))

    def cancel(self) -> None:
        """End the process. The database rolls back what it had not committed."""
        self._process.kill()
        self._process.communicate()


def parse_result(result: Mapping[str, Any]) -> ScheduleInForce:
    """Return the schedule in force that the process printed, or raise its error: ScheduleError, StorageError."""
    if "mistakes" in result:
        raise ScheduleError(result["path"], tuple(Mistake(line, what) for line, what in result["mistakes"]))
    if "busy" in result:
        raise DatabaseBusy(result["busy"])
    if "refused" in result:
        raise StorageError(result["refused"])
    return ScheduleInForce(
        result["watching"],
        result["timezone"],
        result["language"],
        timedelta(seconds=result["host_delay"]),
        _keys(result["added"]),
        _keys(result["archived"]),
        tuple(HostLoad(**load) for load in result["overloaded"]),
    )


def _keys(result: Mapping[str, Any]) -> NamedKeys:
    return NamedKeys(result["count"], tuple(result["named"]))


def sync() -> dict[str, object]:
    """Sync the file that the environment names to the database, and return the result as JSON can hold it."""
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        try:
            in_force = assembly.sync_schedule()
        except ScheduleError as error:
            return {"path": error.path, "mistakes": [(mistake.line, mistake.what) for mistake in error.mistakes]}
        except DatabaseBusy as error:
            return {"busy": str(error)}
        except StorageError as error:
            return {"refused": str(error)}
    return asdict(in_force) | {"host_delay": in_force.host_delay.total_seconds()}


if __name__ == "__main__":
    json.dump(sync(), sys.stdout)
