"""How the search for duplicates grows: 5,000, 20,000 and 50,000 services of invented towns; ``100000`` as argument adds it.

Prints records, seconds, pairs looked at, candidates, and the exponent of the growth since the line before (1 = linear,
2 = each with each).  ``PYTHONPATH=src python benchmarks/duplicates.py [RECORDS ...]``
"""

import math
import random
import sys
import time

from kesher.engine.duplicates import Comparison, Entry

KINDS_TEXT = """
course clinic club kindergarten library office workshop shelter kitchen counselling employment housing language
"""
KINDS = KINDS_TEXT.split()
FOR_WHOM_TEXT = """
children adults seniors women newcomers families youth veterans students parents jobseekers
"""
FOR_WHOM = FOR_WHOM_TEXT.split()
FIRST_TEXT = """
ba da ga ka la ma na pa ra sa sha ta va za cho bri stel mor kel tan vel dor hal fin
"""
FIRST = FIRST_TEXT.split()
LAST_TEXT = """
lom gesh ridge mar nor del rin ton vek shir dal mel ben kor lit man ras ded
"""
LAST = LAST_TEXT.split()


def services(count: int, chance: random.Random) -> list[Entry]:
    """A nation of towns of about 100,000, each with 400 services, one in ten listed by a second source as well."""
    made: list[Entry] = []
    names = [first + last for first in FIRST for last in LAST]
    while len(made) < count:
        town = (chance.uniform(29.5, 33.2), chance.uniform(34.3, 35.6))
        town_name = chance.choice(names) + chance.choice(LAST)
        for _number in range(min(400, count - len(made))):
            house = chance.choice(names) + chance.choice(LAST)
            name = f"{chance.choice(KINDS)} for {chance.choice(FOR_WHOM)} {house} {chance.choice((town_name, ''))}"
            place = (town[0] + chance.gauss(0, 0.015), town[1] + chance.gauss(0, 0.015))
            phone = f"0{chance.randrange(2, 10)}{chance.randrange(10**6, 10**7)}"
            street = f"{chance.randrange(1, 120)} {chance.choice(names)} Street"
            facts = {"addresses": (street,), "towns": (town_name,), "points": (place,)}
            made.append(Entry(len(made), (name,), source="one", organisation=house, phones=(phone,), **facts))  # type: ignore[arg-type]
            if chance.random() < 0.1 and len(made) < count:
                made.append(
                    Entry(len(made), (name.replace("e", "", 1),), source="two", phones=(f"+972-{phone[1:]}",), **facts)
                )  # type: ignore[arg-type]
    return made[:count]


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [5_000, 20_000, 50_000]
    print(f"{'records':>9} {'seconds':>8} {'pairs':>10} {'found':>8} {'exponent':>9}")
    before: tuple[int, float] | None = None
    for size in sizes:
        entries = services(size, random.Random(1))
        begun = time.process_time()
        comparison = Comparison(entries)
        pairs = found = 0
        for i, j in comparison.pairs():
            pairs += 1
            found += comparison.judge(i, j) is not None
        seconds = time.process_time() - begun
        exponent = f"{math.log(seconds / before[1]) / math.log(size / before[0]):.2f}" if before else ""
        print(f"{size:>9,} {seconds:>8.1f} {pairs:>10,} {found:>8,} {exponent:>9}", flush=True)
        before = (size, seconds)


if __name__ == "__main__":
    main()
