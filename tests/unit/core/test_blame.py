"""Blame: the revision that last changed each block."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.core.judging.blame import RevisionExtraction, blame
from monitor.core.law.marks import Act
from monitor.core.model import Block, Extraction


def extracted(number: int, *texts: str, law: str | None = None) -> RevisionExtraction:
    """Return an extracted revision whose blocks are §§ if it is of a law, and paragraphs otherwise."""
    blocks = [
        Block("section", text, (), f"{place} §") if law else Block("p", text) for place, text in enumerate(texts, 1)
    ]
    return RevisionExtraction(number, datetime(2026, 3, number, tzinfo=UTC), Extraction("t", tuple(blocks), law=law))


def origins(*revisions: RevisionExtraction) -> list[int]:
    return [origin.revision for origin in blame(revisions)]


def test_without_a_revision_there_is_nothing_to_blame() -> None:
    assert blame([]) == []


def test_a_block_that_never_changed_is_of_the_first_copy_and_others_of_what_changed_them() -> None:
    first = extracted(1, "Kommunen ska samråda med länet.", "Avgiften är 100 kronor.")
    second = extracted(2, "Kommunen ska samråda med länet.", "Avgiften är 200 kronor.")
    third = extracted(3, "Kommunen ska samråda med länet.", "Avgiften är 200 kronor.", "Blanketten finns på webben.")
    assert origins(first, second, third) == [1, 2, 3]


def test_a_block_that_went_is_of_no_revision() -> None:
    first = extracted(1, "Kommunen ska samråda med länet.", "Blanketten finns på webben.")
    assert origins(first, extracted(2, "Kommunen ska samråda med länet.")) == [1]


def test_what_is_held_back_changed_nothing() -> None:
    assert origins(extracted(1, "Kommunen - länet"), extracted(2, "Kommunen – länet")) == [1]


def test_there_and_back_is_of_the_way_back() -> None:
    once, other = "Avgiften är 100 kronor.", "Avgiften är 200 kronor."
    assert origins(extracted(1, once), extracted(2, other), extracted(3, once)) == [3]


def test_a_section_names_the_acts_of_all_its_wordings_each_once() -> None:
    text = (
        "Upphör att gälla 2027-01-01:\nGammalt. Förordning (2023:1).\nTräder i kraft 2027-01-01:\nNytt. Lag (2026:9)."
    )
    again = "Upphör att gälla 2027-01-01:\nA. Lag (2023:1).\nTräder i kraft 2027-01-01:\nB. Lag (2023:1)."
    found = blame([extracted(1, text, "Har upphävts genom lag (2024:3).", "Utan märke.", again, law="2021:995")])
    assert [origin.acts for origin in found] == [
        (Act("förordning", "2023:1"), Act("lag", "2026:9")),
        (Act("lag", "2024:3"),),
        (),
        (Act("lag", "2023:1"),),
    ]


def test_a_wording_is_of_the_revision_in_which_it_came_whatever_came_beside_it() -> None:
    old, new = "Avgiften är 100 kronor. Lag (2023:1).", "Avgiften är 200 kronor. Lag (2026:9)."
    ends, begins = "Upphör att gälla 2027-01-01:\n", "Träder i kraft 2027-01-01:\n"
    revisions = [
        extracted(number, text, "Utan ändring.", law="2021:995")
        for number, text in enumerate(["Avgift saknas.", old, f"{ends}{old}", f"{ends}{old}\n{begins}{new}"], 1)
    ]
    section, other = blame(revisions)
    assert (section.revision, other.revision) == (4, 1)
    assert [section.of_wording(text)[0] for text in (old, new, "Något annat.")] == [2, 4, 4]
    assert blame([*revisions, extracted(5, new, "Utan ändring.", law="2021:995")])[0].of_wording(new)[0] == 4
    assert other.of_wording("Utan ändring.") == (1, revisions[0].taken_at)


def test_a_page_names_no_acts() -> None:
    assert blame([extracted(1, "Nytt. Lag (2026:9).")])[0].acts == ()
