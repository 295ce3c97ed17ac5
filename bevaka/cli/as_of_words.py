"""What is known of a page at a time, and what is not, in words for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bevaka.cli.console import date_and_time, plural

if TYPE_CHECKING:
    from monitor.core.model import Language
    from monitor.core.record.as_of import AsOf
    from monitor.core.record.coverage import Gap
    from monitor.errors import NotSeenThen

GAP_WORDS = {
    "not_looked": "nobody checked",
    "not_seen": "not seen",
    "suspect": "suspect",
    "moved": "moved",
    "withdrawn": "withdrawn",
}


def as_of_lines(found: AsOf, timezone: str, language: Language) -> Iterator[str]:
    """Yield between which checks a text was seen, and what is not known of the time that was asked for."""
    checks = plural(found.checks, "check", "checks")
    seen = f"{date_and_time(found.first_seen, timezone)} – {date_and_time(found.last_seen, timezone)}"
    if found.after is None:
        yield f"seen     {seen}, at {checks}"
    else:
        after = f"#{found.after.revision} at {date_and_time(found.after.at, timezone)}"
        yield f"seen     {seen}, at {checks}, then {after}"
        if found.other_address:
            yield "         in between the watch was given another address: these are texts of two pages"
        elif found.is_between:
            yield "         it changed between these two checks, and the time that was asked for lies there"
    for each in found.also:
        first, last = date_and_time(each.first_seen, timezone), date_and_time(each.last_seen, timezone)
        yield f"also     #{each.revision}, {first} – {last}"
    for gap in found.gaps:
        yield f"gap      {gap_in_words(gap, timezone, language)}"


def gap_in_words(gap: Gap, timezone: str, language: Language) -> str:
    """Return a time of which nothing is known, and why."""
    from monitor.wording.reasons import reason_sentence

    since = f"after {date_and_time(gap.since, timezone)}" if gap.since else "from the beginning"
    until = f"before {date_and_time(gap.until, timezone)}" if gap.until else "still"
    words = f"{since}, {until}: {GAP_WORDS[gap.kind]}"
    if gap.checks:
        words += f" ({plural(gap.checks, 'check', 'checks')})"
    why = "; ".join(reason_sentence(reason, language) for reason in gap.reasons)
    return f"{words}: {why}" if why else words


def not_seen_in_words(error: NotSeenThen) -> str:
    """Return that the page was not seen at a time, why, and when it was seen before and after."""
    from monitor.wording.reasons import reason_sentence

    why = "; ".join(reason_sentence(reason, "en") for reason in error.reasons) or GAP_WORDS[error.kind]
    before, after = (
        f"#{sight[0]} at {date_and_time(sight[1], error.timezone)}" if sight else None
        for sight in (error.before, error.after)
    )
    if before is None and after is None:
        around = "it has never been seen"
    else:
        around = f"last seen: {before or 'never'}; seen again: {after or 'not yet'}"
    return f"{error.asked!r}: the page was not seen then ({why}); {around}"
