"""What the environment says (product.md, "environment"): secrets and places; behaviour is in the schedule file."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsError(ValueError):
    """The environment is wrong; every mistake at once, a line each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment, read and found right. `smtp_url` None: mails go into `maildir`."""

    schedule: Path
    database: str
    smtp_url: str | None
    maildir: Path
    mail_from: str
    public_url: str
    operator: str | None
    allow_networks: tuple[Network, ...]

    @property
    def sender_domain(self) -> str:
        """What stands after the @ of the sender, for Message-IDs."""
        return parseaddr(self.mail_from)[1].rpartition("@")[2]

    def __repr__(self) -> str:
        """Without the SMTP URL, which may hold a password."""
        return f"Settings(schedule={str(self.schedule)!r}, mail_from={self.mail_from!r})"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings, with their defaults. Raises SettingsError."""
    mistakes: list[str] = []
    networks = _networks(environment.get("BEVAKA_ALLOW_NETWORKS", ""), mistakes)
    mail_from = environment.get("BEVAKA_MAIL_FROM") or "Bevaka <bevaka@localhost>"
    name, _, domain = parseaddr(mail_from)[1].rpartition("@")
    if not (name and domain) or any(character in mail_from for character in "\r\n\0"):
        mistakes.append("BEVAKA_MAIL_FROM: not an address; write: Bevaka <bevaka@example.org>")
    smtp_url = environment.get("BEVAKA_SMTP_URL") or None
    if smtp_url is not None:
        _check_smtp_url(smtp_url, mistakes)
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return Settings(
        schedule=Path(environment.get("BEVAKA_SCHEDULE") or "schedule.yaml"),
        database=environment.get("BEVAKA_DATABASE") or "sqlite:///data/bevaka.db",
        smtp_url=smtp_url,
        maildir=Path("data/mail"),
        mail_from=mail_from,
        public_url=environment.get("BEVAKA_PUBLIC_URL") or "http://127.0.0.1:8000",
        operator=environment.get("BEVAKA_OPERATOR") or None,
        allow_networks=networks,
    )


def _networks(text: str, mistakes: list[str]) -> tuple[Network, ...]:
    networks: list[Network] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError as error:
            mistakes.append(f"BEVAKA_ALLOW_NETWORKS: {part}: {error}; write e.g. 127.0.0.0/8,10.1.0.0/16")
    return tuple(networks)


def _check_smtp_url(url: str, mistakes: list[str]) -> None:
    """The URL may hold a password: no message repeats it."""
    right = "write smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"smtp", "smtp+starttls", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        mistakes.append(f"BEVAKA_SMTP_URL: cannot be used; {right}")
