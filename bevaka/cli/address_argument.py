"""E-mail addresses as they are given on the command line."""

from __future__ import annotations

import click


class AddressParam(click.ParamType[str]):
    """A bare e-mail address on the command line, lower-cased."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address; fail with what is wrong with it."""
        wrong = address_mistake(value)
        if wrong:
            self.fail(f"{value!r}: {wrong}", param, ctx)
        return value.lower()


def address_mistake(address: str) -> str | None:
    """Return what is wrong with an e-mail address; None if nothing is."""
    from monitor.core.people import sign_up

    mistake = sign_up.mistake_in_address(address)
    return (
        mistake
        and {
            "form": "an address is name@domain",
            "characters": "an address is name@domain, without spaces, quotes, brackets or a person's name",
            "local": "the part before the @ must be of ASCII letters: most mail servers take no other",
            "domain-ascii": f"write the domain in its ASCII form: {_ascii_domain(address.rpartition('@')[2])}",
            "length": (
                f"too long: {sign_up.LOCAL_LONGEST} characters before the @, {sign_up.ADDRESS_LONGEST} in all, "
                "are the most"
            ),
            "dots": "a dot stands between two other characters",
            "domain": "the domain is not one: its parts stand between dots and do not begin or end with a hyphen",
        }[mistake]
    )


def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "xn--…"
