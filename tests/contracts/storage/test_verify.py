"""`verify` finds everything that is not as it was written, and names it."""

from __future__ import annotations

import hashlib
import os
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from monitor.core.model import Recipe
from monitor.errors import Flaw
from storage.bodies import pack
from tests.contracts.storage.conftest import LAW, Store

SEALED_COLUMNS = {
    "bodies": ("sha256", "stored_sha256", "codec", "base_sha256", "depth", "size", "bytes"),
    "snapshots": (
        *("number", "taken_at", "source_url", "url", "status", "headers", "raw_sha256", "size", "link", "chain"),
    ),
    "changes": (
        *("before_number", "after_number", "detected_at", "seen_before", "category", "material", "rule", "summary"),
        *("recipe_hash", "link", "chain"),
    ),
    "observations": (
        *("outcome", "revision", "reason", "due_at", "first_at", "last_at", "looks", "continues"),
        *("link", "chain"),
    ),
    "definitions": ("url", "recipe", "recipe_hash", "since", "attested", "link", "chain"),
    "texts": ("number", "reader", "recipe_hash", "sha256", "size", "read_at", "attested", "link", "chain"),
    "recipes": ("hash", "recipe"),
}
KEYS = {"bodies": "sha256", "recipes": "hash"}
"""The key columns of the tables that have no id."""


@pytest.fixture
def filled(store: Store) -> Store:
    """Return two watches with five revisions in all, changes, and unchanged checks on several days."""
    page = os.urandom(400)
    for number in range(4):
        store.check(page + str(number).encode())
        store.check(None)
        store.clock.move(days=1)
        store.check(None)
    store.check(b"the ordinance", LAW)
    return store


def verify(store: Store, key: str | None = None) -> tuple[int, list[Flaw]]:
    with store.unit_of_work.read() as work:
        return work.history.verify(work.watches.get(key).id if key else None)


def test_what_runs_by_itself_when_rows_are_written_is_a_flaw(filled: Store) -> None:
    kind, statement = (
        ("trigger", "CREATE TRIGGER spy AFTER INSERT ON deliveries BEGIN DELETE FROM deliveries; END")
        if filled.is_sqlite
        else ("rule", "CREATE RULE spy AS ON INSERT TO deliveries DO ALSO DELETE FROM deliveries")
    )
    filled.sql(statement)
    assert [flaw.what for flaw in verify(filled)[1]] == [f"the database: the {kind} spy is not ours"]


def test_a_store_that_nobody_touched_has_no_flaw(filled: Store) -> None:
    checked, flaws = verify(filled)
    assert flaws == []
    assert checked > 20
    assert verify(filled, "county")[1] == []
    assert 0 < verify(filled, "law")[0] < checked


def test_an_empty_store_has_no_flaw(store: Store) -> None:
    assert verify(store) == (0, [])


def test_recipes_that_come_and_go_are_no_flaw(filled: Store) -> None:
    with filled.unit_of_work.write() as work:
        for recipe in (Recipe(keep="body"), Recipe(), Recipe(keep="body")):
            work.snapshots.add_extraction(
                filled.snapshots()[0], recipe, "cd" * 32, "page/2", "The text\n", filled.clock.now()
            )
    assert verify(filled)[1] == []


@pytest.mark.parametrize("table", SEALED_COLUMNS)
def test_a_flipped_byte_in_any_sealed_column_is_found(filled: Store, table: str) -> None:
    assert [column for column in SEALED_COLUMNS[table] if not is_flip_found(filled, table, column)] == []
    assert verify(filled)[1] == []


