from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.diff.align import BlockPair, align, extraction_fingerprint, keys
from monitor.core.model import Block, Extraction, Link, StatedDate

FIRST = "Länsstyrelsen samordnar länets arbete mot våld i nära relationer."
SECOND = "Kommuner och regioner redovisar sina lokala strategier varje år."
THIRD = "Frågor om bidrag besvaras av kansliet under kontorstid."
FOURTH = "Nätverket träffas två gånger om året i residenset."


def p(text: str, kind: str = "p", heading: tuple[str, ...] = (), label: str | None = None, *targets: str) -> Block:
    return Block(kind, text, heading, label, tuple(Link("länk", target) for target in targets))


def ops(pairs: Sequence[BlockPair]) -> list[tuple[str, str | None, str | None]]:
    """Return the operation and both texts of every pair that differs."""
    return [
        (pair.op, pair.before.text if pair.before else None, pair.after.text if pair.after else None)
        for pair in pairs
        if pair.op != "kept"
    ]


def section(label: str, text: str) -> Block:
    return p(text, "section", (), label)


WORDS = st.lists(st.sampled_from("stöd våld kommun region ska bör inte 12 mars".split()), min_size=1, max_size=9)  # noqa: SIM905  more readable on one line
BLOCKS = st.lists(
    st.builds(p, WORDS.map(" ".join), st.sampled_from(["p", "li", "h2", "row"]), st.sampled_from([(), ("Stöd",)])),
    max_size=14,
)
LABELS = st.lists(st.integers(1, 12), unique=True, max_size=8)


@st.composite
def laws(draw: st.DrawFn) -> list[Block]:
    return [section(f"{number} §", " ".join(draw(WORDS))) for number in draw(LABELS)]


@given(BLOCKS | laws(), BLOCKS | laws())
@settings(max_examples=300)
def test_every_block_of_both_sides_stands_in_the_pairs(before: list[Block], after: list[Block]) -> None:
    pairs = align(before, after)
    old = "\n".join(sorted("\n".join(pair.before.text for pair in pairs if pair.before).split("\n")))
    new = [line for pair in pairs if pair.after for line in pair.after.text.split("\n")]
    assert old == "\n".join(sorted(block.text for block in before))
    assert new == [block.text for block in after]


@given(BLOCKS | laws(), BLOCKS | laws())
@settings(max_examples=200)
def test_the_fingerprint_differs_exactly_when_a_pair_does(before: list[Block], after: list[Block]) -> None:
    same = extraction_fingerprint(Extraction("t", tuple(before))) == extraction_fingerprint(
        Extraction("t", tuple(after))
    )
    assert same == all(pair.op == "kept" for pair in align(before, after))
    assert same == (keys(before, {}) == keys(after, {}))


def test_a_fingerprint_looks_at_what_counts_alone() -> None:
    plain = Extraction("t", (p("Våld i ”nära” relationer"),))
    dressed = Extraction(
        "Annan titel",
        (p('Våld i "nära" relationer', "p", ("Rubrik",)),),
        language="sv",
        updated=StatedDate("2024-01-01", "dateModified", "2024-01-01", "json-ld"),
    )
    assert extraction_fingerprint(plain) == extraction_fingerprint(dressed)
    assert extraction_fingerprint(plain) != extraction_fingerprint(Extraction("t", (p("Våld i nära relationer"),)))
    assert extraction_fingerprint(plain) != extraction_fingerprint(
        Extraction("t", (p("Våld i ”nära” relationer", "li"),))
    )
    assert extraction_fingerprint(plain) != extraction_fingerprint(
        Extraction("t", (p("Våld i ”nära” relationer", "p", (), None, "https://norrvik.example/"),))
    )


def test_two_neighbouring_edited_paragraphs_are_two_edits() -> None:
    after = [FIRST.replace("länets", "regionens"), SECOND.replace("varje år", "vartannat år")]
    assert ops(align([p(FIRST), p(SECOND)], [p(text) for text in after])) == [
        ("edited", FIRST, after[0]),
        ("edited", SECOND, after[1]),
    ]


def test_two_texts_of_twenty_thousand_words_are_one_edit() -> None:
    words = [f"ord{number}" for number in range(20_100)]
    before, after = " ".join(words), " ".join(["annat", *words[1:]])
    assert [op for op, _, _ in ops(align([p(FIRST), p(before)], [p(FIRST), p(after)]))] == ["edited"]


