"""Sentences on what needs the operator."""

from __future__ import annotations

from monitor.core.model import HostLoad
from monitor.core.people.operator_alerts import OperatorAlert
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import one_line
from monitor.wording.reasons import reason_in_mail

_COUNTED = frozenset({"mail_waits", "mail_dead", "held", "damaged"})
"""Alerts on a number of things."""


def alert_sentence(alert: OperatorAlert, words: Words, timezone: str) -> str:
    """Return what an operator alert says, with its reason and the last reply."""
    if alert.load is not None:
        return overloaded_sentence(alert.load, words)
    name = one_line(alert.watch.name) if alert.watch else ""
    since = words.moment(alert.since, timezone) if alert.since else ""
    key, facts = f"operator.{alert.code}", {"name": name, "since": since}
    sentence = words.count(key, alert.count, **facts) if alert.code in _COUNTED else words.say(key, **facts)
    if alert.reason is not None:
        sentence += " " + words.say("operator.reason", reason=reason_in_mail(alert.reason, words.language))
    if alert.reply:
        sentence += " " + words.say("operator.reply", reply=one_line(alert.reply))
    return sentence


def overloaded_sentence(load: HostLoad, words: Words) -> str:
    """Return what the pages of an overloaded host need, with figures and a cure."""
    times = f"{load.share:.1f}"
    if words.language == "sv":
        times = times.replace(".", ",")
    return words.count("operator.overloaded", load.pages, name=one_line(load.host), times=times)
