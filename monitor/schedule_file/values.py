"""Validators for single values of the schedule file. Each raises ValueError that says what is wrong and what is right.

selectolax, RE2 and cronsim are imported when a value needs them: a file without patterns loads no pattern engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from monitor.core.schedule.cadence import EVERY_LONGEST
from monitor.schedule_file.nodes import Scalar
from monitor.wording.schedule_mistakes import WrongValue

if TYPE_CHECKING:
    from re import Pattern

Choice = TypeVar("Choice", bound=str)

NAME_LONGEST = 200
_DURATION = re.compile(r"(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_SIZE = re.compile(r"(\d+) ?(B|kB|MB|GB|KiB|MiB|GiB)", re.IGNORECASE)
_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
ZONE_LONGEST = 64
"""Characters; the longest name in the database has 32."""
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d) ?[-–] ?([01]\d|2[0-4]):([0-5]\d)")
_KEY = re.compile(r"\w[\w.-]{0,127}")
_SFS = re.compile(r"\d{4}:(?:bih\. ?)?\d{1,4}(?: s\. ?\d{1,4}| \d)?")
"""2021:995; old laws also by page, "1909:29 s. 1", "1909:bih. 29 s. 1", or with a running number, "1736:0123 2"."""


def written(value: object) -> str:
    """Return a value as written in the file, whatever kind YAML assigns to it: 2021:50 is not a number of seconds."""
    if not isinstance(value, Scalar):
        raise WrongValue("value.list" if isinstance(value, list) else "value.keys")
    if value.kind == "nothing":
        raise WrongValue("value.missing")
    return value.text


def text(value: object) -> str:
    """Return a text of one line that is not empty."""
    shown = written(value)
    if isinstance(value, Scalar) and value.kind != "text":
        raise WrongValue("value.kind", shown=shown, kind=value.kind)
    if not shown.strip():
        raise WrongValue("value.empty")
    if not shown.replace("\u00a0", " ").isprintable():
        raise WrongValue("value.lines")
    return shown.strip()


def name(value: object) -> str:
    """Return the name of a watch; its length is limited because subjects of mails contain it."""
    shown = text(value)
    if len(shown) > NAME_LONGEST:
        raise WrongValue("name.long", length=len(shown), most=NAME_LONGEST)
    return shown


def key(shown: str) -> str:
    """Return the key of a watch or a tag.

    It has none of ~, # and @, which select a revision on the command line, and no colon, which is in tag:NAME.
    """
    if not _KEY.fullmatch(shown):
        raise WrongValue("key.form")
    return shown


def version(value: object) -> int:
    """Return the version of the file's format."""
    if written(value) != "1":
        raise WrongValue("value.version", shown=written(value))
    return 1


def one_of(*choices: Choice) -> Callable[[object], Choice]:
    """Return a validator for a fixed set of choices."""

    def choose(value: object) -> Choice:
        shown = written(value)
        for choice in choices:
            if shown == choice:
                return choice
        raise WrongValue("value.choice", shown=shown, others=", ".join(choices[:-1]), last=choices[-1])

    return choose


def yes_or_no(value: object) -> bool:
    """Return true or false, which are written so in the file."""
    return one_of("true", "false")(value) == "true"


def duration(shortest: timedelta, longest: timedelta) -> Callable[[object], timedelta]:
    """Return a validator for durations such as 30s, 30m, 6h, 1d and 1h30m; both bounds are included."""

    def read(value: object) -> timedelta:
        shown = written(value)
        found = _DURATION.fullmatch(shown)
        if found is None:
            raise _no_duration(shown)
        days, hours, minutes, seconds = (int(part[:9]) if part else 0 for part in found.groups())
        length = timedelta(days=min(days, 10**6), hours=hours, minutes=minutes, seconds=seconds)
        if not shortest <= length <= longest:
            raise WrongValue("duration.range", shown=shown, shortest=_short(shortest), longest=_short(longest))
        return length

    return read


