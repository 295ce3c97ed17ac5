"""Sentences on events, for lists: one sentence each, whatever the event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.core.law.days import EntryIntoForce
from monitor.core.model import Event, EventKind
from monitor.wording.absences import absence, moment_of
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import one_line
from monitor.wording.law_in_force import in_force_sentence, repeal_sentence


def event_sentence(event: Event, same_day: Sequence[Event], timezone: str, words: Words) -> str:
    """Return one sentence on an event. `same_day`: all events of a law that take effect on the day of this one."""
    match event.kind:
        case EventKind.CHANGED:
            return one_line(event.change.summary[words.language]) if event.change else ""
        case EventKind.IN_FORCE:
            return in_force_on_day(same_day, words)
        case EventKind.FLAPPING:
            return words.say("flapping", since=moment_of(event, "since", timezone, words))
        case _:
            _, sentences = absence(event, timezone, words)
            return " ".join(sentences[:2]) if event.kind is EventKind.SEEN_AGAIN else sentences[0]


def flapping_summary(event: Event, words: Words) -> str:
    """Return what the latest change of a page that goes back and forth was."""
    summary = event.facts.get("summary")
    return one_line(str(summary.get(words.language, ""))) if isinstance(summary, dict) else ""


def flapping_details(at: datetime, what: str, timezone: str, words: Words) -> tuple[str, str, str]:
    """Return what a page that goes back and forth has said since it last did so, why it does so, and what comes of it.

    `what` is how that differs from the text before.
    """
    now = words.say("flapping_what", at=words.moment(at, timezone), what=what)
    return now, words.say("flapping_why"), words.say("flapping_after")


def in_force_on_day(events: Sequence[Event], words: Words, *, is_to_come: bool = False) -> str:
    """Return the sentence on what takes effect, or took effect, on one day: the day of these events."""
    parts = [EntryIntoForce.from_facts(event.facts) for event in events]
    repeal = next((part for part in parts if part.is_repeal_of_law), None)
    if repeal is not None:
        return repeal_sentence(repeal, "coming" if is_to_come else "since", words)
    what = one_line(in_force_sentence(parts)[words.language])
    return words.say("in_force_coming" if is_to_come else "in_force_since", day=events[0].due_on, what=what)
