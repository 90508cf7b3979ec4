"""What holds for every rule and every person: 200 cases each, 2,000 in the long run."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kesher.engine.eligibility.explanation import explain
from kesher.engine.eligibility.facts import facts_in, look_up
from kesher.engine.eligibility.interpreter import REDUCE_STEPS, Evaluation, verdict
from kesher.engine.eligibility.rule_set import Answers, RuleSet, verdict_of
from kesher.engine.eligibility.schema import MOST_PARTS, MOST_REDUCES, validate
from kesher.engine.eligibility.shared import SharedAnswers, SharedRules, parts_of
from kesher.engine.eligibility.values import LONGEST_LIST, Verdict

from .strategies import (
    ANSWERS,
    CONDITIONS,
    FACTS,
    LONG,
    PLAIN_FACTS,
    RULES,
    SENSIBLE,
    SIMPLE,
    USUAL,
    cases,
    fewer_and_more,
)

NUMBERS = {Verdict.NO: -1, Verdict.UNKNOWN: 0, Verdict.YES: 1}


@given(RULES, fewer_and_more())
@example({"===": [{"and": [{"var": "age"}, False]}, False]}, ({}, {"age": 0}))  # falsy, but not yet which falsy
@example({"!": [{"var": "home"}]}, ({"home": {}}, {"home": {"rooms": 1}}))  # an object whose parts are not known yet
@example({"!": [{"in": ["he", {"var": "languages"}]}]}, ({"languages": ["am", None]}, {"languages": ["am", "he"]}))
def more_facts_never_flip(expression: Any, known: tuple[dict[str, Any], dict[str, Any]]) -> None:
    fewer, more = (verdict(expression, facts) for facts in known)
    assert fewer in (Verdict.UNKNOWN, more)


@given(CONDITIONS, FACTS, FACTS)
def missing_never_becomes_yes(condition: Any, facts: dict[str, Any], other: dict[str, Any]) -> None:
    """A condition, or its opposite, on a fact that is not there is unknown, whatever else is known."""
    (fact,) = _facts(condition)
    for lacking in ({**facts, fact: None}, {k: v for k, v in facts.items() if k != fact}):
        for asked in (condition, {"!": [condition]}, {"and": [True, condition]}, {"if": [condition, True, False]}):
            assert verdict(asked, lacking) is Verdict.UNKNOWN


@given(SENSIBLE, FACTS, st.lists(FACTS, min_size=1, max_size=5))
def a_yes_is_a_yes_whatever_the_missing_turn_out_to_be(
    expression: Any, facts: dict[str, Any], completions: Any
) -> None:
    said = verdict(expression, facts)
    for completion in completions:
        missing = {key: value for key, value in completion.items() if look_up(facts, key) is None}
        if said is not Verdict.UNKNOWN:
            assert verdict(expression, {**facts, **missing}) is said


@given(RULES, FACTS)
def nothing_raises_and_cost_is_bounded(expression: Any, facts: dict[str, Any]) -> None:
    assert validate(expression) == []
    run = Evaluation()
    run.value(expression, facts)
    assert run.steps <= _parts(expression) + MOST_REDUCES * (REDUCE_STEPS + 1)
    assert verdict(expression, facts) in Verdict


@given(st.lists(RULES, min_size=1, max_size=6), st.lists(FACTS, min_size=1, max_size=4))
def many_at_once_say_what_one_by_one_do(expressions: list[Any], people: list[dict[str, Any]]) -> None:
    rules = RuleSet.compile(expressions)
    found = rules.verdicts_of(people)
    assert found.shape == (len(people), len(expressions))
    for person, row in zip(people, found, strict=True):
        assert [verdict_of(number) for number in row] == [verdict(expression, person) for expression in expressions]
        assert np.array_equal(rules.verdicts(person), row)


@given(st.lists(RULES, min_size=1, max_size=6), FACTS, FACTS, st.data())
def an_answer_changes_what_asking_anew_would(
    expressions: list[Any], facts: Any, other: Any, data: st.DataObject
) -> None:
    rules = RuleSet.compile(expressions)
    answers = rules.answers(facts)
    for fact in ("age", "home.rooms", "languages", "home"):
        value = look_up(other, fact)
        again = answers.with_fact(fact, value)
        assert np.array_equal(again.verdicts, rules.verdicts(again.facts))
        assert look_up(again.facts, fact) == value or value != value
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(expressions), max_size=len(expressions))))
    chosen = rules.select(mask)
    assert np.array_equal(chosen.verdicts(facts), answers.verdicts[mask])
    assert set(zip(*chosen.answers(facts).waiting(), strict=True)) == {
        (int(np.cumsum(mask)[rule]) - 1, fact) for rule, fact in zip(*answers.waiting(), strict=True) if mask[rule]
    }


@given(st.lists(RULES, min_size=1, max_size=5), st.lists(RULES, min_size=1, max_size=5), FACTS, FACTS, st.data())
def rules_joined_are_rules_compiled_together(
    first: list[Any], second: list[Any], facts: Any, other: Any, data: st.DataObject
) -> None:
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(first), max_size=len(first))))
    together = RuleSet.compile([one for one, keep in zip(first, kept, strict=True) if keep] + second)
    joined = RuleSet.compile(first).select(kept).joined(RuleSet.compile(second[:1])).joined(RuleSet.compile(second[1:]))
    answers, whole = joined.answers(facts), together.answers(facts)
    for fact in ("age", "home", "languages"):
        assert np.array_equal(answers.verdicts, whole.verdicts)
        assert _waiting(answers) == _waiting(whole)
        assert joined.bounds(fact) == together.bounds(fact)
        answers, whole = (one.with_fact(fact, look_up(other, fact)) for one in (answers, whole))
    assert joined.select(np.arange(len(joined))).bounds("age") == together.bounds("age")


@given(st.lists(RULES, min_size=1, max_size=5), st.lists(RULES, max_size=3), FACTS, FACTS, st.data())
def shared_parts_say_what_whole_rules_do(
    expressions: list[Any], changed: list[Any], facts: Any, other: Any, data: st.DataObject
) -> None:
    """Rules put together of parts that others have too; then some are taken out and others put between them."""
    several = st.lists(st.sampled_from(expressions), min_size=2, max_size=4).map(lambda parts: {"and": parts})
    rules: list[Any] = data.draw(st.lists(st.one_of(st.sampled_from(expressions), several), min_size=1, max_size=6))
    shared = SharedRules.compile(rules)
    _same(shared, rules, facts, other)
    moved, places, now = np.full(len(rules), -1), [], []
    for rule in data.draw(st.permutations([*range(len(rules)), *(-1 for _ in changed)])):
        if rule < 0:
            places.append(len(now))
            now.append(changed[len(places) - 1])
        elif data.draw(st.booleans()):
            moved[rule] = len(now)
            now.append(rules[rule])
    replaced = shared.replaced(moved, SharedRules.compile(changed), np.array(places, dtype=np.int64))
    _same(replaced, now, facts, other)


def _same(shared: SharedRules, rules: list[Any], facts: Any, other: Any) -> None:
    plain, answers = RuleSet.compile(rules).answers(facts), shared.answers(facts)
    assert len(shared) == len(rules)
    for fact in ("age", "home", "languages"):
        assert answers.verdicts.tolist() == [NUMBERS[verdict(rule, answers.facts)] for rule in rules]
        assert _waiting(answers) == _waiting(plain)
        # Of the parts, each by itself: where a whole rule is no whatever else is said, its other parts have theirs still.
        # To try an answer more changes nothing; to try one less would.
        bounds = shared.bounds(fact)
        assert bounds == RuleSet.compile([part for rule in rules for part in parts_of(rule)]).bounds(fact)
        assert set(bounds) >= set(RuleSet.compile(rules).bounds(fact))
        assert shared.reading({fact}).tolist() == [fact in facts_in(rule) for rule in rules]
        plain, answers = (one.with_fact(fact, look_up(other, fact)) for one in (plain, answers))
    for chosen in (np.arange(0, len(rules), 2), np.arange(len(rules))[::-1]):
        few = shared.select(chosen).answers(facts)
        assert np.array_equal(few.verdicts, shared.answers(facts).verdicts[chosen])
        assert _waiting(few) == _waiting(RuleSet.compile([rules[place] for place in chosen]).answers(facts))


def _waiting(answers: Answers | SharedAnswers) -> set[tuple[int, str]]:
    rules, facts = answers.waiting()
    pairs = [(rule, answers.rules.facts[fact]) for rule, fact in zip(rules.tolist(), facts.tolist(), strict=True)]
    assert len(set(pairs)) == len(pairs)
    return set(pairs)


@given(RULES, FACTS)
def a_trace_says_what_the_interpreter_does(expression: Any, facts: dict[str, Any]) -> None:
    told = explain(expression, facts)
    assert told.verdict is verdict(expression, facts)
    for step in told.because:
        assert step.verdict is told.verdict or told.trace.kind == "choice" or _has_choice(told.trace)
    answers = RuleSet.compile([expression]).answers(facts)
    waits = {answers.rules.facts[fact] for fact in answers.waiting()[1]}
    assert waits == set(told.missing) or _has_choice(told.trace)


@given(st.lists(SIMPLE, min_size=1, max_size=8), PLAIN_FACTS)
def missing_facts_are_ranked_as_counting_by_hand_ranks_them(expressions: list[Any], facts: dict[str, Any]) -> None:
    """Counted rule by rule with the plain interpreter; and what is said to settle a rule does, whatever the answer."""
    waits = [_open_facts(expression, facts) for expression in expressions]
    counted = []
    for fact, answers in ANSWERS.items():
        alone = [expression for expression, one in zip(expressions, waits, strict=True) if one == {fact}]
        for expression, answer in product(alone, answers):
            assert verdict(expression, {**facts, fact: answer}) is not Verdict.UNKNOWN
        among = [one for one in waits if fact in one]
        if among:
            counted.append((fact, len(alone), len(among), sum(1 / len(one) for one in among)))
    counted.sort(key=lambda row: (-row[1], -round(row[3], 9), row[0]))
    rules = RuleSet.compile(expressions)
    found = rules.answers(facts).missing()
    assert [(one.fact, one.settles, one.concerns) for one in found] == [row[:3] for row in counted]
    assert [one.weight for one in found] == pytest.approx([row[3] for row in counted])


def _open_facts(expression: Any, facts: dict[str, Any]) -> set[str]:
    """The facts an open rule waits for, by the plain interpreter: those of its open conditions in open parts only."""
    if verdict(expression, facts) is not Verdict.UNKNOWN:
        return set()
    parts = expression.get("and") or expression.get("!")
    return set().union(*(_open_facts(part, facts) for part in parts)) if parts else _facts(expression)


PROPERTIES = [
    more_facts_never_flip,
    missing_never_becomes_yes,
    a_yes_is_a_yes_whatever_the_missing_turn_out_to_be,
    nothing_raises_and_cost_is_bounded,
    many_at_once_say_what_one_by_one_do,
    an_answer_changes_what_asking_anew_would,
    rules_joined_are_rules_compiled_together,
    shared_parts_say_what_whole_rules_do,
    a_trace_says_what_the_interpreter_does,
    missing_facts_are_ranked_as_counting_by_hand_ranks_them,
]


@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_holds(holds: Callable[[], None]) -> None:
    cases(USUAL)(holds)()


@pytest.mark.long
@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_holds_in_2000_cases(holds: Callable[[], None]) -> None:
    cases(LONG)(holds)()


def test_the_most_a_rule_may_cost_is_a_small_fraction_of_a_second() -> None:
    """The dearest valid rule: four reduces, each over the longest list, in a list as long as one may be."""
    inner = {"reduce": [{"var": "data.items"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}
    outer = {"reduce": [{"var": "items"}, {"+": [{"var": "accumulator"}, inner]}, 0]}
    rule = {"and": [{">": [outer, 1]}, {">": [outer, 2]}]}
    assert validate(rule) == []
    run = Evaluation()
    told = run.value(rule, {"items": [1] * LONGEST_LIST})
    assert "steps" in told.problem
    assert run.steps < 2 * REDUCE_STEPS + MOST_PARTS


def _facts(condition: Any) -> set[str]:
    from kesher.engine.eligibility.facts import facts_in

    return set(facts_in(condition))


def _parts(expression: Any) -> int:
    if isinstance(expression, dict):
        return 1 + sum(map(_parts, expression.values()))
    return 1 + sum(map(_parts, expression)) if isinstance(expression, list) else 1


def _has_choice(step: Any) -> bool:
    return step.kind == "choice" or any(map(_has_choice, step.steps))
