"""Rules and visitors made up for the benchmarks of eligibility: 30 facts, conditions as officers write them. Not a script.

A rule has one to eleven conditions (median 6): bounds on numbers, yes/no facts, choices among twelve, languages, ages
reckoned from dates; half of the longer ones end in an "or". All rules are distinct.
"""

import json
import random
from typing import Any

NUMBERS = [f"number_{place}" for place in range(10)]
FLAGS = [f"flag_{place}" for place in range(6)]
CHOICES = [f"choice_{place}" for place in range(10)]
LISTS = ["languages", "needs"]
DATES = ["born", "arrived"]
OPTIONS = [f"option_{place}" for place in range(12)]
TODAY = "2026-11-22"


def condition(chance: random.Random) -> Any:
    kind = chance.choices(("number", "flag", "choice", "list", "date"), (10, 6, 10, 2, 2))[0]
    if kind == "number":
        return {chance.choice(["<", ">=", "<=", ">"]): [{"var": chance.choice(NUMBERS)}, chance.randrange(100)]}
    if kind == "flag":
        return {"===": [{"var": chance.choice(FLAGS)}, chance.random() < 0.7]}
    if kind == "choice":
        options = sorted(chance.sample(OPTIONS, chance.randrange(1, 5)))
        return {"in": [{"var": chance.choice(CHOICES)}, options]}
    if kind == "list":
        return {"in": [chance.choice(OPTIONS), {"var": chance.choice(LISTS)}]}
    years = {"plusTime": [{"var": chance.choice(DATES)}, chance.randrange(1, 70), "year"]}
    return {"not-after": [years, {"plusTime": [{"var": "today"}, 0, "day"]}]}


def rule(chance: random.Random) -> tuple[Any, int]:
    """A rule and the number of its conditions."""
    count = min(max(round(chance.gauss(6, 2)), 1), 11)
    parts = [condition(chance) for _ in range(count)]
    if count > 3 and chance.random() < 0.5:
        either = [{"!": [part]} for part in parts[-2:]]
        parts = [*parts[:-2], {"!": [{"and": either}]}]
    return ({"and": parts} if len(parts) > 1 else parts[0]), count


def distinct_rules(number: int, chance: random.Random) -> tuple[list[Any], list[int]]:
    """So many distinct rules, and how many conditions each has."""
    found: dict[str, tuple[Any, int]] = {}
    while len(found) < number:
        made = rule(chance)
        found.setdefault(json.dumps(made[0]), made)
    return [made[0] for made in found.values()], [made[1] for made in found.values()]


def visitor(chance: random.Random, *, unknown: float) -> dict[str, Any]:
    """A person's facts; each is left out with the probability `unknown`."""
    known: dict[str, Any] = {
        **{name: chance.randrange(100) for name in NUMBERS},
        **{name: chance.random() < 0.5 for name in FLAGS},
        **{name: chance.choice(OPTIONS) for name in CHOICES},
        **{name: [option for option in OPTIONS if chance.random() < 0.3] for name in LISTS},
        **{name: f"{chance.randrange(1945, 2024)}-{chance.randrange(1, 13):02}-15" for name in DATES},
    }
    return {"today": TODAY, **{name: value for name, value in known.items() if chance.random() >= unknown}}
