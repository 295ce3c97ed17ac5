"""Settings from the environment: secrets and places. Behaviour is configured in the schedule file."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from email.utils import getaddresses, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bevaka.credentials import PREFIX, with_credentials

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

KNOWN = (
    "BEVAKA_SCHEDULE",
    "BEVAKA_DATABASE",
    "BEVAKA_SMTP_URL",
    "BEVAKA_MAIL_FROM",
    "BEVAKA_PUBLIC_URL",
    "BEVAKA_SECRET_KEY",
    "BEVAKA_OPERATOR",
    "BEVAKA_BOUNCE_ADDRESS",
    "BEVAKA_NOTIFIER",
    "BEVAKA_DKIM_KEY",
    "BEVAKA_DKIM_SELECTOR",
    "BEVAKA_WEB_BIND",
    "BEVAKA_WEB_PASSWORD",
    "BEVAKA_WEB_PROXIES",
    "BEVAKA_ALLOW_NETWORKS",
    "BEVAKA_CA_FILE",
    "BEVAKA_HEARTBEAT_URL",
    "BEVAKA_TIMESTAMP_URL",
    "BEVAKA_TIMESTAMP_CA",
)
CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""Variables by which other programs are told which authorities to trust; the first that is set counts."""
CREDENTIAL = "BEVAKA_CREDENTIAL_"
"""What a setting begins with that holds a secret of the operator's own naming."""
_ADDRESS = re.compile(r"[^\s@,;:<>\"()\[\]\\]+@[^\s@,;:<>\"()\[\]\\]+")


