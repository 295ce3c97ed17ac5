"""Everything stored of one watch, for an export: its chain, its revisions one at a time, its time stamps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from monitor.core.model import Extraction, Snapshot, Watch
from monitor.core.record.chain_heads import ChainHead, genesis, heads_in
from monitor.errors import BodyRemoved, ExtractError
from monitor.ports.storage import Work
from monitor.ports.values import ChainLink, Timestamp
from monitor.reader import Reader


@dataclass(frozen=True, slots=True)
class RecordedRevision:
    """One revision. `body` is None if retention removed it (`removed` says when and why).

    `text` is its text as extracted today, under the recipe of its latest extraction; None if nothing can be extracted.
    """

    snapshot: Snapshot
    body: bytes | None
    text: str | None
    removed: BodyRemoved | None = None


class WatchRecord:
    """One watch within one transaction. Raises UnknownWatch; reading a damaged body raises StorageError."""

    def __init__(self, work: Work, reader: Reader, key: str) -> None:
        row = work.watches.get(key)
        self.watch: Watch = row.watch
        self.links: list[ChainLink] = work.history.links(row.id)
        self.head = ChainHead(genesis(key), len(self.links), self.links[-1].chain if self.links else genesis(key))
        self.stamps: list[Timestamp] = [stamp for stamp in work.timestamps.all() if self.stamped(stamp) is not None]
        self._work = work
        self._reader = reader
        self._watch_id = row.id

    def stamped(self, stamp: Timestamp) -> ChainHead | None:
        """Return the head of this watch's chain in a time stamp; None if the time stamp has none."""
        return next((head for head in heads_in(stamp.statement) if head.genesis == genesis(self.watch.key)), None)

    def copies(self) -> Iterator[RecordedRevision]:
        """Yield every revision, oldest first."""
        for snapshot in self._work.snapshots.all(self._watch_id):
            try:
                body = self._work.snapshots.body(snapshot.sha256)
            except BodyRemoved as removed:
                yield RecordedRevision(snapshot, None, None, removed)
                continue
            yield RecordedRevision(snapshot, body, self._text(snapshot, body))

    def _text(self, snapshot: Snapshot, body: bytes) -> str | None:
        try:
            extracted = self._reader.extract(snapshot.fetched(body), self._work.snapshots.recipe(snapshot.id))
        except ExtractError:
            return None
        return text_of(extracted.extraction)


def text_of(extraction: Extraction) -> str:
    """Return an extraction as plain text: headings marked by level, items by a bullet, §§ by their label."""
    lines = [extraction.title] if extraction.title else []
    for block in extraction.blocks:
        mark = {"li": "• "}.get(block.kind, "")
        if block.kind[:1] == "h" and block.kind[1:].isdigit():
            mark = "#" * int(block.kind[1:]) + " "
        lines.append(f"{mark}{f'{block.label}  ' if block.label else ''}{block.text}")
    return "\n\n".join(lines) + "\n"


def link_line(link: ChainLink) -> str:
    """Return a link as one line of JSON; `facts` are exactly what the chain seals."""
    return json.dumps(asdict(link), ensure_ascii=False, sort_keys=True)
