"""Domain values as JSON documents and back; the same value always gives the same text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from monitor.core.model import (
    Cadence,
    DocumentOutcome,
    DocumentState,
    EventKind,
    HeavyBody,
    MovingPlace,
    Outcome,
    Preferences,
    Recipe,
    SuspectRun,
    Validators,
    Watch,
    WatchState,
)
from monitor.errors import Reason


def to_json(value: object) -> str:
    """Return canonical JSON: sorted keys, no spaces, characters unescaped."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def headers_to_json(headers: tuple[tuple[str, str], ...]) -> str:
    """Return headers as JSON, in their order."""
    return to_json(headers)


def headers_from_json(text: str) -> tuple[tuple[str, str], ...]:
    """Return headers from what `headers_to_json` wrote."""
    return tuple((name, value) for name, value in json.loads(text))


def reason_to_json(reason: Reason | None) -> str | None:
    """Return a reason as JSON; None for None."""
    return None if reason is None else to_json({"code": reason.code, "facts": reason.facts})


def reason_from_json(text: str | None) -> Reason | None:
    """Return a reason from what `reason_to_json` wrote."""
    return None if text is None else _reason(json.loads(text))


def preferences_to_json(preferences: Preferences) -> str | None:
    """Return preferences as JSON; None for the defaults."""
    return None if preferences == Preferences() else to_json(preferences.facts)


@lru_cache(maxsize=256)
def preferences_from_json(text: str | None) -> Preferences:
    """Return preferences from what `preferences_to_json` wrote; most subscribers share a few values."""
    return Preferences() if text is None else Preferences.from_facts(json.loads(text))


def moving_to_json(places: Sequence[MovingPlace]) -> str | None:
    """Return what moves by itself as JSON; None for nothing."""
    return to_json([asdict(place) for place in places]) if places else None


@lru_cache(maxsize=256)
def moving_from_json(text: str | None) -> tuple[MovingPlace, ...]:
    """Return what moves by itself from what `moving_to_json` wrote."""
    if text is None:
        return ()
    return tuple(MovingPlace(**place | {"heading": tuple(place["heading"])}) for place in json.loads(text))


def heavy_body_to_json(body: HeavyBody | None) -> str | None:
    """Return a body that was too heavy to read as JSON; None for none."""
    return to_json(asdict(body)) if body else None


@lru_cache(maxsize=256)
def heavy_body_from_json(text: str | None) -> HeavyBody | None:
    """Return the body from what `heavy_body_to_json` wrote."""
    if text is None:
        return None
    stored = json.loads(text)
    return HeavyBody(stored["sha256"], stored["reader"], tuple((name, limit) for name, limit in stored["facts"]))


@lru_cache(maxsize=256)
def recipe_from_json(text: str) -> Recipe:
    """Return a recipe; the few that are in use are parsed once."""
    return Recipe.from_json(text)


def watch_to_json(watch: Watch) -> str:
    """Return what the schedule says of a watch as JSON, except its key and url, which are columns."""
    cadence = watch.cadence
    facts: dict[str, object] = {"tags": watch.tags} if watch.tags else {}  # without tags it is what it always was
    if watch.each is not None:
        facts["each"] = watch_to_json(watch.each)
    return to_json(
        facts
        | {
            "name": watch.name,
            "sfs": watch.sfs,
            "recipe": watch.recipe.to_json(),
            "every": cadence.every.total_seconds() if cadence.every is not None else None,
            "cron": cadence.cron,
            "between": [at.isoformat() for at in cadence.between] if cadence.between else None,
            "timezone": cadence.timezone,
            "alert": watch.alert,
            "language": watch.language,
            "timeout": watch.timeout.total_seconds(),
            "max_size": watch.max_size,
            "patience": watch.patience.total_seconds(),
            "ca_file": watch.ca_file,
            **({"proxy": watch.proxy} if watch.proxy else {}),
        }
    )


def watch_from_json(key: str, url: str, text: str) -> Watch:
    """Return a watch from what `watch_to_json` wrote."""
    facts = json.loads(text)
    every, between = facts["every"], facts["between"]
    return Watch(
        key=key,
        name=facts["name"],
        url=url,
        sfs=facts["sfs"],
        recipe=recipe_from_json(facts["recipe"]),
        cadence=Cadence(
            every=None if every is None else timedelta(seconds=every),
            cron=facts["cron"],
            between=(time.fromisoformat(between[0]), time.fromisoformat(between[1])) if between else None,
            timezone=facts["timezone"],
        ),
        alert=facts["alert"],
        language=facts["language"],
        timeout=timedelta(seconds=facts["timeout"]),
        max_size=facts["max_size"],
        patience=timedelta(seconds=facts["patience"]),
        ca_file=facts["ca_file"],
        tags=tuple(facts.get("tags", ())),
        proxy=facts.get("proxy"),
        each=watch_from_json("", "", facts["each"]) if "each" in facts else None,
    )


