"""A database that an earlier version made opens, verifies and remains usable.

Each folder of tests/data/databases is named after the version that made it. `bevaka.db.gz` is the database of the small
world of tests/fakes/world.py after its two months, with subscribers, a pending sign-up, a digest and a mail that are
owed, a law that announces an event, and one body that retention removed. `expected.json` has the output of that version
for it. Neither is ever edited.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bevaka.proof.watch_record import watch_record
from monitor.core.model import Outcome
from storage.types import microseconds
from tests.fakes.world import COUNTY, LAW, QUIET, World, county, page

VERSIONS = sorted((Path(__file__).parents[1] / "data" / "databases").iterdir())


@pytest.fixture(params=VERSIONS, ids=lambda folder: folder.name)
def expected(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Return the output of the earlier version; its database is in the folder of the test."""
    folder: Path = request.param
    (tmp_path / "bevaka.db").write_bytes(gzip.decompress((folder / "bevaka.db.gz").read_bytes()))
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def world(expected: dict[str, Any], tmp_path: Path) -> Iterator[World]:
    with closing(World(tmp_path)) as world:
        world.clock.at = datetime.fromisoformat(expected["at"])
        yield world


def test_its_history_is_whole_and_says_the_same(world: World, expected: dict[str, Any]) -> None:
    history = world.assembly.history
    checked, flaws = history.verify()
    assert flaws == []
    assert checked > expected["checked"], "what was there, and what was attested at the upgrade"
    log = {
        watch.key: [
            [row.revision, row.at.isoformat(), row.outcome.value, row.material, row.summary, row.sha256]
            for row in history.log(watch.key).rows
        ]
        for watch in history.watches()
    }
    assert log == expected["log"]
    assert {row.watch: [row.state, row.failures] for row in history.status()} == expected["status"]
    with world.assembly.unit_of_work.read() as work:
        owed = sorted([each.message_id, each.state, each.kind] for each in work.outbox.deliveries())
        announced = work.announced_events.of(work.watches.get(LAW).id)
    assert owed == expected["owed"]
    assert [[str(event.due_on), event.kind.value] for event in announced] == expected["events"]


def test_its_mails_are_sent_with_the_message_ids_that_it_gave_them(world: World, expected: dict[str, Any]) -> None:
    pending = {message_id for message_id, state, _ in expected["owed"] if state == "pending"}
    world.clock.at += timedelta(days=8)  # a weekly digest is due
    world.assembly.deliver.deliver_due()
    assert {mail.message_id for mail in world.mails} == pending


def test_every_revision_is_attested_at_the_upgrade_and_no_link_is_rewritten(
    world: World, expected: dict[str, Any], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "bevaka.db")) as database:
        heads = dict(database.execute("SELECT key, hex(chain_head) FROM watches").fetchall())
    unit_of_work = world.assembly.unit_of_work  # opening it upgrades the database
    for watch in world.assembly.history.watches():
        with unit_of_work.read() as work:
            record = watch_record(work, watch.key, world.clock.now(), "Bevaka/0")
            texts = {link.facts["number"]: record.content(link).decode() for link in record.of("text")}
        assert heads[watch.key].lower() in {link.chain for link in record.links}
        revisions = {row[0] for row in expected["log"][watch.key]}
        removed = {link.facts["number"] for link in record.of("removal")}
        assert set(texts) == revisions - removed
        assert all(text.strip() for text in texts.values())
        assert {link.facts["attested"] for link in record.of("text", "definition")} == {1}
        assert {link.facts["read_at"] for link in record.of("text")} == {microseconds(world.clock.now())}


def test_it_goes_on(world: World, expected: dict[str, Any]) -> None:
    items = ("Erbjuda utbildning och metodstöd", "Följa upp arbetet årligen")
    world.says = {
        COUNTY: county("2026-03-01", "maj", items, visits=3),
        QUIET: page("Om rådet", "Rådet samlar myndigheter som arbetar för kvinnofrid. Redovisning senast 1 juni."),
    }
    world.check(COUNTY, QUIET, hours=6)
    history = world.assembly.history
    newest = {key: history.log(key).rows[-1] for key in (COUNTY, QUIET)}
    assert newest[COUNTY].revision == len(expected["log"][COUNTY]), "the same text is unchanged, and nobody is mailed"
    assert (newest[QUIET].outcome, newest[QUIET].material) == (Outcome.CHANGED, True)
    assert history.verify()[1] == []
    told = world.assembly.entries_into_force.notify_due()
    assert told == 0
    world.clock.at = datetime.fromisoformat(expected["events"][0][0] + "T09:00+02:00")
    assert world.assembly.entries_into_force.notify_due() > 0, "what was announced comes true on its day"
