"""The checks of `doctor`: one function a subject, each returning what it found and what to do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from bevaka.cli.console import date_and_time, plural
from bevaka.cli.worker_words import has_ended, worker_words

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from bevaka.settings import Settings
    from monitor.ports.values import WatchRow

State = Literal["ok", "warning", "problem"]

LEAST_FREE = 200_000_000
"""Bytes: enough for some days of pages, and for SQLite's log."""
SKEW = timedelta(minutes=5)
"""The difference from which a clock counts as wrong."""
MAILS_FROM_LAST = timedelta(days=7)
"""The period in which mails that were given up are counted."""
SHORTEST_KEY = 32
"""The least characters of the key that signs links: with one link, an attacker can try out keys offline."""


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """The result of one check. `fix` says what to do; None if the state is ok."""

    check: str
    state: State
    what: str
    fix: str | None = None


def run_checks(assembly: Assembly) -> Iterator[DoctorFinding]:
    """Yield the findings of all checks, in the order in which they should be fixed."""
    settings = assembly.settings
    yield _schedule(assembly)
    yield from _hosts(assembly)
    yield from _requests(assembly)
    yield from _permissions(assembly)
    yield from _key(settings)
    yield _disk(assembly)
    database = _database(assembly)
    yield database
    if database.state == "ok" and assembly.has_database:
        rows, now = _rows(assembly), assembly.clock.now()
        yield from _clock(assembly, now)
        yield from _held_hosts(assembly, now)
        yield from _last_round(assembly, rows, now)
        yield _workers(assembly, now)
        yield from _documents_left_out(rows)
        yield from _mails(assembly, now)
        yield from _erasures(assembly)
    yield _plugins(assembly)
    yield from _sender(settings)
    yield _channel(assembly)
    yield from _addresses(settings)


def _schedule(assembly: Assembly) -> DoctorFinding:
    from monitor.errors import ScheduleError

    path = assembly.settings.schedule
    try:
        schedule = assembly.schedule
    except ScheduleError as error:
        return DoctorFinding("schedule", "problem", str(error), "Mend the file; `bevaka schedule check` reads it again")
    if not schedule.watches:
        return DoctorFinding("schedule", "warning", f"{path} names no watch", "Add one: bevaka watch add URL")
    return DoctorFinding("schedule", "ok", f"{path}: {plural(len(schedule.watches), 'watch', 'watches')}")


def _hosts(assembly: Assembly) -> Iterator[DoctorFinding]:
    """Check that no host is asked for more than the spacing of requests allows."""
    from bevaka.cli.host_words import cure, said
    from monitor.core.schedule.host_load import overloaded
    from monitor.errors import ScheduleError

    try:
        schedule = assembly.schedule
    except ScheduleError:
        return  # said already
    for load in overloaded(schedule.watches, schedule.host_delay):
        fix = cure(load, schedule.host_delay)
        yield DoctorFinding("hosts", "warning", said(load, schedule.host_delay), fix[:1].upper() + fix[1:])


def _requests(assembly: Assembly) -> Iterator[DoctorFinding]:
    """Yield what credentials and proxies are worth; nothing where there are none."""
    from monitor.core.masking import SHORTEST
    from monitor.core.request import names_in
    from monitor.errors import ScheduleError

    try:
        watches = assembly.schedule.watches
    except ScheduleError:
        return
    credentials = assembly.settings.credentials
    requests = (watch.recipe.request for watch in watches)
    used = {name for request in requests if request for name in request.names}
    used |= {name for watch in watches for name in names_in(watch.proxy or "")}
    if used:
        yield DoctorFinding("credentials", "ok", f"set, as the schedule names them: {', '.join(sorted(used))}")
    short = sorted(name for name in used if len(credentials[name]) < SHORTEST)
    if short:
        what = f"{', '.join(short)}: shorter than {SHORTEST} characters, and so not masked where it would be printed"
        yield DoctorFinding("credentials", "warning", what, "Use a longer one, or write it into the schedule file")
    behind = [watch for watch in watches if watch.proxy]
    if behind:
        proxies = ", ".join(sorted({watch.proxy or "" for watch in behind}))
        what = (
            f"{plural(len(behind), 'watch', 'watches')} through {proxies}: a proxy looks names up by itself,"
            " so that addresses are checked here, and again by nobody"
        )
        fix = "Let the proxy refuse private networks; for pages of your own networks, that is all there is"
        yield DoctorFinding("proxy", "warning", what, fix)


