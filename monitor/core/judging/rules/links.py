"""The rules for links whose targets differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from monitor.core.judging.rules.noise import random_tokens_folded
from monitor.core.model import Link

_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|csv|zip)$", re.IGNORECASE)
_VISIT_PARAMETER = re.compile(
    r"(?:ts|t|time|timestamp|rnd|rand|cb|nonce|token|sid|session(?:_?id)?|jsessionid|_)=", re.IGNORECASE
)
_CONTACT = ("mailto", "tel")


def link_rule(before: Sequence[Link], after: Sequence[Link]) -> str | None:
    """Return the rule for a difference in targets, None if there is none.

    link-form: the same target, written in another way (https for http, a slash at the end).
    """
    old, new = (Counter(link.target for link in links) for links in (before, after))
    gone, come = list((old - new).elements()), list((new - old).elements())
    if not gone and not come:
        return None if [link.target for link in before] == [link.target for link in after] else "link-form"
    if sorted(map(_normalised, gone)) == sorted(map(_normalised, come)):
        return "link-form"
    if sorted(map(_without_visit, gone)) == sorted(map(_without_visit, come)):
        return "random-token"
    if any(urlsplit(target).scheme in _CONTACT for target in gone + come):
        return "contact"
    if any(_DOCUMENT.search(urlsplit(target).path) for target in gone):
        return "document-replaced"
    return "link-target"


def targets_replaced(before: Sequence[Link], after: Sequence[Link]) -> int:
    """Return how many links have another target than before, at least one."""
    old, new = (Counter(link.target for link in links) for links in (before, after))
    return max((old - new).total(), (new - old).total(), 1)


def _normalised(target: str) -> tuple[str, ...]:
    """Return a target normalised: http or https, www or not, a last slash and a stray quote make no difference."""
    parts = urlsplit(target.removesuffix("%22"))
    scheme = "http" if parts.scheme == "https" else parts.scheme
    host = parts.netloc.lower().removeprefix("www.")
    return scheme, host, parts.path.rstrip("/").casefold(), parts.query, parts.fragment


def _without_visit(target: str) -> tuple[str, ...]:
    """Return a normalised target without what servers add for a single visit: sessions, times, tokens."""
    scheme, host, path, query, fragment = _normalised(target)
    kept = [part for part in query.split("&") if not _VISIT_PARAMETER.match(part)]
    return scheme, host, random_tokens_folded(path), random_tokens_folded("&".join(kept)), fragment
