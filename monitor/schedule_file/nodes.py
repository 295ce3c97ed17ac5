"""YAML as plain values whose scalars keep their text, with the line of each key and value.

YAML 1.1 takes `on` and `no` for booleans and `1:30` for 90: scalars are therefore kept as written, together with the
kind that YAML assigns to them, and the validator of each key decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import yaml

from monitor.errors import Mistake
from monitor.wording.schedule_mistakes import mistake_of

Location = tuple[str | int, ...]
"""The path of a value: keys and indexes from the root down."""
ScalarKind = Literal["text", "nothing", "number", "yes/no", "date", "other"]

NESTED_AT_MOST = 2_000
"""Levels of nesting that libyaml parses safely; each takes a bracket, or a column of some line."""

_KINDS: dict[str, ScalarKind] = {
    "tag:yaml.org,2002:str": "text",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:int": "number",
    "tag:yaml.org,2002:float": "number",
    "tag:yaml.org,2002:bool": "yes/no",
    "tag:yaml.org,2002:timestamp": "date",
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written, without its quotes; `kind` is the kind that YAML assigns to it."""

    text: str
    kind: ScalarKind


@dataclass(slots=True)
class Document:
    """The content of a file: `value` has dicts, lists and `Scalar`s; `mistakes` has those found while parsing.

    `lines` maps each path to the lines of its key and of its value; they are the same for a collection.
    """

    value: object
    mistakes: list[Mistake] = field(default_factory=list)
    lines: dict[Location, tuple[int, int]] = field(default_factory=dict)

    def line_of(self, path: Sequence[str | int]) -> int:
        """Return the line of the value at this path, or of the nearest enclosing value that exists."""
        return self._find(path)[1]

    def line_of_key(self, path: Sequence[str | int]) -> int:
        """Return the line of the key at this path, or of the nearest enclosing key that exists."""
        return self._find(path)[0]

    def _find(self, path: Sequence[str | int]) -> tuple[int, int]:
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, (1, 1))


def parse(raw: bytes) -> Document:
    """Parse YAML. The document of a file that is not valid YAML, or empty, has one mistake and the value None."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Document(None, [mistake_of(line, "", "file.encoding")])
    try:
        root = _compose(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return Document(None, [mistake_of(line, "", "file.character", point=f"{error.character:04X}")])
    except yaml.MarkedYAMLError as error:
        return Document(None, [_syntax_mistake(error)])
    except RecursionError:
        return _too_deep()
    if root is None or (isinstance(root, yaml.ScalarNode) and _KINDS.get(root.tag) == "nothing"):
        return Document(None, [mistake_of(1, "", "file.empty")])
    document = Document(None)
    try:
        document.value = _Walk(document).value(root, ())
    except RecursionError:  # libyaml parses documents that are too deep to walk
        return _too_deep()
    return document


def _too_deep() -> Document:
    return Document(None, [mistake_of(1, "", "file.nested")])


def _compose(text: str) -> yaml.Node | None:
    """Return the nodes of a text, parsed by libyaml where it is installed: four times as fast.

    PyYAML's own parser has better error messages, so it parses again what libyaml refuses. It also parses every text
    that may be nested so deeply that libyaml, which does not limit the depth, would run out of stack.
    """
    deepest = text.count("[") + text.count("{") + max(map(len, text.splitlines()), default=0)
    if yaml.__with_libyaml__ and deepest <= NESTED_AT_MOST:
        try:
            return yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            pass
    return yaml.compose(text, Loader=_ShallowLoader)


class _ShallowLoader(yaml.SafeLoader):
    """PyYAML's loader with a limit of depth: for each token it looks at all levels that are open."""

    def fetch_flow_collection_start(self, token_class: type[yaml.Token]) -> None:
        if self.flow_level >= _DEEPEST:
            raise RecursionError
        super().fetch_flow_collection_start(token_class)

    def add_indent(self, column: int) -> bool:
        if len(self.indents) >= _DEEPEST:
            raise RecursionError
        return bool(super().add_indent(column))


_DEEPEST = 100


_UNFINISHED = Scalar("", "other")
"""Placeholder for a collection while it is walked, and the value of an alias inside it to itself."""


class _Walk:
    """Converts nodes to values, and fills the document's lines and mistakes."""

    def __init__(self, document: Document) -> None:
        self._mistakes = document.mistakes
        self._lines = document.lines
        self._known: dict[int, object] = {}

    def value(self, node: yaml.Node, path: Location) -> object:
        """Return the value of a node. An alias has the value of its anchor, which is walked once only."""
        if isinstance(node, yaml.ScalarNode):
            return Scalar(node.value, _KINDS.get(node.tag, "other"))
        if id(node) not in self._known:
            self._known[id(node)] = _UNFINISHED
            is_list = isinstance(node, yaml.SequenceNode)
            self._known[id(node)] = self._items(node, path) if is_list else self._pairs(node, path)
        elif self._known[id(node)] is _UNFINISHED:
            self._mistakes.append(mistake_of(_line(node), "", "file.alias"))
        return self._known[id(node)]

    def _items(self, node: yaml.Node, path: Location) -> list[object]:
        values = []
        for index, item in enumerate(node.value):
            self._lines[*path, index] = (_line(item), _line(item))
            values.append(self.value(item, (*path, index)))
        return values

    def _pairs(self, node: yaml.Node, path: Location) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._mistakes.append(mistake_of(line, "", "file.key"))
                continue
            key = key_node.value
            if key in values:
                first = self._lines[*path, key][0]
                self._mistakes.append(mistake_of(line, "", "file.twice", name=key, first=first))
                continue
            is_scalar = isinstance(value_node, yaml.ScalarNode)
            self._lines[*path, key] = (line, _line(value_node) if is_scalar else line)
            values[key] = self.value(value_node, (*path, key))
        return values


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _syntax_mistake(error: yaml.MarkedYAMLError) -> Mistake:
    """Return PyYAML's message as a mistake, with advice for the common cases; it is in English but for the advice."""
    problem = error.problem or ""
    if problem.startswith("but "):
        problem = f"{error.context}, {problem}"
    code = next((code for phrase, code in _ADVICE if phrase in f"{error.context} {problem}"), "yaml.unknown")
    # PyYAML reports an unclosed quotation mark at the end of the file; the line where it was opened helps more.
    mark = error.context_mark if "end of stream" in problem else error.problem_mark
    return mistake_of(mark.line + 1 if mark else 1, "", code, problem=problem)


_ADVICE = (
    ("'\\t'", "yaml.tab"),
    ("mapping values are not allowed", "yaml.colon"),
    ("unknown escape character", "yaml.escape"),
    ("scanning an alias", "yaml.star"),
    ("scanning an anchor", "yaml.ampersand"),
    ("cannot start any token", "yaml.quotes"),
    ("quoted scalar", "yaml.open"),
    ("expected <block end>", "yaml.indent"),
    ("could not find expected ':'", "yaml.key"),
    ("undefined alias", "yaml.star"),
    ("single document", "yaml.documents"),
)
"""Words of PyYAML's messages, each with the code of a sentence that says what helps."""
