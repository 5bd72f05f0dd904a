"""``make bench``: ``python bench/run.py [--quick] [--only STEP …]``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.program import main

if __name__ == "__main__":
    sys.exit(main())
