"""`check --fresh`, and what `watch show` says of validators that are distrusted."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

ETAG = '"mall-17"'


def test_a_fresh_look_finds_what_a_server_hides_and_the_validators_are_distrusted_from_then_on(
    bevaka: Bevaka, site: Site, county: Path
) -> None:
    site.pages["/county"] = Answer((county / "before.html").read_bytes(), etag=ETAG)
    bevaka("check")
    site.pages["/county"] = Answer((county / "after.html").read_bytes(), etag=ETAG)
    assert bevaka("check", "--json").rows[0]["outcome"] == "unchanged"
    assert bevaka("watch", "show", "county", "--json").rows[0]["validators_distrusted"] is None
    assert "distrusted" not in bevaka("watch", "show", "county").out
    assert bevaka("check", "--fresh", "--json").rows[0]["outcome"] == "changed"
    assert bevaka("watch", "show", "county", "--json").rows[0]["validators_distrusted"] is not None
    assert "validators distrusted since" in bevaka("watch", "show", "county").out
    asked = len(site.asked("/county"))
    bevaka("check")
    assert [request.headers.get("If-None-Match") for request in site.asked("/county")[asked:]] == [None]


def test_a_trial_says_where_a_page_sends_its_reader(bevaka: Bevaka, site: Site) -> None:
    site.pages["/county"] = Answer(
        "<html lang=sv><meta http-equiv=refresh content='0; url=/ny'><p>Sidan har flyttat. Du kommer strax dit.</p>"
    )
    said = bevaka("watch", "test", "county")
    assert said.code == 3
    assert "har flyttat till" in said.out.splitlines()[0]
    assert any(line.split() == ["sends", "to", f"{site.url}/ny"] for line in said.out.splitlines())
