"""Discovery of plug-ins: the classes with a `NAME` in a package of ours, and those that installed packages announce.

An installed package announces a class by an entry point (packaging.python.org, "Entry points specification"), such as

    [project.entry-points."bevaka.extractors"]
    tsv = "bevaka_tsv:Tsv"

in one of the groups `bevaka.fetchers`, `bevaka.extractors` and `bevaka.notifiers`. docs/plugins.md is the guide.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, Final

from monitor.errors import PluginClash, PluginUnusable

OWN: Final = "bevaka"
"""The origin of a plug-in that belongs to the program."""
NEEDED: Final[Mapping[str, Mapping[str, tuple[str, ...] | None]]] = {
    "bevaka.fetchers": {"__init__": ("client",), "claims": ("watch",), "fetch": ("watch", "validators")},
    "bevaka.extractors": {"VERSION": None, "claims": ("fetched",), "extract": ("fetched", "recipe")},
    "bevaka.notifiers": {"from_settings": ("settings",), "send": ("envelope",), "close": ()},
}
"""What a class must have beside its NAME, by entry point group: a value (None), or a method with these arguments."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plug-in: its class, and the distribution it comes from ("bevaka", or "bevaka-tsv 1.0")."""

    name: str
    plugin_class: type[Any]
    origin: str

    @property
    def is_installed(self) -> bool:
        """True if another distribution than ours brought it."""
        return self.origin != OWN

    def __str__(self) -> str:
        place = f"{self.plugin_class.__module__}.{self.plugin_class.__qualname__}"
        return f"{place} ({self.origin})" if self.is_installed else place


def plugins(package: ModuleType, group: str) -> dict[str, Plugin]:
    """Return the installed plug-ins of an entry point group, then those of our package; each part sorted by name.

    Raises PluginClash when two classes have one name, and PluginUnusable for an installed class that cannot be loaded
    or lacks what the group needs.
    """
    own = [Plugin(name, plugin_class, OWN) for name, plugin_class in discover(package).items()]
    found: dict[str, Plugin] = {}
    for plugin in (*_installed(group), *own):
        if plugin.name in found:
            raise PluginClash(plugin.name, str(found[plugin.name]), str(plugin))
        found[plugin.name] = plugin
    return found


def discover(package: ModuleType) -> dict[str, type[Any]]:
    """Return the plug-ins of a package by NAME, sorted; modules that begin with an underscore are skipped.

    Raises PluginClash when two classes have one name, and any error of importing a module: a plug-in that cannot be
    loaded is a defect that must be seen.
    """
    found: dict[str, type[Any]] = {}
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if info.name.rpartition(".")[2].startswith("_"):
            continue
        for plugin_class in _plugins_in(importlib.import_module(info.name)):
            name = plugin_class.NAME
            if name in found:
                raise PluginClash(name, str(Plugin(name, found[name], OWN)), str(Plugin(name, plugin_class, OWN)))
            found[name] = plugin_class
    return dict(sorted(found.items()))


def _installed(group: str) -> Iterator[Plugin]:
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"
        plugin_class = _load(entry, origin)
        missing = [name for name in ("NAME", *NEEDED[group]) if not hasattr(plugin_class, name)]
        if missing:
            raise PluginUnusable(entry.value, origin, f"the class has no {', '.join(missing)}")
        wrong = [text for name, given in NEEDED[group].items() if (text := _wrong_arguments(plugin_class, name, given))]
        if wrong:
            raise PluginUnusable(entry.value, origin, "; ".join(wrong))
        yield Plugin(plugin_class.NAME, plugin_class, origin)


def _load(entry: EntryPoint, origin: str) -> type[Any]:
    try:
        plugin_class = entry.load()
    except Exception as error:  # a boundary: code of others, which may fail in any way
        raise PluginUnusable(entry.value, origin, f"{type(error).__name__}: {error}") from error
    if not isinstance(plugin_class, type):
        raise PluginUnusable(entry.value, origin, "it is no class")
    return plugin_class


def _wrong_arguments(plugin_class: type[Any], name: str, given: tuple[str, ...] | None) -> str:
    """Return what is wrong with the arguments that a method takes, "" where it can be called as it is."""
    if given is None:
        return ""
    function = inspect.getattr_static(plugin_class, name)
    is_bound = isinstance(function, (classmethod, staticmethod))
    try:
        inspect.signature(getattr(plugin_class, name)).bind(*(() if is_bound else ("self",)), *given)
    except TypeError as error:
        return f"{name}({', '.join(given)}) cannot be called: {error}"
    return ""


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
