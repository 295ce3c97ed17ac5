"""Sentences on a page that could not be seen, has moved, was withdrawn, or is seen again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.core.model import Event, EventKind
from monitor.errors import Reason
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import one_line
from monitor.wording.reasons import reason_in_mail


def absence(event: Event, timezone: str, words: Words, *, told_before: bool = False) -> tuple[str, list[str]]:
    """Return the gist for a subject, and the sentences. `told_before`: the same mail says how the page was missing."""
    if event.is_about_document:
        return absence_of_documents([event], timezone, words)
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


def absence_of_documents(events: Sequence[Event], timezone: str, words: Words) -> tuple[str, list[str]]:
    """Return the same on documents of a page, all of them not seen or all seen again: one sentence for each cause.

    Several documents are listed below their sentence.
    """
    titles = [words.say("document_named", title=one_line(str(event.facts.get("title", "")))) for event in events]
    number = "document" if len(events) == 1 else "documents"
    what = titles[0] if len(events) == 1 else words.say("documents_named", first=titles[0], n=len(events) - 1)
    is_blind = events[0].kind is EventKind.BLIND
    by_cause: dict[tuple[str, str], list[str]] = {}
    for event, title in zip(events, titles, strict=True):
        since = moment_of(event, "since", timezone, words)
        by_cause.setdefault((since, _reason(event.facts, words) if is_blind else ""), []).append(title)
    lines: list[str] = []
    for (since, reason), named in by_cause.items():
        if is_blind:
            lines += _sentence_on("blind", named, words, since=since, reason=reason)
        elif since:
            lines += _sentence_on("seen_again", named, words, since=since)
    return what, [*lines, words.say(f"{number}_{'blind_after' if is_blind else 'same'}", title=titles[0])]


def _sentence_on(what: str, named: Sequence[str], words: Words, **facts: str) -> list[str]:
    """Return the sentence on one document, or that on several with the list of them."""
    if len(named) == 1:
        return [words.say(f"document_{what}", title=named[0], **facts)]
    return [words.say(f"documents_{what}", **facts), *(words.say("listed", what=title) for title in named)]


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
    return one_line(reason_in_mail(Reason(str(facts.get("code", "not-seen")), known), words.language))
