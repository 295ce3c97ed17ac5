"""The sentence in which a page says that it has moved."""

from __future__ import annotations

import pytest

from monitor.core.model import Block
from monitor.core.page.moved_notice import MOST_WORDS, moved_notice


def notice(*texts: str, title: str = "") -> str | None:
    return moved_notice(title, [Block("p", text) for text in texts])


@pytest.mark.parametrize(
    "text",
    [
        "Webbsidan är flyttad till norrvik.example/ny.",
        "Den sida du söker är borta, för sidan har bytt adress.",
        "Innehållet hittar du numera hos Norrviks region.",
        "Webbplatsen har fått en ny adress",
        "Denna sida är flyttad.",
        "Hela vår webbplats har flyttat.",
        "Sidans adress har ändrats.",
        "Sidan har slagits ihop med en annan.",
        "Vi har bytt webbadress.",
        "This page was merged into another one.",
        "The page's address has changed.",
        "Sidans innehåll har ersatts av handboken.",
        "Vi har flyttat våra råd till en ny webbplats!",
        "This page has been permanently moved.",
        "Moved Permanently",
        "The information on bicycles can now be found at norrvik.example.",
        "Our website has a new web address.",
        "Diese Webseite ist umgezogen.",
        "Die Inhalte finden Sie ab sofort bei der Region.",
        "La page a été déplacée vers le nouveau site.",
        "El sitio ha cambiado de dirección.",
        "Hjemmesiden er flyttet.",
        "Nettstedet har fått ny adresse.",
        "Sivusto on siirretty uuteen palveluun.",
        "De pagina is verhuisd.",
    ],
)
def test_a_page_says_that_it_is_elsewhere_now(text: str) -> None:
    assert notice(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Sidan kan ha flyttats.",
        "Sidan har tagits bort eller flyttats.",
        "Sidan har flyttats, eller så är adressen felskriven.",
        "Sidan kommer att flyttas under hösten.",
        "Informationen finns nu på lättläst svenska.",
        "Vi har flyttat till nya lokaler på Hamngatan.",
        "Fristen har flyttats till den 1 maj.",
        "The page may have been moved.",
        "The page was moved or removed.",
        "This site will be moved in May.",
        "Meetings have moved to Tuesdays.",
        "Die Seite wird verschoben.",
        "Die Seite ist jetzt barrierefrei.",
        "Sidan handlar om flyttbidrag. Den som har flyttat kan söka.",
    ],
)
def test_a_guess_a_plan_or_something_else_that_moved_is_none(text: str) -> None:
    assert notice(text) is None


def test_it_is_the_whole_sentence_and_that_one_alone() -> None:
    text = "Hej! Sidan har flyttat till www.norrvik.example/ny i dag. Välkommen dit."
    assert notice("Om cyklar", text) == "Sidan har flyttat till www.norrvik.example/ny i dag."
    assert notice("Sidan har flyttat " + "och flyttat " * 40) == ("Sidan har flyttat " + "och flyttat " * 40)[:200]


def test_a_title_may_say_so_and_so_may_a_heading() -> None:
    assert notice("Till den nya sidan", title="Sidan har flyttat") == "Sidan har flyttat"
    assert notice(title="Stöd") is None


def test_a_long_page_is_read_for_its_own_sake() -> None:
    said = "Sidan har flyttat."
    assert notice("ord " * (MOST_WORDS - 5), said) == said
    assert notice("ord " * MOST_WORDS, said) is None
    assert notice("sidan-" * 1000, said) is None


def test_an_office_that_moved_took_no_page_with_it() -> None:
    assert notice("Vi har bytt adress. Besök oss på Storgatan 4.") is None
    assert notice("Vi har fått en ny besöksadress.") is None