def is_flip_found(filled: Store, table: str, column: str) -> bool:
    """Flip a byte in a row's column, and put it right again."""
    key = KEYS.get(table, "id")
    order = f"ORDER BY {filled.as_inserted}"
    with filled.engine.begin() as connection:
        found = connection.execute(
            text(f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL {order} LIMIT 1 OFFSET 1")  # noqa: S608  names from the tables above
        ).first()
        if found is None:
            found = connection.execute(text(f"SELECT {key}, {column} FROM {table} {order} LIMIT 1")).one()  # noqa: S608  names from the tables above
    row, value = found
    filled.sql_unguarded(f"UPDATE {table} SET {column} = :v WHERE {key} = :r", v=_damaged(value), r=row)  # noqa: S608  names from the tables above
    key_now = _damaged(value) if column == key else row
    flaws = verify(filled)[1]
    filled.sql_unguarded(f"UPDATE {table} SET {column} = :v WHERE {key} = :r", v=value, r=key_now)  # noqa: S608  names from the tables above
    return bool(flaws)


def _damaged(value: Any) -> object:
    if value is None:
        return "x"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1 << 20
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return chr(ord(value[0]) ^ 1) + value[1:]


@pytest.mark.parametrize("column", ["source_url", "headers"])
def test_a_text_that_is_no_text_any_more_is_named_and_hides_nothing(filled: Store, column: str) -> None:
    if not filled.is_sqlite:
        pytest.skip("PostgreSQL keeps no such text")
    filled.sql(f"UPDATE snapshots SET {column} = CAST(x'ff' || {column} AS TEXT) WHERE id = 2")  # noqa: S608  names from the tables above
    filled.sql("UPDATE snapshots SET status = 201 WHERE id = 3")
    flaws = verify(filled)[1]
    assert [(flaw.watch, flaw.revision) for flaw in flaws] == [("county", 2), ("county", 3)]


def test_an_edited_row_is_the_only_one_that_is_named(filled: Store) -> None:
    filled.sql("UPDATE changes SET material = false WHERE after_number = 3")
    assert verify(filled)[1] == [Flaw("county", 3, "the change is not as it was sealed (link 14)")]


def test_an_edited_link_is_the_only_one_that_is_named(filled: Store) -> None:
    filled.sql("UPDATE snapshots SET chain = :zeros WHERE number = 2 AND watch_id = 1", zeros=bytes(32))
    assert [(flaw.watch, flaw.revision) for flaw in verify(filled)[1]] == [("county", 2)]


@pytest.mark.parametrize("table", ["snapshots", "changes", "observations"])
@pytest.mark.parametrize("which", ["first", "last"])
def test_a_row_that_was_taken_away_is_found_also_at_the_end(filled: Store, table: str, which: str) -> None:
    with filled.engine.begin() as connection:
        query = f"SELECT id FROM {table} WHERE watch_id = 1 ORDER BY id"  # noqa: S608  one of three names
        rows = connection.scalars(text(query)).all()
    row = rows[0] if which == "first" else rows[-1]
    filled.sql_unguarded(f"DELETE FROM {table} WHERE id = :row", row=row)  # noqa: S608  one of three names
    assert verify(filled, "county")[1]


def test_a_revision_that_is_missing_is_named(filled: Store) -> None:
    filled.sql_unguarded("DELETE FROM snapshots WHERE watch_id = 1 AND number = 2")
    assert Flaw("county", 2, "the revision is missing") in verify(filled, "county")[1]


@pytest.mark.parametrize("edit", ["reader = 'page'", "text_sha256 = substr(text_sha256, 2)"])
def test_a_reading_that_is_none_in_its_form_is_named(filled: Store, edit: str) -> None:
    filled.sql_unguarded(f"UPDATE extractions SET {edit} WHERE id = 1")  # noqa: S608  from the list above
    assert Flaw("county", 1, "how it was read is not as it was written") in verify(filled, "county")[1]


def test_a_watch_that_was_taken_away_with_its_history_left_is_found(filled: Store) -> None:
    filled.sql_unguarded("DELETE FROM watches WHERE id = 1")
    assert any("is missing" in flaw.what for flaw in verify(filled)[1])


@pytest.mark.parametrize("number", [2_000_000, -2_000_000, 0])
def test_a_number_of_a_link_that_lies_absurdly_far_off_is_named_in_few_words(filled: Store, number: int) -> None:
    filled.sql_unguarded("UPDATE snapshots SET link = :n WHERE watch_id = 1 AND number = 2", n=number)
    flaws = verify(filled)[1]
    assert {flaw.watch for flaw in flaws} == {"county"}
    assert len(flaws) <= 3, "not one for each link up to there"
    if number < 1:
        assert Flaw("county", 2, "the snapshot has no place of its own in the chain") in flaws


def test_the_head_and_the_length_of_the_chain_are_guarded(filled: Store) -> None:
    filled.sql("UPDATE watches SET chain_head = :zeros WHERE id = 1", zeros=bytes(32))
    filled.sql("UPDATE watches SET chain_length = chain_length + 1 WHERE id = 2")
    assert [flaw.watch for flaw in verify(filled)[1]] == ["county", "law"]


def test_a_damaged_base_is_named_for_every_revision_that_leans_on_it(filled: Store) -> None:
    first = bytes.fromhex(filled.snapshots()[0].sha256)
    filled.sql("UPDATE bodies SET bytes = :zero WHERE sha256 = :first", zero=b"\0", first=first)
    flaws = verify(filled, "county")[1]
    assert [flaw.revision for flaw in flaws] == [1, 2, 3, 4] * 2, "their bodies, and their texts"


@pytest.mark.parametrize(
    "column", ["outcome", "revision", "reason", "due_at", "first_at", "last_at", "looks", "continues", "chain"]
)
def test_a_flipped_byte_in_the_observation_that_goes_on_is_found(filled: Store, column: str) -> None:
    where = "watch_id = 1 AND link IS NULL"
    with filled.engine.begin() as connection:
        value = connection.scalar(text(f"SELECT {column} FROM observations WHERE {where}"))  # noqa: S608  names from above
    filled.sql_unguarded(f"UPDATE observations SET {column} = :v WHERE {where}", v=_damaged(value))  # noqa: S608  names from above
    assert "the observation that goes on is not as it was written" in {
        flaw.what for flaw in verify(filled, "county")[1]
    }


def test_another_text_in_a_body_s_place_is_found_also_when_it_is_sound_in_itself(filled: Store) -> None:
    newest = filled.snapshots()[-1]
    other = pack(bytes(newest.size))
    filled.sql_unguarded(
        "UPDATE bodies SET bytes = :other, stored_sha256 = :hash, codec = 'zstd', base_sha256 = NULL, depth = 0"
        " WHERE sha256 = :mine",
        other=other,
        hash=hashlib.sha256(other).digest(),
        mine=bytes.fromhex(newest.sha256),
    )
    [flaw] = verify(filled, "county")[1]
    assert (flaw.revision, flaw.what) == (4, "the body is damaged: its text is not as it was written")


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        ("url = 'https://elsewhere.example/'", "the address is not the one that the chain seals"),
        ("definition = replace(definition, 'drop', 'crop')", "the recipe is not the one that the chain seals"),
        ("definition = 'x'", "the recipe is not the one that the chain seals"),
    ],
)
def test_what_a_watch_is_told_to_read_cannot_be_changed_unnoticed(filled: Store, edit: str, what: str) -> None:
    filled.sql(f"UPDATE watches SET {edit} WHERE key = 'county'")  # noqa: S608  one of the edits above
    assert Flaw("county", None, what) in verify(filled)[1]


