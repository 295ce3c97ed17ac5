"""Time stamps (RFC 3161): an authority's signed confirmation that the heads of all chains existed at a time.

One request covers every watch: the statement of `monitor.core.record.chain_heads` is stamped. The authority learns
only its hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bevaka.service_errors import why_not_asked
from monitor.core.record.chain_heads import heads_text
from monitor.errors import FetchError, Flaw, MonitorError, StorageError
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Timestamp
from monitor.ports.world import Services

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client.tsp import TimeStampResponse

FARTHEST_OFF = timedelta(days=1)
"""How far the time of a new stamp may lie from the machine's."""
AUTHORITY_TIMEOUT = timedelta(seconds=20)
LARGEST_TIMESTAMP = 100_000
"""The most bytes of an answer; usual answers have about five thousand."""


class StampRefused(MonitorError):
    """The authority gave no time stamp, or none that is valid."""


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that gives time stamps.

    `roots` are the certificates to which its signature must lead; without any, the signature is not verified. The URL
    may contain a token.
    """

    url: str = field(repr=False)
    roots: tuple[Certificate, ...] = ()


def read_roots(path: Path) -> tuple[Certificate, ...]:
    """Return the certificates of a PEM file. Raises StampRefused, OSError."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415  slow to import, and rarely needed

    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except ValueError as error:
        raise StampRefused(f"{path} holds no certificates: {error}") from error


def stamp(unit_of_work: UnitOfWork, authority: Authority, services: Services, now: datetime) -> Timestamp | None:
    """Have the heads of all chains time-stamped, and store the answer; None if nothing is new since the last time.

    Raises StampRefused.
    """
    with unit_of_work.read() as work:
        heads, latest = work.timestamps.heads(), work.timestamps.latest()
    text = heads_text(heads)
    if not heads or (latest is not None and latest.statement == text):
        return None
    at, token = ask(authority, text.encode(), services, now)
    with unit_of_work.write() as work:
        work.timestamps.add(at, _without_secrets(authority.url), text, token)
        return work.timestamps.latest()


def ask(authority: Authority, content: bytes, services: Services, now: datetime) -> tuple[datetime, bytes]:
    """Request a time stamp of `content`; return the time it names, and the whole answer. Raises StampRefused."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415  as above

    request = TimestampRequestBuilder(data=content, hash_algorithm=HashAlgorithm.SHA256).build()
    token = _post(services, authority.url, request.as_bytes())
    at = check_timestamp(token, content, authority.roots)
    if _parse(token).tst_info.nonce != request.nonce:
        raise StampRefused("the answer belongs to another request")
    if abs(at - now) > FARTHEST_OFF:
        raise StampRefused(f"the answer names a time that is not now: {at:%Y-%m-%d %H:%M}")
    return at, token


def check_timestamp(token: bytes, content: bytes, roots: Sequence[Certificate] = ()) -> datetime:
    """Return the time that a time stamp names.

    Raises StampRefused if it is not a time stamp of `content` or, where `roots` are given, its signature does not lead
    to one of them.
    """
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415  as above

    answer = _parse(token)
    try:
        imprint, at = answer.tst_info.message_imprint, answer.tst_info.gen_time
    except ValueError as error:
        raise StampRefused(f"the authority gave none (status {answer.status})") from error
    if imprint.message != hashlib.sha256(content).digest():
        raise StampRefused("it is about something else")
    if roots:
        try:
            VerifierBuilder(roots=list(roots)).build().verify_message(answer, content)
        except (VerificationError, ValueError) as error:  # ValueError: a status that RFC 3161 does not know
            raise StampRefused(str(error).partition(":")[0]) from error
    return at


def check_all_timestamps(unit_of_work: UnitOfWork, roots: Sequence[Certificate]) -> tuple[int, list[Flaw]]:
    """Check every time stamp against its statement; return how many there are, and the flaws."""
    try:
        with unit_of_work.read() as work:
            stamps = work.timestamps.all()
    except StorageError as error:
        return 0, [Flaw("", None, f"the time stamps cannot be read: {error}")]
    flaws = []
    for timestamp in stamps:
        try:
            at = check_timestamp(timestamp.token, timestamp.statement.encode(), roots)
        except StampRefused as error:
            flaws.append(Flaw("", None, f"the time stamp of {timestamp.at:%Y-%m-%d} is not right: {error}"))
            continue
        if at != timestamp.at:
            flaws.append(Flaw("", None, f"the time stamp of {timestamp.at:%Y-%m-%d} names another time: {at:%Y-%m-%d}"))
    return len(stamps), flaws


def _post(services: Services, url: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        answer = services.ask_service(
            url, timeout=AUTHORITY_TIMEOUT, max_size=LARGEST_TIMESTAMP, headers=headers, body=body
        )
    except FetchError as error:
        raise StampRefused(f"{_without_secrets(url)} could not be asked: {why_not_asked(error)}") from None
    if answer.status != 200:
        raise StampRefused(f"{_without_secrets(url)} answered {answer.status}")
    return answer.body


def _without_secrets(url: str) -> str:
    """Return the URL without what may be secret in it, since it is printed, stored and exported."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _parse(token: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415  as above

    try:
        return decode_timestamp_response(token)
    except ValueError as error:
        raise StampRefused("the answer is no time stamp") from error
