"""Distance, closeness, moves and roads: their laws, and a baker from Aleppo."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.pathways import (
    Course,
    Nearness,
    PathwayError,
    Safety,
    Town,
    Traveller,
    after,
    all_at,
    balance,
    catalogue,
    demand,
    describe,
    doors,
    facts,
    gap,
    graph,
    moves,
    person,
    ranked,
    roads,
    safety,
    single_skills,
    step,
    stones,
    told_count,
    unasked,
    way_back,
)
from tests.engine.pathways.small import SKILLS, graphs, known

some = settings(max_examples=60, deadline=None)
NEAR = Nearness(viable=0.3, likely=0.6)
skills = st.sets(st.integers(0, SKILLS - 1), max_size=3)


def plain_closeness(built, held, occupation, nearness):
    """(3), written down again with loops."""
    asked = built.asked(occupation).tolist()
    whole = sum(built.weight[one] for one in asked)
    covered = sum(built.weight[one] * held[one] for one in asked) / whole
    every = [*asked, *built.useful(occupation).tolist()]
    best = [max(held[skill] for skill in range(SKILLS) if skill % 3 == group) for group in range(3)]
    kinds = sum(best[skill % 3] for skill in every) / len(every)
    return nearness.essential * covered + (1 - nearness.essential) * kinds


@some
@given(graphs(), skills, st.data())
def test_own_occupation_is_at_distance_zero_and_all_is_as_written(built, extra, data):
    own = data.draw(st.integers(0, built.n - 1))
    held = built.held(own, skills=extra)
    effort, close = built.effort(held), built.closeness(held, NEAR)
    assert effort[own] == pytest.approx(0, abs=1e-12)
    for one in range(built.n):
        assert effort[one] == pytest.approx(sum(built.weight[s] * (1 - held[s]) for s in built.asked(one)))
        assert close[one] == pytest.approx(plain_closeness(built, held, one, NEAR))
        assert 0 <= close[one] <= 1 + 1e-12


@some
@given(graphs(), skills, st.integers(0, SKILLS - 1), st.data())
def test_learning_a_skill_never_lengthens_any_road(built, extra, skill, data):
    own, goal = data.draw(st.integers(0, built.n - 1)), data.draw(st.integers(0, built.n - 1))
    facts_ = known(built)
    before, now = (person(built, facts_, [own], skills=each) for each in (extra, extra | {skill}))
    assert (built.effort(now.held) <= built.effort(before.held) + 1e-12).all()
    assert (built.closeness(now.held, NEAR) >= built.closeness(before.held, NEAR) - 1e-12).all()
    first, then = (set(moves(built, facts_, who, NEAR).viable.tolist()) for who in (before, now))
    assert first <= then
    town = Town(built, facts_, NEAR)
    straight = [roads(town, Traveller(who), goal)[0].effort for who in (before, now)]
    assert straight[1] <= straight[0] + 1e-12


@some
@given(graphs(), st.data())
def test_two_steps_are_never_shorter_than_one_and_never_longer_than_both_alone(built, data):
    own, way, goal = (data.draw(st.integers(0, built.n - 1)) for _ in range(3))
    facts_ = known(built)
    who = person(built, facts_, [own])
    there = after(built, facts_, who, way)
    first, rest = built.effort(who.held)[way], built.effort(there.held)[goal]
    assert built.effort(who.held)[goal] <= first + rest + 1e-12
    assert rest <= built.effort(built.learnt(np.zeros(SKILLS), way))[goal] + 1e-12
    close, effort = built.by_way(goal, who.held, np.array([way]), NEAR)
    assert close[0] == pytest.approx(built.closeness(there.held, NEAR)[goal])
    assert effort[0] == pytest.approx(rest)


@some
@given(graphs(), st.data())
def test_stones_are_those_of_every_two_step_road(built, data):
    own, goal = data.draw(st.integers(0, built.n - 1)), data.draw(st.integers(0, built.n - 1))
    facts_ = known(built)
    town, who = Town(built, facts_, NEAR), person(built, facts_, [own])
    straight, expected = built.effort(who.held)[goal], set()
    for way in moves(built, facts_, who, NEAR).viable.tolist():
        there = after(built, facts_, who, way)
        onward = moves(built, facts_, there, NEAR)
        # The goal may be where one comes from: then it is viable by closeness and level alone.
        near = onward.closeness[goal] > NEAR.viable and onward.level_fits[goal]
        nearer = onward.effort[goal] < straight - 1e-9 and built.effort(who.held)[way] < straight - 1e-9
        if way != goal and near and nearer:
            expected.add(way)
    assert set(stones(town, who, goal, top=built.n)) == expected
    for road in roads(town, Traveller(who), goal)[1:]:
        assert road.open
        assert road.effort >= straight - 1e-9


@some
@given(graphs(), st.lists(skills.map(frozenset), max_size=4), st.data())
def test_doors_are_the_moves_that_learning_adds(built, offers, data):
    own = data.draw(st.integers(0, built.n - 1))
    facts_ = known(built)
    who = person(built, facts_, [own])
    wanted = {}
    for number, offer in enumerate(offers):
        had = set(moves(built, facts_, who, NEAR).viable.tolist())
        then = moves(built, facts_, person(built, facts_, [own], skills=offer), NEAR).desirable.tolist()
        if set(then) - had:
            wanted[number] = set(then) - had
    found = doors(built, facts_, who, offers, NEAR, area="north")
    assert {one.number: set(one.opened) for one in found} == wanted
    assert [one.vacancies for one in found] == sorted((one.vacancies for one in found), reverse=True)


@some
@given(graphs())
def test_the_balance_of_skills_is_what_counting_gives(built):
    facts_ = known(built)
    found = balance(built, facts_, NEAR, area="south")
    vacancies, seekers = facts_.vacancies[1], facts_.seekers[1]
    missing, behind = np.zeros(SKILLS), np.zeros(SKILLS)
    counted = set()
    for own in np.flatnonzero(seekers > 0):
        who = person(built, facts_, [int(own)])
        lacking = set()
        for move in moves(built, facts_, who, NEAR).viable:
            if vacancies[move] > 0:
                here = {int(s) for s in built.asked(int(move)) if who.held[s] < 1}
                lacking |= here
                counted |= {(int(move), s) for s in here}
        for skill in lacking:
            missing[skill] += seekers[own]
    for move, skill in counted:
        behind[skill] += vacancies[move]
    assert found.missing == pytest.approx(missing)
    assert found.behind == pytest.approx(behind)
    assert found.asked == pytest.approx(
        [sum(vacancies[j] for j in range(built.n) if s in built.asked(j)) for s in range(SKILLS)]
    )


# --- a small town: baker, pastry cook, head of a pastry kitchen, kitchen helper, clerk ---------------------------------

BAKER, PASTRY, HEAD, HELPER, CLERK = range(5)
NAMES = ("dough", "oven", "hygiene", "cream", "sugar", "lead", "order", "files", "carry")
DOUGH, OVEN, HYGIENE, CREAM, SUGAR, LEAD, ORDER, FILES, CARRY = range(9)
ASKED = {
    BAKER: (DOUGH, OVEN, HYGIENE),
    PASTRY: (DOUGH, OVEN, HYGIENE, CREAM),
    HEAD: (DOUGH, CREAM, SUGAR, LEAD, ORDER, HYGIENE),
    HELPER: (HYGIENE, CARRY),
    CLERK: (FILES, ORDER),
}


def bakery(**more):
    built = graph(
        ["baker", "pastry", "head", "helper", "clerk"],
        NAMES,
        [(occupation, skill) for occupation, asked in ASKED.items() for skill in asked],
        [True] * sum(map(len, ASKED.values())),
        isco=["7512", "7512", "3434", "9412", "4110"],
        skill_groups=[(skill, 0 if skill in (DOUGH, OVEN, CREAM, SUGAR) else skill) for skill in range(9)],
    )
    told = facts(
        built,
        wage=[100, 110, 180, 70, np.nan],
        licence=[0, 0, 4, 0, np.nan],
        waiting=[3, 2, 6, 1, np.nan],
        areas=["here", "there"],
        vacancies=[[0, 4, 1, 9, np.nan], [2, 0, 0, 0, np.nan]],
        seekers=[[20, 2, 0, 30, np.nan], [1, 1, 1, 1, 1]],
        exposure={"tasks": [0.1, 0.2, 0.3, 0.4, 0.9], "experts": [0.9, 0.1, 0.2, np.nan, 0.95]},
    )
    return Town(built, told, Nearness(viable=0.3, likely=0.6), area="here", **more)


def test_the_goal_comes_first_then_the_stone_that_leads_to_it():
    courses = catalogue(
        [
            Course("cream", 6, frozenset({CREAM}), hours=20, fee=500, starts=(2,)),
            Course("lead", 10, frozenset({LEAD, ORDER, SUGAR}), hours=10, entry={"he": all_at(3)}),
            Course("hebrew", 12, gives={"he": all_at(3)}, entry={"he": all_at(1)}, hours=15),
        ]
    )
    town = bakery(courses=courses, languages={HEAD: {"he": (3, 3, 3, 3, 2)}})
    who = Traveller(person(town.graph, town.facts, [BAKER]), speaks={"ar": all_at(6), "he": all_at(1)})
    straight, by_pastry = roads(town, who, HEAD)
    assert [one.move.occupation for one in straight.steps] == [HEAD]
    # Hebrew first, since the course asks for it; cream beside it.
    assert [(line.course.id, line.start) for line in straight.steps[0].bundle.lines] == [
        ("hebrew", 0),
        ("cream", 2),
        ("lead", 12),
    ]
    assert straight.first_wage == 22 + 4 + 6
    assert len(straight.steps[0].languages) == 5
    assert [one.move.occupation for one in by_pastry.steps] == [PASTRY, HEAD]
    assert by_pastry.first_wage == 8 + 0 + 2
    assert by_pastry.goal_wage == 10 + 22 + 4 + 6
    assert [gap_.skill for gap_ in by_pastry.steps[1].move.gap if gap_.skill == CREAM] == []
    assert not by_pastry.below


def test_a_move_says_wage_demand_exposure_and_what_is_near():
    town = bakery()
    who = person(town.graph, town.facts, [BAKER])
    move = describe(town.graph, town.facts, who, PASTRY, town.nearness, area="here")
    assert (move.viable, move.desirable, move.below, move.wage_ratio) == (True, True, False, pytest.approx(1.1))
    assert (move.demand.vacancies, move.demand.seekers, move.demand.per_seeker) == (4, 2, 2)
    (missing,) = move.gap
    assert (missing.skill, missing.perhaps) == (CREAM, False)
    assert missing.near in (DOUGH, OVEN)
    assert move.exposure == {"tasks": pytest.approx(0.3), "experts": pytest.approx(0.125)}
    assert safety(town.facts, BAKER) is Safety.SAFE
    assert safety(town.facts, CLERK) is Safety.EXPOSED
    assert np.isnan(describe(town.graph, town.facts, who, CLERK, town.nearness).demand.per_seeker) is not None
    assert demand(town.facts, BAKER, None).vacancies == 2
    with pytest.raises(PathwayError, match="nothing is known of the area 'moon'; known: here, there"):
        demand(town.facts, BAKER, "moon")


def test_below_the_qualification_is_said_with_the_way_back():
    town = bakery()
    nurse = person(town.graph, town.facts, [HEAD])
    move = describe(town.graph, town.facts, nurse, HELPER, town.nearness)
    assert (move.below, move.desirable) == (True, False)
    back = way_back(town, nurse, HELPER)
    assert back is not None
    assert (back.occupation, back.gap, back.licence) == (HEAD, (), 4)
    # With a qualification that no occupation they had is of, the way back is a viable one of that level, or none.
    assert way_back(town, person(town.graph, town.facts, [HELPER], level=4.0), HELPER) is None


def test_what_is_not_known_forbids_nothing_and_is_counted_as_at_least():
    town = bakery()
    clerk = person(town.graph, town.facts, [CLERK])
    assert not moves(town.graph, town.facts, clerk, town.nearness).wage_known
    found, _ = step(town, Traveller(person(town.graph, town.facts, [BAKER])), CLERK)
    assert not found.certain
    assert found.first_wage == 0
    assert set(found.bundle.untaught) == {FILES, ORDER}


def test_an_optional_skill_of_ones_own_occupation_is_asked_about():
    built = graph(["x", "y"], ["s", "t"], [(0, 0), (0, 1), (1, 1)], [True, False, True], isco=["1111", "2222"])
    (missing,) = gap(built, person(built, facts(built), [0]), 1)
    assert (missing.skill, missing.perhaps) == (1, True)


def test_where_everyone_could_go_and_what_the_college_should_know():
    town = bakery()
    who = person(town.graph, town.facts, [BAKER])
    found = moves(town.graph, town.facts, who, town.nearness)
    assert ranked(town.facts, found, area="here")[0] == PASTRY
    offers = single_skills(town.graph, who, np.arange(5))
    assert [next(iter(one)) for one in offers[:2]] == [CREAM, ORDER]
    told = balance(town.graph, town.facts, town.nearness, area="here")
    assert told.most_missing()[0] == CREAM
    courses = catalogue([Course("old", 5, frozenset({FILES})), Course("both", 5, frozenset({FILES, CREAM}))])
    idle = unasked(courses, town.graph, town.facts, area="here")
    assert [(one.course, one.skills, one.all_of) for one in idle] == [
        ("old", (FILES,), True),
        ("both", (FILES,), False),
    ]
    assert unasked(courses, town.graph, facts(town.graph), area=None) == []
    assert [told_count(one) for one in (0, 1, 4.4, 5, 120)] == [0, None, None, 5, 120]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pairs": [(0, 9)]}, "pairs, row 0: 9 is no number from 0 to 1"),
        ({"essential": []}, "essential must say yes or no for each of 1 pairs"),
        ({"isco": ["1"]}, "isco must hold a code for each of 2 occupations"),
        ({"skills": ["s", "s"]}, "stands twice"),
        ({"reuse": [0, 7]}, "reuse must hold a level from 0 to 4"),
    ],
)
def test_arrays_that_cannot_be_are_refused(change, said):
    given_ = {"occupations": ["x", "y"], "skills": ["s", "t"], "pairs": [(0, 0)], "essential": [True],
              "isco": ["1111", "2222"], **change}  # fmt: skip
    isco, reuse = given_.pop("isco"), given_.pop("reuse", None)
    with pytest.raises(PathwayError, match=said):
        graph(*given_.values(), isco=isco, reuse=reuse)


def test_facts_that_cannot_be_are_refused():
    built = bakery().graph
    with pytest.raises(PathwayError, match=r"wage must have the shape \(5,\)"):
        facts(built, wage=[1.0])
    with pytest.raises(PathwayError, match=r"licence, at \(2,\): -1.0 must be finite"):
        facts(built, licence=[0, 0, -1, 0, 0])
    with pytest.raises(PathwayError, match="there is no occupation 9"):
        person(built, facts(built), [9])