def test_a_watch_without_a_definition_is_named(filled: Store) -> None:
    filled.sql("DELETE FROM definitions WHERE watch_id = 1")
    assert Flaw("county", None, "the chain does not say what is read") in verify(filled, "county")[1]


def _swapped(table: str, column: str, one: int, other: int) -> list[str]:
    return [
        f"{table} SET {column} = {new} WHERE {column} = {old}" for old, new in ((one, 99), (other, one), (99, other))
    ]


@pytest.mark.parametrize(
    "edits",
    [
        ["snapshots SET raw_sha256 = :body WHERE number = 2"],
        _swapped("snapshots", "number", 2, 3),
        ["changes SET before_number = 1 WHERE after_number = 3"],
        _swapped("changes", "after_number", 3, 4),
        ["changes SET recipe_hash = (SELECT hash FROM recipes WHERE hash <> recipe_hash) WHERE after_number = 3"],
        ["observations SET revision = 1 WHERE revision = 3 AND link IS NOT NULL"],
        ["removals SET number = 2"],
    ],
)
def test_what_leads_to_another_row_that_is_there_is_found(filled: Store, edits: list[str]) -> None:
    """Each row is well-formed, and all references are valid: only the chain shows the edit."""
    first, third = filled.snapshots()[0], filled.snapshots()[2]
    with filled.unit_of_work.write() as work:
        work.retention.remove([first.sha256], filled.clock.now(), "a rule")
    for edit in edits:
        values = {"body": bytes.fromhex(third.sha256)} if ":body" in edit else {}
        filled.sql_unguarded(f"UPDATE {edit} {'AND' if 'WHERE' in edit else 'WHERE'} watch_id = 1", **values)
    table = edits[0].partition(" ")[0].removesuffix("s")
    assert f"the {table} is not as it was sealed" in " ".join(flaw.what for flaw in verify(filled, "county")[1])


