"""Rules that only the source can show: secrets are compared in constant time, and SQL is never built from parts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = [
    file for package in ("bevaka", "monitor", "storage", "notifiers") for file in sorted((ROOT / package).rglob("*.py"))
]
SECRETIVE = {"signature", "expected", "given", "held"}
"""Names of a secret, or of the value offered as one, in the functions that compare the two."""
COMPARING = [
    ("monitor/core/people/signed_links.py", "grant"),
    ("monitor/core/people/signed_links.py", "returned"),
    ("bevaka/web/security.py", "_check_form"),
]
TAKES_SQL = {"text", "literal_column", "exec_driver_sql", "execute", "executescript", "scalar", "scalars"}
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|VACUUM|ATTACH|CREATE|ALTER|DROP|BEGIN)\b")

BY_NAME = {"storage/dump.py": 1}
"""The files with statements that name a table as the database names it, and how many: a name cannot be bound."""


@pytest.mark.parametrize(("file", "function"), COMPARING)
def test_a_secret_is_compared_in_the_same_time_whatever_is_offered(file: str, function: str) -> None:
    [node] = [
        each
        for each in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
        if isinstance(each, ast.FunctionDef) and each.name == function
    ]
    assert "compare_digest" in {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    compared = [
        name.id
        for each in ast.walk(node)
        if isinstance(each, ast.Compare) and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in each.ops)
        for name in ast.walk(each)
        if isinstance(name, ast.Name)
    ]
    assert not SECRETIVE & set(compared)


def put_together(node: ast.expr) -> bool:
    """True if a text is built from parts: f"…", "…" % …, "…" + …, "…".format(…), "…".join(…).

    A constant of the module (f"… {SECONDS}") is not counted as a part.
    """
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join"}:
        return isinstance(node.func.value, ast.Constant)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)):
        return any(isinstance(side, (ast.Constant, ast.JoinedStr)) for side in (node.left, node.right))
    if isinstance(node, ast.JoinedStr):
        filled = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return not all(isinstance(value, ast.Name) and value.id.isupper() for value in filled)
    return False


def spoken(node: ast.expr) -> str:
    """Return the constant text in an expression."""
    return " ".join(
        each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


def made_sql(source: str) -> Iterator[int]:
    """Yield the lines where SQL is built from parts, or where a text built from parts is executed as SQL."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in TAKES_SQL and any(map(put_together, node.args)):
                yield node.lineno
        if isinstance(node, ast.expr) and put_together(node) and SQL.search(spoken(node)):
            yield node.lineno


def test_sql_is_never_put_together_from_parts() -> None:
    found = {str(file.relative_to(ROOT)): set(made_sql(file.read_text(encoding="utf-8"))) for file in PRODUCT}
    assert {file: lines for file, lines in found.items() if len(lines) > BY_NAME.get(file, 0)} == {}


def test_the_rule_finds_sql_that_is_put_together() -> None:
    bad = [
        'a = f"SELECT {x}"',
        'b = "DELETE FROM " + x',
        'c.execute("x = %s" % x)',
        'd("UPDATE {}".format(x))',
        'text(", ".join(x))',
    ]
    good = [
        'connection.execute("SELECT 1")',
        'a = f"SELECT {LIMIT}"',
        'say(f"{x} is gone")',
        'connection.execute(select(table), {"x": x})',
    ]
    assert set(made_sql("\n".join(bad + good))) == {1, 2, 3, 4, 5}
