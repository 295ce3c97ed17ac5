"""Settings from the environment: defaults, values, and every mistake at once without a secret in it."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from bevaka.settings import KNOWN, Settings, SettingsError, read_settings


def mistakes(**environment: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    return str(caught.value).splitlines()


HASH = "scrypt:32768:8:1$salt$00ff"

DEFAULTS = Settings(
    schedule=Path("schedule.yaml"),
    database="sqlite:///data/bevaka.db",
    smtp_url=None,
    maildir=Path("data/mail"),
    mail_from="Bevaka <bevaka@localhost>",
    public_url="http://127.0.0.1:8000",
    operator=None,
    allow_networks=(),
)


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == DEFAULTS


def test_empty_variables_are_not_set() -> None:
    assert read_settings(dict.fromkeys(KNOWN, " ")) == DEFAULTS


def test_what_others_put_into_the_environment_is_no_business_of_ours() -> None:
    assert read_settings({"PATH": "/bin", "bevaka_typo": "x", "XBEVAKA_Y": "z"}) == DEFAULTS


def test_everything_is_read() -> None:
    assert read_settings(
        {
            "BEVAKA_SCHEDULE": "/etc/bevaka/schedule.yaml",
            "BEVAKA_DATABASE": "postgresql+psycopg://bevaka:hemligt@db.example/bevaka",
            "BEVAKA_SMTP_URL": "smtp+starttls://bevaka:hemligt@mail.example:587",
            "BEVAKA_MAIL_FROM": "Länsbevakning <bevaka@lan.example>",
            "BEVAKA_PUBLIC_URL": "https://bevaka.lan.example/sidor/",
            "BEVAKA_SECRET_KEY": "hemligt",
            "BEVAKA_OPERATOR": "Ann <ann@lan.example>, it@lan.example",
            "BEVAKA_WEB_BIND": "[::1]:8080",
            "BEVAKA_WEB_PASSWORD": HASH,
            "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8, ::1",
        }
    ) == Settings(
        schedule=Path("/etc/bevaka/schedule.yaml"),
        database="postgresql+psycopg://bevaka:hemligt@db.example/bevaka",
        smtp_url="smtp+starttls://bevaka:hemligt@mail.example:587",
        maildir=Path("data/mail"),
        mail_from="Länsbevakning <bevaka@lan.example>",
        public_url="https://bevaka.lan.example/sidor",
        operator="ann@lan.example, it@lan.example",
        allow_networks=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
        secret_key="hemligt",
        web_bind=("::1", 8080),
        web_password=HASH,
    )


def test_the_sender_domain_is_that_of_the_sender() -> None:
    assert read_settings({"BEVAKA_MAIL_FROM": "Bevaka <b@lan.example>"}).sender_domain == "lan.example"


def test_the_senders_domain_is_written_as_it_goes_over_the_wire() -> None:
    settings = read_settings({"BEVAKA_MAIL_FROM": "Länsbevakning <b@län.example>"})
    assert settings.mail_from == "Länsbevakning <b@xn--ln-via.example>"
    assert settings.sender_domain == "xn--ln-via.example"
    assert mistakes(BEVAKA_MAIL_FROM="Bevaka <vakthållning@lan.example>")


def test_every_mistake_is_told_at_once() -> None:
    found = mistakes(
        BEVAKA_SHEDULE="x.yaml",
        BEVAKA_DATABASE="data/bevaka.db",
        BEVAKA_SMTP_URL="mail.example:25",
        BEVAKA_MAIL_FROM="nobody",
        BEVAKA_PUBLIC_URL="bevaka.example",
        BEVAKA_OPERATOR="ann@lan.example, it",
        BEVAKA_WEB_BIND="8000",
        BEVAKA_ALLOW_NETWORKS="127.0.0.1/8, lan",
    )
    assert [line.partition(";")[0] for line in found] == [
        "BEVAKA_SHEDULE: no such setting",
        "BEVAKA_DATABASE: not the URL of an SQLite or PostgreSQL database",
        "BEVAKA_SMTP_URL: cannot be used",
        "BEVAKA_MAIL_FROM: not an address",
        "BEVAKA_PUBLIC_URL: not a web address",
        "BEVAKA_OPERATOR: not an address",
        "BEVAKA_ALLOW_NETWORKS: 127.0.0.1/8 has host bits set",
        "BEVAKA_ALLOW_NETWORKS: 'lan' does not appear to be an IPv4 or IPv6 network",
        "BEVAKA_WEB_BIND: not an address with a port",
    ]
    assert all("; " in line for line in found), "each says what would be right"


def test_a_misspelt_name_is_told_with_the_right_one() -> None:
    assert mistakes(BEVAKA_SHEDULE="x.yaml") == ["BEVAKA_SHEDULE: no such setting; did you mean BEVAKA_SCHEDULE?"]


def test_a_name_unlike_all_of_ours_is_left_alone() -> None:
    assert read_settings({"BEVAKA_HOME": "/srv"}) == read_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BEVAKA_SMTP_URL", "http://bevaka:hemligt@mail.example"),
        ("BEVAKA_SMTP_URL", "smtp://bevaka:hemligt@mail.example:99999"),
        ("BEVAKA_SMTP_URL", "smtp://bevaka:hemligt@[::1"),
        ("BEVAKA_SMTP_URL", "smtps://"),
        ("BEVAKA_MAIL_FROM", "Bevaka <b@lan.example>\r\nBcc: ann@lan.example"),
        ("BEVAKA_MAIL_FROM", "Bevaka <@lan.example>"),
        ("BEVAKA_PUBLIC_URL", "ftp://bevaka.example"),
        ("BEVAKA_PUBLIC_URL", "https://ann:hemligt@bevaka.example"),
        ("BEVAKA_PUBLIC_URL", "https://bevaka.example/?a=1"),
        ("BEVAKA_PUBLIC_URL", "https://bevaka.example:99999"),
        ("BEVAKA_OPERATOR", "Driften"),
        ("BEVAKA_WEB_PASSWORD", "hemligt"),
        ("BEVAKA_WEB_BIND", "127.0.0.1"),
        ("BEVAKA_WEB_BIND", "127.0.0.1:http"),
        ("BEVAKA_WEB_BIND", "127.0.0.1:8000/path"),
        ("BEVAKA_DATABASE", "hemligt"),
    ],
)
def test_a_wrong_value_is_told_by_name_and_not_repeated(name: str, value: str) -> None:
    (line,) = mistakes(**{name: value})
    assert line.startswith(f"{name}: ")
    assert "hemligt" not in line


def test_settings_do_not_show_passwords() -> None:
    settings = read_settings(
        {"BEVAKA_SMTP_URL": "smtps://a:hemligt@mail.example", "BEVAKA_DATABASE": "postgresql://a:hemligt@db.example/b"}
    )
    assert "hemligt" not in repr(settings)


@pytest.mark.parametrize(
    ("database", "file"),
    [
        ("sqlite:///data/bevaka.db", "data/secret_key"),
        ("sqlite:////srv/bevaka/b.db?timeout=5", "/srv/bevaka/secret_key"),
        ("sqlite+pysqlite:///b.db", "secret_key"),
        ("sqlite:///:memory:", "data/secret_key"),
        ("postgresql+psycopg://db.example/bevaka", "data/secret_key"),
    ],
)
def test_the_key_that_signs_is_kept_beside_the_database(database: str, file: str) -> None:
    assert read_settings({"BEVAKA_DATABASE": database}).secret_file == Path(file)


def test_authorities_of_ones_own_are_named_by_a_setting_and_others_as_for_other_programs(tmp_path: Path) -> None:
    own, bundle, other = (tmp_path / name for name in ("own.pem", "bundle.pem", "other.pem"))
    for path in (own, bundle, other):
        path.write_text("", encoding="utf-8")
    given = {"BEVAKA_CA_FILE": str(own), "SSL_CERT_FILE": str(other)}
    settings = read_settings(given)
    assert (settings.ca_file, settings.ca_bundle) == (own, other)
    assert read_settings({**given, "REQUESTS_CA_BUNDLE": str(bundle)}).ca_bundle == bundle
    with pytest.raises(SettingsError, match=r"BEVAKA_CA_FILE: no file .*; name a file with certificates \(PEM\)"):
        read_settings({"BEVAKA_CA_FILE": str(tmp_path / "nothing.pem")})
