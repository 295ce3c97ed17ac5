"""The amendment register compared with the texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.law.amendments import (
    Amendment,
    RegisterFinding,
    acts_of,
    compare_with_register,
    parse_register,
    scope_labels,
)
from monitor.core.model import BlockChange, Change
from monitor.wording.law_register import register_sentence

CASES = Path(__file__).parents[2] / "data" / "law_register"


@pytest.mark.parametrize(
    ("scope", "labels"),
    [
        ("ändr. 4 §", {"4 §"}),
        ("ändr. 4 §; ny 1 a §", {"4 §", "1 a §"}),
        (
            "ändr. 1 kap. 7 §, 2 kap. 8, 9 §§; nya 17 kap. 2, 3 §§",
            {"1 kap. 7 §", "2 kap. 8 §", "2 kap. 9 §", "17 kap. 2 §", "17 kap. 3 §"},
        ),
        ("ny 3 kap. 28 §, rubr. närmast före 3 kap. 28, 29 §§", {"3 kap. 28 §"}),
        ("ändr. 2 §, rubr. närmast före 3 §, ny 5 §", {"2 §", "5 §"}),
        ("upph. 3–5, 7 a §§", {"3 §", "4 §", "5 §", "7 a §"}),
        ("ändr. 3 och 4 §§ samt 6 §", {"3 §", "4 §", "6 §"}),
        ("nuvarande 9, 10 §§ betecknas 10, 11 §§; ny 9 §", {"9 §", "10 §", "11 §"}),
        ("ändr. 2 §, bil. 2, rubr. till 19 kap.", {"2 §"}),
        ("ändr. ikrafttr.best.; omtryck", set()),
        ("ändr. 2 § i 2007:799, ikrafttr.best. till 2007:598", set()),
        ("ändr. 2007:925 utgår", set()),
        ("nuvarande 17 § ska betecknas 16 §; ändr. den nya 16 §, 18 §", {"16 §", "17 §", "18 §"}),
        ("", set()),
    ],
)
def test_a_scope_names_these_sections(scope: str, labels: set[str]) -> None:
    assert scope_labels(scope) == labels


def test_a_page_of_the_register_gives_its_amendments_in_order() -> None:
    page = (CASES / "register.html").read_text(encoding="utf-8")
    assert parse_register(page) == (
        Amendment("2023:101", "ändr. 3 §"),
        Amendment("2023:700", "ändr. 2 §; ny 2 a §, rubr. närmast före 2 a §"),
        Amendment("2024:300", ""),
    )


@pytest.mark.parametrize("page", ["", "<html>Sidan finns inte</html>", '<div class="result-inner-sub-box-container">'])
def test_another_page_gives_none(page: str) -> None:
    assert parse_register(page) == ()


# Compared with the texts


def amended(label: str, act: str = "2023:700") -> BlockChange:
    before, after = "Prov lämnas i mars.", f"Prov lämnas i april. Förordning ({act})."
    return BlockChange("edited", "section", (), label, before, after, "wording", material=True, rule="wording")


def included(before: str | None, after: str | None) -> BlockChange:
    texts = (before and f"Ändrad: t.o.m. SFS {before}", after and f"Ändrad: t.o.m. SFS {after}")
    return BlockChange("edited", "p", (), None, *texts, "reference", material=True, rule="act-number")


REGISTER = (
    Amendment("2023:101", "ändr. 3 §"),
    Amendment("2023:500", "ändr. 9 §"),
    Amendment("2023:700", "ändr. 2 §; ny 2 a §"),
    Amendment("2024:3", "upph. 1 §"),
)
NEW = replace(amended("2 a §"), op="added", before=None)


def test_the_same_sections_agree() -> None:
    change = Change((included(None, "2023:700"), amended("2 §"), NEW), law="2021:995")
    finding = compare_with_register(change, REGISTER)
    assert finding == RegisterFinding(("2023:700",), "ändr. 2 §; ny 2 a §")
    assert finding.agrees
    assert register_sentence(finding) == {
        "sv": "Ändringsregistret, SFS 2023:700: ändr. 2 §; ny 2 a § – stämmer med texten",
        "en": "Register of amendments, SFS 2023:700: ändr. 2 §; ny 2 a § – agrees with the text",
    }


def test_what_only_one_of_them_names_is_said() -> None:
    finding = compare_with_register(Change((amended("2 §"), amended("10 §"), amended("4 §")), law="2021:995"), REGISTER)
    assert finding is not None
    assert (finding.unseen, finding.unnamed, finding.agrees) == (("2 a §",), ("4 §", "10 §"), False)
    assert register_sentence(finding)["sv"].endswith(
        "– stämmer inte med texten: texten visar ingen ändring av 2 a §, och registret nämner inte 4 och 10 §§"
    )
    assert register_sentence(replace(finding, unseen=()))["en"].endswith("the register does not name sections 4 and 10")
    assert register_sentence(replace(finding, unnamed=()))["en"].endswith("the text shows no change of section 2 a")


def test_every_act_between_two_texts_counts() -> None:
    change = Change((included("2023:101", "2023:700"), amended("2 §"), NEW, amended("9 §")), law="2021:995")
    finding = compare_with_register(change, REGISTER)
    assert finding is not None
    assert finding.numbers == ("2023:500", "2023:700")
    assert finding.agrees


def test_an_act_that_the_register_does_not_have_yet_is_said_to_be_missing() -> None:
    finding = compare_with_register(Change((amended("2 §", "2026:900"),), law="2021:995"), REGISTER)
    assert finding == RegisterFinding(("2026:900",), "")
    assert not finding.agrees
    assert register_sentence(finding)["sv"] == "Ändringsregistret har ännu inga uppgifter om SFS 2026:900"
    assert compare_with_register(Change((amended("2 §", "2026:900"),), law="2021:995"), ()) == finding


def test_a_change_that_names_no_act_is_not_confronted() -> None:
    change = Change((replace(amended("2 §"), after="Prov lämnas i april."),), law="2021:995")
    assert acts_of(change) == ()
    assert compare_with_register(change, REGISTER) is None


def test_only_what_acts_do_is_looked_up() -> None:
    """A wording that ended, or of which only the mark changed, is no amendment to look up in the register."""
    remarked = replace(
        amended("6 §"), before="Prov lämnas i april.", after="Prov lämnas i april. Förordning (2023:700)."
    )
    finding = compare_with_register(Change((amended("2 §"), NEW, remarked), law="2021:995"), REGISTER)
    assert finding is not None
    assert finding.agrees


def test_both_numbers_of_a_renumbered_section_count() -> None:
    moved = replace(amended("9 §", "2024:9"), op="edited", label_before="8 §")
    finding = compare_with_register(
        Change((moved,), law="2021:995"), (Amendment("2024:9", "nuvarande 8 § betecknas 9 §"),)
    )
    assert finding is not None
    assert finding.agrees


def test_a_finding_comes_back_from_its_facts() -> None:
    finding = RegisterFinding(("2023:700",), "ändr. 2 §", ("2 a §",), ("4 §",))
    assert RegisterFinding.from_facts(finding.facts) == finding
