"""What every notifier promises, and what SMTP requires of the one that speaks it."""

from __future__ import annotations

import logging
import re
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

import notifiers
from monitor.delivery.deliver import LEASE
from monitor.errors import ChannelUnavailable, NotifyError, RecipientRefused
from monitor.plugins import discover
from monitor.ports.delivery import Notifier
from monitor.ports.values import Envelope, Message
from notifiers.email import AFTER_DOT_SECONDS, COMMAND_SECONDS, CONNECT_SECONDS, LOG_IN_WANTED, Email
from notifiers.maildir import Maildir
from tests.fakes.mail_server import CERTIFICATE, MailServer

SENDER = "Bevaka <bevaka@example.org>"
ENVELOPE = Envelope(
    to="ann@example.com",
    message=Message("Ändrad: sidan", "Före\n.punkt först\n", "<p>Före</p>\n.punkt först\n"),
    language="sv",
    message_id="<one@example.org>",
    thread_id="<root@example.org>",
    date=datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
    list_id="county.example.org",
    unsubscribe_subject="unsubscribe county",
)


def to(address: str) -> Envelope:
    return replace(ENVELOPE, to=address, message_id=f"<{address.partition('@')[0]}@example.org>")


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


# Every notifier


def test_every_notifier_is_found_by_its_name() -> None:
    assert discover(notifiers) == {"email": Email, "maildir": Maildir}


@pytest.mark.parametrize("name", sorted(discover(notifiers)))
def test_a_message_is_handed_over_with_its_ids_and_the_reply_is_told(name: str, tmp_path: Path) -> None:
    with MailServer() as server:
        made: dict[str, Notifier] = {"email": Email(server.url(), SENDER), "maildir": Maildir(tmp_path, SENDER)}
        notifier = made[name]
        reply = notifier.send(ENVELOPE)
        notifier.close()
    written = [path.read_bytes() for path in tmp_path.glob("new/*")]
    (content,) = [mail.content for mail in server.received] or written
    assert b"Message-ID: <one@example.org>\r\n" in content
    assert reply == "250 2.0.0 queued" if name == "email" else reply.startswith(f"written to {tmp_path}")


@pytest.mark.parametrize("char", ["\r\nBcc: all@example.com", "\n", "\x00", "\x1b", "\u2028"])
@pytest.mark.parametrize("field", ["to", "message_id", "thread_id", "list_id", "subject"])
def test_a_header_that_could_be_another_is_refused_and_nothing_is_handed_over(
    field: str, char: str, tmp_path: Path
) -> None:
    notifier = Maildir(tmp_path, SENDER)
    bad = f"a{char}@example.com"
    envelopes = {
        "to": replace(ENVELOPE, to=bad),
        "message_id": replace(ENVELOPE, message_id=bad),
        "thread_id": replace(ENVELOPE, thread_id=bad),
        "list_id": replace(ENVELOPE, list_id=bad),
        "subject": replace(ENVELOPE, message=replace(ENVELOPE.message, subject=bad)),
    }
    with pytest.raises(NotifyError, match="control character") as caught:
        notifier.send(envelopes[field])
    assert caught.value.permanent
    assert not list(tmp_path.rglob("*.*"))


# The maildir


def test_the_maildir_holds_a_message_once_however_often_it_is_sent(tmp_path: Path) -> None:
    maildir = Maildir(tmp_path / "mail", SENDER)
    maildir.send(ENVELOPE)
    maildir.send(ENVELOPE)
    maildir.send(to("bo@example.com"))
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 2
    assert not list((tmp_path / "mail" / "tmp").iterdir())


def test_a_mail_never_leaves_its_folder_whatever_its_id_is(tmp_path: Path) -> None:
    maildir = Maildir(tmp_path / "mail", SENDER)
    maildir.send(replace(ENVELOPE, message_id="</../../../a/b@example.org>"))
    assert [path.parent.relative_to(tmp_path) for path in tmp_path.rglob("*example*")] == [Path("mail/new")]


