"""Many rules at once: all verdicts for one person in a few array operations.

A `RuleSet` is compiled once, when rules change. A question (`compiling`) that thousands of rules share is answered once
for each person; then all rules are combined level by level, each level one gather and one ``minimum.reduceat`` over
int8 (no = −1, unknown = 0, yes = +1). Nothing is remembered between calls. That the verdicts are the plain
interpreter's is a property test.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.eligibility.compiling import NODE, Atoms, Compiler, key_of
from kesher.engine.eligibility.facts import with_fact
from kesher.engine.eligibility.interpreter import evaluate
from kesher.engine.eligibility.values import (
    LONGEST_LIST,
    UNKNOWN,
    Json,
    Moment,
    Unknown,
    Verdict,
    is_number,
    moment,
    shifted,
    tag,
    truth,
)

Verdicts = NDArray[np.int8]
Indexes = NDArray[np.int64]

NO: Final = -1
UNSETTLED: Final = 0
YES: Final = 1

#: The first atoms of every set: what always holds, and what is never known.
SHARED_ATOMS: Final = 2

_VERDICTS: Final = {NO: Verdict.NO, UNSETTLED: Verdict.UNKNOWN, YES: Verdict.YES}


def verdict_of(number: int) -> Verdict:
    """The verdict behind −1, 0 or +1."""
    return _VERDICTS[int(number)]


@dataclass(frozen=True)
class MissingFact:
    """A fact not known, and how many open rules it matters to.

    `settles`: rules that wait for this fact alone, so that any answer settles them. `concerns`: all open rules in which
    it still matters. `weight`: Σ over those of 1 / (facts the rule waits for), the share of the openness it carries.
    """

    fact: str
    settles: int
    concerns: int
    weight: float


@dataclass(frozen=True)
class Level:
    """Minima that can be taken at once. `parts`: indexes into the signed answers, node after node; `starts`: where each
    node's parts begin; `first`: the place of the first node's answer; `rules`: the rule of each node."""

    parts: Indexes
    starts: Indexes
    first: int
    rules: Indexes


class RuleSet:
    """Compiled rules, in the order given.

    >>> rules = RuleSet.compile([{">=": [{"var": "age"}, 18]}, {"!": [{"var": "employed"}]}])
    >>> rules.verdicts({"age": 40}).tolist(), [m.fact for m in rules.answers({"age": 40}).missing()]
    ([1, 0], ['employed'])
    """

    def __init__(self, columns: "_Columns", levels: Sequence[Level], roots: Indexes, size: int) -> None:
        self._columns = columns
        self._levels = levels
        self._roots = roots
        self._size = size  # atoms and nodes; the signed answers are twice as long, the second half negated

    @classmethod
    def compile(cls, expressions: Iterable[Json]) -> "RuleSet":
        """Compiles valid expressions (`schema.validate`); what is not valid is not found out here."""
        compiler = Compiler()
        for expression in expressions:
            compiler.add(expression)
        columns = _Columns(compiler)
        atoms, count = compiler.atoms.count, len(compiler.nodes)
        size = atoms + count
        order = np.argsort(np.asarray(compiler.node_levels, dtype=np.int64), kind="stable")
        place = np.empty(count, dtype=np.int64)
        place[order] = np.arange(count) + atoms

        def signed(references: Indexes) -> Indexes:
            nodes = references >= NODE
            found = references >> 1
            found[nodes] = place[(references[nodes] - NODE) >> 1]
            return found + size * (references & 1)

        ordered = [compiler.nodes[index] for index in order.tolist()]
        lengths = np.fromiter(map(len, ordered), dtype=np.int64, count=count)
        parts = signed(np.fromiter(chain.from_iterable(ordered), dtype=np.int64, count=int(lengths.sum())))
        rules = np.asarray(compiler.node_rules, dtype=np.int64)[order]
        heights = np.asarray(compiler.node_levels, dtype=np.int64)[order]
        roots = signed(np.asarray(compiler.roots, dtype=np.int64))
        return cls(columns, _levels(parts, lengths, heights, rules, atoms), roots, size)

    def __len__(self) -> int:
        return len(self._roots)

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact some rule reads, in the order met."""
        return self._columns.fact_names

    def bounds(self, fact: str, among: NDArray[Any] | None = None) -> list[float]:
        """The numbers that rules compare a fact with, in order, each once. ``among``: these rules only, by index or mask."""
        asked = np.zeros(2 * self._size, dtype=bool)
        wanted = np.zeros(len(self), dtype=bool)
        wanted[slice(None) if among is None else among] = True
        asked[self._roots[wanted]] = True
        for level in self._levels:
            lengths = np.diff(level.starts, append=len(level.parts))
            asked[level.parts[np.repeat(wanted[level.rules], lengths)]] = True
        return self._columns.bounds(fact, asked[: self._size] | asked[self._size :])

    def verdicts(self, facts: Mapping[str, Json]) -> Verdicts:
        """Shape (rules,), int8: −1 no, 0 unknown, +1 yes."""
        return self.answers(facts).verdicts

    def verdicts_of(self, visitors: Sequence[Mapping[str, Json]]) -> Verdicts:
        """Shape (visitors, rules), int8, for many people."""
        found = np.empty((len(visitors), len(self)), dtype=np.int8)
        for row, facts in zip(found, visitors, strict=True):
            row[:] = self._combined(self._columns.answer(facts, self._size))[self._roots]
        return found

    def answers(self, facts: Mapping[str, Json]) -> "Answers":
        """The verdicts for one person, with what is needed to say which facts are missing."""
        return Answers(self, facts, self._combined(self._columns.answer(facts, self._size)))

    def select(self, rules: NDArray[Any]) -> "RuleSet":
        """Some of the rules, by index or mask, without compiling anew: for asking "what if" about the few that matter."""
        chosen = np.arange(len(self))[rules]
        place = np.full(len(self), -1, dtype=np.int64)
        place[chosen] = np.arange(len(chosen))
        levels, moved, at = [], np.arange(2 * self._size, dtype=np.int64), self._columns.count
        for level in self._levels:
            keep = place[level.rules] >= 0
            count = int(keep.sum())
            if not count:
                continue
            nodes = level.first + np.flatnonzero(keep)
            moved[nodes] = at + np.arange(count)
            lengths = np.diff(level.starts, append=len(level.parts))
            parts = level.parts[np.repeat(keep, lengths)]
            starts = np.concatenate(([0], np.cumsum(lengths[keep])[:-1]))
            levels.append(Level(parts, starts, at, place[level.rules[keep]]))
            at += count
        negated = moved[: self._size] + at
        translate = np.concatenate((moved[: self._size], negated))
        levels = [Level(translate[level.parts], level.starts, level.first, level.rules) for level in levels]
        return RuleSet(self._columns, levels, translate[self._roots[chosen]], at)

    def joined(self, others: "RuleSet") -> "RuleSet":
        """These rules and others behind them, without compiling anew. What both ask is asked twice; terms are read once."""
        columns, atoms = self._columns.joined(others._columns)
        size = columns.count + self._size - self._columns.count + others._size - others._columns.count
        mine = np.arange(self._size, dtype=np.int64)
        theirs = np.concatenate((atoms, np.zeros(others._size - len(atoms), dtype=np.int64)))
        levels: list[tuple[int, list[Level], list[Indexes]]] = []
        at = columns.count
        for pair in zip_longest(self._levels, others._levels):
            first = at
            for level, moved in zip(pair, (mine, theirs), strict=True):
                if level is not None:
                    count = len(level.starts)
                    moved[level.first : level.first + count] = np.arange(at, at + count)
                    at += count
            held = [(level, moved) for level, moved in zip(pair, (mine, theirs), strict=True) if level is not None]
            levels.append((first, [level for level, _ in held], [moved for _, moved in held]))

        def signed(places: Indexes, moved: Indexes) -> Indexes:
            negated = places >= len(moved)
            found: Indexes = moved[places - negated * len(moved)] + negated * size
            return found

        behind = len(self)
        joined = []
        for first, both, moves in levels:
            parts = [signed(level.parts, moved) for level, moved in zip(both, moves, strict=True)]
            begins = np.cumsum([0, *map(len, parts)])
            joined.append(
                Level(
                    np.concatenate(parts),
                    np.concatenate([level.starts + begin for level, begin in zip(both, begins[:-1].tolist(), strict=True)]),
                    first,
                    np.concatenate([
                        level.rules + (behind if moved is theirs else 0)
                        for level, moved in zip(both, moves, strict=True)
                    ]),
                )
            )  # fmt: skip
        roots = np.concatenate((signed(self._roots, mine), signed(others._roots, theirs)))
        return RuleSet(columns, joined, roots, size)

    def _combined(self, answers: Verdicts) -> Verdicts:
        """The answers of all nodes, from those of the atoms, in place; the second half holds the negations."""
        size, atoms = self._size, self._columns.count
        np.negative(answers[:atoms], out=answers[size : size + atoms])
        for level in self._levels:
            least = np.minimum.reduceat(answers.take(level.parts), level.starts)
            end = level.first + len(least)
            answers[level.first : end] = least
            np.negative(least, out=answers[size + level.first : size + end])
        return answers


