"""WSGI middleware that tells the application who asks, where proxies of ours stand before it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Forwarded:
    """Takes the address of the visitor from X-Forwarded-For, as the outermost of `proxies` own proxies wrote it.

    What the header holds further to the left is the visitor's own word.
    """

    def __init__(self, application: WSGIApplication, proxies: int) -> None:
        self._application = application
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to one request."""
        entries = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        asker = _address(entries[-self._proxies]) if len(entries) >= self._proxies else None
        if asker is not None:
            environ["REMOTE_ADDR"] = asker
        return self._application(environ, start_response)


def _address(entry: str) -> str | None:
    """Return the address of an entry, without brackets, zone and port; None where it is none."""
    text = entry.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
