"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Sha256, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "bodies",
        sa.Column("sha256", Sha256(), nullable=False),
        sa.Column("stored_sha256", Sha256(), nullable=False),
        sa.Column("codec", sa.String(), nullable=False),
        sa.Column("base_sha256", Sha256(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(codec = 'zstd-delta') = (base_sha256 IS NOT NULL)", name=op.f("ck_bodies_base")),
        sa.CheckConstraint("codec IN ('zstd', 'zstd-delta')", name=op.f("ck_bodies_codec")),
        sa.CheckConstraint("(depth > 0) = (base_sha256 IS NOT NULL)", name=op.f("ck_bodies_depth")),
        sa.CheckConstraint("bytes IS NOT NULL OR base_sha256 IS NULL", name=op.f("ck_bodies_removed")),
        sa.ForeignKeyConstraint(["base_sha256"], ["bodies.sha256"], name=op.f("fk_bodies_base_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_bodies")),
    )
    op.create_index(
        "ix_bodies_base",
        "bodies",
        ["base_sha256"],
        unique=False,
        sqlite_where=sa.text("base_sha256 IS NOT NULL"),
        postgresql_where=sa.text("base_sha256 IS NOT NULL"),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("next_request_at", UtcDateTime(), nullable=True),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=True),
        sa.Column("open_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    op.create_index(
        "ix_hosts_failures",
        "hosts",
        ["failures"],
        unique=False,
        sqlite_where=sa.text("failures > 0"),
        postgresql_where=sa.text("failures > 0"),
    )
    op.create_table(
        "recipes",
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_recipes")),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("consent_at", UtcDateTime(), nullable=True),
        sa.Column("consent_how", sa.String(), nullable=True),
        sa.Column("consent_text", sa.String(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("preferences", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'confirmed', 'suspended', 'removed')", name=op.f("ck_subscribers_state")
        ),
        sa.CheckConstraint("address IS NOT NULL OR state = 'removed'", name=op.f("ck_subscribers_erased")),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_subscribers_address")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("address", name=op.f("uq_subscribers_address")),
    )
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_check_at", UtcDateTime(), nullable=False),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=True),
        sa.Column("last_changed_at", UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("validators_url", sa.Text(), nullable=True),
        sa.Column("last_raw_sha256", Sha256(), nullable=True),
        sa.Column("markup_sha256", Sha256(), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("chain_length", sa.Integer(), nullable=False),
        sa.Column("chain_head", Sha256(), nullable=True),
        sa.CheckConstraint("(chain_length = 0) = (chain_head IS NULL)", name=op.f("ck_watches_chain")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_watches_failures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint("key", name=op.f("uq_watches_key")),
    )
    op.create_index(
        "ix_watches_due",
        "watches",
        ["next_check_at"],
        unique=False,
        sqlite_where=sa.text("archived_at IS NULL"),
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_table(
        "sign_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requester", Sha256(), nullable=True),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name=op.f("fk_sign_ups_subscriber_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
    )
    op.create_index("ix_sign_ups_subscriber", "sign_ups", ["subscriber_id"], unique=False)
    op.create_index("ix_sign_ups_requested", "sign_ups", ["requested_at"], unique=False)
    op.create_table(
        "storms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("watched", sa.Integer(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.CheckConstraint("decision IN ('released', 'discarded')", name=op.f("ck_storms_decision")),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_storms_decided")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storms")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_reply", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("storm_id", sa.Integer(), nullable=True),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name=op.f("ck_deliveries_lease")),
        sa.CheckConstraint("kind IN ('mail', 'digest', 'confirm', 'link', 'goodbye')", name=op.f("ck_deliveries_kind")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'dead', 'cancelled', 'held')", name=op.f("ck_deliveries_state")
        ),
        sa.ForeignKeyConstraint(["storm_id"], ["storms.id"], name=op.f("fk_deliveries_storm_id")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name=op.f("fk_deliveries_subscriber_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_deliveries_dedup_key")),
    )
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["next_attempt_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_sending",
        "deliveries",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index("ix_deliveries_subscriber", "deliveries", ["subscriber_id", "state"], unique=False)
    op.create_index(
        "ix_deliveries_storm",
        "deliveries",
        ["storm_id"],
        unique=False,
        sqlite_where=sa.text("storm_id IS NOT NULL"),
        postgresql_where=sa.text("storm_id IS NOT NULL"),
    )
    op.create_table(
        "bounces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('hard', 'soft', 'complaint')", name=op.f("ck_bounces_kind")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_bounces_delivery_id")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name=op.f("fk_bounces_subscriber_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
        sa.UniqueConstraint("delivery_id", "kind", name=op.f("uq_bounces_delivery_id_kind")),
    )
    op.create_index("ix_bounces_subscriber", "bounces", ["subscriber_id"], unique=False)
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("raw_sha256", Sha256(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("chain", Sha256(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_snapshots_number")),
        sa.ForeignKeyConstraint(["raw_sha256"], ["bodies.sha256"], name=op.f("fk_snapshots_raw_sha256")),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_snapshots_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
        sa.UniqueConstraint("watch_id", "number", name=op.f("uq_snapshots_watch_id_number")),
    )
    op.create_index("ix_snapshots_body", "snapshots", ["raw_sha256"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=True),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("only_parts", sa.Text(), nullable=False),
        sa.Column("material_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("frequency IN ('immediately', 'daily', 'weekly')", name=op.f("ck_subscriptions_frequency")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_subscriptions_ended")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name=op.f("fk_subscriptions_subscriber_id")),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_subscriptions_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_index(
        "ix_subscriptions_watch",
        "subscriptions",
        ["watch_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('sent', 'deferred', 'refused')", name=op.f("ck_attempts_outcome")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_delivery", "attempts", ["delivery_id"], unique=False)
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("before_number", sa.Integer(), nullable=False),
        sa.Column("after_number", sa.Integer(), nullable=False),
        sa.Column("detected_at", UtcDateTime(), nullable=False),
        sa.Column("seen_before", UtcDateTime(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("recipe_hash", sa.String(length=16), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("chain", Sha256(), nullable=False),
        sa.CheckConstraint("before_number < after_number", name=op.f("ck_changes_order")),
        sa.ForeignKeyConstraint(["recipe_hash"], ["recipes.hash"], name=op.f("fk_changes_recipe_hash")),
        sa.ForeignKeyConstraint(
            ["watch_id", "after_number"],
            ["snapshots.watch_id", "snapshots.number"],
            name=op.f("fk_changes_watch_id_after_number"),
        ),
        sa.ForeignKeyConstraint(
            ["watch_id", "before_number"],
            ["snapshots.watch_id", "snapshots.number"],
            name=op.f("fk_changes_watch_id_before_number"),
        ),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_changes_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint("watch_id", "after_number", name=op.f("uq_changes_watch_id_after_number")),
    )
    op.create_table(
        "extractions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("recipe_hash", sa.String(length=16), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("text_sha256", Sha256(), nullable=False),
        sa.ForeignKeyConstraint(["recipe_hash"], ["recipes.hash"], name=op.f("fk_extractions_recipe_hash")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_extractions_snapshot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extractions")),
        sa.UniqueConstraint("snapshot_id", "recipe_hash", name=op.f("uq_extractions_snapshot_id_recipe_hash")),
    )
    op.create_table(
        "observations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("continues", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=True),
        sa.Column("chain", Sha256(), nullable=False),
        sa.CheckConstraint("looks >= 1", name=op.f("ck_observations_looks")),
        sa.ForeignKeyConstraint(
            ["watch_id", "revision"],
            ["snapshots.watch_id", "snapshots.number"],
            name=op.f("fk_observations_watch_id_revision"),
        ),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_observations_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    op.create_index("ix_observations_watch", "observations", ["watch_id", "id"], unique=False)
    op.create_index(
        "uq_observations_open",
        "observations",
        ["watch_id"],
        unique=True,
        sqlite_where=sa.text("link IS NULL"),
        postgresql_where=sa.text("link IS NULL"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(kind = 'changed') = (change_id IS NOT NULL)", name=op.f("ck_events_change")),
        sa.CheckConstraint("(kind = 'in_force') = (due_on IS NOT NULL)", name=op.f("ck_events_due")),
        sa.CheckConstraint("due_on IS NOT NULL OR NOT waits", name=op.f("ck_events_waits")),
        sa.ForeignKeyConstraint(["change_id"], ["changes.id"], name=op.f("fk_events_change_id")),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_events_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("watch_id", "kind", "cause", name=op.f("uq_events_watch_id_kind_cause")),
    )
    op.create_index(
        "ix_events_waiting",
        "events",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("waits = 1"),
        postgresql_where=sa.text("waits"),
    )
    op.create_index("ix_events_change", "events", ["change_id"], unique=False)
    op.create_table(
        "delivery_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_items_delivery_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_delivery_items_event_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_delivery_items_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_items")),
        sa.UniqueConstraint("subscription_id", "event_id", name=op.f("uq_delivery_items_subscription_id_event_id")),
    )
    op.create_index("ix_delivery_items_delivery", "delivery_items", ["delivery_id"], unique=False)
    op.create_table(
        "removals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("raw_sha256", Sha256(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("chain", Sha256(), nullable=False),
        sa.ForeignKeyConstraint(
            ["watch_id", "number"],
            ["snapshots.watch_id", "snapshots.number"],
            name=op.f("fk_removals_watch_id_number"),
        ),
        sa.ForeignKeyConstraint(["watch_id"], ["watches.id"], name=op.f("fk_removals_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
    )
    op.create_index("ix_removals_watch", "removals", ["watch_id", "number"], unique=False)
    op.create_table(
        "timestamps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timestamps")),
    )
    op.create_table(
        "operator_mails",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_operator_mails")),
    )

    op.create_index(
        "uq_subscriptions_running",
        "subscriptions",
        ["subscriber_id", sa.text("coalesce(watch_id, 0)")],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
