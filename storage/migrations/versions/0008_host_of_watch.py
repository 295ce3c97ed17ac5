"""The host of each watch: what is due is taken up host by host."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.core.schedule.host_load import host_of

revision = "0008"
down_revision = "0007"

ROWS_AT_A_TIME = 1000


def upgrade() -> None:
    """Add the host of each address."""
    op.add_column("watches", sa.Column("host", sa.String(), nullable=False, server_default=""))
    watches = sa.table("watches", sa.column("id"), sa.column("url"), sa.column("host"))
    connection = op.get_bind()
    known = connection.execute(sa.select(watches.c.id, watches.c.url)).all()
    fill = sa.update(watches).where(watches.c.id == sa.bindparam("watch")).values(host=sa.bindparam("name"))
    for begin in range(0, len(known), ROWS_AT_A_TIME):
        rows = known[begin : begin + ROWS_AT_A_TIME]
        connection.execute(fill, [{"watch": row.id, "name": host_of(row.url)} for row in rows])
