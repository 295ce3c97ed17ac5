"""The text of a page as a reader sees it: lists, tables, and links in their places."""

from __future__ import annotations

from bevaka.web.paper import Part, Words, paper
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
        Part("p", (((Words("Denna lag gäller."),),),), "1 §"),
    ]


def test_a_text_without_blocks_has_no_parts() -> None:
    assert list(paper([])) == []
