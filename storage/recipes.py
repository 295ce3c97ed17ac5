"""Recipes, each stored once under its hash."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select

from monitor.core.model import Recipe
from storage.tables import recipes

_known = select(recipes.c.hash).where(recipes.c.hash == bindparam("wanted"))
_insert = insert(recipes)


class Recipes:
    """The `recipes` table within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: dict[Recipe, str] = {}

    def keep(self, recipe: Recipe) -> str:
        """Store a recipe if need be; return its hash."""
        key = self._kept.get(recipe)
        if key is None:
            key = self._kept[recipe] = recipe.hash
            if self._connection.scalar(_known, {"wanted": key}) is None:
                self._connection.execute(_insert, {"hash": key, "recipe": recipe.to_json()})
        return key
