"""The date that a page says of itself to machines: in `<meta>`, in structured data, in a header of the answer.

Weaker than its words, and moved by machines as well: never a change, and a note where it disagrees with the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.core.model import StatedDate
from monitor.core.page.dates import DateContext, machine_date

_UPDATED_NAMES = (
    "last-modified", "lastmodified", "last_modified", "dcterms.modified", "dc.date.modified", "dc.modified",
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "date_modified", "date-modified",
    "modified", "lastmod", "last-updated", "lastupdated", "updated", "revised", "rattsinfo-edited", "govuk:updated-at",
)  # fmt: skip
_PUBLISHED_NAMES = (
    "article:published_time", "og:published_time", "dcterms.issued", "dc.date.issued", "dc.date.published",
    "datepublished",    "date_published", "dcterms.available", "dc.date", "dcterms.date", "pubdate", "publish-date",
    "publication_date", "published",
)  # fmt: skip
_STRUCTURED_NAMES = {"updated": ("dateModified", "lastUpdated", "lastModified"), "published": ("datePublished",)}
_STRUCTURED = re.compile(
    r"""["'](?P<name>dateModified|datePublished|lastUpdated|lastModified)["']\s*:\s*["'](?P<value>[^"'<>]{6,60})["']"""
)


def from_meta(meta: Mapping[str, str], context: DateContext, kind: str) -> StatedDate | None:
    """The date in `<meta>` elements; `meta` holds lower-cased names."""
    for name in _UPDATED_NAMES if kind == "updated" else _PUBLISHED_NAMES:
        value = meta.get(name)
        iso = machine_date(value, context) if value else None
        if value and iso:
            return StatedDate(iso, name, value.strip(), "meta")
    return None


def from_scripts(source: str, context: DateContext, kind: str) -> StatedDate | None:
    """The first dateModified (or datePublished) of JSON-LD, or the same in a script's own data (day first there)."""
    if not any(name in source for name in _STRUCTURED_NAMES[kind]):
        return None
    for match in _STRUCTURED.finditer(source):
        if (match["name"] == "datePublished") == (kind == "published"):
            iso = machine_date(match["value"], DateContext(context.fetched, day_first=True))
            if iso:
                return StatedDate(iso, match["name"], match["value"], "json-ld")
    return None


def from_header(value: str | None, context: DateContext) -> StatedDate | None:
    """Last-Modified, the weakest of all: it can be a migration's date on a whole site."""
    iso = machine_date(value, context) if value else None
    return StatedDate(iso, "Last-Modified", value, "header") if iso and value else None


def disagreement(text: StatedDate, other: StatedDate) -> str | None:
    """A note where the page's words and its metadata are more than a day apart; None where they agree."""
    said, meant = _as_day(text.date), _as_day(other.date)
    if said[:7] == meant[:7] and len(text.date) != len(other.date):
        return None
    if abs(datetime.fromisoformat(said) - datetime.fromisoformat(meant)) <= timedelta(days=1):
        return None
    return f"{text.label or text.source}: {text.date}, but {other.source} {other.label}: {other.date}"


def _as_day(iso: str) -> str:
    return iso if len(iso) == 10 else f"{iso}-01"
