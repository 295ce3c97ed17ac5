"""The tables. Constraints are declared here; the errors of violations are translated in `storage.engine`.

Documents (recipe, headers, facts, …) are JSON in text columns, written by `storage.serialization` in one canonical
form, because the chain hashes them as stored.

A partial index names its condition here for SQLite; migration 0001 names it for PostgreSQL as well. To name that
dialect here would import it, which takes longer than all the tables.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
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
    text,
)

from storage.types import Id, Sha256, UtcDateTime

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
    Column("id", Id, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("host", String, nullable=False, server_default=text("''")),  # of the url: name, or name:port
    Column("definition", Text, nullable=False),  # what the schedule says, except key and url
    Column("title", Text),  # of the page, as it was last seen
    Column("archived_at", UtcDateTime),
    Column("paused", Boolean, nullable=False),
    Column("next_check_at", UtcDateTime, nullable=False),
    Column("lease_token", Integer, nullable=False),  # only grows
    Column("lease_until", UtcDateTime),
    Column("state", String),  # outcome of the last check, NULL before the first
    Column("failures", Integer, nullable=False),
    Column("last_seen_at", UtcDateTime),
    Column("last_changed_at", UtcDateTime),
    Column("trouble", Text),  # the rest of the watch state; NULL while all is well
    Column("etag", Text),
    Column("last_modified", Text),
    Column("validators_url", Text),  # the address that sent the two
    Column("last_raw_sha256", Sha256),
    Column("markup_sha256", Sha256),  # NULL: not asked for yet; empty: of no use (see `KnowsMarkup`)
    Column("last_full_at", UtcDateTime),  # when a body came last; NULL: not known
    Column("conditional_requests", Integer, nullable=False, server_default=text("0")),  # since that body
    Column("distrusted_at", UtcDateTime),  # when other bytes came under an unchanged validator; NULL: never
    Column("moving", Text),  # what moves by itself, as JSON; NULL: nothing
    Column("documents", Text),  # what is known of its documents, as JSON; NULL: none were looked at
    Column("too_heavy", Text),  # the latest body, where it was too heavy to read, as JSON
    Column(
        "attestation_owed", Boolean
    ),  # revisions from before format 2 of the chain are not sealed yet; NULL: all are
    Column("checks", Integer, nullable=False),
    Column("chain_length", Integer, nullable=False),
    Column("chain_head", Sha256),  # NULL while the chain is empty
    Column("section_id", Id),  # the watch of the section that it is an item of; NULL: the schedule says it itself
    CheckConstraint("failures >= 0", name="failures"),
    CheckConstraint("(chain_length = 0) = (chain_head IS NULL)", name="chain"),
)
Index(
    "ix_watches_due",
    watches.c.next_check_at,
    sqlite_where=watches.c.archived_at.is_(None),
)
Index(
    "ix_watches_attestation_owed",
    watches.c.id,
    sqlite_where=watches.c.attestation_owed.is_not(None),
)

Index("ix_watches_section_id", watches.c.section_id, sqlite_where=watches.c.section_id.is_not(None))

section_items = Table(
    "section_items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("watch_id", Id, ForeignKey("watches.id"), nullable=False),  # of the section
    Column("identity", Text, nullable=False),  # the address in canonical form
    Column("title", Text, nullable=False),  # empty where it has none
    Column("url", Text, nullable=False),
    Column("date", String),  # ISO, as the section gives it
    Column("place", Integer, nullable=False),  # in the section, as it was last seen
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("first_revision", Integer),  # in which it was told as new; NULL: it was there from the first copy
    Column("gone_at", UtcDateTime),  # when the section was first seen without it; NULL: it is there
    Column("child_id", Id),  # its own watch
    UniqueConstraint("watch_id", "identity"),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String, primary_key=True),  # see `storage.marks`
    Column("value", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String, nullable=False),  # of the file, hex
    Column("machine", String, nullable=False),  # that put it in force
    Column("applied_at", UtcDateTime, nullable=False),
    Column("facts", Text, nullable=False),  # what a process without the file has to know, as JSON
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", String, primary_key=True),
    Column("next_request_at", UtcDateTime),
    Column("held_until", UtcDateTime),  # Retry-After
    Column("turn_token", Integer, nullable=False, server_default=text("0")),
    Column("turn_until", UtcDateTime),  # the end of the holder's lease; NULL: nobody asks the host now
    Column("turn_worker", String),  # the holder, where it gives signs of life
    Column("wanted_until", UtcDateTime),  # by somebody who waits for the next turn
    Column("wanted_by", String),
    Column("failures", Integer),  # attempts in a row that reached nobody; NULL: none
    Column("open_until", UtcDateTime),  # of its breaker; NULL: closed
)
Index("ix_hosts_failures", hosts.c.failures, sqlite_where=hosts.c.failures > 0)

workers = Table(
    "workers",
    metadata,
    Column("id", String, primary_key=True),
    Column("machine", String, nullable=False),
    Column("version", String, nullable=False),  # of the program
    Column("roles", String, nullable=False),  # with spaces between them; empty: a command
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),  # its latest sign of life
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
    Column("base_sha256", Sha256, ForeignKey("bodies.sha256")),  # a body that another is based on cannot be deleted
    Column("depth", Integer, nullable=False),  # how many bases lie beneath it, down to a body stored whole
    Column("size", Integer, nullable=False),  # of the raw bytes
    Column("bytes", LargeBinary),  # NULL: removed by retention (see `removals`)
    CheckConstraint("codec IN ('zstd', 'zstd-delta')", name="codec"),
    CheckConstraint("(codec = 'zstd-delta') = (base_sha256 IS NOT NULL)", name="base"),
    CheckConstraint("(depth > 0) = (base_sha256 IS NOT NULL)", name="depth"),
    CheckConstraint("bytes IS NOT NULL OR base_sha256 IS NULL", name="removed"),
)
Index(
    "ix_bodies_base",
    bodies.c.base_sha256,
    sqlite_where=bodies.c.base_sha256.is_not(None),
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
    Column("id", Id, primary_key=True),
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
    Column("id", Id, primary_key=True),
    Column("snapshot_id", ForeignKey("snapshots.id"), nullable=False),
    Column("recipe_hash", ForeignKey("recipes.hash"), nullable=False),
    Column("reader", String, nullable=False),
    Column("text_sha256", Sha256, nullable=False),
    Column("documents", Text),  # what was found of each, as JSON; NULL: they are no part of the page
    UniqueConstraint("snapshot_id", "recipe_hash"),
)

observations = Table(
    "observations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("outcome", String, nullable=False),
    Column("revision", Integer),
    Column("reason", Text),
    Column("due_at", UtcDateTime),  # when the first of these checks was due
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("continues", Boolean, nullable=False),  # the row goes on with the run of the row before
    Column("link", Integer),  # NULL while the observation is open
    Column("chain", Sha256, nullable=False),  # while open: the hash of the row alone
    ForeignKeyConstraint(["watch_id", "revision"], ["snapshots.watch_id", "snapshots.number"]),
    CheckConstraint("looks >= 1", name="looks"),
)
Index("ix_observations_watch", observations.c.watch_id, observations.c.id)
Index(
    "uq_observations_open",
    observations.c.watch_id,
    unique=True,
    sqlite_where=observations.c.link.is_(None),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Id, primary_key=True),
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
    Column("id", Id, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("cause", String, nullable=False),  # the change, or the silence, that the event is about
    Column("at", UtcDateTime, nullable=False),
    Column("change_id", ForeignKey("changes.id")),
    Column("facts", Text, nullable=False),
    Column("due_on", Date),  # the day on which what was announced takes effect
    Column("waits", Boolean, nullable=False),  # for that day; no subscriber was notified yet
    UniqueConstraint("watch_id", "kind", "cause"),
    CheckConstraint("(kind = 'changed') = (change_id IS NOT NULL)", name="change"),
    CheckConstraint("(kind = 'in_force') = (due_on IS NOT NULL)", name="due"),
    CheckConstraint("due_on IS NOT NULL OR NOT waits", name="waits"),
)
Index("ix_events_waiting", events.c.due_on, sqlite_where=text("waits = 1"))  # as queries write it
Index("ix_events_change", events.c.change_id)
Index("ix_events_at", events.c.at)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address", String, unique=True),  # NULL once erased
    Column("state", String, nullable=False),
    Column("state_reason", Text),
    Column("language", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("consent_at", UtcDateTime),
    Column("consent_how", String),
    Column("consent_text", String),  # the version of the words that were agreed to
    Column("generation", Integer, nullable=False),  # links of an older one are void
    Column("preferences", Text),  # NULL: the defaults
    CheckConstraint("address IS NOT NULL OR state = 'removed'", name="erased"),
    CheckConstraint("address = lower(address)", name="address"),
    CheckConstraint("state IN ('pending', 'confirmed', 'suspended', 'removed')", name="state"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),  # in the schedule file, from 0
    Column("archived_at", UtcDateTime),  # when the schedule file named it no more
)

watch_tags = Table(
    "watch_tags",  # which tags a watch has, as the schedule file says
    metadata,
    Column("watch_id", ForeignKey("watches.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)
Index("ix_watch_tags_tag", watch_tags.c.tag_id)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id"), nullable=False),
    Column("watch_id", ForeignKey("watches.id")),
    Column("tag_id", ForeignKey("tags.id")),  # both NULL: every watch
    Column("frequency", String, nullable=False),
    Column("only_parts", Text, nullable=False),  # the sections and headings that are followed; [] for all
    Column("material_only", Boolean, nullable=False),
    Column("only_if", Text),  # patterns of words that a change must touch, as JSON; NULL: none
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
    func.coalesce(subscriptions.c.tag_id, 0),
    unique=True,
    sqlite_where=subscriptions.c.ended_at.is_(None),
)
Index(
    "ix_subscriptions_watch",
    subscriptions.c.watch_id,
    sqlite_where=subscriptions.c.ended_at.is_(None),
)
Index(
    "ix_subscriptions_tag",
    subscriptions.c.tag_id,
    sqlite_where=subscriptions.c.ended_at.is_(None),
)

sign_ups = Table(
    "sign_ups",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id")),  # NULL: nothing was mailed, but the request counts as well
    Column("requested_at", UtcDateTime, nullable=False),
    Column("requester", Sha256),  # who asked, as a keyed hash; NULL once no longer needed
    Column("wish", Text),  # what they asked to follow; NULL: a link alone
    Column("confirmed_at", UtcDateTime),
)
Index("ix_sign_ups_subscriber", sign_ups.c.subscriber_id)
Index("ix_sign_ups_requested", sign_ups.c.requested_at)

storms = Table(
    "storms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime, nullable=False),  # when the round began whose changes are held
    Column("changed", Integer, nullable=False),
    Column("watched", Integer, nullable=False),
    Column("told_at", UtcDateTime),  # when the operator was notified by mail
    Column("decided_at", UtcDateTime),
    Column("decision", String),
    CheckConstraint("decision IN ('released', 'discarded')", name="decision"),
    CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided"),
)

bounces = Table(
    "bounces",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("subscriber_id", ForeignKey("subscribers.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("status", String),
    UniqueConstraint("delivery_id", "kind"),
    CheckConstraint("kind IN ('hard', 'soft', 'complaint')", name="kind"),
)
Index("ix_bounces_subscriber", bounces.c.subscriber_id)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
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
    Column("facts", Text),  # of a letter about the subscription itself
    Column("storm_id", ForeignKey("storms.id")),  # the mass change for which it was held
    Column("lease_token", Integer, nullable=False),  # only grows
    Column("lease_until", UtcDateTime),
    Column("lease_worker", String),  # who sends, where it gives signs of life
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'dead', 'cancelled', 'held')", name="state"),
    CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease"),
    CheckConstraint("kind IN ('mail', 'digest', 'confirm', 'welcome', 'link', 'goodbye')", name="kind"),
)
Index(
    "ix_deliveries_pending",
    deliveries.c.next_attempt_at,
    sqlite_where=deliveries.c.state == "pending",
)
Index(
    "ix_deliveries_sending",
    deliveries.c.lease_until,
    sqlite_where=deliveries.c.state == "sending",
)
Index("ix_deliveries_subscriber", deliveries.c.subscriber_id, deliveries.c.state)
Index(
    "ix_deliveries_storm",
    deliveries.c.storm_id,
    sqlite_where=deliveries.c.storm_id.is_not(None),
)

delivery_items = Table(
    "delivery_items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("subscription_id", ForeignKey("subscriptions.id"), nullable=False),
    Column("event_id", ForeignKey("events.id"), nullable=False),
    UniqueConstraint("subscription_id", "event_id"),
)
Index("ix_delivery_items_delivery", delivery_items.c.delivery_id)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String, nullable=False),
    Column("code", Integer),
    Column("reply", Text, nullable=False),
    CheckConstraint("outcome IN ('sent', 'deferred', 'refused')", name="outcome"),
)
Index("ix_attempts_delivery", attempts.c.delivery_id)

removals = Table(
    "removals",  # bodies that retention removed; the revision itself stays
    metadata,
    Column("id", Id, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("raw_sha256", Sha256, nullable=False),
    Column("removed_at", UtcDateTime, nullable=False),
    Column("rule", Text, nullable=False),
    Column("link", Integer, nullable=False),
    Column("chain", Sha256, nullable=False),
    ForeignKeyConstraint(["watch_id", "number"], ["snapshots.watch_id", "snapshots.number"]),
)
Index("ix_removals_watch", removals.c.watch_id, removals.c.number)

definitions = Table(
    "definitions",  # what a watch was told to read: at its first revision, and at each edit
    metadata,
    Column("id", Id, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("recipe_hash", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("attested", Boolean, nullable=False),  # true: sealed when the database was upgraded to format 2
    Column("link", Integer, nullable=False),
    Column("chain", Sha256, nullable=False),
)
Index("ix_definitions_watch", definitions.c.watch_id, definitions.c.link)

texts = Table(
    "texts",  # what a person reads in a revision, as it was read at the time; the text itself is in `bodies`
    metadata,
    Column("id", Id, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("reader", String, nullable=False),
    Column("recipe_hash", ForeignKey("recipes.hash"), nullable=False),
    Column("sha256", Sha256, ForeignKey("bodies.sha256"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Column("attested", Boolean, nullable=False),  # as above
    Column("link", Integer, nullable=False),
    Column("chain", Sha256, nullable=False),
    ForeignKeyConstraint(["watch_id", "number"], ["snapshots.watch_id", "snapshots.number"]),
)
Index("ix_texts_watch", texts.c.watch_id, texts.c.number)
Index("ix_texts_body", texts.c.sha256)

parts = Table(
    "parts",  # what a revision consists of beside its body: a document that it links to
    metadata,
    Column("id", Id, primary_key=True),
    Column("watch_id", ForeignKey("watches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("role", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("sha256", Sha256, ForeignKey("bodies.sha256"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("link", Integer, nullable=False),
    Column("chain", Sha256, nullable=False),
    ForeignKeyConstraint(["watch_id", "number"], ["snapshots.watch_id", "snapshots.number"]),
)
Index("ix_parts_watch", parts.c.watch_id, parts.c.number)
Index("ix_parts_body", parts.c.sha256)

erasures = Table(
    "erasures",  # since when bytes of erased addresses may still be in the database's files
    metadata,
    Column("id", Id, primary_key=True),
    Column("since", UtcDateTime),  # NULL: from before the schema had this table
)

timestamps = Table(
    "timestamps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),  # as the authority says
    Column("authority", Text, nullable=False),
    Column("statement", Text, nullable=False),  # the heads of the chains, which were stamped
    Column("token", LargeBinary, nullable=False),  # the authority's whole answer, RFC 3161
)

operator_mails = Table(
    "operator_mails",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("sent_at", UtcDateTime, nullable=False),
)
