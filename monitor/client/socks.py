"""How a connection goes through a proxy of SOCKS 5, which looks the host's name up by itself."""

from __future__ import annotations

import socket
import struct

from monitor.core.proxy_address import Proxy


class SocksRefused(OSError):
    """The proxy did not open the connection; the message says why, in the words of RFC 1928."""


_ANSWERS = (
    "succeeded",
    "general failure",
    "not allowed by its rules",
    "network unreachable",
    "host unreachable",
    "connection refused",
    "time to live expired",
    "command not supported",
    "address type not supported",
)


def open_socks(connection: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    """Have a SOCKS 5 proxy connect to a host by its name (RFC 1928, with the log-in of RFC 1929).

    Raises OSError, SocksRefused among them.
    """
    wants_user = bool(proxy.user or proxy.password)
    connection.sendall(b"\x05\x02\x00\x02" if wants_user else b"\x05\x01\x00")
    version, method = _read(connection, 2)
    if version != 5:
        raise SocksRefused("no SOCKS 5 proxy")
    if method == 2 and wants_user:
        user, password = proxy.user.encode(), proxy.password.encode()
        if max(len(user), len(password)) > 255:
            raise SocksRefused("user or password too long")
        connection.sendall(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if _read(connection, 2)[1] != 0:
            raise SocksRefused("user or password refused")
    elif method != 0:
        raise SocksRefused("it wants another way to log in")
    name = host.encode("ascii")
    connection.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack("!H", port))
    _, answer, _, kind = _read(connection, 4)
    if answer != 0:
        raise SocksRefused(_ANSWERS[answer] if answer < len(_ANSWERS) else f"answer {answer}")
    length = {1: 4, 4: 16}.get(kind)
    _read(connection, (_read(connection, 1)[0] if length is None else length) + 2)


def _read(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        piece = connection.recv(count - len(received))
        if not piece:
            raise SocksRefused("it closed the connection")
        received += piece
    return received
