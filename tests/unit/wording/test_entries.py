"""Entries of a mail: the places of a change, and what each says."""

from __future__ import annotations

from bevaka.cli.render import change_lines
from monitor.core.model import BlockChange, Change, ChangedDocument, Language, Link, Op
from monitor.wording.catalogue import words_for
from monitor.wording.entries import entry, places

TEXT = "Fyra miljoner kronor fördelas till kommuner i länet, och ansökan öppnar efter sommaren."


def news(headline: str, *lines: str, op: Op = "added", target: str = "") -> list[BlockChange]:
    """Return the block changes of an item: its heading, which may be a link, and what is under it."""
    links = (Link(headline, target),) if target else ()
    given = [("h3", headline, ("Nyheter",)), *(("p", line, ("Nyheter", headline)) for line in lines)]
    return [
        BlockChange(
            op=op,
            kind=kind,
            heading=heading,
            label=None,
            before=None if op == "added" else text,
            after=text if op == "added" else None,
            category="content",
            material=True,
            rule=f"content-{op}",
            links_after=links if op == "added" and kind == "h3" else (),
        )
        for kind, text, heading in given
    ]


def shown(*blocks: BlockChange) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the place of each entry, and its lines: the label and the text."""
    found = [entry(place, words_for("sv")) for place in places(blocks)]
    return [
        (each.where, [(line.label, "".join(piece.text for piece in line.pieces)) for line in each.lines])
        for each in found
    ]


def test_an_item_of_news_is_one_entry_with_its_date_beside_the_headline_and_the_address_it_leads_to() -> None:
    came = news("Nya medel", "Publicerad 2026-03-02", TEXT, target="https://norrvik.example/n/5")
    went = news("Gamla medel", "Publicerad 2026-02-02", "Slut.", op="removed")
    assert shown(*came, *went) == [
        (
            "Nyheter › nyhet",
            [
                ("NY NYHET", "Nya medel · Publicerad 2026-03-02"),
                ("NYTT STYCKE", TEXT),
                ("", "https://norrvik.example/n/5"),
            ],
        ),
        ("Nyheter › nyhet", [("BORTTAGEN NYHET", "Gamla medel · Publicerad 2026-02-02 · Slut.")]),
    ]


def test_what_came_beside_an_item_of_news_has_an_entry_of_its_own() -> None:
    (other,) = news("Rådet har flyttat")
    headline, *lines = news("Nya medel", "Publicerad 2026-03-02", TEXT)
    assert shown(headline, other, *lines) == [
        ("Nyheter › nyhet", [("NY NYHET", "Nya medel · Publicerad 2026-03-02"), ("NYTT STYCKE", TEXT)]),
        ("Nyheter › rubrik", [("NY RUBRIK", "Rådet har flyttat")]),
    ]


def test_a_heading_with_text_and_no_date_is_no_item_of_news() -> None:
    assert [where for where, _ in shown(*news("Nya medel", TEXT))] == [
        "Nyheter › rubrik",
        "Nyheter › Nya medel › stycke",
    ]


def test_a_file_of_an_unknown_type_that_cannot_be_read_is_called_so_in_both_languages() -> None:
    block = BlockChange(
        op="edited",
        kind="document",
        heading=("Bilaga",),
        label=None,
        before="undecided · 9 B · SHA-256 aa",
        after="application/pdf · 9 B · SHA-256 bb",
        category="document",
        material=True,
        rule="document-bytes",
        document=ChangedDocument("https://a.example/bilaga", "Bilaga", "changed"),
    )
    said: dict[Language, str] = {"sv": "fil av okänt slag", "en": "file of an unknown type"}
    for language, words in said.items():
        [line] = entry([block], words_for(language), in_full=True).lines
        text = "".join(piece.text for piece in line.pieces)
        assert words in text
        assert "undecided" not in text
    terminal = "\n".join(change_lines(Change((block,)), "sv"))
    assert "fil av okänt slag" in terminal.replace("[-", "").replace("-]", "").replace("{+", "").replace("+}", "")
    assert "undecided" not in terminal
