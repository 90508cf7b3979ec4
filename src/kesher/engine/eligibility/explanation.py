"""Why a rule says what it says: the trace, what decides it, what is missing, and what would change a "no".

A trace is the rule as a tree of steps, each with its own verdict; steps compose by Kleene's tables (all: the least of
no < unknown < yes; any: the greatest), so the root's verdict is the interpreter's. Traces are built for what is shown,
never for a whole directory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from kesher.engine.eligibility.conditions import Condition, possible_together, read
from kesher.engine.eligibility.facts import facts_in
from kesher.engine.eligibility.interpreter import evaluate
from kesher.engine.eligibility.values import Json, Unknown, Verdict, truth

#: At most so many ways to change a "no" are followed at once; the ones with most changes are let go first.
MOST_OPTIONS: Final = 64


class StepKind(StrEnum):
    ALL = "all"  # each of its steps must hold
    ANY = "any"  # one of its steps must hold
    CHOICE = "choice"  # three steps: if the first holds the second counts, else the third
    CONDITION = "condition"


@dataclass(frozen=True)
class Step:
    """One step of a trace. `found`: for a condition, each fact it reads and its value, `Unknown` when not known;
    `problem`: why known facts give no answer ("only numbers can be smaller …")."""

    kind: StepKind
    verdict: Verdict
    path: str
    steps: tuple["Step", ...] = ()
    condition: Condition | None = None
    found: tuple[tuple[str, Json], ...] = ()
    problem: str = ""

    def conditions(self) -> "Iterator[Step]":
        """The conditions below, in the order of the rule."""
        if self.kind is StepKind.CONDITION:
            yield self
        for step in self.steps:
            yield from step.conditions()


@dataclass(frozen=True)
class Change:
    """One way to turn a "no" around: no smaller part of `conditions` would do.

    `conditions`: what does not hold now and would have to; each reads as it should be. `unknown`: what would besides
    have to be known to hold. Nothing else about the person would need to change.
    """

    conditions: tuple[Condition, ...]
    unknown: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """The verdict of one rule on one person, with its reasons."""

    expression: Json
    facts: Mapping[str, Json]
    trace: Step

    @property
    def verdict(self) -> Verdict:
        return self.trace.verdict

    @cached_property
    def because(self) -> tuple[Step, ...]:
        """The conditions that decide: those that hold for a "yes", fail for a "no", are open for an "unknown"."""
        return tuple(_because(self.trace))

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts not known that still matter, those that stand in most open conditions first."""
        counts: dict[str, int] = {}
        for step in self.because if self.verdict is Verdict.UNKNOWN else ():
            for fact, value in step.found:
                if isinstance(value, Unknown):
                    counts[fact] = counts.get(fact, 0) + 1
        return tuple(sorted(counts, key=lambda fact: -counts[fact]))

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What is known but does not fit the question asked of it."""
        return tuple(dict.fromkeys(step.problem for step in self.trace.conditions() if step.problem))

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What would change a "no", fewest changes first; empty for another verdict, or when nothing could.

        Ways that one person cannot take (older than 65 and younger than 30) are left out, as far as single facts show.
        """
        return tuple(_changes(self.trace)) if self.verdict is Verdict.NO else ()


def explain(expression: Json, facts: Mapping[str, Json]) -> Explanation:
    """The verdict of a valid expression on `facts`, with its reasons.

    >>> told = explain({"and": [{">=": [{"var": "age"}, 18]}, {"!": [{"var": "employed"}]}]}, {"age": 17})
    >>> told.verdict, [(step.condition.fact, step.found) for step in told.because]
    (<Verdict.NO: 'no'>, [('age', (('age', 17),))])
    >>> [(c.fact, c.operator, c.expected) for c in told.changes[0].conditions]
    [('age', '>=', (18,))]
    """
    return Explanation(expression, facts, _step(expression, "", facts, negated=False))