def test_the_maildir_is_for_its_owner_alone(tmp_path: Path) -> None:
    Maildir(tmp_path / "mail", SENDER).send(ENVELOPE)
    (mail,) = (tmp_path / "mail" / "new").iterdir()
    assert mail.stat().st_mode & 0o077 == 0
    assert mail.parent.stat().st_mode & 0o077 == 0


def test_a_maildir_that_cannot_be_written_stops_the_channel(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file is in the way")
    with pytest.raises(ChannelUnavailable, match="cannot be written"):
        Maildir(tmp_path / "mail", SENDER).send(ENVELOPE)


# SMTP


def test_many_messages_go_over_one_connection() -> None:
    with MailServer() as server:
        email = Email(server.url(), SENDER)
        for name in ("ann", "bo", "cia"):
            email.send(to(f"{name}@example.com"))
        email.close()
    assert [mail.to for mail in server.received] == ["ann@example.com", "bo@example.com", "cia@example.com"]
    assert {mail.mail_from for mail in server.received} == {"bevaka@example.org"}
    assert server.connections == 1


def test_a_mail_comes_back_to_its_own_return_path_where_it_has_one() -> None:
    with MailServer() as server:
        email = Email(server.url(), SENDER)
        email.send(replace(to("ann@example.com"), return_path="bounces+7.abc@example.org"))
        email.send(replace(to("bo@example.com"), return_path="bounces+8.abd@example.org"))
        email.send(to("cia@example.com"))
        email.close()
    returns = [mail.mail_from for mail in server.received]
    assert returns == ["bounces+7.abc@example.org", "bounces+8.abd@example.org", "bevaka@example.org"]
    assert server.connections == 1


def test_a_line_that_begins_with_a_dot_arrives_as_it_was() -> None:
    with MailServer() as server:
        email = Email(server.url(), SENDER)
        email.send(ENVELOPE)
        email.close()
    (mail,) = server.received
    assert b"\r\n.punkt f=C3=B6rst\r\n" in mail.content
    assert not re.search(rb"(?<!\r)\n", mail.content)


@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "553 no", "550 mailbox unavailable"])
def test_a_recipient_who_is_refused_for_good_holds_up_nobody(reply: str) -> None:
    with MailServer(recipients={"gone@example.com": reply}) as server:
        email = Email(server.url(), SENDER)
        with pytest.raises(RecipientRefused) as caught:
            email.send(to("gone@example.com"))
        email.send(to("ann@example.com"))
        email.close()
    assert caught.value.permanent
    assert caught.value.code == int(reply[:3])
    assert [mail.to for mail in server.received] == ["ann@example.com"]
    assert server.connections == 1


@pytest.mark.parametrize(
    "reply", ["450 4.2.1 mailbox busy", "421 too many", "452 4.2.2 full", "554 5.7.1 relay access denied"]
)
def test_a_recipient_who_is_not_refused_for_good_is_tried_again(reply: str) -> None:
    with MailServer(recipients={"busy@example.com": reply}) as server:
        email = Email(server.url(), SENDER)
        with pytest.raises(NotifyError) as caught:
            email.send(to("busy@example.com"))
        email.send(to("ann@example.com"))
        email.close()
    assert type(caught.value) is NotifyError
    assert not caught.value.permanent
    assert caught.value.code == int(reply[:3])
    assert [mail.to for mail in server.received] == ["ann@example.com"]


@pytest.mark.parametrize("reply", ["451 4.3.0 later", "554 5.6.0 content refused"])
def test_a_refusal_after_the_dot_is_of_the_message_and_not_of_the_recipient(reply: str) -> None:
    with MailServer(after_data=(reply,)) as server:
        email = Email(server.url(), SENDER)
        with pytest.raises(NotifyError) as caught:
            email.send(ENVELOPE)
        email.close()
    assert type(caught.value) is NotifyError
    assert caught.value.permanent is reply.startswith("5")