def test_a_body_that_was_taken_away_is_named_for_every_revision_that_leans_on_it(filled: Store) -> None:
    first = bytes.fromhex(filled.snapshots()[0].sha256)
    filled.sql_unguarded("DELETE FROM bodies WHERE sha256 = :first", first=first)
    assert [(flaw.revision, flaw.what) for flaw in verify(filled, "county")[1]] == [
        (1, "the body is missing"),
        *((number, "a body beneath it is missing") for number in (2, 3, 4)),
        *((number, "the text: a body beneath it is missing") for number in (1, 2, 3, 4)),
    ]


@pytest.mark.parametrize("column", ["number", "raw_sha256", "removed_at", "rule", "link", "chain"])
def test_a_flipped_byte_in_what_is_said_of_a_removed_body_is_found(filled: Store, column: str) -> None:
    with filled.unit_of_work.write() as work:
        work.retention.remove([filled.snapshots()[0].sha256], filled.clock.now(), "a rule")
    assert verify(filled)[1] == []
    with filled.engine.begin() as connection:
        value = connection.scalar(text(f"SELECT {column} FROM removals"))  # noqa: S608  one of six names
    filled.sql_unguarded(f"UPDATE removals SET {column} = :v", v=_damaged(value))  # noqa: S608  one of six names
    assert {flaw.watch for flaw in verify(filled, "county")[1]} == {"county"}


def test_a_damaged_body_that_is_kept_aside_is_found(filled: Store) -> None:
    with filled.unit_of_work.write() as work:
        work.snapshots.keep_aside(filled.fetched(b"log in"))
    filled.sql("UPDATE bodies SET bytes = :zero WHERE size = 6", zero=b"\0")
    [flaw] = verify(filled)[1]
    assert (flaw.watch, flaw.revision) == ("", None)
    assert f"sha256 {hashlib.sha256(b'log in').hexdigest()[:16]}" in flaw.what, "it has no other name"


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flipped_byte_of_a_body_is_found(filled: Store, seed: int) -> None:
    chance = random.Random(seed)
    with filled.engine.begin() as connection:
        rows = connection.execute(text("SELECT sha256, bytes FROM bodies")).all()
    row, packed = chance.choice(rows)
    at = chance.randrange(len(packed))
    damaged = packed[:at] + bytes([packed[at] ^ 1 << chance.randrange(8)]) + packed[at + 1 :]
    filled.sql("UPDATE bodies SET bytes = :b WHERE sha256 = :r", b=damaged, r=row)
    try:
        assert verify(filled)[1]
    finally:
        filled.sql("UPDATE bodies SET bytes = :b WHERE sha256 = :r", b=packed, r=row)
