"""Addresses of proxies, as the operator's file writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import unquote

from monitor.core.request import expanded

SCHEMES = ("http", "https", "socks5h")
_FORM = re.compile(
    r"(?P<scheme>[a-z0-9]+)://(?:(?P<userinfo>[^@/\s]*)@)?"
    r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})/?"
)
_WHOLE = re.compile(r"\$\{\w+\}", re.ASCII)
EXAMPLE = "http://proxy.example:3128 or socks5h://127.0.0.1:1080"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy; `host` of an IPv6 address has no brackets. Its repr has neither user nor password.

    `label` is how it may be called where people read it: `host:port`, or the name of the credential that holds it.
    """

    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    label: str = ""

    @property
    def place(self) -> str:
        """`host:port`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_http(self) -> bool:
        """True if it speaks HTTP, in the clear or over TLS."""
        return self.scheme != "socks5h"


class WrongProxyAddress(ValueError):
    """An address is none of a proxy; `part` is what is wrong with it."""

    def __init__(self, part: Literal["form", "scheme", "port"], what: str) -> None:
        self.part = part
        super().__init__(what)


def parse_proxy(address: str, value_of: Callable[[str], str]) -> Proxy:
    """Parse the address of a proxy, in which credentials are `${NAME}`.

    Its user and password may be URL-encoded; the values of credentials in their places are taken as they are. No
    message repeats anything of the address. Raises WrongProxyAddress, and what `value_of` raises.
    """
    given = address.strip()
    label = given if _WHOLE.fullmatch(given) else ""
    if label:
        given = expanded(given, value_of).strip().replace("${", "$${")
    found = _FORM.fullmatch(given)
    if found is None:
        raise WrongProxyAddress("form", f"not the address of a proxy with its port; write e.g. {EXAMPLE}")
    if found["scheme"] not in SCHEMES:
        raise WrongProxyAddress("scheme", f"a proxy is reached by {', '.join(SCHEMES)}; write e.g. {EXAMPLE}")
    port = int(found["port"])
    if not 1 <= port <= 65_535:
        raise WrongProxyAddress("port", "a port is a number from 1 to 65535")
    user, password = (_part(part, value_of) for part in split_userinfo(found["userinfo"] or ""))
    proxy = Proxy(found["scheme"], found["host"].strip("[]"), port, user, password)
    return replace(proxy, label=label or proxy.place)


def split_userinfo(userinfo: str) -> tuple[str, str]:
    """Return the user and the password that an address names; empty where it names none."""
    user, _, password = userinfo.partition(":")
    return user, password


def literal_password(address: str) -> bool:
    """True if a proxy's address has a password in it that is not the name of a credential."""
    found = _FORM.fullmatch(address.strip())
    password = split_userinfo(found["userinfo"] or "")[1] if found else ""
    return bool(password) and not _WHOLE.search(password)


def _part(template: str, value_of: Callable[[str], str]) -> str:
    """Return a part of an address decoded, with the values of credentials as they are."""
    pieces = re.split(r"(\$?\$\{\w+\})", template, flags=re.ASCII)
    return "".join(expanded(piece, value_of) if at % 2 else unquote(piece) for at, piece in enumerate(pieces))
