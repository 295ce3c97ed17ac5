"""The front door."""

import sys

from bevaka.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
