"""The `watch test` command: the extraction of a page, without recording it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from bevaka.cli.console import date_and_time, emit, note, say, styled, table
from bevaka.cli.document_words import tried_document_lines, tried_documents
from bevaka.cli.item_lines import item_lines, items_as_json
from bevaka.cli.replay import say_replay
from bevaka.cli.schedule_words import cadence_words
from bevaka.exit_codes import NOT_SEEN
from bevaka.service_errors import cure

if TYPE_CHECKING:
    from monitor.checking.fetch_documents import SeenDocuments
    from monitor.checking.trial import TriedPage
    from monitor.core.model import Extraction, Fetched, MovingPlace, StatedDate, Watch
    from monitor.core.record.replay import Replay
    from monitor.errors import Reason
    from monitor.ports.values import StatusRow

LINE_LONGEST = 110
"""The characters of a block that are printed."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def say_not_seen(chosen: Watch, reason: Reason, replay: Replay | None, *, as_json: bool) -> int:
    """Print why the page would not be seen, and the replay of its history; return the exit code."""
    from bevaka.terminal import printable
    from monitor.wording.reasons import reason_sentence

    words = reason_sentence(reason, chosen.language)
    if as_json:
        emit({"watch": chosen.key, "seen": False, "reason": words, **_replay(chosen, replay)})
    else:
        say(f"{styled('NOT SEEN', 'red')}  {printable(words)}")
        say(f"          {printable(chosen.url)}")
        if replay is not None:
            say_replay(replay, chosen)
    if cured := cure(reason):
        note(cured)
    return NOT_SEEN


def say_seen(
    chosen: Watch,
    row: StatusRow | None,
    page: TriedPage,
    documents: SeenDocuments | None,
    replay: Replay | None,
    *,
    as_json: bool,
) -> int:
    """Print the extraction, whether it would be suspect in a first check, the documents and the replay.

    `row` is the status of the watch, None where it was never checked. Return the exit code.
    """
    from bevaka.terminal import printable
    from monitor.wording.reasons import reason_sentence

    fetched, extraction = page.fetched, page.extraction
    folded = _folded(extraction)
    doubt = reason_sentence(page.doubt, chosen.language) if page.doubt else None
    tried = tried_documents(documents, chosen.language) if documents else []
    code = NOT_SEEN if doubt or any(each["outcome"] == "not_seen" for each in tried) else 0
    if as_json:
        from monitor.wording.json_forms import extraction_as_json

        facts = {"watch": chosen.key, "seen": doubt is None, "reason": doubt, "url": fetched.url}
        facts |= {"status": fetched.status, "bytes": len(fetched.body), "learnt": learnt_as_json(row)}
        facts["folded"] = [{"rule": rule, "text": text} for rule, text in folded]
        if extraction.items is not None:
            facts["items"] = items_as_json(extraction.items)
        if chosen.recipe.documents:
            facts["documents"] = tried
        emit({**facts, **extraction_as_json(extraction), **_replay(chosen, replay)})
        return code
    word = styled("SUSPECT", "red") if doubt else styled("SEEN", "green")
    say(f"{word}  {printable(doubt or extraction.title)}")
    table(
        [
            *_test_lines(chosen, fetched, extraction),
            *([["folded", printable(f"{rule}: {_line('', text)}")] for rule, text in folded]),
            *learnt_lines(chosen, row),
        ]
    )
    if extraction.items is not None:
        for line in item_lines(extraction.items):
            say(line)
        return code
    say()
    for block in extraction.blocks:
        indent = "  " * len(block.heading)
        text = _line(f"{block.label}  " if block.label else "", block.text)
        say(f"{block.kind:<8}{indent}{styled(text, bold=block.kind in HEADINGS)}")
    for line in tried_document_lines(tried):
        say(line)
    if replay is not None:
        say_replay(replay, chosen)
    return code


def _replay(chosen: Watch, replay: Replay | None) -> dict[str, object]:
    """Return the replay as JSON has it, where it was asked for and there is a history."""
    from monitor.wording.json_forms import replay_as_json

    return {} if replay is None or replay.is_empty else {"replay": replay_as_json(replay, chosen.language)}