def _held_hosts(assembly: Assembly, now: datetime) -> Iterator[DoctorFinding]:
    """Name the hosts that asked to be left alone for now."""
    with assembly.unit_of_work.read() as work:
        held = work.hosts.held(now)
    for host, until in held.items():
        what = f"{host} asks to be left alone until {date_and_time(until, assembly.timezone)} (Retry-After)"
        yield DoctorFinding("hosts", "warning", what, "Nothing: its pages are checked again then, in their turn")


def _permissions(assembly: Assembly) -> Iterator[DoctorFinding]:
    """Check that only their owner can read the database, which holds addresses, and the key that signs links."""
    database, settings = assembly.database_file, assembly.settings
    private = [path for path in (database, settings.secret_file) if path is not None and path.exists()]
    folder = _nearest(database.parent if database else settings.maildir)
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        fix = "Mount it writable, or move the data to another disk (BEVAKA_DATABASE)"
        yield DoctorFinding("permissions", "problem", f"{folder} is on a disk that is mounted read-only", fix)
    elif not os.access(folder, os.W_OK | os.X_OK):
        fix = f"Give it to the user that runs Bevaka: chown … {folder}"
        yield DoctorFinding("permissions", "problem", f"{folder} cannot be written", fix)
    wide = [path for path in private if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    for path in wide:
        yield DoctorFinding("permissions", "warning", f"{path} can be read by others", f"chmod 600 {path}")
    if private and not wide:
        yield DoctorFinding("permissions", "ok", "the database and the key are their owner's alone")


def _key(settings: Settings) -> Iterator[DoctorFinding]:
    from bevaka.secret_key import secret_key
    from bevaka.settings import SettingsError

    if settings.secret_key is None and settings.secret_file.exists():
        try:
            secret_key(settings)
        except (SettingsError, OSError) as error:
            what, _, cure = str(error).partition(". ")
            yield DoctorFinding("key", "problem", what, cure or f"Make {settings.secret_file} readable")
    if settings.secret_key is not None and len(settings.secret_key) < SHORTEST_KEY:
        yield DoctorFinding(
            "key",
            "warning",
            f"BEVAKA_SECRET_KEY has fewer than {SHORTEST_KEY} characters: whoever has a link may find it out",
            "Set the output of: openssl rand -hex 32; the links in old mails stop working",
        )


def _nearest(folder: Path) -> Path:
    """Return the folder, or its nearest parent that exists."""
    folder = folder.absolute()
    return next(each for each in (folder, *folder.parents) if each.exists())


def _disk(assembly: Assembly) -> DoctorFinding:
    database = assembly.database_file
    folder = _nearest(database.parent if database else Path("data"))
    size = database.stat().st_size if database and database.exists() else 0
    return room(shutil.disk_usage(folder).free, size, folder)


def room(free: int, size: int, folder: Path) -> DoctorFinding:
    """Return the finding for `free` bytes beside a database of `size` bytes."""
    megabytes = f"{free // 1_000_000} MB free at {folder}"
    if free < LEAST_FREE:
        return DoctorFinding(
            "disk", "problem", megabytes, "Free some; nothing is lost meanwhile, and nothing is looked at"
        )
    if free < size:
        return DoctorFinding(
            "disk", "warning", f"{megabytes}: less than the database, no room for a backup", "Free some"
        )
    return DoctorFinding("disk", "ok", megabytes)


def _database(assembly: Assembly) -> DoctorFinding:
    from monitor.errors import DatabaseBusy, DatabaseNotWritable, NotADatabase, SchemaMismatch, StorageError

    if not assembly.has_database:
        return DoctorFinding("database", "ok", f"{assembly.database_shown}: none yet; the first command makes it")
    try:
        assembly.try_writing()  # a full disk lets a writer begin, and fails at its end
        with assembly.unit_of_work.read() as work:
            work.watches.all()
    except SchemaMismatch as error:
        what = f"schema {error.found}, this program knows {error.expected}"
        return DoctorFinding(
            "database", "problem", what, "Use the program that made it, or restore a backup from before"
        )
    except NotADatabase:
        what = f"{assembly.database_shown} is no database of Bevaka; it was left as it is"
        return DoctorFinding("database", "problem", what, "Set BEVAKA_DATABASE to another file")
    except DatabaseBusy:
        return DoctorFinding("database", "warning", "another process is writing for long", "Try again in a moment")
    except DatabaseNotWritable as error:
        fix = "Make its disk and its folder writable for the user that runs Bevaka; there is nothing to restore"
        return DoctorFinding("database", "problem", str(error), fix)
    except (StorageError, OSError) as error:
        fix = "See that its disk has room; bevaka verify says what is damaged, bevaka restore puts a backup back"
        if assembly.database_file is None:
            fix = "See that the server runs, and that BEVAKA_DATABASE is right"
        return DoctorFinding("database", "problem", str(error), fix)
    return DoctorFinding("database", "ok", f"{assembly.database_shown} can be read and written")


def _rows(assembly: Assembly) -> list[WatchRow]:
    with assembly.unit_of_work.read() as work:
        return [row for row in work.watches.all() if not row.paused]


def _documents_left_out(rows: list[WatchRow]) -> Iterator[DoctorFinding]:
    """Name the documents that are not read, since their page links to more than are read of one page."""
    from bevaka.cli.document_words import MOST_NAMED, left_out_words

    for row in rows:
        left_out = [state for state in row.documents or () if state.is_left_out]
        if not left_out or row.archived or not row.watch.recipe.documents:
            continue
        named = ", ".join(state.title for state in left_out[:MOST_NAMED]) + (" …" if len(left_out) > MOST_NAMED else "")
        key = row.watch.key
        what = f"{key} links to {left_out_words(left_out)}, and changes in these are not seen: {named}"
        fix = f"Narrow the page with keep or drop, or watch the files by themselves; bevaka watch test {key} lists them"
        yield DoctorFinding("documents", "warning", what, fix)


def _clock(assembly: Assembly, now: datetime) -> Iterator[DoctorFinding]:
    """Compare the clock with the Date headers that the servers sent with the latest revisions."""
    with assembly.unit_of_work.read() as work:
        rows = work.watches.all()
        seen = [row.watch_state.last_seen for row in rows if row.watch_state.last_seen]
        latest = [snapshot for row in rows for snapshot in work.snapshots.all(row.id)[-1:]]
    if seen and max(seen) > now + SKEW:
        yield DoctorFinding(
            "clock",
            "problem",
            f"a page was last seen at {date_and_time(max(seen), assembly.timezone)}, which is yet to come",
            "Set the clock (timedatectl set-ntp true); looks go on all the same",
        )
        return
    off = [difference for snapshot in latest if (difference := _skew(snapshot.headers, snapshot.taken_at)) is not None]
    # One server may be wrong, or its answer may come from a cache; most are right, hence the median.
    median = sorted(off)[len(off) // 2] if off else timedelta()
    if abs(median) > SKEW:
        yield DoctorFinding(
            "clock",
            "warning",
            f"it differs by {round(abs(median).total_seconds() / 60)} min from most servers'",
            "Set the clock: timedatectl set-ntp true",
        )
    else:
        yield DoctorFinding("clock", "ok", f"{date_and_time(now, assembly.timezone)} {assembly.timezone}")


def _skew(headers: tuple[tuple[str, str], ...], taken_at: datetime) -> timedelta | None:
    """Return how far our clock was ahead of a server's; None if its headers do not say, or came from a cache."""
    from monitor.core.http_date import http_date

    found: Mapping[str, str] = {name.lower(): value for name, value in headers}
    if "age" in found:
        return None
    said = http_date(found.get("date"))
    return None if said is None else taken_at - said


def _last_round(assembly: Assembly, rows: list[WatchRow], now: datetime) -> Iterator[DoctorFinding]:
    """Name the watches that were not checked in time, and those whose latest check did not see the page."""
    from monitor.core.model import FAILING
    from monitor.core.people.operator_alerts import is_overdue

    last_seen = [row.watch_state.last_seen for row in rows if row.watch_state.last_seen]
    overdue = [row.watch for row in assembly.history.status() if is_overdue(row.next_check, now)]
    failing = [row.watch.key for row in rows if row.watch_state.outcome in FAILING]
    checked = sum(row.watch_state.outcome is not None for row in rows)
    last = "no page was seen yet"
    if last_seen:
        last = f"a page was last seen at {date_and_time(max(last_seen), assembly.timezone)}"
    if overdue:
        what = f"{plural(len(overdue), 'watch is', 'watches are')} overdue ({_some(overdue)}); {last}"
        fix = "Is the daemon running? systemctl status bevaka, or: bevaka run"
        yield DoctorFinding("last round", "problem", what, fix)
    if failing:
        what = f"{len(failing)} of {plural(checked, 'page was', 'pages were')} not seen at the latest check"
        state: State = "problem" if len(failing) == checked else "warning"
        yield DoctorFinding("last round", state, f"{what} ({_some(failing)}); {last}", "bevaka status says why")
    if not overdue and not failing:
        yield DoctorFinding("last round", "ok", last)


def _some(keys: list[str]) -> str:
    return ", ".join(keys[:5]) + (" …" if len(keys) > 5 else "")


def _workers(assembly: Assembly, now: datetime) -> DoctorFinding:
    """Name the processes that check and send, and say whether they are of one version."""
    from monitor.fleet import fleet

    found = fleet(assembly.unit_of_work, now)
    named = ", ".join(worker_words(worker, assembly.timezone) for worker, _ in found.workers)
    what = f"{plural(len(found.workers), 'worker gives', 'workers give')} signs of life: {named}"
    if not found.workers:
        return DoctorFinding("workers", "ok", "none gives a sign of life: nothing is checked or sent by itself now")
    if not any("check" in worker.roles for worker, _ in found.workers):
        fix = "Start one that checks pages: bevaka run --role check"
        return DoctorFinding("workers", "warning", f"{what}; none of them checks pages", fix)
    if not any("keeper" in worker.roles for worker, _ in found.workers):
        fix = "Start one that keeps the schedule and the daily jobs: bevaka run --role keeper"
        return DoctorFinding("workers", "warning", f"{what}; none of them is a keeper", fix)
    if len(found.versions) > 1:
        return DoctorFinding("workers", "warning", what, "Finish the upgrade: restart those of the older version")
    daemons = [worker for worker in found.working if not has_ended(worker)]
    if len(daemons) > 1 and assembly.database_file is not None:
        fix = "If you did not mean to run several, stop all but one; it is safe meanwhile"
        what = f"{what}; {len(daemons)} daemons share the work on one database file, and nothing is done twice"
        return DoctorFinding("workers", "warning", what, fix)
    return DoctorFinding("workers", "ok", what)


def _mails(assembly: Assembly, now: datetime) -> Iterator[DoctorFinding]:
    from bevaka.cli.outbox import held_words
    from monitor.core.people.operator_alerts import OwedMail, mails_that_wait

    with assembly.unit_of_work.read() as work:
        pending = work.outbox.deliveries(states=("pending",))
        dead = work.outbox.deliveries(states=("dead",))
        people = work.subscribers.all()
    waiting = mails_that_wait(map(OwedMail.of, pending), now)
    given_up = [mail for mail in dead if now - mail.next_attempt_at < MAILS_FROM_LAST]
    if waiting:
        what = f"{plural(waiting.count, 'mail waits', 'mails wait')} to be sent" + (
            f"; the last answer: {waiting.reply}" if waiting.reply else ""
        )
        yield DoctorFinding("mails", "problem", what, "See the mail server below; then: bevaka outbox retry")
    if given_up:
        yield DoctorFinding(
            "mails",
            "warning",
            f"{plural(len(given_up), 'mail was', 'mails were')} given up in the last week",
            "bevaka outbox list --state dead says why",
        )
    suspended = sum(reader.state == "suspended" for reader in people)
    if suspended:
        what = f"{plural(suspended, 'person is', 'people are')} suspended, mail came back: nothing is sent to them"
        fix = "bevaka subscribers list says why; once the address works again: bevaka subscribers confirm ADDRESS"
        yield DoctorFinding("mails", "warning", what, fix)
    mass_change = assembly.mass_changes.held()
    if mass_change is not None:
        yield DoctorFinding(
            "mails", "warning", held_words(mass_change), "Look at the pages; then: bevaka outbox release, or discard"
        )
    if not waiting and not given_up and not suspended and mass_change is None:
        due = sum(mail.next_attempt_at <= now for mail in pending)
        said = f"{plural(due, 'mail is', 'mails are')} due: `bevaka run` sends them, or `bevaka deliver`"
        yield DoctorFinding("mails", "ok", said if due else "nothing waits")


def _erasures(assembly: Assembly) -> Iterator[DoctorFinding]:
    with assembly.unit_of_work.read() as work:
        is_owed = work.subscribers.overwriting_owed()
    if is_owed:
        what = "bytes of erased addresses may still be in the database's files"
        yield DoctorFinding(
            "erased people", "warning", what, "The daemon overwrites them once no program reads for long"
        )


def _plugins(assembly: Assembly) -> DoctorFinding:
    """List what is loaded, and the package of what is not ours."""
    from monitor.errors import PluginClash, PluginUnusable

    try:
        found = assembly.plugins()
    except PluginClash as error:
        return DoctorFinding("plug-ins", "problem", str(error), "Uninstall one of the two packages")
    except PluginUnusable as error:
        return DoctorFinding("plug-ins", "problem", str(error), f"Uninstall {error.origin}, or ask its makers")
    lists = [
        f"{kind}: " + ", ".join(f"{each.name} ({each.origin})" if each.is_installed else each.name for each in plugins)
        for kind, plugins in found.items()
    ]
    return DoctorFinding("plug-ins", "ok", "; ".join(lists))


def _sender(settings: Settings) -> Iterator[DoctorFinding]:
    domain = settings.sender_domain
    if settings.smtp_url and ("." not in domain or domain.endswith((".localhost", ".local", ".example"))):
        yield DoctorFinding(
            "sender",
            "problem",
            f"{settings.mail_from}: no domain that others know",
            "Set BEVAKA_MAIL_FROM to an address of yours",
        )
    else:
        yield DoctorFinding("sender", "ok", settings.mail_from)


def _channel(assembly: Assembly) -> DoctorFinding:
    """Connect to the mail server with TLS, log in and name the sender. Nothing is sent."""
    from bevaka.settings import SettingsError
    from monitor.errors import ChannelUnavailable, NotifyError, PluginError

    settings = assembly.settings
    if settings.notifier not in {None, "email", "maildir"}:
        try:
            _ = assembly.notifier
        except (SettingsError, PluginError) as error:
            return DoctorFinding("mail server", "problem", str(error), "Mend the setting, or the plug-in")
        return DoctorFinding("mail server", "ok", f"none: messages go through the notifier {settings.notifier}")
    if settings.smtp_url is None or settings.notifier == "maildir":
        return DoctorFinding(
            "mail server", "warning", f"none: mails are written into {settings.maildir}", "Set BEVAKA_SMTP_URL"
        )
    parts = urlsplit(settings.smtp_url)
    where = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    try:
        assembly.probe_mail_server()
    except ChannelUnavailable as error:
        return DoctorFinding(
            "mail server", "problem", f"{where}: {error}", "See user, password and certificate in BEVAKA_SMTP_URL"
        )
    except NotifyError as error:
        return DoctorFinding("mail server", "problem", f"{where}: {error}", "Is the name right, and the port open?")
    if parts.scheme == "smtp" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        return DoctorFinding(
            "mail server", "warning", f"{where} is reached, without TLS", "Use smtp+starttls:// or smtps://"
        )
    return DoctorFinding("mail server", "ok", f"{where} takes our mails")


def _addresses(settings: Settings) -> Iterator[DoctorFinding]:
    host = urlsplit(settings.public_url).hostname or ""
    if host in {"localhost", "127.0.0.1", "::1"}:
        yield DoctorFinding(
            "public address",
            "warning",
            f"{settings.public_url} is known to this machine alone: links in mails lead nowhere",
            "Set BEVAKA_PUBLIC_URL to where the web page is reached",
        )
    elif settings.public_url.startswith("http:"):
        yield DoctorFinding(
            "public address",
            "warning",
            f"{settings.public_url} is without TLS",
            "Put a web server with a certificate in front of it",
        )
    else:
        yield DoctorFinding("public address", "ok", settings.public_url)
    if settings.operator:
        yield DoctorFinding("operator", "ok", settings.operator)
    else:
        yield DoctorFinding(
            "operator", "warning", "nobody is written to when something needs a person", "Set BEVAKA_OPERATOR"
        )
