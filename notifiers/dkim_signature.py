"""DKIM signatures (RFC 6376), by which a receiving server verifies the sender and that a mail was not altered."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import ChannelUnavailable

SIGNED = (
    *("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post"),
)
"""Header fields that are signed. RFC 8058 requires that both headers of one-click unsubscription are among them."""


class Dkim:
    """Signs for `domain`; the public half of the RSA key is in the DNS under `selector`._domainkey.`domain`."""

    def __init__(self, key: Path, selector: str, domain: str) -> None:
        self._path = key
        self._selector = selector
        self._domain = domain
        self._key: bytes | None = None

    def __call__(self, content: bytes) -> bytes:
        """Return the mail with its signature prepended. Raises ChannelUnavailable if the key cannot be read or used."""
        import dkim  # type: ignore[import-untyped]  # noqa: PLC0415  imported only where mails are signed

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
