"""Words that matter: of a change, what touches none of them is held back (`only_if`). Pure.

What a pattern matches counts if at least a part of it was added or removed: a word that stood there before and stays
does not count, however much the sentence around it changes. Of a block that was added or removed every word counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.core.diff.words import Segment, word_diff
from monitor.core.judging.significance import with_rule
from monitor.core.model import BlockChange, Change, Condition
from monitor.core.text import in_any_case

RULE = "only-if"

Span = tuple[int, int]


def only_if(change: Change, condition: Condition | None) -> Change:
    """Return the change with every block held back that does not meet the condition."""
    if condition is None:
        return change
    return with_rule(change, RULE, lambda block: block.material and not meets(block, condition))


def meets(block: BlockChange, condition: Condition) -> bool:
    """True if a block change meets all that the condition gives."""
    before, after = block.before or "", block.after or ""
    removed, added = _changed(block.before, block.after)
    if condition.under is not None and not any(in_any_case(condition.under).search(each) for each in block.heading):
        return False
    return (
        (not condition.added or _touches(condition.added, after, added))
        and (not condition.removed or _touches(condition.removed, before, removed))
        and (not condition.any or _touches(condition.any, after, added) or _touches(condition.any, before, removed))
    )


def _touches(patterns: Sequence[str], text: str, changed: Sequence[Span]) -> bool:
    """True if a match of a pattern contains a part of what changed in the text."""
    return any(
        start < found.end() and found.start() < end
        for pattern in patterns
        for found in in_any_case(pattern).finditer(text)
        for start, end in changed
    )


def _changed(before: str | None, after: str | None) -> tuple[list[Span], list[Span]]:
    """Return where words were removed from the first text, and where they were added to the second."""
    if before is None or after is None:
        return [(0, len(before or ""))], [(0, len(after or ""))]
    segments = word_diff(before, after)
    return list(_spans(segments, "removed")), list(_spans(segments, "added"))


def _spans(segments: Sequence[Segment], op: str) -> Iterator[Span]:
    at = 0
    for segment in segments:
        if segment.op not in {"kept", op}:
            continue
        end = at + len(segment.text)
        if segment.op == op:
            yield at, end
        at = end
