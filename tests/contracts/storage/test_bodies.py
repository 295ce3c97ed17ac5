"""Bodies: what is stored is read back unchanged, and damaged bytes never are."""

from __future__ import annotations

import os
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from monitor.errors import StorageError
from storage.bodies import FULL_EVERY, Bodies, pack, unpack
from storage.engine import writing
from tests.contracts.storage.conftest import Store

bodies = st.lists(st.binary(max_size=300) | st.text(alphabet="ab\n", max_size=300).map(str.encode), max_size=40)


@given(bodies)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_bodies_reads_back(engine: Engine, sequence: list[bytes]) -> None:
    with writing(engine).connect() as connection, connection.begin() as transaction:
        store = Bodies(connection)
        before: str | None = None
        kept = []
        for raw in sequence:
            before = store.keep(raw, before)
            kept.append((before, raw))
        for sha256, raw in kept:
            assert store.read(sha256) == raw
        transaction.rollback()


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_what_was_packed_against_a_base_unpacks_with_it(raw: bytes, base: bytes) -> None:
    assert unpack(pack(raw, base), len(raw), base) == raw
    assert unpack(pack(raw), len(raw)) == raw


RAW = "FROM bodies WHERE sha256 IN (SELECT raw_sha256 FROM snapshots)"


def depths(store: Store) -> list[int]:
    with store.engine.begin() as connection:
        return list(connection.scalars(text(f"SELECT depth {RAW} ORDER BY {store.as_inserted}")))


def test_every_sixteenth_body_is_a_full_copy(store: Store) -> None:
    page = os.urandom(2000)
    for number in range(2 * FULL_EVERY + 1):
        store.check(page + str(number).encode())
    assert depths(store) == [*range(FULL_EVERY), *range(FULL_EVERY), 0]


def test_a_small_edit_costs_little_also_in_a_large_body(store: Store) -> None:
    page = os.urandom(3_000_000)
    store.check(page)
    store.check(b"edited" + page)
    with store.engine.begin() as connection:
        query = f"SELECT length(bytes) {RAW} ORDER BY {store.as_inserted}"
        first, second = connection.scalars(text(query)).all()
    assert second < first / 500
    with store.unit_of_work.read() as work:
        assert work.snapshots.body(store.snapshots()[1].sha256) == b"edited" + page


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE bodies SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE depth = 0",
        "UPDATE bodies SET stored_sha256 = sha256 WHERE depth = 0",
    ],
)
def test_a_damaged_body_is_never_read(store: Store, damage: str) -> None:
    store.check(b"one" * 100)
    store.check(b"two" + b"one" * 100)
    store.sql(damage)
    for snapshot in store.snapshots():
        with store.unit_of_work.read() as work, pytest.raises(StorageError, match="stored bytes"):
            work.snapshots.body(snapshot.sha256)


def test_a_body_whose_text_was_exchanged_is_never_read(store: Store) -> None:
    store.check(b"one")
    packed = pack(b"two")
    store.sql("UPDATE bodies SET bytes = :b, stored_sha256 = :h", b=packed, h=sha256(packed).digest())
    with store.unit_of_work.read() as work, pytest.raises(StorageError, match="text has another hash"):
        work.snapshots.body(store.snapshots()[0].sha256)


def test_stored_bytes_that_are_no_zstd_are_damage(store: Store) -> None:
    store.check(b"one")
    store.sql("UPDATE bodies SET bytes = :b, stored_sha256 = :h", b=b"junk", h=sha256(b"junk").digest())
    with store.unit_of_work.read() as work, pytest.raises(StorageError, match="cannot be unpacked"):
        work.snapshots.body(store.snapshots()[0].sha256)


def test_a_missing_body_and_a_missing_base_are_told_apart(store: Store) -> None:
    store.check(b"one" * 100)
    store.check(b"two" + b"one" * 100)
    first, second = store.snapshots()
    store.sql_unguarded("DELETE FROM bodies WHERE depth = 0")
    with store.unit_of_work.read() as work:
        with pytest.raises(StorageError, match=r"is missing$"):
            work.snapshots.body(first.sha256)
        with pytest.raises(StorageError, match="beneath it is missing"):
            work.snapshots.body(second.sha256)


def test_a_new_body_does_not_lean_on_a_damaged_one(store: Store) -> None:
    store.check(b"one" * 100)
    store.sql("UPDATE bodies SET stored_sha256 = sha256")
    store.check(b"two" + b"one" * 100)
    with store.unit_of_work.read() as work:
        assert work.snapshots.body(store.snapshots()[1].sha256) == b"two" + b"one" * 100
    assert depths(store) == [0, 0]
