"""Lines that move by themselves, and their neighbours that do not."""

from __future__ import annotations

import pytest

from monitor.core.judging.rules.misspelling import is_misspelling
from monitor.core.judging.rules.moving_lines import (
    counters_folded,
    counts_down,
    is_counter_line,
    is_page_tool,
    moving_line_folded,
    page_tools_folded,
)
from monitor.core.judging.rules.noise import differ_in_plain_words, fold_of_whole_line


@pytest.mark.parametrize(
    "line",
    [
        "532 views", "1,2k views", "Antal nedladdningar: 12", "Sidvisningar (1 204)", "Delningar: 4", "Läst 12 gånger",
        "12 gånger nedladdad", "Rapport.pdf – 14 nedladdningar", "Personer i kö: 4", "Kötid: ca 5 min", "12 väntar",
        "Väntetiden är just nu 14 minuter.", "Estimated waiting time: 4 minutes", "3 people online",
        "Rendered in 0.34 seconds", "Svarstid 120 ms", "Request ID: 8841-22", "5 minuters läsning",
    ],
)  # fmt: skip
def test_a_counter_is_known_by_its_form(line: str) -> None:
    moved = "".join("7" if sign.isdigit() else sign for sign in line)
    assert counters_folded(line) == counters_folded(moved) != line


@pytest.mark.parametrize(
    "line",
    [
        "Max 10 besökare", "Högst 3 nedladdningar per person", "Du får 3 visningar", "Avgift 20 kr, 5 nedladdningar",
        "Väntetid till utredning: 8 veckor", "Väntetiden är 15 minuter efter vaccinationen",
        "Handläggningstid: 6 veckor", "Diarienummer: 1234-2025", "Organisationsnummer 202100-1234",
        "Delad vårdnad 7 dagar", "12 personer svarade",
        "Det finns 12 platser i kön-neutrala grupper, se sida 3", "Beslutet laddades upp 2025",
        "Antalet nedladdningar var 12 under hela den långa perioden som vi mätte på alla våra sidor",
    ],
)  # fmt: skip
def test_what_only_resembles_a_counter_is_kept(line: str) -> None:
    assert counters_folded(line) == line


def test_a_queue_comes_and_goes_but_a_document_does_not() -> None:
    assert is_counter_line("Just nu är det 7 personer i telefonkö.")
    assert not is_counter_line("Rapport 2023 – 312 nedladdningar")
    assert fold_of_whole_line("Rapport 2023 från länet – 312 nedladdningar") is None
    assert fold_of_whole_line("Lästid 4 min " * 20) is None


@pytest.mark.parametrize("line", ["Öppet nu", "Nu öppet – stänger 17", "Closed now. Opens 9 am", "Öppnar om 2 timmar"])
def test_open_now_is_a_moving_line(line: str) -> None:
    assert moving_line_folded(line) != line


@pytest.mark.parametrize("line", ["Öppet 8–16", "Öppet idag 10–14", "Stängt 24 december", "Stängt idag", "Öppet"])
def test_opening_hours_are_no_moving_line(line: str) -> None:
    assert moving_line_folded(line) == line


@pytest.mark.parametrize("line", ["Skriv ut", "Lyssna på sidan", "Dela sidan på Facebook", "Kopiera länken", "Print"])
def test_a_page_tool_is_held_back(line: str) -> None:
    assert is_page_tool(line)
    assert page_tools_folded(line) != line
    assert not differ_in_plain_words(line, "Dela")


@pytest.mark.parametrize(
    "line", ["Dela med dig av kunskap", "Skriv ut blanketten och skicka den", "Lyssna på radio P4"]
)
def test_an_instruction_is_no_page_tool(line: str) -> None:
    assert page_tools_folded(line) == line


