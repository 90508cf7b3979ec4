"""HiGHS as every engine here calls it.

Its threads belong to the process, not to a solver: the first run fixes their number, and a solver that was told another
does not run at all, says so only in its log, and leaves an empty answer behind. So the number is one, for all.
"""

import os
from typing import Any, Final

import highspy

THREADS: Final = max(1, min(8, os.cpu_count() or 1))
#: Less than this many seconds is no limit that can be kept.
SHORTEST: Final = 0.1


def solver(seconds: float, **options: Any) -> Any:
    """A silent solver that stops after ``seconds``; ``options`` by HiGHS's own names."""
    found: Any = highspy.Highs()
    settings = {"output_flag": False, "threads": THREADS, "time_limit": max(float(seconds), SHORTEST)} | options
    for name, value in settings.items():
        if found.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise ValueError(f"HiGHS knows no option {name} with the value {value!r}")
    return found


def run(prepared: Any) -> None:
    """Solve. Raises RuntimeError where HiGHS could not start; that a time is up or nothing is feasible is an answer."""
    if prepared.run() == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS did not run; its log says why (option output_flag)")
