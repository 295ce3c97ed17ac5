"""Surgery on the text of a schedule file: a watch more, a watch with other values, a watch less.

Comments, order and form of all the rest stay. What these functions return is only trusted after it was read back
(`monitor.schedule_file.edit`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from monitor.wording.schedule_mistakes import mistake_of

Value = str | bool | Sequence[str] | Mapping[str, Any]
"""The value of a key of a watch: a text, true or false, a list of texts, or keys with values of their own."""
STEP = 2


class UnsupportedForm(Exception):
    """Raised for a form of the file that cannot be edited automatically."""

    def __init__(self, node: yaml.Node, code: str, /, **facts: str) -> None:
        self.mistake = mistake_of(node.start_mark.line + 1, "", code, **facts)
        super().__init__(self.mistake.what)


def with_watch(text: str, key: str, entry: Mapping[str, Value]) -> str:
    """Return the text with one more watch, indented like the others. Raises UnsupportedForm."""
    node = _watches(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _lines(text, newline)
    if isinstance(node, yaml.MappingNode) and node.value:
        if node.flow_style:
            raise UnsupportedForm(node, "form.watches")
        first, (last, value) = node.value[0], node.value[-1]
        indent = first[0].start_mark.column
        nested = first[1].value[0][0].start_mark.column if _is_block(first[1]) else indent + STEP
        at = _line_after(lines, _last_line(value), indent)
        has_blank_line = last.start_mark.line > 0 and not lines[last.start_mark.line - 1].strip()
    else:
        at, indent, nested, has_blank_line = _open_empty(lines, node, newline), STEP, 2 * STEP, False
    entry_lines = [f"{' ' * indent}{_as_yaml_key(key)}:"] + [
        f"{' ' * nested}{name}: {_as_yaml(entry[name])}" for name in entry
    ]
    return "".join(
        [*lines[:at], *([newline] if has_blank_line else []), *(line + newline for line in entry_lines), *lines[at:]]
    )


def with_edits(text: str, key: str, changes: Mapping[str, Value | None]) -> str:
    """Return the text with other values of one watch; None takes a key out. Raises UnsupportedForm."""
    _, watch = _watch(text, key)
    if not _is_block(watch):
        raise UnsupportedForm(watch, "form.watch", watch=key)
    pairs = {name.value: (name, value) for name, value in watch.value}
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _lines(text, newline)
    indent = " " * watch.value[0][0].start_mark.column
    added = [
        f"{indent}{name}: {_as_yaml(value)}{newline}"
        for name, value in changes.items()
        if name not in pairs and value is not None
    ]
    lasts = {name: _last_written(lines, value) for name, (_, value) in pairs.items()}
    at = max(lasts.values()) + 1
    lines[at:at] = added
    for name, (key_node, value_node) in reversed(pairs.items()):
        if name not in changes:
            continue
        first, last, value = key_node.start_mark.line, lasts[name], changes[name]
        if value is None:
            del lines[first : last + 1]
        elif first == last == value_node.start_mark.line:
            line, start, end = lines[first], value_node.start_mark.column, value_node.end_mark.column
            lines[first] = f"{line[:start]}{_as_yaml(value)}{line[end:]}"
        else:
            lines[first : last + 1] = [f"{indent}{name}: {_as_yaml(value)}{newline}"]
    return "".join(lines)


def without_watch(text: str, key: str) -> str:
    """Return the text without one watch; comments outside it stay. Raises UnsupportedForm."""
    watches = _watches(text)
    key_node, watch = _watch(text, key)
    if not _is_block(watches):
        raise UnsupportedForm(watches, "form.watches")
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _lines(text, newline)
    first = key_node.start_mark.line
    last = _line_after(lines, _last_line(watch), key_node.start_mark.column)
    if len(watches.value) == 1:
        at = next(number for number in range(first, -1, -1) if lines[number].startswith("watches:"))
        lines[at] = lines[at].replace("watches:", "watches: {}", 1)
    if first and not lines[first - 1].strip():
        first -= 1
    del lines[first:last]
    return "".join(lines)


def _watch(text: str, key: str) -> tuple[yaml.Node, yaml.Node]:
    """Return the key and the value of a watch in the text of a valid schedule file that has it."""
    pairs = _watches(text).value
    found: tuple[yaml.Node, yaml.Node] = next(pair for pair in pairs if pair[0].value == key)
    return found


def _lines(text: str, newline: str) -> list[str]:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    return lines


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


def _last_written(lines: list[str], node: yaml.Node) -> int:
    """Return the last line of a value that is not blank: those after a folded text belong to it."""
    last = _last_line(node)
    while not lines[last].strip():
        last -= 1
    return last


def _line_after(lines: list[str], last: int, indent: int) -> int:
    """Return the line after a watch and after the comments that are indented as part of it."""
    at = last + 1
    while not lines[at - 1].strip():
        at -= 1
    while at < len(lines) and lines[at].strip().startswith("#") and len(lines[at]) - len(lines[at].lstrip()) > indent:
        at += 1
    return at


def _open_empty(lines: list[str], node: yaml.Node, newline: str) -> int:
    """Turn `watches: {}` into `watches:` and return the line for the first watch. Raises UnsupportedForm."""
    at = int(node.start_mark.line)
    start, end = node.start_mark.column, node.end_mark.column
    if node.end_mark.line != at:
        raise UnsupportedForm(node, "form.empty")
    line = lines[at].rstrip("\r\n")
    lines[at] = f"{line[:start].rstrip()}{'  ' if line[end:].strip() else ''}{line[end:].strip()}{newline}"
    return at + 1


def _as_yaml_key(key: str) -> str:
    return key if isinstance(yaml.safe_load(key), str) else _as_yaml(key)


def _as_yaml(value: Value) -> str:
    """Return a value as JSON, which has the same meaning in YAML; a word that is one to YAML as well, plain."""
    if isinstance(value, str) and value.isascii() and value.isalnum() and yaml.safe_load(value) == value:
        return value
    return json.dumps(value if isinstance(value, str | bool | Mapping) else list(value), ensure_ascii=False)
