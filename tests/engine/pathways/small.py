"""Small worlds: graphs, people and catalogues of courses, drawn."""

import numpy as np
from hypothesis import strategies as st

from kesher.engine.pathways import Course, Facts, Graph, catalogue, facts, graph
from kesher.engine.pathways.courses import Limits

SKILLS = 7


@st.composite
def graphs(draw, most=5):
    """Up to `most` occupations over seven skills in three groups; every occupation asks for something."""
    n = draw(st.integers(2, most))
    pairs, essential = [], []
    for occupation in range(n):
        asked = draw(st.sets(st.integers(0, SKILLS - 1), min_size=1, max_size=5))
        useful = draw(st.sets(st.integers(0, SKILLS - 1), max_size=3))
        pairs += [(occupation, skill) for skill in sorted(asked)] + [(occupation, skill) for skill in sorted(useful)]
        essential += [True] * len(asked) + [False] * len(useful)
    return graph(
        [f"o{number}" for number in range(n)],
        [f"s{number}" for number in range(SKILLS)],
        pairs,
        essential,
        isco=[draw(st.sampled_from(["7512", "5120", "2221", "9312", "3434"])) for _ in range(n)],
        skill_groups=[(skill, skill % 3) for skill in range(SKILLS)],
        reuse=[draw(st.integers(0, 4)) for _ in range(SKILLS)],
    )


def known(built: Graph, draw_number=0) -> Facts:
    """Facts in which something is known and something is not."""
    draw = np.random.default_rng(draw_number)
    wage = np.where(draw.random(built.n) < 0.3, np.nan, draw.integers(50, 150, built.n))
    vacancies = draw.integers(0, 9, (2, built.n)).astype(float)
    return facts(
        built,
        wage=wage,
        areas=["north", "south"],
        vacancies=vacancies,
        seekers=draw.integers(0, 20, (2, built.n)),
        exposure={"one": draw.random(built.n), "other": draw.random(built.n)},
    )


IDS = ("a", "b", "c", "d")
levels = st.sampled_from([(1, 1, 1, 1, 1), (2, 2, 2, 1, 1), (2, 2, 2, 2, 2)])


@st.composite
def catalogues(draw, ids=IDS, most_weeks=3):
    """Up to four courses that name each other in all ways, one of which may last as long as what it accompanies."""
    courses = []
    endless = draw(st.booleans())
    for one in ids[: draw(st.integers(1, len(ids)))]:
        others = st.sets(st.sampled_from([each for each in (*ids, "gone") if each != one]), max_size=1)
        alongside = endless and one == ids[0]
        courses.append(
            Course(
                one,
                None if alongside else draw(st.integers(1, most_weeks)),
                frozenset() if alongside else frozenset(draw(st.sets(st.integers(0, 3), max_size=2))),
                {} if alongside else draw(st.dictionaries(st.just("he"), levels, max_size=1)),
                {} if alongside else draw(st.dictionaries(st.just("he"), levels, max_size=1)),
                hours=0.0 if alongside else float(draw(st.sampled_from([5, 10, 20]))),
                travel=float(draw(st.sampled_from([0, 2]))) if not alongside else 0.0,
                fee=float(draw(st.sampled_from([0, 100, 250]))),
                starts=() if alongside else tuple(sorted(draw(st.sets(st.integers(0, 4), max_size=2)))),
                places=draw(st.sampled_from([None, None, None, 0, 3])),
                before=frozenset() if alongside else frozenset(draw(others)) - frozenset(ids[:endless]),
                together=frozenset() if alongside else frozenset(draw(others)),
                excludes=frozenset(draw(others)),
            )
        )
    return catalogue(courses)


limits = st.builds(
    Limits,
    hours=st.sampled_from([15.0, 25.0, 60.0]),
    weeks=st.integers(3, 7),
    money=st.sampled_from([150.0, 1e9]),
    courses=st.sampled_from([2, 6]),
)