def learnt_as_json(row: StatusRow | None) -> list[dict[str, object]]:
    """Return what moves by itself, as JSON has it."""
    places = row.learnt if row else ()
    return [
        {"rule": place.rule, "heading": list(place.heading), "line": place.form or None, "since": place.learnt}
        for place in places
    ]


def _folded(extraction: Extraction) -> list[tuple[str, str]]:
    """Return the lines of a page of which a part is held back by its form: the rule, the text."""
    from monitor.core.judging.rules.noise import moving_folds

    return [(fold.rule, block.text) for block in extraction.blocks for fold in moving_folds(block.text)]


def recipe_lines(chosen: Watch) -> list[list[str]]:
    """Return what of the page counts, as rows of a table."""
    recipe = chosen.recipe
    lines = section_lines(chosen)
    lines += [["keep", recipe.keep or "found by itself"]]
    lines += [["drop", selector] for selector in recipe.drop]
    lines += [["ignore", pattern] for pattern in recipe.ignore]
    lines += [["expect", recipe.expect]] if recipe.expect else []
    lines += [["expect_not", recipe.expect_not]] if recipe.expect_not else []
    lines += [["never_seen", "only text that no revision ever had is told"]] if recipe.never_seen else []
    lines += [["documents", "read as part of the page"]] if recipe.documents else []
    lines += request_lines(chosen)
    told_of = recipe.only_if.to_facts() if recipe.only_if else {}
    return lines + [
        [f"only_if: {name}", "  ".join(value) if isinstance(value, list) else str(value)]
        for name, value in told_of.items()
    ]


def request_lines(chosen: Watch) -> list[list[str]]:
    """Return what is sent beside the address, as rows of a table; credentials by their names."""
    request = chosen.recipe.request
    lines = [["proxy", chosen.proxy]] if chosen.proxy else []
    if request is None:
        return lines
    lines += [["method", request.method]] if request.method != "GET" else []
    lines += [[f"header {name}", value] for name, value in request.headers]
    lines += [[f"cookie {name}", value] for name, value in request.cookies]
    lines += [["auth", ":".join(request.auth)]] if request.auth else []
    lines += [["sends", request.body or request.json or ""]] if request.body or request.json else []
    return lines + [[f"sends {name}", value] for name, value in request.form]


def request_facts(chosen: Watch) -> dict[str, object]:
    """Return what is sent beside the address by the keys of the schedule file, those that are given alone."""
    request = chosen.recipe.request
    facts: dict[str, object] = {"proxy": chosen.proxy}
    if request is not None:
        facts |= {
            "method": request.method if request.method != "GET" else None,
            "headers": dict(request.headers),
            "cookies": dict(request.cookies),
            "body": dict(request.form) or request.body,
            "json": json.loads(request.json) if request.json else None,
            "auth": {"user": request.auth[0], "password": request.auth[1]} if request.auth else None,
        }
    return {name: value for name, value in facts.items() if value}


def section_lines(chosen: Watch) -> list[list[str]]:
    """Return what a section follows, as rows of a table; none for any other watch."""
    section = chosen.recipe.section
    if section is None:
        return []
    pages = (
        f"each item is watched, {cadence_words(chosen.each.cadence)}" if chosen.each else "items are told, not watched"
    )
    lines = [["follows", section.source or "listing, sitemap or feed, found by itself"]]
    lines += [["match", pattern] for pattern in section.match]
    return [*lines, ["most", str(section.most)], ["pages", pages]]


def learnt_lines(chosen: Watch, row: StatusRow | None) -> list[list[str]]:
    """Return what the checks have learnt of the page and its server, as rows of a table; none where that is nothing."""
    from bevaka.terminal import printable

    if row is None:
        return []
    lines = [
        ["learnt", printable(f"{place.rule}{_where(place)}: held back since revision {place.learnt}")]
        for place in row.learnt
    ]
    if row.validators_distrusted_at is not None:
        since = date_and_time(row.validators_distrusted_at, chosen.cadence.timezone)
        what = f"validators distrusted since {since}: other bytes under the same one; always asked in full"
        lines.append(["learnt", what])
    return lines


def _where(place: MovingPlace) -> str:
    heading = f" under ”{place.heading[-1]}”" if place.heading else ""
    return f" ”{place.form}”{heading}" if place.form else f" list of links{heading}"


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
