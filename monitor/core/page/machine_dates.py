"""Stated dates for machines: in `<meta>`, in structured data, in a header of the answer.

They are weaker than the date in the page's text, and are also moved by machines: they are never a change, and give a
note where they disagree with the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.core.model import StatedDate
from monitor.core.page.date_forms import DateContext, machine_date

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
    """Return the date in `<meta>` elements, None where there is none; `meta` holds lower-cased names."""
    for name in _UPDATED_NAMES if kind == "updated" else _PUBLISHED_NAMES:
        value = meta.get(name)
        iso = machine_date(value, context) if value else None
        if value and iso:
            return StatedDate(iso, name, value.strip(), "meta")
    return None


def from_scripts(source: str, context: DateContext, kind: str) -> StatedDate | None:
    """Return the first dateModified (or datePublished) of JSON-LD or of a script's own data, None where there is none.

    Numeric dates there have the day first.
    """
    if not any(name in source for name in _STRUCTURED_NAMES[kind]):
        return None
    for match in _STRUCTURED.finditer(source):
        if (match["name"] == "datePublished") == (kind == "published"):
            iso = machine_date(match["value"], DateContext(context.fetched, day_first=True))
            if iso:
                return StatedDate(iso, match["name"], match["value"], "json-ld")
    return None


def from_header(value: str | None, context: DateContext) -> StatedDate | None:
    """Return the date of Last-Modified, None where there is none.

    It is the weakest of all: it can be the date of a migration, on a whole site.
    """
    iso = machine_date(value, context) if value else None
    return StatedDate(iso, "Last-Modified", value, "header") if iso and value else None


def disagreement(text: StatedDate, other: StatedDate) -> str | None:
    """Return a note where the page's text and its metadata are more than a day apart; None where they agree."""
    text_day, other_day = _as_day(text.date), _as_day(other.date)
    if text_day[:7] == other_day[:7] and len(text.date) != len(other.date):
        return None
    if abs(datetime.fromisoformat(text_day) - datetime.fromisoformat(other_day)) <= timedelta(days=1):
        return None
    return f"{text.label or text.source}: {text.date}, but {other.source} {other.label}: {other.date}"


def _as_day(iso: str) -> str:
    return iso if len(iso) == 10 else f"{iso}-01"
