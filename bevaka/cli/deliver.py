"""The `deliver` command: what is owed, sent by hand."""

from __future__ import annotations

import click

from bevaka.cli.console import note
from bevaka.exit_codes import FAILED_FOR_GOOD


@click.command()
def deliver() -> int:
    """Send what is owed now. Exits with 5 when a delivery failed for good.

    \b
    Example:
      bevaka check && bevaka deliver
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.outbox import say_held

    with Assembly() as assembly:
        assembly.entries_into_force.notify_due()
        with assembly.signs_of_life:
            counts = assembly.deliver.deliver_due()
        say_held(assembly)
    said = [f"{number} {state}" for state, number in sorted(counts.items()) if number]
    note(", ".join(said) if said else "nothing is owed now")
    return FAILED_FOR_GOOD if counts.get("dead") else 0
