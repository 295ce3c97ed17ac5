"""What a link leads to: the canonical form of its address, equal for two ways of writing one address.

host case, default port, www, http or https      RFC 3986, 6.2.3; the same site
percent-encoding, dot segments, a last slash     RFC 3986, 6.2.2
order of parameters, tracking, sessions          never part of what is shown
signatures of file stores, tokens, times         belong to one visit; `without_visit` alone leaves them out
services that rewrite links                      the address that they lead to
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from monitor.core.judging.rules.noise import random_tokens_folded

_DEFAULT_PORTS = {"http": 80, "https": 443}
_INDEX = re.compile(r"/(?:index\.(?:html?|php|aspx?|jsp)|default\.(?:html?|aspx?))$", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*|/\(s\([a-z0-9]+\)\)(?=/)", re.IGNORECASE)
_TRACKING = re.compile(
    r"(?:utm|mtm|piwik|matomo|hsa|mc|at|wt|ns)_\w+|pk_(?:campaign|kwd|keyword|source|medium|content|cid|vid)|_hs\w+"
    r"|[a-z]{1,5}clid|msclkid|_g[al]|igshid|ref_?src|_openstat|gad_source|[gw]braid|hsctatracking|mkt_tok|wt\.\w+|xtor"
    r"|elqtrack\w*|sfmc_id|li_fat_id|vero_id|s_cid|cmpid|dm_i|epik",
    re.IGNORECASE,
)
_SESSION = re.compile(r"phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken", re.IGNORECASE)
_VISIT = re.compile(
    r"ts|rnd|rand|random|cb|cachebuster|nocache|_|nonce|\w*token|csrf\w*|xsrf\w*|__requestverification\w*|_wpnonce|p_auth"
    r"|authenticity\w*|itok|samlrequest|relaystate|__viewstate\w*|__eventvalidation|visit(?:or)?_?id|requestid|traceid|correlationid|form_build_id|__cf_chl\w*|hdnts",
    re.IGNORECASE,
)
_SESSION_OR_TIME = re.compile(
    r"(t|time|timestamp)|session_?(?:id)?|sess(?:ion)?id|oscsid|sid|state|execution|conversation", re.IGNORECASE
)
"""Parameters of a visit where their value is a moment or a token; else they say what is meant: "?sid=45"."""
_RELATIVE = re.compile(r"[\w./-]{1,200}\?")
"""An address without its site, of which parameters are a part: "node/12?t=1709280000"."""
_TOKEN_OF_VISIT = re.compile(r"(?=[^a-z]*[a-z])(?=\D*\d)[a-z0-9-]{12,}|e\d{1,4}s\d{1,4}", re.IGNORECASE)
"""A token, or the step of a form that a server counts (Spring: "e1s1")."""
_SIGNATURE = frozenset(["sig", "signature", "x-amz-signature", "x-goog-signature", "hmac", "hdnea"])
_SIGNED = re.compile(
    r"x-(?:amz|goog)-[\w-]+|awsaccesskeyid|googleaccessid|expires|policy|key-pair-id|hmac|hdnea|sig|signature"
    r"|s[vertpsik]|spr|sip|ses|sdd|sk(?:oid|tid|t|e|s|v)",
    re.IGNORECASE,
)
"""Parameters of a signed address (Amazon S3, CloudFront, Google Cloud Storage, Azure), beside a signature."""
_WATCHED = re.compile(r"(?:.*\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com)")
"""Sites whose "v" is a film."""
_CACHE_BUSTER = re.compile(r"v|ver|version|rev|h|hash|build", re.IGNORECASE)
_NAMES_SOMETHING = re.compile(r"\w*(?:id|doc|file|page|key|item|nr|no|name|q|query)", re.IGNORECASE)
"""Names of parameters that say which page or document is meant, however random their values look."""
_MOMENT = re.compile(r"1[4-9]\d{8}(?:\d{3})?|20\d{12}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
"""A moment: seconds or milliseconds since 1970, or ISO 8601 to the minute."""
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|csv|zip)$", re.IGNORECASE)
_REWRITERS = (
    (re.compile(r"(?:[\w-]+\.)*safelinks\.protection\.outlook\.com$"), "", "url"),
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}$"), "/url", "q url"),
    (re.compile(r"lm?\.facebook\.com$"), "/l.php", "u"),
    (re.compile(r"linkprotect\.cudasvc\.com$"), "/url", "a"),
)
_URLDEFENSE = re.compile(r"https?://urldefense(?:\.proofpoint)?\.com/v3/__(.+?)__;")
_DEEPEST = 3
"""So many addresses within addresses are read: a log-in that leads back to a page that …"""


@dataclass(frozen=True, slots=True)
class Address:
    """A canonical address: scheme and host, path, parameters in order (name in lower case, value), fragment."""

    site: str
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    fragment: str = ""

    @property
    def is_document(self) -> bool:
        """True if the address is that of a file, as its ending says."""
        return _DOCUMENT.search(self.path) is not None


@lru_cache(maxsize=4096)
def canonical_address(target: str, depth: int = 0) -> Address:
    """Return the canonical form of the target of a link."""
    if target.startswith(("mailto:", "tel:")):
        return _contact(target)
    inner = _rewritten(target) if depth < _DEEPEST else None
    if inner is not None:
        return canonical_address(inner, depth + 1)
    parts = urlsplit(target.removesuffix("%22"))  # a stray quote at the end
    path = _SESSION_IN_PATH.sub("", _INDEX.sub("/", _canonical_path(parts.path)))
    fragment = "" if parts.fragment.startswith(":~:") else _decoded(parts.fragment)
    return Address(_site(parts.scheme, parts.netloc), path.rstrip("/").casefold(), _parameters(parts.query), fragment)


def without_visit(address: Address, depth: int = 0) -> Address:
    """Return an address without the parameters that servers add for a single visit: signatures, tokens, times."""
    names = {name for name, _ in address.parameters}
    is_signed = not _SIGNATURE.isdisjoint(names)
    kept = tuple(
        (name, _without_visit_in_value(name, value, depth))
        for name, value in address.parameters
        if not _VISIT.fullmatch(name)
        and not _is_session_or_time(name, value)
        and not (is_signed and _SIGNED.fullmatch(name))
        and not (
            _is_momentary(name, value, is_document=address.is_document)
            and not _WATCHED.fullmatch(address.site.removeprefix("http://"))
        )
    )
    return replace(address, parameters=kept)


def _is_session_or_time(name: str, value: str) -> bool:
    """True if a parameter is the time or the session of a visit, as its name and its value say."""
    named = _SESSION_OR_TIME.fullmatch(name)
    if named is None:
        return False
    is_number = named[1] is not None and value.isdigit()
    return is_number or _MOMENT.fullmatch(value) is not None or _TOKEN_OF_VISIT.fullmatch(value) is not None


def _is_momentary(name: str, value: str, *, is_document: bool) -> bool:
    """True if a parameter tells when the page was made; that of a document only if it is a cache buster of a moment."""
    if _NAMES_SOMETHING.fullmatch(name):
        return False
    if is_document:
        return _CACHE_BUSTER.fullmatch(name) is not None and _MOMENT.fullmatch(value) is not None
    return _MOMENT.fullmatch(value or name) is not None or (
        _CACHE_BUSTER.fullmatch(name) is not None and len(value) >= 8 and any(map(str.isdigit, value))
    )


def _without_visit_in_value(name: str, value: str, depth: int) -> str:
    """Return a value without what belongs to a visit; it may be an address itself: "returnUrl=/sida?t=1709280000"."""
    if not _NAMES_SOMETHING.fullmatch(name):
        value = random_tokens_folded(value)
    is_address = value.startswith(("/", "http://", "https://")) or _RELATIVE.match(value)
    if depth >= _DEEPEST or not is_address or not _can_be_split(value):
        return value
    return repr(without_visit(canonical_address(value, depth + 1), depth + 1))


def _contact(target: str) -> Address:
    scheme, _, rest = target.partition(":")
    address = _decoded(rest.partition("?")[0]).strip().casefold()
    if scheme == "tel":
        address = re.sub(r"^(?:\+|00)46(?:\(0\))?", "0", re.sub(r"[^\d+()*#,;]", "", address))
    return Address(scheme, address)


def _rewritten(target: str) -> str | None:
    """Return the address to which a service that rewrites links leads, None for any other address."""
    defended = _URLDEFENSE.match(target)
    if defended:
        return defended[1] if _can_be_split(defended[1]) else None
    if "?" not in target:
        return None
    parts = urlsplit(target)
    for host, path, names in _REWRITERS:
        if host.fullmatch(parts.netloc.lower()) and path in {"", parts.path}:
            values = dict(parse_qsl(parts.query))
            inner = next((values[name] for name in names.split() if name in values), "")
            return inner if inner.startswith(("http://", "https://")) and _can_be_split(inner) else None
    return None


def _can_be_split(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _site(scheme: str, netloc: str) -> str:
    """Return scheme and host; http or https, www or not, and the scheme's own port make no difference."""
    user, at, host = netloc.lower().rpartition("@")
    name, colon, port = host.rpartition(":")
    if colon and (not port or port == str(_DEFAULT_PORTS.get(scheme))):
        host = name
    host = host.rstrip(".").removeprefix("www.")
    if not host.isascii():
        with suppress(UnicodeError):  # no browser could ask for it either
            host = host.encode("idna").decode()
    return f"{'http' if scheme == 'https' else scheme}://{user}{at}{host}"


def _canonical_path(path: str) -> str:
    segments: list[str] = []
    for segment in _decoded(path).split("/"):
        if segment == ".." and len(segments) > 1:
            segments.pop()
        elif segment not in {".", ".."}:
            segments.append(segment)
    return "/".join(segments)


def _decoded(text: str) -> str:
    return unquote(text, errors="surrogateescape")  # pages in Latin-1 encode their own bytes


def _parameters(query: str) -> tuple[tuple[str, str], ...]:
    """Return the parameters in order of name and value, without tracking and sessions."""
    if not query:
        return ()
    pairs = parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True, errors="surrogateescape")
    named = [(name.removeprefix("amp;").lower(), value) for name, value in pairs]
    return tuple(sorted(pair for pair in named if not _TRACKING.fullmatch(pair[0]) and not _SESSION.fullmatch(pair[0])))
