"""The keys of the schedule file and their types (pydantic). An unknown key is a mistake."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from monitor.core.model import LANGUAGES, SWEDISH_TIME, Alert, Language, SectionSource
from monitor.schedule_file import values
from monitor.schedule_file.nodes import Scalar

SOURCES: tuple[SectionSource, ...] = ("listing", "sitemap", "feed")


def _nothing_as_mapping(value: object) -> object:
    """Return an empty mapping for no value: `defaults:` with everything under it commented out stays valid."""
    return {} if isinstance(value, Scalar) and value.kind == "nothing" else value


Every = Annotated[timedelta, BeforeValidator(values.every)]
Cron = Annotated[str, BeforeValidator(values.cron)]
FetchTimeout = Annotated[timedelta, BeforeValidator(values.timeout)]
Size = Annotated[int, BeforeValidator(values.size)]
Patience = Annotated[timedelta, BeforeValidator(values.patience)]
Zone = Annotated[str, BeforeValidator(values.timezone)]
LanguageCode = Annotated[Language, BeforeValidator(values.one_of(*LANGUAGES))]
Selector = Annotated[str, BeforeValidator(values.selector)]
Pattern = Annotated[str, BeforeValidator(values.pattern)]
Words = Annotated[str, BeforeValidator(values.words)]
AddressPattern = Annotated[str, BeforeValidator(values.address_pattern)]
Text = Annotated[str, BeforeValidator(values.text)]
AsWritten = Any
"""What `monitor.schedule_file.requests` reads by itself: which names there are in it is up to the file."""


class StrictModel(BaseModel):
    """Base class of all parts of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Defaults(StrictModel):
    """Values for every watch that does not set its own."""

    every: Every | None = None
    cron: Cron | None = None
    language: LanguageCode = "sv"
    timeout: FetchTimeout = timedelta(seconds=30)
    max_size: Size = 10_000_000
    host_delay: Annotated[timedelta, BeforeValidator(values.host_delay)] = timedelta(seconds=2)
    patience: Patience = timedelta(days=2)
    headers: AsWritten = None
    proxy: AsWritten = None


class OnlyIf(StrictModel):
    """The changes that are worth a reader's time."""

    any: tuple[Words, ...] = ()
    added: tuple[Words, ...] = ()
    removed: tuple[Words, ...] = ()
    under: Words | None = None


class WatchSettings(StrictModel):
    """What a watch can be told, and a tag on behalf of its watches; None for a key that is not given."""

    every: Every | None = None
    cron: Cron | None = None
    between: Annotated[tuple[time, time], BeforeValidator(values.window)] | None = None
    keep: Selector | None = None
    drop: tuple[Selector, ...] = ()
    ignore: tuple[Pattern, ...] = ()
    expect: Text | None = None
    expect_not: Words | None = None
    only_if: Annotated[OnlyIf, BeforeValidator(values.some_keys)] | None = None
    never_seen: Annotated[bool, BeforeValidator(values.yes_or_no)] = False
    documents: Annotated[bool, BeforeValidator(values.yes_or_no)] = False
    alert: Annotated[Alert, BeforeValidator(values.one_of("material", "content", "any"))] = "material"
    language: LanguageCode | None = None
    timezone: Zone | None = None
    timeout: FetchTimeout | None = None
    max_size: Size | None = None
    patience: Patience | None = None
    ca_file: Text | None = None
    headers: AsWritten = None
    cookies: AsWritten = None
    method: AsWritten = None
    body: AsWritten = None
    json_: Annotated[AsWritten, Field(alias="json")] = None
    auth: AsWritten = None
    proxy: AsWritten = None


class TagEntry(WatchSettings):
    """One tag: what its watches have where they say nothing themselves."""

    name: Annotated[str, BeforeValidator(values.name)] | None = None
    match: tuple[AddressPattern, ...] = ()


class WatchEntry(WatchSettings):
    """One watch."""

    name: Annotated[str, BeforeValidator(values.name)] | None = None
    url: Annotated[str, BeforeValidator(values.url)] | None = None
    sfs: Annotated[str, BeforeValidator(values.sfs)] | None = None
    tags: tuple[Text, ...] = ()
    follow: Annotated[str, BeforeValidator(values.url)] | None = None
    source: Annotated[SectionSource, BeforeValidator(values.one_of(*SOURCES))] | None = Field(None, alias="from")
    match: tuple[Words, ...] = ()
    most: Annotated[int, BeforeValidator(values.most)] = 500
    pages: Annotated[bool, BeforeValidator(values.yes_or_no)] = False
    each: Annotated[WatchSettings, BeforeValidator(_nothing_as_mapping)] = WatchSettings()


SECTION_KEYS = ("from", "match", "most", "pages", "each")
"""Keys that a section alone may have."""


class File(StrictModel):
    """The whole file."""

    version: Annotated[Literal[1], BeforeValidator(values.version)]
    timezone: Zone = SWEDISH_TIME
    defaults: Annotated[Defaults, BeforeValidator(_nothing_as_mapping)] = Defaults()
    tags: Annotated[
        dict[Annotated[str, AfterValidator(values.key)], Annotated[TagEntry, BeforeValidator(_nothing_as_mapping)]],
        BeforeValidator(_nothing_as_mapping),
    ] = {}
    watches: dict[Annotated[str, AfterValidator(values.key)], WatchEntry]
