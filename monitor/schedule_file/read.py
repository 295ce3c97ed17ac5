"""Reads a schedule file into a `Schedule`, or finds every mistake in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.core.model import Cadence, Condition, Recipe, Schedule, Tag, Watch
from monitor.core.request import Request
from monitor.errors import Mistake, ScheduleError
from monitor.schedule_file.nodes import Document, Location, Scalar, parse
from monitor.schedule_file.requests import asks_all_with, asks_with, mistakes_in_request
from monitor.schedule_file.shape import Defaults, File, OnlyIf, Settings, StrictModel, TagEntry, WatchEntry
from monitor.schedule_file.tags import settings_of, tags_of
from monitor.schedule_file.values import did_you_mean

OPEN_DATA = "https://data.riksdagen.se/dokument/sfs-"
_KINDS = {"tags": "tag", "watches": "watch"}
"""The parts of the file whose keys are names, and what such a name is of."""


def read_schedule(path: Path, credentials: Mapping[str, str] | None = None) -> Schedule:
    """Read the schedule file. Raises ScheduleError with every mistake, in the order of their lines.

    `credentials` are the values of the names in it (`${NAME}`), which must all be set; None: that is not asked.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ScheduleError(str(path), (_unreadable(path, error),)) from error
    return parse_schedule(raw, path, credentials)


def parse_schedule(raw: bytes, path: Path, credentials: Mapping[str, str] | None = None) -> Schedule:
    """Return the schedule of a file's bytes; `path` is where it lies, or would lie. Raises ScheduleError."""
    document = parse(raw)
    mistakes = document.mistakes
    file = None
    if document.value is not None:
        try:
            file = File.model_validate(document.value)
        except ValidationError as error:
            mistakes += [_mistake(document, details) for details in error.errors(include_url=False)]
        mistakes += _conflicts(document, path.parent, credentials)
    if mistakes or file is None:
        raise ScheduleError(str(path), tuple(sorted(mistakes, key=lambda mistake: mistake.line)))
    return _schedule(file, document, path.parent)


def _unreadable(path: Path, error: OSError) -> Mistake:
    if isinstance(error, FileNotFoundError):
        folder = path.absolute().parent
        return Mistake(
            0, f"no such file in {folder}; make one there (bevaka init), or say with BEVAKA_SCHEDULE where it is"
        )
    return Mistake(0, f"cannot be read ({error.strerror}); mend that, or name another file with BEVAKA_SCHEDULE")


# Mistakes


def _mistake(document: Document, details: ErrorDetails) -> Mistake:
    where: Location = tuple(step for step in details["loc"] if step != "[key]")
    key = str(where[-1]) if where else ""
    match details["type"]:
        case "extra_forbidden":
            known = _known_keys(where)
            near = did_you_mean(key, known) or f"known are {', '.join(known)}"
            return Mistake(document.line_of_key(where), f"unknown key {key!r}; {near}")
        case "missing":
            what = {"version": "version: 1", "watches": "watches: {} where nothing is watched"}[key]
            return Mistake(1, f"`{key}` is missing; write {what}")
        case "value_error" if "[key]" in details["loc"]:
            what = f"{_KINDS[str(where[0])]} {key!r}: {details['ctx']['error']}"
            return Mistake(document.line_of_key(where), what, "key")
        case "value_error":
            label = _label(where)
            return Mistake(document.line_of(where), f"{label}: {details['ctx']['error']}", label)
        case "tuple_type":
            return Mistake(document.line_of(where), f'{key}: a list is expected; write {key}: ["…"]')
        case _:
            return Mistake(document.line_of_key(where), _mapping_expected(where))


def _label(where: Location) -> str:
    """Return the key that a value belongs to, also for an item of a list."""
    return next((str(step) for step in reversed(where) if isinstance(step, str)), "")


def _known_keys(where: Location) -> list[str]:
    match where:
        case ("defaults", _):
            return _names(Defaults)
        case ("watches", _, _):
            return _own_keys_first(WatchEntry)
        case ("tags", _, _):
            return _own_keys_first(TagEntry)
        case (_, _, "only_if", _):
            return _names(OnlyIf)
        case _:
            return _names(File)


