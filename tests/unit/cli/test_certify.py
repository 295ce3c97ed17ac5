"""`certify`: what a page said at a time, made from what is sealed alone, in words that anybody can check."""

from __future__ import annotations

import io
import random
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bevaka.proof import verify
from bevaka.proof.certificates import NotSealedYet, certified_record
from bevaka.proof.export_forms import VERIFIER, write_zip
from bevaka.proof.pdf import PROGRAMS, CannotPrint, pdf_of
from bevaka.proof.watch_record import watch_record
from monitor.core.model import SEEN, Language
from monitor.core.record.as_of import as_of
from monitor.errors import UnknownRevision
from tests.fakes.world import COUNTY, LAW, REGION, World, county, play_two_months
from tests.unit.cli.conftest import Bevaka
from tests.unit.cli.test_export import run_verifier


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Yield the two months, and three days more; no test changes them."""
    with closing(World(tmp_path_factory.mktemp("world"))) as world:
        play_two_months(world)
        world.says[REGION] = county()  # which was not seen for days
        for _ in range(3):
            world.check(REGION, days=1)
        yield world


def certified(world: World, asked: str, language: Language = "en") -> verify.Record:
    assembly = world.assembly
    with assembly.unit_of_work.read() as work:
        found = certified_record(
            work, assembly.history, asked, world.clock.now(), program="Bevaka/1.2.3", language=language
        )
        content = {link.number: found.content(link) for link in found.links if link.number in found.files}
    facts = (link.facts for link in found.links)
    return verify.Record(
        found.key, facts, found.unsealed, found.stamps, lambda link: content[link.number], found.certified
    )


def packed(record: verify.Record, place: Path) -> Path:
    with place.open("wb") as out:
        write_zip(out, record)
    return place


def test_it_says_what_when_and_how_to_check_it_in_both_languages(world: World) -> None:
    english = verify.certificate(certified(world, f"{COUNTY}@2026-01-21"))
    assert "At one check, 2026-01-21 at 08:00, the page had the text below." in english
    assert "Before that, copy 2 was seen, last 2026-01-20 at 08:00." in english
    assert "• Erbjuda utbildning och metodstöd\n" in english
    assert english.count("nobody checked") == 2, "before that check, and after it"
    assert "python verify.py" in english
    assert "take verify.py from Bevaka&#x27;s source code" in english
    assert "shows only that the file is whole" in english
    swedish = verify.certificate(certified(world, f"{COUNTY}@2026-01-21", "sv"))
    assert "Vid en kontroll, 2026-01-21 kl. 08.00, stod texten nedan på sidan." in swedish
    assert "Så kontrollerar du själv" in swedish


def test_the_same_text_on_both_sides_of_a_gap_is_never_called_another_one(world: World) -> None:
    certificates = [verify.certificate(certified(world, f"{COUNTY}@2026-01-{day:02}")) for day in range(13, 32)]
    again = [page for page in certificates if "the same text was seen again, first " in page]
    assert again
    for page in certificates:
        shown = page.partition("The text (copy ")[2].partition(")")[0]
        assert f"The next text, copy {shown}," not in page
        assert f"Before that, copy {shown} was seen" not in page
        assert ("What the page said during a gap is not known:" in page) == ("<ul>" in page)


def test_no_time_is_in_two_gaps_of_a_certificate(world: World) -> None:
    told = []
    for day in range(1, 29):
        with suppress(UnknownRevision, NotSealedYet):
            told.append(verify.certificate(certified(world, f"{REGION}@2026-02-{day:02}")))
    kinds = set()
    for page in told:
        gaps = re.findall(r"<li>(\d{4}.*?) – (.*?): (.*?)\.</li>", page)
        kinds |= {kind for _, _, kind in gaps}
        assert all(ended <= began for (_, ended, _), (began, _, _) in pairwise(sorted(gaps))), gaps
    assert kinds == {"nobody checked", "the page could not be read"}


def test_a_time_at_which_the_page_was_not_seen_is_certified_as_that(world: World) -> None:
    with world.assembly.unit_of_work.read() as work:
        key, run = next(
            (row.watch.key, run)
            for row in work.watches.all()
            for run in work.history.sealed_observations(row.id)
            if run.outcome not in SEEN and row.watch.key == REGION
        )
    html = verify.certificate(certified(world, f"{key}@{run.first_at:%Y-%m-%dT%H:%MZ}"))
    assert "The page was not read in that time." in html
    assert "<pre>" not in html


def test_it_verifies_and_one_byte_changed_is_found(world: World, tmp_path: Path) -> None:
    record = certified(world, f"{LAW}@2026-02-01T09:00+01:00")
    place = packed(record, tmp_path / "c.zip")
    code, said = run_verifier(place, "--head", record.head, script=VERIFIER)
    assert code == 0, said
    assert "certificate.html: of 2026-02-01T08:00:00Z to 2026-02-01T08:01:00Z" in said
    with zipfile.ZipFile(place) as archive:
        archive.extractall(tmp_path / "out")
    page = tmp_path / "out" / "certificate.html"
    page.write_bytes(page.read_bytes().replace("Förordning".encode(), b"Forordning", 1))
    assert run_verifier(script=tmp_path / "out" / "verify.py") == (
        1,
        "BAD  certificate.html: was changed: it is not as the chain says\n",
    )


def test_it_ends_with_the_link_that_shows_it(world: World) -> None:
    record = certified(world, f"{COUNTY}@2026-01-21")
    with world.assembly.unit_of_work.read() as work:
        whole = watch_record(work, COUNTY, world.clock.now(), "Bevaka/1")
    assert len(record.links) < len(whole.links)
    assert record.head == whole.links[len(record.links) - 1].chain


def test_the_sealed_checks_tell_what_the_record_tells(world: World) -> None:
    """The verifier has its own reading of the checks: it must say what the program says, at any time."""
    chance = random.Random(3)
    for key in (COUNTY, LAW, REGION):
        with world.assembly.unit_of_work.read() as work:
            row = work.watches.get(key)
            runs = [run for run in work.history.sealed_observations(row.id) if run.link is not None]
            record = watch_record(work, key, world.clock.now(), "Bevaka/1")
        first = runs[0].first_at
        for _ in range(300):
            since = first + timedelta(minutes=chance.randrange(-600, 60 * 24 * 50))
            until = since + timedelta(minutes=chance.choice([1, 60 * 24]))
            right = as_of(runs, since, until)
            found = verify.known_of(record, *(_microseconds(moment) for moment in (since, until)))
            assert (found is None) == (right is None)
            if found is None or right is None:
                continue
            assert (found.seen.revision if found.seen else None, found.is_between) == (right.revision, right.is_between)
            if found.seen and right.first_seen and right.last_seen:
                times = _microseconds(right.first_seen), _microseconds(right.last_seen)
                assert (found.seen.first, found.seen.last, found.seen.checks) == (*times, right.checks)
            assert (found.after.revision if found.after else None) == (right.after.revision if right.after else None)


def _microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_what_no_check_can_tell_of_or_is_not_sealed_yet_is_refused(world: World) -> None:
    with pytest.raises(UnknownRevision):
        certified(world, f"{COUNTY}@2099-01-01")
    with pytest.raises(UnknownRevision):
        certified(world, COUNTY)
    latest = max(run.last_at for run in world.assembly.history.log(REGION).observations)
    with pytest.raises(NotSealedYet):
        certified(world, f"{REGION}@{latest:%Y-%m-%dT%H:%MZ}")


def test_what_a_page_says_cannot_steer_the_certificate(world: World) -> None:
    record = certified(world, f"{COUNTY}@2026-01-21")
    hostile = "</pre><script>alert(1)</script>\u202e\x1b[0m &lt;\n"
    text = next(link for link in record.of("text") if link.facts["number"] == 3)
    record.content = lambda link: hostile.encode() if link.number == text.number else b""
    html = verify.certificate(record)
    assert "<script" not in html
    assert "\\u202e\\u001b[0m &amp;lt;" in html


@pytest.mark.slow
@pytest.mark.skipif(not any(map(shutil.which, PROGRAMS)), reason="Chromium is not on this machine: make setup-browser")
def test_it_is_printed_as_pdf(world: World) -> None:
    import pypdf  # noqa: PLC0415  slow to import

    printed = pdf_of(verify.certificate(certified(world, f"{COUNTY}@2026-01-21")))
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages)
    assert "Certificate of what a page said" in said
    assert "Erbjuda utbildning" in said


def test_without_chromium_a_pdf_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CannotPrint, match="apt-get install chromium"):
        pdf_of("<p>")


@pytest.mark.usefixtures("site")
def test_the_command_refuses_today_and_names_an_unknown_watch(bevaka: Bevaka, tmp_path: Path) -> None:
    assert bevaka("check").code == 0
    today = bevaka("show", "county", "--json").rows[0]["at"][:16]
    said = bevaka("certify", f"county@{today}Z", "-o", str(tmp_path / "c.zip"))
    assert (said.code, "that time is not over" in said.err) == (2, True)
    assert not (tmp_path / "c.zip").exists()
    assert bevaka("certify", "nobody@2026-03-01", "-o", str(tmp_path / "c.zip")).code == 2


def test_a_revision_without_a_day_is_refused_with_what_to_write(bevaka: Bevaka, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text("version: 1\nwatches: {a: {url: https://a.example}}\n", encoding="utf-8")
    bevaka("watch", "pause", "a")
    for asked, why in (("a#1", "a certificate is of a day or a time"), ("a@soon", "'a@soon' names no day or time")):
        said = bevaka("certify", asked, "-o", "a.zip")
        assert said.code == 2
        assert f"{why}; write a@2026-03-01 or" in " ".join(said.err.split())
