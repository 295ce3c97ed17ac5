"""Which URLs and which network addresses may be requested at all.

A URL comes from the schedule or from a redirect; both are parsed by the same strict rules, so that what is checked
here is what is requested later.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, unquote, urlsplit

import idna

from monitor.errors import AddressRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_URL = 8_000
LONGEST_HOST_NAME = 253

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMERIC_END = re.compile(r"(^|\.)(0x[0-9a-f]*|[0-9]+)$")
"""Names that the URL standard's "ends in a number" treats as IPv4 addresses: `127.1`, `0x7f000001`, `2130706433`."""
_URL_SAFE = "%!$&'()*+,/:;=?@[]~-._"

_NEVER = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # shared address space of carriers (RFC 6598)
        "127.0.0.0/8",  # loopback (RFC 1122)
        "169.254.0.0/16",  # link-local (RFC 3927)
        "172.16.0.0/12",  # private (RFC 1918)
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "192.168.0.0/16",  # private (RFC 1918)
        "198.18.0.0/15",  # benchmarking (RFC 2544)
        "198.51.100.0/24",  # documentation (RFC 5737)
        "203.0.113.0/24",  # documentation (RFC 5737)
        "224.0.0.0/3",  # multicast, and what is reserved above it (RFC 1112)
        "::/96",  # IPv4-compatible addresses (RFC 4291, deprecated), with loopback
        "::ffff:0:0:0/96",  # IPv4-translated addresses (RFC 2765)
        "64:ff9b:1::/48",  # local-use NAT64 (RFC 8215)
        "100::/32",  # discard only (RFC 6666), and a dummy prefix (RFC 9780)
        "2001::/23",  # protocol assignments (RFC 2928): Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation (RFC 3849)
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
        "fc00::/7",  # private (RFC 4193)
        "fe80::/9",  # link-local (RFC 4291) and site-local (RFC 3879, deprecated)
        "ff00::/8",  # multicast
    )
)
"""What is not on the public Internet, by the registries of special-purpose addresses.

The list of each Python differs: before 3.11.10, `is_global` is True of some.
"""
_NAT64 = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL whose form is allowed. `host` is ASCII and lower-case, an IPv6 address without brackets.

    `path` begins with a slash and holds the query; there is no fragment.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def gate_key(self) -> str:
        """The host as the host gate names it: `name` or, on an unusual port, `name:port`."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        """`scheme://host:port`, always with the port."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{name}:{self.port}"

    @property
    def url(self) -> str:
        """The URL as it is requested, in one spelling."""
        return f"{self.scheme}://{self.gate_key}{self.path}"


def parse_target(url: str) -> Target:
    """Parse a URL. Raises AddressRefused for every form that two parsers might understand differently."""
    text = url.strip(" ")
    if len(text) > LONGEST_URL:
        raise AddressRefused(url=text[:200], address=None, why="too-long")
    if _FORBIDDEN.search(text):
        raise AddressRefused(url=text, address=None, why="forbidden-character")
    try:
        parts = urlsplit(text)
        port = parts.port
        name = parts.hostname or ""
    except ValueError:
        raise AddressRefused(url=text, address=None, why="malformed") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise AddressRefused(url=text, address=None, why="scheme")
    if "@" in parts.netloc:
        raise AddressRefused(url=_without_userinfo(text), address=None, why="userinfo")
    if port == 0 or parts.netloc.endswith(":"):
        raise AddressRefused(url=text, address=None, why="port")
    path = _without_dot_segments(quote(parts.path or "/", safe=_URL_SAFE))
    if parts.query:
        path += "?" + quote(parts.query, safe=_URL_SAFE)
    return Target(parts.scheme, _host(name, text, parts.netloc), port or DEFAULT_PORTS[parts.scheme], path)


