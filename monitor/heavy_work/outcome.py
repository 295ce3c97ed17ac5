"""What comes back from the process that does heavy work."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.errors import NotSeen

OUT_OF_MEMORY = 75
"""The exit code of a process that ran out of its address space."""


@dataclass(frozen=True, slots=True)
class Done:
    """The work is done."""

    result: object


@dataclass(frozen=True, slots=True)
class NotRead:
    """The page cannot be read: the error to raise, and its facts."""

    error: type[NotSeen]
    facts: dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Crashed:
    """An error that nobody foresaw: its name, the modules in which it arose, and the stack as Python shows it."""

    name: str
    modules: tuple[str, ...]
    stack: str
