"""`timestamp` against an authority of the tests, and `verify` and openssl on its time stamps."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from bevaka.proof.timestamps import Authority as Ours
from bevaka.proof.timestamps import StampRefused, ask, check_timestamp
from tests.fakes.authority import Authority, is_installed
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka
from tests.unit.cli.test_export import run_verifier

pytestmark = pytest.mark.skipif(not is_installed(), reason="openssl is not on this machine")


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    """Yield a running time stamp authority."""
    with Authority(tmp_path / "authority") as authority:
        yield authority


@pytest.fixture
def checked(bevaka: Bevaka, site: Site) -> Bevaka:
    """Check the county's page once."""
    assert bevaka("check").code == 0
    return bevaka


def stamp(checked: Bevaka, authority: Authority, *more: str) -> dict[str, object]:
    said = checked("timestamp", "--authority", authority.url, "--ca", str(authority.root), "--json", *more)
    assert said.code == 0, said.err
    row: dict[str, object] = said.rows[0]
    return row


def test_a_stamp_is_kept_verified_and_accepted_by_openssl(
    checked: Bevaka, authority: Authority, tmp_path: Path
) -> None:
    assert stamp(checked, authority)["stamped"] is True
    verified = checked("verify", "--json", "--ca", str(authority.root))
    assert verified.code == 0
    assert (verified.rows[0]["bad"], verified.rows[0]["timestamps"]) == ([], 1)
    assert checked("export", "county", "--format", "zip", "-o", str(tmp_path / "c.zip")).code == 0
    with zipfile.ZipFile(tmp_path / "c.zip") as archive:
        archive.extractall(tmp_path / "out")
    stamps = tmp_path / "out" / "timestamps"
    assert authority.accepts(stamps / "0001.tsr", stamps / "0001.txt")
    (stamps / "other.txt").write_text("something else")
    assert not authority.accepts(stamps / "0001.tsr", stamps / "other.txt")
    (stamps / "other.txt").unlink()
    code, said = run_verifier(script=tmp_path / "out" / "verify.py")
    assert code == 0
    assert "openssl ts -verify -data timestamps/0001.txt -in timestamps/0001.tsr" in said
    assert re.search(
        r"\nanchored: links 1-3 by time stamp of 20[0-9-]+ [0-9:]+ UTC, of an authority that you have not said", said
    )
    assert b"county" not in authority.asked[0], "the authority sees a hash alone"
    assert len(authority.asked[0]) < 100


def test_nothing_new_is_not_stamped_again(checked: Bevaka, authority: Authority, site: Site) -> None:
    assert stamp(checked, authority)["stamped"] is True
    assert stamp(checked, authority)["stamped"] is False
    site.pages["/county"] = Answer(b"<main><h1>Other</h1><p>" + b"word " * 90 + b"</p></main>")
    checked("check")
    assert stamp(checked, authority)["stamped"] is True
    assert len(authority.asked) == 2


def test_a_stamp_covers_every_watch_and_names_none(
    checked: Bevaka, authority: Authority, site: Site, tmp_path: Path
) -> None:
    site.pages["/other"] = site.pages["/county"]
    with (tmp_path / "schedule.yaml").open("a", encoding="utf-8") as file:
        file.write(f"  other:\n    url: {site.url}/other\n")
    checked("check")
    assert stamp(checked, authority)["stamped"] is True
    for key in ("county", "other"):
        rows = checked("export", key, "--format", "json").rows
        [made] = [row for row in rows if row["kind"] == "timestamp"]
        assert "county" not in made["statement"]
        assert len(made["statement"].splitlines()) == 3


def edit(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as database, database:
        database.execute(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE timestamps SET token = zeroblob(900)", "the answer is no time stamp"),
        ("UPDATE timestamps SET statement = replace(statement, ' 3 ', ' 2 ')", "it is about something else"),
        ("UPDATE timestamps SET at = at - 86400000000", "names another time"),
        ("UPDATE timestamps SET at = 1 << 62", "cannot be read: the database is damaged"),
        ("UPDATE timestamps SET statement = CAST(x'ff' || statement AS TEXT)", "cannot be read"),
    ],
)
def test_a_stamp_that_was_touched_is_found(
    checked: Bevaka, authority: Authority, tmp_path: Path, statement: str, said: str
) -> None:
    stamp(checked, authority)
    edit(tmp_path, statement)
    verified = checked("verify")
    assert verified.code == 4
    assert said in verified.out


def test_a_stamp_by_somebody_else_is_found_where_the_authority_is_known(
    checked: Bevaka, authority: Authority, tmp_path: Path
) -> None:
    stamp(checked, authority)
    with Authority(tmp_path / "other") as other:
        assert checked("verify", "--ca", str(other.root)).code == 4
    assert checked("verify").code == 0
    assert "signatures are checked where --ca" in checked("verify").err


