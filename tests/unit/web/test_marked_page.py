"""The whole page with its changes in their places."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bevaka.web.marked_page import MarkedBlock, Stretch, marked_page
from monitor.core.model import Block, BlockChange, ChangedDocument
from monitor.wording.catalogue import words_for

WORDS = words_for("sv")
PATH = ("Stöd",)


def blocks(*texts: str) -> list[Block]:
    return [Block("p", text, PATH) for text in texts]


def change(before: str | None, after: str | None) -> BlockChange:
    op = "added" if before is None else "removed" if after is None else "edited"
    return BlockChange(op, "p", PATH, None, before, after, "wording", material=True, rule="wording")  # type: ignore[arg-type]


def shown(stretches: list[Stretch]) -> list[str]:
    """Return each block as text, with [-what went-] and {+what came+}; a folded one in parentheses."""
    return [f"({line})" if stretch.is_folded else line for stretch in stretches for line in map(_line, stretch.blocks)]


def _line(block: MarkedBlock) -> str:
    marks = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.op].format(piece.text) for line in block.lines for piece in line.pieces)


def test_what_changed_is_marked_where_it_is_and_what_went_where_it_was() -> None:
    before = blocks("Ett.", "Två gäller.", "Tre.", "Fyra.")
    after = blocks("Ett.", "Två gäller inte.", "Fyra.", "Fem.")
    changes = [change("Två gäller.", "Två gäller inte."), change("Tre.", None), change(None, "Fem.")]
    assert shown(marked_page(before, after, changes, WORDS)) == [
        "Ett.", "Två gäller {+inte+}.", "[-Tre.-]", "Fyra.", "{+Fem.+}"
    ]  # fmt: skip


def test_what_stood_first_is_shown_first() -> None:
    assert shown(marked_page(blocks("Ett.", "Två."), blocks("Två."), [change("Ett.", None)], WORDS)) == [
        "[-Ett.-]", "Två."
    ]  # fmt: skip


def test_a_text_that_is_there_twice_is_marked_once() -> None:
    after = blocks("Samma.", "Mitt.", "Samma.")
    found = marked_page(blocks("Mitt.", "Samma."), after, [change(None, "Samma.")], WORDS)
    assert sum(block.is_changed for stretch in found for block in stretch.blocks) == 1


def test_what_did_not_change_is_folded_but_for_its_neighbours() -> None:
    texts = [f"Stycke {number}." for number in range(9)]
    found = shown(marked_page(blocks(*texts), blocks(*texts, "Nytt."), [change(None, "Nytt.")], WORDS))
    assert found == [*(f"({text})" for text in texts[:7]), *texts[7:], "{+Nytt.+}"]


def test_a_change_that_has_no_place_is_shown_at_the_end() -> None:
    assert shown(marked_page(blocks("Ett."), blocks("Ett."), [change("Annat.", "Nytt.")], WORDS)) == [
        "Ett.", "[-Annat-]{+Nytt+}."
    ]  # fmt: skip


def test_what_changed_in_a_document_follows_the_page_under_its_title() -> None:
    plan = ChangedDocument("https://lst.example/plan.docx", "Plan", "changed")
    inside = replace(change("Ett.", "Två."), document=plan, heading=("Plan", "Stöd"))
    named = replace(inside, document=replace(plan, title="Bilaga"), heading=("Bilaga",))
    assert shown(marked_page(blocks("Ett.", "Två."), blocks("Ett.", "Två."), [inside, named], WORDS)) == [
        "Ett.", "Två.", "Plan › Stöd", "[-Ett-]{+Två+}.", "Bilaga", "[-Ett-]{+Två+}."
    ]  # fmt: skip


def test_a_section_is_shown_with_its_number_whether_or_not_it_changed() -> None:
    law = [
        Block("section", "Ett.", (), "1 §"),
        Block("section", "Två gäller.", (), "2 §"),
        Block("p", "3 § Tre.", (), "3 §"),
    ]
    edited = BlockChange(
        "edited", "section", (), "2 §", "Två.", "Två gäller.", "wording", material=True, rule="wording"
    )
    found = marked_page(law, law, [edited], WORDS)
    assert [block.label for stretch in found for block in stretch.blocks] == ["1 §", "2 §", None]


TEXTS = st.lists(st.sampled_from("abcdefg"), max_size=12)


@given(TEXTS, TEXTS)
def test_every_change_and_every_block_is_shown_once(old: list[str], new: list[str]) -> None:
    changes = [
        *(change(text, None) for text in old if text not in new),
        *(change(None, text) for text in new if text not in old),
    ]
    found = [block for stretch in marked_page(blocks(*old), blocks(*new), changes, WORDS) for block in stretch.blocks]
    assert sum(block.is_changed for block in found) == len(changes)
    assert [_line(block).strip("{+}") for block in found if "[-" not in _line(block)] == new
