"""Use case: seal what was recorded before format 2 of the chain, once, marked as attested at the upgrade.

No link that is there is touched. What is appended says when it was attested, and proves no more than that.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from monitor.errors import BodyRemoved, ExtractError, HeavyWorkStopped
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import AttestedText, OwedText
from monitor.reader import Reader

log = logging.getLogger("bevaka.upgrade")

REVISIONS_AT_A_TIME = 20
"""How many texts are in memory at once, and sealed in one transaction; of their bytes, one revision's."""


def attest(unit_of_work: UnitOfWork, reader: Reader, now: datetime) -> int:
    """Seal the definition and the texts of every watch that is owed them; return how many texts were sealed.

    A revision that cannot be read (its body was removed or is damaged, or nothing can be extracted) gets no text. A
    watch that cannot be sealed stays owed, and is logged. May be interrupted: the next call goes on. Raises
    HeavyWorkStopped, and StorageError if the database cannot be used at all.
    """
    sealed, after = 0, 0
    while True:
        with unit_of_work.read() as work:
            watch_id = work.attestation.next_watch(after)
        if watch_id is None:
            return sealed
        after = watch_id
        try:
            sealed += _attest_watch(unit_of_work, reader, watch_id, now)
        except HeavyWorkStopped:
            raise
        except Exception:  # a boundary: a row of one watch that is damaged must not keep the program from starting
            log.exception("the texts of a watch cannot be sealed", extra={"watch": watch_id})


def _attest_watch(unit_of_work: UnitOfWork, reader: Reader, watch_id: int, now: datetime) -> int:
    sealed = 0
    after: int | None = 0
    while after is not None:
        with unit_of_work.read() as work:
            owed = work.attestation.owed(watch_id, after, REVISIONS_AT_A_TIME)
        texts = list(_texts(unit_of_work, reader, owed))
        after = owed[-1].snapshot.number if owed else None
        with unit_of_work.write() as work:
            sealed += work.attestation.seal(watch_id, texts, now, is_last=after is None)
    return sealed


def _texts(unit_of_work: UnitOfWork, reader: Reader, owed: list[OwedText]) -> Iterator[AttestedText]:
    for each in owed:
        try:
            with unit_of_work.read() as work:
                body = work.snapshots.body(each.snapshot.sha256)
            extracted = reader.extract(each.snapshot.fetched(body), each.recipe)
        except (BodyRemoved, ExtractError):
            continue
        except HeavyWorkStopped:
            raise
        except Exception:  # a boundary, as above: an installed extractor may raise anything
            facts = {"watch": each.snapshot.watch_id, "revision": each.snapshot.number}
            log.exception("the text of a revision cannot be sealed", extra=facts)
            continue
        yield AttestedText(each.snapshot, each.recipe, extracted.reader, extracted.text)