def _step(expression: Json, path: str, facts: Mapping[str, Json], *, negated: bool) -> Step:
    if isinstance(expression, dict):
        if "!" in expression:
            return _step(expression["!"][0], f"{path}/!/0", facts, negated=not negated)
        if "and" in expression:
            parts = (
                _step(part, f"{path}/and/{place}", facts, negated=negated)
                for place, part in enumerate(expression["and"])
            )
            return _joined(StepKind.ANY if negated else StepKind.ALL, path, parts)
        if "if" in expression:
            return _choice(expression["if"], f"{path}/if", facts, negated=negated)
    return _condition(expression, path, facts, negated=negated)


def _choice(operands: list[Json], path: str, facts: Mapping[str, Json], *, negated: bool) -> Step:
    """An `if`; with a plain true or false in one branch it is an "any" or an "all", and reads better so."""
    _, then, otherwise = operands

    def part(place: int, *, turned: bool) -> Step:
        return _step(operands[place], f"{path}/{place}", facts, negated=turned)

    if isinstance(then, bool):
        holds = then is not negated  # if(g, true, e) = g or e;  if(g, false, e) = not g and e
        kind = StepKind.ANY if holds else StepKind.ALL
        return _joined(kind, path, (part(0, turned=not holds), part(2, turned=negated)))
    if isinstance(otherwise, bool):
        holds = otherwise is not negated  # if(g, t, true) = not g or t;  if(g, t, false) = g and t
        kind = StepKind.ANY if holds else StepKind.ALL
        return _joined(kind, path, (part(0, turned=holds), part(1, turned=negated)))
    steps = part(0, turned=False), part(1, turned=negated), part(2, turned=negated)
    decided = steps[0].verdict
    if decided is not Verdict.UNKNOWN:
        taken = steps[1 if decided is Verdict.YES else 2].verdict
    else:
        taken = steps[1].verdict if steps[1].verdict is steps[2].verdict else Verdict.UNKNOWN
    return Step(StepKind.CHOICE, taken, path, steps)


def _joined(kind: StepKind, path: str, parts: "Iterator[Step] | tuple[Step, ...]") -> Step:
    """Parts under one "all" or "any". What holds for everybody says nothing in an "all", and what holds for nobody nothing
    in an "any" (a table's last "else no" is one): such parts are left out, unless nothing else stands there."""
    decisive = Verdict.YES if kind is StepKind.ANY else Verdict.NO
    steps: list[Step] = []
    for part in parts:
        steps.extend(part.steps if part.kind is kind else (part,))
    steps = [step for step in steps if not _says_nothing(step, decisive)] or steps[:1]
    if len(steps) == 1:
        return steps[0]
    verdicts = {step.verdict for step in steps}
    verdict = next((one for one in (decisive, Verdict.UNKNOWN) if one in verdicts), decisive.opposite)
    return Step(kind, verdict, path, tuple(steps))


def _says_nothing(step: Step, decisive: Verdict) -> bool:
    return step.condition is not None and step.condition.operator == "always" and step.verdict is decisive.opposite


def _condition(expression: Json, path: str, facts: Mapping[str, Json], *, negated: bool) -> Step:
    value = evaluate(expression, facts)
    verdict = Verdict.of(truth(value, missing_is_unknown=True))
    found = tuple((fact, evaluate({"var": fact}, facts)) for fact in facts_in(expression))
    problem = value.problem if isinstance(value, Unknown) else ""
    if verdict is Verdict.UNKNOWN and not isinstance(value, Unknown | Mapping):
        problem = f"{value!s:.40} is neither true nor false"
    return Step(
        StepKind.CONDITION,
        verdict.opposite if negated else verdict,
        path,
        condition=read(expression, path, negated=negated),
        found=found,
        problem=problem,
    )


