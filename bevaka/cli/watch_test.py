"""The `watch test` command: the extraction of a page, without recording it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bevaka.cli.console import date_and_time, emit, say, styled, table
from bevaka.exit_codes import NOT_SEEN

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.core.model import Extraction, Fetched, StatedDate, Watch
    from monitor.errors import Reason
    from monitor.ports.values import StatusRow

LINE_LONGEST = 110
"""The characters of a block that are printed."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def try_watch(assembly: Assembly, chosen: Watch) -> tuple[Fetched, Extraction] | Reason:
    """Return the answer of a page and its extraction, or why the page is not seen."""
    from monitor.core.model import NotModified, Redirected
    from monitor.errors import ExtractError, FetchError, Reason
    from monitor.fetcher_choice import choose_fetcher

    assembly.retry_hosts_of([chosen])
    try:
        answer = choose_fetcher(assembly.fetchers, chosen).fetch(chosen, None)
    except FetchError as error:
        return error.reason()
    if isinstance(answer, Redirected):
        return Reason("moved", {"to": answer.to})
    if isinstance(answer, NotModified):  # the request had no condition, so the server is wrong
        return Reason("http-status", {"status": 304})
    try:
        return answer, assembly.reader.extract(answer, chosen.recipe).extraction
    except ExtractError as error:
        reason = error.reason()
        return Reason(reason.code, {**reason.facts, "status": answer.status})


def say_not_seen(chosen: Watch, reason: Reason, *, as_json: bool) -> int:
    """Print why the page would not be seen, and return the exit code."""
    from bevaka.terminal import printable
    from monitor.wording.reasons import reason_sentence

    words = reason_sentence(reason, chosen.language)
    if as_json:
        emit({"watch": chosen.key, "seen": False, "reason": words})
    else:
        say(f"{styled('NOT SEEN', 'red')}  {printable(words)}")
        say(f"          {printable(chosen.url)}")
    return NOT_SEEN


def say_seen(chosen: Watch, fetched: Fetched, extraction: Extraction, *, as_json: bool) -> int:
    """Print the extraction, and whether it would be suspect in a first check; return the exit code."""
    from bevaka.terminal import printable
    from monitor.core.judging.compare import compare
    from monitor.core.model import Suspect
    from monitor.wording.reasons import reason_sentence

    verdict = compare(None, extraction, fetched_after=fetched.taken_at)
    doubt = reason_sentence(verdict.reason, chosen.language) if isinstance(verdict, Suspect) else None
    if as_json:
        from monitor.wording.json_forms import extraction_as_json

        facts = {"watch": chosen.key, "seen": doubt is None, "reason": doubt, "url": fetched.url}
        emit({**facts, "status": fetched.status, "bytes": len(fetched.body), **extraction_as_json(extraction)})
        return NOT_SEEN if doubt else 0
    word = styled("SUSPECT", "red") if doubt else styled("SEEN", "green")
    say(f"{word}  {printable(doubt or extraction.title)}")
    table(_test_lines(chosen, fetched, extraction))
    say()
    for block in extraction.blocks:
        indent = "  " * len(block.heading)
        text = _line(f"{block.label}  " if block.label else "", block.text)
        say(f"{block.kind:<8}{indent}{styled(text, bold=block.kind in HEADINGS)}")
    return NOT_SEEN if doubt else 0


def recipe_lines(chosen: Watch) -> list[list[str]]:
    """Return what of the page counts, as rows of a table."""
    recipe = chosen.recipe
    lines = [["keep", recipe.keep or "found by itself"]]
    lines += [["drop", selector] for selector in recipe.drop]
    lines += [["ignore", pattern] for pattern in recipe.ignore]
    return lines + ([["expect", recipe.expect]] if recipe.expect else [])


def learnt_lines(chosen: Watch, row: StatusRow | None) -> list[list[str]]:
    """Return what the checks have learnt of the page and its server, as rows of a table; none where that is nothing."""
    if row is None or row.validators_distrusted_at is None:
        return []
    since = date_and_time(row.validators_distrusted_at, chosen.cadence.timezone)
    return [["learnt", f"validators distrusted since {since}: other bytes under the same one; always asked in full"]]


def _test_lines(chosen: Watch, fetched: Fetched, extraction: Extraction) -> list[list[str]]:
    kinds = Counter(block.kind for block in extraction.blocks)
    dropped = Counter(part.why for part in extraction.dropped)
    lines = [
        ["address", f"{fetched.url} ({fetched.status}, {len(fetched.body)} bytes, {extraction.encoding})"],
        *recipe_lines(chosen),
        ["updated", _date(extraction.updated)],
        ["published", _date(extraction.published)],
        *([["sends to", extraction.sends_to]] if extraction.sends_to else []),
        ["counts", ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "nothing"],
        ["dropped", ", ".join(f"{count} {why}" for why, count in dropped.items()) or "nothing"],
    ]
    return lines + [["note", finding] for finding in extraction.notes]


def _date(stated: StatedDate | None) -> str:
    return f"{stated.date} ({stated.text}; {stated.source})" if stated else "–"


def _line(label: str, text: str) -> str:
    from bevaka.terminal import printable

    shown = printable(label + text.replace("\n", " / "))
    return shown if len(shown) <= LINE_LONGEST else shown[: LINE_LONGEST - 1] + "…"
