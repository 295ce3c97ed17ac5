"""The text of a page as a reader sees it: lists, tables, and links in their places."""

from __future__ import annotations

import pytest

from bevaka.web.paper import Part, Words, anchor_of, paper
from monitor.core.model import Block, Link


def test_items_and_rows_are_gathered_and_links_are_where_their_words_are() -> None:
    blocks = [
        Block("h2", "Kontakt"),
        Block(
            "p", "Läs om medel hos oss", links=(Link("medel", "https://a.example/m"), Link("", "https://b.example/"))
        ),
        Block("li", "Ett"),
        Block("li", "Två", links=(Link("Två", "javascript:alert(1)"),)),
        Block("row", "Namn | Ann | ann@a.example", links=(Link("ann@a.example", "mailto:ann@a.example"),)),
        Block("row", "Tid |  | 9–12"),
        Block("section", "Denna lag gäller.", label="1 §"),
    ]
    assert list(paper(blocks)) == [
        Part("h2", (((Words("Kontakt"),),),)),
        Part("p", (((Words("Läs om "), Words("medel", "https://a.example/m"), Words(" hos oss")),),)),
        Part("li", (((Words("Ett"),),), ((Words("Två"),),))),
        Part(
            "row",
            (
                ((Words("Namn"),), (Words("Ann"),), (Words("ann@a.example", "mailto:ann@a.example"),)),
                ((Words("Tid"),), (Words(""),), (Words("9–12"),)),
            ),
        ),
        Part("p", (((Words("Denna lag gäller."),),),), "1 §", "P1"),
    ]


def test_a_text_without_blocks_has_no_parts() -> None:
    assert list(paper([])) == []


@pytest.mark.parametrize(
    ("label", "anchor"), [("3 §", "P3"), ("7 a §", "P7a"), ("2 kap. 3 §", "K2P3"), ("2 a kap. 7 b §", "K2aP7b")]
)
def test_a_section_has_the_address_that_riksdagens_pages_give_it(label: str, anchor: str) -> None:
    assert anchor_of(label) == anchor


def test_an_address_in_a_page_is_there_once() -> None:
    parts = paper([Block("section", text, label="1 §") for text in ("Ett.", "Två.")])
    assert [part.anchor for part in parts] == ["P1", None]