class SettingsError(ValueError):
    """The environment is wrong: every mistake at once, one per line. No line repeats a value that may be secret."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The validated settings. If `smtp_url` is None, mails are written to `maildir`.

    `public_url` has no trailing slash; `operator` is one address, or several separated by commas.
    """

    schedule: Path
    database: str
    smtp_url: str | None
    maildir: Path
    mail_from: str
    public_url: str
    operator: str | None
    allow_networks: tuple[Network, ...]
    bounce_address: str | None = None
    """The address to which mails bounce; each mail's own return path is derived from it."""
    dkim_key: Path | None = None
    dkim_selector: str = "bevaka"
    secret_key: str | None = None
    notifier: str | None = None
    """The name of the notifier that sends every message; None: email where a server is named, else the maildir."""
    credentials: Mapping[str, str] = field(default_factory=dict)
    """The settings BEVAKA_CREDENTIAL_NAME by NAME."""
    web_bind: tuple[str, int] = ("127.0.0.1", 8000)
    web_proxies: int = 0
    """The number of own proxies in front of the web page that report the client's address (X-Forwarded-For)."""
    web_password: str | None = None
    """A hash of the operators' password; None disables the operators' actions on the web page."""
    heartbeat_url: str | None = None
    """The URL to request after each healthy round of the daemon."""
    timestamp_url: str | None = None
    """The URL of an authority (RFC 3161) that time-stamps the heads of the chains once a day."""
    ca_file: Path | None = None
    """Certificate authorities (PEM) trusted beside the public ones."""
    ca_bundle: Path | None = None
    """Certificate authorities trusted instead of the public ones: a file, or a folder."""
    timestamp_ca: Path | None = None
    """Certificates (PEM) to which the authority's time stamps must lead."""

    @property
    def secret_file(self) -> Path:
        """The file of the key that signs links: beside the database if that is a file, otherwise in data/."""
        file = re.fullmatch(r"sqlite(?:\+\w+)?:///([^?:]+)(?:\?.*)?", self.database)
        return (Path(file[1]).parent if file else Path("data")) / "secret_key"

    @property
    def sender_domain(self) -> str:
        """The part of the sender's address after the @, for Message-IDs."""
        return parseaddr(self.mail_from)[1].rpartition("@")[2]

    def __repr__(self) -> str:
        """Return a short form without the URLs of the database and the SMTP server, which may contain passwords."""
        return f"Settings(schedule={str(self.schedule)!r}, mail_from={self.mail_from!r})"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings, with their defaults; an empty variable counts as not set. Raises SettingsError.

    A file in $CREDENTIALS_DIRECTORY that has the name of a setting is equivalent to a variable.
    """
    mistakes: list[str] = []
    environment = with_credentials(environment, mistakes)
    given = {name: value.strip() for name, value in environment.items() if name.startswith(PREFIX) and value.strip()}
    mistakes += _misspelt_names(environment)
    settings = Settings(
        schedule=Path(given.get("BEVAKA_SCHEDULE", "schedule.yaml")),
        database=_database(given.get("BEVAKA_DATABASE", "sqlite:///data/bevaka.db"), mistakes),
        smtp_url=_smtp_url(given.get("BEVAKA_SMTP_URL"), mistakes),
        maildir=Path("data/mail"),
        mail_from=_mail_from(given.get("BEVAKA_MAIL_FROM", "Bevaka <bevaka@localhost>"), mistakes),
        public_url=_public_url(given.get("BEVAKA_PUBLIC_URL", "http://127.0.0.1:8000"), mistakes),
        operator=_operator(given.get("BEVAKA_OPERATOR"), mistakes),
        allow_networks=_networks(given.get("BEVAKA_ALLOW_NETWORKS", ""), mistakes),
        bounce_address=_bounce_address(given.get("BEVAKA_BOUNCE_ADDRESS"), mistakes),
        dkim_key=Path(given["BEVAKA_DKIM_KEY"]) if "BEVAKA_DKIM_KEY" in given else None,
        dkim_selector=given.get("BEVAKA_DKIM_SELECTOR", "bevaka"),
        secret_key=given.get("BEVAKA_SECRET_KEY"),
        notifier=given.get("BEVAKA_NOTIFIER"),
        credentials=_credentials(given),
        web_bind=_web_bind(given.get("BEVAKA_WEB_BIND", "127.0.0.1:8000"), mistakes),
        web_proxies=_web_proxies(given.get("BEVAKA_WEB_PROXIES", "0"), mistakes),
        web_password=_web_password(given.get("BEVAKA_WEB_PASSWORD"), mistakes),
        heartbeat_url=_other_server("BEVAKA_HEARTBEAT_URL", given, mistakes),
        timestamp_url=_other_server("BEVAKA_TIMESTAMP_URL", given, mistakes),
        ca_file=_file("BEVAKA_CA_FILE", given, mistakes),
        ca_bundle=next((found for name in CA_BUNDLES if (found := _file(name, environment, mistakes))), None),
        timestamp_ca=Path(given["BEVAKA_TIMESTAMP_CA"]) if "BEVAKA_TIMESTAMP_CA" in given else None,
    )
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return settings


def read_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials by name, whatever the other settings are. One that is no text counts as not set."""
    values = with_credentials(environment, [])
    return _credentials({name: value.strip() for name, value in values.items() if value.strip()})


def _credentials(given: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(CREDENTIAL): value for name, value in given.items() if name.startswith(CREDENTIAL)}


def _misspelt_names(environment: Mapping[str, str]) -> list[str]:
    """Return a mistake for each variable whose name resembles a setting's.

    A misspelt name would silently leave the default in force; a name unlike all settings belongs to another program.
    """
    unknown = sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name not in KNOWN and not name.startswith(CREDENTIAL)
    )
    near = {name: get_close_matches(name, KNOWN, n=1, cutoff=0.85) for name in unknown}
    return [f"{name}: no such setting; did you mean {known[0]}?" for name, known in near.items() if known]


def _database(url: str, mistakes: list[str]) -> str:
    try:
        return database_url("BEVAKA_DATABASE", url)
    except SettingsError as error:
        mistakes.append(str(error))
    return url


def database_url(name: str, url: str) -> str:
    """Return a database's URL. Raises SettingsError, which names what it was given as, if it is none."""
    if not re.match(r"(sqlite|postgresql)(\+\w+)?://", url):
        raise SettingsError(
            f"{name}: not the URL of an SQLite or PostgreSQL database; write e.g. sqlite:///data/bevaka.db"
        )
    return url


