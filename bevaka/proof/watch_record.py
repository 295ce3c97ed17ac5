"""Everything stored of one watch, as an export is made from it."""

from __future__ import annotations

from datetime import UTC, datetime

from bevaka.proof.verify import Link, Record, Stamp, genesis
from monitor.core.record.chain_heads import heads_in
from monitor.errors import StorageError
from monitor.ports.storage import Work


def watch_record(work: Work, key: str, now: datetime, program: str) -> Record:
    """Return the record of a watch; its bytes are read from the transaction when they are asked for.

    Raises UnknownWatch, and StorageError if the stored chain is not the one that its facts give; reading a damaged body
    raises StorageError.
    """
    row = work.watches.get(key)
    links = work.history.links(row.id)
    stamps = [
        Stamp(stamp.statement.encode(), stamp.token)
        for stamp in work.timestamps.all()
        if any(head.genesis == genesis(key) for head in heads_in(stamp.statement))
    ]
    unsealed = {
        "name": row.watch.name,
        "language": row.watch.language,
        "exported_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "program": program,
    }

    def content(link: Link) -> bytes:
        return work.snapshots.body(link.facts["raw_sha256" if link.kind == "snapshot" else "sha256"])

    record = Record(key, (link.facts for link in links), unsealed, stamps, content)
    stored = [(link.number, link.chain) for link in links]
    if stored != [(link.number, link.chain) for link in record.links]:
        raise StorageError(f"the chain of {key} is damaged: bevaka verify {key} says where")
    return record
