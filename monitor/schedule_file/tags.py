"""Tags of the schedule file: which of them a watch has, and what it has from them.

    defaults < the tags of the watch, in the order of the file < the watch

What a watch says itself holds. Lists of selectors and patterns are added: those of its tags, then its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.schedule_file.shape import TagEntry, WatchEntry, WatchSettings

ADDED = frozenset({"drop", "ignore"})
"""Keys whose values are added; of any other key the last value holds."""
CADENCE = frozenset({"every", "cron"})
"""Keys of which a watch has one: who gives one of them replaces the other."""


def tags_of(entry: WatchEntry, url: str, tags: Mapping[str, TagEntry]) -> tuple[str, ...]:
    """Return the keys of the tags that a watch names, or whose `match` finds its address, in the order of the file."""
    return tuple(key for key, tag in tags.items() if key in entry.tags or _matches(tag, url))


def settings_of(entry: WatchEntry, tags: Sequence[TagEntry]) -> WatchEntry:
    """Return a watch with what its tags say where it says nothing itself."""
    values: dict[str, object] = {}
    for source in (*tags, entry):
        given = {name: getattr(source, name) for name in source.model_fields_set & WatchSettings.model_fields.keys()}
        if given.keys() & CADENCE:
            values |= dict.fromkeys(CADENCE)
        for name in given.keys() & ADDED:
            given[name] = tuple(dict.fromkeys((*_earlier(values, name), *given[name])))
        values |= given
    return entry.model_copy(update=values) if tags else entry


def _earlier(values: Mapping[str, object], name: str) -> tuple[str, ...]:
    earlier = values.get(name, ())
    return earlier if isinstance(earlier, tuple) else ()


def _matches(tag: TagEntry, url: str) -> bool:
    if not tag.match:
        return False
    import re2  # noqa: PLC0415  a file without patterns loads no pattern engine

    return any(re2.search(pattern, url) for pattern in tag.match)
