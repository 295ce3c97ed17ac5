"""Discovery of plug-ins: every class with a `NAME` in the modules of a package."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

from monitor.errors import PluginClash


def discover(package: ModuleType) -> dict[str, type[Any]]:
    """Return the plug-ins of a package by NAME, sorted; modules that begin with an underscore are skipped.

    Raises PluginClash when two classes have one name, and any error of importing a module: a plug-in that cannot be
    loaded is a defect that must be seen.
    """
    found: dict[str, type[Any]] = {}
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if info.name.rpartition(".")[2].startswith("_"):
            continue
        for plugin in _plugins_in(importlib.import_module(info.name)):
            name = plugin.NAME
            if name in found:
                raise PluginClash(name, _qualified_name(found[name]), _qualified_name(plugin))
            found[name] = plugin
    return dict(sorted(found.items()))


def _plugins_in(module: ModuleType) -> list[type[Any]]:
    """Return the classes that this module (or, for a package, a module inside it) defines, not the imported ones."""
    own = (module.__name__, f"{module.__name__}.")
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and (value.__module__ == own[0] or value.__module__.startswith(own[1]))
        and isinstance(getattr(value, "NAME", None), str)
    ]


def _qualified_name(plugin: type[Any]) -> str:
    return f"{plugin.__module__}.{plugin.__qualname__}"
