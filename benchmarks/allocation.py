"""The sharing out of scarce places: 5,000 people, four levels, with parity of three audited groups and floors held.

Run: ``python benchmarks/allocation.py [--people N]``. People are drawn with seed 42. Bar: under 10 s, floors and parity held.
Exits with 1 where missed. Printed: wall and CPU seconds, the gain and the bound no division can pass, shares by group,
and the price of one more adviser in people per month.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from kesher.engine.needs.allocation import CASELOADS, allocate, people_for_one_more

BAR, PARITY, LONGEST_WAIT = 10.0, 0.02, 90.0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=5000)
    n = parser.parse_args().people
    rng = np.random.default_rng(42)
    floor = rng.choice(4, n, p=[0.5, 0.3, 0.15, 0.05])
    proposed = np.minimum(3, floor + rng.integers(0, 2, n))
    gain = np.cumsum(np.column_stack([np.zeros(n), rng.gamma(2, 1, (n, 3))]), axis=1)
    groups = rng.choice(["first", "second", "third"], n, p=[0.6, 0.3, 0.1])
    gain[groups == "third", 2:] *= 0.6  # a group that gains alone would pass by
    waited = rng.exponential(20, n)
    least = np.where(waited >= LONGEST_WAIT, np.maximum(floor, proposed), floor)
    advisers = 1.3 * float((1 / np.array(CASELOADS))[least].sum())
    found, took = [], []
    for number in (advisers, advisers + 1):
        wall, work = time.perf_counter(), time.process_time()
        found.append(
            allocate(
                gain,
                floor,
                number,
                waited=waited,
                longest_wait=LONGEST_WAIT,
                proposed=proposed,
                groups=groups.tolist(),
                parity=PARITY,
            )
        )
        took.append((time.perf_counter() - wall, time.process_time() - work))
    now = found[0]
    everybody = now.intensive / n
    held = (
        bool((now.level >= least).all())
        and now.advisers_used <= advisers + 1e-6
        and all(abs(share - everybody) <= PARITY + 1e-6 for share in now.shares.values())
    )
    print(f"{n:,} people, {advisers:.1f} advisers: {took[0][0]:.2f} s ({took[0][1]:.2f} s of CPU), bar {BAR:g} s")
    print(f"gain {now.gain:,.1f} of at most {now.bound:,.1f} (gap {100 * now.gap:.4f} %)")
    print(f"intensive places {now.intensive} ({100 * everybody:.1f} %), by group", end=" ")
    print(", ".join(f"{name} {100 * share:.1f} %" for name, share in now.shares.items()))
    print(f"floors, waits, advisers and parity {'held' if held else 'BROKEN'}")
    print(f"one more adviser: {people_for_one_more(now, found[1])} more people a month with an intensive place")
    return 0 if held and took[0][0] < BAR else 1


if __name__ == "__main__":
    sys.exit(main())
