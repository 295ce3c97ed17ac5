"""Stated dates by label: edge cases. The forms of real pages are files under tests/data/updated_date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Link, StatedDate
from monitor.core.page.date_forms import DateContext, machine_date, order_of, writes_day_first
from monitor.core.page.dates import FoundDate, best_date, find_dates, without_repeated
from monitor.core.page.machine_dates import disagreement, from_scripts
from monitor.core.page.page_parts import Piece

FETCHED = date(2026, 3, 20)
CONTEXT = DateContext(FETCHED, day_first=True)
TITLE = Piece("h1", "Stöd i länet")


def line(text: str, times: tuple[str, ...] = ()) -> Piece:
    return Piece("p", text, times=times)


def dates(text: str, *more: Piece, times: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(one.kind, one.stated.date) for one in find_dates([line(text, times), *more], CONTEXT)]


@pytest.mark.parametrize(
    ("language", "host", "day_first"),
    [
        ("en-US", "a.se", False),
        ("en-GB", "a.com", True),
        ("en_AU", "a.com", True),
        ("sv", "a.com", True),
        ("en", "a.gov", False),
        ("en", "a.gov.uk", True),
        (None, "a.se", True),
        (None, "a.com", None),
        ("en", "a.com", None),
        ("en-CA", "a.ca", None),
        ("en", "a.io", None),
        ("en", "localhost", None),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_country(
    language: str | None,
    host: str,
    day_first: bool | None,  # noqa: FBT001 -- the expectation of a test case
) -> None:
    assert writes_day_first(language, host) is day_first


@given(st.dates(date(1990, 1, 1), date(2026, 3, 20)))
def test_an_iso_date_after_a_label_is_always_found(day: date) -> None:
    assert dates(f"Senast uppdaterad: {day.isoformat()}") == [("updated", day.isoformat())]


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    for one in find_dates([line(text), line(f"Senast uppdaterad {text}")], CONTEXT):
        assert one.stated.date[:2] in {"19", "20"}


@pytest.mark.parametrize(
    "text",
    [
        "Senast uppdaterad: 2021-13-18",
        "Senast uppdaterad: 2021-02-30",
        "Senast uppdaterad: 1889-02-03",
        "Senast uppdaterad: 2021-14",
        "Senast uppdaterad: i fjol",
        "Senast uppdaterad:",
        "Uppdaterades aldrig 2021",
        "Förklaringen uppdaterades av en arbetsgrupp som träffades 2021-01-01",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates(text) == []


def test_an_unlikely_order_of_day_and_month_gives_way_to_the_likely_one() -> None:
    assert dates("Uppdaterad 12/03/2026") == [("updated", "2026-03-12")]
    assert dates("Uppdaterad 03/12/2026") == [("updated", "2026-03-12")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Uppdaterad för 2 veckor sedan", "2026-03-06"),
        ("Updated an hour ago", "2026-03-20"),
        ("Uppdaterad i går", "2026-03-19"),
    ],
)
def test_a_relative_date_is_counted_from_the_fetch(text: str, expected: str) -> None:
    assert dates(text) == [("updated", expected)]


def test_a_time_element_says_what_words_leave_out() -> None:
    assert dates("Uppdaterad i går", times=("2026-03-19T10:00",)) == [("updated", "2026-03-19")]
    assert dates("Uppdaterad", times=("trasig",)) == []
    assert dates("Uppdaterad 4 maj", times=("trasig",)) == [("updated", "2025-05-04")]
    assert dates("Uppdaterad", line("nyligen", ("2026-03-18",))) == [("updated", "2026-03-18")]
    assert dates("Uppdaterad", line("nyligen")) == []
    assert dates("Uppdaterad", line("30 februari 2021")) == []
    assert dates("Uppdaterad") == []


def test_a_label_in_a_sentence_does_not_reach_into_the_next_line() -> None:
    assert dates("Vi berättar här på sidan om när den blev senast uppdaterad", line("2021-01-01")) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-11-18T10:00:00Z", "2021-11-18"),
        ("20211118", "2021-11-18"),
        ("20211118T101500", "2021-11-18"),
        ("18-11-2021", "2021-11-18"),
        ("Thu, 18 Nov 2021 10:00:00 GMT", "2021-11-18"),
        ("Thu Nov 18 2021 10:00:00 GMT+0000 (UTC)", "2021-11-18"),
        ("19 mars 2009", "2009-03-19"),
        ("2021-11", "2021-11"),
        ("nyligen", None),
        ("", None),
    ],
)
def test_machines_write_dates_in_many_ways(value: str, expected: str | None) -> None:
    assert machine_date(value, CONTEXT) == expected


def found(day: str, *, rank: int = 0, line: int = 0, strong: bool = True, approximate: bool = False) -> FoundDate:
    return FoundDate("updated", rank, line, StatedDate(day, "x", "x", "text"), strong, approximate)


def test_the_best_date_has_the_best_rank_then_a_strong_label_then_a_whole_date_then_the_first_place() -> None:
    first, second = found("2021-01-01", line=3), found("2022-02-02", line=1)
    assert best_date([first, second], "updated") is second
    assert best_date([found("2021-01", approximate=True), first], "updated") is first
    assert best_date([found("2020-01-01", strong=False), first], "updated") is first
    assert best_date([found("2020-01-01", rank=4), first], "updated") is first
    assert best_date([first], "published") is None


@pytest.mark.parametrize(
    ("said", "meant", "differ"),
    [
        ("2021-11-18", "2021-11-19", False),
        ("2021-11-18", "2021-11-20", True),
        ("2021-11", "2021-11-30", False),
        ("2021-11", "2021-12-30", True),
    ],
)
def test_words_and_metadata_disagree_beyond_a_day(
    said: str,
    meant: str,
    differ: bool,  # noqa: FBT001 -- the expectation of a test case
) -> None:
    note = disagreement(StatedDate(said, "Uppdaterad", "", "text"), StatedDate(meant, "modified", "", "meta"))
    assert (note is not None) is differ
    assert note is None or (said in note and meant in note)


def test_a_broken_date_of_a_script_gives_way_to_the_next() -> None:
    source = '{"dateModified": "nyligen", "datePublished": "2020-01-01", "dateModified": "2021-01-01"}'
    updated, published = from_scripts(source, CONTEXT, "updated"), from_scripts(source, CONTEXT, "published")
    assert updated is not None
    assert published is not None
    assert (updated.date, published.date) == ("2021-01-01", "2020-01-01")


def test_a_label_without_a_digit_near_it_says_nothing() -> None:
    assert dates("Senast uppdaterad av vår redaktion tillsammans med kommunerna i hela länet", line("2021-01-01")) == []
    assert dates("Senast granskad", times=("2021-02-03",)) == [("updated", "2021-02-03")]


def test_a_script_without_such_names_says_nothing() -> None:
    assert from_scripts("var page = {'modified': '2021-01-01'};", CONTEXT, "updated") is None
    assert from_scripts('{"dateModified": "nyligen"}', CONTEXT, "updated") is None


# What stands between a label and its date, in the languages of authorities


def own_date(
    *lines: Piece | str, language: str | None = "sv", host: str = "a.com", kind: str = "updated"
) -> str | None:
    """Return the date that a page of these lines under a main heading says of itself."""
    pieces = [TITLE, *(line(one) if isinstance(one, str) else one for one in lines)]
    context = DateContext(FETCHED, writes_day_first(language, host), language and language[:2])
    best = best_date(without_repeated(find_dates(pieces, context), lambda _: True), kind)
    return best.stated.date if best else None


@pytest.mark.parametrize(
    "text",
    [
        "Senast ändrad av Maja Berg den 4 februari 2025",
        "Senast uppdaterad av: Maja Berg 2025-02-04",
        "Senast uppdaterad av Maja Berg, 2025-02-04",
        "Uppdaterad av: Maja Berg vid 2025-02-04 09:15",
        "Uppdaterad av: Maja Berg, Kansliet, 2025-02-04 kl. 9",
        "Senast redigerad av webbredaktionen den 4 februari 2025",
        "Senast uppdaterad av Enheten för social hållbarhet den 4 februari 2025",
        "Senast uppdaterad: Maja Berg, 2025-02-04",
        "Senast uppdaterad av maja.berg@lan.example 2025-02-04",
        "Senast uppdaterad: maja.berg@lan.example 2025-02-04",
        "Sidan är senast ändrad 2025-02-04",
        "Sidan har senast uppdaterats 2025-02-04",
        "Senaste uppdateringen gjordes den 4 februari 2025",
        "Senaste ändring gjord av Maja Berg den 4 februari 2025",
        "Datum för senaste ändring: 2025-02-04",
        "Senast korrigerad 2025-02-04",
        "Senast sparad: 2025-02-04",
        "Ansvarig: Kansliet. Senast uppdaterad: 2025-02-04",
        "Av Maja Berg, uppdaterad 2025-02-04",
        "Texten uppdaterades 2025-02-04",
        "Stödet i länet, senast uppdaterat 2025-02-04",
        "Uppdaterad kl. 09.15 den 4 februari 2025",
        "(Senast uppdaterad 2025-02-04)",
        "Innehållet granskades 2025-02-04",
        "Senast uppdaterad 4/2-25",
        "Senast uppdaterad 4/2 -25",
        "Uppdaterad 4/2-2025",
        "Senast ändrad 4/2 2025",
        "Uppdaterad 4 februari -25",
        "Uppdaterad 4 februari 25",
        "Uppdaterad den 4:e februari 2025",
        "Senast uppdaterad tisdagen den 4 februari 2025 kl 14.05",
        "Senast uppdaterad: 25-02-04",
        "Senast uppdaterad: 20250204",
        "Senast uppdaterad: 20250204T0915",
        "Uppdaterad: 2025\N{EN DASH}02\N{EN DASH}04",
        "SENAST UPPDATERAD 4 FEBRUARI 2025",
        "Senast uppdaterad: tis 4 feb 2025",
        "Webbredaktör: Maja Berg, senast ändrad 2025-02-04",
        "Ansvarig utgivare: Maja Berg, uppdaterad 2025-02-04",
        "Skapad 2019-05-06 08:00 av Maja Berg, ändrad 2025-02-04 09:15",
        "Version 3.1, uppdaterad 2025-02-04",
        "Senaste revidering: 2025-02-04",
        "Innehållet granskat: 2025-02-04",
        "Sidan uppdaterades för senaste gången den 4 februari 2025",
    ],
)
def test_a_swedish_label_is_read_through_names_and_clocks(text: str) -> None:
    assert own_date(text) == "2025-02-04"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Diese Seite wurde am 4. Februar 2025 aktualisiert."),
        ("de", "Die Seite wurde zuletzt am 04.02.2025 von Erika Muster geändert"),
        ("de", "Zuletzt am 4. Februar 2025 bearbeitet"),
        ("de", "Zuletzt geändert von Erika Muster am 04.02.2025"),
        ("de", "Letzte Änderung dieser Seite am 4. 2. 2025"),
        ("de", "Diese Inhalte wurden am 04.02.2025 zuletzt überprüft"),
        ("de", "Herzlich willkommen. Diese Seite wurde am 4. Februar 2025 überarbeitet."),
        ("de", "Aktualisiert: 04.02.25"),
        ("de", "Letzte Änderung: Di, 04.02.2025"),
        ("de", "Letzte inhaltliche Änderung: 04.02.2025"),
        ("fr", "Page modifiée pour la dernière fois le 4 février 2025"),
        ("nb", "Sist faglig oppdatert: 4. februar 2025"),
        ("da", "Sidst revideret: 4. februar 2025"),
        ("fi", "Päivitetty ti 4.2.2025"),
        ("nl", "Deze pagina is op 4 februari 2025 voor het laatst bijgewerkt"),
        ("nl", "Laatst gewijzigd door Jan de Vries op 4 februari 2025"),
        ("nl", "Deze pagina is voor het laatst gewijzigd op 4 februari 2025"),
        ("nl", "Bijgewerkt op 04-02-2025"),
        ("nl", "Laatste wijziging: dinsdag 4 februari 2025"),
        ("fr", "Page mise à jour le 4 février 2025 à 10h15"),
        ("fr", "Modifié par Jean Dupont le 04/02/2025"),
        ("fr", "Vérifié le 4 février 2025"),
        ("fr", "Dernière mise à jour de la page : 4 février 2025"),
        ("nb", "Sist oppdatert av Kari Nordmann 04.02.2025"),
        ("nb", "Siden ble sist oppdatert 4. februar 2025"),
        ("nn", "Sist endra 4. februar 2025"),
        ("da", "Sidst opdateret af Hans Hansen d. 4. februar 2025"),
        ("da", "Siden er sidst opdateret den 4. februar 2025"),
        ("da", "Sidst redigeret d. 4/2-25"),
        ("da", "Seneste opdatering: 4. februar 2025"),
        ("da", "Senest ændret 04-02-2025"),
        ("fi", "Sivu päivitetty viimeksi 4.2.2025"),
        ("fi", "Päivitetty 4.2.2025 klo 10.00"),
        ("fi", "Sivua on muokattu viimeksi 4.2.2025"),
        ("fi", "Viimeksi muokattu 4. helmikuuta 2025"),
        ("is", "Síðast uppfært 4. febrúar 2025"),
        ("fo", "Seinast dagført 4. februar 2025"),
        ("se", "Maŋimus ođasmahttojuvvon 04.02.2025"),
        ("en", "Last edited by Jane Doe on 4 February 2025"),
        ("en", "Page last changed by the web team: 4 February 2025"),
        ("en", "Updated by Jane Doe, February 4, 2025"),
        ("en", "Last updated on this website on 4 February 2025"),
        ("en", "As of close of business on 4 February 2025"),
        ("en", "Effective for all new customers from 4 February 2025"),
        ("en", "Last updated 04-Feb-25"),
        ("en", "Last Updated: 2025/02/04"),
        ("es", "Última actualización: 4 de febrero de 2025"),
    ],
)
def test_a_label_is_read_in_the_order_of_its_language(language: str, text: str) -> None:
    assert own_date(text, language=language) == "2025-02-04"


@pytest.mark.parametrize(
    "lines",
    [
        ("Senast uppdaterad", "4 februari 2025"),
        ("Senast uppdaterad:", "den 4 februari 2025"),
        ("Senast uppdaterad av Maja Berg", "2025-02-04"),
        ("Senast uppdaterad av:", "Maja Berg", "2025-02-04"),
        ("Senast uppdaterad av:", "Maja Berg, 2025-02-04"),
        ("Senast uppdaterad", "2025-02-04 av Maja Berg"),
        ("Senast uppdaterad", "2025-02-04 | Publicerad"),
        ("Uppdaterad", "tisdag 4 februari 2025 kl. 9.15"),
        (Piece("row", "Senast uppdaterad | 2025-02-04"), Piece("row", "Ansvarig | Maja")),
        (Piece("dt", "Senast uppdaterad"), Piece("li", "2025-02-04"), Piece("li", "Publicerad")),
    ],
)
def test_a_label_is_read_with_the_date_in_the_next_element(lines: tuple[Piece | str, ...]) -> None:
    assert own_date(*lines) == "2025-02-04"


@pytest.mark.parametrize(
    "lines",
    [
        ("Senaste uppdatering", "2025-02-04 Rättade en länk"),
        ("Nästa uppdatering", "2025-02-04"),
        (
            "Senast uppdaterad av",
            "En lång rad som inte är ett namn utan en mening om något annat i länet",
            "2025-02-04",
        ),
        ("Senast uppdaterad av", "Rapport 7", "2025-02-04"),
        ("Senast uppdaterad av",),
        ("Senast uppdaterad är en rubrik på 1 sida av " + "våra webbplatser " * 10, "2025-02-04"),
        ("Senast uppdaterad enligt beslut", "2025-02-04"),
        ("Senast uppdaterad", "Vägledning om stöd, 2025-02-04"),
        ("Senast uppdaterad", "Ny vägledning"),
        (Piece("row", "Dokument | Senast uppdaterad"), Piece("row", "Handbok | 2025-02-04")),
        (Piece("row", "Senast uppdaterad"), Piece("row", "2025-02-04"), Piece("row", "2025-02-11")),
    ],
)
def test_the_next_element_is_not_always_the_date(lines: tuple[Piece | str, ...]) -> None:
    assert own_date(*lines) is None


# Whose date it is


@pytest.mark.parametrize(
    "text",
    [
        "Nästa uppdatering: 2025-02-04",
        "Nästa uppdatering sker 2025-02-04",
        "Sidan uppdateras senast 2025-02-04",
        "Uppgifterna gäller t.o.m. 2025-02-04",
        "Gäller till och med 2025-02-04",
        "Sidan har inte uppdaterats sedan 2019-01-01",
        "Sidan, som inte senast uppdaterad 2019-01-01",
        "Se även rapporten Trygga hem (uppdaterad 2025-02-04).",
        "Se innehållet, senast uppdaterat 2025-02-04",
        "Rapporten senast uppdaterad 2025-02-04",
        "Taxan senast ändrad 2025-02-04",
        "Fastställd av nämnden 2025-02-04",
        "Ändrad av kommunfullmäktige 2025-02-04",
        "Senast ändrad genom beslut den 4 februari 2025",
        "Ändrad enligt beslut 2025-02-04",
        "Lagen ändrades senast 2025-02-04",
        "Planen (senast ändrad 2025-02-04) gäller",
        "Figur 1: Ärenden per län. Uppdaterad 2025-02-04",
        "Källa: Statistikverket. Uppdaterad 2025-02-04",
        "Foto: Maja Berg. Uppdaterad 2025-02-04",
        "[1] Provverket. Handbok. Uppdaterad 2025-02-04",
        "1) Senast uppdaterad 2025-02-04",
        "Provverket. Handbok. Provstad; 2020 [uppdaterad 2025-02-04; citerad 2025-03-01].",
        "Protokollet justerat 2025-02-04",
        "Justerat 2025-02-04",
        'Orden "senast uppdaterad 2025-02-04" finns längst ner',
        "Uppdaterad med nya siffror 2025-02-04",
        "Uppdaterad version 3 2 av boken. Tryckt 2025-02-04",
        "Uppdaterad: Maja; Bo 2025-02-04",
        "Senast uppdaterad: Handbok 2025-02-04",
        "Kommentar av Bo, redigerad 2025-02-04",
        "Filmen spelades in och redigerades 2025-02-04",
        "Informationen bygger på rapporten, som senast uppdaterades 2025-02-04",
        "Programmet finns i version 3.2 (2025-02-04)",
        "Vi träffas den 4 februari 2025 och har uppdaterad information",
        "Sidan var den 4 februari 2025 inte uppdaterad",
        "Sidan är 4 februari 2025 av kommunfullmäktige ändrad",
        "Sidan är den 30 februari 2025 ändrad",
        "Allt som var uppdaterat",
        "Förordningen (2019:1) senast ändrad 2025-02-04.",
        "Bilaga 1 uppdaterad 2025-02-04",
        "Avsnitt 4.2 uppdaterades 2025-02-04",
        "§ 5 ändrad 2025-02-04",
        "Version 2 av blanketten, uppdaterad 2025-02-04",
        "* Uppdaterad 2025-02-04.",
        "1 Senast uppdaterad 2025-02-04.",
        "Provverket (2023). Handbok. Senast uppdaterad 2025-02-04. Hämtad 2025-03-01.",
        "Det stod ”Senast uppdaterad 2025-02-04” på sidan.",
    ],
)
def test_a_label_that_is_said_of_something_else_is_none(text: str) -> None:
    assert own_date(text) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Updated by 4 February 2025"),
        ("en", "The act was last amended by Parliament on 4 February 2025"),
        ("en", "Not updated since 4 February 2025"),
        ("en", "Effective until 4 February 2025"),
        ("en", "Valid until 4 February 2025"),
        ("en", "Effective not later than 4 February 2025"),
        ("en", "Effective for orders from 4 February 2025 that we accept"),
        ("en", "As of 4 February 2025 the rules apply to all counties"),
        ("en", "This page will be updated on 4 February 2025"),
        ("en", "Guide to housing (last updated 4 February 2025)"),
        ("en", "Next review: 4 February 2025"),
        ("de", "Die Satzung wurde am 4. Februar 2025 geändert"),
        ("de", "Die Seite wird am 4. Februar 2025 aktualisiert"),
        ("nl", "Deze pagina wordt op 4 februari 2025 bijgewerkt"),
        ("nl", "Laatst gewijzigd bij besluit van 4 februari 2025"),
        ("fr", "Prochaine mise à jour le 4 février 2025"),
        ("no", "Neste oppdatering: 4. februar 2025"),
        ("de", "Verordnung (EU) 2016/679, zuletzt geändert am 4. Februar 2025"),
        ("de", "Zuletzt geändert durch Artikel 3 des Gesetzes vom 4. Februar 2025"),
        ("nb", "Vedlegg 2 oppdatert 4. februar 2025"),
        ("en", "Form 1040 revised 4 February 2025"),
    ],
)
def test_neither_the_next_time_nor_the_date_of_an_act_is_the_pages(language: str, text: str) -> None:
    assert own_date(text, language=language) is None


def linked(kind: str, text: str, words: str, target: str = "https://a.se/b") -> Piece:
    return Piece(kind, text, links=(Link(words, target),), linked=len(words))


@pytest.mark.parametrize(
    "lines",
    [
        (linked("li", "Handbok Uppdaterad 2025-02-04", "Handbok"),),
        (linked("p", "Handbok Uppdaterad 2025-02-04", "Handbok"),),
        (linked("p", "Läs vår handbok. Uppdaterad 2025-02-04", "vår handbok"),),
        (Piece("li", "Handbok, uppdaterad 2025-02-04"),),
        (Piece("li", "Handbok. Uppdaterad 2025-02-04"),),
        (Piece("row", "Handbok | Uppdaterad 2025-02-04"),),
        (linked("h3", "Handbok om mat", "Handbok om mat"), "Uppdaterad 2025-02-04"),
        (linked("h3", "Webseite", "Webseite"), "Diese Seite wurde am 4. Februar 2025 aktualisiert."),
        (Piece("h2", "Dokument"), Piece("li", "Uppdaterad 2025-02-04")),
        (Piece("h2", "Kommentarer"), "Uppdaterad 2025-02-04"),
        (Piece("h2", "Nyheter"), "Stödet. Senast uppdaterad 2025-02-04"),
    ],
)
def test_the_date_of_a_linked_or_listed_document_is_not_the_pages(lines: tuple[Piece | str, ...]) -> None:
    assert own_date(*lines) is None


@pytest.mark.parametrize(
    "lines",
    [
        (linked("p", "Maja Berg. Senast uppdaterad 2025-02-04", "Maja Berg", "mailto:maja@lan.example"),),
        (linked("p", "Frågor? Skriv till oss. Senast uppdaterad 2025-02-04", "Skriv till oss"),),
        (linked("p", "Kontakt Senast uppdaterad 2025-02-04", "Kontakt"),),
        (Piece("li", "Senast uppdaterad: 2025-02-04"),),
        (Piece("li", "Publicerad 3 oktober 2018 Uppdaterad 2025-02-04"),),
        (Piece("h2", "Dokument"), Piece("li", "Sidan uppdaterad 2025-02-04")),
        (Piece("h2", "Dokument"), "Senast uppdaterad 2025-02-04"),
        (Piece("h1", "Läget (uppdaterat 2025-02-04)"),),
        (Piece("h2", "Prov as of: 4 February 2025"),),
    ],
)
def test_a_date_beside_a_link_or_a_list_may_be_the_pages(lines: tuple[Piece | str, ...]) -> None:
    assert own_date(*lines) == "2025-02-04"


def test_a_label_that_is_repeated_with_other_dates_is_that_of_a_list() -> None:
    answers = (Piece("h3", "Fråga"), "Uppdaterad 2025-02-04", Piece("h3", "Fråga"), "Uppdaterad 2025-01-01")
    apart = ("Stöd ges.", "Det söks.", "Det är fritt.")
    assert own_date(*apart, *answers) is None
    assert own_date(*apart, *answers, "Sidan uppdaterad 2024-12-01") == "2024-12-01"
    assert own_date("Uppdaterad 2024-12-01", *apart, *answers) == "2024-12-01"
    assert own_date(*apart, "Uppdaterad 2025-02-04", Piece("h2", "Kontakt"), "Uppdaterad 2025-02-04") == "2025-02-04"


def test_a_label_that_is_found_in_two_ways_is_found_once() -> None:
    assert dates("Last-updated: 4 February 2025") == [("updated", "2025-02-04")]


def test_a_news_list_says_nothing_of_when_the_page_was_published() -> None:
    news = [Piece("h2", "Senaste nytt"), *(line(f"Publicerad 2025-02-0{day}") for day in (1, 2, 3))]
    assert own_date(*news, kind="published") is None
    assert own_date("Publicerad 2024-01-01", *news, kind="published") == "2024-01-01"


def test_the_footers_date_is_not_one_of_the_list_above_it() -> None:
    above, below = found("2025-02-04", line=4), found("2024-12-01", line=9)
    assert without_repeated([above, below], lambda one: one.line < 5) == [above, below]
    assert without_repeated([above, below], lambda _: True) == []


def test_a_sentence_about_the_page_loses_to_a_line_of_its_own() -> None:
    sentence = "Den här sidan om stöd i hela länet är senast uppdaterad 2025-01-01 och läses av många."
    assert own_date(sentence) == "2025-01-01"
    assert own_date(sentence, "Granskad 2024-02-04") == "2024-02-04"
    assert own_date(sentence, "Gäller från 2024-02-04") == "2025-01-01"


# The order of day and month


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("sv", "Uppdaterad 03/01/2025", "2025-01-03"),
        ("en-US", "Updated 03/01/2025", "2025-03-01"),
        ("en", "Updated 03/01/2025", None),
        ("en", "Updated 03/23/2025", "2025-03-23"),
        ("en", "Updated 03/03/2025", "2025-03-03"),
        ("en", "Updated 01/03/25", None),
        ("en", "Updated 03/23/20", "2020-03-23"),
        ("en-US", "Updated 03/04/20", "2020-03-04"),
        ("sv", "Uppdaterad 25-02-04", "2025-02-04"),
        ("sv", "Uppdaterad 12-03-24", None),
        ("sv", "Uppdaterad 24/12/20", "2020-12-24"),
        ("nl", "Bijgewerkt 24-03-01", None),
        ("nl", "Bijgewerkt 01-03-24", "2024-03-01"),
        ("da", "Opdateret 04.02.25", "2025-02-04"),
        ("sv", "Uppdaterad 99-99-99", None),
        ("en-US", "Updated 20/30/25", None),
        ("sv", "Reviderad mars 24", None),
        ("sv", "Reviderad mars 2025", "2025-03"),
        ("en-GB", "Updated 10 March", "2026-03-10"),
        ("en", "Updated March 10", "2026-03-10"),
        ("sv", "Uppdaterad 4/2 - 14.00", None),
    ],
)
def test_a_date_is_read_only_where_its_order_is_certain(language: str, text: str, expected: str | None) -> None:
    assert own_date(text, language=language) == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ("Closed 25/12/2024 and 26/12/2024", "2025-01-03"),
        ("Closed 12/25/2024", "2025-03-01"),
        ("Closed on 25 December 2024", "2025-01-03"),
        ("Closed on December 25, 2024", "2025-03-01"),
        ("Closed on December 25, 2024, and 26/12/2024", "2025-01-03"),
        ("Closed 25/12/2024 and 12/26/2024", None),
        ("Closed 02/03/2024", None),
        ("Closed on 25 December 2024 and on December 26, 2024", None),
    ],
)
def test_the_other_dates_of_the_page_settle_the_order(others: str, expected: str | None) -> None:
    assert own_date("Updated 03/01/2025", others, language="en") == expected


def test_texts_without_dates_tell_no_order() -> None:
    assert order_of([]) is None
    assert order_of(["Version 3.1.2025", "12/2025"]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Senast uppd. 2024-03-01", "2024-03-01"),
        ("Senast uppd: 2024-03-01", "2024-03-01"),
        ("Uppdat. 2024-03-01", "2024-03-01"),
        ("Sidan aktualiserades 2024-03-01", "2024-03-01"),
        ("Uppdaterad version: 2024-03-01", "2024-03-01"),
        ("Senast verifierad 2024-03-01", "2024-03-01"),
        ("Senast översedd: 2024-03-01", "2024-03-01"),
        ("Reviderat 2024-03-01", "2024-03-01"),
        ("Last verified March 1, 2024", "2024-03-01"),
        ("Uppgifterna är aktuella per den 1 mars 2024", "2024-03-01"),
        ("Avgifterna är aktuella per den 1 mars 2024", None),
        ("Senast verifierade fallet: 2024-03-01", None),
        ("Upphandling 2024-03-01", None),
    ],
)
def test_a_page_says_shortly_or_in_another_verb_when_it_was_looked_over(text: str, expected: str | None) -> None:
    assert own_date(text) == expected


def test_a_full_name_alone_may_be_between_a_label_and_its_date() -> None:
    day = line("2024-03-01")
    assert dates("Senast uppdaterad:", line("Anna Lind"), day) == [("updated", "2024-03-01")]
    assert dates("Senast uppdaterad:", line("Beslut i nämnden"), day) == []
    assert dates("Uppdaterad", line("Anna Lind"), day) == []


def test_the_head_of_a_later_column_is_no_label_of_the_first_cell() -> None:
    def row(text: str) -> Piece:
        return Piece("row", text)

    columns = [row("Publicerad | Uppdaterad"), row("2020-01-01 | 2024-03-01")]
    assert find_dates(columns, CONTEXT) == []
    assert [one.stated.date for one in find_dates([row("Uppdaterad"), row("2024-03-01")], CONTEXT)] == ["2024-03-01"]
