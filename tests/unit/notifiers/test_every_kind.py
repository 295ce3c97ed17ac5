"""What holds for every kind of mail, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.core.law.days import EntryIntoForce
from monitor.core.model import LANGUAGES, Change, ChangedDocument, EventKind, Language, Link, Watch
from monitor.ports.values import ChangeView, DigestAccount, Message
from notifiers.message import LARGEST_HTML, LONGEST_SUBJECT, trial_message
from notifiers.operator_mail import operator_message
from tests.unit.daemon.test_operator_mail import ALERTS, AT
from tests.unit.notifiers.test_law_mail import NEW, SECOND, in_force
from tests.unit.notifiers.test_letters import LETTERS, letter, mail
from tests.unit.notifiers.test_message import (
    DEADLINE,
    KINDS,
    LAW,
    LONGER_ITEM,
    NINE,
    SILENT,
    ParsedHtml,
    block,
    changed,
    document,
    happened,
    net,
    revision,
)

PLAN = ChangedDocument("https://lst.example/plan.pdf", "Regional handlingsplan", "changed")
NEWS = {"rule": "content-added", "heading": ("Nyheter", "Ny samordnare på plats")}
TELLING: dict[str, list[ChangeView]] = {
    **{kind: views for kind, views in KINDS.items() if kind != "digest"},
    "links": [
        changed(
            block(
                "Blankett, se https://a.example/f",
                "Blankett, se https://a.example/e",
                links_before=(Link("Blankett", "https://a.example/1.pdf"), Link("Bort", "https://a.example/b")),
                links_after=(Link("Blankett", "https://a.example/2.pdf"), Link("Ny", "https://a.example/n")),
            ),
            block(None, "Läs mer på https://ny.example/stod.", kind="li"),
            block("Läs mer på https://gammal.example/stod", None, kind="li"),
            watch=Watch("county", "Stöd (https://lst.example/stod)", "https://lst.example/vald?id=16"),
            summary="2 länkar ändrade: ”Blankett” (https://a.example/1.pdf → https://a.example/2.pdf)",
        )
    ],
    "item": [
        changed(
            block(
                None,
                "Ny utlysning (2026-03-01)",
                kind="li",
                category="item",
                rule="item-new",
                links_after=(Link("Ny utlysning", "https://lst.example/utlysning"),),
            )
        )
    ],
    "news": [
        changed(
            block(None, "Ny samordnare på plats", kind="h3", rule="heading", heading=("Nyheter",)),
            block(None, "2026-03-01", **NEWS),
            block(None, "Hon börjar i mars.", links_after=(Link("Läs mer", "https://lst.example/n/1"),), **NEWS),
        )
    ],
    "document": [changed(block("senast den 1 mars", "senast den 1 april", rule="deadline", document=PLAN))],
    "document unread": [
        happened(
            EventKind.BLIND,
            document="https://lst.example/plan.pdf",
            title="Plan",
            since=NINE.isoformat(),
            code="timeout",
        )
    ],
    "documents unread": [document(name, **SILENT) for name in ("Plan", "Budget", "Protokoll", "Bilaga")],
    "flapping with its texts": [
        replace(KINDS["flapping"][0], change=Change((DEADLINE, LONGER_ITEM)), before=revision(15), after=revision(16))
    ],
    "redirect": [
        happened(
            EventKind.BLIND, since=NINE.isoformat(), code="post-redirected", facts={"location": "https://b.example/x"}
        )
    ],
    "in force": [in_force(SECOND), in_force(NEW)],
    "repealed": [in_force(EntryIntoForce("2027-01-01", "law", "", "Upphävd: 2027-01-01 genom SFS 2026:900", None))],
}


def of_kind(kind: str) -> Callable[[Language], Message]:
    return lambda language: mail(*TELLING[kind], language=language)


def of_letter(name: str) -> Callable[[Language], Message]:
    return lambda language: letter(name, language)


def digest(language: Language) -> Message:
    first = changed(DEADLINE, frequency="weekly", summary="länk ändrad: https://a.example/1 → https://a.example/2")
    last = changed(block("1 april", "1 maj"), number=15, frequency="weekly")
    account = DigestAccount(("weekly",), 9, ("Region X",))
    views = [first, net(first, last, DEADLINE), *TELLING["redirect"], changed(DEADLINE, watch=LAW, frequency="weekly")]
    return mail(*views, language=language, digest=True, account=account)


EVERY_KIND: dict[str, Callable[[Language], Message]] = {
    **{kind: of_kind(kind) for kind in TELLING},
    **{f"letter: {name}": of_letter(name) for name in LETTERS},
    "operator": lambda language: operator_message(ALERTS, language, "Europe/Stockholm", AT),
    "digest": digest,
    "trial": lambda language: trial_message(language, "https://bevaka.example"),
}

every_kind = pytest.mark.parametrize("kind", EVERY_KIND)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
@every_kind
def test_text_and_html_have_the_same_links(kind: str, language: Language) -> None:
    message = EVERY_KIND[kind](language)
    in_text = {address.rstrip(".,;:)]") for address in re.findall(r"https?://[^\s”“]+", message.text)}
    in_html = {str(attributes["href"]) for tag, attributes in ParsedHtml(message.html).tags if tag == "a"}
    assert in_text == in_html


@every_language
@every_kind
def test_every_mail_keeps_its_limits(kind: str, language: Language) -> None:
    message = EVERY_KIND[kind](language)
    assert len(message.subject) <= LONGEST_SUBJECT
    assert len(message.html.encode()) < LARGEST_HTML
    assert max(len(line) for line in message.text.splitlines() if "://" not in line) <= 80
