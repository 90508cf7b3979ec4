"""The oracle: one pair at a time, straight from the records, in Python's own numbers and without any array."""

import math

from kesher.engine.distance import kilometres
from kesher.engine.matching import Person, Vacancy, Verdict, usual_weights

NO, UNKNOWN, YES = Verdict.NO, Verdict.UNKNOWN, Verdict.YES
KNOWN_SKILLS = ("s0", "s1", "s2", "s3")
#: s0 and s1 are kinds of s2, s2 is a kind of s3.
BROADER = {("s0", "s2"), ("s1", "s2"), ("s2", "s3")}


def _nan(value):
    return value is None or (isinstance(value, float) and math.isnan(value))


def _at_least(fact, limit):
    if _nan(limit):
        return YES
    return UNKNOWN if _nan(fact) else YES if fact >= limit else NO


def _at_most(fact, limit):
    return _at_least(-fact, -limit)


def _speaks(person, language, skill, level):
    if person.languages is None:
        return UNKNOWN
    has = person.languages.get(language, (0, 0, 0, 0, 0))[skill]
    return UNKNOWN if has < 0 else YES if has >= level else NO


def far(person, vacancy):
    if any(math.isnan(x) for x in (person.latitude, person.longitude, vacancy.latitude, vacancy.longitude)):
        return math.nan
    return float(kilometres(person.latitude, person.longitude, [vacancy.latitude], [vacancy.longitude])[0])


def verdicts(person: Person, vacancy: Vacancy) -> dict[str, Verdict]:
    found = {}
    found["permit"] = YES
    if vacancy.permits:
        known = person.permits
        found["permit"] = UNKNOWN if known is None else YES if known & vacancy.permits else NO
    found["licence"] = YES
    if vacancy.licences:
        known = person.licences
        found["licence"] = UNKNOWN if known is None else YES if vacancy.licences <= known else NO
    asked = [
        _speaks(person, language, skill, level)
        for language, levels in vacancy.languages.items()
        for skill, level in enumerate(levels)
        if level > 0
    ]
    found["language"] = min(asked, default=YES)
    found["distance"] = YES
    if not math.isnan(person.distance) and not person.relocates and not vacancy.remote:
        away = far(person, vacancy)
        found["distance"] = UNKNOWN if math.isnan(away) else YES if away <= person.distance else NO
    found["hours"] = min(
        _at_least(vacancy.hours_most, person.hours_least), _at_most(vacancy.hours_least, person.hours_most)
    )
    found["shifts"] = YES
    if person.refused_shifts:
        told = vacancy.shifts
        found["shifts"] = UNKNOWN if told is None else NO if told & person.refused_shifts else YES
    found["care"] = min(_at_least(vacancy.begins, person.care_from), _at_most(vacancy.ends, person.care_until))
    found["pay"] = _at_least(vacancy.pay, person.pay)
    found["start"] = _at_most(person.available, vacancy.start)
    return found


def credit(held, asked, near):
    if held == asked:
        return 1.0
    best = 0.0
    if (held, asked) in BROADER:
        best = max(best, near["narrower"])
    if (asked, held) in BROADER:
        best = max(best, near["broader"])
    if any((held, up) in BROADER and (asked, up) in BROADER for up in KNOWN_SKILLS):
        best = max(best, near["sibling"])
    return best


def close(one, other, weights):
    best = 0.0
    for name, length in (("major_group", 1), ("sub_major_group", 2), ("minor_group", 3), ("unit_group", 4)):
        if len(one) >= length and len(other) >= length and one[:length] == other[:length]:
            best = max(best, weights[name])
    return max(best, weights["same"]) if one == other else best


def parts(person: Person, vacancy: Vacancy) -> dict[str, float]:
    """Each part, NaN unknown."""
    w = usual_weights()
    found = dict.fromkeys((*w.gain, *w.fit), math.nan)
    if person.wishes and vacancy.occupation:
        found["wish"] = max(close(wish, vacancy.occupation, w.occupation) for wish in person.wishes)
    away = far(person, vacancy)
    found["travel"] = (
        1.0 if vacancy.remote else max(0.0, 1 - away / w.scale["kilometres"]) if not math.isnan(away) else away
    )
    if not any(map(math.isnan, (vacancy.pay, vacancy.pay_minimum, vacancy.pay_median))):
        step = max(vacancy.pay_median - vacancy.pay_minimum, 1e-6)
        found["pay"] = min(1.0, max(0.0, 0.5 * (vacancy.pay - vacancy.pay_minimum) / step))
    if vacancy.contract:
        found["contract"] = w.contract[vacancy.contract]
    hours = person.hours_wished, vacancy.hours_least, vacancy.hours_most
    if not any(map(math.isnan, hours)):
        apart = max(0.0, hours[1] - hours[0], hours[0] - hours[2])
        found["hours"] = max(0.0, 1 - apart / w.scale["hours"])
    if not math.isnan(person.qualification) and not math.isnan(vacancy.level):
        found["level"] = max(0.0, 1 - max(0.0, person.qualification - vacancy.level) / w.scale["levels"])
    if vacancy.predictable is not None:
        found["predictability"] = float(vacancy.predictable)
    if vacancy.training is not None:
        found["training"] = float(vacancy.training)
    for name, asked, nothing in (("essential", vacancy.essential, math.nan), ("optional", vacancy.optional, 1.0)):
        if not asked:
            found[name] = nothing
        elif person.skills is not None:
            each = [max((credit(held, skill, w.near) for held in person.skills), default=0.0) for skill in set(asked)]
            found[name] = sum(each) / len(each)
    if person.occupations and vacancy.occupation:
        closest = {code: close(code, vacancy.occupation, w.occupation) for code in person.occupations}
        asked = w.scale["years"] if math.isnan(vacancy.years) else max(vacancy.years, 1e-3)
        years = {code: 0.0 if math.isnan(count) else count for code, count in person.occupations.items()}
        found["occupation"] = max(closest.values())
        found["experience"] = max(closest[code] * min(1.0, years[code] / asked) for code in closest)
    wished = [
        (language, skill, level)
        for language, levels in vacancy.languages_wished.items()
        for skill, level in enumerate(levels)
        if level > 0
    ]
    found["language"] = sum(_speaks(person, *atom) is YES for atom in wished) / len(wished) if wished else 1.0
    return found


def sides(person: Person, vacancy: Vacancy) -> tuple[float, float]:
    """P and Q."""
    w = usual_weights()
    said = parts(person, vacancy)
    least = w.scale["least"]
    return tuple(
        least + (1 - least) * sum(weight * said[name] for name, weight in side.items() if not math.isnan(said[name]))
        for side in (w.gain, w.fit)
    )


def ranked(person: Person, vacancies: list[Vacancy], *, unknown: bool = True) -> list[tuple[float, str]]:
    """(score, id), best first."""
    least = UNKNOWN if unknown else YES
    found = []
    for vacancy in vacancies:
        if min(verdicts(person, vacancy).values()) >= least:
            gain, fit = sides(person, vacancy)
            found.append((gain * fit, vacancy.id))
    return sorted(found, key=lambda one: (-one[0], one[1]))
