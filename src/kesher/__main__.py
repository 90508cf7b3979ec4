"""``python -m kesher`` is the command ``kesher``."""

import sys

from kesher.cli import main

sys.exit(main())
