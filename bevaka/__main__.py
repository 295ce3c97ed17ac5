"""Entry point of `python -m bevaka`, which is the same as `python main.py`."""

import sys

from bevaka.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
