"""The schedule file, read in a process of its own: what that takes of memory is gone when it has ended.

The daemon starts it as any other program, which a read-only root and systemd's fences allow; what came of it is told in
one line of JSON. It is no command: nobody calls it by hand.
"""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404 # it starts this very program
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.checking.sync_schedule import NamedKeys, ScheduleInForce
from monitor.errors import DatabaseBusy, Mistake, ScheduleError, StorageError

ROOT = Path(__file__).parents[2]


class ScheduleProcess:
    """Reads the schedule file and brings it into the database; what a `bevaka.daemon.schedule_reload.Reading` is."""

    def __init__(self, path: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._path = path
        # Where this program is, wherever it was started from; -P: and nothing else that lies in the working folder.
        paths = os.pathsep.join([str(ROOT), *filter(None, [environment.get("PYTHONPATH")])])
        self._process = subprocess.Popen(  # nosec B603 # our own program, no shell
            [sys.executable, "-P", "-m", "bevaka.cli.sync_schedule_process"],
            env={**environment, "PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            process_group=0,  # Ctrl-C is for the daemon, which ends it
        )

    def result(self, seconds: float) -> ScheduleInForce | None:
        """What is in force now; None when it is still being read after so long. Raises ScheduleError, StorageError."""
        try:
            said, _ = self._process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        if self._process.returncode:
            # Not tried again by itself: what it died of, too little memory as a rule, would come again every tick.
            what = f"could not be read: the process that reads it ended with {self._process.returncode}; save it again"
            raise ScheduleError(str(self._path), (Mistake(0, what),))
        return found_from(json.loads(said))

    def cancel(self) -> None:
        """End the process. The database undoes what it had not committed."""
        self._process.kill()
        self._process.communicate()


def found_from(said: Mapping[str, Any]) -> ScheduleInForce:
    """What the process found. Raises ScheduleError, StorageError."""
    if "mistakes" in said:
        raise ScheduleError(said["path"], tuple(Mistake(line, what) for line, what in said["mistakes"]))
    if "busy" in said:
        raise DatabaseBusy(said["busy"])
    if "refused" in said:
        raise StorageError(said["refused"])
    return ScheduleInForce(
        said["watching"],
        said["timezone"],
        said["language"],
        timedelta(seconds=said["host_delay"]),
        _keys(said["added"]),
        _keys(said["archived"]),
    )


def _keys(said: Mapping[str, Any]) -> NamedKeys:
    return NamedKeys(said["count"], tuple(said["named"]))


def found() -> dict[str, object]:
    """Read the file that the environment names and bring it into the database; what came of it, as JSON can hold it."""
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
    json.dump(found(), sys.stdout)
