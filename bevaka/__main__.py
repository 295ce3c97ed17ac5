"""Entry point of `bevaka`, `python -m bevaka` and `main.py`: an interruption during its import is no fault."""

import sys


def main() -> int:
    """Run the command line; return the exit code."""
    try:
        from bevaka.cli.app import main as run  # noqa: PLC0415  the import is what may be interrupted

        return run()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201  nothing else is imported yet
        return 130


if __name__ == "__main__":
    sys.exit(main())
