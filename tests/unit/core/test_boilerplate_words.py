"""The phrases of boilerplate, in the languages of the corpus."""

from __future__ import annotations

import pytest

from monitor.core.page import boilerplate_words


@pytest.mark.parametrize(
    "text",
    [
        *("Start", "Om oss", "Kontakta oss", "Lediga jobb", "Tillgänglighetsredogörelse", "Webbkarta", "Press"),
        *(
            "About us",
            "Privacy policy",
            "Terms of service",
            "Contact",
            "Careers",
            "Site map",
            "Facebook",
            "Privacy & Terms",
        ),
        *(
            "Impressum",
            "Datenschutz",
            "Kontakt",
            "Barrierefreiheit",
            "Mentions légales",
            "Plan du site",
            "Nous contacter",
        ),
        *(
            "Aviso legal",
            "Contacto",
            "Accesibilidad",
            "Over ons",
            "Personvern",
            "Tilgængelighedserklæring",
            "Ota yhteyttä",
        ),
    ],
)
def test_what_every_site_links_to(text: str) -> None:
    assert boilerplate_words.is_site_link(text)


@pytest.mark.parametrize(
    "text", ["Våld i nära relationer", "Ansökan om bidrag", "Rapport 2025", "Kontakter mellan föräldrar och barn", ""]
)
def test_what_a_page_links_to(text: str) -> None:
    assert not boilerplate_words.is_site_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vi använder kakor. Genom att fortsätta godkänner du det.",
        "We use cookies. Accept all",
        "Wir verwenden Cookies. Alle akzeptieren",
        "Nous utilisons des cookies. Tout accepter ou refuser",
        "Utilizamos cookies. Aceptar todas",
        "Vi bruker informasjonskapsler. Godta alle",
        "Wij gebruiken cookies. Alles accepteren",
        "Käytämme evästeitä. Hyväksy kaikki",
    ],
)
def test_a_request_for_consent(text: str) -> None:
    assert boilerplate_words.is_cookie_notice(text)


@pytest.mark.parametrize(
    "text", ["Recept på kakor", "Du kan godkänna planen", f"Vi använder kakor. Godkänn {'a' * 900}"]
)
def test_no_request_for_consent(text: str) -> None:
    assert not boilerplate_words.is_cookie_notice(text)


@pytest.mark.parametrize(
    "text",
    [
        "Till toppen", "↑ Back to top", "Nach oben", "Haut de page", "Volver arriba", "Upp", "Till sidans topp",
        "Gå till toppen", "Tillbaka till toppen av sidan", "Upp till sidans början", "Scroll to top", "Page top",
        "Go to the top of this page", "Seitenanfang", "Zum Anfang der Seite",
    ],
)  # fmt: skip
def test_a_way_back_to_the_top(text: str) -> None:
    assert boilerplate_words.leads_to_top(text)
    assert not boilerplate_words.leads_to_top(f"{text} av listan över toppar")


@pytest.mark.parametrize("text", ["Toppen", "Sidans innehåll:", "På den här sidan", "Table of contents", "Direkt zu"])
def test_what_introduces_the_parts_of_a_page(text: str) -> None:
    introduces = boilerplate_words.is_heading_of_contents(text)
    assert introduces is (text != "Toppen")
    assert not boilerplate_words.is_heading_of_contents(f"{text} finns tre villkor")


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("© Länsexempel", True),
        ("Copyright 2026 Länsexempel", True),
        ("Copyright Länsexempel | Drift: Exempelbolaget", True),
        ("All rights reserved.", True),
        ("Copyright infringement is dealt with in section 5.", False),
        ("(c) bidrag till föreningar", False),
    ],
)
def test_a_claim_of_copyright(text: str, claims: bool) -> None:  # noqa: FBT001 -- the expectation of a test case
    assert boilerplate_words.claims_copyright(text) is claims


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Stöd | Länsexempel", {"stöd", "länsexempel"}),
        ("Länsexempel – Stöd i länet", {"länsexempel", "stöd i länet"}),
        ("Stöd i länet", set()),
        ("", set()),
    ],
)
def test_the_parts_of_a_title(title: str, names: set[str]) -> None:
    assert boilerplate_words.names_of_site(title) == names
