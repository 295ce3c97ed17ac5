"""What is learnt of a page: counters that no form tells, held back from the third check in a row, and said."""

from __future__ import annotations

from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka


def page(places: int, days: str = "30 dagar") -> Answer:
    return Answer(
        "<!doctype html><html lang=sv><title>Jouren</title><main><h1>Jouren</h1><p>Hit ringer den som behöver stöd och "
        f"råd, dygnet runt.</p><h2>Läget</h2><p>Lediga platser: {places}</p><p>Antal besök: {places}</p>"
        f"<p>Vi svarar på brev inom {days}.</p></main></html>"
    )


def test_a_line_that_moves_at_three_checks_in_a_row_is_held_back_and_said(bevaka: Bevaka, site: Site) -> None:
    told = []
    for places in (12, 15, 11, 14, 9):
        site.pages["/county"] = page(places)
        told.append(bevaka("check", "--json").rows[0]["material"])
    assert told == [None, True, True, False, False]
    site.pages["/county"] = page(13, "14 dagar")
    assert bevaka("check", "--json").rows[0]["summary"]["sv"] == "Tidsfrist ändrad: inom 30 dagar → inom 14 dagar"
    told_of = {block["rule"]: block["material"] for block in bevaka("diff", "county", "--json").rows[0]["blocks"]}
    assert told_of == {"counter": False, "deadline": True}
    before = bevaka("diff", "county#2", "county#3", "--json").rows[0]
    assert [block["material"] for block in before["blocks"] if block["before"].startswith("Lediga")] == [True]
    learnt = [{"rule": "counter", "heading": ["Jouren", "Läget"], "line": "Lediga platser: #", "since": 4}]
    assert bevaka("watch", "show", "county", "--json").rows[0]["learnt"] == learnt
    line = "counter ”Lediga platser: #” under ”Läget”: held back since revision 4"
    assert line in bevaka("watch", "show", "county").out
    assert line in bevaka("watch", "test", "county").out
    tried = bevaka("watch", "test", "county", "--json").rows[0]
    assert tried["learnt"] == learnt
    assert tried["folded"] == [{"rule": "counter", "text": "Antal besök: 13"}]


def test_a_page_that_was_never_checked_has_taught_nothing(bevaka: Bevaka, site: Site) -> None:
    assert bevaka("watch", "test", "county", "--json").rows[0]["learnt"] == []
