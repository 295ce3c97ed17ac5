from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.judging.suspicion import answered_elsewhere, suspicion
from monitor.core.model import Block, Extraction, Link
from monitor.errors import Reason

CASES = sorted((Path(__file__).parents[2] / "data" / "suspicion").glob("*/*.json"))
PARAGRAPH = "Länsstyrelsen samordnar länets arbete och stödjer kommuner och regioner i deras planering av insatser."


def page(heading: str | None, *texts: str, title: str = "Länsstyrelsen Norrvik", law: str | None = None) -> Extraction:
    blocks = [Block("h1", heading)] if heading else []
    return Extraction(title, (*blocks, *(Block("p", text) for text in texts)), law=law)


REAL = page("Våld i nära relationer", *[PARAGRAPH] * 8)


@pytest.mark.parametrize("file", CASES, ids=[f"{file.parent.name}-{file.stem}" for file in CASES])
def test_a_page_that_stands_in_for_the_real_one_is_told_by_its_kind(file: Path) -> None:
    facts = json.loads(file.read_text("utf-8"))
    shell = page(facts["heading"], *facts["texts"], title=facts["title"])
    found = suspicion(None, shell)
    if file.parent.name == "sound":
        assert found is None
        return
    assert found is not None
    assert found.code == file.parent.name
    assert set(found.facts) == {"phrase"}
    said = suspicion(REAL, shell)
    assert said is not None
    assert said.code == file.parent.name


NEW = "https://norrvik.example/ny"


def moved(*texts: str, links: tuple[str, ...] = (NEW,), sends_to: str | None = None) -> Extraction:
    """Return a page that says in its first text that it has moved."""
    first = Block("p", texts[0], links=tuple(Link("adress", link) for link in links))
    blocks = (first, *(Block("p", text) for text in texts[1:]))
    return Extraction("Länet", blocks, sends_to=sends_to, moved_notice=texts[0])


@pytest.mark.parametrize(
    "heading",
    [
        "Sidan hittades inte", "Sidan hittas inte", "Vi kunde inte hitta sidan", "Vi kan inte hitta sidan du söker",
        "Sidan du söker finns inte längre", "Sidan är borttagen", "Sidan kunde tyvärr inte hittas",
        "Ingen sida hittades",
        "Sidan går inte att hitta", "Vi hittar inte den sida du söker", "Sidan har flyttats eller tagits bort",
        "Internt serverfel", "Ett oväntat fel inträffade", "Not Found", "Oops! That page can’t be found.",
        "The requested URL was not found on this server.", "Error establishing a database connection",
        "Server Error in '/' Application.", "Siden blev ikke fundet", "Siden finnes ikke", "Sivua ei löytynyt",
    ],
)  # fmt: skip
def test_an_error_page_is_known_by_its_heading(heading: str) -> None:
    found = suspicion(REAL, page(heading, "Gå till startsidan eller sök efter det som du letar efter.", title=heading))
    assert found is not None
    assert found.code == "error-page"


@pytest.mark.parametrize("before", [None, REAL])
def test_a_page_that_says_where_it_has_moved_is_suspect(before: Extraction | None) -> None:
    told = moved("Sidan har flyttat till en ny adress.")
    assert suspicion(before, told) == Reason(
        "moved-page", {"phrase": "Sidan har flyttat till en ny adress.", "to": NEW}
    )
    sent = moved("Sidan har flyttat.", PARAGRAPH, links=(), sends_to=NEW)
    assert suspicion(before, sent) == Reason("moved-page", {"phrase": "Sidan har flyttat.", "to": NEW})


def test_a_page_with_other_links_or_more_to_say_is_read_for_itself() -> None:
    assert suspicion(None, moved("Sidan har flyttat.", links=())) is None
    assert suspicion(None, moved("Sidan har flyttat.", links=(NEW, f"{NEW}/2"))) is None
    assert suspicion(None, moved("Sidan har flyttat.", links=("mailto:a@norrvik.example",))) is None
    assert suspicion(None, moved("Sidan har flyttat.", links=(NEW, "mailto:a@norrvik.example"))) is not None
    assert suspicion(None, moved("Sidan har flyttat.", *[PARAGRAPH] * 5)) is None


def test_a_short_page_that_sends_its_reader_on_is_suspect_and_a_long_one_is_read_for_itself() -> None:
    short, long = ((Block("p", PARAGRAPH),) * number for number in (3, 5))
    assert suspicion(None, Extraction("Länet", short, sends_to=NEW)) == Reason("forwarding", {"to": NEW})
    assert suspicion(None, Extraction("Länet", short)) is None
    assert suspicion(None, Extraction("Länet", long, sends_to=NEW)) is None
    waiting = Extraction("Länet", (Block("p", "Du skickas vidare."),), sends_to=NEW)
    assert suspicion(None, waiting) == Reason("loading-page", {"phrase": "Du skickas"})


