"""Facts of a text: their kinds and values, and that no changed fact is ever equal to another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.diff.align import BlockPair
from monitor.core.judging.rules.date_stamps import Circumstances
from monitor.core.judging.rules.fact_kinds import KINDS, facts_in
from monitor.core.judging.rules.facts import turnover, with_values
from monitor.core.judging.significance import classify
from monitor.core.model import Block, Extraction
from monitor.core.text import comparable

KNOWN = Circumstances(Extraction("t", ()), Extraction("t", ()), None, datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0491-76 55 10", "phone-number", "0491765510"),
        ("0491/76 55 10", "phone-number", "0491765510"),
        ("(0491) 76 55 10", "phone-number", "0491765510"),
        ("08-123 456 78", "phone-number", "0812345678"),
        ("+46 (0)491 76 55 10", "phone-number", "0491765510"),
        ("0046 491 76 55 10", "phone-number", "0491765510"),
        ("+47 22 00 11 22", "phone-number", "22001122"),
        ("555-123-4567", "phone-number", "5551234567"),
        ("maria.ek@norrvik.example", "e-mail-address", "maria.ek@norrvik.example"),
        ("torggatan 4 b", "postal-address", "torggatan4b"),
        ("box 12", "postal-address", "box12"),
        ("25 000 kronor", "amount", "2500000 kr"),
        ("25.000 kr", "amount", "2500000 kr"),
        ("25,50 kr", "amount", "2550 kr"),
        ("sek 1 234,50", "amount", "123450 kr"),
        ("1,5 miljoner kronor", "amount", "150000000 kr"),
        ("1,234 miljoner kronor", "amount", "123400000 kr"),
        ("40 tkr", "amount", "4000000 kr"),
        ("3 miljarder", "amount", "300000000000 "),
        ("150:-", "amount", "15000 kr"),
        ("€ 20", "amount", "2000 eur"),
        ("$1,500", "amount", "150000 usd"),
        ("mån-fre 8-16", "opening-hours", "<0>-<4>480-960"),
        ("måndag till fredag kl. 08.00-16.00", "opening-hours", "<0>-<4>480-960"),
        ("monday and friday 9 am to 5 pm", "opening-hours", "<0>,<4>540-1020"),
        ("vardagar: 9-12 och 13-15", "opening-hours", "<vardagar>540-720,780-900"),
        ("öppet 10-14", "opening-hours", "öppet600-840"),
        ("kl. 15", "time-of-day", "900"),
        ("klockan 15.00", "time-of-day", "900"),
        ("15:00", "time-of-day", "900"),
        ("12:30 a.m.", "time-of-day", "30"),
        ("12:30 p.m.", "time-of-day", "750"),
        ("kl. 9-11", "time-of-day", "540-660"),
        ("5 maj 2026", "date", "2026-05-05"),
        ("den 5 maj 2026", "date", "2026-05-05"),
        ("tisdagen den 5 maj 2026", "date", "2026-05-05"),
        ("may 5, 2026", "date", "2026-05-05"),
        ("3/17/26", "date", "2026-03-17"),
        ("17/3/26", "date", "2026-03-17"),
        ("3/4/26", "date", "3/4/26"),
        ("17-3-26", "date", "17-3-26"),
        ("2026-05-05", "date", "2026-05-05"),
        ("5.5.2026", "date", "2026-05-05"),
        ("5/5 2026", "date", "2026-05-05"),
        ("25/5/2026", "date", "2026-05-25"),
        ("5/25/2026", "date", "2026-05-25"),
        ("4/5/2026", "date", "4/5/2026"),
        ("4.5.26", "date", "4.5.26"),
        ("5 maj", "date", "-05-05"),
        ("maj 2026", "date", "2026-05"),
        ("april", "date", "-04"),
        ("3-5 maj", "date", "-05-03/05"),
        ("3 och 5 maj", "date", "-05-03+05"),
        ("31 juni 2026", "date", "2026-06-31"),
        ("inom en vecka", "deadline", "1 vecka"),
        ("inom högst 14 dagar", "deadline", "14 dagar"),
        ("sfs 2021:995", "act-number", "2021:995"),
        ("(eu) nr 2016/679", "act-number", "(eu)2016/679"),
        ("2 kap. 3 §", "section-number", "2kap3§"),
        ("§ 3 a", "section-number", "3a§"),
        ("artikel 7", "section-number", "artikel7"),
        ("25 000", "figure", "25000"),
        ("24,5 %", "figure", "24.5%"),
        ("24.5 procent", "figure", "24.5%"),
        ("20-69", "figure", "20-69"),
        ("1,234", "figure", "1,234"),
        ("sju", "figure", "7"),
    ],
)
def test_a_fact_has_a_kind_and_a_value(text: str, kind: str, value: str) -> None:
    assert [(fact.kind, fact.text, fact.value) for fact in facts_in(text)] == [(kind, text, value)]
    assert kind in KINDS


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Sista ansökningsdag 15/3.", [("deadline", "15/3", "-03-15")]),
        ("Sista ansökningsdag: 1/2.", [("deadline", "1/2", "-02-01")]),
        ("Ansök före 1/2.", [("deadline", "1/2", "-02-01")]),
        ("Deadline: 15/3", [("deadline", "15/3", "-03-15")]),
        ("Vi har stängt fr.o.m. 3/5 t.o.m. 5/6.", [("date", "3/5", "-05-03"), ("deadline", "5/6", "-06-05")]),
        ("Ansökan ska vara inne 1/4.", [("date", "1/4", "-04-01")]),
        ("Ansökan öppnar 15/3.", [("date", "15/3", "-03-15")]),
        ("Vi ses torsdag 1/4.", [("date", "1/4", "-04-01")]),
        ("Datum: 1/4", [("date", "1/4", "-04-01")]),
        (
            "Utbildningsdagar: 5/3, 12/3 och 2/4",
            [("date", "5/3", "-03-05"), ("date", "12/3", "-03-12"), ("date", "2/4", "-04-02")],
        ),
        ("Perioden 1/1–30/6.", [("date", "1/1", "-01-01"), ("date", "30/6", "-06-30")]),
        ("Öppet 15/3–31/5.", [("date", "15/3", "-03-15"), ("date", "31/5", "-05-31")]),
        ("Bidraget täcker 1/2 av kostnaden.", [("figure", "1/2", "1/2")]),
        ("Stödet räcker senast 1/2 år.", [("figure", "1/2", "1/2")]),
        ("Ta 1/2, högst 3/4 tablett.", [("figure", "1/2", "1/2"), ("figure", "3/4", "3/4")]),
        ("Arbetstid: 1/2", [("figure", "1/2", "1/2")]),
        ("Öppet 24/7.", [("figure", "24/7", "24/7")]),
        ("Ärende 15/3 är avslutat.", [("figure", "15/3", "15/3")]),
        ("Avgiften är 1/12.", [("figure", "1/12", "1/12")]),
        ("Frågorna 10-15/3.", [("figure", "10-15/3", "10-15/3")]),
    ],
)
def test_two_numbers_with_a_slash_are_a_day_and_a_month_where_the_words_before_them_say_so(
    text: str, facts: list[tuple[str, str, str]]
) -> None:
    found = facts_in(comparable(text).lower())
    assert [(fact.kind, fact.text.rstrip(".,"), fact.value) for fact in found] == facts


def test_a_phone_number_is_no_month_and_a_range_of_hours_no_phone_number() -> None:
    assert [fact.kind for fact in facts_in("telefon: 0480-45 12 30")] == ["phone-number"]
    assert [fact.kind for fact in facts_in("08-12 13-16")] == ["figure", "figure"]
    assert [fact.kind for fact in facts_in("05-11-2021")] == ["date"]


def test_facts_come_in_the_order_of_the_text() -> None:
    text = "ring 010-223 80 00 senast den 3 maj kl. 15.00, avgift 100 kr"
    assert [fact.kind for fact in facts_in(text)] == ["phone-number", "deadline", "time-of-day", "amount"]
    assert all(text.startswith(fact.text, fact.start) for fact in facts_in(text))


def test_a_weekday_that_is_not_that_of_the_date_stays_a_word_of_its_own() -> None:
    assert [fact.text for fact in facts_in("onsdagen den 5 maj 2026")] == ["5 maj 2026"]
    assert [fact.text for fact in facts_in("tisdagen den 5 maj")] == ["5 maj"]
    assert [fact.text for fact in facts_in("tisdagen den 31 juni 2026")] == ["31 juni 2026"]


def test_values_replace_facts_and_leave_the_rest() -> None:
    assert with_values("Hej") == "Hej"
    assert with_values("Ekby, 3 maj") == with_values("Ekby, den 3 maj") != with_values("Ekby, 4 maj")
    assert with_values("kl. 15") != with_values("900")
    assert with_values("İ 3 maj 2026") == with_values("İ 2026-05-03")


def test_a_deadline_that_moved_is_a_date_too() -> None:
    found = turnover("Sök senast 1 mars.", "Sök senast 1 april.")
    assert (found["deadline"].replaced, found["date"].replaced) == (1, 1)
    assert turnover("Sök senast 1 mars.", "Sök, dock senast 2026-03-01.")["date"].replaced == 1
    assert "deadline" not in turnover("Sök senast 1 mars.", "Ring 1 mars.")


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("Mötet är den 14 mars 2026 i Ekby.", "Mötet är den 14 mars i Ekby.", "wording"),
        ("Mötet är den 14 mars i Ekby.", "Mötet är den 14 mars 2026 i Ekby.", "date"),
        ("Mötet är den 14 mars 2026 i Ekby.", "Mötet är den 15 mars i Ekby.", "date"),
        ("Sök senast den 14 mars 2026 hos oss.", "Sök senast den 14 mars hos oss.", "wording"),
        ("Sök senast den 14 mars 2026 hos oss.", "Sök senast den 15 mars hos oss.", "deadline"),
        ("Sök i maj 2026, svar den 3 juni.", "Sök i maj, svar den 4 juni.", "date"),
    ],
)
def test_a_date_that_lost_its_year_was_not_replaced_and_one_that_got_a_year_may_be_another(
    before: str, after: str, rule: str
) -> None:
    change = classify(BlockPair("edited", Block("p", before), Block("p", after)), KNOWN)
    assert (change.rule, change.material) == (rule, True)


SENTENCES = st.sampled_from(
    [
        "Ring 0491-76 55 10 eller +46 8 123 456 78.",
        "Sök senast den 14 mars 2025 kl. 15.30.",
        "Stödet är högst 25 000 kronor och 1,5 miljoner kronor i länet.",
        "Enligt 2 kap. 13 § förordning (2021:995) ska 24,5 procent betalas.",
        "Öppet måndag–fredag 08.00–16.30, lördag 10–14.",
        "Skicka till Torggatan 41, 572 30 Ekhamn, box 123.",
        "Svara inom 30 dagar, annars 12 500 kr i avgift.",
        "Gäller 20-69 år, från och med 2024-03-12.",
        "Mötet är den 3/4 och den 5.6.2025 i sal 12.",
        "Support på 114 14 eller tel. 1177, rum 3:15.",
    ]
)


@given(SENTENCES, st.integers(0, 1000), st.integers(1, 9))
def test_another_digit_is_always_material(sentence: str, which: int, step: int) -> None:
    places = [place for place, sign in enumerate(sentence) if sign.isdigit()]
    at = places[which % len(places)]
    changed = f"{sentence[:at]}{(int(sentence[at]) + step) % 10}{sentence[at + 1 :]}"
    assert classify(BlockPair("edited", Block("p", sentence), Block("p", changed)), KNOWN).material


@given(SENTENCES, st.integers(0, 1000))
def test_a_digit_less_is_always_material(sentence: str, which: int) -> None:
    places = [place for place, sign in enumerate(sentence) if sign.isdigit()]
    at = places[which % len(places)]
    changed = sentence[:at] + sentence[at + 1 :]
    before, after = (Block("p", text) for text in (sentence, changed))
    leading_zero = sentence[at] == "0" and (sentence[at - 1 : at] == " " or sentence[at - 1 : at] in "–(")
    assert leading_zero or classify(BlockPair("edited", before, after), KNOWN).material


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Senaste besöket: 2024-03-19", "date"),
        ("Det senaste mötet hölls den 19 mars", "date"),
        ("Senaste ansökningsdag: 2024-03-19", "deadline"),
        ("Anmäl dig senast 2024-03-19", "deadline"),
    ],
)
def test_what_was_latest_is_no_deadline(text: str, kind: str) -> None:
    assert [fact.kind for fact in facts_in(text.lower())] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "stod(at)norrvik.example",
        "stod [at] norrvik.example",
        "stod (snabel-a) norrvik.example",
        "stod{at}norrvik.example",
    ],
)
def test_a_mail_address_hidden_from_robots_is_the_same(text: str) -> None:
    found = facts_in(f"skriv till {text}.")
    assert [(fact.kind, fact.value) for fact in found] == [("e-mail-address", "stod@norrvik.example")]
    assert with_values(f"Skriv till {text}.") == with_values("Skriv till stod@norrvik.example.")
