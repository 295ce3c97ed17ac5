"""Whether a watch may be requested conditionally, and what an answer shows of its server's validators.

A server that answers 304 to whatever is asked conditionally would hide every change of its page. So a full answer is
asked for every now and then; if it has other bytes under an unchanged validator, its validators are not sent again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.core.model import Validators, ValidatorTrust

FULL_ANSWER_LASTS = timedelta(hours=24)
"""How long requests may be conditional after a full answer, however many they are."""
CONDITIONAL_REQUESTS = 3
"""How many requests may be conditional after a full answer, however long ago it came."""


def may_be_conditional(trust: ValidatorTrust, now: datetime) -> bool:
    """True if the next request may be conditional.

    A last full answer that is not known, or lies in the future (the clock was set back), counts as an old one.
    """
    if trust.distrusted_at is not None:
        return False
    last = trust.last_full_at
    is_recent = last is not None and timedelta() <= now - last <= FULL_ANSWER_LASTS
    return is_recent or trust.conditional_requests < CONDITIONAL_REQUESTS


def after_full_answer(trust: ValidatorTrust, at: datetime, *, contradicts: bool) -> ValidatorTrust:
    """Return the trust after a full answer; `contradicts`: its bytes differ under an unchanged validator."""
    return ValidatorTrust(at, 0, trust.distrusted_at or (at if contradicts else None))


def after_conditional_request(trust: ValidatorTrust) -> ValidatorTrust:
    """Return the trust after a conditional request that brought no full answer."""
    return replace(trust, conditional_requests=trust.conditional_requests + 1)


def is_same_validator(before: Validators | None, after: Validators) -> bool:
    """True if a server that compares validators would take one answer for the other.

    It compares the entity tag where there is one, else the time of the last change (RFC 9110, 13.2.2). Validators of
    another address say nothing.
    """
    if before is None or before.url != after.url:
        return False
    if before.etag or after.etag:
        return before.etag == after.etag
    return before.last_modified is not None and before.last_modified == after.last_modified