def _names(model: type[StrictModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _own_keys_first(entry: type[Settings]) -> list[str]:
    return sorted(_names(entry), key=lambda name: name in Settings.model_fields)


def _mapping_expected(where: Location) -> str:
    match where:
        case ("watches", name):
            return f"watch {name!r} has no keys; indent at least url: … or sfs: … under it"
        case ("tags", name):
            return f"tag {name!r}: keys are expected; indent e.g. every: 2h under it, or write {name}: {{}}"
        case ("tags",):
            return "tags: keys are expected; write a key for each tag under it, e.g. vald: {}"
        case ("watches",):
            return "watches: keys are expected; write a key for each watch under it, or watches: {}"
        case ("defaults",):
            return "defaults: keys are expected; write e.g. every: 6h under it"
        case _:
            return "keys with values are expected; write at least version: 1 and watches: {}"


def _conflicts(document: Document, folder: Path, credentials: Mapping[str, str] | None) -> Iterator[Mistake]:
    """Yield mistakes between keys, and about files that are named; also where single values are mistaken."""
    file = document.value if isinstance(document.value, dict) else {}
    parts: dict[Location, object] = {("defaults",): file.get("defaults")}
    for kind in _KINDS:
        entries = file.get(kind)
        if isinstance(entries, dict):
            parts |= {(kind, name): entry for name, entry in entries.items()}
    known_tags = [str(where[1]) for where in parts if where[0] == "tags"]
    for where, part in parts.items():
        if not isinstance(part, dict):
            continue
        if "every" in part and "cron" in part:
            line = max(document.line_of_key((*where, "every")), document.line_of_key((*where, "cron")))
            yield Mistake(line, "`every` and `cron` are both there; keep one", "cron")
        named = part.get("ca_file")
        if isinstance(named, Scalar) and not (folder / named.text).is_file():
            what = f"ca_file: no file {named.text!r} in {folder.absolute()}; write its path from there"
            yield Mistake(document.line_of((*where, "ca_file")), what, "ca_file")
        if where[0] != "tags":
            yield from mistakes_in_request(document, where, part, credentials)
        if where[0] == "watches":
            yield from _conflicts_of_watch(document, where, part, known_tags)


def _conflicts_of_watch(
    document: Document, where: Location, part: dict[str, object], known_tags: list[str]
) -> Iterator[Mistake]:
    yield from _unknown_tags(document, where, part, known_tags)
    if not part.keys() & {"url", "sfs"}:
        what = f"watch {where[-1]!r} says nothing to look at; write url: … or sfs: …"
        yield Mistake(document.line_of_key(where), what, "url")
    mirror = part.get("url")
    if "sfs" in part and isinstance(mirror, Scalar) and urlsplit(mirror.text).path in {"", "/"}:
        what = "url beside sfs is a mirror of the open data: write the address of the law's document there"
        yield Mistake(document.line_of((*where, "url")), f"{what}, or leave it out", "url")
    if "sfs" in part and "documents" in part:
        what = "documents beside sfs: a law is read from one file; leave documents out"
        yield Mistake(document.line_of_key((*where, "documents")), what, "documents")


def _unknown_tags(document: Document, where: Location, watch: dict[str, object], known: list[str]) -> Iterator[Mistake]:
    named = watch.get("tags")
    for number, tag in enumerate(named if isinstance(named, list) else ()):
        if isinstance(tag, Scalar) and tag.text.strip() and tag.text.strip() not in known:
            name = tag.text.strip()
            cure = did_you_mean(name, known) or f"write {name}: {{}} under tags:, at the top of the file"
            yield Mistake(
                document.line_of((*where, "tags", number)), f"tags: no tag is called {name!r}; {cure}", "tags"
            )


# Valid files


def _schedule(file: File, document: Document, folder: Path) -> Schedule:
    written: dict[str, Any] = document.value if isinstance(document.value, dict) else {}
    common = asks_all_with(written.get("defaults"))
    watches = tuple(
        _watch(key, entry, file, asks_with(written["watches"][key], common), folder)
        for key, entry in file.watches.items()
    )
    defaults = file.defaults
    return Schedule(
        watches,
        file.timezone,
        defaults.language,
        defaults.host_delay,
        defaults.timeout,
        defaults.max_size,
        tuple(Tag(key, tag.name or key, tag.match) for key, tag in file.tags.items()),
    )


def _watch(key: str, entry: WatchEntry, file: File, asked: tuple[Request | None, str | None], folder: Path) -> Watch:
    defaults, url = file.defaults, entry.url or open_data_url(entry.sfs or "")
    request, proxy = asked
    tags = tags_of(entry, url, file.tags)
    entry = settings_of(entry, [file.tags[tag] for tag in tags])
    return Watch(
        key=key,
        name=entry.name or key,
        url=url,
        sfs=entry.sfs,
        recipe=replace(_recipe(entry), request=request),
        cadence=_cadence(entry, file),
        alert=entry.alert,
        language=entry.language or defaults.language,
        timeout=entry.timeout or defaults.timeout,
        max_size=entry.max_size or defaults.max_size,
        patience=defaults.patience if entry.patience is None else entry.patience,
        ca_file=str(folder / entry.ca_file) if entry.ca_file else None,
        tags=tags,
        proxy=proxy,
    )


def _recipe(entry: WatchEntry) -> Recipe:
    return Recipe(
        keep=entry.keep,
        drop=entry.drop,
        ignore=entry.ignore,
        expect=entry.expect,
        expect_not=entry.expect_not,
        only_if=_condition(entry.only_if),
        never_seen=entry.never_seen,
        documents=entry.documents,
    )


def _condition(given: OnlyIf | None) -> Condition | None:
    return Condition(given.any, given.added, given.removed, given.under) if given is not None else None


def _cadence(entry: WatchEntry, file: File) -> Cadence:
    """Return the watch's own `every` or `cron`, else that of `defaults`, else that of the model."""
    timezone = entry.timezone or file.timezone
    for source in (entry, file.defaults):
        if source.every or source.cron:
            return Cadence(source.every, source.cron, entry.between, timezone)
    return Cadence(between=entry.between, timezone=timezone)


def open_data_url(sfs: str) -> str:
    """Return the address of a law in riksdagen's open data."""
    return OPEN_DATA + quote(sfs.replace(":", "-"))
