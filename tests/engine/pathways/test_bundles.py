"""Bundles and timetables: against every one there is, by law, and as a person meets them."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.engine.pathways import Course, Limits, PathwayError, Want, all_at, bundle, catalogue, timetable
from tests.engine.pathways.brute import allowed, best, value
from tests.engine.pathways.small import catalogues, levels, limits

wants = st.builds(
    Want,
    skills=st.dictionaries(st.integers(0, 4), st.sampled_from([0.5, 1.0]), max_size=4),
    languages=st.dictionaries(st.just("he"), levels, max_size=1),
    speaks=st.dictionaries(st.just("he"), levels, max_size=1),
    done=st.sets(st.sampled_from(["a", "c", "gone"]), max_size=1).map(frozenset),
)
#: Steps with which every drawn catalogue is searched to its end.
LONG = 5000
some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def starts_of(found):
    return {line.course.id: line.start for line in found.lines if line.course.weeks is not None}


@some
@given(catalogues(), wants, limits)
def test_no_bundle_is_better_and_no_rule_is_broken(courses, want, limit):
    found = bundle(courses, want, limit, steps=LONG)
    chosen = {line.course.id for line in found.lines}
    assert found.exact
    assert allowed(chosen, starts_of(found), courses, want, limit)
    assert value(chosen, starts_of(found), courses, want) == best(courses, want, limit)
    for line in found.lines:
        if line.course.weeks is None:  # it is there from the first to the last of what it accompanies
            beside = [one for one in found.lines if line.course.id in one.course.together]
            assert (line.start, line.end) == (min(one.start for one in beside), max(one.end for one in beside))


@some
@given(catalogues(), wants, limits, st.integers(0, 4))
def test_knowing_a_skill_more_never_makes_it_longer(courses, want, limit, skill):
    less = replace(want, skills={one: weight for one, weight in want.skills.items() if one != skill})
    before, now = (bundle(courses, each, limit, steps=LONG) for each in (want, less))
    lost = [sum(want.skills[one] for one in found.untaught) + len({gap.language for gap in found.languages})
            for found in (before, now)]  # fmt: skip
    assert (round(lost[1], 9), now.ready) <= (round(lost[0], 9), before.ready)


@some
@given(catalogues(), wants, limits)
def test_a_search_that_ends_early_says_so_and_breaks_no_rule(courses, want, limit):
    found = bundle(courses, want, limit, steps=2)
    assert allowed({line.course.id for line in found.lines}, starts_of(found), courses, want, limit)
    whole = bundle(courses, want, limit, steps=LONG)
    if found.exact:
        assert (found.ready, found.untaught) == (whole.ready, whole.untaught)


WELDING, ARC, SAFETY = 0, 1, 2
HEBREW = Course("hebrew-for-welders", 8, gives={"he": (3, 2, 3, 2, 1)}, entry={"he": all_at(1)}, hours=12, fee=100)
TRADE = Course(
    "welding",
    16,
    frozenset({WELDING, ARC}),
    entry={"he": (3, 1, 2, 1, 0)},
    hours=30,
    travel=5,
    fee=900,
    income=200,
    starts=(4, 10, 30),
    places=3,
    before=frozenset({"hebrew-for-welders"}),
    together=frozenset({"childcare", "mentor"}),
)
SAFE = Course("safety", 1, frozenset({SAFETY}), hours=20)
TOWN = (HEBREW, TRADE, SAFE, Course("childcare", None, fee=300), Course("mentor", None))


def test_hebrew_for_welders_then_welding_with_childcare_and_a_mentor():
    want = Want({WELDING: 1.0, ARC: 1.0, SAFETY: 1.0}, {"he": (3, 1, 2, 1, 0)}, {"he": all_at(1), "ar": all_at(6)})
    found = bundle(catalogue(TOWN), want, Limits(hours=40))
    assert [(line.course.id, line.start, line.end) for line in found.lines] == [
        ("safety", 0, 1),
        ("hebrew-for-welders", 0, 8),
        ("childcare", 10, 26),
        ("mentor", 10, 26),
        ("welding", 10, 26),
    ]
    assert (found.ready, found.fees, found.travel, found.income, found.first_income) == (26, 1300, 80, 3200, 10)
    assert (found.busiest, found.untaught, found.languages, found.conflicts, found.exact) == (35, (), (), (), True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"places": 0}, "welding has no free place"),
        ({"starts": (4,)}, "welding does not begin in week 8 or later"),
        ({"hours": 50.0}, "welding take 55 hours a week, 40 are there"),
        ({"together": frozenset({"transport"})}, "welding asks for transport, which cannot be had"),
        ({"excludes": frozenset({"safety"})}, "welding and safety exclude each other"),
        ({"excludes": frozenset({"army"})}, "welding and army, which is over, exclude each other"),
        ({"fee": 1e6}, "welding costs more than there is"),
        ({"entry": {"en": all_at(2)}}, "welding asks for more of a language than there is by then"),
        ({"weeks": 100}, "welding would not be over within 104 weeks"),
    ],
)
def test_a_conflict_is_named(changed, said):
    # Safety counts as much as both skills of welding, so where the two cannot both be, safety stays.
    want = Want({WELDING: 1.0, ARC: 0.5, SAFETY: 2.0}, speaks={"he": all_at(1)}, done=frozenset({"army"}))
    courses = catalogue([replace(one, **changed) if one.id == "welding" else one for one in TOWN])
    found = bundle(courses, want, Limits(hours=40, money=5000))
    assert found.untaught == (WELDING, ARC)
    assert said in found.conflicts


def test_a_language_is_learnt_as_far_as_courses_lead_and_the_rest_is_told():
    found = bundle(catalogue(TOWN), Want({}, {"he": all_at(4)}, {"he": all_at(1)}), Limits())
    assert [line.course.id for line in found.lines] == ["hebrew-for-welders"]
    assert {str(one) for one in found.languages} >= {"he writing: A1, B2 is needed", "he listening: B1, B2 is needed"}


def test_two_that_take_too_many_hours_follow_each_other():
    one, other = Course("one", 3, hours=25), Course("other", 5, hours=25, starts=(0, 4, 9))
    found = timetable([one, other], {}, Limits(hours=40))
    assert found is not None
    assert (found.starts, found.ready) == ((5, 0), 8)
    assert timetable([one, other], {}, Limits(hours=40, weeks=7)) is None


@pytest.mark.parametrize(
    ("course", "said"),
    [
        (Course("x", 0), "course 'x', weeks: 0 is less than 1"),
        (Course("x", None, starts=(1,)), "course 'x', weeks: what lasts as long"),
        (Course("x", 1, fee=-1), "course 'x', fee: -1 must be finite"),
        (Course("x", 1, starts=(3, 1)), "course 'x', starts: weeks from now"),
        (Course("x", 1, places=-1), "course 'x', places: -1"),
        (Course("x", 1, gives={"he": (1, 2)}), "course 'x', gives: he needs five levels"),
        (Course("x", 1, before=frozenset({"x"})), "course 'x', before: it names itself"),
    ],
)
def test_what_no_timetable_could_be_made_of_is_refused(course, said):
    with pytest.raises(PathwayError, match=said.replace("(", r"\(")):
        catalogue([course])


def test_nothing_begins_after_what_has_no_end_of_its_own():
    with pytest.raises(PathwayError, match="course 'x', before: 'care' has no end of its own"):
        catalogue([Course("x", 1, before=frozenset({"care"})), Course("care", None)])


def test_a_course_stands_once():
    with pytest.raises(PathwayError, match="'x', id: it stands twice"):
        catalogue([Course("x", 1), Course("x", 2)])
