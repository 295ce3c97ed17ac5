"""Comparison of sections: what is a new item, and what is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.core.judging.compare import compare, judge
from monitor.core.judging.section_changes import (
    identity,
    is_mass_of_items,
    item_block,
    new_items,
    with_known_items,
)
from monitor.core.model import (
    Baseline,
    Change,
    Changed,
    Extraction,
    Item,
    MassChange,
    Recipe,
    SectionRecipe,
    SectionSource,
    Suspect,
    Unchanged,
    Watch,
)
from monitor.core.section.keys import from_address, in_address, in_file_name

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def section(*items: Item | str, title: str = "Nyheter") -> Extraction:
    listed = tuple(
        Item(f"Nyhet {item}", f"https://x.example/{item}") if isinstance(item, str) else item for item in items
    )
    return Extraction(title, tuple(item_block(item, shows_date=True) for item in listed), items=listed)


def change(before: Extraction, after: Extraction) -> Change:
    verdict = compare(before, after, fetched_after=NOW)
    assert isinstance(verdict, Changed)
    assert judge(before, after, fetched_after=NOW) == verdict
    return verdict.change


def rules(changed: Change) -> list[tuple[str, str | None, bool]]:
    return [(block.rule, block.after or block.before, block.material) for block in changed.blocks]


def test_a_first_copy_is_a_baseline_unless_its_title_is_that_of_a_log_in() -> None:
    assert isinstance(compare(None, section("a"), fetched_after=NOW), Baseline)
    verdict = compare(None, section("a", title="Logga in"), fetched_after=NOW)
    assert isinstance(verdict, Suspect)
    assert verdict.reason.code == "login-page"


def test_a_new_item_is_material_and_one_that_is_gone_is_not() -> None:
    assert rules(change(section("a", "b"), section("c", "a"))) == [
        ("item-new", "Nyhet c", True),
        ("item-gone", "Nyhet b", False),
    ]


@pytest.mark.parametrize(
    "after",
    [
        section("b", "a"),
        section(Item("Nyhet a", "http://www.x.example/a/?utm_source=x"), "b"),
        section(Item("Nyhet a", "https://x.example/a", "2026-02-01"), "b"),
    ],
    ids=["order", "ways of writing an address", "another day"],
)
def test_order_form_of_address_and_day_are_no_change(after: Extraction) -> None:
    before = section(Item("Nyhet a", "https://x.example/a", "2024-01-01"), "b")
    assert isinstance(compare(before, after, fetched_after=NOW), Unchanged)


def test_another_headline_is_a_change_that_is_not_material() -> None:
    renamed = section(Item("Ny rubrik", "https://x.example/a"), "b")
    assert rules(change(section("a", "b"), renamed)) == [("item-renamed", "Ny rubrik", False)]


def test_an_item_that_the_section_had_before_is_not_new() -> None:
    back = change(section("b"), section("a", "b", "c"))
    known = with_known_items(back, {identity("http://x.example/a")})
    assert rules(known) == [("item-back", "Nyhet a", False), ("item-new", "Nyhet c", True)]
    assert [block.after for block in new_items(known)] == ["Nyhet c"]


def test_a_change_of_another_page_knows_no_items() -> None:
    other = Change(change(section("a"), section("b")).blocks)
    assert with_known_items(other, {identity("https://x.example/b")}) is other
    assert new_items(other) == []


def test_most_items_gone_and_none_new_is_suspect() -> None:
    whole = section(*"abcdefghij")
    verdict = compare(whole, section("a"), fetched_after=NOW)
    assert isinstance(verdict, Suspect)
    assert (verdict.reason.code, verdict.reason.facts) == ("items-lost", {"before": 10, "after": 1})
    assert isinstance(compare(whole, section("a", "x"), fetched_after=NOW), Changed)
    assert isinstance(compare(section(*"abcdefg"), section("a"), fetched_after=NOW), Changed)


@pytest.mark.parametrize(("was", "now"), [("feed", "listing"), ("sitemap", "listing"), ("listing", "feed")])
def test_an_answer_of_another_kind_is_suspect(was: SectionSource, now: SectionSource) -> None:
    before, after = replace(section("a", "b"), followed_as=was), replace(section("c", "d"), followed_as=now)
    verdict = compare(before, after, fetched_after=NOW)
    assert isinstance(verdict, Suspect)
    assert (verdict.reason.code, verdict.reason.facts) == ("other-source", {"before": was, "after": now})
    assert isinstance(compare(before, replace(after, followed_as=was), fetched_after=NOW), Changed)


def test_a_mass_is_many_and_most_of_the_section() -> None:
    old = section(*(f"o{n}" for n in range(30)))
    for new, kept, is_mass in ((30, 0, True), (19, 0, False), (20, 30, False), (25, 25, True)):
        after = section(*(f"n{n}" for n in range(new)), *(f"o{n}" for n in range(kept)))
        assert is_mass_of_items(change(old, after), new + kept) is is_mass, (new, kept)


def test_an_item_is_called_by_its_headline_else_by_its_address() -> None:
    assert item_block(Item("A", "https://x.example/a", "2024-01-01"), shows_date=True).text == "A (2024-01-01)"
    assert item_block(Item("A 2024-01-01", "https://x.example/a", "2024-01-01"), shows_date=True).text == "A 2024-01-01"
    assert item_block(Item("A", "https://x.example/a", "2024-01-01"), shows_date=False).text == "A"
    assert item_block(Item("", "https://x.example/a"), shows_date=True).text == "https://x.example/a"


def test_the_identity_of_an_address_keeps_what_tells_pages_apart() -> None:
    one = "https://x.example/a?id=1"
    assert identity(one) == identity("http://www.x.example/a/?utm_source=x&id=1")
    assert len({identity(each) for each in (one, "https://x.example/a?id=2", "https://x.example/a", f"{one}#b")}) == 4


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/a/b-c_d.html",
        "http://www.x.example",
        "https://www.x.example/",
        "https://x.example/a/",
        "https://x.example/a/index.html",
        "https://x.example/default.aspx",
        "https://x.example/A%C3%A5",
    ],
)
def test_the_short_way_to_an_identity_leads_to_the_same(url: str) -> None:
    assert identity(url) == identity(f"{url}?utm_source=x")


def test_a_key_with_a_slash_is_one_segment_of_an_address_and_one_part_of_a_name() -> None:
    assert from_address(in_address("nyheter/ny-vag")) == "nyheter/ny-vag"
    assert "/" not in in_address("nyheter/ny-vag") + in_file_name("nyheter/ny-vag")


def test_a_recipe_says_what_is_followed_and_one_without_it_is_what_it_was() -> None:
    section = SectionRecipe("feed", ("/nyheter/",), 9)
    recipe = Recipe(keep="main", drop=(".x",), ignore=("y",), expect="z", section=section)
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert recipe.whole == Recipe(drop=(".x",), ignore=("y",), section=section)
    assert "section" not in Recipe(keep="main").to_json()
    assert Watch("k", "n", "https://x.example", recipe=recipe).is_section
    assert not Watch("k", "n", "https://x.example").is_section


def test_a_mass_is_of_items_where_it_is_of_more_than_there_are_watches() -> None:
    def mass(changed: int) -> MassChange:
        return MassChange(1, NOW, NOW, changed, 40, deliveries=2, keys=("a", "b"))

    assert (mass(30).of_items, mass(2).of_items) == (True, False)


def dated(*days: int) -> Extraction:
    """Return a section of one item a day; its name is the day's."""
    return section(*(Item(f"Nyhet {day}", f"https://x.example/{day}", f"2026-01-{day:02}") for day in days))


