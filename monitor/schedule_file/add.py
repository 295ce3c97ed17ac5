"""Adding a watch to the schedule file, which stays editable by hand: comments, order and form are kept."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml

from monitor.core.model import Schedule
from monitor.errors import Mistake, ScheduleError
from monitor.schedule_file.read import read_schedule

STEP = 2
ADD_BY_HAND = "or add the watch by hand"


NEW_FILE = "version: 1\nwatches: {}\n"
"""What a file holds to which the first watch is added."""


class WatchRefused(Exception):
    """Raised for a watch that the schedule cannot have; `mistakes` are of its keys and values, not of the file."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistake.what for mistake in mistakes))


class UnsupportedForm(Exception):
    """Raised for a form of `watches` to which no watch can be added automatically."""

    def __init__(self, node: yaml.Node, what: str) -> None:
        self.mistake = Mistake(node.start_mark.line + 1, what)
        super().__init__(what)


def add_watch(path: Path, key: str, entry: Mapping[str, str]) -> Schedule:
    """Add a watch at the end of the file's watches and return the new schedule.

    The new text is read back before it replaces the file atomically: a file is never half written, and never replaced
    by one with a mistake. A file that is not there is made. Raises OSError, WatchRefused, and ScheduleError if the file
    has mistakes, or has a form to which no watch can be added automatically.
    """
    is_new = not path.exists()
    before = Schedule(()) if is_new else read_schedule(path)
    text = NEW_FILE if is_new else path.read_bytes().decode("utf-8")
    try:
        added = with_watch(text, key, entry)
    except UnsupportedForm as error:
        raise ScheduleError(str(path), (error.mistake,)) from None
    except yaml.YAMLError as error:  # accepted by libyaml and not by PyYAML, such as a byte order mark in the middle
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = mark.line + 1 if mark else 0
        raise ScheduleError(str(path), (Mistake(line, f"write this otherwise, {ADD_BY_HAND}"),)) from None
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as draft:
        draft.write(added)
        draft.flush()
        os.fsync(draft.fileno())
    try:
        after = _read_back(Path(draft.name))
        if after.watches[:-1] != before.watches or after.watches[-1].key != key:
            raise ScheduleError(str(path), (Mistake(0, f"the watch would change another one; {ADD_BY_HAND[3:]}"),))
        Path(draft.name).chmod(0o644 if is_new else path.stat().st_mode & 0o777)
        Path(draft.name).replace(path)
    except BaseException:
        Path(draft.name).unlink()
        raise
    return after


def _read_back(draft: Path) -> Schedule:
    try:
        return read_schedule(draft)
    except ScheduleError as error:  # the file alone had none
        raise WatchRefused(error.mistakes) from None


def with_watch(text: str, key: str, entry: Mapping[str, str]) -> str:
    """Return the text of a schedule file with one more watch, indented like the others. Raises Unfit."""
    node = _watches(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    if isinstance(node, yaml.MappingNode) and node.value:
        if node.flow_style:
            raise UnsupportedForm(node, f"watches stand in braces; write a line for each key, {ADD_BY_HAND}")
        first, (last, value) = node.value[0], node.value[-1]
        indent = first[0].start_mark.column
        nested = first[1].value[0][0].start_mark.column if _is_block(first[1]) else indent + STEP
        at = _line_after(lines, _last_line(value), indent)
        has_blank_line = last.start_mark.line > 0 and not lines[last.start_mark.line - 1].strip()
    else:
        at, indent, nested, has_blank_line = _open_empty(lines, node, newline), STEP, 2 * STEP, False
    entry_lines = [f"{' ' * indent}{_as_yaml_key(key)}:"] + [
        f"{' ' * nested}{name}: {_quoted(entry[name])}" for name in entry
    ]
    return "".join(
        [*lines[:at], *([newline] if has_blank_line else []), *(line + newline for line in entry_lines), *lines[at:]]
    )


def _watches(text: str) -> yaml.Node:
    """Return the value of `watches` in the text of a valid schedule file."""
    root = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    found: yaml.Node = next(value for name, value in pairs if name.value == "watches")
    return found


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and not node.flow_style and bool(node.value)


def _last_line(node: yaml.Node) -> int:
    """Return the last line of a value."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    end = node.end_mark
    return int(end.line - (1 if end.column == 0 and end.line > node.start_mark.line else 0))


def _line_after(lines: list[str], last: int, indent: int) -> int:
    """Return the line after a watch and after the comments that are indented as part of it."""
    at = last + 1
    while not lines[at - 1].strip():
        at -= 1
    while at < len(lines) and lines[at].strip().startswith("#") and len(lines[at]) - len(lines[at].lstrip()) > indent:
        at += 1
    return at


def _open_empty(lines: list[str], node: yaml.Node, newline: str) -> int:
    """Turn `watches: {}` into `watches:` and return the line for the first watch. Raises Unfit."""
    at = int(node.start_mark.line)
    start, end = node.start_mark.column, node.end_mark.column
    if node.end_mark.line != at:
        raise UnsupportedForm(node, f"watches: {{}} stands on several lines; write it on one, {ADD_BY_HAND}")
    line = lines[at].rstrip("\r\n")
    lines[at] = f"{line[:start].rstrip()}{'  ' if line[end:].strip() else ''}{line[end:].strip()}{newline}"
    return at + 1


def _as_yaml_key(key: str) -> str:
    return key if isinstance(yaml.safe_load(key), str) else _quoted(key)


def _quoted(value: str) -> str:
    """Return a value in double quotes, which have the same meaning in YAML as in JSON."""
    return json.dumps(value, ensure_ascii=False)
