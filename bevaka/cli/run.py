"""The `run` command: the daemon."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from bevaka.exit_codes import OTHER_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bevaka.assembly import Assembly
    from bevaka.daemon.health_signals import HealthSignals
    from bevaka.daemon.periodic_jobs import PeriodicJob
    from bevaka.daemon.schedule_reload import LiveSchedule
    from bevaka.settings import Settings
    from monitor.checking.sync_schedule import ScheduleInForce
    from monitor.ports.values import Role


@click.command()
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", help="One line, or one JSON object, an event."
)
@click.option("--verbose", is_flag=True, help="Log every check, also those that found nothing new.")
@click.option(
    "--role",
    "roles",
    callback=lambda _, __, given: _roles(given),
    metavar="ROLE[,ROLE…]",
    help="What it does: check, deliver, keeper, web; all of them by default.",
)
def run(log_format: str, roles: frozenset[Role], *, verbose: bool) -> int:
    """Check, notify and keep records until stopped (SIGTERM or Ctrl-C; a second one ends it at once).

    What is due is checked, what is owed is sent; an edited schedule file is noticed; the web page is open
    on BEVAKA_WEB_BIND. The log goes to stderr, one line an event; checks that found nothing new are counted in
    a line a minute. Several daemons on one database share the work; one of those with the role keeper
    puts its schedule file in force, tells what takes effect and does the daily jobs, another one if that ends.
    Exits with 75 when the database needs another version of this program.

    \b
    Example:
      bevaka run
      bevaka run --role check,deliver
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.signals import stopped_by_signals
    from bevaka.cli.sync_schedule_process import ScheduleProcess
    from bevaka.cli.web import serving_web_page
    from bevaka.daemon.daemon import Daemon
    from bevaka.daemon.health_signals import HealthSignals
    from bevaka.daemon.log import log_to
    from bevaka.daemon.schedule_reload import LiveSchedule, ProgramStopped
    from monitor.checking.sync_schedule import stored_schedule

    with Assembly() as assembly:
        assembly.plugins()  # a broken one ends the start, and not every check
        assembly.agree_on_key()
        clock, path, unit_of_work = assembly.clock, assembly.settings.schedule, assembly.unit_of_work

        def applied(in_force: ScheduleInForce) -> None:
            assembly.host_delay = assembly.host_gate.delay = in_force.host_delay

        log_to(sys.stderr, as_json=log_format == "json", with_unchanged=verbose)
        assembly.roles = roles
        with stopped_by_signals(clock), assembly.signs_of_life as worker:
            try:
                schedule = LiveSchedule(
                    path,
                    lambda: ScheduleProcess(path),
                    applied,
                    is_keeper=lambda: worker.is_keeper,
                    stored=lambda: stored_schedule(unit_of_work),
                    sleep=clock.sleep,
                    stopped=lambda: clock.stopped,
                )
            except ProgramStopped:
                return 0
            _log_start(assembly, schedule)
            if roles & {"check", "deliver"}:
                _log_others(assembly, worker.worker_id)
            signs = HealthSignals()
            daemon = Daemon(
                unit_of_work,
                schedule,
                assembly.check.turn,
                lambda: {} if assembly.mass_changes.may_become_mass_change() else assembly.deliver.deliver_due(),
                assembly.entries_into_force.notify_due,
                clock,
                assembly.abort,
                flush=assembly.check.flush,
                give_back=assembly.check.give_back,
                signs=signs,
                jobs=_periodic_jobs(assembly, schedule, signs),
                worker=lambda: worker.worker_id,
                roles=roles,
                is_keeper=lambda: worker.is_keeper,
                is_of_this_version=assembly.is_of_this_version,
            )
            web = serving_web_page(assembly, daemon.seconds_since_tick) if "web" in roles else nullcontext()
            with web:
                daemon.run()
            return OTHER_VERSION if daemon.is_outdated else 0


def _roles(given: str | None) -> frozenset[Role]:
    """Return the roles that were asked for; all of them where none was. Raises click.BadParameter."""
    from typing import get_args

    from monitor.ports.values import Role

    known: tuple[Role, ...] = get_args(Role)
    names = [name.strip() for name in given.split(",")] if given is not None else list(known)
    for name in names:
        if name not in known:
            raise click.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return frozenset(role for role in known if role in names)


