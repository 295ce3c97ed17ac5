"""Everything stored of one watch, as an export is made from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bevaka.proof.verify import SEEN, Certified, Link, Record, Stamp, as_microseconds, genesis
from monitor.core.record.chain_heads import heads_in
from monitor.errors import StorageError
from monitor.ports.storage import Work
from monitor.ports.values import ChainLink


def watch_record(
    work: Work, key: str, now: datetime, program: str, at: datetime | None = None, certified: Certified | None = None
) -> Record:
    """Return the record of a watch; its bytes are read from the transaction when they are asked for.

    With a time, it is the chain up to the link of the first check from then on that saw the page, or to the next one
    after it that is time-stamped: a part of a chain is a chain.

    Raises UnknownWatch, and StorageError if the stored chain is not the one that its facts give; reading a damaged body
    raises StorageError.
    """
    row = work.watches.get(key)
    links = work.history.links(row.id)
    stamped = [
        (head.link, Stamp(stamp.statement.encode(), stamp.token))
        for stamp in work.timestamps.all()
        for head in heads_in(stamp.statement)
        if head.genesis == genesis(key)
    ]
    last = len(links) if at is None else _sealed_by(links, as_microseconds(at), [link for link, _ in stamped])
    links = links[:last]
    stamps = [stamp for link, stamp in stamped if link <= last]
    unsealed = {
        "name": row.watch.name,
        "language": row.watch.language,
        "exported_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "program": program,
    }

    def content(link: Link) -> bytes:
        return work.snapshots.body(link.facts["raw_sha256" if link.kind == "snapshot" else "sha256"])

    record = Record(key, (link.facts for link in links), unsealed, stamps, content, certified)
    stored = [(link.number, link.chain) for link in links]
    if stored != [(link.number, link.chain) for link in record.links]:
        raise StorageError(f"the chain of {key} is damaged: bevaka verify {key} says where")
    return record


def _sealed_by(links: Sequence[ChainLink], moment: int, stamped: Sequence[int]) -> int:
    """Return the number of the link of the first check from a moment on that saw the page, or of the next stamped one.

    The last one if there is no such check.
    """
    seen = (link for link in links if link.kind == "observation" and link.facts["outcome"] in SEEN)
    sealing = next((link.number for link in seen if _time(link, "last_at") >= moment), len(links))
    return min((link for link in stamped if link >= sealing), default=sealing)


def _time(link: ChainLink, name: str) -> int:
    value = link.facts[name]
    return value if isinstance(value, int) else 0
