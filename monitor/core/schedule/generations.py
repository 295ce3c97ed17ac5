"""Generations of the schedule: of several machines with a file each, one file is in force. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.model import Language


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """A schedule file: the SHA-256 of its bytes, in hex, and the machine that has it.

    `is_shared`: other machines may work on the database, each with a file of its own.
    """

    sha256: str
    machine: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Generation:
    """A schedule that was put in force, and what a process without the file has to know of it."""

    number: int
    sha256: str
    machine: str
    applied_at: datetime
    watching: int
    timezone: str
    language: Language
    host_delay: timedelta


def is_superseded(file: ScheduleFile, newest: Generation | None) -> bool:
    """True if another machine put another file in force since: this one may be old, and would archive what is new."""
    return file.is_shared and newest is not None and newest.machine != file.machine and newest.sha256 != file.sha256
