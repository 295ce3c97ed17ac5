"""Mails about a law: entry into force, followed parts, and the amendment register."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.core.law.amendments import RegisterFinding
from monitor.core.law.days import EntryIntoForce
from monitor.core.model import (
    BlockChange,
    Change,
    ChangeRecord,
    Delivery,
    Event,
    EventKind,
    Frequency,
    Language,
    Op,
    Recipe,
    Subscriber,
    Subscription,
    Watch,
)
from monitor.ports.values import ChangeView, Message
from monitor.wording.summary import summarise
from notifiers.message import LONGEST_SUBJECT, compose
from tests.unit.notifiers.test_message import LINKS

DAY = date(2027, 1, 1)
MORNING = datetime(2027, 1, 1, 5, tzinfo=UTC)
LAW = Watch(
    "law",
    "Förordning (2021:995) om länsstyrelsernas regionala arbete mot våld",
    "https://data.example/",
    sfs="2021:995",
)
ANN = Subscriber(1, "ann@example.com", "confirmed", "sv", datetime(2023, 2, 7, 12, tzinfo=UTC), "operator")
SECOND = EntryIntoForce(
    "2027-01-01",
    "section",
    "2 §",
    "Prov redovisas senast den 1 mars varje år.",
    "Prov redovisas senast den 1 april varje år. Förordning (2026:900).",
)
NEW = EntryIntoForce("2027-01-01", "section", "7 a §", None, "Avgift får tas ut. Lag (2026:901).")
GONE = EntryIntoForce("2027-01-01", "section", "9 §", "Prov ska sparas.", None)
HEADING = EntryIntoForce("2027-01-01", "heading", "Nytt", "Gammalt", "Nytt", "4 §")


def follows(frequency: Frequency = "immediately", only: tuple[str, ...] = ()) -> Subscription:
    return Subscription(1, ANN, 1, frequency, MORNING, only=only)


def in_force(part: EntryIntoForce, at: datetime = MORNING, frequency: Frequency = "immediately") -> ChangeView:
    event = Event(5, 1, EventKind.IN_FORCE, at, None, {**part.facts, "revision": 3}, DAY)
    return ChangeView(LAW, event, subscription=follows(frequency))


def changed(
    *blocks: BlockChange,
    only: tuple[str, ...] = (),
    finding: RegisterFinding | None = None,
    left_out: int = 0,
    lost: tuple[str, ...] = (),
) -> ChangeView:
    change = Change(blocks, law="2021:995")
    last_seen = MORNING - timedelta(hours=6)
    record = ChangeRecord(
        7, 1, 2, 3, MORNING, last_seen, "wording", change.material, change.rule, summarise(change), Recipe()
    )
    event = Event(7, 1, EventKind.CHANGED, MORNING, record, {"register": finding.facts} if finding else {})
    return ChangeView(LAW, event, change, subscription=follows(only=only), left_out=left_out, lost=lost)


def written(*views: ChangeView, language: Language = "sv", digest: bool = False) -> Message:
    subscriber = replace(ANN, language=language)
    return compose(
        views,
        subscriber,
        Delivery(1, subscriber, "digest" if digest else "mail", "sending", "<m@x>", "<t@x>", MORNING, MORNING, 0, None),
        links=LINKS,
    )


def flat(message: Message) -> str:
    return " ".join(message.text.split())


EDIT = BlockChange(
    "edited",
    "section",
    (),
    "3 §",
    "Avgiften är 100 kronor.",
    "Avgiften är 200 kronor. Lag (2026:9).",
    "figure",
    material=True,
    rule="amount",
)


# In force


def test_what_takes_effect_today_is_one_story_with_old_and_new_wording() -> None:
    message = written(in_force(SECOND), in_force(NEW), in_force(GONE), in_force(HEADING))
    said = flat(message)
    assert said.startswith("TRÄDER I KRAFT I DAG · ")
    assert (
        "Träder i kraft i dag, 2027-01-01: 2 § ändrad genom förordning (2026:900); ny 7 a § genom lag (2026:901); "
        "9 § upphör att gälla 2027-01-01; rubriken närmast före 4 § ändrad." in said
    )
    assert "senast den [TOGS BORT: 1 mars] [LADES TILL: 1 april] varje år" in said
    assert "Införd genom lag (2026:901): [NY PARAGRAF: Avgift får tas ut.]" in said
    assert "[BORTTAGEN PARAGRAF: Prov ska sparas.]" in said
    assert "Lydelsen är publicerad sedan tidigare; det nya är att den gäller. " in said
    assert said.count("TRÄDER I KRAFT") == 1


@pytest.mark.parametrize(
    ("language", "frequency", "subject", "told"),
    [
        ("sv", "immediately", "Upphör att gälla i dag: ", "i dag, 2027-01-01 enligt SFS 2026:900. Så löd"),
        ("sv", "weekly", "Har upphört att gälla: ", "upphörde att gälla 2027-01-01 enligt SFS 2026:900."),
        ("en", "immediately", "No longer in force from today: ", "today, 2027-01-01 under SFS 2026:900. What"),
    ],
)  # fmt: skip
def test_a_law_that_is_repealed_ends_and_nothing_of_it_enters_into_force(
    language: Language, frequency: Frequency, subject: str, told: str
) -> None:
    repeal = EntryIntoForce("2027-01-01", "law", "", "Upphävd: 2027-01-01 genom SFS 2026:900", None)
    message = written(in_force(repeal, frequency=frequency), language=language)
    assert message.subject.startswith(subject)
    assert told in flat(message)
    assert "SFS 2026:900" in message.text
    assert "TRÄDER I KRAFT" not in message.text
    assert "Upphävd: " not in message.text


def test_a_section_that_gets_another_number_is_shown_with_both() -> None:
    moved = replace(SECOND, after=SECOND.before, to="3 §")
    said = flat(written(in_force(moved)))
    assert "Träder i kraft i dag, 2027-01-01: nuvarande 2 § betecknas 3 §." in said
    assert "2 § → 3 §" in said


def test_its_links_lead_to_the_acts_and_the_register() -> None:
    said = flat(written(in_force(SECOND), in_force(NEW)))
    for number in ("2026900", "2026901"):
        assert f"https://svenskforfattningssamling.se/doc/{number}.html" in said
    assert said.count("https://rkrattsbaser.gov.se/sfsr?bet=2021:995") == 1


@pytest.mark.parametrize(
    "view",
    [in_force(SECOND, MORNING + timedelta(days=2)), in_force(SECOND, frequency="weekly")],
    ids=["late", "digest"],
)
def test_who_is_told_after_the_day_is_told_when_it_was(view: ChangeView) -> None:
    said = flat(written(view, digest=view.subscription is not None and view.subscription.frequency == "weekly"))
    assert "Trädde i kraft 2027-01-01: 2 § ändrad" in said
    assert "i dag" not in said.partition("Lagtexten hos riksdagen")[0]


def test_two_days_in_one_digest_are_two_stories() -> None:
    other = replace(SECOND, day="2027-07-01", name="5 §")
    second = in_force(other, frequency="weekly")
    second = replace(second, event=replace(second.event, due_on=date(2027, 7, 1)))
    said = flat(written(in_force(SECOND, frequency="weekly"), second, digest=True))
    assert said.count("HAR TRÄTT I KRAFT") == 2


def test_in_english_as_well() -> None:
    message = written(in_force(SECOND), language="en")
    assert message.subject.startswith("In force today: ")
    assert "Enters into force today, 2027-01-01: section 2 amended by Ordinance (2026:900)." in flat(message)


def test_the_subject_keeps_the_day_of_an_announced_amendment() -> None:
    block = replace(EDIT, before="A.", after="A.\nTräder i kraft 2027-01-01:\nB. Förordning (2026:900).")
    subject = written(changed(block)).subject
    assert subject.endswith("3 § ändrad, träder i kraft 2027-01-01")
    assert len(subject) <= LONGEST_SUBJECT


# Parts


def test_who_follows_parts_is_told_which_and_what_is_left_out() -> None:
    said = flat(written(changed(EDIT, only=("3 §", "Avgifter"), left_out=2)))
    assert "Du följer bara: 3 §, Avgifter. 2 andra ändringar i lagen visas inte här." in said
    assert "3 § ändrad genom lag (2026:9)" in said


def test_nothing_is_said_to_be_left_out_where_nothing_is() -> None:
    assert "Du följer bara: 3 §. Oförändrad" in flat(written(changed(EDIT, only=("3 §",))))


def test_who_lost_a_part_is_told_which_and_why_all_is_told() -> None:
    said = flat(written(changed(EDIT, only=("3 §", "8 §"), lost=("8 §",))))
    assert "Det som du följer (8 §) finns inte längre i texten. Därför får du veta allt som ändras." in said


# The register


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (RegisterFinding(("2026:9",), "ändr. 3 §"), "Ändringsregistret, SFS 2026:9: ändr. 3 § – stämmer med texten."),
        (
            RegisterFinding(("2026:9",), "ändr. 3, 4 §§", ("4 §",)),
            "ändr. 3, 4 §§ – stämmer inte med texten: texten visar ingen ändring av 4 §.",
        ),
        (RegisterFinding(("2026:9",), ""), "Ändringsregistret har ännu inga uppgifter om SFS 2026:9."),
    ],
)
def test_the_word_of_the_register_stands_in_the_mail(finding: RegisterFinding, said: str) -> None:
    assert said in flat(written(changed(EDIT, finding=finding)))


def test_where_the_register_was_not_asked_nothing_is_said_of_it() -> None:
    assert "Ändringsregistret," not in flat(written(changed(EDIT)))


# What applies against what will


def section(label: str, before: str | None, after: str | None) -> BlockChange:
    op: Op = "added" if before is None else "removed" if after is None else "edited"
    return BlockChange(op, "section", (), label, before, after, "wording", material=True, rule="wording")


def test_an_announced_wording_is_shown_against_the_one_in_force_with_its_day() -> None:
    old, new = "Prov redovisas senast den 1 mars.", "Prov redovisas senast den 1 april. Förordning (2026:900)."
    both = f"Upphör att gälla 2027-01-01:\n{old}\nTräder i kraft 2027-01-01:\n{new}"
    message = written(changed(section("2 §", old, both)))
    assert (
        "Träder i kraft 2027-01-01 genom förordning (2026:900): "
        "Prov redovisas senast den [TOGS BORT: 1 mars] [LADES TILL: 1 april]. "
    ) in flat(message)
    assert "<strong>Träder i kraft 2027-01-01 genom förordning (2026:900)</strong>" in message.html
    assert "Upphör att gälla" not in message.html


def test_what_is_announced_leads_to_the_law_as_it_reads_on_its_days() -> None:
    old, new = "Prov redovisas senast den 1 mars.", "Prov redovisas senast den 1 april. Förordning (2026:900)."
    both = f"Upphör att gälla 2027-01-02:\n{old}\nTräder i kraft 2027-01-02:\n{new}"
    ends = f"Upphör att gälla 2027-07-01:\n{old}"
    past = f"Träder i kraft 2027-01-01:\n{new}"
    known = section("5 §", f"Träder i kraft 2028-01-01:\n{old}", f"Träder i kraft 2028-01-01:\n{old}\nMer.")
    message = written(changed(section("2 §", old, both), section("4 §", old, ends), section("3 §", None, past)))
    days = ("2027-01-02", "2027-07-01")
    expected = [f"https://bevaka.example/watches/law/law?on={day}&lang=sv" for day in days]
    assert re.findall(r"https\S+/law\?on=\S+", message.text) == expected
    assert "Läs lagen som den lyder 2027-01-02" in message.text
    assert "/law?on=2028-01-01" in written(changed(known)).text
    assert "/law?on=" not in written(changed(EDIT)).text


def test_what_takes_effect_leads_to_the_law_as_it_reads_on_that_day() -> None:
    for message in (written(in_force(SECOND)), written(in_force(SECOND, frequency="weekly"), digest=True)):
        assert "/watches/law/law?on=2027-01-01&lang=sv" in message.text


def test_a_number_and_its_sign_are_never_on_two_lines() -> None:
    blocks = [section(f"{number} a §", None, f"Fyr {number} ska lysa.") for number in range(1, 60, 2)]
    message = written(changed(*blocks))
    assert not any(re.match(r"\s*(?:[a-z] )?§", line) for line in message.text.splitlines())
    assert "\xa0" not in message.text
    assert '57 a och <span style="white-space:nowrap">59 a §§' in message.html


def test_a_big_amendment_is_counted_in_the_subject_and_listed_by_chapter() -> None:
    blocks = [
        section(f"{chapter} kap. {number} §", "Fyren ska lysa om natten.", "Fyren får lysa om natten. Lag (2026:77).")
        for chapter in range(1, 8)
        for number in range(1, 40, 2)
    ]
    message = written(changed(*blocks))
    assert message.subject.endswith("– 140 paragrafer ändrade genom lag (2026:77)")
    assert "7 kap.: 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37 och 39 §§" in flat(message)


def test_a_section_that_gets_a_number_and_comes_under_it_is_one_on_the_day() -> None:
    moved = replace(SECOND, after=SECOND.before, to="3 §")
    came = replace(SECOND, name="3 §", before=None)
    said = flat(written(in_force(moved), in_force(came)))
    assert "nuvarande 2 § betecknas 3 § och ändras genom förordning (2026:900)." in said
    assert "senast den [TOGS BORT: 1 mars] [LADES TILL: 1 april] varje år" in said
    assert "NY PARAGRAF" not in said