def _periodic_jobs(assembly: Assembly, schedule: LiveSchedule, signs: HealthSignals) -> list[PeriodicJob]:
    """Return the periodic jobs: subscribers, operator mails, and what else the environment asks for.

    Of several daemons on the database the keeper does them; each has a heart of its own.
    """
    from bevaka.daemon.daily_timestamp import DailyTimestamp
    from bevaka.daemon.heartbeat import HEARTBEAT_SECONDS, Heartbeat
    from bevaka.daemon.operator_mail import OperatorMail
    from bevaka.daemon.periodic_jobs import PeriodicJob

    def kept(do: Callable[[], Mapping[str, int] | None]) -> Callable[[], Mapping[str, int] | None]:
        return lambda: do() if assembly.signs_of_life.is_keeper else None

    settings = assembly.settings
    operator = OperatorMail(
        assembly.unit_of_work,
        assembly.notifier,
        assembly.operator_message,
        lambda: schedule.current,
        assembly.clock,
        addresses=settings.operator.split(", ") if settings.operator else [],
        sender_domain=settings.sender_domain,
    )
    jobs = [
        PeriodicJob("people", 600, kept(assembly.self_service.tidy)),
        PeriodicJob("erasures", 60, kept(lambda: _finish_erasures(assembly))),
        PeriodicJob("mass change mail", 15, kept(operator.mass_change_round)),
        PeriodicJob("operator", 600, kept(operator.round), after=300),
    ]
    if settings.heartbeat_url:
        heartbeat = Heartbeat(settings.heartbeat_url, lambda: signs.is_good, assembly.services)
        jobs.append(PeriodicJob("heartbeat", HEARTBEAT_SECONDS, heartbeat.beat))
    if settings.timestamp_url:
        stamping = DailyTimestamp(assembly.unit_of_work, assembly.stamp, assembly.clock)
        jobs.append(PeriodicJob("timestamp", 3600, kept(stamping.round)))
    return jobs


def _finish_erasures(assembly: Assembly) -> None:
    """Remove what is left of erased addresses in the database's files. Raises StorageError if it cannot be yet."""
    from monitor.errors import StorageError

    if not assembly.unit_of_work.finish_erasures():
        raise StorageError("what is left of erased addresses cannot be overwritten: another program is reading")


def _log_start(assembly: Assembly, schedule: LiveSchedule) -> None:
    """Log what is watched, where mails go and when the next check is."""
    import logging

    log = logging.getLogger("bevaka.start")
    with assembly.unit_of_work.read() as work:
        next_check, held = work.watches.next_due(), work.hosts.held(assembly.clock.now())
        confirmed = sum(subscriber.state == "confirmed" for subscriber in work.subscribers.all())
    log.info(
        "",
        extra={
            "watching": schedule.current.watching,
            "schedule": assembly.settings.schedule,
            "database": assembly.database_shown,
            "mails": _mails_go_to(assembly.settings),
            "subscribers": confirmed,
            "next_check": max(next_check, assembly.clock.now()) if next_check else None,
        },
    )
    for host, until in held.items():
        log.warning("a host asks to be left alone (Retry-After)", extra={"host": host, "until": until})
    if next_check is None:
        log.warning("nothing is watched: the schedule file names no watch that is not paused")
    if not confirmed:
        log.warning("nobody is told of anything yet: bevaka subscribe WATCH ADDRESS")


def _log_others(assembly: Assembly, own: str | None) -> None:
    """Log which daemons work on the database already; a warning where it is a file, which few mean to share."""
    import logging

    from bevaka.cli.worker_words import has_ended
    from monitor.fleet import fleet

    log = logging.getLogger("bevaka.start")
    for other in fleet(assembly.unit_of_work, assembly.clock.now()).working:
        if other.id != own and not has_ended(other):
            log.log(
                logging.INFO if assembly.database_file is None else logging.WARNING,
                "another daemon works on this database already; they share the work, and nothing is done twice",
                extra={"machine": other.machine, "pid": other.pid, "since": other.started_at},
            )


def _mails_go_to(settings: Settings) -> str:
    """Return the mail server, without user and password; the folder of mails if there is no server."""
    if settings.smtp_url is None:
        return str(settings.maildir)
    parts = urlsplit(settings.smtp_url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
