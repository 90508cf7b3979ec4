"""People and vacancies drawn by hypothesis: few values, so that limits meet and miss, and much that nobody knows."""

import numpy as np
from hypothesis import strategies as st

from kesher.engine.matching import Person, Skills, Vacancy
from tests.engine.matching.naive import BROADER, KNOWN_SKILLS

NAN = float("nan")
SKILLS = Skills(
    KNOWN_SKILLS, np.array([[KNOWN_SKILLS.index(one), KNOWN_SKILLS.index(other)] for one, other in sorted(BROADER)])
)
CODES = ("7512", "7511", "7522", "5120", "5131", "7", "7512.1")
names = st.sampled_from([*KNOWN_SKILLS, "s4", "s5"])
few = st.frozensets(st.sampled_from(["A", "B", "C"]), max_size=2)
level = st.integers(-1, 4)
asked_level = st.integers(0, 4)
code = st.sampled_from(CODES)


def _number(*values):
    return st.sampled_from([NAN, *map(float, values)])


def _languages(one):
    return st.dictionaries(st.sampled_from(["he", "ar"]), st.tuples(one, one, one, one, one), max_size=2)


places = st.sampled_from([(NAN, NAN), (31.25, 34.79), (31.26, 35.21), (31.79, 35.15), (32.08, 34.78)])


@st.composite
def people(draw, identity="p"):
    latitude, longitude = draw(places)
    return Person(
        identity,
        draw(st.none() | st.dictionaries(code, _number(0, 1, 2, 5), max_size=3)),
        draw(st.lists(code, max_size=2, unique=True).map(tuple)),
        draw(st.none() | st.frozensets(names, max_size=4)),
        draw(st.none() | few),
        draw(st.none() | few),
        draw(st.none() | _languages(level)),
        latitude,
        longitude,
        draw(_number(0, 30, 60, 100)),
        draw(st.sampled_from([False, False, True])),
        draw(_number(10, 20)),
        draw(_number(25, 40)),
        draw(_number(20, 40)),
        draw(st.frozensets(st.sampled_from(["night", "evening", "split"]), max_size=2)),
        draw(_number(7.5, 8)),
        draw(_number(15.5, 18)),
        draw(_number(33, 40)),
        draw(_number(10, 20)),
        draw(_number(2, 4, 6)),
        draw(st.integers(0, 3)),
    )


@st.composite
def vacancies(draw, identity="v"):
    latitude, longitude = draw(places)
    return Vacancy(
        identity,
        draw(st.just("") | code),
        draw(st.lists(names, max_size=3).map(tuple)),
        draw(st.lists(names, max_size=2).map(tuple)),
        draw(few),
        draw(few),
        draw(_languages(asked_level)),
        draw(_languages(asked_level)),
        draw(_number(0, 1, 4)),
        latitude,
        longitude,
        draw(st.sampled_from([False, False, True])),
        draw(_number(15, 30)),
        draw(_number(20, 42)),
        draw(st.none() | st.frozensets(st.sampled_from(["night", "evening", "day"]), max_size=2)),
        draw(_number(7, 8)),
        draw(_number(15, 17)),
        draw(_number(30, 36, 50)),
        draw(_number(32)),
        draw(_number(40)),
        draw(_number(12, 30)),
        draw(st.sampled_from(["", "open-ended", "fixed-term", "casual"])),
        draw(st.none() | st.booleans()),
        draw(st.none() | st.booleans()),
        draw(_number(2, 4)),
        draw(st.integers(1, 3)),
    )


@st.composite
def markets(draw, most_people=4, most_vacancies=6):
    some = [draw(people(f"p{number}")) for number in range(draw(st.integers(1, most_people)))]
    offers = [draw(vacancies(f"v{number}")) for number in range(draw(st.integers(1, most_vacancies)))]
    return some, offers
