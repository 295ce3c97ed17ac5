"""Entries of a mail: the places of a change, and what each says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bevaka.cli.render import change_lines
from monitor.core.model import BlockChange, Change, ChangedDocument, Language, Link, Op
from monitor.wording.catalogue import words_for
from monitor.wording.entries import entry, places
from monitor.wording.summary import summarise

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


def date_first(headline: str, day: str, before: str = "", op: Op = "added") -> list[BlockChange]:
    """Return an item whose date stands before its headline; `before` is the headline of the item above it."""
    title, date = news(headline, day, op=op, target=f"https://norrvik.example/{headline[:3]}")
    return [replace(date, heading=("Nyheter", before) if before else ("Nyheter",)), title]


def test_a_date_before_a_headline_is_of_that_item_and_not_of_the_one_above() -> None:
    items = [
        *date_first("Nya medel", "2026-03-05"),
        *date_first("Utlysning öppnar", "2026-03-04", "Nya medel"),
        *date_first("Konferens om våld", "2026-03-03", "Utlysning öppnar"),
    ]
    assert shown(*items) == [
        ("Nyheter › nyhet", [("NY NYHET", f"{said}"), ("", f"https://norrvik.example/{said[:3]}")])
        for said in ("Nya medel · 2026-03-05", "Utlysning öppnar · 2026-03-04", "Konferens om våld · 2026-03-03")
    ]


def test_a_date_before_a_headline_that_came_is_not_of_it_where_the_date_went() -> None:
    (date, _), (_, title) = date_first("Gamla medel", "2026-03-01", op="removed"), date_first("Nya medel", "2026-03-05")
    assert [where for where, _ in shown(date, title)] == ["Nyheter › stycke", "Nyheter › rubrik"]


@pytest.mark.parametrize("order", ["dta", "tda", "tad"])
def test_a_line_that_is_a_link_with_its_date_and_its_address_beside_it_is_an_item_of_news(order: str) -> None:
    def item(headline: str, day: str) -> list[BlockChange]:
        target = f"https://www.norrvik.example/{headline[:3]}"
        title, date, address = news(headline, day, target.removeprefix("https://"), target=target)
        lines = {
            "t": replace(title, kind="p"),
            "d": replace(date, heading=title.heading),
            "a": replace(address, heading=title.heading),
        }
        return [lines[each] for each in order]

    assert shown(*item("Nya medel till kommuner", "2026-03-05"), *item("Konferens om våld", "2026-03-04")) == [
        ("Nyheter › nyhet", [("NY NYHET", said), ("", f"https://www.norrvik.example/{said[:3]}")])
        for said in ("Nya medel till kommuner · 2026-03-05", "Konferens om våld · 2026-03-04")
    ]


def listed(text: str, target: str = "") -> BlockChange:
    """Return a line of a list under "Nyheter" that came; with a target, it is a link."""
    links = (Link(text, target),) if target else ()
    return replace(news("a b c", "2026-03-05")[0], kind="li", heading=("Nyheter",), after=text, links_after=links)


@pytest.mark.parametrize("day", ["2026-03-05", "5/3", "tisdag 5/3"])
@pytest.mark.parametrize("headline", ["Rapport", "Ny rapport", "Ny rapport om våld"])
@pytest.mark.parametrize("order", ["date first", "headline first"])
def test_an_item_of_a_list_with_its_date_on_a_line_of_its_own_is_one_entry_however_short_its_headline(
    day: str, headline: str, order: str
) -> None:
    def item(headline: str) -> list[BlockChange]:
        lines = [listed(day), listed(headline, f"https://norrvik.example/{headline}")]
        return lines if order == "date first" else lines[::-1]

    told = shown(*item(headline), *item("Nya bidrag"))
    assert told == [
        ("Nyheter › nyhet", [("NY NYHET", f"{each} · {day}"), ("", f"https://norrvik.example/{each}")])
        for each in (headline, "Nya bidrag")
    ]


def test_a_link_that_reads_more_is_no_headline_and_a_short_one_takes_no_date_of_the_next_item() -> None:
    more = [listed("2026-03-05"), listed("Läs mer", "https://norrvik.example/1")]
    assert [where for where, _ in shown(*more)] == ["Nyheter › punktlista"]
    texts = [
        listed("Vi har en ny rapport."),
        listed("Till rapporten", "https://norrvik.example/1"),
        listed("2026-03-05"),
    ]
    assert [where for where, _ in shown(*texts)] == ["Nyheter › punktlista"]


def test_the_end_of_a_phone_number_is_no_date_of_an_item_of_news() -> None:
    assert "nyhet" not in summarise(Change(tuple(news("Rétractation et annulation", "Tél. 0805-98-03-38"))))["sv"]
    assert "nyhet" in summarise(Change(tuple(news("Rétractation et annulation", "Le 08-03-2026"))))["sv"]


def test_a_line_that_is_a_link_and_has_no_date_is_a_line() -> None:
    title, _ = news("Nya medel till kommuner", "x", target="https://norrvik.example/1")
    assert shown(replace(title, kind="p")) == [("Nyheter › stycke", [("NYTT STYCKE", "Nya medel till kommuner")])]


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


def line(text: str, kind: str, heading: tuple[str, ...] = ("Nyheter",), target: str = "") -> BlockChange:
    links = (Link(text, target),) if target else ()
    return BlockChange(
        "added", kind, heading, None, None, text, "content", material=True, rule="content-added", links_after=links
    )


def item_of(form: str, headline: str, date: str, number: int, before: str = "") -> list[BlockChange]:
    """Return an item of news in a form of layout; `before` is the headline of the item before it."""
    target = f"https://norrvik.example/n/{number}"
    if form == "date before the heading":
        above = ("Nyheter", before) if before else ("Nyheter",)
        heading = line(headline, "h3", target=target)
        return [line(date, "p", above), heading, line(TEXT, "p", ("Nyheter", headline))]
    kind = "li" if "list" in form else "p"
    lines = [line(headline, kind, target=target), line(date, kind)]
    return [*(lines if "after" in form else reversed(lines)), line(TEXT, kind)]


@pytest.mark.parametrize(
    "form",
    [
        "date before the heading",
        "date after the link",
        "date before the link",
        "date after the link in a list",
        "date before the link in a list",
    ],
)
def test_an_item_of_news_is_one_entry_with_its_own_date_in_every_layout(form: str) -> None:
    blocks = [
        *item_of(form, "Nya medel för boenden", "5 mars 2026", 1),
        *item_of(form, "Kurs om hedersvåld i april", "1 mars 2026", 2, before="Nya medel för boenden"),
    ]
    found = shown(*blocks)
    assert [lines[0] for _, lines in found] == [
        ("NY NYHET", "Nya medel för boenden · 5 mars 2026"),
        ("NY NYHET", "Kurs om hedersvåld i april · 1 mars 2026"),
    ]
    assert {where for where, _ in found} == {"Nyheter › nyhet"}
    assert [lines[-1][1] for _, lines in found] == ["https://norrvik.example/n/1", "https://norrvik.example/n/2"]
    assert summarise(Change(tuple(blocks)))["sv"] == (
        "2 nyheter tillagda: ”Nya medel för boenden” (5 mars 2026), ”Kurs om hedersvåld i april” (1 mars 2026)"
    )


def test_a_link_with_a_date_far_from_it_and_a_linked_document_are_no_news() -> None:
    form = line("Blankett för ansökan", "p", target="https://norrvik.example/blankett.pdf")
    link, date = line("Så söker du stöd", "p", target="https://norrvik.example/sok"), line("5 mars 2026", "p")
    assert "nyhet" not in summarise(Change((form, date)))["sv"]
    assert "nyhet" not in summarise(Change((link, line(TEXT, "p"), date)))["sv"]
