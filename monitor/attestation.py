"""Use case: seal what was recorded before format 2 of the chain, once, marked as attested at the upgrade.

No link that is there is touched. What is appended says when it was attested, and proves no more than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from monitor.errors import ExtractError, HeavyWorkFailed
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import AttestedText, OwedText
from monitor.reader import Reader

REVISIONS_AT_A_TIME = 20
"""How many revisions are in memory at once, and sealed in one transaction."""


def attest(unit_of_work: UnitOfWork, reader: Reader, now: datetime) -> int:
    """Seal the definition and the texts of every watch that is owed them; return how many texts were sealed.

    A revision that cannot be read (its body was removed or is damaged, or nothing can be extracted) gets no text. May
    be interrupted: the next call goes on. Raises StorageError, HeavyWorkStopped.
    """
    sealed = 0
    while True:
        with unit_of_work.read() as work:
            watch_id = work.attestation.next_watch()
        if watch_id is None:
            return sealed
        after: int | None = 0
        while after is not None:
            with unit_of_work.read() as work:
                owed = work.attestation.owed(watch_id, after, REVISIONS_AT_A_TIME)
            texts = list(_texts(reader, owed))
            after = owed[-1].snapshot.number if owed else None
            with unit_of_work.write() as work:
                sealed += work.attestation.seal(watch_id, texts, now, is_last=after is None)


def _texts(reader: Reader, owed: Iterable[OwedText]) -> Iterator[AttestedText]:
    for each in owed:
        if each.body is None:
            continue
        try:
            extracted = reader.extract(each.snapshot.fetched(each.body), each.recipe)
        except (ExtractError, HeavyWorkFailed):
            continue
        yield AttestedText(each.snapshot, each.recipe, extracted.reader, extracted.text, each.body)
