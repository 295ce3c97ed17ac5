"""The keys of the schedule file and their types (pydantic). An unknown key is a mistake."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal

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
Text = Annotated[str, BeforeValidator(values.text)]


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


class OnlyIf(StrictModel):
    """The changes that are worth a reader's time."""

    any: tuple[Words, ...] = ()
    added: tuple[Words, ...] = ()
    removed: tuple[Words, ...] = ()
    under: Words | None = None


class Page(StrictModel):
    """How a page is looked at and read; None for a key that is not given."""

    every: Every | None = None
    cron: Cron | None = None
    between: Annotated[tuple[time, time], BeforeValidator(values.window)] | None = None
    keep: Selector | None = None
    drop: tuple[Selector, ...] = ()
    ignore: tuple[Pattern, ...] = ()
    expect: Text | None = None
    expect_not: Words | None = None
    only_if: Annotated[OnlyIf, BeforeValidator(values.some_keys)] | None = None
    alert: Annotated[Alert, BeforeValidator(values.one_of("material", "content", "any"))] = "material"
    language: LanguageCode | None = None
    timezone: Zone | None = None
    timeout: FetchTimeout | None = None
    max_size: Size | None = None
    patience: Patience | None = None
    ca_file: Text | None = None


class WatchEntry(Page):
    """One watch; None for a key that is not given."""

    name: Annotated[str, BeforeValidator(values.name)] | None = None
    url: Annotated[str, BeforeValidator(values.url)] | None = None
    sfs: Annotated[str, BeforeValidator(values.sfs)] | None = None
    follow: Annotated[str, BeforeValidator(values.url)] | None = None
    source: Annotated[SectionSource, BeforeValidator(values.one_of(*SOURCES))] | None = Field(None, alias="from")
    match: tuple[Words, ...] = ()
    most: Annotated[int, BeforeValidator(values.most)] = 500
    pages: Annotated[bool, BeforeValidator(values.yes_or_no)] = False
    each: Annotated[Page, BeforeValidator(_nothing_as_mapping)] = Page()


SECTION_KEYS = ("from", "match", "most", "pages", "each")
"""Keys that a section alone may have."""
PAGE_KEYS = tuple(Page.model_fields)
WATCH_KEYS = ("name", "url", "sfs", *PAGE_KEYS, "follow", *SECTION_KEYS)
"""The keys of a watch, in the order in which a mistake names them."""


class File(StrictModel):
    """The whole file."""

    version: Annotated[Literal[1], BeforeValidator(values.version)]
    timezone: Zone = SWEDISH_TIME
    defaults: Annotated[Defaults, BeforeValidator(_nothing_as_mapping)] = Defaults()
    watches: dict[Annotated[str, AfterValidator(values.key)], WatchEntry]
