"""Why something could not be asked, in words that say to the operator how to mend it."""

from __future__ import annotations

from monitor.errors import AddressRefused, CredentialMissing, CredentialRepeated, FetchError, Reason

_PRIVATE_NETWORK = "a private network is fetched only if BEVAKA_ALLOW_NETWORKS allows it"


def why_not_asked(error: FetchError) -> str:
    """Return why a service could not be asked; nothing of its address, which may hold a token."""
    return f"{error.code}; {_PRIVATE_NETWORK}" if isinstance(error, AddressRefused) else error.code


def cure(reason: Reason | None) -> str | None:
    """Return what an operator can set so that a page is seen; None if nothing."""
    if reason is not None and reason.code == CredentialMissing.code:
        return f"set BEVAKA_CREDENTIAL_{reason.facts['name']} on the machine that checks"
    if reason is not None and reason.code == CredentialRepeated.code:
        name = reason.facts["name"]
        return (
            f"the answer has the value of BEVAKA_CREDENTIAL_{name} in it, in its text or its markup; if that is no"
            f" secret, write it into the schedule file in place of ${{{name}}}"
        )
    if reason is None or reason.code != AddressRefused.code or reason.facts.get("why") != "not-global":
        return None
    return f"{reason.facts['address']}: {_PRIVATE_NETWORK}"