every = duration(timedelta(seconds=1), EVERY_LONGEST)
timeout = duration(timedelta(seconds=1), timedelta(minutes=10))
host_delay = duration(timedelta(0), timedelta(hours=1))
patience = duration(timedelta(0), EVERY_LONGEST)


def size(value: object) -> int:
    """Return a number of bytes: 500kB, 10MB, 1MiB."""
    shown = written(value)
    found = _SIZE.fullmatch(shown)
    if found is None:
        raise WrongValue("size.unknown", shown=shown)
    length = int(found[1][:12]) * _UNITS[found[2].lower()]
    if not 1 <= length <= 10**9:
        raise WrongValue("size.range", shown=shown)
    return length


def timezone(value: object) -> str:
    """Return the IANA name of a time zone."""
    shown = written(value)
    try:
        if len(shown) > ZONE_LONGEST:  # each part of a name is looked up as a package, within the one before it
            raise ValueError(shown)
        ZoneInfo(shown)
    except (ValueError, OSError, KeyError):  # a path outside the database, a folder of it, an unknown name
        near = nearest(shown, sorted(available_timezones()))
        if near is None:
            raise WrongValue("timezone.unknown", shown=shown) from None
        raise WrongValue("timezone.near", shown=shown, near=near) from None
    return shown


def window(value: object) -> tuple[time, time]:
    """Return two wall-clock times: 06:00-22:00; an end of 24:00 is the following midnight."""
    shown = written(value)
    found = _WINDOW.fullmatch(shown)
    if found is None:
        raise WrongValue("window.unknown", shown=shown)
    hour, minute, end_hour, end_minute = map(int, found.groups())
    if end_hour == 24 and end_minute:
        raise WrongValue("window.late", shown=shown)
    start, end = time(hour, minute), time(end_hour % 24, end_minute)
    if start == end:
        raise WrongValue("window.never", shown=shown)
    return start, end