@pytest.mark.parametrize("code", sorted(LOG_IN_WANTED))
def test_a_recipient_is_not_blamed_where_a_log_in_is_wanted(code: int) -> None:
    with MailServer(recipients={"ann@example.com": f"{code} 5.7.0 authentication required"}) as server:
        email = Email(server.url(), SENDER)
        with pytest.raises(ChannelUnavailable, match="authentication required"):
            email.send(ENVELOPE)
        email.close()


def test_a_sender_who_is_refused_stops_the_channel() -> None:
    with MailServer(senders=("550 5.1.8 who are you",)) as server:
        email = Email(server.url(), SENDER)
        with pytest.raises(ChannelUnavailable, match="who are you"):
            email.send(ENVELOPE)
        email.close()


def test_a_connection_that_the_server_ended_between_two_messages_is_opened_anew() -> None:
    with MailServer(senders=("250 fine", "421 idle for too long")) as server:
        email = Email(server.url(), SENDER)
        email.send(to("ann@example.com"))
        email.send(to("bo@example.com"))
        email.close()
    assert len(server.received) == 2
    assert server.connections == 2


def test_a_connection_that_drops_after_the_data_may_be_tried_again() -> None:
    with MailServer(after_data=("drop",)) as server:
        email = Email(server.url(), SENDER)
        with pytest.raises(NotifyError) as caught:
            email.send(ENVELOPE)
        email.send(ENVELOPE)
        email.close()
    assert not caught.value.permanent
    assert caught.value.code is None
    assert [mail.content for mail in server.received] == [server.received[0].content] * 2


def test_a_slow_answer_to_the_dot_is_waited_for() -> None:
    patience = set()
    with MailServer(delay=0.3) as server:  # the answer must come late, or there is nothing to wait for
        email = Email(server.url(), SENDER)
        sending = threading.Thread(target=email.send, args=[ENVELOPE])
        sending.start()
        while sending.is_alive():
            sending.join(0.01)
            patience.add(_patience(email))
        assert _patience(email) == COMMAND_SECONDS
        email.close()
    assert len(server.received) == 1
    assert 600 in {round(seconds) for seconds in patience if seconds is not None}


def _patience(email: Email) -> float | None:
    """Return the seconds for which an answer is awaited now; None while there is no connection."""
    connection = email._connection
    return connection.sock.gettimeout() if connection is not None and connection.sock is not None else None


def test_a_lease_outlasts_the_slowest_try() -> None:
    """Two addresses to connect to, and every command of the longest dialogue: a kept connection's MAIL, EHLO and HELO,
    STARTTLS, its handshake, EHLO, three ways to log in of two commands each, MAIL, RCPT, DATA, the content, the dot."""
    slowest = 2 * CONNECT_SECONDS + (1 + 2 + 1 + 1 + 1 + 6 + 1 + 1 + 1 + 1) * COMMAND_SECONDS + AFTER_DOT_SECONDS
    assert LEASE.total_seconds() > slowest