def _because(step: Step) -> Iterator[Step]:
    if step.kind is StepKind.CONDITION:
        yield step
    elif step.kind is StepKind.CHOICE:
        guard, then, otherwise = step.steps
        if guard.verdict is not Verdict.UNKNOWN:
            yield from _because(guard)
            yield from _because(then if guard.verdict is Verdict.YES else otherwise)
        else:
            if step.verdict is Verdict.UNKNOWN:
                yield from _because(guard)
            for branch in (then, otherwise):
                if branch.verdict is step.verdict:
                    yield from _because(branch)
    else:
        for part in step.steps:
            if part.verdict is step.verdict:
                yield from _because(part)


@dataclass(frozen=True)
class _Option:
    """One way to let a step hold: the conditions wanted (by key, with the truth wanted), and which of them fail now."""

    wanted: Mapping[str, bool]
    steps: Mapping[str, Step]
    changes: frozenset[str]

    def joined(self, other: "_Option") -> "_Option | None":
        if any(self.wanted.get(key, so) is not so for key, so in other.wanted.items()):
            return None
        wanted, steps = {**self.wanted, **other.wanted}, {**self.steps, **other.steps}
        return _Option(wanted, steps, self.changes | other.changes)

    def conditions(self) -> dict[str, Condition]:
        """Each condition as it is wanted."""
        found = {}
        for key, so in self.wanted.items():
            condition = self.steps[key].condition
            assert condition is not None
            found[key] = read(condition.expression, condition.path, negated=not so)
        return found


_NOTHING = _Option({}, {}, frozenset())


def _changes(trace: Step) -> Iterator[Change]:
    said: list[frozenset[str]] = []
    for option in _options(trace, wanted=True):
        conditions = option.conditions()
        if any(before <= option.changes for before in said) or not possible_together(conditions.values()):
            continue
        said.append(option.changes)
        unknown = (key for key in conditions if option.steps[key].verdict is Verdict.UNKNOWN)
        yield Change(
            tuple(condition for key, condition in conditions.items() if key in option.changes),
            tuple(conditions[key] for key in unknown),
        )


def _options(step: Step, *, wanted: bool) -> list[_Option]:
    """Every way to let a step be `wanted`, fewest changes first."""
    if step.kind is StepKind.CONDITION:
        return _of_condition(step, wanted=wanted)
    if step.kind is StepKind.CHOICE:
        guard, then, otherwise = step.steps
        return _fewest(
            _both(_options(guard, wanted=True), _options(then, wanted=wanted))
            + _both(_options(guard, wanted=False), _options(otherwise, wanted=wanted))
        )
    if (step.kind is StepKind.ALL) is wanted:
        options = [_NOTHING]
        for part in step.steps:
            options = _fewest(_both(options, _options(part, wanted=wanted)))
        return options
    return _fewest([option for part in step.steps for option in _options(part, wanted=wanted)])


def _of_condition(step: Step, *, wanted: bool) -> list[_Option]:
    condition = step.condition
    assert condition is not None
    if condition.operator == "always":
        return [_NOTHING] if step.verdict.truth is wanted else []
    plain = read(condition.expression, condition.path, negated=False)
    turned = (plain.negated, plain.operator) != (condition.negated, condition.operator)
    key = condition.key
    changes = frozenset([key]) if step.verdict.truth is (not wanted) else frozenset[str]()
    return [_Option({key: wanted is not turned}, {key: step}, changes)]


def _both(ones: list[_Option], others: list[_Option]) -> list[_Option]:
    joined = (one.joined(other) for one in ones for other in others)
    return [option for option in joined if option is not None]


def _fewest(options: list[_Option]) -> list[_Option]:
    """Without those that ask for all that another asks for and more; the MOST_OPTIONS with fewest changes."""
    kept: list[_Option] = []
    for option in sorted(options, key=lambda option: (len(option.changes), len(option.wanted))):
        if len(kept) < MOST_OPTIONS and not any(
            other.changes <= option.changes and other.wanted.items() <= option.wanted.items() for other in kept
        ):
            kept.append(option)
    return kept
