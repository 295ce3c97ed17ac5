"""A recipe replayed over the kept history, as lines for a terminal: for `watch test` and `watch edit --dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.console import date_and_time, plural, say, styled, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.model import Watch
    from monitor.core.record.replay import LeftOut, Replay, Said, SaidOutcome

MOST = 200
"""Kept revisions that are replayed, unless another number is asked for."""
MOST_PRINTED = 30
"""Revisions that are printed; --json has all."""
WHY = {
    "most": "older than that (--replay N)",
    "time": "no time was left",
    "busy": "too heavy to read now",
    "removed": "without their bytes, or those of the one before",
    "damaged": "damaged (bevaka verify)",
    "other_address": "from another address",
}

replay_option = click.option(
    "--replay",
    "replayed",
    type=click.IntRange(0, 10_000),
    default=MOST,
    show_default=True,
    metavar="N",
    help="Say what the recipe would have said of the newest N kept revisions; 0: of none.",
)


def say_replay(replay: Replay, watch: Watch) -> None:
    """Print what a recipe would have said of the kept history; nothing where there is none."""
    if replay.is_empty:
        return
    many = len(replay.revisions)
    found = plural(many, "kept revision", "kept revisions")
    verdict = f"{replay.differing} would be told otherwise" if replay.differing else "all as they were told"
    say()
    say(styled(f"REPLAY  {found}: {verdict}" if many else "REPLAY  no kept revision could be replayed", bold=True))
    if many:
        say(f"then  {_counts(replay.then)}")
        say(f"now   {_counts(replay.now)}")
    for why, number in _in_order(replay.left_out):
        say(f"left out  {number}: {WHY[why]}")
    shown = replay.differing_first[:MOST_PRINTED]
    table(
        [
            [
                "≠" if each.differs else " ",
                f"#{each.number}",
                date_and_time(each.at, watch.cadence.timezone),
                _outcome(each.then),
                "→",
                _outcome(each.now),
                _what(each.now, watch),
            ]
            for each in shown
        ]
    )
    if many > len(shown):
        say(f"and {many - len(shown)} more: --json has all")


def _counts(counts: Mapping[SaidOutcome, int]) -> str:
    return ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in counts.items() if number)


def _in_order(left_out: Mapping[LeftOut, int]) -> list[tuple[LeftOut, int]]:
    return sorted(left_out.items(), key=lambda pair: list(WHY).index(pair[0]))


def _outcome(said: Said) -> str:
    word = said.outcome.replace("_", " ")
    return f"{word} ({said.rule})" if said.outcome == "held_back" and said.rule else word


def _what(said: Said, watch: Watch) -> str:
    from monitor.wording.reasons import reason_sentence

    if said.reason is not None:
        return reason_sentence(said.reason, watch.language)
    return said.summary[watch.language] if said.summary else ""