def cron(value: object) -> str:
    """Return a cron expression of five fields."""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415  see the module docstring

    shown = written(value)
    if len(shown.split()) != 5:
        raise WrongValue("cron.fields", shown=shown, fields=len(shown.split()))
    try:
        next(CronSim(shown, datetime(2024, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration) as error:
        what = str(error)[:1].lower() + str(error)[1:] or "never comes true"
        raise WrongValue("cron.unknown", shown=shown, what=what) from None
    return shown


def url(value: object) -> str:
    """Return an http or https address without user name and password.

    Error messages do not quote the address, because it might contain a secret.
    """
    shown = text(value)
    try:
        parts = urlsplit(shown)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise WrongValue("url.unreadable", what=str(error)) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise WrongValue("url.unknown")
    if parts.username is not None or parts.password is not None:
        raise WrongValue("url.login")
    if re.search(r"[\s\\]", shown):
        raise WrongValue("url.signs")
    return shown


def sfs(value: object) -> str:
    """Return the number of a law in Svensk författningssamling."""
    shown = written(value)
    if not _SFS.fullmatch(shown):
        raise WrongValue("sfs.unknown", shown=shown)
    return shown


def selector(value: object) -> str:
    """Return a CSS selector that the page extractor's parser accepts."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415  see the module docstring

    shown = text(value)
    try:
        LexborHTMLParser("<p>").css(shown)
    except SelectolaxError:
        raise WrongValue("selector.unknown", shown=shown) from None
    return shown


def pattern(value: object) -> str:
    """Return an RE2 pattern."""
    from monitor.core.page.ignore_patterns import IgnorePatterns  # noqa: PLC0415  see the module docstring

    shown = text(value)
    _re2(shown)
    if not any(map(IgnorePatterns([shown]).sub, _ORDINARY_LINES)):
        raise WrongValue("pattern.everything", shown=shown)
    return shown


_WRONG_PATTERNS = (
    ("missing )", "pattern.open"),
    ("unexpected )", "pattern.closed"),
    ("missing ]", "pattern.class"),
    ("no argument for repetition", "pattern.repeats_nothing"),
    ("bad repetition operator", "pattern.repeats_twice"),
    ("invalid repetition size", "pattern.repeats_often"),
    ("invalid character class range", "pattern.range"),
    ("invalid escape sequence", "pattern.escape"),
    ("trailing \\", "pattern.backslash"),
    ("invalid perl operator", "pattern.perl"),
    ("invalid named capture group", "pattern.group"),
    ("pattern too large", "pattern.large"),
)
"""How the commonest messages of RE2 begin, each with the code of its sentence."""


def _re2(shown: str) -> Pattern[str]:
    """Return an RE2 pattern, compiled. Raises ValueError that says what is wrong."""
    import re2  # noqa: PLC0415  see the module docstring

    options = re2.Options()
    options.log_errors = False
    try:
        compiled: Pattern[str] = re2.compile(shown, options)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace") if error.args else "unknown"
        code = next((code for start, code in _WRONG_PATTERNS if reason.startswith(start)), "pattern.unknown")
        raise WrongValue(code, shown=shown, what=reason) from None
    return compiled


def address_pattern(value: object) -> str:
    """Return an RE2 pattern of addresses."""
    shown = text(value)
    _re2(shown)
    return shown


def words(value: object) -> str:
    """Return an RE2 pattern of words that are looked for."""
    return require_words(text(value))


def require_words(pattern: str) -> str:
    """Return an RE2 pattern of words. Raises ValueError if it is none, or also matches where nothing is."""
    if _re2(pattern).search("") is not None:
        raise WrongValue("pattern.nothing", shown=pattern)
    return pattern


MOST_ITEMS = 50_000
"""Items that a section may have; a sitemap has no more addresses (sitemaps.org)."""


def most(value: object) -> int:
    """Return how many items a section may have."""
    shown = written(value)
    if not shown.isdigit() or not 1 <= int(shown[:9]) <= MOST_ITEMS:
        raise WrongValue("most.unknown", shown=shown, most=MOST_ITEMS)
    return int(shown)


def some_keys(value: object) -> object:
    """Return a mapping that has at least one key."""
    if not isinstance(value, dict) or not value:
        raise WrongValue("only_if.empty")
    return value


_ORDINARY_LINES = ("Ansökan om bidrag ska göras senast den sista mars varje år hos länsstyrelsen", "400 000")
"""Lines that share no sign and differ in length: a pattern that empties both of them empties every line."""


def did_you_mean(wrong: str, known: list[str]) -> str | None:
    """Return a question that names the most similar known name; None if none is similar."""
    near = nearest(wrong, known)
    return f"did you mean {near!r}?" if near is not None else None


def nearest(wrong: str, known: list[str]) -> str | None:
    """Return the most similar known name; None if none is similar."""
    by_lower = {name.lower(): name for name in known}
    # Swapped letters come first: in a short word they are half of it, too many for the similarity to notice.
    swapped = [name for name in by_lower if sorted(name) == sorted(wrong.lower())]
    near = swapped or get_close_matches(wrong.lower(), by_lower, n=1, cutoff=0.75)
    return by_lower[near[0]] if near else None


def _no_duration(shown: str) -> WrongValue:
    """Return what is wrong with a duration; of one that lacks only its unit, or is a time of day, how it is written."""
    if shown.isdigit():
        return WrongValue("duration.unit", shown=shown)
    if re.fullmatch(r"\d+:\d\d", shown):
        hours, _, minutes = shown.partition(":")
        return WrongValue("duration.clock", shown=shown, hours=hours, minutes=minutes)
    return WrongValue("duration.unknown", shown=shown)


def _short(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    for unit, worth in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % worth == 0:
            return f"{seconds // worth}{unit}"
    return f"{seconds}s"
