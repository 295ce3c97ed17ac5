"""Finding plug-ins: a file with a class that has a NAME is enough."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import monitor.extractors
import monitor.fetchers
from monitor.errors import PluginClash
from monitor.plugins import discover

Package = Callable[[dict[str, str]], ModuleType]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """Yield a function that makes a package of the given files and imports it."""
    known = set(sys.modules)

    def make(files: dict[str, str]) -> ModuleType:
        for name, text in {"__init__.py": "", **files}.items():
            path = tmp_path / "some_plugins" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()
        return importlib.import_module("some_plugins")

    yield make
    for name in set(sys.modules) - known:
        del sys.modules[name]


def test_each_class_with_a_name_is_found_by_its_name(package: Package) -> None:
    found = discover(package({"b.py": 'class Two:\n    NAME = "two"\n', "a.py": 'class One:\n    NAME = "one"\n'}))
    assert [(name, plugin.__name__) for name, plugin in found.items()] == [("one", "One"), ("two", "Two")]


def test_classes_without_a_name_and_imported_ones_are_no_plug_ins(package: Package) -> None:
    found = discover(
        package(
            {
                "a.py": 'class One:\n    NAME = "one"\n\nclass Options:\n    pass\n\nNAME = "constant"\n',
                "b.py": 'from some_plugins.a import One\n\nclass Two:\n    NAME = "two"\n',
            }
        )
    )
    assert sorted(found) == ["one", "two"]


def test_a_plug_in_may_be_a_package_of_its_own(package: Package) -> None:
    files = {
        "big/__init__.py": "from some_plugins.big.inside import Big\n",
        "big/inside.py": "class Big:\n    NAME = 'big'\n",
    }
    assert sorted(discover(package(files))) == ["big"]


def test_a_module_with_an_underscore_is_left_alone(package: Package) -> None:
    assert discover(package({"_draft.py": "raise RuntimeError\n"})) == {}


def test_two_plug_ins_of_one_name_are_an_error_that_names_both(package: Package) -> None:
    with pytest.raises(PluginClash) as caught:
        discover(package({"a.py": 'class One:\n    NAME = "x"\n', "b.py": 'class Two:\n    NAME = "x"\n'}))
    assert str(caught.value) == "some_plugins.a.One and some_plugins.b.Two are both called 'x'"


def test_a_plug_in_that_cannot_be_loaded_is_not_passed_over(package: Package) -> None:
    with pytest.raises(ZeroDivisionError):
        discover(package({"broken.py": "1 / 0\n"}))


def test_our_own_are_found() -> None:
    assert {"http", "riksdagen"} <= discover(monitor.fetchers).keys()
    assert {"page", "law", "plain"} <= discover(monitor.extractors).keys()
