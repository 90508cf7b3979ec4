"""How many questions until nothing open could change the first ten, beside asking in a fixed order, in the same run.

Run: ``python benchmarks/orientation_questions.py [--visitors N]``. A made-up town of 1,000 services for 12 needs, its
rules after a real directory: how many facts a service asks for, and which, was counted by keywords in the eligibility texts
of Miami's directory (Open211: 4,089 services, 2,244 with a text): 53 % ask for none, 20 % for one, 16 % for two, 10 % for
three to six; age stands in 54 % of the texts, health in 28 %, family in 16 %, and so on (`FACTS`). Visitors look for one or
two needs; nothing else is known but where they are (so the area too) and what they speak. They answer truly; what they are
is drawn from shares that the chooser is not told (it takes all answers as equally likely). Two more cases are shown beside
it: each fact known at first with a chance of one in four, as from somebody's own words; and that in a harder town where
every service has a text (15 % ask for nothing).

fixed order: the facts in the order of how many rules ask for them, each asked of everybody until the ten are settled.
fixed, of the need: the same order, leaving out facts that no service for the visitor's needs asks for.

Bars, on the first case: median at most 4, and the mean at most 0.6 times that of the fixed order (the ratio of the medians
is printed too). Exits with 1 where one
is missed.
"""

import argparse
import random
import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any

from kesher.engine.eligibility import Fact, Kind, Vocabulary, facts_in
from kesher.engine.orientation import Catalogue, Orientation, Service, Situation, answers_to_try, next_question, orient

TODAY = date(2026, 11, 22)
NEEDS = [
    "work", "training", "language", "recognition", "childcare", "housing", "debts", "health", "rights", "transport",
    "business", "hiring",
]  # fmt: skip
LANGUAGES = ["he", "ar", "ru", "am", "fr", "en"]
AREAS = ("north", "south", "east", "west", "elsewhere")
#: Each fact: how many of 2,244 texts speak of it, what it is, and the shares of the people who give each answer.
FACTS: dict[str, tuple[int, Fact, list[tuple[Any, float]]]] = {}


def add(path: str, texts: int, kind: Kind, shares: dict[Any, float], **more: Any) -> None:
    choices = tuple(shares) if kind is Kind.TEXT else ()
    FACTS[path] = texts, Fact(path, kind, choices=choices, **more), list(shares.items())


def yes(share: float) -> dict[Any, float]:
    return {True: share, False: 1 - share}


add("age", 1205, Kind.NUMBER, {age: 1 if age < 65 else 0.5 for age in range(16, 85)}, whole=True)
add("health", 621, Kind.TEXT, {"none": 0.75, "disability": 0.1, "mental": 0.08, "addiction": 0.04, "pregnant": 0.03})
add("parent", 359, Kind.BOOLEAN, yes(0.45))
add("area", 343, Kind.TEXT, dict(zip(AREAS, (0.3, 0.25, 0.2, 0.15, 0.1), strict=True)))
add("education", 264, Kind.TEXT, {"none": 0.2, "school": 0.5, "profession": 0.2, "degree": 0.1})
add("income", 231, Kind.NUMBER, dict.fromkeys(range(0, 20_000, 500), 1.0))
add("victim", 125, Kind.BOOLEAN, yes(0.05))
add("gender", 120, Kind.TEXT, {"woman": 0.5, "man": 0.5})
add("work", 85, Kind.TEXT, {"employed": 0.45, "unemployed": 0.3, "self-employed": 0.1, "not looking": 0.15})
add("status", 82, Kind.TEXT, {"citizen": 0.7, "newcomer": 0.12, "permanent": 0.08, "temporary": 0.05, "asylum": 0.05})
add("homeless", 75, Kind.BOOLEAN, yes(0.03))
add("veteran", 47, Kind.BOOLEAN, yes(0.2))
VOCABULARY = Vocabulary(fact for _, fact, _ in FACTS.values())
#: How many of 100 services ask for 0, 1, 2 … facts: in the whole directory, and among those with a text.
WHOLE = (53.3, 20.2, 16.4, 7.4, 2.0, 0.5, 0.2)
WITH_TEXT = (14.9, 36.8, 29.9, 13.5, 3.6, 0.8, 0.5)
#: The cases: those counts, and how likely a fact is known at first. The bars are for the first.
CASES = {
    "rules as in the whole directory, nothing known": (WHOLE, 0.0),
    "rules as in the whole directory, a quarter of the facts known": (WHOLE, 0.25),
    "rules as where there is a text, a quarter of the facts known": (WITH_TEXT, 0.25),
}


def condition(path: str, chance: random.Random) -> Any:
    fact = FACTS[path][1]
    if path == "age":
        return {chance.choice([">=", ">=", "<"]): [{"var": "age"}, chance.choice([18, 18, 21, 25, 30, 45, 60, 67])]}
    if path == "income":
        return {"<=": [{"var": "income"}, chance.choice([4000, 6000, 8000, 12_000])]}
    if fact.kind is Kind.TEXT:
        return {"in": [{"var": path}, sorted(chance.sample(fact.choices, chance.randrange(1, len(fact.choices))))]}
    return {"===": [{"var": path}, chance.random() < 0.75]}


def rule(counts: tuple[float, ...], chance: random.Random) -> Any:
    count = chance.choices(range(len(counts)), counts)[0]
    paths: list[str] = []
    while len(paths) < count:
        path = chance.choices(list(FACTS), [texts for texts, _, _ in FACTS.values()])[0]
        paths += [path] if path not in paths else []
    parts = [condition(path, chance) for path in paths]
    return {"and": parts} if len(parts) > 1 else parts[0] if parts else None


