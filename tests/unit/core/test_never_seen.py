"""Text that no revision ever had: what is told of a change, and what is held back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.comparer import Comparer
from monitor.core.model import Block, Change, Changed, Extraction, Link, Recipe, Unchanged
from monitor.core.record.never_seen import RULE, Lines, lines_of, never_seen, seen_in
from monitor.core.record.sealed_text import sealed_text

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOP = Block("h1", "Beslut i Almby")


def page(*lines: str | Block) -> Extraction:
    return Extraction("Almby", (TOP, *(Block("p", line) if isinstance(line, str) else line for line in lines)))


def told(before: Extraction, after: Extraction, *earlier: Extraction) -> Change | None:
    """Return how a page differs, where it had the earlier texts as well; None if it does not."""
    texts = [(1, sealed_text(each)) for each in earlier]
    verdict = Comparer().judge(
        *(before, after),
        fetched_after=NOW,
        recipe=Recipe(never_seen=True),
        earlier=lambda lines: seen_in(texts, lines),
    )
    return verdict.change if isinstance(verdict, Changed) else None


LINES = st.lists(
    st.text("abcdåäö 0123456789.§–”#•→", min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool),
    max_size=8,
    unique=True,
)
KINDS = st.sampled_from(["p", "li", "h2", "row"])
PAGES = st.lists(st.tuples(KINDS, LINES.filter(bool).map(lambda lines: lines[0])), max_size=8).map(
    lambda pairs: page(*(Block(kind, text) for kind, text in pairs))
)


@given(LINES, st.randoms(use_true_random=False), st.lists(PAGES, max_size=3))
def test_the_same_lines_in_another_order_tell_nothing(
    lines: list[str], random: object, earlier: list[Extraction]
) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    change = told(page(*lines), page(*shuffled), *earlier)
    assert change is None or not change.material


@given(st.lists(PAGES, min_size=2, max_size=5))
def test_exactly_the_blocks_with_a_line_that_no_revision_had_are_material(pages: list[Extraction]) -> None:
    *earlier, before, after = pages
    known = lines_of(block for each in [*earlier, before] for block in each.blocks)
    plain = Comparer().judge(before, after, fetched_after=NOW)
    change = told(before, after, *earlier)
    if isinstance(plain, Unchanged):
        assert change is None
        return
    assert change is not None
    for block, as_judged in zip(change.blocks, plain.change.blocks, strict=True):
        is_new = block.after is not None and not lines_of([Block(block.kind, block.after)]) <= known
        assert block.material == (as_judged.material and is_new)
        assert block.rule == (RULE if as_judged.material and not is_new else as_judged.rule)


@given(PAGES, PAGES)
def test_holding_back_twice_is_holding_back_once(before: Extraction, after: Extraction) -> None:
    change = told(before, after)
    if change is not None:
        assert never_seen(change, before.blocks, lambda lines: lines) == with_everything_seen(change)
        assert never_seen(change, before.blocks, lambda _: Lines()) == change


def with_everything_seen(change: Change) -> Change:
    changed = never_seen(change, (), lambda lines: lines)
    assert not changed.material
    return changed


@given(st.lists(PAGES, max_size=4), PAGES)
def test_texts_have_a_line_if_one_of_their_pages_has_it(pages: list[Extraction], other: Extraction) -> None:
    had = lines_of(block for each in pages for block in each.blocks) | lines_of(
        [Block("p", each.title) for each in pages]
    )
    wanted = lines_of(other.blocks)
    assert seen_in([(1, sealed_text(each)) for each in pages], wanted) == wanted & had


def test_few_lines_and_many_are_found_alike() -> None:
    many = Lines(f"rad {number}" for number in range(100))
    text = sealed_text(page(*sorted(many)))
    assert seen_in([(1, text)], many) == many
    assert seen_in([(1, text)], Lines({"rad 1", "ad 1"})) == {"rad 1"}
    assert seen_in([(1, text)], many | {"annat"}) == many


def test_no_more_texts_are_read_than_it_takes() -> None:
    def texts() -> Iterator[tuple[int, str]]:
        yield 1, "en rad\n"
        raise AssertionError

    assert seen_in(texts(), Lines({"en rad"})) == {"en rad"}


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        (Block("li", "Beslut 4"), Block("p", "Beslut 4")),
        (Block("p", "• Beslut 4"), Block("li", "Beslut 4")),
        (Block("h2", "Beslut 4"), Block("li", "Beslut 4")),
        (Block("p", "”Beslut” – 4"), Block("p", '"Beslut" - 4')),
        (Block("p", "Beslut 4", ("Förr",)), Block("p", "Beslut 4", ("Nu",))),
        (Block("p", "Beslut 4"), Block("p", "Beslut 4", links=(Link("Beslut 4", "https://almby.example/4"),))),
    ],
)
def test_a_text_is_known_whatever_it_was_and_wherever_it_led(earlier: Block, now: Block) -> None:
    change = told(page("Beslut 5"), page("Beslut 5", now), page(earlier))
    assert change is not None
    assert [(block.rule, block.category, block.material) for block in change.blocks] == [(RULE, "seen-before", False)]


def test_a_section_counts_with_one_new_line_or_another_number() -> None:
    old = Block("section", "Länsstyrelsen ska\n1. samordna, och\n2. stödja.", label="2 §")
    more = old._replace(text=f"{old.text}\n3. följa upp.")
    other = old._replace(label="3 §")
    for now in (more, other):
        change = told(page("Inledning", old), page("Inledning", now))
        assert change is not None
        assert change.material
    assert not getattr(told(page("Inledning", more), page("Inledning", old), page(old)), "material", True)


def test_what_is_gone_and_what_is_noise_stay_as_they_are_listed() -> None:
    change = told(page("Beslut 4", "Antal besök: 4"), page("Antal besök: 5"))
    assert change is not None
    assert {block.rule for block in change.blocks} == {RULE, "counter"}


def test_a_recipe_without_it_keeps_its_hash_and_one_with_it_survives_being_stored() -> None:
    assert Recipe().hash == Recipe(never_seen=False).hash == "851c614f5f952afc"
    recipe = Recipe(keep="main", never_seen=True)
    assert recipe.hash != Recipe(keep="main").hash
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_json(Recipe().to_json()) == Recipe()
