"""The page's own date in a change: told, or held back as an automatic stamp.

One block change may be either; what else changed and the history of the page decide.
"""

from __future__ import annotations

from monitor.core.judging.rules.date_stamps import states_date
from monitor.core.judging.significance import with_rule
from monitor.core.model import BlockChange, Change

_DATE = "update-date"
_STAMP = "automatic-stamp"


def is_date_alone(change: Change) -> bool:
    """True if the page's own date is all that is material."""
    material = [block for block in change.blocks if block.material]
    return bool(material) and all(block.rule == _DATE for block in material)


def is_stamp_alone(change: Change) -> bool:
    """True if nothing is material, and the page's own date, to another day, is among what is held back."""
    return not change.material and any(_is_moved_date(block, change) for block in change.blocks)


def as_stamp(change: Change) -> Change:
    """Return the change with the page's own date as an automatic stamp."""
    return with_rule(change, _STAMP, lambda block: block.rule == _DATE)


def as_update(change: Change) -> Change:
    """Return the change with the page's own date as material, where it moved to another day."""
    return with_rule(change, _DATE, lambda block: _is_moved_date(block, change))


def as_part_of(change: Change) -> Change:
    """Return the change; a date that moved together with anything material is no automatic stamp."""
    return as_update(change) if change.material else change


def as_recorded(change: Change, rule: str | None) -> Change:
    """Return a change that is judged once more as it was judged in view of the page's history.

    `rule` is that of its record, None where there is none.
    """
    if rule == _DATE and is_stamp_alone(change):
        return as_update(change)
    return as_stamp(change) if rule == _STAMP and is_date_alone(change) else change


def _is_moved_date(block: BlockChange, change: Change) -> bool:
    before, after = change.updated_before, change.updated_after
    if block.rule != _STAMP or before is None or after is None or before.date == after.date:
        return False
    return states_date(block.before or "", before) and states_date(block.after or "", after)