def service(number: int, counts: tuple[float, ...], chance: random.Random) -> Service:
    needs = chance.sample(NEEDS, chance.choice([1, 1, 2]))
    day = TODAY + timedelta(days=chance.randrange(-5, 120))
    return Service(
        key=str(number),
        rule=rule(counts, chance),
        needs=frozenset(needs),
        places=((31.9 + chance.random() * 0.2, 34.8 + chance.random() * 0.2),),
        remote=chance.random() < 0.2,
        languages=frozenset(chance.sample(LANGUAGES, chance.randrange(0, 4))),
        next_start=day if chance.random() < 0.4 else None,
        free_places=chance.randrange(0, 15) if chance.random() < 0.5 else None,
        checked=TODAY - timedelta(days=chance.randrange(400)),
    )


def visitor(chance: random.Random, known: float) -> tuple[Situation, dict[str, Any]]:
    """What is known at first, and what the visitor would answer."""
    truth = {
        path: chance.choices([value for value, _ in shares], [share for _, share in shares])[0]
        for path, (_, _, shares) in FACTS.items()
    }
    situation = Situation(
        today=TODAY,
        facts={path: value for path, value in truth.items() if path == "area" or chance.random() < known},
        needs=tuple(chance.sample(NEEDS, chance.choice([1, 1, 2]))),
        place=(31.9 + chance.random() * 0.2, 34.8 + chance.random() * 0.2),
        languages=frozenset(chance.sample(LANGUAGES, chance.randrange(1, 3))),
    )
    return situation, truth


def chosen(orientation: Orientation, truth: dict[str, Any], shares: Any) -> tuple[int, list[float]]:
    """Questions asked by the chooser, and the seconds each took to choose."""
    count, seconds = 0, []
    while True:
        start = time.perf_counter()
        question = next_question(orientation, shares)
        seconds.append(time.perf_counter() - start)
        if question is None:
            assert orientation.settled()
            return count, seconds
        count += 1
        orientation = orientation.with_answer(question.fact, truth[question.fact])


def in_order(orientation: Orientation, truth: dict[str, Any], order: list[str]) -> int:
    """Questions asked in a fixed order, leaving out what is known, until the ten are settled."""
    order = [fact for fact in order if fact not in orientation.situation.facts]
    for count, fact in enumerate(order):
        if orientation.settled():
            return count
        orientation = orientation.with_answer(fact, truth[fact])
    return len(order)


def measure(
    catalogue: Catalogue, visitors: int, known: float, chance: random.Random
) -> tuple[dict[str, list[int]], list[float]]:
    """Questions asked of each visitor in each way, and the seconds each choice took."""
    shares = answers_to_try(catalogue.rules, VOCABULARY)
    mentions = dict.fromkeys(FACTS, 0)
    by_need: dict[str, set[str]] = {need: set() for need in NEEDS}
    for one in catalogue.services:
        for path in facts_in(one.rule):
            mentions[path] += 1
            for need in one.needs:
                by_need[need].add(path)
    order = sorted(mentions, key=lambda path: -mentions[path])
    ways: dict[str, list[int]] = {"chosen": [], "fixed order": [], "fixed, of the need": []}
    seconds: list[float] = []
    for _ in range(visitors):
        situation, truth = visitor(chance, known)
        start = orient(catalogue, situation)
        asked, took = chosen(start, truth, shares)
        seconds += took
        ways["chosen"].append(asked)
        ways["fixed order"].append(in_order(start, truth, order))
        mine = set().union(*(by_need[need] for need in situation.needs))
        ways["fixed, of the need"].append(in_order(start, truth, [path for path in order if path in mine]))
    return ways, seconds


def main() -> int:
    parser = argparse.ArgumentParser(description="Questions until the first ten are settled.")
    parser.add_argument("--visitors", type=int, default=1000)
    given = parser.parse_args()
    missed = []
    for case, (counts, known) in CASES.items():
        chance = random.Random(20261122)
        catalogue = Catalogue(service(number, counts, chance) for number in range(1000))
        ways, seconds = measure(catalogue, given.visitors, known, chance)
        print(f"{case}\n{'way of asking':20}{'median':>8}{'mean':>8}{'9 of 10':>9}{'most':>6}", end="")
        print(f"{'medians':>9}{'means':>7}{'in five':>9}")
        fixed, middle = statistics.mean(ways["fixed order"]), statistics.median(ways["fixed order"])
        for way, asked in ways.items():
            ranked, mean, median = sorted(asked), statistics.mean(asked), statistics.median(asked)
            within = sum(count <= 5 for count in asked) / len(asked)
            print(f"{way:20}{median:>8.0f}{mean:>8.2f}{ranked[int(0.9 * len(ranked))]:>9}{ranked[-1]:>6}", end="")
            print(f"{median / middle:>9.2f}{mean / fixed:>7.2f}{within:>9.0%}")
            if way == "chosen" and case == next(iter(CASES)):
                missed += [f"median of {median} questions"] if median > 4 else []
                missed += [f"{mean / fixed:.2f} times the fixed order"] if mean > 0.6 * fixed else []
        print(f"choosing: median {statistics.median(seconds) * 1e3:.0f} ms, longest {max(seconds) * 1e3:.0f} ms\n")
    for said in missed:
        print(f"bar missed: {said}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
