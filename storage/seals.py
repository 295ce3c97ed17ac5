"""Definitions of watches and texts of revisions, each a link of the chain (format 2, docs/proof.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select

from monitor.core.model import Recipe
from storage.bodies import FULL_EVERY, Bodies, NewBody
from storage.chain import Chain
from storage.recipes import Recipes
from storage.tables import definitions, texts

_later = texts.alias()
_latest = select(texts.c.watch_id, texts.c.sha256).where(
    texts.c.watch_id.in_(bindparam("watches", expanding=True)),
    texts.c.id == select(func.max(_later.c.id)).where(_later.c.watch_id == texts.c.watch_id).scalar_subquery(),
)
_defined = (
    select(definitions.c.watch_id).where(definitions.c.watch_id.in_(bindparam("watches", expanding=True))).distinct()
)
_insert_definition = insert(definitions)
_insert_texts = insert(texts)


@dataclass(frozen=True, slots=True)
class NewText:
    """The text of a revision, to be sealed. `body` is the hash of the revision's bytes, with these if at hand."""

    watch_id: int
    number: int
    text: str
    reader: str
    recipe: Recipe
    read_at: datetime
    attested: bool = False
    body: tuple[str, bytes | None] | None = None


class Seals:
    """The `definitions` and `texts` tables within one transaction."""

    def __init__(self, connection: Connection, bodies: Bodies, recipes: Recipes, chain: Chain) -> None:
        self._connection = connection
        self._bodies = bodies
        self._recipes = recipes
        self._chain = chain

    def defined(self, watch_ids: Sequence[int]) -> set[int]:
        """Return those of these watches of which a definition is sealed."""
        return set(self._connection.scalars(_defined, {"watches": list(watch_ids)})) if watch_ids else set()

    def define(self, watch_id: int, url: str, recipe: Recipe, since: datetime, *, attested: bool = False) -> None:
        """Seal what a watch is told to read from now on."""
        row: dict[str, object] = {
            "url": url,
            "recipe": recipe.to_json(),
            "recipe_hash": recipe.hash,
            "since": since,
            "attested": attested,
        }
        link, sealed = self._chain.append(watch_id, "definition", row)
        self._connection.execute(_insert_definition, {**row, "watch_id": watch_id, "link": link, "chain": sealed})

    def add(self, new: Sequence[NewText]) -> None:
        """Store texts of several watches, one of each, and seal them.

        A text is packed against the raw bytes that it was read in where these are stored whole, else against the latest
        text of its watch: one more step than the raw bytes take, so that it is never stored whole itself.
        """
        bodies = [each.body[0] for each in new if each.body is not None]
        whole = self._bodies.whole(bodies) if bodies else set()
        rows_of = self._connection.execute(_latest, {"watches": [each.watch_id for each in new]})
        latest = {row.watch_id: row.sha256 for row in rows_of}
        encoded = [each.text.encode("utf-8", "replace") for each in new]
        hashes = self._bodies.keep_all(
            [_against(latest.get(each.watch_id), whole, each, raw) for each, raw in zip(new, encoded, strict=True)]
        )
        rows = []
        for each, raw, sha256 in zip(new, encoded, hashes, strict=True):
            row: dict[str, object] = {
                "number": each.number,
                "reader": each.reader,
                "recipe_hash": self._recipes.keep(each.recipe),
                "sha256": sha256,
                "size": len(raw),
                "read_at": each.read_at,
                "attested": each.attested,
            }
            link, sealed = self._chain.append(each.watch_id, "text", row)
            rows.append({**row, "watch_id": each.watch_id, "link": link, "chain": sealed})
        self._connection.execute(_insert_texts, rows)


def _against(latest: str | None, whole: set[str], new: NewText, raw: bytes) -> NewBody:
    if new.body is not None and (latest is None or new.body[0] in whole):
        sha256, body = new.body
        return NewBody(raw, sha256, body, deepest=FULL_EVERY + 1)
    return NewBody(raw, latest, deepest=FULL_EVERY + 1)
