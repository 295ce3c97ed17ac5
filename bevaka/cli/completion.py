"""The `completion` command: scripts that let a shell complete commands, options and watches."""

from __future__ import annotations

import click

from bevaka.cli.console import COMPLETION_VARIABLE, say


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets a shell complete commands, options and watches with the Tab key.

    \b
    Example:
      bevaka completion bash > ~/.local/share/bash-completion/completions/bevaka
      bevaka completion zsh > ~/.zfunc/_bevaka
      bevaka completion fish > ~/.config/fish/completions/bevaka.fish
    """
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    kinds = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    root = click.get_current_context().find_root().command
    completer = kinds[shell](root, {}, "bevaka", COMPLETION_VARIABLE)
    # Not `source()`: for bash it starts one to check its version, and bash need not be on this machine.
    say(completer.source_template % completer.source_vars())


def complete(question: str, root: click.Command) -> int:
    """Print the completions that a shell asks for, and return the exit code.

    `question` is the value of COMPLETION_VARIABLE, e.g. bash_complete; `root` is the command that is completed.
    """
    from click.shell_completion import shell_complete

    return shell_complete(root, {}, "bevaka", COMPLETION_VARIABLE, question)
