"""What a page said on a date, on the web page: a form, a permanent address, and what is not known."""

from __future__ import annotations

import html
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bevaka.proof.export_forms import VERIFIER
from bevaka.web.as_of import LARGEST_ZIP
from tests.fakes.html import read
from tests.fakes.world import COUNTY, REGION, World, county
from tests.unit.cli.test_export import run_verifier


@pytest.fixture
def client(world: World) -> FlaskClient:
    """Return a visitor of the two months."""
    return world.client()


def test_the_form_leads_to_a_permanent_address(client: FlaskClient) -> None:
    page = client.get(f"/watches/{COUNTY}").text
    assert "Så stod det den …" in page
    assert f'action="/watches/{COUNTY}/at"' in page
    answer = client.get(f"/watches/{COUNTY}/at?day=2026-01-21")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/watches/{COUNTY}/at/2026-01-21")
    answer = client.get(f"/watches/{COUNTY}/at?day=2026-01-21&time=09:00&lang=en")
    assert answer.headers["Location"] == f"/watches/{COUNTY}/at/2026-01-21T09:00?lang=en"


def test_a_redirect_says_so_in_the_language_of_the_visitor(client: FlaskClient) -> None:
    path = f"/watches/{COUNTY}/at?day=2026-01-21&"
    swedish, english = client.get(f"{path}lang=sv"), client.get(f"{path}lang=en")
    assert {300 <= answer.status_code < 400 for answer in (swedish, english)} == {True}
    assert '<html lang="sv">' in swedish.text
    assert "Fortsätt på en annan sida" in swedish.text
    assert "Go on to another page" in english.text
    assert f'<a href="{html.escape(english.headers["Location"])}">' in english.text
    assert int(swedish.headers["Content-Length"]) == len(swedish.data)
    assert "Redirecting" not in swedish.text + english.text


def test_a_day_is_shown_with_its_checks(client: FlaskClient) -> None:
    page = client.get(f"/watches/{COUNTY}/at/2026-01-21").text
    assert "Översikt › Länsstyrelsen Norrvik: våld i nära relationer Så stod det den 2026-01-21" in read(page)
    assert "Texten sågs" in page
    assert "Vad gör Länsstyrelsen?" in page
    assert "What it said on 2026-01-21" in client.get(f"/watches/{COUNTY}/at/2026-01-21?lang=en").text


def test_a_link_of_the_page_is_a_link(client: FlaskClient) -> None:
    page = client.get(f"/watches/{COUNTY}/2").text
    assert '<a href="http://127.0.0.1:9/medel" rel="noreferrer nofollow">utlysningar</a>' in page


@pytest.mark.parametrize("when", ["2099-01-01", "1999-01-01"])
def test_what_no_check_can_tell_of_is_said_to_be_unknown(client: FlaskClient, when: str) -> None:
    answer = client.get(f"/watches/{COUNTY}/at/{when}")
    assert answer.status_code == 404
    assert f"Om den {when} vet vi inget" in read(answer.text)
    assert client.get(f"/api/watches/{COUNTY}/at/{when}").status_code == 404


@pytest.mark.parametrize("when", ["yesterday", "2026-02-30", "x" * 300])
def test_what_is_no_time_is_refused(client: FlaskClient, when: str) -> None:
    assert client.get(f"/watches/{COUNTY}/at/{when}").status_code == 404
    assert client.get(f"/watches/{COUNTY}/at?day={when}").status_code == 400
    assert client.get(f"/api/watches/{COUNTY}/at/{when}").status_code == 404


def test_a_time_at_which_the_page_was_not_seen_shows_no_text(client: FlaskClient, world: World) -> None:
    runs = world.assembly.history.log(REGION).observations
    failing = next(run for run in runs if run.outcome.value == "not_seen")
    when = f"{failing.first_at:%Y-%m-%dT%H:%MZ}"
    answer = client.get(f"/watches/{REGION}/at/{when}")
    assert answer.status_code == 200
    assert "Sidan sågs inte den" in answer.text
    assert "Kunde inte läsas" in answer.text
    assert "Senast sedd" in answer.text
    row = client.get(f"/api/watches/{REGION}/at/{when}").json
    assert row is not None
    assert (row["revision"], row["as_of"]["gaps"][-1]["kind"]) == (None, "not_seen")


def test_the_api_says_the_same(client: FlaskClient) -> None:
    row = client.get(f"/api/watches/{COUNTY}/at/2026-01-21").json
    assert row is not None
    assert row["revision"] == row["as_of"]["revision"]
    assert row["blocks"]


def test_a_certificate_is_printed_or_taken_along_with_its_verifier(client: FlaskClient, tmp_path: Path) -> None:
    page = client.get(f"/watches/{COUNTY}/at/2026-01-21")
    assert f'href="/watches/{COUNTY}/at/2026-01-21/certificate"' in page.text
    answer = client.get(f"/watches/{COUNTY}/at/2026-01-21/certificate")
    assert answer.status_code == 200
    assert "<h1>Intyg om vad som stod på en webbsida</h1>" in answer.text
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    place = tmp_path / "certificate.zip"
    place.write_bytes(client.get(f"/watches/{COUNTY}/at/2026-01-21/certificate.zip?lang=en").data)
    with zipfile.ZipFile(place) as archive:
        assert "<h1>Certificate of what a page said</h1>" in archive.read("certificate.html").decode()
    assert run_verifier(place, script=VERIFIER)[0] == 0


def test_checks_that_are_not_sealed_yet_cannot_be_certified(client: FlaskClient, world: World) -> None:
    world.check(COUNTY, hours=1)
    today = f"{world.clock.at:%Y-%m-%d}"
    assert client.get(f"/watches/{COUNTY}/at/{today}").status_code == 200
    for form in ("certificate", "certificate.zip"):
        answer = client.get(f"/watches/{COUNTY}/at/{today}/{form}")
        assert answer.status_code == 409
        assert "Intyget kan inte göras än" in answer.text


def test_what_is_too_much_for_a_visitor_is_left_to_the_command_line(client: FlaskClient, world: World) -> None:
    world.says[COUNTY] = county("2026-04-01") + "<!--" + "x" * LARGEST_ZIP + "-->"
    world.check(COUNTY, days=1)
    when = f"{world.clock.at:%Y-%m-%d}"
    for _ in range(2):
        world.check(COUNTY, days=1)
    answer = client.get(f"/watches/{COUNTY}/at/{when}/certificate.zip")
    assert answer.status_code == 413
    assert "bevaka certify" in answer.text
