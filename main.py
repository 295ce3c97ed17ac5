"""The front door."""

import sys

from bevaka.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
