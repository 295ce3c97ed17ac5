"""A database with everything in it that the chain and the hashes guard, and the flipping of one of its bits."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bevaka.assembly import Assembly
from bevaka.proof.timestamps import Authority as Stamps
from bevaka.proof.timestamps import stamp
from monitor.core.model import Outcome
from storage.chain import SEALED
from storage.tables import metadata
from tests.fakes.authority import Authority
from tests.fakes.world import COUNTY, World, county, play_two_months

GUARDED: Mapping[str, tuple[str, ...]] = {
    "bodies": ("sha256", "stored_sha256", "codec", "base_sha256", "depth", "size", "bytes"),
    "snapshots": ("watch_id", *SEALED["snapshot"], "link", "chain"),
    "changes": ("watch_id", *SEALED["change"], "link", "chain"),
    "observations": ("watch_id", *SEALED["observation"], "link", "chain"),
    "removals": ("watch_id", *SEALED["removal"], "link", "chain"),
    "definitions": ("watch_id", *SEALED["definition"], "link", "chain"),
    "texts": ("watch_id", *SEALED["text"], "link", "chain"),
    "recipes": ("hash", "recipe"),
    "watches": ("key", "url", "chain_length", "chain_head"),
    "timestamps": ("at", "statement"),
}
"""Every column in which no byte may change unnoticed."""
PRESENT = {"bodies": "bytes IS NOT NULL"}
"""A condition for the rows to choose from: of a body that retention removed only the address is left."""

Cell = int | str | bytes


def make(folder: Path) -> Path:
    """Make a database with three months of history: many revisions, gaps, suspects, mails, removals, a time stamp."""
    with (
        closing(World(folder)) as world,
        Authority(folder / "authority") as authority,
        Assembly({"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}) as elsewhere,
    ):
        assembly = world.assembly
        assembly.synced_schedule()
        with assembly.unit_of_work.write() as work:
            subscriber = work.subscribers.add("ann@kommun.example", "sv", assembly.clock.now(), how="operator")
            work.subscribers.subscribe(subscriber, None, "immediately", assembly.clock.now())
        play_two_months(world)
        assembly.deliver.deliver_due()
        stamps = Stamps(authority.url)
        assert stamp(assembly.unit_of_work, stamps, elsewhere.services, elsewhere.clock.now()) is not None
        for visits in range(10, 34):  # held back, so that their revisions are removable; more than one row of deltas
            noise = random.Random(visits).randbytes(5000).hex()  # incompressible, as scripts in a real page are
            world.says[COUNTY] = county("2026-01-23", "april", visits=visits) + f"<script>{noise}</script>"
            world.check(COUNTY, hours=7)
        with assembly.unit_of_work.write() as work:
            going = work.retention.removable(None, keep_newest=18)
            work.retention.remove([each.sha256 for each in going], assembly.clock.now(), "keep 18")
        assert stamp(assembly.unit_of_work, stamps, elsewhere.services, elsewhere.clock.now()) is not None
        assert going
        seen = {
            run.outcome for watch in assembly.schedule.watches for run in assembly.history.log(watch.key).observations
        }
        assert {Outcome.NOT_SEEN, Outcome.SUSPECT, Outcome.MOVED, Outcome.CHANGED} <= seen
    return folder / "bevaka.db"


@dataclass(frozen=True, slots=True)
class Flip:
    """One flipped bit of one guarded cell: its place, the value before and the value after."""

    table: str
    column: str
    row: int
    before: Cell
    after: Cell


def flip(database: sqlite3.Connection, chance: random.Random) -> Flip:
    """Choose a table, one of its columns, one of that column's values and one of that value's bits; flip that bit.

    If another row already has the new value, a unique index refuses it, and another bit is chosen.
    """
    while True:
        table = chance.choice(list(GUARDED))
        column = chance.choice(GUARDED[table])
        query = f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL AND {PRESENT.get(table, 'true')}"  # noqa: S608  names from the tables above
        row, before = chance.choice(database.execute(query).fetchall())
        harm = Flip(table, column, row, before, _flipped(before, chance))
        try:
            put(database, harm, harm.after)
        except sqlite3.IntegrityError:
            continue
        return harm


def put(database: sqlite3.Connection, harm: Flip, value: Cell) -> None:
    """Write a value into the harmed cell, past every constraint, as a damaged disk would; also an invalid text."""
    cast = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    bound = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    with database:
        database.execute(f"UPDATE {harm.table} SET {harm.column} = {cast} WHERE rowid = ?", (bound, harm.row))  # noqa: S608  names from the tables above


def _flipped(value: Cell, chance: random.Random) -> Cell:
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(62)
    content = bytearray(value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value)
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content.decode("utf-8", "surrogateescape") if isinstance(value, str) else bytes(content)


def named_as(database: sqlite3.Connection, harm: Flip) -> tuple[set[tuple[str, int | None]], str]:
    """Return (places, words). A flaw must name one of the places, or else contain the words.

    A place is (watch, revision), or (watch, None) where naming the watch is enough. The database must be as
    before the harm.
    """
    match harm.table:
        case "bodies":
            query = "SELECT w.key, s.number FROM bodies b JOIN snapshots s ON s.raw_sha256 = b.sha256"
            places = set(database.execute(f"{query} {_WATCH} s.watch_id WHERE b.rowid = ?", (harm.row,)))
            query = "SELECT w.key, t.number FROM bodies b JOIN texts t ON t.sha256 = b.sha256"
            places |= set(database.execute(f"{query} {_WATCH} t.watch_id WHERE b.rowid = ?", (harm.row,)))
            [(name,)] = database.execute("SELECT sha256 FROM bodies WHERE rowid = ?", (harm.row,))
            if harm.column == "sha256":
                name = harm.after
            return places, "" if places else f"sha256 {name.hex()[:16]}…"
        case "recipes":
            of_revisions = "SELECT w.key, s.number FROM extractions e JOIN snapshots s ON s.id = e.snapshot_id"
            of_changes = "SELECT w.key, c.after_number FROM changes c"
            of_both = (
                f"{of_revisions} {_WATCH} s.watch_id WHERE e.recipe_hash = :hash"
                f" UNION {of_changes} {_WATCH} c.watch_id WHERE c.recipe_hash = :hash"
            )
            [(recipe_hash,)] = database.execute("SELECT hash FROM recipes WHERE rowid = ?", (harm.row,))
            return set(database.execute(of_both, {"hash": recipe_hash})), ""
        case "watches":
            [(key,)] = database.execute("SELECT key FROM watches WHERE id = ?", (harm.row,))
            is_renamed = harm.column == "key"
            numbers = database.execute("SELECT number FROM snapshots WHERE watch_id = ?", (harm.row,))
            places = {(str(harm.after if is_renamed else key), number) for (number,) in [(None,), *numbers]}
            return places, ""
        case "timestamps":
            return set(), "time stamp"
        case table:
            number = _NUMBER[table]
            if number is None:
                query = f"SELECT w.key FROM {table} t {_WATCH} t.watch_id WHERE t.id = ?"  # noqa: S608  as below
                return {(key, None) for (key,) in database.execute(query, (harm.row,))}, ""
            query = f"SELECT w.key, t.{number} FROM {table} t {_WATCH} t.watch_id WHERE t.id = ?"  # noqa: S608  words of this module
            [(key, revision)] = database.execute(query, (harm.row,))
            has_moved = harm.column in {"watch_id", "link", number}
            return {(key, None)} if has_moved else {(key, revision)}, ""


_WATCH = "JOIN watches w ON w.id ="
_NUMBER = {
    "snapshots": "number",
    "changes": "after_number",
    "observations": "revision",
    "removals": "number",
    "definitions": None,
    "texts": "number",
}


def opened(file: Path) -> sqlite3.Connection:
    """Open the database without the program: no constraint holds, and a text is read whatever its bytes are."""
    database = sqlite3.connect(file)
    database.execute("PRAGMA ignore_check_constraints = ON")
    database.text_factory = lambda encoded: encoded.decode("utf-8", "surrogateescape")
    return database


def content(file: Path) -> list[str] | None:
    """Return every guarded cell, as SQLite reads it; None if it cannot be read."""
    return _read(file, {table: (columns, PRESENT.get(table, "true")) for table, columns in GUARDED.items()})


def everything(file: Path) -> list[str] | None:
    """Return every column of every table, as SQLite reads it; None if it cannot be read."""
    return _read(file, {table.name: (tuple(table.columns.keys()), "true") for table in metadata.sorted_tables})


def _read(file: Path, wanted: Mapping[str, tuple[tuple[str, ...], str]]) -> list[str] | None:
    try:
        with closing(opened(file)) as database:
            return [
                repr(row)
                for table, (columns, condition) in wanted.items()
                for row in database.execute(
                    f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED WHERE {condition} ORDER BY rowid"  # noqa: S608  names from the tables
                )
            ]
    except (sqlite3.Error, UnicodeDecodeError):  # UnicodeDecodeError: a name in the schema is no longer a valid text
        return None