def test_a_chain_that_was_written_anew_is_found_by_its_stamp(
    checked: Bevaka, authority: Authority, tmp_path: Path
) -> None:
    stamp(checked, authority)
    (tmp_path / "data").rename(tmp_path / "old")
    checked("check")  # a new history, sound in itself
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as database, database:
        database.execute("ATTACH ? AS old", (str(tmp_path / "old" / "bevaka.db"),))
        database.execute("INSERT INTO timestamps SELECT * FROM old.timestamps")
    verified = checked("verify", "--ca", str(authority.root))
    assert verified.code == 4
    assert "is not the one that was time-stamped" in verified.out


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (b"<html>", 200, "the answer is no time stamp"),
        (b"", 503, "answered 503"),
        (b"\x30\x03\x02\x01\x02", 200, "time stamp"),
    ],
)
def test_an_authority_that_gives_none_is_an_error_and_nothing_is_kept(
    checked: Bevaka, authority: Authority, answer: bytes, status: int, said: str
) -> None:
    authority.answer, authority.status = answer, status
    done = checked("timestamp", "--authority", authority.url)
    assert done.code == 2
    assert said in done.err
    assert checked("verify", "--json").rows[0]["timestamps"] == 0


def test_an_old_answer_is_refused(checked: Bevaka, authority: Authority, site: Site) -> None:
    stamp(checked, authority)
    with pytest.raises(StampRefused, match="something else"):
        check_timestamp(authority.stamp(authority.asked[0]), b"another statement")
    authority.answer = authority.stamp(authority.asked[0])
    site.pages["/county"] = Answer(b"<main><h1>Other</h1><p>" + b"word " * 90 + b"</p></main>")
    checked("check")
    assert checked("timestamp", "--authority", authority.url).code == 2


def test_an_answer_to_an_earlier_request_about_the_same_is_refused(authority: Authority) -> None:
    with Assembly({"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}) as assembly:
        ask(Ours(authority.url), b"the same", assembly.services, assembly.clock.now())
        authority.answer = authority.stamp(authority.asked[0])
        with pytest.raises(StampRefused, match="another request"):
            ask(Ours(authority.url), b"the same", assembly.services, assembly.clock.now())


def test_a_stamp_of_another_time_is_refused(authority: Authority) -> None:
    with (
        Assembly({"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}) as assembly,
        pytest.raises(StampRefused, match="a time that is not now"),
    ):
        ask(Ours(authority.url), b"the same", assembly.services, assembly.clock.now() + timedelta(days=2))


def test_an_authority_that_is_not_there_is_an_error(checked: Bevaka) -> None:
    done = checked("timestamp", "--authority", "http://127.0.0.1:9/")
    assert (done.code, done.out) == (2, "")
    assert "could not be asked" in done.err


def test_without_an_authority_it_says_what_to_set(checked: Bevaka, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "BEVAKA_TIMESTAMP_URL" in checked("timestamp").err
    monkeypatch.setenv("BEVAKA_TIMESTAMP_URL", "ftp://x")
    assert "BEVAKA_TIMESTAMP_URL: not a web address" in checked("timestamp").err


def test_a_file_without_certificates_is_an_error(checked: Bevaka, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("none")
    done = checked("timestamp", "--authority", authority.url, "--ca", str(tmp_path / "no.pem"))
    assert done.code == 2
    assert "holds no certificates" in done.err


def test_what_may_be_secret_in_an_address_is_neither_printed_nor_kept(
    checked: Bevaka, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = authority.url.replace("http://", "http://ann:hush@") + "?token=hush"
    monkeypatch.setenv("BEVAKA_TIMESTAMP_URL", place)
    authority.status = 503
    refused = checked("timestamp")
    assert (refused.code, "hush" in refused.err) == (2, False)
    authority.status = 200
    said = checked("timestamp")
    assert (said.code, "hush" in said.err) == (0, False)
    assert "its signature was not checked" in said.err
    assert "hush" not in checked("export", "county", "--format", "json").out


def test_the_daemon_stamps_with_what_the_environment_names(
    checked: Bevaka, authority: Authority, tmp_path: Path
) -> None:
    environment = {
        "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
        "BEVAKA_TIMESTAMP_URL": authority.url,
        "BEVAKA_TIMESTAMP_CA": str(authority.root),
    }
    with Assembly(environment) as assembly:
        made = assembly.stamp()
        assert made is not None
        assert made.authority == authority.url
    with Assembly({}) as assembly:
        assert assembly.stamp() is None


def test_verify_says_by_what_a_chain_is_anchored(checked: Bevaka, authority: Authority) -> None:
    assert "anchored: nothing but this database" in checked("verify", "county").err
    stamp(checked, authority)
    said = checked("verify", "county", "--ca", str(authority.root)).err
    assert re.search(r"anchored: links 1-3 by time stamp of 20\S+ \S+ UTC$", said, re.MULTILINE)
    assert "an authority that you have not said you trust" in checked("verify", "county").err


def test_a_head_that_was_kept_elsewhere_is_looked_for(checked: Bevaka) -> None:
    head = checked("export", "county", "--format", "json").rows[0]["head"]
    said = checked("verify", "county", "--head", str(head))
    assert (said.code, "anchored: links 1-3 by the head given" in said.err) == (0, True)
    row = checked("verify", "county", "--head", "ab" * 32, "--json")
    assert (row.code, len(row.rows[0]["bad"])) == (4, 1)
    assert checked("verify", "--head", str(head)).code == 2
