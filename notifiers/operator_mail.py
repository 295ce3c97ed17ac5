"""The operator's mail: operator alerts, in the language of the schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import Language
from monitor.core.people.operator_alerts import OperatorAlert
from monitor.ports.values import Message
from monitor.wording.catalogue import Words, words_for
from monitor.wording.operator_alerts import alert_sentence
from notifiers.layout import templates

_COMMANDS = {
    "unseen": ("watch test",),
    "suspect": ("watch test",),
    "moved": ("watch test",),
    "overdue": ("status",),
    "overloaded": ("schedule plan",),
    "mail_waits": ("doctor",),
    "mail_dead": ("outbox list",),
    "held": ("outbox release", "outbox discard"),
    "damaged": ("verify",),
}
"""Of each alert, the commands that help with it."""


@dataclass(frozen=True, slots=True)
class _Item:
    """An alert as the templates lay it out; of each command, what it is for and its line."""

    sentence: str
    commands: tuple[tuple[str, str], ...]


def operator_message(needs: Sequence[OperatorAlert], language: Language, timezone: str, at: datetime) -> Message:
    """Return a message about these operator alerts (at least one), written at `at`."""
    words = words_for(language)
    subject = words.count("operator.subject", len(needs))
    facts = {
        "words": words,
        "subject": subject,
        "intro": words.say("operator.intro", at=words.moment(at, timezone)),
        "alerts": [_Item(alert_sentence(alert, words, timezone), _commands(alert, words)) for alert in needs],
        "because": words.say("operator.because"),
    }
    html, text = (templates().get_template(f"operator.{form}.j2").render(**facts) for form in ("html", "txt"))
    return Message(subject, text.strip() + "\n", html)


def _commands(alert: OperatorAlert, words: Words) -> tuple[tuple[str, str], ...]:
    key = f" {alert.watch.key}" if alert.watch else ""
    return tuple(
        (
            words.say(f"operator.commands.{name.replace(' ', '_')}"),
            f"bevaka {name}{key if name == 'watch test' else ''}",
        )
        for name in _COMMANDS[alert.code]
    )