def test_a_sound_first_check_is_not_suspect() -> None:
    assert suspicion(None, REAL) is None


def test_less_than_a_third_left_is_shrunk() -> None:
    small = page("Våld i nära relationer", PARAGRAPH)
    assert suspicion(REAL, small) == Reason("shrunk", {"before": len(PARAGRAPH) * 8 + 22, "after": len(PARAGRAPH) + 22})


def test_a_short_page_may_shrink() -> None:
    assert suspicion(page("Kontakt", "Ring oss på 010-223 80 00."), page("Kontakt")) is None


def test_a_page_without_its_heading_and_half_its_text_has_lost_it() -> None:
    found = suspicion(REAL, page("Välkommen till oss", *[PARAGRAPH.upper()] * 3))
    assert found is not None
    assert (found.code, found.facts["heading"]) == ("heading-lost", "Våld i nära relationer")
    without = suspicion(REAL, page(None, *[PARAGRAPH] * 3))
    assert without is not None
    assert without.code == "heading-lost"


def test_half_the_text_under_the_same_heading_is_a_change() -> None:
    assert suspicion(REAL, page("Våld i nära relationer i länet", *[PARAGRAPH] * 3)) is None
    assert suspicion(page(None, *[PARAGRAPH] * 8), page(None, *[PARAGRAPH] * 3)) is None


def test_a_complete_rewrite_of_similar_size_is_a_change() -> None:
    assert (
        suspicion(REAL, page("Helt ny rubrik", *["En annan text som handlar om något helt annat än förut."] * 12))
        is None
    )


def test_a_copy_that_was_a_shell_says_nothing_of_what_is_new() -> None:
    shell = page(None, "Laddar …")
    assert suspicion(shell, REAL) == Reason("loading-page", {"phrase": "Laddar …", "copy": "before"})


def test_two_shells_of_one_kind_are_compared_like_any_pages() -> None:
    assert suspicion(page("Logga in", "Ange lösenord"), page("Logga in", "Ange ditt lösenord")) is None


def test_another_document_in_the_place_of_a_law_is_suspect() -> None:
    law = page("Förordning om stöd", PARAGRAPH, law="2021:995")
    assert suspicion(law, REAL) == Reason("other-document", {"before": "2021:995", "after": None})
    other = page("Förordning om stöd", PARAGRAPH, law="2021:996")
    assert suspicion(law, other) == Reason("other-document", {"before": "2021:995", "after": "2021:996"})
    assert suspicion(law, law) is None


OTHER = page("Välkommen till kommunen", *["Här hittar du allt om kommunens service, nyheter och lediga tjänster."] * 12)
ASKED = "https://norrvik.example/vald"


def test_another_address_with_next_to_nothing_of_the_page_is_not_the_page() -> None:
    found = answered_elsewhere(REAL, OTHER, ASKED, "https://norrvik.example/start")
    assert found == Reason("elsewhere", {"to": "https://norrvik.example/start", "heading": "Våld i nära relationer"})


@pytest.mark.parametrize(
    ("after", "address"),
    [
        (OTHER, "http://NORRVIK.example/vald/?utm=1"),  # the same place
        (
            page("Våld i nära relationer i länet", *["Ny text om länsstyrelsens arbete."] * 9),
            f"{ASKED}/ny",
        ),  # its heading
        (page("Ny rubrik", *[PARAGRAPH] * 2), f"{ASKED}/ny"),  # its text
    ],
)
def test_the_page_under_another_address_is_the_page(after: Extraction, address: str) -> None:
    assert answered_elsewhere(REAL, after, ASKED, address) is None


def test_a_page_without_a_heading_is_named_by_its_title() -> None:
    found = answered_elsewhere(page(None, PARAGRAPH), OTHER, ASKED, "https://norrvik.example/start")
    assert found is not None
    assert found.facts["heading"] == "Länsstyrelsen Norrvik"


def test_the_home_page_in_the_place_of_a_page_is_suspect() -> None:
    home = replace(
        page("Länsstyrelsen Norrvik", *["Välkommen till oss, här finns allt om länet."] * 24), claims_site_root=True
    )
    found = suspicion(REAL, home)
    assert found == Reason("home-page", {"heading": "Våld i nära relationer"})
    assert suspicion(replace(REAL, claims_site_root=True), home) is None
