"""Signing mails (RFC 6376), so that a receiving server can tell that they are ours and were not changed on the way."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import ChannelUnavailable

SIGNED = (
    *("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post"),
)
"""RFC 8058 asks that both headers of one-click leaving are among them."""


class Dkim:
    """Signs for `domain`; the public half of the RSA key stands in the DNS under `selector`._domainkey.`domain`."""

    def __init__(self, key: Path, selector: str, domain: str) -> None:
        self._path = key
        self._selector = selector
        self._domain = domain
        self._key: bytes | None = None

    def __call__(self, content: bytes) -> bytes:
        """The mail with its signature on top. Raises ChannelUnavailable where the key cannot be used."""
        import dkim  # type: ignore[import-untyped]  # noqa: PLC0415  only who signs pays

        try:
            if self._key is None:
                self._key = self._path.read_bytes()
            names = [name.encode() for name in SIGNED if f"\r\n{name}:".encode() in b"\r\n" + content.lower()]
            signature: bytes = dkim.sign(
                content, self._selector.encode(), self._domain.encode(), self._key, include_headers=names
            )
        except OSError as error:
            raise ChannelUnavailable(f"the DKIM key {self._path} cannot be read: {error.strerror}") from error
        except (dkim.DKIMException, ValueError) as error:
            raise ChannelUnavailable(f"the DKIM key {self._path} cannot be used: {error}") from error
        return signature + content
