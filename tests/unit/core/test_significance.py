"""Cases for each rule: tests/data/significance/<rule>/<case>.json."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.core.diff.align import BlockPair
from monitor.core.judging.rules.date_stamps import Circumstances
from monitor.core.judging.significance import RULES, classify
from monitor.core.model import Block, Extraction, Link, StatedDate

CASES = Path(__file__).parents[2] / "data" / "significance"
FILES = sorted(CASES.glob("*/*.json"))


def block(facts: dict[str, Any] | None) -> Block | None:
    if facts is None:
        return None
    links = tuple(Link(**link) for link in facts.get("links", ()))
    return Block(facts["kind"], facts["text"], tuple(facts.get("heading", ())), facts.get("label"), links)


def circumstances(case: dict[str, Any]) -> Circumstances:
    updated = [StatedDate(**date) if date else None for date in case.get("updated", (None, None))]
    seen = [datetime.fromisoformat(at) if at else None for at in case.get("seen", (None, None))]
    headings = [tuple(Block("h2", text) for text in texts) for texts in case.get("headings", ((), ()))]
    before, after = (
        Extraction("t", blocks, language="sv", updated=date, law=case.get("law"))
        for date, blocks in zip(updated, headings, strict=True)
    )
    return Circumstances(before, after, seen[0], seen[1] or datetime(2026, 3, 1, tzinfo=UTC))


def op_of(case: dict[str, Any]) -> Any:
    sides = case["before"] is not None, case["after"] is not None
    return case.get("op") or {(True, True): "edited", (False, True): "added", (True, False): "removed"}[sides]


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.stem}" for file in FILES])
def test_the_rule_that_names_the_folder_takes_the_case(file: Path) -> None:
    case = json.loads(file.read_text("utf-8"))
    pair = BlockPair(op_of(case), block(case["before"]), block(case["after"]))
    change = classify(pair, circumstances(case))
    rule = RULES[file.parent.name]
    assert (change.rule, change.category, change.material) == (file.parent.name, rule.category, rule.material)
    assert (change.op, change.before, change.after) == (
        pair.op,
        pair.before and pair.before.text,
        pair.after and pair.after.text,
    )


OF_WHOLE_PAGES = (
    {"only-if", "never-seen", "links-replaced", "rotating"}
    | {f"document-{what}" for what in ("added", "removed", "bytes", "listed", "size")}
    | {f"item-{what}" for what in ("new", "back", "older", "gone", "renamed")}
)
"""Rules that no pair of blocks alone shows.

See test_documents.py, test_link_lists.py, test_moves_at_each_check.py, test_only_if.py, test_never_seen.py,
test_section_changes.py.
"""


def test_every_rule_has_a_case() -> None:
    assert {file.parent.name for file in FILES} == set(RULES) - OF_WHOLE_PAGES


def test_a_date_from_metadata_is_not_the_pages_own_update_date() -> None:
    case: dict[str, Any] = {
        "updated": [
            {"date": day, "label": "dateModified", "text": day, "source": "json-ld"}
            for day in ("2024-01-01", "2024-02-02")
        ]
    }
    pair = BlockPair("edited", Block("p", "Gäller 2024-01-01 i länet"), Block("p", "Gäller 2024-02-02 i länet"))
    assert classify(pair, circumstances(case)).rule == "date"


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("Ansök senast den 1 mars 2027", "Ansök senast den 15 mars 2027", "deadline"),
        ("Ring 0480-12 34 56", "Ring 0480-12 34 57", "contact"),
        ("Avgift: 400 kr", "Avgift: 450 kr", "amount"),
        ("43", "57", "figure"),
        ("3 maj 2027", "4 maj 2027", "date"),
        ("Utlysningar 2026", "Utlysningar 2027", "heading"),
        ("Läget den 3 maj", "Läget den 4 maj", "heading"),
        ("Sök senast den 1 mars 2027", "Ansök senast den 15 mars 2027", "heading"),
        ("Maj 2027", "Maj", "heading"),
    ],
)
def test_of_a_heading_the_fact_is_told_where_nothing_else_differs_and_it_matters_most(
    before: str, after: str, rule: str
) -> None:
    pair = BlockPair("edited", Block("h2", before), Block("h2", after))
    assert classify(pair, circumstances({})).rule == rule


def test_a_publication_date_that_moves_counts_as_the_pages_date() -> None:
    def page(day: str) -> Extraction:
        return Extraction("t", (), published=StatedDate(day, "Publicerad", f"Publicerad: {day}", "text"))

    known = Circumstances(page("2024-01-01"), page("2024-02-02"), None, datetime(2026, 3, 1, tzinfo=UTC))
    pair = BlockPair("edited", Block("p", "Publicerad: 2024-01-01"), Block("p", "Publicerad: 2024-02-02"))
    assert classify(pair, known).rule == "update-date"


def test_a_date_and_other_words_in_one_line_are_not_the_date_alone() -> None:
    stated = [
        {"date": day, "label": "Senast uppdaterad", "text": f"Senast uppdaterad: {day}", "source": "text"}
        for day in ("2024-01-01", "2024-02-02")
    ]
    before, after = (
        Block("p", "Avgiften höjs. Senast uppdaterad: 2024-01-01"),
        Block("p", "Senast uppdaterad: 2024-02-02"),
    )
    assert classify(BlockPair("edited", before, after), circumstances({"updated": stated})).rule == "date"


def test_a_renumbered_section_keeps_its_old_label() -> None:
    before, after = (Block("section", "Myndigheten ska redovisa sitt arbete.", (), label) for label in ("8 §", "9 §"))
    change = classify(BlockPair("moved", before, after), circumstances({}))
    assert (change.label, change.label_before) == ("9 §", "8 §")


def test_a_kept_pair_has_no_change() -> None:
    same = Block("p", "Samma")
    with pytest.raises(ValueError, match="kept"):
        classify(BlockPair("kept", same, same), circumstances({}))
