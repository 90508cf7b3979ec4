"""What `make test` takes in turns: one part of it each week, so that all is seen in a few of them; `make test-long` takes all.

The week is said once for all workers (``KESHER_TEST_WEEK``, tests/conftest.py) and can be said again, to run what ran then.
"""

import os
import zlib


def week() -> int:
    """The number of the week this run is of."""
    return int(os.environ["KESHER_TEST_WEEK"])


def takes_its_turn(name: str, of: int) -> bool:
    """Whether it is this week's turn of what is called so: in any ``of`` weeks in a row, once."""
    return zlib.crc32(name.encode()) % of == week() % of
