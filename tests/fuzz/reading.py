"""What must hold of every answer: documented errors only, the same extraction each time, words for every difference."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

from bevaka.terminal import printable
from monitor.core.diff.align import extraction_fingerprint
from monitor.core.judging.compare import compare
from monitor.core.model import (
    Change,
    Changed,
    ChangeRecord,
    Delivery,
    Event,
    EventKind,
    Extraction,
    Fetched,
    Language,
    Recipe,
    Snapshot,
    Subscriber,
    Subscription,
    Suspect,
    Unchanged,
    Watch,
)
from monitor.errors import ExtractError
from monitor.extractors.law import Law
from monitor.extractors.page import Page
from monitor.extractors.pdf import Pdf
from monitor.extractors.plain import Plain
from monitor.ports.values import ChangeView, Envelope
from monitor.reader import Reader
from monitor.wording.reasons import reason_sentence
from monitor.wording.summary import summarise
from notifiers.message import LARGEST_HTML, compose
from notifiers.mime import build
from tests.fuzz.lab import in_time
from tests.unit.notifiers.test_message import LINKS

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
URL = "https://kommun.example/sida"
READER = Reader([Law(), Pdf(), Page(), Plain()])
LANGUAGES: tuple[Language, ...] = ("sv", "en")
STEERS = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
ACTIVE = re.compile(
    r"<\s*(?:script|iframe|img|form|object|embed|svg|link|base)\b|<[^>]*\s(?:on\w+|src)\s*=|=\s*[\"']?\s*(?:javascript|data):",
    re.IGNORECASE,
)

Answer = tuple[str | None, bytes]
"""A Content-Type, if the server gives one, and a body."""


def read(answer: Answer, recipe: Recipe | None = None) -> Extraction | None:
    """Return the extraction of an answer; None if it is refused, with a reason in words."""
    kind, body = answer
    headers = (("Content-Type", kind),) if kind is not None else ()
    try:
        return READER.extract(Fetched(URL, 200, headers, body, NOW), recipe or Recipe()).extraction
    except ExtractError as error:
        refused = error
    said = [reason_sentence(refused.reason(), language) for language in LANGUAGES]
    assert not [clause for clause in said if not clause or refused.code in clause]
    return None


def check_extraction(answer: Answer) -> None:
    """Check one answer, extracted twice."""
    with in_time(len(answer[1])):
        first, second = read(answer), read(answer)
        assert first == second
        if first is None or second is None:
            return
        assert extraction_fingerprint(first) == extraction_fingerprint(second)
        assert isinstance(compare(first, second, fetched_before=NOW, fetched_after=NOW), Unchanged)
    assert all(block.text or block.label for block in first.blocks)
    for stated in (first.updated, first.published):
        assert stated is None or re.fullmatch(r"\d{4}-\d\d(-\d\d)?", stated.date), stated
        assert stated is None or len(stated.date) < 10 or date.fromisoformat(stated.date)
    for block in first.blocks:
        assert not any(unicodedata.category(sign) in STEERS for sign in printable(block.text))


def check_pair(pair: tuple[Answer, Answer]) -> None:
    """Check two answers of one page: what differs can be summarised, mailed and shown."""
    with in_time(len(pair[0][1]) + len(pair[1][1])):
        before, after = map(read, pair)
        if before is None or after is None:
            return
        verdict = compare(before, after, fetched_before=NOW - timedelta(hours=3), fetched_after=NOW)
        same = extraction_fingerprint(before) == extraction_fingerprint(after)
        assert isinstance(verdict, Unchanged) or not same
        match verdict:
            case Suspect(reason):
                assert all(reason.code not in reason_sentence(reason, language) for language in LANGUAGES)
            case Changed(change):
                check_change(change, before)


def check_change(change: Change, before: Extraction) -> None:
    """Check a change in words, in a mail of bytes, and on a terminal."""
    summary = summarise(change)
    for language in LANGUAGES:
        said = printable(summary[language])
        assert said
        assert said == printable(said)
        raw = mail(change, summary, language, before.law)
        check_mail(raw)


def check_mail(raw: bytes) -> None:
    """Check that each header occurs once in a mail, and that its parts hold nothing that is executed or fetched."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert len(names) == len(set(names)), names
    assert {b"subject", b"to", b"from", b"message-id"} <= set(names)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = message_from_bytes(raw, policy=default)
    assert message["To"] == "reader@kommun.example"
    bodies = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    assert set(bodies) == {"text/plain", "text/html"}
    assert not ACTIVE.search(bodies["text/html"])
    assert len(bodies["text/html"].encode("utf-8", "replace")) < 2 * LARGEST_HTML


def mail(change: Change, summary: dict[Language, str], language: Language, law: str | None) -> bytes:
    """Return the mail of a change, as it is sent."""
    watch = Watch("sida", "Sidan", URL, sfs=law)
    before, after = (Snapshot(n, 1, n, NOW, URL, URL, 200, (), f"{n:064x}", 10, "") for n in (1, 2))
    record = ChangeRecord(
        id=2,
        watch_id=1,
        before_number=1,
        after_number=2,
        detected_at=NOW,
        seen_before=NOW - timedelta(hours=3),
        category="wording",
        material=change.material,
        rule=change.rule,
        summary=summary,
        recipe=Recipe(),
    )
    subscriber = Subscriber(1, "reader@kommun.example", "confirmed", language, NOW, "confirmed link")
    follows = Subscription(1, subscriber, 1, "immediately", NOW)
    view = ChangeView(watch, Event(2, 1, EventKind.CHANGED, NOW, record, {}), change, before, after, follows)
    delivery = Delivery(1, subscriber, "mail", "sending", "<m@x>", "<t@x>", NOW, NOW, 0, None)
    message = compose([view], subscriber, delivery, links=LINKS)
    return build(
        Envelope(
            to=subscriber.address,
            message=message,
            language=language,
            message_id="<1@bevaka.example>",
            thread_id="<1@bevaka.example>",
            date=NOW,
            list_id="sida.bevaka.example",
            unsubscribe_subject="unsubscribe",
        ),
        "Bevaka <bevaka@bevaka.example>",
    )
