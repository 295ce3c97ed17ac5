"""docs/reliability.md and docs/threat-model.md name tests that exist, and docs/reliability.md has every row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
THREATS = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(test_\w+)`", PAGE + THREATS)))


def test_no_row_is_left_out() -> None:
    rows = re.findall(r"^\| (\d+)(?:–(\d+))? \|.*::test_", PAGE, re.MULTILINE)
    numbers = {number for first, last in rows for number in range(int(first), int(last or first) + 1)}
    assert numbers == set(range(1, 69))


def test_no_threat_is_without_a_test() -> None:
    rows = [row for row in THREATS.splitlines() if row.startswith("| ")][1:]
    assert len(rows) > 15
    assert [row for row in rows if "::test_" not in row] == []


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_every_test_that_is_named_is_there(file: str) -> None:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {test for named, test in NAMED if named == file} <= there
