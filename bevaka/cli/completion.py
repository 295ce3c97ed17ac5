"""The `completion` command: scripts that let a shell complete commands, options and watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.console import COMPLETION_VARIABLE, say

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


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
    from click.shell_completion import BashComplete, add_completion_class, shell_complete

    class BashWithColons(BashComplete):
        """Bash, which takes a colon for a word of its own: of `tag:va` it knows three words, and replaces the last."""

        def get_completion_args(self) -> tuple[list[str], str]:
            """Return the words before the one that is completed, and as much of that as is typed."""
            args, incomplete = super().get_completion_args()
            if incomplete == ":" and args:
                return args[:-1], f"{args[-1]}:"
            if args[-1:] == [":"]:
                return args[:-2], f"{''.join(args[-2:])}{incomplete}"
            return args, incomplete

        def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
            """Return what may stand for the last word: without what is before a colon, which stays."""
            found = super().get_completions(args, incomplete)
            for item in found if ":" in incomplete else ():
                item.value = item.value.removeprefix(f"{incomplete.rpartition(':')[0]}:")
            return found

    add_completion_class(BashWithColons)
    return shell_complete(root, {}, "bevaka", COMPLETION_VARIABLE, question)
