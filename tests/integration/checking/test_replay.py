"""A recipe replayed over the kept history: what it would have said, beside what was said; nothing is fetched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.core.model import Condition, Recipe
from monitor.core.record.replay import Replay
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.page_over_time import Subject

ONE, TWO, THREE = "Beslut om bidrag", "Yttrande över planen", "Kallelse till nämnden"


@pytest.fixture
def page(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Subject:
    return Subject(unit_of_work, clock)


@pytest.fixture
def kept(page: Subject) -> Subject:
    """A page with five revisions: a line goes, comes back, another comes, and both change their places."""
    page.watch(Recipe())
    for lines in ((ONE, TWO), (TWO,), (ONE, TWO), (ONE, TWO, THREE), (THREE, ONE, TWO)):
        page.check(*lines)
    return page


def said(replay: Replay) -> list[tuple[int, str, str]]:
    return [(each.number, each.then.outcome, each.now.outcome) for each in replay.revisions]


def test_the_recipe_of_the_file_says_what_was_said(kept: Subject) -> None:
    replay = kept.replay(Recipe())
    assert said(replay) == [
        (5, "held_back", "held_back"),
        (4, "told", "told"),
        (3, "told", "told"),
        (2, "told", "told"),
        (1, "first", "first"),
    ]
    assert (replay.differing, dict(replay.left_out)) == (0, {})
    assert [each.before for each in replay.revisions] == [4, 3, 2, 1, None]
    assert [each.now.summary for each in replay.revisions] == [each.then.summary for each in replay.revisions]


def test_text_that_was_there_before_would_have_been_held_back(kept: Subject) -> None:
    replay = kept.replay(Recipe(never_seen=True))
    assert [(each.number, each.now.outcome, each.now.rule) for each in replay.differing_first] == [
        (3, "held_back", "never-seen"),
        (2, "held_back", "never-seen"),
        (5, "held_back", "move"),
        (4, "told", "content-added"),
        (1, "first", None),
    ]
    assert replay.differing == 2


def test_a_wider_recipe_knows_what_it_would_have_read(page: Subject) -> None:
    page.watch(Recipe(drop=("p:nth-of-type(2)",)))
    for number, line in enumerate((ONE, TWO, ONE)):
        page.check(line, f"Punkt {number}")
    replay = page.replay(Recipe(never_seen=True, ignore=(r"Punkt \d",)))
    assert [each.now.outcome for each in replay.revisions] == ["held_back", "told", "first"]


def test_words_that_matter_are_tried(kept: Subject) -> None:
    replay = kept.replay(Recipe(only_if=Condition(added=("kallelse",))))
    assert said(replay)[:4] == [
        (5, "held_back", "held_back"), (4, "told", "told"), (3, "told", "held_back"), (2, "told", "held_back")
    ]  # fmt: skip


def test_a_revision_that_would_not_be_seen_leaves_the_old_text(kept: Subject) -> None:
    replay = kept.replay(Recipe(expect=ONE))
    two = replay.revisions[3]
    assert (two.number, two.now.outcome, two.differs) == (2, "not_seen", True)
    assert two.now.reason is not None
    assert two.now.reason.code == "sentinel-missing"
    three = replay.revisions[2]
    assert (three.before, three.now.outcome) == (1, "unchanged")
    nowhere = kept.replay(Recipe(keep="#nowhere"))
    assert {each.now.outcome for each in nowhere.revisions} == {"not_seen"}
    assert nowhere.differing == 5
    late = kept.replay(Recipe(expect_not=f"^{TWO}$"))
    assert {each.now.outcome for each in late.revisions} == {"not_seen"}


def test_the_first_that_is_seen_is_the_first(page: Subject) -> None:
    page.watch(Recipe())
    page.check(TWO)
    page.check(ONE, TWO)
    assert said(page.replay(Recipe(expect=ONE))) == [(2, "told", "first"), (1, "first", "not_seen")]


def test_no_more_are_replayed_than_asked_for_and_the_rest_is_counted(kept: Subject) -> None:
    replay = kept.replay(Recipe(), most=2)
    assert [each.number for each in replay.revisions] == [5, 4]
    assert replay.left_out == {"most": 3}
    nothing = kept.replay(Recipe(), most=0)
    assert (nothing.revisions, nothing.left_out) == ((), {"most": 5})
    edge = kept.replay(Recipe(expect=ONE), most=3)  # what the third is compared with is not among the asked ones
    assert [each.number for each in edge.revisions] == [5, 4]
    assert edge.left_out == {"most": 3}


def test_when_the_time_is_over_the_older_ones_are_counted(kept: Subject) -> None:
    replay = kept.replay(Recipe(), seconds=1.5)
    assert 0 < len(replay.revisions) < 5
    assert len(replay.revisions) + replay.left_out["time"] == 5
    assert replay.revisions[0].number == 5
    none = kept.replay(Recipe(), seconds=0)
    assert (none.revisions, none.left_out) == ((), {"time": 5})


def test_what_has_no_bytes_any_more_is_left_out_with_the_one_after_it(kept: Subject) -> None:
    kept.remove_bodies_of(2)
    replay = kept.replay(Recipe())
    assert [each.number for each in replay.revisions] == [5, 4, 1]
    assert replay.left_out == {"removed": 2}


def test_a_damaged_revision_is_left_out(kept: Subject) -> None:
    kept.damage_body_of(4)  # and with it the fifth, which is stored against it
    replay = kept.replay(Recipe())
    assert [each.number for each in replay.revisions] == [3, 2, 1]
    assert replay.left_out == {"damaged": 2}


def test_revisions_of_another_address_are_another_page(kept: Subject) -> None:
    kept.watch(Recipe(), "https://example.org/new")
    kept.check(ONE)
    replay = kept.replay(Recipe())
    assert said(replay) == [(6, "first", "first")]
    assert replay.left_out == {"other_address": 5}
    assert kept.replay(Recipe(), url="https://example.org/elsewhere").left_out == {"other_address": 6}


def test_what_is_told_follows_the_alert_of_the_watch(kept: Subject) -> None:
    everything = kept.replay(Recipe(), alert="any")
    assert (everything.revisions[0].then.outcome, everything.revisions[0].now.outcome) == ("held_back", "told")
    kept.watch(Recipe(), alert="any")
    assert kept.replay(Recipe()).revisions[0].then.outcome == "told"


def test_the_date_alone_is_no_mail_where_content_is_asked_for(page: Subject) -> None:
    page.watch(Recipe(), alert="content")
    page.check(ONE, "Senast uppdaterad: 2021-11-18")
    page.check(ONE, "Senast uppdaterad: 2024-03-01")
    assert said(page.replay(Recipe(), alert="content"))[0] == (2, "held_back", "held_back")
    assert said(page.replay(Recipe(), alert="material"))[0] == (2, "held_back", "told")


def test_a_page_that_nobody_watched_has_no_history(page: Subject) -> None:
    page.watch(Recipe())
    assert page.replay(Recipe()) == Replay()
    assert page.replay(Recipe(), key="unknown", patience=timedelta(days=1)) == Replay()
