"""The tables. Constraints live here; what violates them is translated in `storage.engine`.

Documents (recipe, headers, facts, …) are JSON in text columns, written by `storage.values` in one canonical form,
because the chain hashes them as they stand.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from storage.types import Sha256, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

watches = Table(
    "watches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("definition", Text, nullable=False),  # what the schedule says, but for key and url
    Column("archived_at", UtcDateTime),
    Column("paused", Boolean, nullable=False),
    Column("next_check_at", UtcDateTime, nullable=False),
    Column("lease_token", Integer, nullable=False),  # only grows
    Column("lease_until", UtcDateTime),
    Column("state", String),  # outcome of the last look, NULL before the first
    Column("failures", Integer, nullable=False),
    Column("last_seen_at", UtcDateTime),
    Column("last_changed_at", UtcDateTime),
    Column("trouble", Text),  # the rest of the standing; NULL while all is well
    Column("etag", Text),
    Column("last_modified", Text),
    Column("validators_url", Text),  # the address that gave the two
    Column("last_raw_sha256", Sha256),
    Column("checks", Integer, nullable=False),
    Column("chain_length", Integer, nullable=False),
    Column("chain_head", Sha256),  # NULL while the chain is empty
    CheckConstraint("failures >= 0", name="failures"),
    CheckConstraint("(chain_length = 0) = (chain_head IS NULL)", name="chain"),
)
Index(
    "ix_watches_due",
    watches.c.next_check_at,
    sqlite_where=watches.c.archived_at.is_(None),
    postgresql_where=watches.c.archived_at.is_(None),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", String, primary_key=True),
    Column("next_request_at", UtcDateTime),
    Column("held_until", UtcDateTime),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
)

bodies = Table(
    "bodies",
    metadata,
    Column("sha256", Sha256, primary_key=True),  # of the raw bytes
    Column("stored_sha256", Sha256, nullable=False),  # of `bytes`
    Column("codec", String, nullable=False),
    Column("base_sha256", Sha256, ForeignKey("bodies.sha256")),  # so a body that another needs cannot be deleted
    Column("depth", Integer, nullable=False),  # how many bodies lie beneath it, down to a full copy
    Column("size", Integer, nullable=False),  # of the raw bytes
    Column("bytes", LargeBinary, nullable=False),
    CheckConstraint("codec IN ('zstd', 'zstd-delta')", name="codec"),
    CheckConstraint("(codec = 'zstd-delta') = (base_sha256 IS NOT NULL)", name="base"),
    CheckConstraint("(depth > 0) = (base_sha256 IS NOT NULL)", name="depth"),
)
Index(
    "ix_bodies_base",
    bodies.c.base_sha256,
    sqlite_where=bodies.c.base_sha256.is_not(None),
    postgresql_where=bodies.c.base_sha256.is_not(None),
)

recipes = Table(
    "recipes",
    metadata,
    Column("hash", String(16), primary_key=True),
    Column("recipe", Text, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("raw_sha256", Sha256, ForeignKey("bodies.sha256"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("link", Integer, nullable=False),
    Column("chain", Sha256, nullable=False),
    UniqueConstraint("watch_id", "number"),
    CheckConstraint("number >= 1", name="number"),
)
Index("ix_snapshots_body", snapshots.c.raw_sha256)

extractions = Table(
    "extractions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("snapshot_id", ForeignKey("snapshots.id"), nullable=False),
    Column("recipe_hash", ForeignKey("recipes.hash"), nullable=False),
    Column("reader", String, nullable=False),
    Column("text_sha256", Sha256, nullable=False),
    UniqueConstraint("snapshot_id", "recipe_hash"),
)

observations = Table(
    "observations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("outcome", String, nullable=False),
    Column("revision", Integer),
    Column("reason", Text),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("continues", Boolean, nullable=False),  # the run before it went on into this day
    Column("link", Integer),  # NULL while the run is open
    Column("chain", Sha256, nullable=False),  # while it is open: the hash of the row alone
    ForeignKeyConstraint(["watch_id", "revision"], ["snapshots.watch_id", "snapshots.number"]),
    CheckConstraint("looks >= 1", name="looks"),
)
Index("ix_observations_watch", observations.c.watch_id, observations.c.id)
Index(
    "uq_observations_open",
    observations.c.watch_id,
    unique=True,
    sqlite_where=observations.c.link.is_(None),
    postgresql_where=observations.c.link.is_(None),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("before_number", Integer, nullable=False),
    Column("after_number", Integer, nullable=False),
    Column("detected_at", UtcDateTime, nullable=False),
    Column("seen_before", UtcDateTime, nullable=False),
    Column("category", String, nullable=False),
    Column("material", Boolean, nullable=False),
    Column("rule", String, nullable=False),
    Column("summary", Text, nullable=False),
    Column("recipe_hash", ForeignKey("recipes.hash"), nullable=False),
    Column("link", Integer, nullable=False),
    Column("chain", Sha256, nullable=False),
    ForeignKeyConstraint(["watch_id", "before_number"], ["snapshots.watch_id", "snapshots.number"]),
    ForeignKeyConstraint(["watch_id", "after_number"], ["snapshots.watch_id", "snapshots.number"]),
    UniqueConstraint("watch_id", "after_number"),
    CheckConstraint("before_number < after_number", name="order"),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("cause", String, nullable=False),  # the change, or the silence, that it is about
    Column("at", UtcDateTime, nullable=False),
    Column("change_id", ForeignKey("changes.id")),
    Column("facts", Text, nullable=False),
    UniqueConstraint("watch_id", "kind", "cause"),
    CheckConstraint("(kind = 'changed') = (change_id IS NOT NULL)", name="change"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False, unique=True),
    Column("state", String, nullable=False),
    Column("state_reason", Text),
    Column("language", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("consent_at", UtcDateTime),
    Column("consent_how", String),
    CheckConstraint("address = lower(address)", name="address"),
    CheckConstraint("state IN ('pending', 'confirmed', 'suspended', 'removed')", name="state"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id"), nullable=False),
    Column("watch_id", ForeignKey("watches.id")),  # NULL: every watch
    Column("frequency", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_reason", Text),
    CheckConstraint("frequency IN ('immediately', 'daily', 'weekly')", name="frequency"),
    CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended"),
)
Index(
    "uq_subscriptions_running",
    subscriptions.c.subscriber_id,
    func.coalesce(subscriptions.c.watch_id, 0),
    unique=True,
    sqlite_where=subscriptions.c.ended_at.is_(None),
    postgresql_where=subscriptions.c.ended_at.is_(None),
)
Index(
    "ix_subscriptions_watch",
    subscriptions.c.watch_id,
    sqlite_where=subscriptions.c.ended_at.is_(None),
    postgresql_where=subscriptions.c.ended_at.is_(None),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("dedup_key", String, nullable=False, unique=True),
    Column("message_id", String, nullable=False),
    Column("thread_id", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_reply", Text),
    Column("lease_token", Integer, nullable=False),  # only grows
    Column("lease_until", UtcDateTime),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'dead', 'cancelled')", name="state"),
    CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease"),
    CheckConstraint("kind IN ('mail', 'digest')", name="kind"),
)
Index(
    "ix_deliveries_pending",
    deliveries.c.next_attempt_at,
    sqlite_where=deliveries.c.state == "pending",
    postgresql_where=deliveries.c.state == "pending",
)
Index(
    "ix_deliveries_sending",
    deliveries.c.lease_until,
    sqlite_where=deliveries.c.state == "sending",
    postgresql_where=deliveries.c.state == "sending",
)
Index("ix_deliveries_subscriber", deliveries.c.subscriber_id, deliveries.c.state)

delivery_items = Table(
    "delivery_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("subscription_id", ForeignKey("subscriptions.id"), nullable=False),
    Column("event_id", ForeignKey("events.id"), nullable=False),
    UniqueConstraint("subscription_id", "event_id"),
)
Index("ix_delivery_items_delivery", delivery_items.c.delivery_id)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String, nullable=False),
    Column("code", Integer),
    Column("reply", Text, nullable=False),
    CheckConstraint("outcome IN ('sent', 'deferred', 'refused')", name="outcome"),
)
Index("ix_attempts_delivery", attempts.c.delivery_id)