def parse_service(url: str) -> tuple[Target, dict[str, str]]:
    """Parse the URL of a service of the operator's own; return it, and the header of the user that it names.

    Raises AddressRefused, which repeats nothing of the URL: it may hold a token.
    """
    try:
        user, at, rest = url.partition("://")[2].partition("@")
        is_user = bool(at) and not set(user) & set("/?#")
        target = parse_target(f"{urlsplit(url).scheme}://{rest}" if is_user else url)
    except ValueError:
        raise AddressRefused(url="", address=None, why="malformed") from None
    except AddressRefused as error:
        raise AddressRefused(url="", address=None, why=error.facts["why"]) from None
    if not is_user:
        return target, {}
    name, _, password = user.partition(":")
    credentials = base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode("ascii")
    return target, {"Authorization": f"Basic {credentials}"}


def _without_dot_segments(path: str) -> str:
    """Return a path in which "." and ".." are followed, as browsers do before they ask (URL standard, "path state")."""
    if "." not in path and "%2e" not in path.lower():
        return path
    kept: list[str] = []
    ends_in_dots = False
    for segment in path.split("/")[1:]:
        dots = segment.lower().replace("%2e", ".")
        ends_in_dots = dots in {".", ".."}
        if not ends_in_dots:
            kept.append(segment)
        elif dots == ".." and kept:
            kept.pop()
    return "/" + "/".join([*kept, ""] if ends_in_dots else kept)


def _without_userinfo(url: str) -> str:
    """Return the URL as it may be logged: what precedes the @ may be a password."""
    return re.sub(r"//[^/?#]*@", "//", url)


def _host(name: str, url: str, netloc: str) -> str:
    if netloc.startswith("["):
        if "%" in name:  # a zone of this machine ("%eth0") is no public address
            raise AddressRefused(url=url, address=name, why="malformed")
        try:
            return str(IPv6Address(name))
        except ValueError:
            raise AddressRefused(url=url, address=name, why="malformed") from None
    name = name.removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise AddressRefused(url=url, address=name, why="malformed") from None
    if _NUMERIC_END.search(name):
        try:
            return str(IPv4Address(name))  # four decimal numbers without leading zeros, nothing else
        except ValueError:
            raise AddressRefused(url=url, address=name, why="odd-form") from None
    if len(name) > LONGEST_HOST_NAME or not _NAME.fullmatch(name):
        raise AddressRefused(url=url, address=name, why="malformed")
    return name


def checked_addresses(addresses: Iterable[str], url: str, allowed: tuple[Network, ...]) -> list[str]:
    """Return the distinct addresses of a host, all of them allowed. Raises AddressRefused if any of them is not.

    One bad address among good ones is enough: a name that points to an internal address must not be requested at all.
    """
    distinct = list(dict.fromkeys(addresses))
    for text in distinct:
        if not _is_allowed(text, allowed):
            raise AddressRefused(url=url, address=text, why="not-global")
    return distinct


def _is_allowed(text: str, allowed: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # the kernel connects to the IPv4 address, so that one is checked
    if any(address in network for network in allowed):
        return True
    return _is_public(address)


def _is_public(address: Address) -> bool:
    """True if an address is on the public Internet, and so is the IPv4 address embedded in it, if any."""
    if not address.is_global or any(address in network for network in _NEVER):
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        inner = address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(address.packed[-4:])
        return inner is None or _is_public(inner)
    return True


def is_same_page(one: Target, other: Target) -> bool:
    """True if two URLs are spellings of one page, so that a permanent redirect between them is no move.

    Sites normalise their URLs by permanent redirects: to https, with or without `www.`, with or without the last slash,
    in other capitals. Subscribers still find the page at the old URL. Another path, query, host or port, and the step
    down from https to http, are another place.
    """
    if one.scheme == "https" and other.scheme == "http":
        return False
    return _place(one) == _place(other)


def _place(target: Target) -> tuple[str, int | None, str, str]:
    path, _, query = target.path.partition("?")
    port = None if target.port == DEFAULT_PORTS[target.scheme] else target.port
    return target.host.removeprefix("www."), port, unquote(path).rstrip("/").casefold(), query
