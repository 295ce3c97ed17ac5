"""Whatever is sent, nothing fails but with documented errors, nothing hangs, and extraction is deterministic.

The fast tests run a few examples of each kind, the slow tests more, and `make fuzz` as many as there is time for.
A run prints its seed; TEST_SEED=… repeats the same examples.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from tests.fakes.world import World, play_two_months
from tests.faults.lab import scaled
from tests.fuzz.inputs import VISITS, Visitor
from tests.fuzz.lab import Target, run
from tests.fuzz.targets import TARGETS

FEW, MANY = 12, scaled(60, 150)
NAMES = [target.name for target in TARGETS]


def seed() -> int:
    """Return the seed of this run."""
    return int(os.environ.get("TEST_SEED") or random.randrange(1_000_000))


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Yield a web page with two months of history, and its visitors."""
    world = World(tmp_path_factory.mktemp("world"))
    play_two_months(world)
    yield Target("visits", VISITS, Visitor(world.client(), "x").check)
    world.close()


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_a_few_of_each_kind_break_nothing(target: Target) -> None:
    assert run(target, FEW, seed())


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_many_of_each_kind_break_nothing(target: Target) -> None:
    assert run(target, MANY, seed())


def test_whatever_a_visitor_sends_the_page_answers(visits: Target) -> None:
    assert run(visits, 2 * FEW, seed())


@pytest.mark.slow
def test_many_visitors_that_send_anything_are_answered(visits: Target) -> None:
    assert run(visits, 2 * MANY, seed())
