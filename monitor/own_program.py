"""Starting a module of this program as a process of its own, like any other program."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


def command_of(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this program; -P keeps what is in the working folder out."""
    return [sys.executable, "-P", "-m", module, *arguments]


def python_path(environment: Mapping[str, str]) -> str:
    """Return the PYTHONPATH with which the program is found wherever it was started from."""
    return os.pathsep.join([str(ROOT), *filter(None, [environment.get("PYTHONPATH")])])
