"""Reads a schedule file into a `Schedule`, or finds every mistake in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.core.model import Cadence, Condition, Recipe, Schedule, SectionRecipe, Tag, Watch
from monitor.core.request import Request
from monitor.errors import Mistake, Reason, ScheduleError
from monitor.schedule_file.nodes import Document, Location, Scalar, parse
from monitor.schedule_file.requests import Common, asks_all_with, asks_with, mistakes_in_request, with_tags
from monitor.schedule_file.shape import (
    SECTION_KEYS,
    Defaults,
    File,
    OnlyIf,
    StrictModel,
    TagEntry,
    WatchEntry,
    WatchSettings,
)
from monitor.schedule_file.tags import settings_of, tags_of
from monitor.schedule_file.values import nearest
from monitor.wording.schedule_mistakes import WrongValue, mistake_of

OPEN_DATA = "https://data.riksdagen.se/dokument/sfs-"
_KINDS = {"tags": "tag", "watches": "watch"}
"""The parts of the file whose keys are names, and what such a name is of."""
WHOLE_WATCH = 2
"""The steps to a watch: watches, and its key."""


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
        return mistake_of(0, "", "file.missing", folder=str(folder))
    return mistake_of(0, "", "file.unreadable", why=error.strerror or type(error).__name__)


# Mistakes


def _mistake(document: Document, details: ErrorDetails) -> Mistake:
    where: Location = tuple(step for step in details["loc"] if step != "[key]")
    key = str(where[-1]) if where else ""
    match details["type"]:
        case "extra_forbidden":
            known = _known_keys(where)
            line, near = document.line_of_key(where), nearest(key, known)
            if near is None:
                return mistake_of(line, "", "keys.unknown", name=key, known=", ".join(known))
            return mistake_of(line, "", "keys.near", name=key, near=near)
        case "missing":
            return mistake_of(1, "", "keys.no_version" if key == "version" else "keys.no_watches")
        case "value_error" if "[key]" in details["loc"]:
            error = details["ctx"]["error"]
            what = f"{_KINDS[str(where[0])]} {key!r}: {error}"
            return Mistake(document.line_of_key(where), what, "key", _reason(error))
        case "value_error":
            label, error = _label(where), details["ctx"]["error"]
            return Mistake(document.line_of(where), f"{label}: {error}", label, _reason(error))
        case "tuple_type":
            return mistake_of(document.line_of(where), key, "keys.list", name=key)
        case _:
            code, facts = _mapping_expected(where)
            return mistake_of(document.line_of_key(where), "", code, **facts)


def _reason(error: Exception) -> Reason | None:
    return error.reason if isinstance(error, WrongValue) else None


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
        case ("watches", _, "each", _):
            return _names(WatchSettings)
        case (_, _, "only_if", _) | ("watches", _, "each", "only_if", _):
            return _names(OnlyIf)
        case _:
            return _names(File)


def _names(model: type[StrictModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _own_keys_first(entry: type[WatchSettings]) -> list[str]:
    shared = _names(WatchSettings)
    return [name for name in _names(entry) if name not in shared] + shared


def _mapping_expected(where: Location) -> tuple[str, dict[str, str | int]]:
    """Return the code and the facts of what is said where keys are expected."""
    match where:
        case ("watches", _, "each"):
            return "keys.each", {}
        case ("watches", name):
            return "keys.watch", {"name": name}
        case ("tags", name):
            return "keys.tag", {"name": name}
        case ("tags",):
            return "keys.tags", {}
        case ("watches",):
            return "keys.watches", {}
        case ("defaults",):
            return "keys.defaults", {}
        case _:
            return "keys.file", {}


def _conflicts(document: Document, folder: Path, credentials: Mapping[str, str] | None) -> Iterator[Mistake]:
    """Yield mistakes between keys, and about files that are named; also where single values are mistaken."""
    file = document.value if isinstance(document.value, dict) else {}
    tags = file.get("tags")
    known_tags = list(map(str, tags)) if isinstance(tags, dict) else []
    for where, part in _parts(file):
        if "every" in part and "cron" in part:
            line = max(document.line_of_key((*where, "every")), document.line_of_key((*where, "cron")))
            yield mistake_of(line, "cron", "cron.both")
        named = part.get("ca_file")
        if isinstance(named, Scalar) and not (folder / named.text).is_file():
            line, place = document.line_of((*where, "ca_file")), str(folder.absolute())
            yield mistake_of(line, "ca_file", "ca_file.missing", name=named.text, folder=place)
        yield from mistakes_in_request(document, where, part, credentials)
        if where[0] == "watches":
            yield from _conflicts_of_watch(document, where, part, known_tags)


def _conflicts_of_watch(
    document: Document, where: Location, part: dict[str, object], known_tags: list[str]
) -> Iterator[Mistake]:
    if len(where) == WHOLE_WATCH:
        yield from _unknown_tags(document, where, part, known_tags)
        yield from _conflicts_of_kinds(document, where, part)
    mirror = part.get("url")
    if "sfs" in part and isinstance(mirror, Scalar) and urlsplit(mirror.text).path in {"", "/"}:
        yield mistake_of(document.line_of((*where, "url")), "url", "url.mirror")
    if "sfs" in part and "documents" in part:
        yield mistake_of(document.line_of_key((*where, "documents")), "documents", "sfs.documents")


def _unknown_tags(document: Document, where: Location, watch: dict[str, object], known: list[str]) -> Iterator[Mistake]:
    named = watch.get("tags")
    for number, tag in enumerate(named if isinstance(named, list) else ()):
        if isinstance(tag, Scalar) and tag.text.strip() and tag.text.strip() not in known:
            name = tag.text.strip()
            line, near = document.line_of((*where, "tags", number)), nearest(name, known)
            if near is None:
                yield mistake_of(line, "tags", "tags.unknown", name=name)
            else:
                yield mistake_of(line, "tags", "tags.near", name=name, near=near)


def _parts(file: dict[Any, Any]) -> Iterator[tuple[Location, dict[Any, Any]]]:
    """Yield the defaults, each tag, each watch, and what a section says of its items' watches, with their places."""
    if isinstance(defaults := file.get("defaults"), dict):
        yield ("defaults",), defaults
    for kind in _KINDS:
        entries = file.get(kind)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            if isinstance(entry, dict):
                yield (kind, name), entry
                if kind == "watches" and isinstance(each := entry.get("each"), dict):
                    yield (kind, name, "each"), each