class Answers:
    """What all rules of a set say about one person."""

    def __init__(self, rules: RuleSet, facts: Mapping[str, Json], answers: Verdicts) -> None:
        self.rules = rules
        self.facts = facts
        self._answers = answers
        self.verdicts: Verdicts = answers[rules._roots]

    def with_fact(self, fact: str, value: Json) -> "Answers":
        """The answers when one fact is (otherwise) known: only the questions that read it are asked anew."""
        facts = with_fact(self.facts, fact, value)
        answers = self._answers.copy()
        self.rules._columns.answer_again(fact, facts, answers)
        return Answers(self.rules, facts, self.rules._combined(answers))

    def waiting(self) -> tuple[Indexes, Indexes]:
        """Which open rule waits for which fact: pairs (rule, index into `RuleSet.facts`), each once, in order.

        A fact matters to an open rule when an open question about it stands in open parts all the way up: parts already
        decided do not wait for anything.
        """
        rules, columns, answers = self.rules, self.rules._columns, self._answers
        size = rules._size
        reached = np.zeros(size, dtype=bool)
        open_roots = np.flatnonzero(self.verdicts == UNSETTLED)
        roots = rules._roots[open_roots] % size
        direct = roots < columns.count
        reached[roots[~direct]] = True
        pair_rules, pair_atoms = [open_roots[direct]], [roots[direct]]
        for level in reversed(rules._levels):
            lengths = np.diff(level.starts, append=len(level.parts))
            live = np.repeat(reached[level.first : level.first + len(level.starts)], lengths)
            kept = np.flatnonzero(live & (answers[level.parts] == UNSETTLED))
            parts = level.parts[kept] % size
            leaf = parts < columns.count
            reached[parts[~leaf]] = True
            pair_rules.append(np.repeat(level.rules, lengths)[kept[leaf]])
            pair_atoms.append(parts[leaf])
        return columns.missing_pairs(np.concatenate(pair_rules), np.concatenate(pair_atoms), self.facts)

    def missing(self) -> list[MissingFact]:
        """The missing facts, those that settle most rules first (then by weight, then by name)."""
        rules, facts = self.waiting()
        waits = np.bincount(rules, minlength=len(self.rules))
        count = len(self.rules.facts)
        concerns = np.bincount(facts, minlength=count)
        settles = np.bincount(facts[waits[rules] == 1], minlength=count)
        weight = np.bincount(facts, weights=1.0 / waits[rules], minlength=count)
        found = [
            MissingFact(name, int(settles[index]), int(concerns[index]), float(weight[index]))
            for index, name in enumerate(self.rules.facts)
            if concerns[index]
        ]
        # Rounded: thirds added up in another order are the same weight, and the name decides.
        return sorted(found, key=lambda missing: (-missing.settles, -round(missing.weight, 9), missing.fact))


