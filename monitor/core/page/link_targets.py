"""Targets of links: absolute, and without parts that belong to one visitor or one visit alone."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_NOISE_PARAMETER = re.compile(
    r"(?:^|(?<=&))(?:utm_\w+|gclid|fbclid|msclkid|dclid|mc_[ce]id|_ga|_gl|igshid|yclid|wt_mc|"
    r"phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|gad_source|[gw]braid|hsctatracking|mkt_tok|wt\.mc_id|xtor|li_fat_id"
    r"|vero_id|sfmc_id|elqtrackid)=[^&]*(?:&|$)"
    r"|(?:^|(?<=&))(?:(?:o[sc]c?|php)?sess(?:ion)?_?(?:id)?|sid|oscsid|sessid)=(?=[^&]*\d)[\w%.-]{12,}(?:&|$)",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_BUILD_HASH = re.compile(r"(?<=/system-resource/)[0-9a-f]{32,}(?=/)", re.IGNORECASE)
_ROOT_PATH = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|default|home)\.\w{2,5})?", re.IGNORECASE)
_PROTECTED_ADDRESS = re.compile(r"/cdn-cgi/l/email-protection#([0-9a-f]{4,})", re.IGNORECASE)


@lru_cache(maxsize=4096)  # the links of a menu, and of a page that is read again
def link_target(href: str, base: str) -> str | None:
    """Return the absolute address of a link, None where it leads nowhere else: a fragment of the page itself, a script.

    Tracking parameters, session ids and build hashes are removed: they differ from visit to visit. A time stamp in the
    address of a document is kept, since it changes when the document is replaced.
    """
    href = href.strip()
    if not href or href[0] == "#":
        return None
    protected = _PROTECTED_ADDRESS.search(href) if "#" in href else None
    if protected:
        address = decode_protected_address(protected.group(1))
        return f"mailto:{address}" if address else None
    absolute = href if href.startswith(_SCHEMES) else _absolute(href, base)
    if not absolute.lower().startswith(_SCHEMES) or not _can_be_split(absolute):
        return None
    if " " in absolute:
        absolute = absolute.replace(" ", "%20")  # as browsers do (URL standard, "percent-encode sets")
    if "#" in absolute:
        page, _, fragment = absolute.partition("#")
        if fragment and page == base.partition("#")[0]:
            return None
    return without_noise(absolute)


def _absolute(href: str, base: str) -> str:
    if href[0] == "/" and href[1:2] != "/" and "/." not in href and href.isprintable():
        return _origin(base) + href
    try:
        return urljoin(base, re.sub(r"[\t\r\n]", "", href))
    except ValueError:  # an address that no browser would follow either, e.g. an unclosed "["
        return ""


def _can_be_split(address: str) -> bool:
    """True if an address can be split into parts.

    Brackets around something that is not an IP address, or "℀" in a host, prevent it.
    """
    if address.isascii() and "[" not in address and "]" not in address:
        return True
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=64)
def _origin(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def without_noise(address: str) -> str:
    """Return an address without tracking parameters, session ids and build hashes."""
    if ";" in address:
        address = _SESSION_IN_PATH.sub("", address)
    if "/system-resource/" in address:
        address = _BUILD_HASH.sub("-", address)
    if "?" not in address or "=" not in address:
        return address
    page, _, rest = address.partition("?")
    query, hash_mark, fragment = rest.partition("#")
    query = _NOISE_PARAMETER.sub("", query).rstrip("&")
    return f"{page}{'?' if query else ''}{query}{hash_mark}{fragment}"


def is_root(address: str) -> bool:
    """True if an address is that of a site's home page, also in one language: "/", "/sv/", "/index.html"."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.netloc) and not parts.query and _ROOT_PATH.fullmatch(parts.path) is not None


def decode_protected_address(encoded: str) -> str | None:
    """Return the mail address behind a Cloudflare "[email protected]", None where there is none.

    `encoded` is in hex digits, each byte XORed with the first.
    """
    try:
        key, *rest = bytes.fromhex(encoded)
        address = bytes(byte ^ key for byte in rest).decode()
    except ValueError:
        return None
    return address if "@" in address else None
