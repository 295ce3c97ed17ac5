"""What the forms of subscribers share: fields, mistakes, and the answer to a dead link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from flask import Response, abort, make_response, render_template, request

from bevaka.web.language import language
from monitor.core.model import LANGUAGES, Frequency, Language

FREQUENCIES: tuple[Frequency, ...] = ("immediately", "daily", "weekly")
EVERY_WATCH_FIELD = "*"
"""The value that means every watch in forms; no watch has such a key."""


@dataclass(frozen=True, slots=True)
class FieldMistake:
    """What is wrong with a field of a form: the field's id, and the key and the facts of the words that say so."""

    field: str
    words: str
    facts: Mapping[str, str] = dataclass_field(default_factory=dict)


class WrongForm(ValueError):
    """Fields of the form are invalid."""

    def __init__(self, *mistakes: FieldMistake) -> None:
        self.mistakes = mistakes
        super().__init__(", ".join(mistake.words for mistake in mistakes))


def frequency_of(given: str) -> Frequency:
    """Return the frequency that a form gives; immediately where it gives none."""
    return next((frequency for frequency in FREQUENCIES if frequency == given), "immediately")


def language_of(given: str) -> Language:
    """Return the language that a form gives; the visitor's where it gives none."""
    return next((known for known in LANGUAGES if known == given), language())


def dead_link() -> Response:
    """Return the answer to every link that is not valid."""
    return make_response(render_template("dead_link.html"), 404)


def must_be_sure() -> None:
    """Refuse a form whose box was not ticked, which a browser requires but another program may leave out."""
    if request.form.get("sure") != "yes":
        abort(422)
