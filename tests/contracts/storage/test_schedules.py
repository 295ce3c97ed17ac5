"""Generations of the schedule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.core.schedule.generations import Generation
from monitor.errors import StorageError
from tests.contracts.storage.conftest import Store


def generation(store: Store, number: int, sha256: str = "ab" * 32) -> Generation:
    return Generation(
        number, sha256, "keeper.example", store.clock.now(), 12, "Europe/Stockholm", "sv", timedelta(seconds=2.5)
    )


def test_the_newest_generation_is_in_force(store: Store) -> None:
    with store.unit_of_work.read() as work:
        assert work.schedules.newest() is None
    with store.unit_of_work.write() as work:
        work.schedules.add(generation(store, 1))
        work.schedules.add(generation(store, 2, "cd" * 32))
    with store.unit_of_work.read() as work:
        assert work.schedules.newest() == generation(store, 2, "cd" * 32)


def test_one_number_is_given_once(store: Store) -> None:
    with store.unit_of_work.write() as work:
        work.schedules.add(generation(store, 1))
    with pytest.raises(StorageError), store.unit_of_work.write() as work:
        work.schedules.add(generation(store, 1))
