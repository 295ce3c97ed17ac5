"""The root command `bevaka`: the table of commands, and the message and exit code of each error.

Exit codes: 0 fine · 1 differs · 2 usage or configuration · 3 a page was not seen, suspect, moved or withdrawn ·
4 verification failed · 5 a delivery failed for good · 130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bevaka import __version__
from bevaka.cli.console import COMPLETION_VARIABLE, note, styled
from bevaka.exit_codes import INTERRUPTED, NOT_SEEN, OTHER_VERSION, USAGE
from bevaka.masking import mask_what_nobody_catches
from bevaka.terminal import NEAREST, printable

if TYPE_CHECKING:
    from monitor.errors import NotSeenThen, StorageError, UnknownRevision, UnknownTag, UnknownWatch

GARBAGE_AFTER = 10_000
"""Objects that are allocated between two runs of the garbage collector."""

KEYS_NAMED = 20
"""Watches that an error message lists at most."""

COMMANDS = {
    "run": ("bevaka.cli.run:run", "The daemon: check what is due, send what is owed, serve the web page."),
    "web": ("bevaka.cli.web:web", "The web page alone."),
    "check": ("bevaka.cli.check:check", "Check pages now."),
    "deliver": ("bevaka.cli.deliver:deliver", "Send what is owed now."),
    "log": ("bevaka.cli.log:log", "The history of a watch."),
    "show": ("bevaka.cli.show:show", "What a page said."),
    "diff": ("bevaka.cli.diff:diff", "What differs between two revisions."),
    "blame": ("bevaka.cli.blame:blame", "Which revision, and which act, last changed each part."),
    "status": ("bevaka.cli.status:status", "The state of every watch."),
    "verify": ("bevaka.cli.verify:verify", "Check the database against its hashes."),
    "silence": ("bevaka.cli.silence:silence", "What was seen in a period, how often, and every gap."),
    "export": ("bevaka.cli.export:export", "Everything that is kept of a watch: WARC, zip or JSON."),
    "certify": ("bevaka.cli.certify:certify", "A certificate of what a page said at a time."),
    "timestamp": ("bevaka.cli.timestamp:timestamp", "Have an authority stamp what is kept."),
    "compare": ("bevaka.cli.compare:compare", "Two files, no database: what would be said."),
    "inspect": ("bevaka.cli.inspect:inspect", "What would be read of a file or an address."),
    "init": ("bevaka.cli.init:init", "A schedule file to begin with."),
    "watch": ("bevaka.cli.watch:watch", "List, show, test, add, edit, pause and remove watches."),
    "tag": ("bevaka.cli.tag:tag", "List and show tags: names that watches share."),
    "schedule": ("bevaka.cli.schedule:schedule", "Check the schedule file; print when each watch is checked."),
    "subscribers": ("bevaka.cli.subscribers:subscribers", "Add, confirm, list and remove subscribers."),
    "section": ("bevaka.cli.section:section", "The items of a section that is followed."),
    "subscribe": ("bevaka.cli.subscribe:subscribe", "Let somebody follow a watch or a tag."),
    "unsubscribe": ("bevaka.cli.subscribe:unsubscribe", "End a subscription."),
    "outbox": ("bevaka.cli.outbox:outbox", "What is owed, and what became of it."),
    "mail": ("bevaka.cli.mail:mail", "Preview a mail, and try the mail server."),
    "bounce": ("bevaka.cli.bounce:bounce", "Read mails that came back."),
    "doctor": ("bevaka.cli.doctor:doctor", "What is wrong with this installation, and what to do."),
    "backup": ("bevaka.cli.backup:backup", "The whole database as one file."),
    "restore": ("bevaka.cli.restore:restore", "Put a backup in the place of the database."),
    "db": ("bevaka.cli.db:db", "Look after the database."),
    "stats": ("bevaka.cli.stats:stats", "How often pages were checked, what changed, what was mailed and kept."),
    "completion": ("bevaka.cli.completion:completion", "Let the shell complete commands, options, watches, tags."),
    "demo": ("bevaka.cli.demo.command:demo", "The whole story in a minute, without any network."),
}


class LazyGroup(click.Group):
    """A click group that imports a command when it runs: `--help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of a day's work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for. Raises NoSuchCommand, which names the most similar ones."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, from COMMANDS."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="bevaka")
def bevaka() -> None:
    """Watch official pages and laws, and tell people what changed.

    What is watched is in schedule.yaml, secrets in the environment (BEVAKA_…), people in the database.

    \b
    Example:
      bevaka check                  check every page now
      bevaka log sfs-2021-995       what changed in the ordinance, and when
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code."""
    # Imports and pages allocate tens of thousands of objects and hardly a reference cycle: collecting after every
    # seven hundred, as Python does by default, costs an eighth of a start and of a round.
    gc.set_threshold(GARBAGE_AFTER, 20, 20)
    # Pydantic has no plug-ins here, and to find some it reads the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _write_what_can_be_encoded()
    mask_what_nobody_catches()
    if arguments is None and (question := os.environ.get(COMPLETION_VARIABLE)):
        from bevaka.cli.completion import complete

        return complete(question, bevaka)
    try:
        given = [_as_text(each) for each in (sys.argv[1:] if arguments is None else arguments)]
        # Not click's own `main`, which treats a closed output pipe as a failure.
        with bevaka.make_context("bevaka", given) as context:
            code = bevaka.invoke(context)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        note("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the other end of the pipe was closed: nothing more can be written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        message = _message(error)
        if message is None:
            raise
        for line in message.splitlines():
            note(f"{styled('error', 'red')}: {printable(line)}")
        return _exit_code(error)
    return code if isinstance(code, int) else 0


def _as_text(argument: str) -> str:
    """Return an argument as text, also where the locale cannot read its bytes. Raises UsageError if it is not UTF-8."""
    if not any("\ud800" <= char <= "\udfff" for char in argument):
        return argument
    try:
        return argument.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        raise click.UsageError(f"{printable(argument)} is not UTF-8; write it in that encoding") from None


def _write_what_can_be_encoded() -> None:
    """Let no sign that the terminal's encoding lacks end a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=NEAREST)


def _exit_code(error: Exception) -> int:
    from monitor.errors import NotSeenThen, SchemaMismatch

    if isinstance(error, SchemaMismatch):
        return OTHER_VERSION
    return NOT_SEEN if isinstance(error, NotSeenThen) else USAGE


def _message(error: Exception) -> str | None:
    """Return what to print of an error; None for one that is a defect of the program."""
    from bevaka.settings import SettingsError
    from monitor.errors import (
        MonitorError,
        NotSeenThen,
        ScheduleError,
        StorageError,
        UnknownRevision,
        UnknownTag,
        UnknownWatch,
    )

    match error:
        case SettingsError() | ScheduleError():
            return str(error)
        case UnknownWatch():
            return _unknown_watch(error)
        case UnknownTag():
            return _unknown_tag(error)
        case UnknownRevision() | NotSeenThen():
            return _unknown_revision(error)
        case StorageError():
            return _storage(error)
        case MonitorError():
            return str(error)
        case OSError():
            return _os_error(error)
    return None


def _storage(error: StorageError) -> str:
    from monitor.errors import DatabaseBusy, NoDatabase, NotADatabase

    match error:
        case NoDatabase():
            return f"there is no database at {error}: is BEVAKA_DATABASE right? `bevaka check` makes one"
        case NotADatabase():
            return f"{error}: not a database of Bevaka; it was left as it is. Set BEVAKA_DATABASE to another file"
        case DatabaseBusy():
            return "another process holds the database; try again in a moment"
    return str(error)


def _os_error(error: OSError) -> str | None:
    match error:
        case OSError() if error.errno == errno.ENOSPC:
            return f"the disk is full: {error.filename or error}"
        case OSError() if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) and error.filename:
            return f"{error.filename}: {error.strerror}; give the user that runs Bevaka the right to it"
        case OSError() if error.filename and error.strerror:
            return f"{error.filename}: {error.strerror}"
    return None


def _unknown_watch(error: UnknownWatch) -> str:
    if not error.known:
        return f"no watch is called {error.key!r}; none is known yet: run `bevaka check`"
    section, slash, _ = error.key.partition("/")
    if slash and section in error.known:
        items = f"`bevaka section show {section}` lists the items of {section}"
        return (
            f"the schedule file has no entry {error.key!r}; {items}, and each: of {section} says how they are watched"
        )
    return f"no watch is called {error.key!r}; {_known(error, 'watch')}"


def _unknown_tag(error: UnknownTag) -> str:
    if not error.known:
        return f"no tag is called {error.key!r}; the schedule file names none: write {error.key}: {{}} under tags:"
    return f"no tag is called {error.key!r}; {_known(error, 'tag')}"


def _known(error: UnknownWatch | UnknownTag, kind: str) -> str:
    from monitor.schedule_file.values import did_you_mean

    more = len(error.known) - KEYS_NAMED
    listed = ", ".join(error.known[:KEYS_NAMED]) + (f" and {more} more (`bevaka {kind} list`)" if more > 0 else "")
    question = did_you_mean(error.key, list(error.known))
    return f"known are: {listed}" + (f"; {question}" if question else "")


def _unknown_revision(error: UnknownRevision | NotSeenThen) -> str:
    from bevaka.cli.as_of_words import not_seen_in_words
    from bevaka.cli.console import date_and_time
    from monitor.errors import NotSeenThen

    if isinstance(error, NotSeenThen):
        return not_seen_in_words(error)
    if error.malformed:
        return f"{error.asked!r} is no revision; write WATCH, WATCH~1, WATCH#12 or WATCH@2026-03-01"
    if error.first_at is not None:
        first = date_and_time(error.first_at, error.timezone)
        if not error.newest:
            return f"no revision {error.asked!r}: the first check was at {first}, and no check has seen the page yet"
        return f"no revision {error.asked!r}: the first copy is from {first}"
    if error.last_at is not None:
        last = date_and_time(error.last_at, error.timezone)
        return f"nothing is known of {error.asked!r} yet: the last check was at {last}"
    if error.of_another is not None:
        return f"{error.asked!r} is no revision of {error.of_another}: two revisions of one watch can be compared"
    if error.before_first:
        return f"{error.asked} is the first copy: there is nothing before it to compare it with"
    if error.newest and error.asked.endswith("#0"):
        return f"no revision {error.asked!r}: #1 is the first copy, and has none before it"
    newest = f"the newest is #{error.newest}" if error.newest else "there is none yet"
    return f"no revision {error.asked!r}; {newest}"