def test_a_countdown_only_falls() -> None:
    assert counts_down("Återstår: 5 dagar", "Återstår: 4 dagar")
    assert counts_down("Stänger om 30 minuter", "Stänger om 25 minuter")
    assert not counts_down("4 dagar kvar", "5 dagar kvar")
    assert not counts_down("5 dagar kvar", "Stängt")
    assert not counts_down("5 dagar kvar", "4 dagar kvar för andra")
    assert not counts_down("x" * 200, "x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("verksamehten", "verksamheten"),
        ("ansökann", "ansökan"),
        ("utbildingar", "utbildningar"),
        ("komunerna", "kommunerna"),
    ],
)
def test_a_slip_inside_a_long_word_is_spelling(one: str, other: str) -> None:
    assert is_misspelling(f"Om {one} i länet.", f"Om {other} i länet.")
    assert is_misspelling(f"Om {other} i länet.", f"Om {one} i länet.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("laglig", "olaglig"), ("behöriga", "obehöriga"), ("beviljas", "beviljar"), ("Lindqvist", "Lindkvist"),
        ("trettonde", "trettionde"), ("behöver", "behövde"), ("föreningen", "föreningar"), ("region", "religion"),
        ("abc1234", "abc1235"), ("verksamhet", "omsorgsstöd"), ("kommunen", "kommuner"),
        ("Föreningarna", "Föreningrana"),
    ],
)  # fmt: skip
def test_what_could_be_another_word_is_told(one: str, other: str) -> None:
    assert not is_misspelling(f"Om {one} i länet.", f"Om {other} i länet.")


def test_three_words_or_another_number_of_words_are_no_slip() -> None:
    assert not is_misspelling("verksamehten", "verksamheten i länet")
    assert not is_misspelling("a", "a")
    three = "verksamehten utbildingar komunerna"
    assert not is_misspelling(three, "verksamheten utbildningar kommunerna")


@pytest.mark.parametrize(
    "line",
    [
        "Crisis line: 01904 960 221", "Plats i kö: 0491-76 55 10", "Delningar: 2026-03-14", "Queue: 14:30",
        "Views: box 12", "Shares: €200",
    ],
)  # fmt: skip
def test_a_number_within_another_fact_is_no_count(line: str) -> None:
    assert counters_folded(line) == line
    assert fold_of_whole_line(line) is None


def test_a_count_beside_a_date_is_still_a_count_in_an_edit() -> None:
    line = "2026-03-14, 532 visningar"
    assert counters_folded(line) == counters_folded("2026-03-14, 540 visningar")
    assert counters_folded(line) != counters_folded("2026-03-15, 532 visningar")


@pytest.mark.parametrize("line", ["Telefonen är stängd", "Ansökan är öppen nu", "Die Antragsrunde ist jetzt geöffnet"])
def test_what_opens_for_a_season_is_no_moving_line(line: str) -> None:
    assert moving_line_folded(line) == line


def test_a_german_noun_may_have_a_slip_but_a_name_is_another_one() -> None:
    assert is_misspelling("die Beratungseinrichtungen", "die Beratungseinrchtungen")
    assert not is_misspelling("Frau Lichtenberger", "Frau Lichtenburger")


def test_a_slip_that_makes_or_breaks_a_number_within_a_word_is_told() -> None:
    assert not is_misspelling("om familjeorganisationerna", "om familjeorganisaionerna")
    assert not is_misspelling("om familjeförening", "om verksamheterna")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Just nu är 14 personer inne på sidan", "Just nu är 9 personer inne på sidan"),
        ("128 av 150 tyckte att sidan var till hjälp", "131 av 154 tyckte att sidan var till hjälp"),
        ("Betyg: 4,2 av 5 (117 röster)", "Betyg: 4,3 av 5 (118 röster)"),
        ("Rating 4.2/5 – 117 votes", "Rating 4.3/5 – 120 votes"),
        ("Telefonkö: 7 personer väntar, cirka 12 minuter", "Telefonkö: 3 personer väntar, cirka 5 minuter"),
        ("Serverad av web03 på 45 ms", "Serverad av web01 på 61 ms"),
    ],
)
def test_a_count_of_two_numbers_is_one(before: str, after: str) -> None:
    assert counters_folded(before) == counters_folded(after) != before


@pytest.mark.parametrize(
    "line",
    [
        "Betyg: 4,2 av 5",
        "128 av 150 ansökte om att bidraget skulle höjas",
        "7 platser, cirka 12 minuter från stationen",
        "Serverad av 3 kockar",
    ],
)
def test_two_numbers_of_something_else_are_no_count(line: str) -> None:
    assert counters_folded(line) == line


def test_how_warm_it_is_now_moves_by_itself() -> None:
    assert moving_line_folded("Just nu: 4 °C") == moving_line_folded("Just nu: 11,5°C i vattnet") != "Just nu: 4 °C"
    assert moving_line_folded("Kylskåpet ska hålla 4 °C") == "Kylskåpet ska hålla 4 °C"
