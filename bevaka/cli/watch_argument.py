"""Watches and tags as they are named on the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from monitor.core.model import Schedule, Tag, Watch


def find_watch(schedule: Schedule, key: str) -> Watch:
    """Return the watch with this key. Raises UnknownWatch, which names the keys of the schedule."""
    from monitor.errors import UnknownWatch

    watch = schedule.watch(key)
    if watch is None:
        raise UnknownWatch(key, tuple(each.key for each in schedule.watches))
    return watch


def require_watch(schedule: Schedule, key: str) -> None:
    """Do nothing if the schedule has a watch with this key. Raises UnknownWatch otherwise, as `find_watch` does."""
    find_watch(schedule, key)


def require_followed(schedule: Schedule, key: str) -> None:
    """Do nothing if the schedule has this watch, or this tag:NAME. Raises UnknownWatch, UnknownTag otherwise."""
    from monitor.core.people.followed_keys import tag_of

    tag = tag_of(key)
    if tag is None:
        require_watch(schedule, key)
    else:
        find_tag(schedule, tag)


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
