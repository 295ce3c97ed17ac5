"""Tags in the schedule file: which watches have them, and what these have from them."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.core.model import Cadence, Condition, Recipe, Schedule, Tag, Watch
from monitor.errors import ScheduleError
from monitor.schedule_file import read_schedule
from monitor.schedule_file.edit import add_watch, edit_watch


def read(tmp_path: Path, tags: str, watches: str, head: str = "") -> Schedule:
    path = tmp_path / "schedule.yaml"
    path.write_text(f"version: 1\n{head}tags:\n{tags}\nwatches:\n{watches}\n", encoding="utf-8")
    return read_schedule(path)


def watch(tmp_path: Path, tags: str, entry: str, head: str = "") -> Watch:
    (only,) = read(tmp_path, tags, f"  page: {{url: 'https://a.example/page', {entry}}}", head).watches
    return only


def test_a_tag_has_a_name_or_its_key_is_its_name(tmp_path: Path) -> None:
    schedule = read(tmp_path, "  vald: {name: Mäns våld mot kvinnor, match: ['^https://a\\.']}\n  kalmar:", "  {}")
    assert schedule.tags == (Tag("vald", "Mäns våld mot kvinnor", ("^https://a\\.",)), Tag("kalmar", "kalmar"))


def test_a_watch_has_the_tags_it_names_and_those_that_its_address_matches_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    tags = "  one: {match: ['/page$']}\n  two: {match: ['nowhere', 'a\\.example']}\n  three:\n  four: {match: [b]}"
    assert watch(tmp_path, tags, "tags: [three, one, three]").tags == ("one", "two", "three")
    assert watch(tmp_path, tags, "every: 1h").tags == ("one", "two")


def test_a_law_is_matched_by_the_address_of_its_open_data(tmp_path: Path) -> None:
    schedule = read(tmp_path, "  law: {match: ['^https://data\\.riksdagen\\.se/']}", "  sfs: {sfs: '2021:995'}")
    assert [each.tags for each in schedule.watches] == [("law",)]


def test_the_items_of_a_section_have_its_tags(tmp_path: Path) -> None:
    entry = "  news: {follow: 'https://a.example/news', pages: true, tags: [vald]}"
    [section] = read(tmp_path, "  vald: {every: 3h}\n  all: {match: [news]}", entry).watches
    assert section.each is not None
    assert (section.tags, section.each.tags) == (("vald", "all"), ("vald", "all"))


def test_the_filters_of_a_tag_come_before_those_of_the_watch_and_none_twice(tmp_path: Path) -> None:
    tags = "  one: {drop: [.a, .b], ignore: ['x\\d']}\n  two: {drop: [.b, .c]}"
    found = watch(tmp_path, tags, "tags: [two, one], drop: [.d, .a], ignore: ['y\\d', 'x\\d']").recipe
    assert found.drop == (".a", ".b", ".c", ".d")
    assert found.ignore == ("x\\d", "y\\d")


@pytest.mark.parametrize(
    ("entry", "cadence"),
    [
        ("tags: [slow, quick]", Cadence(timedelta(hours=2), None)),
        ("tags: [daily]", Cadence(None, "0 7 * * *")),
        ("tags: [quick, daily], every: 1h", Cadence(timedelta(hours=1), None)),
        ("tags: [none]", Cadence(timedelta(days=2), None)),
        ("language: sv", Cadence(timedelta(days=2), None)),
    ],
)
def test_a_watch_goes_before_its_tags_and_a_later_tag_before_an_earlier_and_defaults_come_last(
    tmp_path: Path, entry: str, cadence: Cadence
) -> None:
    tags = "  slow: {every: 1d}\n  quick: {every: 2h}\n  daily: {cron: '0 7 * * *'}\n  none:"
    assert watch(tmp_path, tags, entry, head="defaults: {every: 2d}\n").cadence == cadence


def test_every_setting_of_a_tag_reaches_its_watches(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    tags = (
        "  all:\n    keep: main\n    expect: Kalmar\n    expect_not: Logga in\n    only_if: {any: [stöd]}\n"
        "    alert: any\n    language: en\n    timezone: Europe/Helsinki\n    timeout: 5s\n    max_size: 1MB\n"
        "    patience: 0s\n    ca_file: ca.pem\n    between: '06:00-22:00'"
    )
    found = watch(tmp_path, tags, "tags: [all]")
    assert found == Watch(
        "page",
        "page",
        "https://a.example/page",
        recipe=Recipe("main", (), (), "Kalmar", "Logga in", Condition(any=("stöd",))),
        cadence=Cadence(between=(time(6), time(22)), timezone="Europe/Helsinki"),
        alert="any",
        language="en",
        timeout=timedelta(seconds=5),
        max_size=1_000_000,
        patience=timedelta(0),
        ca_file=str(tmp_path / "ca.pem"),
        tags=("all",),
    )
    own = watch(tmp_path, tags, "tags: [all], only_if: {added: [jour]}, alert: material, patience: 1d, name: Own")
    assert (own.recipe.only_if, own.alert, own.patience) == (Condition(added=("jour",)), "material", timedelta(days=1))
    assert own.name == "Own"


def test_the_name_of_a_tag_is_not_that_of_its_watches(tmp_path: Path) -> None:
    assert watch(tmp_path, "  vald: {name: Våld}", "tags: [vald]").name == "page"


def test_a_tag_without_a_recipe_leaves_the_hash_of_its_watches_as_it_was(tmp_path: Path) -> None:
    plain = watch(tmp_path, "  vald:", "drop: [.a]")
    assert watch(tmp_path, "  vald: {every: 2h}", "drop: [.a], tags: [vald]").recipe.hash == plain.recipe.hash


def test_an_authority_that_a_tag_names_and_that_is_not_there_is_refused_once(tmp_path: Path) -> None:
    with pytest.raises(ScheduleError) as caught:
        watch(tmp_path, "  vald: {ca_file: ca.pem}", "tags: [vald]")
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.key) == (3, "ca_file")


def test_tags_of_other_watches_stay_when_a_watch_is_added_or_edited(tmp_path: Path) -> None:
    read(tmp_path, "  vald: {drop: [.a], match: [example]}", "  page:\n    url: https://a.example/\n    tags: [vald]")
    path = tmp_path / "schedule.yaml"
    add_watch(path, "other", {"url": "https://b.example/", "tags": ["vald"]}).save()
    edit_watch(path, "page", {"every": "1h", "tags": None}).save()
    schedule = read_schedule(path)
    assert [(each.key, each.tags, each.recipe.drop) for each in schedule.watches] == [
        ("page", ("vald",), (".a",)),
        ("other", ("vald",), (".a",)),
    ]
