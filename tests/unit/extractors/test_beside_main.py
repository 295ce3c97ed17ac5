"""What counts beside the main part: ways to get in touch in every form, and what is said right under the heading."""

from __future__ import annotations

import pytest

from tests.unit.extractors.test_page import extract

PROSE = "Kommunen ger stöd och råd till den som har utsatts för våld, och till barn som har upplevt det. "


def texts(html: str, lang: str = "sv") -> list[str]:
    page = f"<!doctype html><html lang={lang}><meta charset=utf-8><title>Stöd</title><body>{html}</body></html>"
    return [block.text for block in extract(page.encode(), url="https://ekby.example/stod").blocks]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Kontakt", "Telefon: 22 40 01 10"),
        ("Kontakt", "Tlf. 7222 7400"),
        ("Frågor", "0480451230"),
        ("Frågor", "010‑224 11 12"),
        ("Frågor", "010.224.11.12"),
        ("Frågor", "Tel.: (030) 18 681-0"),
        ("Questions", "Call (202) 555-0143"),
        ("Questions", "Call 1-800-772-1213"),
        ("Frågor", "Ring 114 14"),
        ("Frågor", "Ring 1177"),
        ("Frågor", "eva(at)lst.se"),
        ("Öppettider", "Öppet dygnet runt"),
        ("Avvikande öppettider", "24 december: stängt"),
        ("Horaires", "Du lundi au vendredi de 9h à 17h"),
        ("Aukioloajat", "ma–pe klo 9–15"),
        ("Kontaktperson", "Eva Lind"),
        ("Hitta hit", "Storgatan 1, 391 20 Ekby"),
        ("Postadress", "Box 12, 391 20 Ekby"),
    ],
)
def test_a_way_to_get_in_touch_beside_the_main_part_counts(heading: str, text: str) -> None:
    main = f"<main><h1>Stöd</h1><p>{PROSE * 3}</p></main>"
    for tag in ("aside", "div"):
        assert text in texts(f"{main}<{tag}><h2>{heading}</h2><p>{text}</p></{tag}>")
    assert text not in texts(f"{main}<aside><h2>Mer</h2><p>Läs också</p></aside>")


def test_the_parts_under_one_heading_belong_together() -> None:
    parts = "<h3>Telefon</h3><p>010-224 11 12</p><h3>Chef</h3><p>Eva Lind</p>"
    found = texts(f"<main><h1>Stöd</h1><p>{PROSE * 3}</p></main><aside><h2>Kansliet</h2>{parts}</aside>")
    assert found[-5:] == ["Kansliet", "Telefon", "010-224 11 12", "Chef", "Eva Lind"]


def test_a_link_back_to_the_top_is_no_part_of_what_stands_above_it() -> None:
    aside = "<aside><h2>Kontakt</h2><p>010-224 11 12</p><p><a href='#top'>Till toppen</a></p></aside>"
    found = texts(f"<main><h1>Stöd</h1><p>{PROSE * 3}</p></main>{aside}")
    assert found[-2:] == ["Kontakt", "010-224 11 12"]


@pytest.mark.parametrize("name", ["byline", "entry-meta", "article-meta", "notification"])
def test_what_is_right_under_the_heading_counts_whatever_its_name(name: str) -> None:
    head = f"<div><h1>Stöd</h1><div class='{name}'>Status: gällande</div></div>"
    assert "Status: gällande" in texts(f"{head}<main><p>{PROSE * 3}</p></main>")
    menu = f"<div><h1>Stöd</h1><ul class='{name}'><li><a href='/a'>Start</a></li></ul></div>"
    assert "Start" not in texts(f"{menu}<main><p>{PROSE * 3}</p></main>")


def test_a_dialog_that_a_control_opens_counts_where_it_states_a_value() -> None:
    def dialog(text: str) -> list[str]:
        opened = f"<button aria-controls='d'>Sista dag</button><div role='dialog' id='d' hidden><p>{text}</p></div>"
        return texts(f"<main><h1>Stöd</h1><p>{PROSE * 3}</p>{opened}</main>")

    assert "Senast den 1 mars." in dialog("Senast den 1 mars.")
    assert "Är du säker?" not in dialog("Är du säker?")
    modal = "<div class='modal' id='d'><div class='modal-dialog'><p>Senast den 1 mars.</p></div></div>"
    assert "Senast den 1 mars." in texts(
        f"<main><h1>Stöd</h1><p>{PROSE * 3}</p><button data-x='d'>Mer</button>{modal}</main>"
    )
