"""Tell from a failed delivery whether the address is gone, by its status code and by what the mail server said."""

from __future__ import annotations

import re
from typing import Literal

_CODE = re.compile(r"(?<![\d.])([45]\.[0-7]\.\d{1,3})(?![\d.]*\d)")
_UNSPECIFIC = re.compile(r"[45]\.(0\.\d+|1\.0|5\.\d+)\Z")
"""RFC 3463: "other or undefined", and errors of the protocol, which old servers answer to everything."""
_NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""RFC 3463 and RFC 7505: no such mailbox, domain, form of address; moved; a domain that takes no mail."""
_SAYS_GONE = re.compile(
    r"""\b(?:
        (?:user|recipient|account|mailbox|address)s?\ (?:is\ |are\ )?(?:unknown|not\ found|invalid|nonexistent)
      | (?:unknown|invalid|nonexistent|non-existent|no\ such)\ (?:local\ )?(?:user|recipient|account|mailbox|address)
      | (?:user|recipient|account|mailbox|address)\b.{0,80}?\b(?:does\ not|doesn't|doesn’t)\ exist
      | no\ (?:such\ person|mailbox\ here|mailbox\ by\ that\ name|such\ domain)
      | not\ listed\ in | unrouteable\ (?:address|mail\ domain)
      | (?:host|domain)(?:\ name)?\ not\ found
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SAYS_OTHERWISE = re.compile(
    r"""(?<![\w@./-])(?:
        spam(?:ming|mer)? | junk | unsolicited | dmarc | dkim | spf | virus | malware | phishing | content
      | polic(?:y|ies) | reputation | authentication | unauthenticated | (?:block|black)\ ?list(?:ed)? | dns[bw]l | rbl
      | (?:is|are|was|were|been|being)\ (?:temporarily\ )?(?:listed|blocked|banned)
      | sender | relay(?:ing)?\ (?:access|denied|not|prohibited) | to\ relay | rate | greylist(?:ed)?
      | full | quota | storage | over\ ?(?:limit|quota) | too\ (?:big|large|many|long)
    )(?![\w@]|[.-]\w)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What is refused is the mail, its sender, or for now; hosts and addresses that hold such a word do not count."""


def bounce_kind(status: str, diagnosis: str) -> tuple[Literal["hard", "soft"], str | None]:
    """Return whether the address is gone ("hard") or may be there ("soft"), and the most telling status code.

    `status` is the report's code (RFC 3463), `diagnosis` what the mail server answered; both may be empty. An address
    is gone only where a code or a word says so and none says otherwise: who is suspended wrongly misses what they
    follow, and who is gone is refused again.
    """
    codes = list(dict.fromkeys(_CODE.findall(f"{status} {diagnosis}")))
    telling = [code for code in codes if not _UNSPECIFIC.match(code)]
    is_permanent = all(code.startswith("5") for code in codes)
    is_said = set(telling) <= _NO_SUCH_ADDRESS and (telling or _SAYS_GONE.search(diagnosis))
    is_gone = is_permanent and is_said and not _SAYS_OTHERWISE.search(diagnosis)
    return ("hard" if is_gone else "soft"), next(iter([*telling, *codes]), None)