def _conflicts_of_kinds(document: Document, where: Location, part: dict[Any, Any]) -> Iterator[Mistake]:
    """Yield mistakes between the keys of one watch: it is a page, a law or a section."""
    if not part.keys() & {"url", "sfs", "follow"}:
        yield mistake_of(document.line_of_key(where), "url", "url.missing", watch=str(where[-1]))
    if "follow" in part:
        yield from _conflicts_of_section(document, where, part)
        return
    for name in SECTION_KEYS:
        if name in part:
            yield mistake_of(document.line_of_key((*where, name)), name, "section.only", name=name)


def _conflicts_of_section(document: Document, where: Location, part: dict[Any, Any]) -> Iterator[Mistake]:
    """Yield mistakes between the keys of a section."""
    for name in ("url", "sfs"):
        if name in part:
            line = max(document.line_of_key((*where, "follow")), document.line_of_key((*where, name)))
            yield mistake_of(line, name, "section.both", name=name)
    pages, source = (part[name].text if isinstance(part.get(name), Scalar) else "" for name in ("pages", "from"))
    if "each" in part and pages != "true":
        yield mistake_of(document.line_of_key((*where, "each")), "each", "section.each")
    if "documents" in part:
        yield mistake_of(document.line_of_key((*where, "documents")), "documents", "section.documents")
    for name in ("keep", "drop"):
        if name in part and source in {"sitemap", "feed"}:
            line = document.line_of_key((*where, name))
            yield mistake_of(line, name, "section.selector", name=name, source=source)


# Valid files


def _schedule(file: File, document: Document, folder: Path) -> Schedule:
    written: dict[str, Any] = document.value if isinstance(document.value, dict) else {}
    common = asks_all_with(written.get("defaults"))
    watches = tuple(_watch(key, entry, file, written, common, folder) for key, entry in file.watches.items())
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


def _watch(key: str, entry: WatchEntry, file: File, written: dict[str, Any], common: Common, folder: Path) -> Watch:
    url = entry.follow or entry.url or open_data_url(entry.sfs or "")
    tags = tags_of(entry, url, file.tags)
    entry = settings_of(entry, [file.tags[tag] for tag in tags])
    said: dict[str, Any] = written["watches"][key]
    asked = asks_with(with_tags(said, [written["tags"][tag] for tag in tags]), common)
    watch = _page(entry, file, asked, folder)
    section, each = None, None
    if entry.follow:
        section = SectionRecipe(entry.source, entry.match, entry.most)
    if entry.pages:
        item = _page(entry.each, file, asks_with(said.get("each") or {}, common), folder, section=watch)
        each = replace(item, tags=tags)
    return replace(
        watch,
        key=key,
        name=entry.name or key,
        url=url,
        sfs=entry.sfs,
        recipe=replace(watch.recipe, section=section),
        each=each,
        tags=tags,
    )


def _page(
    entry: WatchSettings,
    file: File,
    asked: tuple[Request | None, str | None],
    folder: Path,
    section: Watch | None = None,
) -> Watch:
    """Return how a page is looked at, as a watch without a key, a name and a url; it may be an item of a section."""
    defaults, (request, proxy) = file.defaults, asked
    timezone = section.cadence.timezone if section else file.timezone
    return Watch(
        key="",
        name="",
        url="",
        recipe=replace(_recipe(entry), request=request),
        cadence=_cadence(entry, file, timezone),
        alert=entry.alert,
        language=entry.language or (section.language if section else defaults.language),
        timeout=entry.timeout or defaults.timeout,
        max_size=entry.max_size or defaults.max_size,
        patience=defaults.patience if entry.patience is None else entry.patience,
        ca_file=str(folder / entry.ca_file) if entry.ca_file else section.ca_file if section else None,
        proxy=proxy,
    )


def _recipe(entry: WatchSettings) -> Recipe:
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


def _cadence(entry: WatchSettings, file: File, timezone: str) -> Cadence:
    """Return the watch's own `every` or `cron`, else that of `defaults`, else that of the model."""
    timezone = entry.timezone or timezone
    for source in (entry, file.defaults):
        if source.every or source.cron:
            return Cadence(source.every, source.cron, entry.between, timezone)
    return Cadence(between=entry.between, timezone=timezone)


def open_data_url(sfs: str) -> str:
    """Return the address of a law in riksdagen's open data."""
    return OPEN_DATA + quote(sfs.replace(":", "-"))
