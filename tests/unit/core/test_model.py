"""Facts that follow from the facts of the model."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.core.law.days import EntryIntoForce
from monitor.core.model import BlockChange, Change, Condition, Fetched, Recipe, Schedule, Snapshot, Watch

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


def test_a_recipe_that_says_more_has_another_hash_and_the_others_keep_theirs() -> None:
    plain = Recipe()
    others = [Recipe(only_if=Condition(any=("stöd",))), Recipe(never_seen=True), Recipe(expect_not="fel")]
    assert plain.to_json() == '{"drop":[],"expect":null,"ignore":[],"keep":null}'
    assert len({recipe.hash for recipe in [plain, *others]}) == 4


def test_the_watches_of_a_schedule_are_found_by_key() -> None:
    county = Watch("county", "The county", "https://county.example/")
    law = Watch("law", "The law", "https://law.example/")
    schedule = Schedule((county, law))
    assert schedule.watch("law") is law
    assert schedule.watch("other") is None


def test_a_change_has_the_class_of_the_first_block_that_is_material() -> None:
    noise = BlockChange("edited", "p", (), None, "1", "2", "noise", material=False, rule="counter")
    duty = BlockChange("edited", "p", (), None, "bör", "ska", "duty", material=True, rule="duty")
    assert Change((noise, duty)).category == "duty"
    assert Change((noise,)).category == "noise"


def test_a_snapshot_is_the_answer_without_its_body() -> None:
    headers = (("Content-Type", "text/html"),)
    snapshot = Snapshot(1, 1, 1, NOW, "https://a.example/", "https://a.example/b", 200, headers, "00", 4, "11")
    assert snapshot.fetched(b"text") == Fetched("https://a.example/b", 200, headers, b"text", NOW)


def test_an_entry_into_force_is_read_back_from_its_facts() -> None:
    entry = EntryIntoForce("2027-01-01", "section", "2 §", "Gammal.", "Ny.")
    assert EntryIntoForce.from_facts(entry.facts) == entry
    assert not entry.is_repeal_of_law
    assert EntryIntoForce("2027-01-01", "law", "Lag (2021:1) om prov", "Lag (2021:1) om prov", None).is_repeal_of_law
