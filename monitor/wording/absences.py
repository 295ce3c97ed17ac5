"""Sentences on a page that could not be seen, has moved, was withdrawn, or is seen again."""

from __future__ import annotations

from datetime import datetime

from monitor.core.model import Event, EventKind
from monitor.errors import Reason
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import one_line
from monitor.wording.reasons import reason_sentence


def absence(event: Event, timezone: str, words: Words, *, told_before: bool = False) -> tuple[str, list[str]]:
    """Return the gist for a subject, and the sentences. `told_before`: the same mail says how the page was missing."""
    if event.is_about_document:
        return _absence_of_document(event, timezone, words)
    facts = event.facts
    since = moment_of(event, "since", timezone, words)
    last_read = moment_of(event, "last_seen", timezone, words)
    kept = [words.say("last_read", last=last_read)] if last_read else []
    match event.kind:
        case EventKind.BLIND:
            began = words.day(words.local_day(datetime.fromisoformat(str(facts["since"])), timezone))
            blind = words.say("blind", since=since, reason=_reason(facts, words))
            return began, [blind, *kept, words.say("blind_after")]
        case EventKind.MOVED:
            return "", [words.say("moved", to=_target(facts)), words.say("moved_after"), *kept]
        case EventKind.WITHDRAWN:
            withdrawn = words.say("withdrawn", status=facts.get("status", ""))
            return "", [withdrawn, *kept, words.say("withdrawn_after")]
        case EventKind.SEEN_AGAIN:
            same = "immaterial" if facts.get("changed") else "same"
            at = words.moment(event.at, timezone)
            if told_before:
                again = words.say("seen_again_since", at=at)
            else:
                again = words.say(_back(facts), since=since) if since else words.say("seen_again_never")
            state = words.say(same, last=last_read) if last_read else words.say(f"{same}_undated")
            return words.say(f"subject.{same}"), [again, state, words.say("between_unknown")]
        case _ as kind:
            raise ValueError(f"{kind}: no event of a page that could not be seen")


def _absence_of_document(event: Event, timezone: str, words: Words) -> tuple[str, list[str]]:
    facts, title = event.facts, one_line(str(event.facts.get("title", "")))
    since = moment_of(event, "since", timezone, words)
    named = words.say("document_named", title=title)
    if event.kind is EventKind.BLIND:
        blind = words.say("document_blind", title=title, since=since, reason=_reason(facts, words))
        return named, [blind, words.say("document_blind_after")]
    again = words.say("document_seen_again", title=title, since=since) if since else ""
    same = words.say("document_same", title=title)
    return named, [again, same] if again else [same]


def absence_over(event: Event, timezone: str, words: Words) -> str:
    """Return the sentence on how a page was missing that is seen again, or missing in another way by now."""
    facts = event.facts
    match event.kind:
        case EventKind.BLIND:
            return words.say(
                "was_blind", since=moment_of(event, "since", timezone, words), reason=_reason(facts, words)
            )
        case EventKind.MOVED:
            return words.say("was_moved", at=words.moment(event.at, timezone), to=_target(facts))
        case EventKind.WITHDRAWN:
            at = words.moment(event.at, timezone)
            return words.say("was_withdrawn", at=at, status=facts.get("status", ""))
        case _:
            return words.say("was_seen", at=words.moment(event.at, timezone))


def moment_of(event: Event, fact: str, timezone: str, words: Words) -> str:
    """Return the time that a fact of an event gives, in a time zone; "" where it gives none."""
    given = event.facts.get(fact)
    return words.moment(datetime.fromisoformat(given), timezone) if isinstance(given, str) else ""


def _back(facts: dict[str, object]) -> str:
    lost_as = facts.get("lost_as")
    return f"back_{lost_as}" if lost_as in {"moved", "withdrawn"} else "seen_again"


def _target(facts: dict[str, object]) -> str:
    return one_line(str(facts.get("to", "")))


def _reason(facts: dict[str, object], words: Words) -> str:
    given = facts.get("facts")
    known = given if isinstance(given, dict) else {}
    return one_line(reason_sentence(Reason(str(facts.get("code", "not-seen")), known), words.language))
