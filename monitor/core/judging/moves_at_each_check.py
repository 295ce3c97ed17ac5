"""What moves at each check, as the history of a page says: counters, and lists of links that rotate.

A revision keeps only the first material rule of its change, so this is learnt of a page, not of a line: where nothing
else that is material differed at three checks in a row, what differs now in the same way moves by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.core.judging.significance import with_rule
from monitor.core.model import BlockChange, Change

_IN_A_ROW = 3
_DIGITS = re.compile(r"\d+(?:[ .,]\d+)*")
_MOVING = {"figure": "counter", "links-replaced": "rotating"}
"""The material rules of what may move at each check, and the rules that it is held back by."""


def as_moving(change: Change, rules: Sequence[str | None]) -> Change:
    """Return the change; what its page changed alone at each of the last checks is held back.

    `rules` are those of the latest revisions, the newest first, as long as each was seen at a single check.
    """
    rule = change.rule
    held_by = _MOVING.get(rule)
    if held_by is None or len(rules) < _IN_A_ROW or not {rule, held_by}.issuperset(rules[:_IN_A_ROW]):
        return change
    return _held_back(change, rule)


def as_recorded_moving(change: Change, recorded: str | None) -> Change:
    """Return a change that is judged once more as it was judged in view of the page's history.

    `recorded` is the rule of its record, None where there is none.
    """
    return _held_back(change, change.rule) if recorded and recorded == _MOVING.get(change.rule) else change


def _held_back(change: Change, rule: str) -> Change:
    """Return the change with its material blocks held back; unchanged where one of them is of another kind."""
    material = [block for block in change.blocks if block.material]
    if not all(block.rule == rule and _may_move(block) for block in material):
        return change
    return with_rule(change, _MOVING[rule], lambda block: block.material)


def _may_move(block: BlockChange) -> bool:
    """True if nothing but digits differs in a line, or a list of links was replaced."""
    return block.rule != "figure" or _DIGITS.sub("", block.before or "") == _DIGITS.sub("", block.after or "")
