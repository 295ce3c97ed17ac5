"""`only_if`, `never_seen` and `expect_not` over the checks of a page: what is told, held back, or not seen."""

from __future__ import annotations

import pytest

from monitor.core.model import Condition, Outcome, Recipe
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.page_over_time import Subject, told


@pytest.fixture
def page(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Subject:
    return Subject(unit_of_work, clock)


def test_a_change_without_the_words_is_kept_and_listed_and_not_told(page: Subject) -> None:
    page.watch(Recipe(only_if=Condition(any=("skyddat boende",))))
    assert page.check("Ring oss på dagen.", "Vi ordnar skyddat boende.").outcome is Outcome.FIRST
    result = page.check("Ring oss på kvällen.", "Vi ordnar skyddat boende.")
    assert (result.outcome, result.material) == (Outcome.CHANGED, False)
    assert result.summary is not None
    assert result.summary["sv"] == "Inget väsentligt har ändrats: inget av orden som bevakas berörs"
    assert told(page.check("Ring oss på kvällen.", "Vi ordnar skyddade boenden."))
    change = page.history.diff("almby#1", "almby#2").change
    assert change is not None
    assert [(block.rule, block.material) for block in change.blocks] == [("only-if", False)]


def test_a_line_that_goes_comes_back_and_goes_again(page: Subject) -> None:
    page.watch(Recipe(only_if=Condition(removed=("jour",))))
    line, other = "Vår jour svarar dygnet runt.", "Vi finns i rådhuset."
    page.check(other, line)
    assert [told(page.check(*lines)) for lines in ((other,), (other, line), (other,))] == [True, False, True]


def test_while_an_unwanted_text_is_there_nothing_is_told(page: Subject) -> None:
    page.watch(Recipe(expect_not="tillfälligt stängd"))
    page.check("Vi har öppet.")
    result = page.check("Sidan är Tillfälligt Stängd.", "Vi har flyttat.")
    assert result.outcome is Outcome.NOT_SEEN
    assert result.reason is not None
    assert (result.reason.code, result.reason.facts) == ("unwanted-text", {"found": "Tillfälligt Stängd"})
    assert page.check("Sidan är tillfälligt stängd.", "Vi har bytt namn.").outcome is Outcome.NOT_SEEN
    assert page.check("Vi har öppet.").outcome is Outcome.UNCHANGED
    assert page.check("Sidan är tillfälligt stängd.").outcome is Outcome.NOT_SEEN
    assert told(page.check("Vi har öppet igen, i nya lokaler."))


def test_a_first_look_at_an_unwanted_text_is_no_first_copy(page: Subject) -> None:
    page.watch(Recipe(expect_not="stängd"))
    assert page.check("Sidan är stängd.").outcome is Outcome.NOT_SEEN
    assert page.check("Vi har öppet.").outcome is Outcome.FIRST


def test_an_edit_of_the_words_tells_nobody_anything(page: Subject) -> None:
    page.watch(Recipe())
    page.check("Ring oss på dagen.")
    page.watch(Recipe(only_if=Condition(any=("jour",)), expect_not="stängd"))
    assert page.check("Ring oss på dagen.").outcome is Outcome.UNCHANGED
    assert not told(page.check("Ring oss på kvällen."))
    page.watch(Recipe())
    assert page.check("Ring oss på kvällen.").outcome is Outcome.UNCHANGED
    assert told(page.check("Ring oss på natten."))


# Words that are waited for


def test_a_word_that_stood_there_before_does_not_count_and_one_that_comes_does_once(page: Subject) -> None:
    page.watch(Recipe(only_if=Condition(any=("lägg till i korgen",))))
    page.check("Boken är slut.", "Lägg till i korgen: annat.")
    assert not told(page.check("Boken är beställd.", "Lägg till i korgen: annat."))
    assert told(page.check("Boken finns: lägg till i korgen.", "Lägg till i korgen: annat."))
    assert page.check("Boken finns: lägg till i korgen.", "Lägg till i korgen: annat.").outcome is Outcome.UNCHANGED
    assert not told(page.check("Boken finns: lägg till i korgen.", "Lägg till i korgen: annat.", "Välkommen."))


def test_an_ignored_line_with_the_word_does_not_count_until_it_is_ignored_no_longer(page: Subject) -> None:
    recipe = Recipe(only_if=Condition(any=("lediga platser",)))
    page.watch(Recipe(ignore=("Det finns .* platser[.]",), only_if=recipe.only_if))
    page.check("Boendet är fullt.")
    assert page.check("Boendet är fullt.", "Det finns lediga platser.").outcome is Outcome.UNCHANGED
    page.watch(recipe)
    assert told(page.check("Boendet är fullt.", "Det finns lediga platser."))


def test_the_copy_on_which_a_word_came_is_the_one_that_is_shown(page: Subject) -> None:
    page.watch(Recipe(only_if=Condition(added=("utlyst",))))
    page.check("Bidrag: ingen ansökan är öppen.")
    page.check("Bidrag: ansökan öppnar snart.")
    result = page.check("Bidrag: ansökan är utlyst.")
    assert told(result)
    assert result.revision == 3
    page.check("Bidrag: ansökan är stängd.")
    shown = page.history.extract(page.history.copy("almby#3")).extraction
    assert shown.blocks[-1].text == "Bidrag: ansökan är utlyst."
    change = page.history.diff("almby#3").change
    assert change is not None
    assert [(block.after, block.material) for block in change.blocks] == [("Bidrag: ansökan är utlyst.", True)]


def test_a_line_that_comes_goes_and_comes_again(page: Subject) -> None:
    page.watch(Recipe(only_if=Condition(added=("jour",))))
    line, other = "Vår jour svarar dygnet runt.", "Vi finns i rådhuset."
    page.check(other)
    assert [told(page.check(*lines)) for lines in ((other, line), (other,), (line, other))] == [True, False, True]


# Text that no revision ever had


def test_lines_in_another_order_and_with_blanks_between_tell_nothing(page: Subject) -> None:
    page.watch(Recipe(never_seen=True))
    lines = ["Beslut om bidrag", "Yttrande över planen", "Kallelse till nämnden", "Protokoll från maj"]
    page.check(*lines)
    page.check(*reversed(lines), "", "  ")
    result = page.check(lines[2], "", lines[0], lines[3], lines[1])
    assert (result.outcome, result.material) == (Outcome.CHANGED, False)


def test_only_a_line_that_no_version_had_counts(page: Subject) -> None:
    page.watch(Recipe(never_seen=True))
    one, two, three = "Beslut om bidrag", "Yttrande över planen", "Kallelse till nämnden"
    page.check(one, two)
    gone = page.check(one)
    assert (gone.outcome, gone.material) == (Outcome.CHANGED, False)
    assert gone.summary == {
        "sv": "Inget väsentligt har ändrats: text som har funnits på sidan förut",
        "en": "Nothing material has changed: text that the page had before",
    }
    assert [told(page.check(*lines)) for lines in ((one, two), (three, two), (two, one), (three,))] == [
        False, True, False, False
    ]  # fmt: skip
    change = page.history.diff("almby#3", "almby#4").change
    assert change is not None
    assert change.material, "a change is shown as it was judged, whatever came later"
    assert [row.material for row in page.history.log("almby").rows] == [None, False, False, True, False, False]


def test_beside_a_new_line_what_was_there_before_is_listed_with_its_rule(page: Subject) -> None:
    page.watch(Recipe(never_seen=True))
    one, two = "Beslut om bidrag till kvinnojouren", "Yttrande över planen"
    page.check(one, two)
    page.check(one)
    page.check(one, two, "Kallelse till nämnden")
    change = page.history.diff("almby").change
    assert change is not None
    assert [(block.after, block.rule, block.material) for block in change.blocks] == [
        (two, "never-seen", False), ("Kallelse till nämnden", "content-added", True)
    ]  # fmt: skip


def test_it_knows_the_revisions_from_before_it_was_asked_for(page: Subject) -> None:
    page.watch(Recipe())
    one, two = "Beslut om bidrag", "Yttrande över planen"
    page.check(one, two)
    assert told(page.check(one))
    page.watch(Recipe(never_seen=True))
    assert page.check(one).outcome is Outcome.UNCHANGED
    assert not told(page.check(two, one))
    page.watch(Recipe())
    assert page.check(two, one).outcome is Outcome.UNCHANGED
    assert told(page.check(one))


def test_retention_makes_no_old_text_new(page: Subject) -> None:
    page.watch(Recipe(never_seen=True))
    one, two = "Beslut om bidrag", "Yttrande över planen"
    for lines in ((one, two), (one,), (one, "Kallelse till nämnden"), (one, "Protokoll från maj")):
        page.check(*lines)
    page.remove_bodies_of(1, 2, 3)
    assert not told(page.check(one, two))
    assert told(page.check(one, two, "Något nytt"))


def test_a_page_that_was_not_accepted_has_not_said_anything(page: Subject) -> None:
    page.watch(Recipe(never_seen=True))
    lines = [f"Beslut {number} om bidrag till kommunen och till kvinnojouren i länet" for number in range(30)]
    page.check(*lines)
    assert page.check("Logga in för att läsa.").outcome in {Outcome.SUSPECT, Outcome.NOT_SEEN}
    assert told(page.check(*lines, "Logga in för att läsa."))


def test_another_address_is_another_page(page: Subject) -> None:
    page.watch(Recipe(never_seen=True))
    page.check("Beslut om bidrag", "Yttrande över planen")
    page.watch(Recipe(never_seen=True), "https://example.org/arkiv")
    assert page.check("Beslut om bidrag").outcome is Outcome.FIRST
    assert told(page.check("Beslut om bidrag", "Yttrande över planen"))


def test_both_conditions_hold_together(page: Subject) -> None:
    page.watch(Recipe(never_seen=True, only_if=Condition(any=("bidrag",))))
    page.check("Vi finns i rådhuset.")
    assert told(page.check("Vi finns i rådhuset.", "Nytt bidrag"))
    assert not told(page.check("Vi finns i rådhuset."))
    assert not told(page.check("Vi finns i rådhuset.", "Nytt bidrag"))
    assert not told(page.check("Vi finns i rådhuset.", "Nytt bidrag", "Nytt larm"))
