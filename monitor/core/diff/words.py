"""Word diff: what was removed and added inside one text, in whole words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from monitor.core.diff.common_runs import Run, common_runs

_TOKEN = re.compile(r"\s|\w+(?:[-.:,/'’@&]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that was kept, removed or added."""

    op: Literal["kept", "removed", "added"]
    text: str


def word_diff(before: str, after: str) -> list[Segment]:
    """Return the way from `before` to `after` in whole words; a figure, a date or an address is one word.

    The kept and removed segments joined are `before`, the kept and added ones `after`. A removed segment precedes the
    added one in its place; space alone between two edits is part of both.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    segments: list[Segment] = []
    removed = added = ""
    i = j = 0
    for start_old, start_new, length in [*common_runs(old, new), Run(len(old), len(new), 0)]:
        removed += "".join(old[i:start_old])
        added += "".join(new[j:start_new])
        i, j = start_old + length, start_new + length
        kept = "".join(old[start_old:i])
        if removed and added and kept.isspace() and i < len(old) and j < len(new):
            removed += kept
            added += kept
            continue
        segments += _edit(removed, added)
        if kept:
            segments.append(Segment("kept", kept))
        removed = added = ""
    return segments


def _edit(removed: str, added: str) -> list[Segment]:
    edit = [Segment("removed", removed)] if removed else []
    return [*edit, Segment("added", added)] if added else edit
