"""`completion`: the shell completes commands and options."""

from __future__ import annotations

import click

from bevaka.cli.console import say


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets a shell complete bevaka's commands and options with the Tab key.

    \b
    Example:
      bevaka completion bash > ~/.local/share/bash-completion/completions/bevaka
      bevaka completion zsh > ~/.zfunc/_bevaka
      bevaka completion fish > ~/.config/fish/completions/bevaka.fish
    """
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    from bevaka.cli.app import COMPLETING, bevaka

    kinds = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    completer = kinds[shell](bevaka, {}, "bevaka", COMPLETING)
    # Not `source()`: for bash it starts one to look at its version, which need not be on this machine.
    say(completer.source_template % completer.source_vars())


def complete(instruction: str) -> int:
    """Answer the shell's question; returns the exit code."""
    from click.shell_completion import shell_complete

    from bevaka.cli.app import COMPLETING, bevaka

    return shell_complete(bevaka, {}, "bevaka", COMPLETING, instruction)
