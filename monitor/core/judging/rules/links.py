"""What it means that a link leads somewhere else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from monitor.core.judging.rules.noise import random_tokens_folded
from monitor.core.model import Link

_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|csv|zip)$", re.IGNORECASE)
_VISIT = re.compile(
    r"(?:ts|t|time|timestamp|rnd|rand|cb|nonce|token|sid|session(?:_?id)?|jsessionid|_)=", re.IGNORECASE
)
_CONTACT = ("mailto", "tel")


def link_rule(before: Sequence[Link], after: Sequence[Link]) -> str | None:
    """The rule for a difference in targets, None where there is none.

    link-form: the same place, written in another way (https for http, a slash at the end).
    """
    old, new = (Counter(link.target for link in links) for links in (before, after))
    gone, come = list((old - new).elements()), list((new - old).elements())
    if not gone and not come:
        return None if [link.target for link in before] == [link.target for link in after] else "link-form"
    if sorted(map(_place, gone)) == sorted(map(_place, come)):
        return "link-form"
    if sorted(map(_lasting_place, gone)) == sorted(map(_lasting_place, come)):
        return "random-token"
    if any(urlsplit(target).scheme in _CONTACT for target in gone + come):
        return "contact"
    if any(_DOCUMENT.search(urlsplit(target).path) for target in gone):
        return "document-replaced"
    return "link-target"


def targets_replaced(before: Sequence[Link], after: Sequence[Link]) -> int:
    """How many links lead somewhere else than before, at least one."""
    old, new = (Counter(link.target for link in links) for links in (before, after))
    return max((old - new).total(), (new - old).total(), 1)


def _place(target: str) -> tuple[str, ...]:
    """Where a target leads: http and https, with and without www, a last slash or a stray quote are one place."""
    parts = urlsplit(target.removesuffix("%22"))
    scheme = "http" if parts.scheme == "https" else parts.scheme
    host = parts.netloc.lower().removeprefix("www.")
    return scheme, host, parts.path.rstrip("/").casefold(), parts.query, parts.fragment


def _lasting_place(target: str) -> tuple[str, ...]:
    """The same without what a server puts into an address for one visit: sessions, times, tokens."""
    scheme, host, path, query, fragment = _place(target)
    kept = [part for part in query.split("&") if not _VISIT.match(part)]
    return scheme, host, random_tokens_folded(path), random_tokens_folded("&".join(kept)), fragment
