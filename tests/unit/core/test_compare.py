from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.judging.compare import compare, judge, owed
from monitor.core.model import (
    Alert,
    Baseline,
    Block,
    BlockChange,
    Change,
    Changed,
    Extraction,
    StatedDate,
    Suspect,
    Unchanged,
)

NOW = datetime(2024, 3, 1, 9, tzinfo=UTC)
BODY = "Länsstyrelsen samordnar länets arbete och stödjer kommuner och regioner i deras planering av insatser."


def page(*texts: str, updated: str | None = "2021-11-18", law: str | None = None) -> Extraction:
    stated = StatedDate(updated, "Senast uppdaterad", f"Senast uppdaterad: {updated}", "text") if updated else None
    texts = (*texts, stated.text) if stated else texts
    return Extraction("Norrvik", (Block("h1", "Våld"), *(Block("p", text) for text in texts)), updated=stated, law=law)


def test_the_first_sound_check_is_a_baseline() -> None:
    assert compare(None, page(BODY), fetched_after=NOW) == Baseline()


def test_a_suspicious_first_check_is_no_baseline() -> None:
    verdict = compare(None, page("Laddar …", updated=None), fetched_after=NOW)
    assert isinstance(verdict, Suspect)
    assert verdict.reason.code == "loading-page"


def test_what_differs_in_normalisation_alone_is_unchanged() -> None:
    assert compare(page("Stöd – ”nära” dig"), page('Stöd - "nära" dig'), fetched_after=NOW) == Unchanged()


def test_an_accepted_shell_that_is_still_there_is_unchanged() -> None:
    shell = page("Laddar …", updated=None)
    assert compare(shell, shell, fetched_after=NOW) == Unchanged()


def test_a_shell_in_the_place_of_a_page_is_suspect_but_can_be_judged() -> None:
    before, after = page(*[BODY] * 5), page("Laddar …", updated=None)
    assert isinstance(compare(before, after, fetched_after=NOW), Suspect)
    assert isinstance(judge(before, after, fetched_after=NOW), Changed)


def test_a_change_lists_all_that_differs_in_the_order_of_the_page() -> None:
    before, after = (
        page(BODY, "Avgiften är 100 kr."),
        page(BODY + " Läs mer.", "Avgiften är 120 kr", updated="2024-02-28"),
    )
    verdict = compare(before, after, fetched_before=NOW - timedelta(days=9), fetched_after=NOW)
    assert isinstance(verdict, Changed)
    assert [block.rule for block in verdict.change.blocks] == ["wording", "amount", "update-date"]
    assert (verdict.change.updated_before, verdict.change.updated_after) == (before.updated, after.updated)
    assert verdict.change.material


def test_a_line_that_is_a_clock_is_held_back_and_the_hour_of_a_meeting_is_told() -> None:
    def of(line: str) -> bool:
        verdict = compare(
            page(BODY, f"{line} 09.14"), page(BODY, f"{line} 10.27"), fetched_before=NOW, fetched_after=NOW
        )
        assert isinstance(verdict, Changed)
        return verdict.change.material

    assert not of("Klockan är")
    assert of("Mötet börjar klockan")


def test_a_stamp_that_follows_every_check_is_held_back() -> None:
    before, after = page(BODY, updated="2024-02-29"), page(BODY, updated="2024-03-01")
    verdict = compare(before, after, fetched_before=NOW - timedelta(days=1), fetched_after=NOW)
    assert isinstance(verdict, Changed)
    assert (verdict.change.material, verdict.change.rule) == (False, "automatic-stamp")


def test_the_law_of_a_change_is_that_of_the_reading_that_has_one() -> None:
    before, after = page(BODY, law="2021:995"), page(BODY + " Nytt.", law="2021:995")
    verdict = judge(before, after, fetched_after=NOW)
    assert isinstance(verdict, Changed)
    assert verdict.change.law == "2021:995"


def change(*rules: str) -> Change:
    held_back = {"typography"}
    return Change(
        tuple(
            BlockChange("edited", "p", (), None, "a", "b", "class", material=rule not in held_back, rule=rule)
            for rule in rules
        )
    )


@pytest.mark.parametrize(
    ("rules", "alert", "expected"),
    [
        (["wording"], "material", True),
        (["update-date"], "material", True),
        (["typography"], "material", False),
        (["wording"], "content", True),
        (["update-date"], "content", False),
        (["update-date", "typography"], "content", False),
        (["update-date", "wording"], "content", True),
        (["typography"], "any", True),
    ],
)
def test_the_alert_of_a_watch_decides_what_is_owed(rules: list[str], alert: Alert, *, expected: bool) -> None:
    assert owed(change(*rules), alert) is expected
