"""Items of a page that moved on: the text of one is no edit of another's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.core.judging.compare import judge
from monitor.core.judging.dated_items import date_of_line
from monitor.core.model import Block, Changed, Extraction

TITLES = {
    7: "Första provsvaren är klara",
    8: "Skolorna håller öppet som vanligt",
    9: "Besök på äldreboenden stoppas nu",
    10: "Nytt läge: två fall i länet",
}


def item(number: int, *, title: str = "", date: str = "Publicerad 2026-03-{:02}", text: str = "") -> list[Block]:
    heading = title or TITLES[number]
    said = text or (
        f"Smittskyddet i länet har sedan i går tagit prov på {number} personer med misstänkt smitta på regionens fyra"
        f" mottagningar, och {number - 2} av dem var friska."
    )
    path = ("Nyheter", heading)
    return [
        Block("h2", heading, ("Nyheter",)),
        *([Block("li", date.format(number), path)] if date else []),
        Block("p", said, path),
    ]


def middle() -> list[list[Block]]:
    """Return the items that stay while others come and go, of other words."""
    return [
        item(8, text="Undervisningen fortsätter enligt schemat, säger rektor Åsa Berg."),
        item(9, text="Anhöriga ombeds ringa avdelningen i stället för att komma dit."),
    ]


def told(before: list[list[Block]], after: list[list[Block]]) -> list[tuple[str, str, str]]:
    pages = [
        Extraction("Nyheter", (Block("h1", "Nyheter"), *(block for blocks in side for block in blocks)))
        for side in (before, after)
    ]
    verdict = judge(*pages, fetched_after=datetime(2026, 3, 11, tzinfo=UTC))
    assert isinstance(verdict, Changed)
    return [(change.op, change.kind, change.before or change.after or "") for change in verdict.change.blocks]


def test_the_text_of_an_item_that_came_is_no_edit_of_one_that_went() -> None:
    changes = told([*middle(), item(7)], [item(10), *middle()])
    assert [(op, kind) for op, kind, _ in changes] == [
        ("added", "h2"), ("added", "li"), ("added", "p"), ("removed", "h2"), ("removed", "li"), ("removed", "p"),
    ]  # fmt: skip
    assert changes[2][2].count(" 10 ")
    assert changes[5][2].count(" 7 ")


@pytest.mark.parametrize("date", ["", "Ansök senast den 3 mars 2026"])
def test_without_a_day_of_its_own_a_text_moved_with_another_heading_is_an_edit(date: str) -> None:
    changes = told([*middle(), item(7, date=date)], [item(10, date=date), *middle()])
    assert ("edited", "p") in [(op, kind) for op, kind, _ in changes]


def test_another_heading_in_the_same_place_leaves_its_text_an_edit() -> None:
    changes = told([item(7), *middle()], [item(10), *middle()])
    assert ("edited", "p") in [(op, kind) for op, kind, _ in changes]


def test_an_edit_under_headings_that_stay_is_left_alone() -> None:
    changes = told([item(7), item(8)], [item(7, text="Alla prov är klara."), item(10), item(8)])
    assert ("added", "h2") in [(op, kind) for op, kind, _ in changes]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Publicerad 2026-03-01", "2026-03-01"),
        ("Nyhet | 1 mars 2026", "1 mars 2026"),
        ("Posted on date: 03/18/2020 07:45 pm", "03/18/2020"),
        ("Ansök senast 2026-03-01", ""),
        ("Vi har öppet igen från den 2 mars", ""),
        ("Rum 12", ""),
        ("April 2026", "April 2026"),
        ("Sal 3 i april", ""),
    ],
)
def test_a_line_of_an_item_gives_its_date_and_no_deadline(text: str, date: str) -> None:
    assert date_of_line(text) == date
