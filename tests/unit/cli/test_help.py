"""The help texts: the words of the glossary, and what each option is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from bevaka.cli.app import bevaka as root


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands(root))
NO_FIELD_WORDS = re.compile(r"\b(?:[Ll]ook(?:s|ed|ing)? (?:now|at|again|no more)|stands?|who is told of)\b")


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_help_text_says_check_and_no_word_that_is_not_the_fields(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    words = command.get_help(click.Context(command, info_name=" ".join(path)))
    assert not NO_FIELD_WORDS.search(" ".join(words.split()))
