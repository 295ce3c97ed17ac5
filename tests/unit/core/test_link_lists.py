"""Lists of links: teasers, lists that were replaced whole, links in another order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.judging.compare import judge
from monitor.core.judging.rules.link_lists import is_among_teasers, is_only_links, is_reordered, replaced_lists
from monitor.core.model import Block, Changed, Extraction, Link

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PLACE = ("Stöd", "Nyheter")


def item(name: str, *, heading: tuple[str, ...] = PLACE, kind: str = "li", ending: str = "") -> Block:
    return Block(kind, name, heading, None, (Link(name, f"https://norrvik.example/{name.lower()}{ending}"),))


def page(*blocks: Block) -> Extraction:
    return Extraction("t", (Block("h2", PLACE[-1], PLACE[:1]), *blocks))


BEFORE, AFTER = page(item("Alfa"), item("Beta"), item("Gamma")), page(item("Delta"), item("Epsilon"), item("Zeta"))


def test_a_list_of_which_nothing_is_left_was_replaced() -> None:
    assert replaced_lists(BEFORE, AFTER) == {PLACE}
    verdict = judge(BEFORE, AFTER, fetched_before=NOW, fetched_after=NOW + timedelta(hours=1))
    assert isinstance(verdict, Changed)
    assert {block.rule for block in verdict.change.blocks} == {"links-replaced"}
    assert verdict.change.material


@pytest.mark.parametrize(
    "after",
    [
        page(item("Delta"), item("Alfa"), item("Beta")),
        page(item("Delta"), item("Epsilon")),
        page(item("Delta", ending=".pdf"), item("Epsilon"), item("Zeta")),
        page(item("Delta"), item("Epsilon"), item("Zeta"), Block("li", "Text utan länk", PLACE)),
        page(item("Delta", heading=("Annat",)), item("Epsilon", heading=("Annat",)), item("Zeta", heading=("Annat",))),
    ],
    ids=["news moved down", "too few", "a document", "not only links", "elsewhere"],
)
def test_other_lists_were_edited(after: Extraction) -> None:
    assert replaced_lists(BEFORE, after) == frozenset()


def test_teasers_are_links_under_their_heading_alone() -> None:
    teaser = item("Alfa", heading=("Stöd", "Läs också"))
    assert is_among_teasers(None, teaser)
    assert is_among_teasers(teaser, item("Beta", heading=("Stöd", "Läs också:")))
    assert not is_among_teasers(teaser, item("Beta"))
    assert not is_among_teasers(None, item("Beta", heading=()))
    assert not is_among_teasers(None, Block("p", "Läs också detta", ("Stöd", "Läs också")))
    assert not is_among_teasers(None, item("Beta", heading=("Stöd", "Läs också"), ending=".pdf"))


def links(text: str, *names: str) -> Block:
    return Block("p", text, (), None, tuple(Link(name, f"https://norrvik.example/{name}") for name in names))


def test_only_links_means_links_and_what_separates_them() -> None:
    assert is_only_links(links("Alfa, Beta och Gamma.", "Alfa", "Beta", "Gamma"))
    assert not is_only_links(links("Läs Alfa", "Alfa"))
    assert not is_only_links(links("Alfa Beta", "Alfa", "Gamma"))
    assert not is_only_links(links("Alfa gäller nu", "Alfa"))
    assert not is_only_links(links("Alfa"))


def test_the_same_links_in_another_order_moved() -> None:
    assert is_reordered(links("Alfa · Beta", "Alfa", "Beta"), links("Beta · Alfa", "Beta", "Alfa"))
    assert not is_reordered(links("Alfa · Beta", "Alfa", "Beta"), links("Alfa · Beta", "Alfa", "Beta"))
    assert not is_reordered(links("Alfa · Beta", "Alfa", "Beta"), links("Alfa", "Alfa"))
    assert not is_reordered(links("Först Alfa, Beta", "Alfa", "Beta"), links("Först Beta, Alfa", "Beta", "Alfa"))
    assert not is_reordered(links("Alfa · Beta", "Alfa", "Beta"), links("Beta · Gamma", "Beta", "Gamma"))
