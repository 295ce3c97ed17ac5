"""The plain text that is stored and sealed with each revision."""

from __future__ import annotations

from monitor.core.model import Block, Extraction, Link
from monitor.core.record.sealed_text import sealed_text


def test_each_kind_of_block_has_its_form_and_links_stand_below_with_where_they_lead() -> None:
    link = Link("Planen", "https://a.example/plan.pdf")
    blocks = (
        Block("h2", "Stöd"),
        Block("li", "Råd"),
        Block("li", "Skydd\noch hjälp"),
        Block("p", "Läs Planen nu.", links=(link,)),
        Block("p", "Planen", links=(link,)),
        Block("p", "Kommunen ansvarar.", label="2 §"),
    )
    assert sealed_text(Extraction("Sidan", blocks)) == (
        "Sidan\n\n## Stöd\n\n• Råd\n• Skydd\n  och hjälp\n\nLäs Planen nu.\n→ Planen: https://a.example/plan.pdf\n\n"
        "Planen\n→ https://a.example/plan.pdf\n\n2 §  Kommunen ansvarar.\n"
    )
