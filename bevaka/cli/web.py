"""The `web` group: the web page alone, and the hash of the operators' password."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import note, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from bevaka.assembly import Assembly
    from bevaka.web.server import Server

log = logging.getLogger("bevaka.web")

SHORTEST_PASSWORD = 12


@click.group(invoke_without_command=True)
@click.pass_context
def web(context: click.Context) -> None:
    """The web page alone, until stopped; `bevaka run` has it as well. It listens on BEVAKA_WEB_BIND.

    Operators' actions are there when BEVAKA_WEB_PASSWORD holds the hash of a password: `bevaka web hash`.

    \b
    Example:
      bevaka web
      BEVAKA_WEB_BIND=127.0.0.1:8080 bevaka web
    """
    if context.invoked_subcommand is not None:
        return
    from bevaka.assembly import Assembly
    from bevaka.cli.signals import stopped_by_signals
    from bevaka.daemon.log import log_to

    with Assembly() as assembly, stopped_by_signals(assembly.clock):
        log_to(sys.stderr)
        assembly.agree_on_key()
        assembly.roles = frozenset(["web"])
        try:
            server = open_server(assembly)
        except OSError as error:
            raise click.UsageError(cannot_listen(assembly, error)) from None
        log.info("this is the web page alone: pages are looked at and mails are sent by `bevaka run`")
        with assembly.signs_of_life:
            server.start()
            while not assembly.clock.stopped:
                assembly.clock.sleep(3600)
        assembly.abort_heavy_work()
        server.stop()


@web.command("hash")
def hash_() -> None:
    """The hash of a password, for BEVAKA_WEB_PASSWORD. It is asked for, or read from a pipe.

    \b
    Example:
      bevaka web hash
    """
    from werkzeug.security import generate_password_hash

    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < SHORTEST_PASSWORD:
        raise click.UsageError(f"a password has at least {SHORTEST_PASSWORD} characters")
    say(generate_password_hash(password))
    note("put it into BEVAKA_WEB_PASSWORD, in single quotes in a shell: it holds $")


@contextmanager
def serving_web_page(assembly: Assembly, since_tick: Callable[[], float]) -> Iterator[None]:
    """Serve the web page while the block runs. If its port cannot be used, log that and run the block without it."""
    try:
        server = open_server(assembly, since_tick)
    except OSError as error:
        logging.getLogger("bevaka.web").error(cannot_listen(assembly, error))  # noqa: TRY400  not a defect of the program
        yield
        return
    server.start()
    try:
        yield
    finally:
        server.stop()


def open_server(assembly: Assembly, since_tick: Callable[[], float] | None = None) -> Server:
    """Return the server of the web page, bound but not yet started. Raises OSError if the port cannot be used."""
    from bevaka.web.server import Server

    settings = assembly.settings
    return Server(assembly.web_app(since_tick), settings.web_bind, proxies=settings.web_proxies)


def cannot_listen(assembly: Assembly, error: OSError) -> str:
    """Return why there is no web page, and what to do."""
    host, port = assembly.settings.web_bind
    # An unknown host name comes with a negative errno, which strerror() does not know.
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return f"the web page cannot listen on {host}:{port} ({why}); set BEVAKA_WEB_BIND to another address"
