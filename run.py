"""The program: ``python run.py --help``."""

import sys

from fab_app.cli import main

if __name__ == "__main__":
    sys.exit(main())