def documents_to_json(states: Sequence[DocumentState] | None) -> str | None:
    """Return what is known of a page's documents as JSON; None if none were looked at."""
    if states is None:
        return None
    return to_json(
        [
            {
                "url": state.url,
                "title": state.title,
                "sha256": state.sha256,
                "size": state.size,
                "form": state.form,
                "text_sha256": state.text_sha256,
                "reader": state.reader,
                "etag": state.validators and state.validators.etag,
                "last_modified": state.validators and state.validators.last_modified,
                "validators_url": state.validators and state.validators.url,
                "failing_since": state.failing_since and state.failing_since.isoformat(),
                "reason": state.reason and {"code": state.reason.code, "facts": state.reason.facts},
                "unread": state.unread and {"code": state.unread.code, "facts": state.unread.facts},
                "told": state.told,
                "is_page": state.is_page,
                "is_left_out": state.is_left_out,
            }
            for state in states
        ]
    )


def documents_from_json(text: str | None) -> tuple[DocumentState, ...] | None:
    """Return what `documents_to_json` wrote."""
    return None if text is None else tuple(map(_document_state, json.loads(text)))


def outcomes_to_json(outcomes: Sequence[DocumentOutcome] | None) -> str | None:
    """Return what a check found of each document as JSON; None where documents are no part of the page."""
    if outcomes is None:
        return None
    rows = (asdict(each) for each in outcomes)
    return to_json([{key: value for key, value in row.items() if key != "reason" or value} for row in rows])


def outcomes_from_json(text: str | None) -> tuple[DocumentOutcome, ...] | None:
    """Return what `outcomes_to_json` wrote."""
    if text is None:
        return None
    rows = ({**facts, "reason": _reason(facts["reason"]) if "reason" in facts else None} for facts in json.loads(text))
    return tuple(DocumentOutcome(**facts) for facts in rows)


def _document_state(facts: Mapping[str, Any]) -> DocumentState:
    has_validators = facts["etag"] or facts["last_modified"]
    return DocumentState(
        url=facts["url"],
        title=facts["title"],
        sha256=facts["sha256"],
        size=facts["size"],
        form=facts["form"],
        text_sha256=facts["text_sha256"],
        reader=facts["reader"],
        validators=Validators(facts["etag"], facts["last_modified"], facts["validators_url"])
        if has_validators
        else None,
        failing_since=_time(facts["failing_since"]),
        reason=_reason(facts["reason"]) if facts["reason"] else None,
        unread=_reason(facts["unread"]) if facts["unread"] else None,
        told=facts["told"],
        is_page=facts["is_page"],
        is_left_out=facts.get("is_left_out", False),  # none before 0.3
    )


def trouble_to_json(watch_state: WatchState) -> str | None:
    """Return what of a watch state has no column of its own; None if there is nothing, as while all is well."""
    suspect = watch_state.suspect
    facts = {
        "failing_since": watch_state.failing_since and watch_state.failing_since.isoformat(),
        "gone_since": watch_state.gone_since and watch_state.gone_since.isoformat(),
        "lost_as": watch_state.lost_as and watch_state.lost_as.value,
        "lost_since": watch_state.lost_since and watch_state.lost_since.isoformat(),
        "told": sorted(watch_state.told),
        "reason": watch_state.reason and {"code": watch_state.reason.code, "facts": watch_state.reason.facts},
        "suspect": suspect
        and {
            "text_sha256": suspect.text_sha256,
            "raw_sha256": suspect.raw_sha256,
            "reason": {"code": suspect.reason.code, "facts": suspect.reason.facts},
            "looks": suspect.checks,
            "first_at": suspect.first_at.isoformat(),
            "last_at": suspect.last_at.isoformat(),
        },
    }
    return to_json(facts) if any(facts.values()) else None


def watch_state_from(
    state: str | None,
    failures: int,
    last_seen: datetime | None,
    last_changed: datetime | None,
    trouble: str | None,
) -> WatchState:
    """Return a watch state from its columns and from what `trouble_to_json` wrote."""
    outcome = Outcome(state) if state is not None else None
    if trouble is None:
        return WatchState(outcome=outcome, failures=failures, last_seen=last_seen, last_changed=last_changed)
    facts = json.loads(trouble)
    return WatchState(
        outcome=outcome,
        failures=failures,
        failing_since=_time(facts["failing_since"]),
        gone_since=_time(facts["gone_since"]),
        told=frozenset(EventKind(kind) for kind in facts["told"]),
        suspect=_suspect(facts["suspect"]),
        last_seen=last_seen,
        last_changed=last_changed,
        reason=_reason(facts["reason"]) if facts["reason"] else None,
        lost_as=Outcome(facts["lost_as"]) if facts.get("lost_as") else None,  # missing where schema 0001 wrote it
        lost_since=_time(facts.get("lost_since")),
    )


def _suspect(facts: Mapping[str, Any] | None) -> SuspectRun | None:
    if facts is None:
        return None
    return SuspectRun(
        text_sha256=facts["text_sha256"],
        raw_sha256=facts["raw_sha256"],
        reason=_reason(facts["reason"]),
        checks=facts["looks"],
        first_at=datetime.fromisoformat(facts["first_at"]),
        last_at=datetime.fromisoformat(facts["last_at"]),
    )


def _reason(facts: Mapping[str, Any]) -> Reason:
    return Reason(facts["code"], facts["facts"])


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