def _levels(parts: Indexes, lengths: Indexes, heights: Indexes, rules: Indexes, atoms: int) -> list[Level]:
    ends = np.cumsum(lengths)
    begins = ends - lengths
    found = []
    for height in range(1, int(heights.max(initial=0)) + 1):
        low, high = np.searchsorted(heights, [height, height + 1])
        first = int(begins[low])
        found.append(Level(parts[first : ends[high - 1]], begins[low:high] - first, atoms + int(low), rules[low:high]))
    return found


class _Columns:
    """The questions, laid out by kind and term, and the asking of them."""

    def __init__(self, compiler: Compiler) -> None:
        atoms: Atoms = compiler.atoms
        self.count = atoms.count
        self.terms = compiler.terms
        self._moved = [_date_of_fact(term) for term in self.terms]
        self.fact_names = tuple(compiler.fact_names)
        self._atom_facts = atoms.facts
        terms = len(self.terms)
        below = atoms.below
        self._below_atom = np.array([row[0] for row in below], dtype=np.int64)
        self._below_term = np.array([row[1] + terms * row[4] for row in below], dtype=np.int64)
        self._below_bound = np.array([row[2] for row in below], dtype=np.float64)
        self._below_strict = np.array([row[3] for row in below], dtype=bool)
        self._ordered_atom = np.array([row[0] for row in atoms.ordered], dtype=np.int64)
        self._ordered_terms = np.array(
            [[row[1] + terms * row[4], row[2] + terms * row[4]] for row in atoms.ordered] or np.empty((0, 2)),
            dtype=np.int64,
        ).T
        self._ordered_strict = np.array([row[3] for row in atoms.ordered], dtype=bool)
        self._equal = _by_term((atom, term, among) for atom, term, among in atoms.equal)
        self._holds = _by_term((atom, term, (key,)) for atom, term, key in atoms.holds)
        self._true = atoms.true
        self._computed = atoms.computed
        self._reading: dict[str, Any] = {}
        for term, facts in enumerate(compiler.term_facts):
            for fact in facts:
                self._reading.setdefault(self.fact_names[fact], []).append(term)
        self._lay_out_facts()

    def _lay_out_facts(self) -> None:
        lengths = np.fromiter(map(len, self._atom_facts), dtype=np.int64, count=self.count)
        self._fact_start = np.cumsum(lengths) - lengths
        self._fact_length = lengths
        self._fact_flat = np.fromiter(chain.from_iterable(self._atom_facts), dtype=np.int64, count=int(lengths.sum()))

    def bounds(self, fact: str, asked: NDArray[np.bool_]) -> list[float]:
        """``asked``: which atoms (and nodes behind them) some rule asks."""
        terms = [place for place, term in enumerate(self.terms) if term == {"var": fact}]
        chosen = np.isin(self._below_term, terms) & asked[self._below_atom]
        found: list[float] = np.unique(self._below_bound[chosen]).tolist()
        return found

    def joined(self, others: "_Columns") -> tuple["_Columns", Indexes]:
        """The questions of both, and the number that each of the others' has among them."""
        found = copy(self)
        atoms = np.arange(others.count, dtype=np.int64) + (self.count - SHARED_ATOMS)
        atoms[:SHARED_ATOMS] = np.arange(SHARED_ATOMS)  # "always" and "never known" are everybody's
        found.count = self.count + others.count - SHARED_ATOMS
        known = {key_of(term): number for number, term in enumerate(self.terms)}
        terms = np.array([known.setdefault(key_of(term), len(known)) for term in others.terms], dtype=np.int64)
        new = [term for term, number in zip(others.terms, terms.tolist(), strict=True) if number >= len(self.terms)]
        found.terms = [*self.terms, *new]
        found._moved = [*self._moved, *map(_date_of_fact, new)]
        names = {name: number for number, name in enumerate(self.fact_names)}
        facts = [names.setdefault(name, len(names)) for name in others.fact_names]
        found.fact_names = tuple(names)
        before, after = max(len(self.terms), 1), len(found.terms)

        def both(mine: Indexes, theirs: Indexes) -> Indexes:
            """Terms as numbers, and those compared as moments that many further, as both count them."""
            size = max(len(others.terms), 1)
            kept = mine % before + after * (mine // before)
            added = (terms[theirs % size] if len(terms) else theirs) + after * (theirs // size)
            return np.concatenate((kept, added), axis=-1)

        found._below_atom = np.concatenate((self._below_atom, atoms[others._below_atom]))
        found._below_term = both(self._below_term, others._below_term)
        found._below_bound = np.concatenate((self._below_bound, others._below_bound))
        found._below_strict = np.concatenate((self._below_strict, others._below_strict))
        found._ordered_atom = np.concatenate((self._ordered_atom, atoms[others._ordered_atom]))
        found._ordered_terms = both(self._ordered_terms, others._ordered_terms)
        found._ordered_strict = np.concatenate((self._ordered_strict, others._ordered_strict))
        found._equal = _grouped(self._equal, others._equal, atoms, terms)
        found._holds = _grouped(self._holds, others._holds, atoms, terms)
        found._true = [*self._true, *((int(atoms[atom]), int(terms[term])) for atom, term in others._true)]
        found._computed = [*self._computed, *((int(atoms[atom]), asked) for atom, asked in others._computed)]
        read = [tuple(facts[fact] for fact in mine) for mine in others._atom_facts[SHARED_ATOMS:]]
        found._atom_facts = [*self._atom_facts, *read]
        found._reading = {name: list(mine) for name, mine in self._reading.items()}
        for name, mine in others._reading.items():
            already = found._reading.setdefault(name, [])
            already += [number for number in terms[mine].tolist() if number not in already]
        found._lay_out_facts()
        return found, atoms

    def answer(self, facts: Mapping[str, Json], size: int) -> Verdicts:
        """The signed answers (2 × size) with the atoms' first half filled in."""
        answers = np.zeros(2 * size, dtype=np.int8)
        answers[0] = YES
        self._ask(range(len(self.terms)), facts, answers)
        self._compute(self._computed, facts, answers)
        return answers

    def answer_again(self, fact: str, facts: Mapping[str, Json], answers: Verdicts) -> None:
        """Asks anew what reads `fact`, or a part of it, or the whole it is part of."""
        touched = {
            name for name in self.fact_names
            if name == fact or not name or name.startswith(f"{fact}.") or fact.startswith(f"{name}.")
        }  # fmt: skip
        numbers = {index for index, name in enumerate(self.fact_names) if name in touched}
        terms = {term for name in touched for term in self._reading.get(name, ())}
        pairs = self._ordered_terms % max(len(self.terms), 1)
        compared = pairs[:, np.isin(pairs, list(terms)).any(axis=0)]  # a term is compared with its other half
        self._ask(sorted(terms.union(compared.ravel().tolist())), facts, answers)
        again = [(atom, expression) for atom, expression in self._computed if numbers & set(self._atom_facts[atom])]
        self._compute(again, facts, answers)

    def missing_pairs(self, rules: Indexes, atoms: Indexes, facts: Mapping[str, Json]) -> tuple[Indexes, Indexes]:
        lengths = self._fact_length[atoms]
        total = int(lengths.sum())
        within = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        found = self._fact_flat[np.repeat(self._fact_start[atoms], lengths) + within]
        rules = np.repeat(rules, lengths)
        missing = np.array(
            [isinstance(evaluate({"var": name}, facts), Unknown) for name in self.fact_names] or [False], dtype=bool
        )
        keep = missing[found]
        width = max(len(self.fact_names), 1)
        pairs = np.unique(rules[keep] * width + found[keep])
        return pairs // width, pairs % width

    def _ask(self, terms: Sequence[int], facts: Mapping[str, Json], answers: Verdicts) -> None:
        count = len(self.terms)
        sizes = np.full(2 * count, np.nan)  # the value of each term as a number, then as a moment
        values: dict[int, Any] = {}
        starts: dict[str, Moment | None] = {}  # dates read once, however many terms move them
        for term in terms:
            moved = self._moved[term]
            value = evaluate(self.terms[term], facts) if moved is None else _moved(moved, facts, starts)
            values[term] = value
            if is_number(value):
                sizes[term] = value
            elif type(value) is Moment:
                sizes[count + term] = value.milliseconds
            if term in self._equal:
                self._ask_equal(self._equal[term], value, answers)
            if term in self._holds:
                self._ask_holds(self._holds[term], value, answers)
        self._ask_sizes(sizes, terms, answers)
        for atom, term in self._true:
            if term in values:
                decided = truth(values[term], missing_is_unknown=True)
                answers[atom] = UNSETTLED if decided is None else YES if decided else NO

    def _ask_sizes(self, sizes: NDArray[np.float64], terms: Sequence[int], answers: Verdicts) -> None:
        below: Any = slice(None)
        ordered: Any = slice(None)
        if len(terms) < len(self.terms):
            asked = np.zeros(2 * len(self.terms), dtype=bool)
            asked[list(terms)] = asked[len(self.terms) + np.asarray(terms, dtype=np.int64)] = True
            below, ordered = asked[self._below_term], asked[self._ordered_terms].all(axis=0)
        value = sizes[self._below_term[below]]
        _compare(value, self._below_bound[below], self._below_strict[below], self._below_atom[below], answers)
        one, other = sizes[self._ordered_terms[:, ordered]]
        _compare(one, other, self._ordered_strict[ordered], self._ordered_atom[ordered], answers)

    def _ask_equal(self, group: "_Group", value: Any, answers: Verdicts) -> None:
        key = None if type(value) is Unknown else tag(value)
        answers[group.atoms] = UNSETTLED if key is None else NO
        if key is not None and key in group.by_tag:
            answers[group.by_tag[key]] = YES

    def _ask_holds(self, group: "_Group", value: Any, answers: Verdicts) -> None:
        answers[group.atoms] = UNSETTLED
        if not isinstance(value, list | tuple) or len(value) > LONGEST_LIST:
            return
        keys = [None if item is None else tag(item) for item in value]
        if None not in keys:
            answers[group.atoms] = NO
        for key in keys:
            if key is not None and key in group.by_tag:
                answers[group.by_tag[key]] = YES

    def _compute(self, asked: Iterable[tuple[int, Json]], facts: Mapping[str, Json], answers: Verdicts) -> None:
        for atom, expression in asked:
            decided = truth(evaluate(expression, facts), missing_is_unknown=True)
            answers[atom] = UNSETTLED if decided is None else YES if decided else NO


def _compare(
    values: NDArray[np.float64],
    bounds: NDArray[np.float64],
    strict: NDArray[np.bool_],
    atoms: Indexes,
    answers: Verdicts,
) -> None:
    """values < bounds where strict, else values <= bounds; not a number on either side: unknown."""
    holds = (values < bounds) | (~strict & (values == bounds))
    answers[atoms] = np.where(np.isnan(values) | np.isnan(bounds), UNSETTLED, np.where(holds, YES, NO))


def _moved(term: tuple[str, int, str], facts: Mapping[str, Json], starts: dict[str, Moment | None]) -> Moment | Unknown:
    """The value of ``plusTime`` on a fact: the fact is read once for all terms that move it."""
    path, amount, unit = term
    if path not in starts:
        text = evaluate({"var": path}, facts)
        starts[path] = moment(text) if isinstance(text, str) else None
    start = starts[path]
    return (None if start is None else shifted(start, amount, unit)) or UNKNOWN


def _date_of_fact(expression: Json) -> tuple[str, int, str] | None:
    """(path, amount, unit) of a ``plusTime`` directly on a fact."""
    if isinstance(expression, dict) and "plusTime" in expression:
        inner, amount, unit = expression["plusTime"]
        if isinstance(inner, dict) and "var" in inner:
            return inner["var"], amount, unit
    return None


@dataclass(frozen=True)
class _Group:
    """The questions of one kind about one term: all of them, and those a value answers with yes."""

    atoms: Indexes
    by_tag: Mapping[Any, Indexes]


def _grouped(
    mine: Mapping[int, _Group], others: Mapping[int, _Group], atoms: Indexes, terms: Indexes
) -> dict[int, _Group]:
    """The questions of both; ``atoms``, ``terms``: the numbers that the others' have among them."""
    found = dict(mine)
    for number, group in others.items():
        term = int(terms[number])
        known = found.get(term, _Group(np.empty(0, dtype=np.int64), {}))
        nothing = np.empty(0, dtype=np.int64)
        by_tag = {
            key: np.concatenate(
                (known.by_tag.get(key, nothing), atoms[group.by_tag[key]] if key in group.by_tag else nothing)
            )
            for key in {**known.by_tag, **group.by_tag}
        }
        found[term] = _Group(np.concatenate((known.atoms, atoms[group.atoms])), by_tag)
    return found


def _by_term(rows: Iterable[tuple[int, int, Iterable[Any]]]) -> dict[int, _Group]:
    collected: dict[int, tuple[list[int], dict[Any, list[int]]]] = {}
    for atom, term, tags in rows:
        atoms, by_tag = collected.setdefault(term, ([], {}))
        atoms.append(atom)
        for key in tags:
            by_tag.setdefault(key, []).append(atom)
    return {
        term: _Group(np.array(atoms), {key: np.array(found) for key, found in by_tag.items()})
        for term, (atoms, by_tag) in collected.items()
    }