def test_an_added_block_between_edited_ones_is_added() -> None:
    after = [p(FIRST.replace("länets", "regionens")), p(THIRD), p(SECOND.replace("varje år", "vartannat år"))]
    assert [op for op, _, _ in ops(align([p(FIRST), p(SECOND)], after))] == ["edited", "added", "edited"]


def test_a_tiny_text_beside_kept_ones_is_an_edit() -> None:
    before, after = [p(FIRST), p("20-69"), p(SECOND)], [p(FIRST), p("0-75"), p(SECOND)]
    assert [op for op, _, _ in ops(align(before, after))] == ["edited"]


def test_a_moved_sentence_is_a_move() -> None:
    before = [p(FIRST), p(SECOND), p(THIRD), p(FOURTH)]
    assert ops(align(before, [before[3], *before[:3]])) == [("moved", FOURTH, FOURTH)]


def test_a_sentence_that_is_moved_and_edited_is_an_edit() -> None:
    changed = FOURTH.replace("två", "tre")
    assert ops(align([p(FIRST), p(SECOND), p(THIRD), p(FOURTH)], [p(changed), p(FIRST), p(SECOND), p(THIRD)])) == [
        ("edited", FOURTH, changed)
    ]


def test_two_sentences_that_cross_and_are_edited_are_both_edits() -> None:
    one, other = FIRST.replace("länets", "regionens"), FOURTH.replace("två", "tre")
    before = [p(FIRST), p(SECOND), p(THIRD), p(FOURTH)]
    assert sorted(ops(align(before, [p(other), p(SECOND), p(THIRD), p(one)]))) == [
        ("edited", FIRST, one),
        ("edited", FOURTH, other),
    ]


def test_a_short_answer_under_another_heading_is_not_moved() -> None:
    before = [p("Får man överklaga?", "h2"), p("Ja", "p", ("Får man överklaga?",)), p("Kostar det?", "h2"), p(FIRST)]
    after = [p("Får man överklaga?", "h2"), p("Kostar det?", "h2"), p("Ja", "p", ("Kostar det?",)), p(FIRST)]
    assert sorted(op for op, _, _ in ops(align(before, after))) == ["added", "removed"]


def test_a_reworded_heading_leaves_the_blocks_below_it_alone() -> None:
    before = [p("Stöd till kommuner", "h2"), p(FIRST, "p", ("Stöd till kommuner",))]
    after = [p("Stöd till kommuner och regioner", "h2"), p(FIRST, "p", ("Stöd till kommuner och regioner",))]
    assert ops(align(before, after)) == [("edited", "Stöd till kommuner", "Stöd till kommuner och regioner")]


def test_short_rows_below_a_reworded_heading_are_kept() -> None:
    before = [p("Läget den 14 mars", "h2"), *(p(f"{number}", "row", ("Läget den 14 mars",)) for number in range(5))]
    after = [p("Läget den 15 mars", "h2"), *(p(f"{number}", "row", ("Läget den 15 mars",)) for number in range(5))]
    assert ops(align(before, after)) == [("edited", "Läget den 14 mars", "Läget den 15 mars")]


def test_a_row_is_known_by_its_first_cell_when_every_figure_changed() -> None:
    before = [p("Norrvik | 84 | 1 031", "row"), p("Totalt | 784 | 11 012", "row"), p("Källa: nämnden")]
    after = [
        p("Norrvik | 91 | 2 207", "row"),
        p("Söderby | 3 | 15", "row"),
        p("Totalt | 957 | 13 952", "row"),
        p("Källa: nämnden"),
    ]
    assert [(op, new) for op, _, new in ops(align(before, after))] == [
        ("edited", "Norrvik | 91 | 2 207"),
        ("added", "Söderby | 3 | 15"),
        ("edited", "Totalt | 957 | 13 952"),
    ]


