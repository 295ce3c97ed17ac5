"""Verification that the store is as it was written. Rows are read unconverted, so that a damaged one hides no other.

Checked are every body (hash of the stored and of the raw bytes; one that was removed must have its removal in the
chain), every snapshot, change, closed observation and removal with its link of the chain, the chain's head and length,
what time stamps say of earlier heads, the open observation's own hash, and the recipes. Of an extraction, which can be
made again from its body, only the form can be checked. A check of everything also runs the database's own checks
(SQLite: integrity and foreign keys; PostgreSQL: foreign keys), and asks what is there that is not ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Executable, Select, TableClause, bindparam, column, func, select, table, text
from sqlalchemy.exc import DatabaseError

from monitor.core.record.chain_heads import ChainHead, genesis, heads_in
from monitor.errors import Flaw
from storage.body_check import REMOVED, BodyCheck
from storage.chain import SEALED, seal
from storage.schema_check import what_is_not_ours
from storage.sql_rows import Facts, by_column
from storage.tables import metadata


def _columns_of(name: str, *columns: str) -> Select[*tuple[Any, ...]]:
    """Select columns, unconverted. They keep these names, whatever a damaged schema calls them."""
    return select(*map(column, columns)).select_from(table(name))


_ALL_WATCHES = _columns_of(
    "watches", "id", "key", "url", "definition", "attestation_owed", "checks", "chain_length", "chain_head"
)
_WATCHES = _ALL_WATCHES.order_by(column("key"))
_ONE_WATCH = _ALL_WATCHES.where(column("id") == bindparam("watch"))


def _rows_of(kind: str, of: TableClause) -> Select[*tuple[Any, ...]]:
    """Select the rows of a kind, unconverted. Columns are named: a damaged name is an error of the database."""
    names = (*SEALED[kind], "link", "chain")
    return select(*map(column, names)).select_from(of).where(column("watch_id") == bindparam("watch"))


_ROWS = {
    "snapshot": _rows_of("snapshot", table("snapshots")).order_by(column("number")),
    "change": _rows_of("change", table("changes")).order_by(column("after_number")),
    "observation": _rows_of("observation", table("observations")).order_by(column("id")),
    "removal": _rows_of("removal", table("removals")).order_by(column("id")),
    "definition": _rows_of("definition", table("definitions")).order_by(column("link")),
    "text": _rows_of("text", table("texts")).order_by(column("link")),
    "part": _rows_of("part", table("parts")).order_by(column("link")),
}
_SNAPSHOT = table("snapshots", column("id"), column("watch_id"), column("number"))
_EXTRACTION = table("extractions", *map(column, ("id", "snapshot_id", "recipe_hash", "reader", "text_sha256")))
_CHANGE = table("changes", column("watch_id"), column("after_number"), column("recipe_hash"))
_RECIPE = table("recipes", column("hash"), column("recipe"))
_EXTRACTIONS = (
    select(_SNAPSHOT.c.number, *_EXTRACTION.c["recipe_hash", "reader", "text_sha256"], _RECIPE.c.recipe)
    .select_from(_SNAPSHOT)
    .join(_EXTRACTION, _EXTRACTION.c.snapshot_id == _SNAPSHOT.c.id)
    .join(_RECIPE, _RECIPE.c.hash == _EXTRACTION.c.recipe_hash, isouter=True)
    .where(_SNAPSHOT.c.watch_id == bindparam("watch"))
    .order_by(_SNAPSHOT.c.number, _EXTRACTION.c.id)
)
_CHANGE_RECIPES = (
    select(_CHANGE.c.after_number, _CHANGE.c.recipe_hash, _RECIPE.c.recipe)
    .select_from(_CHANGE)
    .join(_RECIPE, _RECIPE.c.hash == _CHANGE.c.recipe_hash, isouter=True)
    .where(_CHANGE.c.watch_id == bindparam("watch"))
)
_STAMPS = _columns_of("timestamps", "at", "statement").order_by(column("id"))
_ASIDE = text(
    "SELECT sha256 FROM bodies WHERE sha256 NOT IN (SELECT raw_sha256 FROM snapshots)"
    " AND sha256 NOT IN (SELECT sha256 FROM texts) AND sha256 NOT IN (SELECT sha256 FROM parts)"
)
_REVISION = {
    "snapshot": "number",
    "change": "after_number",
    "observation": "revision",
    "removal": "number",
    "definition": None,
    "text": "number",
    "part": "number",
}


def verify(connection: Connection, watch_id: int | None) -> tuple[int, list[Flaw]]:
    """Check one watch or all; return how many things were checked, and the flaws."""
    check = _Check(connection)
    with _undecodable_text_allowed(connection):
        check.stamps()
        if watch_id is not None:
            for watch in by_column(connection.execute(_ONE_WATCH, {"watch": watch_id})):
                check.watch(watch)
        else:
            check.everything()
    return check.checked, check.flaws


class _Check:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._bodies = BodyCheck(connection)
        self._key = ""
        self._stamped: dict[str, list[ChainHead]] = {}
        self.checked = 0
        self.flaws: list[Flaw] = []

    def stamps(self) -> None:
        """Collect what time stamps say of earlier heads; the stamps themselves are checked elsewhere (bevaka.proof)."""
        with self._damage_noted():
            for stamp in by_column(self._connection.execute(_STAMPS)):
                self.checked += 1
                try:
                    heads = heads_in(str(stamp["statement"]))
                except ValueError:
                    self._flaw(None, "what a time stamp is about is not as it was written")
                    continue
                for head in heads:
                    self._stamped.setdefault(head.genesis, []).append(head)

    def everything(self) -> None:
        with self._damage_noted():
            for watch in by_column(self._connection.execute(_WATCHES)):
                self.watch(watch)
        self._key = ""
        with self._damage_noted():
            for (sha256,) in self._connection.execute(_ASIDE).all():
                self._kept_aside(sha256)
        with self._damage_noted():
            for what in what_is_not_ours(self._connection):
                self._flaw(None, f"the database: {what}")
        with self._damage_noted():
            if self._connection.dialect.name == "sqlite":
                self._ask_sqlite()
            else:
                self._orphans()

    def watch(self, watch: Facts) -> None:
        self._key = str(watch["key"])
        with self._damage_noted():
            rows = {kind: self._rows(query, watch["id"]) for kind, query in _ROWS.items()}
            self._snapshots(rows["snapshot"], {(row["number"], row["raw_sha256"]) for row in rows["removal"]})
            for kind in ("text", "part"):
                for row in rows[kind]:
                    self._body(row["number"], row["sha256"], row["size"], what=kind)
            self._chain(watch, rows)
            self._definition(watch, rows["definition"], has_revisions=bool(rows["snapshot"]))
            self._open_run(watch, rows["observation"])
            self._recipes(watch["id"])

    def _rows(self, query: Executable, watch_id: int) -> Sequence[Facts]:
        return by_column(self._connection.execute(query, {"watch": watch_id}))

    def _snapshots(self, rows: Sequence[Facts], removed: AbstractSet[tuple[object, object]]) -> None:
        expected = 1
        for row in rows:
            number = row["number"]
            if isinstance(number, int) and number > expected:
                for missing in range(expected, min(number, expected + 100)):
                    self._flaw(missing, "the revision is missing")
            expected = number + 1 if isinstance(number, int) else expected + 1
            self._body(number, row["raw_sha256"], row["size"], is_removed=(number, row["raw_sha256"]) in removed)

    def _body(
        self, revision: object, sha256: object, size: object, *, is_removed: bool = False, what: str = "body"
    ) -> None:
        self.checked += 1
        wrong = self._bodies.what_is_wrong(sha256, size)
        if wrong is not None and not (wrong == REMOVED and is_removed):
            self._flaw(revision, wrong if what == "body" else f"the {what}: {wrong}")

    def _definition(self, watch: Facts, rows: Sequence[Facts], *, has_revisions: bool) -> None:
        """Compare what the watch is told to read with the last definition that the chain seals."""
        if not rows:
            if has_revisions and not watch["attestation_owed"]:
                self._flaw(None, "the chain does not say what is read")
            return
        sealed = rows[-1]
        if watch["url"] != sealed["url"]:
            self._flaw(None, "the address is not the one that the chain seals")
        if _recipe_in(watch["definition"]) != sealed["recipe"]:
            self._flaw(None, "the recipe is not the one that the chain seals")

    def _kept_aside(self, sha256: object) -> None:
        """Check a body that belongs to no revision: its only name is its hash."""
        self.checked += 1
        wrong = self._bodies.what_is_wrong(sha256)
        if wrong is not None:
            self._flaw(None, f"{wrong} (kept aside, sha256 {_hex(sha256)[:16]}…)")

    def _chain(self, watch: Facts, rows: Mapping[str, Sequence[Facts]]) -> None:
        links = self._links(rows)
        # A link may follow the previous one as stored or as it should be, so that only the damaged row is named.
        previous = {genesis(self._key)}
        expected = 1
        for number in sorted(links):
            if number > expected:
                self._missing(expected, number - 1)
                previous = set()
            expected = number + 1
            kind, row = links[number]
            stored = _hex(row["chain"])
            right = {seal(before, kind, row) for before in previous}
            if previous and stored not in right:
                self._flaw(_revision_of(kind, row), f"the {kind} is not as it was sealed (link {number})")
            previous = right | {stored}
        if watch["chain_length"] != max([0, *links]):
            self._flaw(None, f"the chain should have {watch['chain_length']} links, and has {max([0, *links])}")
        elif links and _hex(watch["chain_head"]) not in previous:
            self._flaw(None, "the head of the chain is not its last link")
        for head in self._stamped.get(genesis(self._key), ()):
            if head.link not in links or _hex(links[head.link][1]["chain"]) != head.chain:
                self._flaw(None, f"link {head.link} of the chain is not the one that was time-stamped")

    def _missing(self, first: int, last: int) -> None:
        """Record one flaw, however many links are missing: a damaged number can be any number."""
        what = f"link {first} of the chain is" if first == last else f"links {first} to {last} of the chain are"
        self._flaw(None, f"{what} missing")

    def _links(self, rows: Mapping[str, Sequence[Facts]]) -> dict[int, tuple[str, Facts]]:
        links: dict[int, tuple[str, Facts]] = {}
        for kind, of_kind in rows.items():
            for row in of_kind:
                self.checked += 1
                number = row["link"]
                if number is None and kind == "observation":
                    continue
                if not isinstance(number, int) or number < 1 or number in links:
                    self._flaw(_revision_of(kind, row), f"the {kind} has no place of its own in the chain")
                    continue
                links[number] = (kind, row)
        return links

    def _open_run(self, watch: Facts, rows: Sequence[Facts]) -> None:
        runs = [row for row in rows if row["link"] is None]
        if watch["checks"] and not runs:
            self._flaw(None, "the observation that goes on is missing")
        for run in runs:
            if _hex(run["chain"]) != seal("", "observation", run):
                self._flaw(run["revision"], "the observation that goes on is not as it was written")

    def _recipes(self, watch_id: int) -> None:
        for row in self._rows(_EXTRACTIONS, watch_id):
            self.checked += 1
            if not _is_recipe(row):
                self._flaw(row["number"], "the recipe it was read with is not as it was written")
            if len(_hex(row["text_sha256"])) != 64 or "/" not in str(row["reader"]):
                self._flaw(row["number"], "how it was read is not as it was written")
        for row in self._rows(_CHANGE_RECIPES, watch_id):
            if not _is_recipe(row):
                self._flaw(row["after_number"], "the recipe of the change is not as it was written")

    def _ask_sqlite(self) -> None:
        for (answer,) in self._connection.execute(text("PRAGMA integrity_check")).all():
            if answer != "ok":
                self._flaw(None, f"the database file: {answer}")
        for child, row, parent, _ in self._connection.execute(text("PRAGMA foreign_key_check")).all():
            self._flaw(None, f"row {row} of {child} belongs to a row of {parent} that is missing")

    def _orphans(self) -> None:
        """Find rows that belong to missing rows. The database should prevent them; this checks that it did."""
        for child in metadata.sorted_tables:
            for key in child.foreign_key_constraints:
                parent = key.referred_table.alias()
                columns = [(element.parent, parent.c[element.column.name]) for element in key.elements]
                is_there = select(parent).where(*(own == theirs for own, theirs in columns)).exists()
                named = (own.is_not(None) for own, _ in columns)
                count = self._connection.scalar(select(func.count()).select_from(child).where(*named, ~is_there))
                if count:
                    self._flaw(None, f"what {count} of {child.name} belong to in {key.referred_table.name} is missing")

    def _flaw(self, revision: object, what: str) -> None:
        self.flaws.append(Flaw(self._key, revision if isinstance(revision, int) else None, what))

    @contextmanager
    def _damage_noted(self) -> Iterator[None]:
        """Record as a flaw a part of the file that the database itself cannot read; the rest is still checked."""
        # Except in SQLite, a failed statement spoils the transaction, unless it ran in a nested one of its own.
        nested = nullcontext() if self._connection.dialect.name == "sqlite" else self._connection.begin_nested()
        try:
            with nested:
                yield
        except DatabaseError as error:
            self._flaw(None, f"the database file is damaged: {error.orig}")


@contextmanager
def _undecodable_text_allowed(connection: Connection) -> Iterator[None]:
    """Let texts be read that are no longer UTF-8; the driver would refuse the whole query."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.text_factory = lambda encoded: encoded.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _revision_of(kind: str, row: Facts) -> object:
    column_name = _REVISION[kind]
    return None if column_name is None else row[column_name]


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else ""


def _recipe_in(definition: object) -> object:
    """Return the recipe in what the schedule says of a watch; None if it cannot be read."""
    try:
        return json.loads(str(definition))["recipe"]
    except (ValueError, TypeError, KeyError):
        return None


def _is_recipe(row: Facts) -> bool:
    recipe = row["recipe"]
    if not isinstance(recipe, str):
        return False
    right = hashlib.sha256(recipe.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return bool(row["recipe_hash"] == right)
