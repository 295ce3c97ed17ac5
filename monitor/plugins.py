"""Finding plug-ins: every class with a `NAME` in the modules of a package."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

from monitor.errors import PluginClash


def discover(package: ModuleType) -> dict[str, type[Any]]:
    """The plug-ins of a package by NAME, sorted; modules that begin with an underscore are left alone.

    Raises PluginClash when two classes have one name, and whatever importing a module raises: a plug-in that cannot
    be loaded is a defect that is to be seen.
    """
    found: dict[str, type[Any]] = {}
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if info.name.rpartition(".")[2].startswith("_"):
            continue
        for plugin in _plugins(importlib.import_module(info.name)):
            name = plugin.NAME
            if name in found:
                raise PluginClash(name, _place(found[name]), _place(plugin))
            found[name] = plugin
    return dict(sorted(found.items()))


def _plugins(module: ModuleType) -> list[type[Any]]:
    """The classes that this module (or, for a package, a module inside it) defines; imported ones are others'."""
    own = (module.__name__, f"{module.__name__}.")
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and (value.__module__ == own[0] or value.__module__.startswith(own[1]))
        and isinstance(getattr(value, "NAME", None), str)
    ]


def _place(plugin: type[Any]) -> str:
    return f"{plugin.__module__}.{plugin.__qualname__}"
