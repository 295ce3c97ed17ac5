"""Bytes to text: by what the bytes show, then by Content-Type and `<meta>`, and only then by detection."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_WESTERN_CHARACTERS = frozenset(map(chr, range(0x80))) | frozenset(
    "åäöÅÄÖéÉèÈêëàâáæÆøØüÜßçÇñíìîïóòôúùû§°´·«»–—‘’“”…•€©®½²³\u00a0\u00ad"
)
"""What Western European pages consist of. Statistical detection is poor on a page with few such letters."""
_META_WITHIN = 4096
"""The standard says 1 024 bytes; real pages put comments and scripts before their `<meta>`."""
_INTACT_FOR_ONE_BROKEN = 10
"""With so many intact characters for each broken one, a text is UTF-8 under any label."""
_AROUND = 4096
_TWICE_ENCODED = "ÃÂâÐÑ"
"""What letters, signs, quotes and Cyrillic begin with when their UTF-8 is taken for Windows-1252."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_BYTE_OF_SIGN = {ord(sign): byte for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))}
"""The signs in which Windows-1252 differs from Latin-1."""
_CONTINUED = f"[\u0080-\u00bf{''.join(map(chr, _BYTE_OF_SIGN))}]"
_TWICE_ENCODED_SIGN = re.compile(rf"[ÂÃ]{_CONTINUED}|â{_CONTINUED}{{2}}")
"""A letter of Western Europe, quote or dash whose UTF-8 was taken for Windows-1252: "Ã¥" for "å", "â€“" for a dash."""
_WEB_NAMES = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "gb2312": "gb18030"}
"""Labels that browsers take for another encoding (WHATWG Encoding, "names and labels")."""


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Return the text of a body and its encoding, by its Python name. Never fails.

    A byte order mark wins over the header, as in browsers. So does UTF-8 with characters of several bytes: no other
    text is valid UTF-8 by chance, while labels are wrong often, and at times differ between two servers of one site.
    UTF-8 with a few broken bytes is still UTF-8. Any other declared encoding counts only where the bytes allow it.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if not body.startswith(mark):
            continue
        marked = body[len(mark) :]
        if encoding != "utf-8":
            return marked.decode(encoding, "replace"), encoding
        text = _decoded(marked, encoding)
        if text is not None:
            return _encoded_once(text), encoding
        body = marked  # an include file may bring a mark that is not the page's
    declared = _declared_encodings(body, content_type)
    is_wide = b"\0" in body and any(map(_is_wide, declared))
    if not (body.isascii() or is_wide):
        text = _as_utf_8(body)
        if text is not None:
            return _encoded_once(text), "utf-8"
    for encoding in declared:
        text = None if _is_wide(encoding) and not is_wide else _decoded(body, encoding)
        if text is not None:
            return text, encoding
    return _detect(body)


def _as_utf_8(body: bytes) -> str | None:
    """Return the text if nearly all characters that are not ASCII are valid UTF-8, None otherwise."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        around = body[max(0, error.start - _AROUND) : error.start + _AROUND]
    # What stands around the first broken byte is enough to tell most texts that are not UTF-8, and takes less time.
    if not _is_nearly_intact(around.decode("utf-8", "replace"), cut=2):
        return None
    text = body.decode("utf-8", "replace")
    return text if _is_nearly_intact(text) else None


def _is_nearly_intact(text: str, *, cut: int = 0) -> bool:
    """True if few characters of a text are broken, not counting `cut` that are cut in two."""
    broken = text.count("\ufffd")
    return (broken - cut) * _INTACT_FOR_ONE_BROKEN <= _count_beyond_ascii(text) - broken


def _is_wide(encoding: str) -> bool:
    """True for an encoding in which every mark of a page's markup has a zero byte."""
    return encoding.startswith(("utf-16", "utf-32"))


def _count_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _encoded_once(text: str) -> str:
    """Return the text as it was before a server took its UTF-8 for Windows-1252 and encoded it again ("vÃ¥ld").

    Only where every character that is not ASCII shows it; "â" alone is a letter of French.
    """
    if not any(mark in text for mark in _TWICE_ENCODED):
        return text
    with suppress(UnicodeError):
        return _BEYOND_ASCII.sub(lambda run: run[0].translate(_BYTE_OF_SIGN).encode("latin-1").decode("utf-8"), text)
    return text


def with_signs_encoded_once(text: str) -> str:
    """Return the text with each sign that was encoded twice as it was meant, for a comparison.

    A page that a server encodes twice in parts is read as it is: what it shows may be meant.
    """
    if "Ã" in text or "â" in text or "Â" in text:
        return _TWICE_ENCODED_SIGN.sub(_sign_encoded_once, text)
    return text


def _sign_encoded_once(found: re.Match[str]) -> str:
    return found[0].translate(_BYTE_OF_SIGN).encode("latin-1").decode("utf-8")


def _declared_encodings(body: bytes, content_type: str | None) -> list[str]:
    head = body[:_META_WITHIN]
    header = _CHARSET_PARAMETER.search(content_type or "")
    inside = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    labels = [header.group(1) if header else "", inside.group(1).decode("ascii", "ignore") if inside else ""]
    found: list[str] = []
    for label in labels:
        encoding = _python_name(label)
        if encoding == "utf-16" and header is None:
            encoding = "utf-8"  # a <meta> that is found as ASCII cannot be in UTF-16 (HTML, "prescan")
        if encoding and encoding not in found:
            found.append(encoding)
    return found


def _python_name(label: str) -> str | None:
    try:
        info = codecs.lookup(label) if label else None
        # Some codecs (base64, rot13) do not decode to text, and some (EBCDIC) to one that no page is written in.
        if info is not None and not _is_wide(info.name) and b"<ab>".decode(info.name, "ignore") != "<ab>":
            return None
    except (LookupError, UnicodeError):  # "idna" and "undefined" are codecs that refuse what is no name, or anything
        return None
    return _WEB_NAMES.get(info.name, info.name) if info else None


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
    broken = text.count("\ufffd")
    if encoding == "utf-8":
        return text if broken <= _count_beyond_ascii(text) - broken else None
    return text if broken * 1000 <= len(text) else None


def _detect(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = _decoded(body, "utf-8")
    if text is not None:
        return text, "utf-8"
    western = body.decode("cp1252", "replace")
    if _WESTERN_CHARACTERS.issuperset(western):
        return western, "cp1252"
    from bs4.dammit import UnicodeDammit  # noqa: PLC0415 -- an import of 0.16 s, for the few pages that declare nothing

    dammit = UnicodeDammit(body, is_html=True)
    encoding = _python_name(dammit.original_encoding or "") or "cp1252"
    return dammit.unicode_markup or body.decode(encoding, "replace"), encoding
