"""What an answer is: by its Content-Type where that says something, else by its bytes (WHATWG "MIME Sniffing")."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["html", "xml", "json", "table", "text"]
UNDECIDED = "undecided"
"""The media type of an answer whose header says nothing."""

_START = 2048
_MEDIA_TYPE = re.compile(
    r"\s*((?:application|audio|font|haptics|image|message|model|multipart|text|video)/[a-z0-9][a-z0-9!#$&^_.+-]*)"
    r"\s*(?:[;,\s]|$)",
    re.IGNORECASE,
)
"""A type of a registered kind (RFC 6838); anything else, as "html", "*/*" or "unknown/unknown", says nothing."""
_UNDECIDED = re.compile(r"application/(?:x-|force-)*(?:octet-stream|unknown|binary|(?:ms)?download|file)")
"""Types that say "some bytes", or "save this"."""
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_TYPES = frozenset(
    {"application/json", "application/xml", "application/yaml", "application/x-yaml", "application/javascript"}
)
_TABLE = re.compile(r"\b(?:csv|(?:comma|tab)-separated-values|tsv)\b")
"""In a media type, or at the end of an address."""

_BINARY_SIGNATURES = (
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)
_CONTROLS = "\x00-\x08\x0e-\x1a"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_FEW_CONTROLS = 2
_MOST_CONTROLS = 0.04
"""The share of control characters in a text. Compressed bytes have more than twice as many."""

_BEFORE_ROOT = (
    r"\ufeff?\s*+(?P<declaration><\?xml[^>]*+>\s*+)?+(?:<!--(?:[^-]|-(?!->))*+-->\s*+|<\?[^>]*+>\s*+"
    r"|(?P<html><!doctype\s++html\b)|<!doctype[^\[>]*+(?:\[[^\]]*+\]\s*+)?+>\s*+)*+"
)
_MARKUP = re.compile(
    rf"{_BEFORE_ROOT}(?:<(?:[a-z][\w-]*+:)?+(?P<root>[a-z][\w-]*+)(?P<attributes>[^>]*+))?+", re.IGNORECASE
)
_DOCUMENT_ON_A_LINE = re.compile(r"^\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.MULTILINE)
"""A document that begins after a server's warning."""
_HTML_ROOTS = frozenset({"html", "head", "body"})
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})
_JSON = re.compile(
    r"""\ufeff?\s*+(?:\{\s*+["}]|\[\s*+(?:[\[{"\]]|(?:-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|true|false|null)\s*+[,\]]\s*+[^\w\s]))""",
    re.IGNORECASE,
)


def kind_of(body: bytes, content_type: str | None, url: str = "") -> Kind | None:
    """Return what to read an answer as, None where it is no text.

    A known binary form is no text whatever its Content-Type says. `url` may end in the name of a file, which counts
    where Content-Type says nothing.
    """
    if binary_type(body) is not None:
        return None
    media_type, start = media_type_of(content_type), _start(body, content_type)
    if media_type in _HTML_TYPES or _names_text(media_type):
        if _is_binary(start):
            return None
        return _kind_of_html(start) if media_type in _HTML_TYPES else _kind_of_text(media_type, start)
    if (
        media_type == "application/pdf"
        or not media_type.startswith(("application/", UNDECIDED))
        or _CONTROL.search(start)
    ):
        return None
    return _kind_by_bytes(media_type, start, url)


def media_type_of(content_type: str | None) -> str:
    """Return the media type of a header in lower case, "undecided" where it says nothing."""
    found = _MEDIA_TYPE.match(content_type or "")
    media_type = found[1].lower() if found else ""
    return media_type if media_type and not _UNDECIDED.fullmatch(media_type) else UNDECIDED


def binary_type(body: bytes) -> str | None:
    """Return the media type of a binary form that is known by its first bytes, None for anything else."""
    return next((media_type for mark, media_type in _BINARY_SIGNATURES if body.startswith(mark)), None)


def type_of_no_text(body: bytes, content_type: str | None) -> str | None:
    """Return the media type of an answer that is no text; None where its header says that it is text."""
    media_type = media_type_of(content_type)
    claimed = None if media_type in _HTML_TYPES or _names_text(media_type) else content_type
    return binary_type(body) or claimed


def _names_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type in _TEXT_TYPES or media_type.endswith(("+json", "+xml"))


def _start(body: bytes, content_type: str | None) -> str:
    """Return the first characters, as far as telling what they are needs their encoding."""
    start = body[:_START]
    label = (content_type or "").lower()
    if start.startswith(b"\xfe\xff") or ("utf-16be" in label and b"\0" in start):
        return start.decode("utf-16-be", "replace")
    if start.startswith(b"\xff\xfe") or ("utf-16" in label and b"\0" in start):
        return start.decode("utf-16-le", "replace")
    return start.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _is_binary(start: str) -> bool:
    return len(_CONTROL.findall(start)) > max(_FEW_CONTROLS, _MOST_CONTROLS * len(start))


def _kind_of_html(start: str) -> Kind:
    """Return "xml" for a feed that is sent as HTML, as the standard tells feeds from pages; "html" for the rest."""
    return "xml" if _markup_kind(start) == "feed" else "html"


def _kind_of_text(media_type: str, start: str) -> Kind:
    if "json" in media_type:
        return "json"
    if "xml" in media_type:
        return "xml"
    markup = _markup_kind(start)
    if markup == "html":
        return "html"
    if _TABLE.search(media_type):
        return "table"
    return "xml" if markup in {"feed", "xml"} else "text"


def _kind_by_bytes(media_type: str, start: str, url: str) -> Kind | None:
    """Return what the bytes are; plain text only where no other form of a program is named."""
    markup = _markup_kind(start)
    if markup is not None:
        return "xml" if markup in {"feed", "xml"} else "html"
    if _JSON.match(start):
        return "json"
    if _DOCUMENT_ON_A_LINE.search(start):
        return "html"
    is_undecided = media_type == UNDECIDED
    if _TABLE.search(media_type) or (is_undecided and _TABLE.search(urlsplit(url).path.rpartition(".")[2].lower())):
        return "table"
    return "text" if is_undecided else None


def _markup_kind(start: str) -> Literal["html", "feed", "xml", "part of html"] | None:
    """Return what markup begins here, None where none does."""
    found = _MARKUP.match(start)
    if found is None or not (found["html"] or found["root"]):
        return None
    root = (found["root"] or "").lower()
    if found["html"] or root in _HTML_ROOTS:
        return "html"
    if root in _FEED_ROOTS:
        return "feed"
    return "xml" if found["declaration"] or "xmlns" in found["attributes"] else "part of html"
