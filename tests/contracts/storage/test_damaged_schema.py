"""A database that lacks a table or a column of ours is damaged, and is said to be; no statement is wrong for it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from monitor.errors import SchemaDamaged
from storage.engine import writing
from tests.contracts.storage.conftest import Store


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("ALTER TABLE timestamps RENAME COLUMN token TO other", "token"),
        ("ALTER TABLE timestamps RENAME TO other", "timestamps"),
    ],
)
def test_what_is_not_there_is_named(store: Store, engine: Engine, damage: str, named: str) -> None:
    with writing(engine).begin() as connection:
        connection.execute(text(damage))
    with pytest.raises(SchemaDamaged, match=named), store.unit_of_work.read() as work:
        work.timestamps.all()
    with pytest.raises(SchemaDamaged, match=named), store.unit_of_work.write() as work:
        work.timestamps.add(store.clock.now(), "https://authority.example", "", b"")
