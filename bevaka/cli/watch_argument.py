"""Watches and tags as they are named on the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from bevaka.assembly import Assembly
    from monitor.core.model import Schedule, Tag, Watch


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


def require_followed(assembly: Assembly, key: str) -> None:
    """Do nothing if there is this watch, or this tag:NAME. Raises UnknownWatch, UnknownTag otherwise."""
    from monitor.core.people.followed_keys import tag_of

    tag = tag_of(key)
    if tag is None:
        find_watch(assembly, key)
    else:
        find_tag(assembly.schedule, tag)


def find_tag(schedule: Schedule, key: str) -> Tag:
    """Return the tag with this key. Raises UnknownTag, which names the tags of the schedule."""
    from monitor.errors import UnknownTag

    found = next((tag for tag in schedule.tags if tag.key == key), None)
    if found is None:
        raise UnknownTag(key, tuple(tag.key for tag in schedule.tags))
    return found


def watch_keys(context: click.Context, parameter: click.Parameter, beginning: str) -> list[str]:
    """Return the keys of the schedule file's watches that begin so, for a shell; none where the file cannot be read."""
    del context, parameter
    return [key for key in _keys("watches") if key.startswith(beginning)]


def tag_names(context: click.Context, parameter: click.Parameter, beginning: str) -> list[str]:
    """Return the names of the schedule file's tags that begin so, for a shell, like `watch_keys`."""
    del context, parameter
    return [key for key in _keys("tags") if key.startswith(beginning)]


def followed_keys(context: click.Context, parameter: click.Parameter, beginning: str) -> list[str]:
    """Return the keys of watches, and of tags as tag:NAME, that begin so, for a shell, like `watch_keys`."""
    from monitor.core.people.followed_keys import tag_key

    tags = [tag_key(name) for name in _keys("tags")]
    return [*watch_keys(context, parameter, beginning), *(key for key in tags if key.startswith(beginning))]


def _keys(part: str) -> list[str]:
    """Return the keys under a part of the schedule file.

    Nothing is checked and nothing is said: what a shell asks for must come at once, and a message would be typed.
    """
    import yaml

    from bevaka.settings import SettingsError, read_settings

    try:
        content = yaml.load(read_settings(os.environ).schedule.read_bytes(), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, SettingsError):
        return []
    found = content.get(part) if isinstance(content, dict) else None
    return [str(key) for key in found] if isinstance(found, dict) else []
