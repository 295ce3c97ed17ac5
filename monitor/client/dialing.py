"""From a host name to a connected socket, over checked addresses only.

The name is looked up once a connection and the connection goes to the very address that was checked, so a name that
changes its mind in between (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address
from queue import SimpleQueue

from monitor.client.addresses import Network, checked
from monitor.client.deadline import Deadline
from monitor.errors import AddressRefused, ConnectFailed, DnsFailed

Resolve = Callable[[str, int], list[str]]
"""A host name and a port -> addresses, the best first. Raises OSError. May hang: it runs in a thread of its own."""


def system_addresses(host: str, port: int) -> list[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in found]


class Dialer:
    """Connects to hosts, or refuses to."""

    def __init__(self, allowed: tuple[Network, ...], resolve: Resolve = system_addresses) -> None:
        self._allowed = allowed
        self._resolve = resolve

    def dial(self, host: str, port: int, url: str, deadline: Deadline) -> socket.socket:
        """A connection to a checked address of this host, guarded by the deadline.

        Raises DnsFailed, AddressRefused, ConnectFailed, and what `Deadline.check` raises.
        """
        addresses = checked(self._addresses(host, port, deadline), url, self._allowed)
        error: OSError | None = None
        for tried, address in enumerate(addresses):
            deadline.check(host)
            # An address that swallows packets must leave time for the next one.
            patience = deadline.remaining / (len(addresses) - tried)
            try:
                return _connect(address, port, patience, url, deadline)
            except OSError as failure:
                error = failure
        deadline.check(host)
        raise ConnectFailed(host=host, detail=_words(error)) from error

    def _addresses(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """Look a name up, for as long as there is time: the system's resolver itself cannot be told to stop."""
        if _is_address(host):
            return [host]
        answers: SimpleQueue[list[str] | OSError | UnicodeError | None] = SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError) as failure:
                answers.put(failure)

        deadline.on_cut(lambda: answers.put(None))
        threading.Thread(target=look_up, name="look-up", daemon=True).start()
        answer = answers.get()  # the watchdog answers when the time is over
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


def _connect(address: str, port: int, patience: float, url: str, deadline: Deadline) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(patience)
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


def _words(error: OSError | None) -> str:
    """What the system calls a failure, without the address, which the reader of a mail cannot use."""
    return (error.strerror if error is not None else None) or type(error).__name__
