"""The operator's mail: what needs a person, in the language of the schedule."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from monitor.core.model import Language
from monitor.core.people.operator_alerts import OperatorAlert
from monitor.ports.values import Message
from monitor.wording.catalogue import Words, words_for
from monitor.wording.excerpts import one_line
from monitor.wording.reasons import reason_sentence

_COMMANDS = {
    "unseen": "bevaka watch test {key}",
    "suspect": "bevaka watch test {key}",
    "moved": "bevaka watch test {key}",
    "overdue": "bevaka status",
    "mail_waits": "bevaka doctor",
    "mail_dead": "bevaka outbox list",
    "held": "bevaka outbox release | discard",
    "damaged": "bevaka verify",
}


def operator_message(needs: Sequence[OperatorAlert], language: Language, timezone: str) -> Message:
    """A message about these needs (one at least)."""
    words = words_for(language)
    subject = words.count("operator.subject", len(needs))
    items = [(_said(need, words, timezone), _command(need)) for need in needs]
    intro, because = words.say("operator.intro"), words.say("operator.because")
    text = "\n\n".join([intro, *(f"- {said}\n  {command}" for said, command in items), because])
    rows = "".join(f"<li><p>{escape(said)}</p><p><code>{escape(command)}</code></p></li>" for said, command in items)
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
        f"<body><p>{escape(intro)}</p><ul>{rows}</ul><p>{escape(because)}</p></body></html>"
    )
    return Message(subject, f"{text}\n", html)


def _said(need: OperatorAlert, words: Words, timezone: str) -> str:
    since = words.moment(need.since, timezone) if need.since else ""
    said = words.say(
        f"operator.{need.code}", name=one_line(need.watch.name) if need.watch else "", since=since, n=need.count
    )
    if need.reason is not None:
        said += " " + words.say("operator.reason", reason=reason_sentence(need.reason, words.language))
    if need.reply:
        said += " " + words.say("operator.reply", reply=one_line(need.reply))
    return said


def _command(need: OperatorAlert) -> str:
    return _COMMANDS[need.code].format(key=need.watch.key if need.watch else "")
