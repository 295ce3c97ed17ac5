"""Mails about a subscription itself, and the links by which every mail can be unsubscribed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from monitor.core.model import Delivery, DeliveryItem, DeliveryKind, Language, Subscription
from monitor.ports.values import ChangeView, DigestAccount, Message
from notifiers.message import compose, trial_message
from tests.unit.notifiers.test_message import DEADLINE, LINKS, NINE, YEAR, changed, make_subscriber, same_facts

ISSUED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LETTERS: dict[str, dict[str, object]] = {
    "confirm": {"sign_up": 4, "watches": ["Länsstyrelsen", "Förordningen"], "frequency": "weekly"},
    "confirm all": {"sign_up": 4, "watches": None, "frequency": "immediately"},
    "welcome": {"watches": ["Länsstyrelsen"], "frequency": "daily"},
    "link": {},
    "goodbye": {"left": ["Länsstyrelsen", ""]},
}


def letter(name: str, language: Language = "sv", state: str = "pending") -> Message:
    subscriber = replace(make_subscriber(language), state=state)  # type: ignore[arg-type]
    kind = cast("DeliveryKind", name.partition(" ")[0])
    delivery = Delivery(1, subscriber, kind, "sending", "<m@x>", "<m@x>", ISSUED, ISSUED, 0, None, facts=LETTERS[name])
    return compose([], subscriber, delivery, links=LINKS)


def mail(
    *views: ChangeView, language: Language = "sv", digest: bool = False, account: DigestAccount | None = None
) -> Message:
    subscriber = make_subscriber(language)
    items = tuple(DeliveryItem(cast("Subscription", view.subscription), view.event, view.watch.key) for view in views)
    kind: DeliveryKind = "digest" if digest else "mail"
    delivery = Delivery(1, subscriber, kind, "sending", "<m@x>", "<t@x>", NINE, NINE, 0, None, items)
    return compose(list(views), subscriber, delivery, account=account, links=LINKS)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_the_same_as_text_and_as_html(name: str, language: Language) -> None:
    assert same_facts(letter(name, language), language)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_mail_with_its_links_says_the_same_as_text_and_as_html(language: Language) -> None:
    assert same_facts(mail(changed(DEADLINE), language=language), language)
    assert same_facts(trial_message(language, "https://bevaka.example"), language)
    quiet = DigestAccount(("weekly",), 9, ("Länsstyrelsen",))
    assert same_facts(mail(language=language, digest=True, account=quiet), language)
    assert same_facts(
        mail(changed(DEADLINE, frequency="weekly"), language=language, digest=True, account=quiet), language
    )


def test_a_letter_to_confirm_names_what_was_asked_and_holds_one_link() -> None:
    message = letter("confirm")
    assert message.subject == "Bekräfta din prenumeration"
    assert "- Länsstyrelsen\n- Förordningen\n" in message.text
    assert "Du får ett samlat mejl i veckan, men bara när något väsentligt har ändrats." in message.text
    assert "Länken gäller till och med 2026-03-07." in message.text  # the last day on which the link is valid all day
    assert len(set(re.findall(r"https://\S+", message.text))) == 1
    assert message.leave_url is None
    assert "alla sidor som bevakas" in letter("confirm all").text


def test_a_welcome_says_what_how_often_and_how_to_change() -> None:
    text = " ".join(letter("welcome").text.split())
    assert letter("welcome").subject == "Din prenumeration är igång"
    assert (
        "- Länsstyrelsen Du får ett samlat mejl om dagen, men bara när något väsentligt har ändrats. "
        "Ändra eller avsluta: https://bevaka.example/manage/" in text
    )
    assert re.search(r"Länken gäller till och med 2026-\d\d-\d\d; varje mejl", text)


@pytest.mark.parametrize(
    ("patterns", "told"),
    [
        (["jour"], "Det gäller bara ändringar som rör ordet ”jour”."),
        (["jour", "stöd"], "Det gäller bara ändringar som rör något av orden ”jour”, ”stöd”."),
    ],
)
def test_the_words_of_a_subscription_are_told_in_the_singular_and_in_the_plural(
    patterns: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LETTERS, "welcome", {**LETTERS["welcome"], "only_if": patterns})
    assert told in " ".join(letter("welcome").text.split())


def test_who_is_new_is_told_that_her_address_is_erased_and_who_is_known_that_nothing_changes() -> None:
    assert "raderas adressen efter sju dagar" in " ".join(letter("confirm").text.split())
    assert "Det som du redan följer ändras inte." in " ".join(letter("confirm", state="confirmed").text.split())


def test_a_mail_leads_to_the_comparison_to_both_copies_and_out() -> None:
    message = mail(changed(DEADLINE, number=14))
    for label, path in (
        ("Se hela ändringen", "/watches/county/diff?from=13&to=14&lang=sv"),
        ("Så stod det före", "/watches/county/13?lang=sv"),
        ("Kvittot", "/watches/county/14?lang=sv"),
        ("Sluta prenumerera", "/leave/leave.1.0."),
        ("Ändra hur ofta du får mejl, eller vad du följer", "/manage/manage.1.0."),
    ):
        assert f"{label}: https://bevaka.example{path}" in message.text.replace(":\n", ": ")
    assert message.leave_url is not None
    assert message.leave_url in message.text


def test_no_line_of_the_text_is_longer_than_a_terminal_is_wide_but_for_addresses() -> None:
    for message in (mail(changed(DEADLINE, YEAR)), *map(letter, LETTERS)):
        assert [line for line in message.text.splitlines() if len(line) > 80 and not line.startswith("https://")] == []


@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        ("sv", "Veckans bevakning v. 9: 1 ändrad, 9 oförändrade, 1 kunde inte läsas", "Kunde inte läsas: Region X."),
        ("en", "Weekly digest, week 9: 1 changed, 9 unchanged, 1 could not be read", "Could not be read: Region X."),
    ],
)
def test_a_digest_accounts_for_every_page_on_request(language: Language, subject: str, line: str) -> None:
    account = DigestAccount(("weekly",), 9, ("Region X",))
    message = mail(changed(DEADLINE, frequency="weekly"), language=language, digest=True, account=account)
    assert message.subject.startswith(subject)
    assert line in message.text


def test_a_digest_in_which_nothing_happened_says_so() -> None:
    message = mail(digest=True, account=DigestAccount(("daily",), 10, ()))
    assert message.subject == "Dagens bevakning 1 mars: 10 oförändrade"
    assert "Ingen av sidorna som du följer har ändrats." in message.text
    assert "varje dag" in message.text


def test_hostile_names_of_pages_are_text() -> None:
    facts: dict[str, object] = {"sign_up": 4, "watches": ["<script>x</script>\r\nBcc: a@b"], "frequency": "daily"}
    subscriber = make_subscriber()
    delivery = Delivery(1, subscriber, "confirm", "sending", "<m@x>", "<m@x>", ISSUED, ISSUED, 0, None, facts=facts)
    message = compose([], subscriber, delivery, links=LINKS)
    assert "<script" not in message.html
    assert "- <script>x</script> Bcc: a@b\n" in message.text