def test_a_text_that_was_cut_off_or_continued_is_an_edit() -> None:
    start = "Den 12 mars beslutade länsstyrelsen om nya råd"
    whole = (
        f"{start} för att begränsa smittan i länet, och de gäller alla som har varit utomlands, var de än har varit."
    )
    others = [p(FIRST), p(SECOND), p(THIRD), p(FOURTH)]
    for before, after in ((whole, start), (start, whole)):
        assert ops(align([*others, p(before)], [*others, p(after)])) == [("edited", before, after)]
        sides = [[p(before), *map(p, "abcde")], [*(p(f"ny {sign}" * 5) for sign in "vwxyz"), p(after)]]
        assert ("edited", before, after) in ops(align(*sides))
    assert {op for op, _, _ in ops(align([p(f"Ring {whole}")], [p("Ring")]))} == {"removed", "added"}


def test_a_replaced_link_is_an_edit_of_its_block() -> None:
    before, after = (p(FIRST, "p", (), None, f"https://norrvik.example/{name}") for name in ("a.pdf", "b.pdf"))
    assert ops(align([before], [after])) == [("edited", FIRST, FIRST)]


def test_a_split_paragraph_is_one_edit_with_its_parts_as_lines() -> None:
    whole = f"{FIRST} {SECOND} {THIRD}"
    assert ops(align([p(FOURTH), p(whole)], [p(FOURTH), p(FIRST), p(SECOND), p(THIRD)])) == [
        ("edited", whole, f"{FIRST}\n{SECOND}\n{THIRD}")
    ]


def test_merged_paragraphs_are_one_edit_with_their_links() -> None:
    parts = [
        p(FIRST, "p", (), None, "https://norrvik.example/a"),
        p(SECOND, "p", (), None, "https://norrvik.example/b"),
    ]
    whole = p(f"{FIRST} {SECOND}", "p", (), None, "https://norrvik.example/a", "https://norrvik.example/b")
    (pair,) = [pair for pair in align([*parts, p(THIRD)], [whole, p(THIRD)]) if pair.op != "kept"]
    assert pair.before is not None
    assert pair.before.text == f"{FIRST}\n{SECOND}"
    assert pair.before.links == whole.links


def test_what_was_removed_stands_where_it_was() -> None:
    pairs = align([p(FIRST), p(SECOND), p(THIRD)], [p(FIRST), p(THIRD)])
    assert [pair.op for pair in pairs] == ["kept", "removed", "kept"]


def test_a_section_is_its_label_however_much_it_changed() -> None:
    before, after = section("3 §", FIRST), section("3 §", "Har upphävts genom lag.")
    assert ops(align([section("2 §", SECOND), before], [section("2 §", SECOND), after])) == [
        ("edited", FIRST, after.text)
    ]


def test_sections_below_a_new_one_are_renumbered_not_rewritten() -> None:
    before = [section("1 §", FIRST), section("2 §", SECOND), section("3 §", THIRD)]
    after = [
        section("1 §", FIRST),
        section("2 §", FOURTH),
        section("3 §", f"{SECOND} Lag (2024:1)."),
        section("4 §", THIRD),
    ]
    pairs = align(before, after)
    assert [(pair.op, pair.before and pair.before.label, pair.after and pair.after.label) for pair in pairs] == [
        ("kept", "1 §", "1 §"),
        ("added", None, "2 §"),
        ("edited", "2 §", "3 §"),
        ("moved", "3 §", "4 §"),
    ]


def test_a_section_that_was_renumbered_and_edited_is_found_by_its_text() -> None:
    changed = SECOND.replace("varje år", "vartannat år")
    pairs = align([section("1 §", FIRST), section("2 §", SECOND)], [section("1 §", FIRST), section("2 a §", changed)])
    assert [(pair.op, pair.before and pair.before.label, pair.after and pair.after.label) for pair in pairs][1:] == [
        ("edited", "2 §", "2 a §")
    ]


def test_a_short_text_under_two_labels_is_no_renumbering() -> None:
    before, after = [section("5 §", "Har upphävts."), section("6 §", FIRST)], [section("6 §", "Har upphävts.")]
    assert ops(align(before, after)) == [("removed", "Har upphävts.", None), ("edited", FIRST, "Har upphävts.")]


def test_a_text_that_stood_under_both_labels_is_no_renumbering() -> None:
    before = [section("5 §", FIRST), section("6 §", FIRST), section("7 §", SECOND)]
    after = [section("5 §", THIRD), section("6 §", FIRST), section("7 §", SECOND)]
    assert ops(align(before, after)) == [("edited", FIRST, THIRD)]


