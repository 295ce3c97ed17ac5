"""`show`, `diff` and `export` of a time: between which checks a text was seen, gaps, and nothing of the future."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bevaka.proof import verify
from bevaka.proof.export_forms import VERIFIER
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka
from tests.unit.cli.test_export import run_verifier

NOT_THERE = Answer(b"<p>Service unavailable</p>", status=503)


@pytest.fixture
def lived(bevaka: Bevaka, site: Site, county: Path) -> Bevaka:
    """Record: seen, not seen, seen with another text; each at a time of its own."""
    good = site.pages["/county"]
    assert bevaka("check").code == 0
    site.pages["/county"] = NOT_THERE
    assert bevaka("check").code == 3
    site.pages["/county"] = good
    assert bevaka("check").code == 0
    site.pages["/county"] = Answer((county / "after.html").read_bytes())
    assert bevaka("check").code == 0
    return bevaka


def day(lived: Bevaka) -> str:
    shown = re.search(r"^taken +(\S+)", lived("show", "county").out, re.MULTILINE)
    assert shown is not None
    return shown[1]


def test_a_day_is_told_with_its_checks_and_its_gap(lived: Bevaka) -> None:
    said = lived("show", f"county@{day(lived)}")
    assert said.code == 0
    assert re.search(r"^seen +20\S+ \S+ – 20\S+ \S+, at 1 check$", said.out, re.MULTILINE)
    assert re.search(r"^gap +after 20.*, before 20.*: not seen \(1 check\): .*503", said.out, re.MULTILINE)


def test_as_json_the_same_is_told_in_keys(lived: Bevaka) -> None:
    row = lived("show", f"county@{day(lived)}", "--json").rows[0]
    assert row["revision"] == 2
    assert set(row["as_of"]) == {
        *("from", "to", "revision", "first_seen", "last_seen", "checks", "between_checks", "before", "after"),
        *("also", "other_address", "gaps"),
    }
    assert row["as_of"]["before"]["revision"] == 1
    assert [gap["kind"] for gap in row["as_of"]["gaps"]] == ["not_looked", "not_seen"]


@pytest.mark.parametrize("command", [("show",), ("show", "--raw"), ("diff",), ("export", "--format", "json")])
def test_the_future_is_refused(lived: Bevaka, command: tuple[str, ...]) -> None:
    name, *options = command
    said = lived(name, "county@2099-01-01", *options)
    assert (said.code, said.out) == (2, "")
    assert "nothing is known of 'county@2099-01-01' yet: the last check was at 20" in said.err


def test_a_time_before_the_first_check_is_refused(lived: Bevaka) -> None:
    said = lived("show", "county@2001-01-01")
    assert said.code == 2
    assert "the first copy is from 20" in said.err


def test_times_in_what_is_refused_are_in_the_time_zone_of_the_watch(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(file.read_text().replace("version: 1\n", "version: 1\ntimezone: Pacific/Auckland\n"))
    bevaka("check")
    site.pages["/county"] = NOT_THERE
    bevaka("check")
    now = datetime.now(ZoneInfo("Pacific/Auckland"))
    for when in ("2001-01-01", "2099-01-01"):
        [said] = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", bevaka("show", f"county@{when}").err)
        at = datetime.strptime(said, "%Y-%m-%d %H:%M").replace(tzinfo=now.tzinfo)
        assert abs(now - at) < timedelta(minutes=2)


def test_what_was_not_seen_is_not_shown(bevaka: Bevaka, site: Site) -> None:
    good = site.pages["/county"]
    site.pages["/county"] = NOT_THERE
    bevaka("check")
    today = datetime.now(ZoneInfo("Europe/Stockholm")).date()
    said = bevaka("show", f"county@{today}")
    assert (said.code, said.out) == (3, "")
    assert "the page was not seen then (" in said.err
    assert "it has never been seen" in said.err
    row = bevaka("show", f"county@{today}", "--json")
    assert (row.code, row.rows[0]["revision"]) == (3, None)
    assert bevaka("diff", f"county@{today}").code == 3
    assert bevaka("export", f"county@{today}", "--format", "json").code == 3
    site.pages["/county"] = good


def test_links_are_shown_with_where_they_lead_but_in_the_text_alone(bevaka: Bevaka, site: Site) -> None:
    page = "<title>T</title><main><h1>H</h1><p>Läs mer om <a href='/medel'>hur medel fördelas</a> i länet.</p></main>"
    site.pages["/county"] = Answer(page.encode())
    bevaka("check")
    assert re.search(r"^  → hur medel fördelas: http://127\S+/medel$", bevaka("show", "county").out, re.MULTILINE)
    assert "→" not in bevaka("show", "county", "--text").out


def test_an_export_of_a_time_is_a_part_of_the_chain_and_verifies(lived: Bevaka, tmp_path: Path) -> None:
    whole = lived("export", "county", "--format", "json").rows
    place = tmp_path / "then.json"
    assert lived("export", f"county@{day(lived)}", "--format", "json", "-o", str(place)).code == 0
    code, said = run_verifier(place, script=VERIFIER)
    assert code == 0, said
    links = [json.loads(line) for line in place.read_text().splitlines()]
    part = [row["chain"] for row in links if row["kind"] == "link"]
    assert part == [row["chain"] for row in whole if row["kind"] == "link"][: len(part)]
    assert verify.genesis("county") not in part


def test_before_the_first_check_of_a_page_that_was_never_seen_no_first_copy_is_named(
    bevaka: Bevaka, site: Site
) -> None:
    for path in list(site.pages):
        site.pages[path] = Answer("", 500)
    bevaka("check")
    said = bevaka("show", "county@2001-01-01")
    assert said.code == 2
    assert "the first check was at 20" in said.err
    assert "no check has seen the page yet" in said.err
