"""Editing of the schedule file, which stays editable by hand: comments, order and form are kept."""

from __future__ import annotations

import difflib
import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

import yaml

from monitor.core.model import Schedule
from monitor.core.text import slug
from monitor.errors import Mistake, ScheduleError, ScheduleNotWritten, UnknownWatch
from monitor.schedule_file.read import parse_schedule, read_schedule
from monitor.schedule_file.shape import WatchEntry
from monitor.schedule_file.text_surgery import (
    UnsupportedForm,
    Value,
    with_edits,
    with_watch,
    without_watch,
)
from monitor.wording.schedule_mistakes import mistake_of

KEY_LONGEST = 60
_RECIPE = frozenset({"keep", "drop", "ignore", "expect"})
_FLAGS = frozenset(name for name, field in WatchEntry.model_fields.items() if field.annotation is bool)
"""Keys whose values are written without quotes: true or false."""
NEW_FILE = "version: 1\nwatches: {}\n"
"""What a file holds to which the first watch is added."""


class WatchRefused(Exception):
    """Raised for a watch that the schedule cannot have; `mistakes` are of its keys and values, not of the file."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistake.what for mistake in mistakes))


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit of a schedule file that is not saved yet: the new schedule and the new text."""

    path: Path
    schedule: Schedule
    text: str

    @property
    def changed_lines(self) -> list[str]:
        """The lines of the file that the edit changes, as a unified diff without its head."""
        before = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        return list(difflib.unified_diff(before, self.text.splitlines(), lineterm="", n=1))[2:]

    def save(self) -> Schedule:
        """Replace the file, or the one that a link leads to, atomically: it is never half written.

        Raises ScheduleNotWritten.
        """
        path = self.path.resolve()
        try:
            if path.exists() and not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, "it is protected against writing")
            self._replace(path)
        except OSError as error:
            raise ScheduleNotWritten(str(self.path), error.strerror or str(error)) from error
        return self.schedule

    def _replace(self, path: Path) -> None:
        draft = NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115  closed below, and removed whatever fails
        new = Path(draft.name)
        try:
            with draft:
                draft.write(self.text.encode())
                draft.flush()
                os.fsync(draft.fileno())
            new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            new.replace(path)
        except BaseException:
            new.unlink()
            raise


def add_watch(path: Path, key: str, entry: Mapping[str, Value], credentials: Mapping[str, str] | None = None) -> Edited:
    """Return the file with one more watch at the end of its watches. A file that is not there is made.

    `credentials` are the values of the names in the new file, which must all be set; None: that is not asked.
    Raises OSError, WatchRefused, and ScheduleError if the file has mistakes, or has a form that cannot be edited
    automatically. What is watched already under another key is refused as well.
    """
    duplicates = tuple(_duplicates(read_schedule(path), key, entry)) if path.exists() else ()
    written = {name: _as_written(name, value) for name, value in entry.items()}
    try:
        edited = _edited(path, lambda text: with_watch(text, key, written), key, entry, credentials)
    except WatchRefused as error:
        is_taken = any(mistake.key == "key" for mistake in duplicates)  # then a reader says no more than that
        others = () if is_taken else error.mistakes
        raise WatchRefused((*duplicates, *others)) from None
    if duplicates:
        raise WatchRefused(duplicates)
    return edited


def made_key(url: str | None, sfs: str | None, name: str | None) -> str:
    """Return a key for a new watch: sfs-2021-995, lansstyrelsen-kalmar or www-example-org-page.

    It is made of the SFS number, else of the name, else of the address.
    """
    if sfs:
        return f"sfs-{slug(sfs, KEY_LONGEST)}"
    return slug(name or "", KEY_LONGEST) or slug(_place(url or ""), KEY_LONGEST) or "page"


