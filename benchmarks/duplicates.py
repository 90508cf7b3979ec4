"""How the search for duplicates grows, for services and for places: 5,000, 20,000 and 50,000 of invented towns.

Prints records, seconds, pairs looked at, candidates, and the exponent of the growth since the line before (1 = linear,
2 = each with each).  ``PYTHONPATH=src python benchmarks/duplicates.py [services|places] [RECORDS ...]``
"""

import math
import random
import sys
import time
from collections.abc import Callable

from kesher.engine.duplicates import PLACE, Comparison, Entry

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


def places(count: int, chance: random.Random) -> list[Entry]:
    """Places as directories hold them: towns of 400 rows, most houses written down once for each of their services.

    One house in five is listed by a second source, its name in other letters where it can be. In each town one large house
    has a hundred rows that say the same, and in the first town all of them together are a twentieth of the directory.
    """
    made: list[Entry] = []
    names = [first + last for first in FIRST for last in LAST]

    def add(times: int, **facts: object) -> None:
        made.extend(Entry(len(made) + at, kind=PLACE, **facts) for at in range(min(times, count - len(made))))  # type: ignore[arg-type]

    while len(made) < count:
        town = (chance.uniform(29.5, 33.2), chance.uniform(34.3, 35.6))
        town_name = chance.choice(names) + chance.choice(LAST)
        rows = [100 if made else max(100, count // 20), *(chance.choice((1, 1, 2, 3, 5)) for _ in range(125))]
        for times in rows:
            house = (
                f"{chance.choice(KINDS)} {chance.choice(names)}{chance.choice(LAST)} {chance.choice((town_name, ''))}"
            )
            facts: dict[str, object] = {
                "addresses": (f"{chance.randrange(1, 120)} {chance.choice(names)} Street",),
                "towns": (town_name,),
                "points": ((town[0] + chance.gauss(0, 0.015), town[1] + chance.gauss(0, 0.015)),),
            }
            add(times, names=(house,), source="one", organisation=house, **facts)
            if chance.random() < 0.2:
                add(1, names=(house.replace("e", "", 1),), source="two", **facts)
    return made[:count]


def main() -> None:
    what = [word for word in sys.argv[1:] if not word.isdecimal()] or ["services", "places"]
    sizes = [int(size) for size in sys.argv[1:] if size.isdecimal()] or [5_000, 20_000, 50_000]
    for word in what:
        print(word)
        grow({"services": services, "places": places}[word], sizes)


def grow(make: Callable[[int, random.Random], list[Entry]], sizes: list[int]) -> None:
    print(f"{'records':>9} {'seconds':>8} {'pairs':>10} {'found':>8} {'exponent':>9}")
    before: tuple[int, float] | None = None
    for size in sizes:
        entries = make(size, random.Random(1))
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
