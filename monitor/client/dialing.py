"""From a host name to a connected socket, over checked addresses only.

The name is resolved once per connection, and the connection goes to the very address that was checked, so a name whose
addresses change in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from queue import SimpleQueue

from monitor.client.addresses import Network, checked_addresses
from monitor.client.deadline import Deadline
from monitor.client.socks import open_socks
from monitor.core.proxy_address import Proxy
from monitor.errors import AddressRefused, ConnectFailed, DnsFailed, ProxyFailed

Resolve = Callable[[str, int], list[str]]
"""From a host name and a port to addresses, the best first. Raises OSError. May hang: it is run in its own thread."""

_ANY: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))


def system_addresses(host: str, port: int) -> list[str]:
    """Return the addresses that the system's resolver gives."""
    results = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in results]


class Dialer:
    """Connects to the checked addresses of hosts."""

    def __init__(self, allowed: tuple[Network, ...], resolve: Resolve = system_addresses) -> None:
        self._allowed = allowed
        self._resolve = resolve

    def dial(self, host: str, port: int, url: str, deadline: Deadline) -> socket.socket:
        """Return a connection to a checked address of this host, guarded by the deadline.

        Raises DnsFailed, AddressRefused, ConnectFailed, and what `Deadline.check` raises.
        """
        addresses = checked_addresses(self._addresses(host, port, deadline), url, self._allowed)
        error: OSError | None = None
        for tried, address in enumerate(addresses):
            deadline.check(host)
            # An address that drops packets must leave time for the next one.
            timeout = deadline.remaining / (len(addresses) - tried)
            try:
                return _connect(address, port, timeout, url, deadline)
            except OSError as failure:
                error = failure
        deadline.check(host)
        raise ConnectFailed(host=host, detail=_failure_text(error)) from error

    def dial_proxy(self, proxy: Proxy, host: str, port: int, url: str, deadline: Deadline) -> socket.socket:
        """Return a connection to a proxy, which one of SOCKS has opened to this host.

        The operator's file names the proxy, so any address of it is allowed. Raises ProxyFailed, and what
        `Deadline.check` raises.
        """
        try:
            connection = Dialer(_ANY, self._resolve).dial(proxy.host, proxy.port, url, deadline)
        except (DnsFailed, ConnectFailed) as error:
            detail = str(error.facts.get("detail") or "its name was not found")
            raise ProxyFailed(proxy=proxy.label, detail=detail) from error
        if proxy.is_http:
            return connection
        try:
            open_socks(connection, proxy, host, port)
        except OSError as error:
            connection.close()
            deadline.check(host)
            raise ProxyFailed(proxy=proxy.label, detail=str(error) or type(error).__name__) from error
        return connection

    def check_behind_proxy(self, host: str, port: int, url: str, deadline: Deadline, *, may_be_unknown: bool) -> None:
        """Check the addresses of a host that a proxy is to connect to, as they are looked up here.

        A name that is not known here may be known to the proxy alone: with `may_be_unknown` it is left to the proxy.
        Raises AddressRefused, DnsFailed, and what `Deadline.check` raises.
        """
        try:
            addresses = self._addresses(host, port, deadline)
        except DnsFailed:
            if may_be_unknown:
                return
            raise
        checked_addresses(addresses, url, self._allowed)

    def _addresses(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """Resolve a name, for as long as there is time: the system's resolver itself cannot be interrupted.

        Raises DnsFailed, and what `Deadline.check` raises.
        """
        if _is_address(host):
            return [host]
        answers: SimpleQueue[list[str] | OSError | UnicodeError | None] = SimpleQueue()

        def resolve() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError) as failure:
                answers.put(failure)

        deadline.on_cut(lambda: answers.put(None))
        threading.Thread(target=resolve, name="look-up", daemon=True).start()
        answer = answers.get()  # the watchdog puts None when the time is over
        deadline.check(host)
        if not isinstance(answer, list) or not answer:
            raise DnsFailed(host=host) from (answer if isinstance(answer, Exception) else None)
        return answer


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _connect(address: str, port: int, timeout: float, url: str, deadline: Deadline) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        deadline.guard(connection)
        connection.connect((address, port))
        peer = str(connection.getpeername()[0])
        if ip_address(peer) != ip_address(address):
            raise AddressRefused(url=url, address=peer, why="other-peer")
        connection.settimeout(max(deadline.remaining, 0.001))
    except BaseException:
        connection.close()
        raise
    return connection


def _failure_text(error: OSError | None) -> str:
    """Return the system's name of a failure, without the address, which is of no use to the reader of a mail."""
    return (error.strerror if error is not None else None) or type(error).__name__