def _server_url(url: str, schemes: set[str]) -> SplitResult | None:
    """Return the parts of a URL that names a server under one of these schemes; None if it does not."""
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in schemes and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _smtp_url(url: str | None, mistakes: list[str]) -> str | None:
    """Check the URL of the SMTP server. It may contain a password: no message repeats it."""
    if url is None:
        return None
    hint = "write smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465"
    if _server_url(url, {"smtp", "smtp+starttls", "smtps"}) is None:
        mistakes.append(f"BEVAKA_SMTP_URL: cannot be used; {hint}")
    return url


def _mail_from(sender: str, mistakes: list[str]) -> str:
    """Return the sender with its domain in ASCII (RFC 5891), as Message-IDs and SMTP need it."""
    address = parseaddr(sender)[1]
    local, _, domain = address.rpartition("@")
    try:
        ascii_address = f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        ascii_address = ""
    if not _ADDRESS.fullmatch(ascii_address) or not sender.isprintable():
        mistakes.append("BEVAKA_MAIL_FROM: not an address; write: Bevaka <bevaka@example.org>")
    return sender.replace(address, ascii_address)


def _bounce_address(address: str | None, mistakes: list[str]) -> str | None:
    if address is not None and not (_ADDRESS.fullmatch(address) and address.isascii() and address.isprintable()):
        mistakes.append("BEVAKA_BOUNCE_ADDRESS: not an address; write e.g. bounces@example.org")
    return address


def _operator(text: str | None, mistakes: list[str]) -> str | None:
    if text is None:
        return None
    addresses = [address for _, address in getaddresses([text])]
    wrong = [address for address in addresses if not _ADDRESS.fullmatch(address)]
    if wrong or not text.isprintable():
        mistakes.append("BEVAKA_OPERATOR: not an address; write one, or several with commas: drift@example.org, …")
    return ", ".join(addresses)


def _other_server(name: str, given: Mapping[str, str], mistakes: list[str]) -> str | None:
    """Return the checked URL of another server. It may contain a token: no message repeats it."""
    url = given.get(name)
    if url is None:
        return None
    if _server_url(url, {"http", "https"}) is None or not url.isprintable():
        mistakes.append(f"{name}: not a web address; write e.g. https://example.org/path")
    return url


def _file(name: str, given: Mapping[str, str], mistakes: list[str]) -> Path | None:
    """Return the file or folder of certificates that a variable names."""
    path = Path(given[name]) if given.get(name) else None
    if path is not None and not path.exists():
        mistakes.append(f"{name}: no file {str(path)!r}; name a file with certificates (PEM)")
    return path


def _public_url(url: str, mistakes: list[str]) -> str:
    parts = _server_url(url, {"http", "https"})
    if parts is None or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"\s", url):
        mistakes.append("BEVAKA_PUBLIC_URL: not a web address; write e.g. https://bevaka.example.org")
    return url.rstrip("/")


def _web_bind(bind: str, mistakes: list[str]) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{bind}")
        host, port = parts.hostname, parts.port
        usable = host is not None and port is not None and parts.netloc == bind and "@" not in bind
    except ValueError:
        usable = False
    if not usable:
        mistakes.append("BEVAKA_WEB_BIND: not an address with a port; write e.g. 127.0.0.1:8000")
        return "", 0
    return host or "", port or 0


def _web_proxies(number: str, mistakes: list[str]) -> int:
    if not re.fullmatch(r"[0-9]", number):
        mistakes.append("BEVAKA_WEB_PROXIES: not a number of proxies; write e.g. 1")
        return 0
    return int(number)


def _web_password(given: str | None, mistakes: list[str]) -> str | None:
    """Check that the password is given as a hash.

    A plain password would never match, and would be readable in the environment.
    """
    if given is not None and not re.fullmatch(r"(scrypt|pbkdf2):[a-z0-9:]+\$[^$]+\$[0-9a-f]+", given):
        mistakes.append("BEVAKA_WEB_PASSWORD: not a hash; make one from the password with: bevaka web hash")
    return given


def _networks(text: str, mistakes: list[str]) -> tuple[Network, ...]:
    networks: list[Network] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError as error:
            mistakes.append(f"BEVAKA_ALLOW_NETWORKS: {error}; write e.g. 127.0.0.0/8,10.1.0.0/16")
    return tuple(networks)
