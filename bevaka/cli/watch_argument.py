"""Watches as they are named on the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from bevaka.assembly import Assembly
    from monitor.core.model import Watch


def find_watch(assembly: Assembly, key: str) -> Watch:
    """Return the watch with this key, of the schedule or of an item of a section.

    Raises UnknownWatch, which names the keys of the schedule.
    """
    from monitor.errors import UnknownWatch

    schedule = assembly.schedule
    watch = schedule.watch(key)
    if watch is None and "/" in key:  # no key of the schedule has one
        watch = next((each for each in assembly.watches_of_items() if each.key == key), None)
    if watch is None:
        raise UnknownWatch(key, tuple(each.key for each in schedule.watches))
    return watch


def watch_keys(context: click.Context, parameter: click.Parameter, beginning: str) -> list[str]:
    """Return the keys of the schedule file that begin so, for a shell; none where the file cannot be read.

    Nothing is checked and nothing is said: what a shell asks for must come at once, and a message would be typed.
    """
    del context, parameter
    import yaml

    from bevaka.settings import SettingsError, read_settings

    try:
        content = yaml.load(read_settings(os.environ).schedule.read_bytes(), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, SettingsError):
        return []
    watches = content.get("watches") if isinstance(content, dict) else None
    return [str(key) for key in watches if str(key).startswith(beginning)] if isinstance(watches, dict) else []
