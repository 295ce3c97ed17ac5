"""The guards of the verifier, and the verifier without one of them."""

from __future__ import annotations

import ast
import sys
from types import ModuleType
from typing import Any

from bevaka.proof.export_forms import VERIFIER

SOURCE = VERIFIER.read_text(encoding="utf-8")


class _Guards(ast.NodeTransformer):
    """Numbers the guards: every statement that notes a fault. Takes one out, or counts all.

    A `raise` is none: without it, something else fails; what it adds are words. Those of time stamps are tested one by
    one, in tests/unit/proof/test_stamps.py.
    """

    def __init__(self, without: int | None, *, counting: bool) -> None:
        self._without = without
        self._counting = counting
        self.lines: list[int] = []

    def visit_Expr(self, node: ast.Expr) -> Any:
        """Treat every call that notes a fault."""
        call = node.value
        name = getattr(call.func, "attr", getattr(call.func, "id", "")) if isinstance(call, ast.Call) else ""
        return self._guard(node) if name == "fault" else node

    def _guard(self, node: ast.stmt) -> Any:
        number = len(self.lines)
        self.lines.append(node.lineno)
        if number == self._without:
            return ast.copy_location(ast.Pass(), node)
        if not self._counting:
            return node
        [counted] = ast.parse(f"HITS.add({number})").body
        return [ast.copy_location(counted, node), node]


def lines() -> list[int]:
    """Return the line of every guard."""
    guards = _Guards(None, counting=False)
    guards.visit(ast.parse(SOURCE))
    return guards.lines


def module(without: int | None = None, *, counting: bool = False) -> Any:
    """Return the verifier without one guard, or one that adds the guards that were used to its set HITS."""
    tree = _Guards(without, counting=counting).visit(ast.parse(SOURCE))
    made = ModuleType(f"verifier_without_{without}")
    made.__dict__["HITS"] = set()
    sys.modules[made.__name__] = made  # named tuples look for their module
    exec(compile(ast.fix_missing_locations(tree), str(VERIFIER), "exec"), made.__dict__)  # noqa: S102  our own source
    return made
