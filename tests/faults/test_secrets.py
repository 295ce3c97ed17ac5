"""No secret in any output (docs/reliability.md, row 65): not in the log, not in a message, not in the process list."""

from __future__ import annotations

from pathlib import Path

from bevaka.assembly import Assembly
from bevaka.daemon.heartbeat import Heartbeat
from bevaka.proof.timestamps import Authority
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Fault, Site
from tests.faults.lab import check_once, environment, join, page, start

SECRETS = {
    "password": "Hemligt-1-Ord",
    "key": "Hemlig-2-Nyckel",
    "heartbeat": "Hemlig-3-Adress",
    "link": "Hemligt-4-Lösen",
}


def test_nothing_that_is_said_holds_a_secret(tmp_path: Path) -> None:
    with Site() as site, MailServer(password="another") as server:
        site.pages["/county"] = Answer(page())
        env = environment(tmp_path, f"{site.url}/county")
        with Assembly(env) as assembly:
            join(assembly)
            check_once(assembly)
            site.pages["/county"] = Answer(page("april"))
            check_once(assembly)
        site.pages["/county"] = Answer(fault=Fault.CLOSE)
        env |= {
            "BEVAKA_SMTP_URL": server.url(login=f"bevaka:{SECRETS['password']}@"),
            "BEVAKA_SECRET_KEY": SECRETS["key"],
            "BEVAKA_HEARTBEAT_URL": f"http://127.0.0.1:9/{SECRETS['heartbeat']}",
        }
        schedule = tmp_path / "schedule.yaml"
        schedule.write_text(schedule.read_text().replace("every: 6h", "every: 1s"))  # the page is due at once
        lines: list[str] = []
        with start(tmp_path, env, "run") as daemon:
            assert daemon.stdout is not None
            for line in daemon.stdout:
                lines.append(line)
                if _in_all(lines, "no mail can be sent", "outcome=not_seen"):
                    break
            shown = Path(f"/proc/{daemon.pid}/cmdline").read_bytes().decode()
            daemon.terminate()
            lines += daemon.stdout.readlines()
        assert _in_all(lines, "no mail can be sent", "outcome=not_seen")
        said = "".join(lines)
        for arguments in (("doctor",), ("status", "--json"), ("outbox", "list", "--json"), ("check", "--json")):
            with start(tmp_path, env, *arguments) as command:
                said += command.communicate(timeout=20)[0]
    for secret in SECRETS.values():
        assert secret not in said
        assert secret not in shown


def test_nothing_that_holds_a_secret_shows_it(tmp_path: Path) -> None:
    env = environment(tmp_path, "http://127.0.0.1:9/") | {
        "BEVAKA_DATABASE": f"sqlite:///{tmp_path / 'bevaka.db'}",
        "BEVAKA_SMTP_URL": f"smtps://bevaka:{SECRETS['password']}@127.0.0.1:9",
        "BEVAKA_SECRET_KEY": SECRETS["key"],
        "BEVAKA_WEB_PASSWORD": f"scrypt:1:1:1${SECRETS['link']}$00ff",
        "BEVAKA_HEARTBEAT_URL": f"https://example.org/{SECRETS['heartbeat']}",
        "BEVAKA_TIMESTAMP_URL": f"https://example.org/{SECRETS['heartbeat']}",
    }
    with Assembly(env) as assembly:
        app = assembly.web_app()
        heartbeat, authority = assembly.settings.heartbeat_url or "", assembly.settings.timestamp_url or ""
        holders = [
            *(
                assembly.settings,
                assembly,
                assembly.notifier,
                assembly.signer,
                assembly.self_service,
                app.extensions["bevaka"],
            ),
            *(Heartbeat(heartbeat, lambda: True, assembly.services), Authority(authority)),
        ]
        shown = " ".join(f"{holder!r} {holder}" for holder in holders)
    elsewhere = Assembly({"BEVAKA_DATABASE": f"postgresql://bevaka:{SECRETS['password']}@db.example/bevaka"})
    shown += f"{elsewhere.settings!r} {elsewhere.database_shown}"
    assert "db.example/bevaka" in shown
    assert [secret for secret in SECRETS.values() if secret in shown] == []


def _in_all(lines: list[str], *words: str) -> bool:
    return all(any(word in line for line in lines) for word in words)
