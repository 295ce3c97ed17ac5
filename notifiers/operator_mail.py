"""The operator's mail: operator alerts, in the language of the schedule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from monitor.core.model import Language
from monitor.core.people.operator_alerts import OperatorAlert
from monitor.ports.values import Message
from monitor.wording.catalogue import words_for
from monitor.wording.operator_alerts import alert_sentence

_COMMANDS = {
    "unseen": "bevaka watch test {key}",
    "suspect": "bevaka watch test {key}",
    "moved": "bevaka watch test {key}",
    "overdue": "bevaka status",
    "overloaded": "bevaka schedule plan",
    "mail_waits": "bevaka doctor",
    "mail_dead": "bevaka outbox list",
    "held": "bevaka outbox release\nbevaka outbox discard",
    "damaged": "bevaka verify",
}


def operator_message(needs: Sequence[OperatorAlert], language: Language, timezone: str, at: datetime) -> Message:
    """Return a message about these operator alerts (at least one), written at `at`."""
    words = words_for(language)
    subject = words.count("operator.subject", len(needs))
    items = [(alert_sentence(alert, words, timezone), _commands(alert)) for alert in needs]
    intro, because = words.say("operator.intro", at=words.moment(at, timezone)), words.say("operator.because")
    text = "\n\n".join([intro, *("\n  ".join([f"- {sentence}", *commands]) for sentence, commands in items), because])
    rows = "".join(
        f"<li><p>{escape(sentence)}</p><p>{'<br>'.join(f'<code>{escape(each)}</code>' for each in commands)}</p></li>"
        for sentence, commands in items
    )
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
        f"<body><p>{escape(intro)}</p><ul>{rows}</ul><p>{escape(because)}</p></body></html>"
    )
    return Message(subject, f"{text}\n", html)


def _commands(alert: OperatorAlert) -> list[str]:
    return _COMMANDS[alert.code].format(key=alert.watch.key if alert.watch else "").splitlines()
