"""A world with two months of history, made once and copied for each test."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fakes.world import PASSWORD, Answer, World, play_two_months

Watched = tuple[Path, datetime, dict[str, Answer]]


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Return the folder of such a world, its time, and the current content of its pages."""
    folder = tmp_path_factory.mktemp("world")
    world = World(folder)
    play_two_months(world)
    world.close()
    return folder, world.clock.at, world.says


@pytest.fixture(scope="session")
def read_only_world(watched: Watched) -> Iterator[World]:
    """Yield the world itself, for tests that do not change it."""
    folder, at, says = watched
    world = World(folder)
    world.clock.at, world.says = at, dict(says)
    yield world
    world.close()


@pytest.fixture
def make_world(watched: Watched, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Yield a function that makes a copy of the world, with its own settings."""
    folder, at, says = watched
    made: list[World] = []

    def make(**environment: str) -> World:
        shutil.copy(folder / "bevaka.db", tmp_path / "bevaka.db")
        world = World(tmp_path, environment)
        world.clock.at, world.says = at, dict(says)
        made.append(world)
        return world

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """Return a copy of the world."""
    return make_world()


@pytest.fixture
def client(world: World) -> FlaskClient:
    """Return a web client without cookies."""
    return world.client()


Post = Callable[..., TestResponse]


@pytest.fixture
def post() -> Post:
    """Return a function that opens a page with a form and posts with that form's token, as a browser does."""

    def send(client: FlaskClient, form: str, to: str | None = None, **fields: object) -> TestResponse:
        found = re.search(r'name="csrf" value="([^"]+)"', client.get(form).text)
        assert found, f"no form on {form}"
        return client.post(to or form, data={"csrf": found[1], **fields})

    return send


@pytest.fixture
def operator(client: FlaskClient, post: Post) -> FlaskClient:
    """Return a web client in which an operator has logged in."""
    assert post(client, "/login", password=PASSWORD).status_code == 303
    return client
