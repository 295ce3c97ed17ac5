"""Room on each page of PostgreSQL for what every check writes: a row that stays on its page needs no new index entry.

With full pages a sixth of the updates of `watches` stay on theirs, with this room almost half: all claims; what records
a check moves the row within an index. The table is then half as large (docs/fleet.md). Rows of `observations` grow only
while their run is open, and get less room.
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Fill new pages of the tables to these percents only; SQLite knows nothing of the kind."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE watches SET (fillfactor = 60)")
        op.execute("ALTER TABLE observations SET (fillfactor = 90)")