def test_many_repeated_lines_are_aligned_in_seconds() -> None:
    repeated = [f"Rad {number % 40} i en lång lista" for number in range(20_000)]
    edited = [f"{text} ändrad" if number % 997 == 0 else text for number, text in enumerate(repeated)]
    edited[5000:5000] = ["En ny rad som inte fanns förut i listan"] * 3
    started = time.process_time()
    found = ops(align([p(text) for text in repeated], [p(text) for text in edited]))
    assert time.process_time() - started < 10
    assert [op for op, _, _ in found].count("added") == 3
    assert [op for op, _, _ in found].count("edited") == 21
    assert len(found) == 24


def test_a_long_text_that_was_wholly_rewritten_takes_seconds() -> None:
    before = [p(f"Första upplagan rad {number} om stöd och hjälp {number * 7}") for number in range(3000)]
    after = [p(f"Text {number * 31} som ingen har sett innan nu {number}") for number in range(3000)]
    started = time.process_time()
    pairs = align(before, after)
    assert time.process_time() - started < 10
    assert {pair.op for pair in pairs} <= {"added", "removed", "edited"}


def test_sections_that_differ_in_their_dates_are_not_one_under_two_labels() -> None:
    before = [
        Block("section", "Ansökan lämnas senast den 1 mars 2024 här.", (), "3 §"),
        Block("section", "Övrigt.", (), "4 §"),
    ]
    after = [
        Block("section", "Övrigt.", (), "4 §"),
        Block("section", "Ansökan lämnas senast den 15 maj 2031 här.", (), "7 §"),
    ]
    assert {(pair.op, (pair.after or pair.before).label) for pair in align(before, after)} == {  # type: ignore[union-attr]
        ("removed", "3 §"),
        ("kept", "4 §"),
        ("added", "7 §"),
    }


def test_very_long_words_are_compared_as_words_alone() -> None:
    before = [p(f"{letter * 3000} {letter}") for letter in "abcdefgh"]
    after = [p(f"{letter * 3000} {letter}{letter}") for letter in "abcdefgh"]
    assert sorted({pair.op for pair in align(before, after)}) == ["edited"]


def test_an_item_that_comes_and_one_that_goes_are_two_items_whatever_lines_they_share() -> None:
    def item(number: int, day: str) -> list[Block]:
        heading = f"Nyhet nummer {number} om {'abcdef'[number] * 9}"
        path = ("Nyheter", heading)
        return [
            Block("h3", heading, ("Nyheter",)),
            Block("li", f"2026-02-{day}", path),
            Block("p", f"pubDate: Mon, {day} Feb 2026 08:00:00 +0100", path),
        ]

    def listed(*numbers: int) -> list[Block]:
        return [Block("h1", "Nyheter"), *(block for number in numbers for block in item(number, f"1{number}"))]

    pairs = align(listed(3, 2, 1), listed(4, 3, 2))
    assert Counter(pair.op for pair in pairs) == {"kept": 7, "added": 3, "removed": 3}


def test_lines_under_a_heading_that_was_reworded_stay_with_it() -> None:
    before = [Block("h2", "Öppettider vid påsk"), Block("p", "Måndag 6 april 2026", ("Öppettider vid påsk",))]
    after = [Block("h2", "Öppettider vid pingst"), Block("p", "Måndag 25 maj 2026", ("Öppettider vid pingst",))]
    assert [pair.op for pair in align(before, after)] == ["edited", "edited"]


def test_of_two_that_went_one_can_have_come_back_elsewhere() -> None:
    def long(start: str, end: str) -> Block:
        return Block("p", f"{start} {start}a {start}b {start}c {start}d {start}e {start}f {start}g {start}h {end}")

    stayed = Block("p", "Det här stycket är kvar på sin plats mellan allt som flyttas på sidan i dag.")
    before = [long("stöd", "ett"), long("stöd", "två"), long("plan", "ett"), long("råd", "ett"), stayed]
    after = [stayed, long("plan", "nu"), long("råd", "nu"), long("stöd", "nu")]
    ops = [pair.op for pair in align(before, after)]
    assert (ops.count("edited"), ops.count("removed"), ops.count("added")) == (3, 1, 0)
