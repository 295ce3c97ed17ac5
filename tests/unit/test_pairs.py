"""Pairs of revisions as files, and the verdict that a careful reader expects: one case for each known trap.

tests/data/pairs/<case>/before.html, after.html, expected.json (verdict, rules of the differences, fetch times).
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.core.judging.compare import compare
from monitor.core.model import Changed, Extraction, Fetched, Recipe, Suspect, Verdict
from monitor.extractors.page import Page

CASES = sorted((Path(__file__).parents[1] / "data" / "pairs").iterdir())
HTML = (("Content-Type", "text/html; charset=utf-8"), ("Last-Modified", "Tue, 17 Mar 2026 04:00:00 GMT"))
TIMES = ("2026-03-19T09:00:00+00:00", "2026-03-20T09:00:00+00:00")


def extract(file: Path, at: datetime) -> Extraction:
    return Page().extract(Fetched("https://www.lansexempel.se/vald", 200, HTML, file.read_bytes(), at), Recipe())


def said(verdict: Verdict) -> dict[str, Any]:
    facts: dict[str, Any] = {"material": False, "rules": [], "reason": None}
    match verdict:
        case Changed(change):
            facts |= {"material": change.material, "rules": [block.rule for block in change.blocks]}
        case Suspect(reason):
            facts["reason"] = reason.code
    return {"verdict": type(verdict).__name__.lower(), **facts}


@pytest.mark.parametrize("folder", CASES, ids=[folder.name for folder in CASES])
def test_a_pair_is_judged_as_its_file_says(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    times = [datetime.fromisoformat(at) for at in expected.pop("times", TIMES)]
    before, after = (extract(folder / name, at) for name, at in zip(("before.html", "after.html"), times, strict=True))
    verdict = compare(before, after, fetched_before=times[0], fetched_after=times[1])
    assert said(verdict) == expected
