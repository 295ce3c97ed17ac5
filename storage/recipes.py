"""Recipes, each kept once under its hash."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select

from monitor.core.model import Recipe
from storage.tables import recipes

_known = select(recipes.c.hash).where(recipes.c.hash == bindparam("wanted"))


def keep_recipe(connection: Connection, recipe: Recipe) -> str:
    """Keep a recipe, if need be; returns its hash."""
    key = recipe.hash
    if connection.scalar(_known, {"wanted": key}) is None:
        connection.execute(insert(recipes), {"hash": key, "recipe": recipe.to_json()})
    return key
