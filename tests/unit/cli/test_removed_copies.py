"""Commands that read the history work without a revision whose body retention removed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import BodyRemoved
from monitor.retention import remove_old_bodies
from tests.fakes.site import Answer, Site
from tests.fakes.world import World, play_two_months
from tests.unit.cli.conftest import Bevaka


@pytest.fixture
def pruned(bevaka: Bevaka, site: Site, county: Path) -> Bevaka:
    """Record five revisions of the county's page, with a moving counter, and remove the bodies of the first ones."""
    page = (county / "before.html").read_text(encoding="utf-8")
    for number in range(5):
        site.pages["/county"] = Answer(page.replace("</main>", f"<p>Antal besök: {number}</p></main>"))
        assert bevaka("check").code == 0
    assert len(bevaka("db", "prune", "--keep", "1", "--json").rows) >= 3
    return bevaka


def test_the_history_lists_every_revision(pruned: Bevaka) -> None:
    assert len(pruned("log", "county", "--json").rows) == 5
    assert pruned("status", "--json").code == 0


def test_blame_passes_over_what_is_gone(pruned: Bevaka) -> None:
    said = pruned("blame", "county", "--json")
    assert said.code == 0, said.err
    assert said.rows


def test_a_difference_from_what_is_gone_says_so(pruned: Bevaka) -> None:
    said = pruned("diff", "county")
    assert said.code == 2
    assert "by retention (not among the 1 newest)" in said.err


def test_the_next_check_and_the_next_change_are_as_ever(pruned: Bevaka, site: Site, county: Path) -> None:
    assert pruned("check", "--json").rows[0]["outcome"] == "unchanged"
    site.pages["/county"] = Answer((county / "after.html").read_bytes())
    assert pruned("check", "--json").rows[0]["outcome"] == "changed"
    assert pruned("verify").code == 0


def test_a_removal_that_was_touched_is_named_also_when_it_cannot_be_read(pruned: Bevaka, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as database, database:
        database.execute("UPDATE removals SET removed_at = 1 << 62 WHERE number = 2")
    said = pruned("verify")
    assert said.code == 4
    assert "county#2  the removal is not as it was sealed" in said.out


def test_the_end_of_a_time_is_known_of_a_revision_that_is_gone(tmp_path: Path) -> None:
    with closing(World(tmp_path)) as world:
        play_two_months(world)
        unit_of_work, now = world.assembly.unit_of_work, world.clock.now()
        gone = remove_old_bodies(unit_of_work, lambda _: None, None, 1, now=now, rule="test")[0]
        asked = f"{gone.watch}@{gone.taken_at:%Y-%m-%dT%H:%MZ}"
        with pytest.raises(BodyRemoved):
            world.assembly.history.copy(asked)
        minute = gone.taken_at.replace(second=0, microsecond=0)
        assert world.assembly.history.seen_at(asked) == (gone.watch, minute + timedelta(minutes=1))
