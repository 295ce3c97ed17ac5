"""A replay of a recipe: what differs, and how it is counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.core.record.replay import Replay, ReplayedRevision, Said

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOLD = Said("told", "deadline", {"sv": "en frist", "en": "a deadline"}, 0)
OTHERWISE = Said("told", "wording", {"sv": "en ordalydelse", "en": "a wording"}, 0)
HELD = Said("held_back", "only-if", {"sv": "annat", "en": "other"}, 1)


def revision(number: int, then: Said, now: Said, *, is_other_recipe: bool = True) -> ReplayedRevision:
    return ReplayedRevision(number, AT, number - 1, then, now, is_other_recipe)


@pytest.mark.parametrize(
    ("then", "now", "is_other_recipe", "differs"),
    [
        (TOLD, TOLD, True, False),
        (TOLD, HELD, True, True),
        (HELD, TOLD, False, True),
        (TOLD, OTHERWISE, True, True),
        (TOLD, OTHERWISE, False, False),  # the words of another version of the program
        (HELD, Said("held_back", "move", {"sv": "flytt", "en": "move"}, 2), True, False),
        (Said("first"), Said("first"), True, False),
    ],
)
def test_it_differs_where_readers_would_be_told_otherwise(
    then: Said, now: Said, *, is_other_recipe: bool, differs: bool
) -> None:
    assert revision(2, then, now, is_other_recipe=is_other_recipe).differs is differs


def test_what_differs_comes_first_and_is_counted() -> None:
    replay = Replay(
        (revision(4, TOLD, TOLD), revision(3, TOLD, HELD), revision(2, HELD, HELD), revision(1, TOLD, HELD))
    )
    assert [each.number for each in replay.differing_first] == [3, 1, 4, 2]
    assert replay.differing == 2
    assert not replay.is_empty
    assert not Replay(left_out={"removed": 1}).is_empty
    assert Replay().is_empty
    assert replay.then == {"told": 3, "held_back": 1, "unchanged": 0, "not_seen": 0, "first": 0}
    assert replay.now == {"told": 1, "held_back": 3, "unchanged": 0, "not_seen": 0, "first": 0}
