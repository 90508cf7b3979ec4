"""From work done to the work wanted: the goal first, stones that are no detour and no step down."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.pathways import after, moves, person
from kesher.words.ways import MOST_STONES, NEARER, TEACHES, starter, ways

KNOWN, TOWN = starter()
codes = st.sampled_from(KNOWN.codes)


def test_a_kitchen_helper_to_a_chef_by_way_of_a_cook() -> None:
    found = ways(["9412"], "3434")
    assert found is not None
    assert found.goal["en"] == "Chefs"
    assert (found.reach, found.done) == (False, False)
    assert [one.names["en"] for one in found.stones] == ["Cooks"]
    assert {"cook for large groups", "cook meals"} <= {one["en"] for one in found.stones[0].teaches}


def test_what_is_not_known_and_what_was_done_before() -> None:
    assert ways([], "3434") is None
    assert ways(["9412"], "0000") is None
    assert ways(["0000"], "3434") is None
    done = ways(["9412", "3434"], "3434")
    assert done is not None
    assert (done.done, done.lacks, done.stones) == (True, (), ())


def test_skills_they_have_besides_are_no_more_missing() -> None:
    before, skill = ways(["9412"], "3434"), KNOWN.skills("run a professional kitchen")
    after_it = ways(["9412"], "3434", skills=[TOWN.graph.skills[skill[0]], "urn:unknown"])
    assert before is not None
    assert after_it is not None
    assert "run a professional kitchen" in {one["en"] for one in before.lacks}
    assert "run a professional kitchen" in {one["en"] for one in after_it.has}


@settings(max_examples=150, deadline=None)
@given(st.lists(codes, min_size=1, max_size=3), codes)
def test_laws_of_a_stone(had: list[str], goal: str) -> None:
    """Within reach now, less to learn than the goal, nearer to it afterwards, never below; the goal itself is none."""
    found = ways(had, goal)
    assert found is not None
    assert len(found.stones) <= MOST_STONES
    number = {code: place for place, code in enumerate(KNOWN.codes)}
    who = person(TOWN.graph, TOWN.facts, [number[one] for one in dict.fromkeys(had)])
    now = moves(TOWN.graph, TOWN.facts, who, TOWN.nearness)
    for stone in found.stones:
        place = number[stone.isco08]
        assert stone.isco08 not in {goal, *had}
        assert place in now.viable
        assert now.effort[place] < now.effort[number[goal]]
        assert not TOWN.facts.level[place] < who.level
        there = after(TOWN.graph, TOWN.facts, who, place)
        closer = TOWN.graph.closeness(there.held, TOWN.nearness)[number[goal]]
        assert closer - now.closeness[number[goal]] >= NEARER - 1e-9
        assert len(stone.teaches) >= TEACHES
    assert not np.isnan(now.closeness).any()