@pytest.mark.parametrize(
    ("after", "older"),
    [
        ((9, 7, 6), "6"),  # 8 was withdrawn
        ((10, 7, 6), "6"),  # two were, and one came
        ((9, 8, 6), ""),  # the last one may have been replaced
        ((9, 8, 7, 6), ""),  # the list grew
        ((9, 6, 7), ""),  # not at the end
        ((9, 7, 11), ""),  # later than those before it
        ((7, 6), "6"),
    ],
)
def test_an_older_item_that_moves_up_into_a_listing_of_the_newest_is_no_news(
    after: tuple[int, ...], older: str
) -> None:
    told = rules(change(dated(9, 8, 7), dated(*after)))
    assert [text for rule, text, material in told if rule == "item-older" and not material] == (
        [f"Nyhet {older} (2026-01-0{older})"] if older else []
    )


def test_an_item_moves_up_only_where_dates_say_so_and_nothing_else_was_sorted_anew() -> None:
    day, other = (Item(name, f"https://x.example/{name}", "2026-01-01") for name in ("1", "2"))
    assert [rule for rule, *_ in rules(change(section("a", "b"), section("b", "c")))] == ["item-new", "item-gone"]
    assert "item-older" not in [rule for rule, *_ in rules(change(section("a", day), section(day, other)))]
    assert "item-older" not in [rule for rule, *_ in rules(change(dated(9, 8, 7, 6), dated(6, 9, 5)))]
    same = Item("3", "https://x.example/3", "2026-01-01")
    assert "item-older" not in [rule for rule, *_ in rules(change(section(same, day), section(day, other)))]