def test_a_server_that_is_not_there_may_be_tried_again() -> None:
    with MailServer() as server:
        url = server.url()
    with pytest.raises(NotifyError) as caught:
        Email(url, SENDER).send(ENVELOPE)
    assert type(caught.value) is NotifyError
    assert not caught.value.permanent


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_log_in_goes_over_tls_to_a_server_whose_certificate_is_right(tls: str) -> None:
    with MailServer(tls="starttls" if tls == "starttls" else "implicit", password="p@ss/word") as server:
        email = Email(server.url(login="bev%40ka:p%40ss%2Fword@"), SENDER)
        email.send(ENVELOPE)
        email.close()
    assert server.logins == ["bev@ka"]
    assert len(server.received) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_nobody_vouches_for_stops_the_channel_before_the_log_in(tls: str) -> None:
    with MailServer(tls="starttls" if tls == "starttls" else "implicit", password="secret") as server:
        email = Email(server.url(login="bevaka:secret@"), SENDER)
        with pytest.raises(ChannelUnavailable, match="TLS"):
            email.send(ENVELOPE)
        email.close()
    assert not server.logins
    assert not server.received


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_for_another_name_stops_the_channel_before_the_log_in(tls: str) -> None:
    kind: Literal["starttls", "implicit"] = "starttls" if tls == "starttls" else "implicit"
    with MailServer(tls=kind, password="secret", host="127.0.0.2") as server:
        email = Email(server.url(login="bevaka:secret@"), SENDER)
        with pytest.raises(ChannelUnavailable, match=r"TLS.*127\.0\.0\.2"):
            email.send(ENVELOPE)
        email.close()
    assert not server.logins
    assert not server.received


def test_a_server_that_hides_starttls_gets_neither_a_log_in_nor_a_mail() -> None:
    with MailServer(password="secret") as server:
        email = Email(server.url("smtp+starttls", "bevaka:secret@"), SENDER)
        with pytest.raises(ChannelUnavailable, match="STARTTLS"):
            email.send(ENVELOPE)
        email.close()
    assert not server.logins
    assert not server.received


def test_a_password_is_never_sent_in_the_clear() -> None:
    with MailServer(password="secret") as server:
        email = Email(server.url(login="bevaka:secret@"), SENDER)
        with pytest.raises(ChannelUnavailable, match="without TLS"):
            email.send(ENVELOPE)
    assert not server.logins
    assert server.connections == 0


@pytest.mark.usefixtures("trusted")
def test_a_refused_log_in_stops_the_channel_and_its_password_is_told_to_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="bevaka")
    with MailServer(tls="starttls", password="right") as server:
        email = Email(server.url(login="bevaka:wr0ng-pw@"), SENDER)
        with pytest.raises(ChannelUnavailable) as caught:
            email.send(ENVELOPE)
        email.close()
    assert caught.value.code == 535
    assert "wr0ng-pw" not in f"{caught.value!r} {email!r} {caplog.text}"


@pytest.mark.parametrize("login", ["bevaka:lösen@", "b%C3%A5t:x@"])
def test_a_log_in_that_cannot_be_carried_stops_the_channel_without_repeating_it(login: str) -> None:
    with pytest.raises(ChannelUnavailable) as caught:
        Email(f"smtps://{login}127.0.0.1", SENDER).send(ENVELOPE)
    assert "lösen" not in str(caught.value)


def test_an_international_domain_is_written_in_ascii_and_an_address_that_cannot_be_is_refused() -> None:
    with MailServer() as server:
        email = Email(server.url(), SENDER)
        email.send(to("ann@myndighet-åäö.example"))
        with pytest.raises(NotifyError, match="ASCII") as caught:
            email.send(replace(ENVELOPE, to="åsa@example.com"))
        email.close()
    (mail,) = server.received
    assert mail.to == f"ann@{'myndighet-åäö.example'.encode('idna').decode()}"
    assert f"\r\nTo: {mail.to}\r\n".encode() in mail.content
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("greeting", "stops"), [("554 no service here", True), ("421 too busy", False), ("nonsense", False)]
)
def test_a_server_that_turns_everybody_away_says_by_its_code_for_how_long(
    greeting: str,
    stops: bool,  # noqa: FBT001  a column of the table above
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def turn_away() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.sendall(f"{greeting}\r\n".encode())
                caller.recv(1024)

        thread = threading.Thread(target=turn_away)
        thread.start()
        with pytest.raises(NotifyError) as caught:
            Email(f"smtp://127.0.0.1:{listening.getsockname()[1]}", SENDER).send(ENVELOPE)
        thread.join()
    assert isinstance(caught.value, ChannelUnavailable) is stops
    assert not caught.value.permanent