def _place(url: str) -> str:
    """Return the host and the path of an address; "" of what is none, which the schedule refuses by itself."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.hostname or ''} {parts.path}"


def _duplicates(schedule: Schedule, key: str, entry: Mapping[str, Value]) -> Iterator[Mistake]:
    """Yield why a watch is there already: by its key, or by its law or address, unless it reads another part of it."""
    url, sfs = entry.get("url") or entry.get("follow"), entry.get("sfs")
    for watch in schedule.watches:
        if watch.key == key:
            yield mistake_of(0, "key", "key.taken", watch=key)
        elif not _RECIPE.intersection(entry) and (
            (sfs and watch.sfs == sfs) or (url and watch.url == url and watch.is_section == ("follow" in entry))
        ):
            yield mistake_of(0, "keep", "watch.duplicate", page=str(sfs or url), watch=watch.key)


def edit_watch(
    path: Path, key: str, changes: Mapping[str, Value | None], credentials: Mapping[str, str] | None = None
) -> Edited:
    """Return the file with other values of one watch; None takes a key out, which then has its default.

    Raises UnknownWatch, and what `add_watch` raises.
    """
    entry = {**raw_entry(path, key), **changes}
    kept = {name: value for name, value in entry.items() if value is not None}
    written = {name: None if value is None else _as_written(name, value) for name, value in changes.items()}
    return _edited(path, lambda text: with_edits(text, key, written), key, kept, credentials)


def remove_watch(path: Path, key: str) -> Edited:
    """Return the file without one watch. Raises UnknownWatch, and what `add_watch` raises."""
    raw_entry(path, key)
    return _edited(path, lambda text: without_watch(text, key), key, None)


def raw_entry(path: Path, key: str) -> dict[str, Value]:
    """Return what the file says of a watch, as written and without defaults.

    Raises ScheduleError if the file has mistakes, UnknownWatch.
    """
    schedule = read_schedule(path)
    watches = _raw_watches(path.read_bytes().decode("utf-8"))
    if key not in watches:
        raise UnknownWatch(key, tuple(watch.key for watch in schedule.watches))
    return watches[key]


def _raw_watches(text: str) -> dict[str, dict[str, Value]]:
    """Return the watches of a valid file as written: no scalar is taken for anything but its text."""
    found: dict[str, dict[str, Value]] = yaml.load(  # nosec B506 # it makes texts, lists and mappings alone
        text.removeprefix("\ufeff"),
        Loader=yaml.CBaseLoader,  # noqa: S506
    )["watches"]
    return found or {}


def _edited(
    path: Path,
    edit: Callable[[str], str],
    key: str,
    entry: Mapping[str, Value] | None,
    credentials: Mapping[str, str] | None = None,
) -> Edited:
    """Return the edit of a file, read back: `entry` is what the watch says then, and all others say what they did."""
    is_new = not path.exists()
    before = Schedule(()) if is_new else read_schedule(path)
    text = NEW_FILE if is_new else path.read_bytes().decode("utf-8")
    known = _raw_watches(text)
    try:
        new = edit(text)
    except UnsupportedForm as error:
        raise ScheduleError(str(path), (error.mistake,)) from None
    except yaml.YAMLError as error:  # accepted by libyaml and not by PyYAML, such as a byte order mark in the middle
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = mark.line + 1 if mark else 0
        raise ScheduleError(str(path), (mistake_of(line, "", "form.unknown"),)) from None
    schedule = _read_back(path, new, credentials)
    expected = {name: value for name, value in known.items() if name != key or entry is not None}
    if entry is not None:
        expected[key] = {name: _as_read(value) for name, value in entry.items()}
    others = [[watch for watch in each.watches if watch.key != key] for each in (before, schedule)]
    if _raw_watches(new) != expected or others[0] != others[1]:
        raise ScheduleError(str(path), (mistake_of(0, "", "form.other"),))
    return Edited(path, schedule, new)


def _as_written(name: str, value: Value) -> Value:
    """Return a value as the file is to have it: true and false of a key that is one of the two without quotes."""
    return value == "true" if name in _FLAGS and value in ("true", "false") else value


def _as_read(value: Any) -> Any:  # noqa: ANN401  a value of the file, in any depth
    """Return a value as `_raw_watches` reads it back: each scalar as its text."""
    if isinstance(value, Mapping):
        return {name: _as_read(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_read(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value)


def _read_back(path: Path, text: str, credentials: Mapping[str, str] | None) -> Schedule:
    try:
        return parse_schedule(text.encode(), path, credentials)
    except ScheduleError as error:  # the file alone had none
        raise WatchRefused(error.mistakes) from None
