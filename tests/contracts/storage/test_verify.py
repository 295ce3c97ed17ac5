"""verify finds whatever is not as it was written, and names it."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from monitor.core.model import Recipe
from monitor.ports import Flaw
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
    "recipes": ("hash", "recipe"),
}


@pytest.fixture
def told(store: Store) -> Store:
    """Two watches with four revisions, changes, days of silence and a failed look."""
    page = os.urandom(400)
    for number in range(4):
        store.look(page + str(number).encode())
        store.look(None)
        store.clock.move(days=1)
        store.look(None)
    store.look(b"the ordinance", LAW)
    return store


def verify(store: Store, key: str | None = None) -> tuple[int, list[Flaw]]:
    with store.unit_of_work.read() as work:
        return work.history.verify(work.watches.get(key).id if key else None)


def test_a_store_that_nobody_touched_has_no_flaw(told: Store) -> None:
    checked, flaws = verify(told)
    assert flaws == []
    assert checked > 20
    assert verify(told, "county")[1] == []
    assert 0 < verify(told, "law")[0] < checked


def test_an_empty_store_has_no_flaw(store: Store) -> None:
    assert verify(store) == (0, [])


def test_recipes_that_come_and_go_are_no_flaw(told: Store) -> None:
    with told.unit_of_work.write() as work:
        for recipe in (Recipe(keep="body"), Recipe(), Recipe(keep="body")):
            work.snapshots.add_extraction(told.snapshots()[0].id, recipe, "cd" * 32, "page/2")
    assert verify(told)[1] == []


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in SEALED_COLUMNS.items() for column in columns]
)
def test_a_flipped_byte_in_any_sealed_column_is_found(told: Store, table: str, column: str) -> None:
    with told.engine.begin() as connection:
        found = connection.execute(
            text(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY rowid LIMIT 1 OFFSET 1")  # noqa: S608  names from the tables above
        ).first()
        if found is None:
            found = connection.execute(text(f"SELECT rowid, {column} FROM {table} WHERE rowid = 1")).one()  # noqa: S608  names from the tables above
    row, value = found
    if value is None:
        damaged: object = "x"
    elif isinstance(value, int):
        damaged = value ^ 1 << 20
    elif isinstance(value, bytes):
        damaged = bytes([value[0] ^ 1]) + value[1:]
    else:
        damaged = chr(ord(value[0]) ^ 1) + value[1:]
    told.sql_unguarded(f"UPDATE {table} SET {column} = :v WHERE rowid = :r", v=damaged, r=row)  # noqa: S608  names from the tables above
    assert verify(told)[1]


@pytest.mark.parametrize("column", ["source_url", "headers"])
def test_a_text_that_is_no_text_any_more_is_named_and_hides_nothing(told: Store, column: str) -> None:
    told.sql(f"UPDATE snapshots SET {column} = CAST(x'ff' || {column} AS TEXT) WHERE id = 2")  # noqa: S608  names from the tables above
    told.sql("UPDATE snapshots SET status = 201 WHERE id = 3")
    flaws = verify(told)[1]
    assert [(flaw.watch, flaw.revision) for flaw in flaws] == [("county", 2), ("county", 3)]


def test_an_edited_row_is_the_only_one_that_is_named(told: Store) -> None:
    told.sql("UPDATE changes SET material = 0 WHERE after_number = 3")
    assert verify(told)[1] == [Flaw("county", 3, "the change is not as it was sealed (link 10)")]


def test_an_edited_link_is_the_only_one_that_is_named(told: Store) -> None:
    told.sql("UPDATE snapshots SET chain = zeroblob(32) WHERE number = 2 AND watch_id = 1")
    assert [(flaw.watch, flaw.revision) for flaw in verify(told)[1]] == [("county", 2)]


@pytest.mark.parametrize("table", ["snapshots", "changes", "observations"])
@pytest.mark.parametrize("which", ["first", "last"])
def test_a_row_that_was_taken_away_is_found_also_at_the_end(told: Store, table: str, which: str) -> None:
    with told.engine.begin() as connection:
        query = f"SELECT id FROM {table} WHERE watch_id = 1 ORDER BY id"  # noqa: S608  one of three names
        rows = connection.scalars(text(query)).all()
    row = rows[0] if which == "first" else rows[-1]
    told.sql_unguarded(f"DELETE FROM {table} WHERE id = :row", row=row)  # noqa: S608  one of three names
    assert verify(told, "county")[1]


def test_a_revision_that_is_missing_is_named(told: Store) -> None:
    told.sql_unguarded("DELETE FROM snapshots WHERE watch_id = 1 AND number = 2")
    assert Flaw("county", 2, "the revision is missing") in verify(told, "county")[1]


def test_a_watch_that_was_taken_away_with_its_history_left_is_found(told: Store) -> None:
    told.sql_unguarded("DELETE FROM watches WHERE id = 1")
    assert any("is missing" in flaw.what for flaw in verify(told)[1])


def test_the_head_and_the_length_of_the_chain_are_guarded(told: Store) -> None:
    told.sql("UPDATE watches SET chain_head = zeroblob(32) WHERE id = 1")
    told.sql("UPDATE watches SET chain_length = chain_length + 1 WHERE id = 2")
    assert [flaw.watch for flaw in verify(told)[1]] == ["county", "law"]


def test_a_damaged_base_is_named_for_every_revision_that_leans_on_it(told: Store) -> None:
    told.sql("UPDATE bodies SET bytes = x'00' WHERE rowid = 1")
    flaws = verify(told, "county")[1]
    assert [flaw.revision for flaw in flaws] == [1, 2, 3, 4]


def test_a_damaged_body_that_is_kept_aside_is_found(told: Store) -> None:
    with told.unit_of_work.write() as work:
        work.snapshots.keep_aside(told.fetched(b"log in"))
    told.sql("UPDATE bodies SET bytes = x'00' WHERE size = 6")
    assert [(flaw.watch, flaw.revision) for flaw in verify(told)[1]] == [("", None)]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flipped_byte_of_a_body_is_found(told: Store, seed: int) -> None:
    chance = random.Random(seed)
    with told.engine.begin() as connection:
        rows = connection.execute(text("SELECT rowid, bytes FROM bodies")).all()
    row, packed = chance.choice(rows)
    at = chance.randrange(len(packed))
    damaged = packed[:at] + bytes([packed[at] ^ 1 << chance.randrange(8)]) + packed[at + 1 :]
    told.sql("UPDATE bodies SET bytes = :b WHERE rowid = :r", b=damaged, r=row)
    try:
        assert verify(told)[1]
    finally:
        told.sql("UPDATE bodies SET bytes = :b WHERE rowid = :r", b=packed, r=row)
