"""Small real edits that resemble noise, and noise that resembles them: of each kind, lines of several languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.core.diff.align import BlockPair
from monitor.core.judging.rules.date_stamps import Circumstances
from monitor.core.judging.significance import classify
from monitor.core.model import Block, Extraction

PAGE = Extraction("t", (), language="sv")
A_DAY_APART = Circumstances(
    PAGE, PAGE, datetime(2026, 3, 19, 10, tzinfo=UTC), datetime(2026, 3, 20, 10, tzinfo=UTC), "Europe/Stockholm"
)


def is_told(before: str, after: str, kind: str = "p") -> bool:
    return classify(BlockPair("edited", Block(kind, before), Block(kind, after)), A_DAY_APART).material


@pytest.mark.parametrize(
    ("line", "was", "now"),
    [
        # a day that follows the looks, and is no stamp
        ("Sista ansökningsdag: {} mars 2026", "19", "20"),
        ("Kansliet är stängt {} mars", "torsdag 19", "fredag 20"),
        ("Deadline: {} March 2026", "19", "20"),
        ("Søknadsfrist: {} mars 2026", "19.", "20."),
        ("Förlängd till {}", "2026-03-19", "2026-03-20"),
        # every letter of an address counts
        ("Skriv till {}", "eva.lindqvist@ekby.example", "eva.lindkvist@ekby.example"),
        ("Se {}", "www.lansstyrelsen.example", "www.lanstyrelsen.example"),
        # limits reckoned from now
        ("Brott som begicks för mer än {} år sedan utreds inte.", "5", "10"),
        ("You must have left school more than {} years ago.", "2", "3"),
        ("Du kan söka om du flyttade hit för {} år sedan eller tidigare.", "3", "2"),
        # what must be left
        ("Tillståndet ska ha minst {} dagar kvar när du söker.", "30", "14"),
        ("Your passport must have at least {} days left on it.", "90", "60"),
        # when it opens again
        ("Stängt nu – öppnar igen {} januari", "7", "14"),
        ("Receptionen är stängd nu – öppnar i {}", "april", "maj"),
        ("Closed now – opens again {} January", "7", "14"),
        # counts of other things than pages
        ("Museet har {} visningar på lördagar", "3", "4"),
        ("Bostaden har {} visningar i mars", "2", "3"),
        ("Boendet har besökts {} gånger av inspektörer", "3", "5"),
        ("The home was visited {} times by inspectors", "3", "5"),
        # versions of what people follow
        ("Integritetspolicy, version {}", "1.1", "1.2"),
        ("Mall för ansökan, version {}", "2.0", "3.0"),
        ("Kräver Android version {}", "8.1.", "10.0."),
        ("Terms of use, version {}", "2.1", "3.0"),
    ],
)  # fmt: skip
def test_it_is_told(line: str, was: str, now: str) -> None:
    assert is_told(line.format(was), line.format(now))


@pytest.mark.parametrize(
    ("line", "was", "now"),
    [
        ("{} mars 2026", "Torsdag 19", "Fredag 20"),
        ("I dag är det {} mars", "torsdag 19", "fredag 20"),
        ("Heute ist {} März 2026", "Donnerstag, 19.", "Freitag, 20."),
        ("Publicerad för {} dagar sedan av kommunikationsenheten", "3", "4"),
        ("för {} dagar sedan", "3", "4"),
        ("{} hours ago", "2", "3"),
        ("{} dagar kvar", "14", "13"),
        ("{}", "Stängt nu – öppnar kl. 9", "Öppet nu – stänger kl. 15"),
        ("Den här sidan har visats 1 {} gånger", "203", "244"),
        ("Dokumentet har laddats ned {} gånger", "312", "340"),
        ("1 {} visningar", "203", "244"),
        ("SiteVision {}", "5.1.2.3", "5.1.2.4"),
        ("Version {}", "1.2", "1.3"),
        ("Antall visninger: {}", "1 203", "1 244"),
        ("Vist {} ganger", "312", "340"),
        ("{} nedlastinger", "312", "340"),
        ("{} dager igjen", "14", "13"),
        ("Der er {} dage tilbage", "14", "13"),
        ("Luettu {} kertaa", "312", "340"),
        ("Päivitetty {} sitten", "3 tuntia", "5 tuntia"),
        ("Oppdatert for {} siden", "3 dager", "4 dager"),
        ("Lu {} fois", "312", "340"),
        ("Il reste {} jours", "14", "13"),
        ("Du är besökare nummer {}", "12 345", "12 399"),
        ("You are visitor number {}", "12345", "12399"),
        ("Sie sind der {}. Besucher", "12.345", "12.399"),
        ("Lesetid: {} min", "3", "4"),
        ("Temps de lecture : {} min", "3", "4"),
        ("{}", "Visa mer", "Visa mindre"),
    ],
)  # fmt: skip
def test_it_is_held_back(line: str, was: str, now: str) -> None:
    assert not is_told(line.format(was), line.format(now))


def test_a_value_in_another_column_is_told() -> None:
    assert is_told("Öppet | 9–12", "Öppet | | 9–12", "row")
    assert is_told("Inträde | 50 kr | | 20 kr", "Inträde | | 50 kr | 20 kr", "row")
    assert not is_told("Öppet | 9–12", "Öppet | kl. 9–12", "row")


@pytest.mark.parametrize(
    ("line", "was", "now"),
    [
        ("Stipendiet er {}.", "12 500 kroner", "kr 12 500,-"),
        ("Ring {}.", "+47 22 20 30 40", "22 20 30 40"),
    ],
)
def test_the_same_value_of_a_neighbouring_country_is_spelling(line: str, was: str, now: str) -> None:
    assert not is_told(line.format(was), line.format(now))


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("Søk innen 1. mars 2026.", "Søk innen 1. april 2026.", "deadline"),
        ("Ansøgningsfristen er 1. marts 2026.", "Ansøgningsfristen er 1. april 2026.", "deadline"),
        ("Antragsfrist: 1. März 2026", "Antragsfrist: 1. April 2026", "deadline"),
        ("Date limite : 1 mars 2026", "Date limite : 1 avril 2026", "deadline"),
        ("You get an answer within 30 days.", "You get an answer within 30 working days.", "deadline"),
        ("Etter § 8-2 gjelder dette.", "Etter § 8-3 gjelder dette.", "section-number"),
        ("Ring 22 20 30 40.", "Ring 22 20 30 41.", "contact"),
        ("Tlf. 7010 1010", "Tlf. 7010 1011", "contact"),
        ("Stipendiet er 12 500 kroner.", "Stipendiet er 15 000 kroner.", "amount"),
    ],
)
def test_values_of_neighbouring_countries_have_their_kinds(before: str, after: str, rule: str) -> None:
    assert classify(BlockPair("edited", Block("p", before), Block("p", after)), A_DAY_APART).rule == rule
