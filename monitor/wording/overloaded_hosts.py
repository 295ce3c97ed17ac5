"""The sentence on a host that is asked for more than its spacing allows."""

from __future__ import annotations

from monitor.core.model import HostLoad
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import one_line


def overloaded_sentence(load: HostLoad, words: Words) -> str:
    """Return what the pages of an overloaded host need, with figures and a cure."""
    times = f"{load.share:.1f}"
    if words.language == "sv":
        times = times.replace(".", ",")
    return words.say("operator.overloaded", name=one_line(load.host), n=load.pages, times=times)
