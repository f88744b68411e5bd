"""``python -m foresight`` is the command line."""

import sys

from foresight.cli import main

if __name__ == "__main__":
    sys.exit(main())
