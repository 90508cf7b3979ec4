"""From expressions to columns: every distinct question asked once, every rule a few minima over the answers.

A rule is put into one normal form: the *least* (Kleene's "and", with no = −1, unknown = 0, yes = +1) of signed parts,
where a part is a question, or another such minimum; "or" is the negation of the least of negations. So

    not x        = −x
    x and y      = min(x, y)
    x or y       = −min(−x, −y)
    if g then t else e = min(max(−g, t), max(g, e), max(t, e))

The last is the interpreter's `if`: while g is unknown, what both branches agree on stands. Questions that compare one
*term* (a fact, a date moved by some years, a sum) with constants become columns (`atoms`); all else (`reduce`, two facts
compared) becomes an atom that the plain interpreter answers, once however many rules ask it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any, Final

from kesher.engine.eligibility.facts import facts_in
from kesher.engine.eligibility.interpreter import evaluate
from kesher.engine.eligibility.schema import NUMBER_COMPARISONS, TIME_COMPARISONS
from kesher.engine.eligibility.values import Json, Moment, is_number, tag, truth

# A reference is a whole number: twice the index of an atom or node, plus one when negated. Nodes count from NODE up.
NODE: Final = 1 << 40
YES: Final = 0  # the atom that always holds; 1 is "no"
OPEN: Final = 2  # the atom that is never known

_STRICT: Final = {"<": (True, False), ">=": (True, True), "<=": (False, False), ">": (False, True)}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_AS_NUMBERS: Final = {"before": "<", "after": ">", "not-after": "<=", "not-before": ">="}


@dataclass
class Atoms:
    """The distinct questions of many rules. Each list holds (atom, term, …) for one kind of question."""

    count: int = 2
    below: list[tuple[int, int, float, bool, bool]] = field(default_factory=list)  # constant, strict, moments
    ordered: list[tuple[int, int, int, bool, bool]] = field(default_factory=list)  # the other term, strict, moments
    equal: list[tuple[int, int, frozenset[Any]]] = field(default_factory=list)  # the term is one of these tags
    holds: list[tuple[int, int, Any]] = field(default_factory=list)  # the list the term gives holds this tag
    true: list[tuple[int, int]] = field(default_factory=list)  # the term is true
    computed: list[tuple[int, Json]] = field(default_factory=list)  # an expression for the interpreter
    facts: list[tuple[int, ...]] = field(default_factory=lambda: [(), ()])  # of each atom, indexes into fact_names


class Compiler:
    """Takes rules one after another; `atoms`, `terms` and `nodes` grow.

    `terms`: distinct expressions whose value questions are asked of. `nodes`: the parts of each minimum, as references;
    `node_levels`: 1 where all
    parts are questions, else one above the highest part. `node_rules`: the rule each node belongs to. `roots`: one
    reference a rule.
    """

    def __init__(self) -> None:
        self.atoms = Atoms()
        self.terms: list[Json] = []
        self.term_facts: list[tuple[int, ...]] = []
        self.fact_names: dict[str, int] = {}
        self.nodes: list[list[int]] = []
        self.node_rules: list[int] = []
        self.node_levels: list[int] = []
        self.roots: list[int] = []
        self._atom_keys: dict[Any, int] = {}
        self._term_keys: dict[str, int] = {}
        self._sealed: dict[tuple[int, ...], int] = {}
        self._references: dict[int, int] = {}

    def add(self, expression: Json) -> None:
        """Compiles one valid expression; its root is appended to `roots`."""
        self._sealed, self._references = {}, {}
        self.roots.append(self._reference(expression))

    # --- truth ----------------------------------------------------------------------------------------------------

    def _reference(self, expression: Json) -> int:
        known = self._references.get(id(expression))
        if known is None:
            parts: list[int] = []
            self._conjuncts(expression, False, parts)
            known = self._references[id(expression)] = self._least(parts)
        return known

    def _conjuncts(self, expression: Json, negated: bool, into: list[int]) -> None:
        """Appends the references whose least is the truth of the expression, or of its negation."""
        if isinstance(expression, dict):
            ((operation, operands),) = expression.items()
            if operation == "!":
                self._conjuncts(operands[0], not negated, into)
                return
            if operation == "and":
                if not negated:
                    for operand in operands:
                        self._conjuncts(operand, False, into)
                else:
                    into.append(self._any((operand, True) for operand in operands))
                return
            if operation == "if":
                self._branches(operands, negated, into)
                return
            if operation in NUMBER_COMPARISONS or operation in TIME_COMPARISONS:
                pairs = [self._pair(operation, *pair) for pair in pairwise(operands)]
                if negated:
                    into.append(self._least(pairs) ^ 1)
                else:
                    into.extend(pairs)
                return
        into.append(self._question(expression) ^ negated)

    def _branches(self, operands: list[Json], negated: bool, into: list[int]) -> None:
        guard, then, otherwise = operands
        if isinstance(then, bool):
            if then is not negated:
                into.append(self._any([(guard, False), (otherwise, negated)]))
            else:
                self._conjuncts(guard, True, into)
                self._conjuncts(otherwise, negated, into)
        elif isinstance(otherwise, bool):
            if otherwise is not negated:
                into.append(self._any([(guard, True), (then, negated)]))
            else:
                self._conjuncts(guard, False, into)
                self._conjuncts(then, negated, into)
        else:
            g, t, e = (self._reference(operand) for operand in operands)
            t, e = t ^ negated, e ^ negated
            for pair in ((g ^ 1, t), (g, e), (t, e)):
                into.append(self._least([part ^ 1 for part in pair]) ^ 1)

    def _any(self, parts: Iterable[tuple[Json, bool]]) -> int:
        """The greatest of (expression, negated): the negation of the least of the negations."""
        into: list[int] = []
        for expression, negated in parts:
            self._conjuncts(expression, not negated, into)
        return self._least(into) ^ 1

    def _least(self, parts: Sequence[int]) -> int:
        kept = sorted({part for part in parts if part != YES})
        if YES + 1 in kept:
            return YES + 1
        if not kept:
            return YES
        if len(kept) == 1:
            return kept[0]
        key = tuple(kept)
        known = self._sealed.get(key)
        if known is None:
            known = self._sealed[key] = NODE + 2 * len(self.nodes)
            self.nodes.append(kept)
            self.node_rules.append(len(self.roots))
            levels = self.node_levels
            levels.append(1 + max((levels[(part - NODE) >> 1] for part in kept if part >= NODE), default=0))
        return known

    # --- questions ------------------------------------------------------------------------------------------------

    def _question(self, expression: Json) -> int:
        """The reference of a part that is no "and", "not", "if" or comparison of size."""
        if isinstance(expression, dict):
            ((operation, operands),) = expression.items()
            if operation == "var":
                return self._atom(("true", operands), "true", (expression,))
            if operation == "===":
                left, right = operands
                if _constant(left):
                    left, right = right, left
                if _constant(right) and not _constant(left):
                    return self._among(left, [right])
            elif operation == "in":
                sought, among = operands
                if isinstance(among, list) and all(map(_constant, among)) and not _constant(sought):
                    return self._among(sought, among)
                if _constant(sought) and not _constant(among) and not isinstance(among, list):
                    key = tag(sought)
                    return OPEN if key is None else self._atom(("holds", key_of(among), key), "holds", (among,), key)
        if not _asks(expression):
            decided = truth(evaluate(expression, {}), missing_is_unknown=True)
            return OPEN if decided is None else YES if decided else YES + 1
        return self._atom(("computed", key_of(expression)), "computed", (expression,))

    def _among(self, term: Json, values: list[Json]) -> int:
        tags = [tag(value) for value in values]
        if None in tags:  # a list within the list: the interpreter knows what to say
            same: Json = {"in": [term, values]}
            return self._atom(("computed", key_of(same)), "computed", (same,))
        among = frozenset(tags)
        return self._atom(("equal", key_of(term), among), "equal", (term,), among)

    def _pair(self, operation: str, left: Json, right: Json) -> int:
        """Whether two operands are in order: a term against a constant where one is, else one term against another."""
        moments = operation in TIME_COMPARISONS
        comparison, one, other = _AS_NUMBERS.get(operation, operation), left, right
        bound = _bound(other, moments)
        if bound is None:
            comparison, one, other = _MIRRORED[comparison], right, left
            bound = _bound(other, moments)
        strict, negated = _STRICT[comparison]
        if bound is not None and _asks(one):
            key: Any = ("below", moments, key_of(one), bound, strict)
            return self._atom(key, "below", (one,), bound, strict, moments) ^ negated
        if not (_asks(one) or _asks(other)):
            return self._question({operation: [left, right]})
        key = ("ordered", moments, key_of(one), key_of(other), strict)
        return self._atom(key, "ordered", (one, other), strict, moments) ^ negated

    def _atom(self, key: Any, kind: str, terms: tuple[Json, ...], *more: Any) -> int:
        known = self._atom_keys.get(key)
        if known is not None:
            return known
        index = self.atoms.count
        self.atoms.count += 1
        self._atom_keys[key] = 2 * index
        if kind == "computed":
            self.atoms.computed.append((index, terms[0]))
            self.atoms.facts.append(self._facts(terms[0]))
        else:
            numbers = [self._term(term) for term in terms]
            getattr(self.atoms, kind).append((index, *numbers, *more))
            facts = chain.from_iterable(self.term_facts[number] for number in numbers)
            self.atoms.facts.append(tuple(dict.fromkeys(facts)))
        return 2 * index

    def _term(self, expression: Json) -> int:
        key = key_of(expression)
        known = self._term_keys.get(key)
        if known is None:
            known = self._term_keys[key] = len(self.terms)
            self.terms.append(expression)
            self.term_facts.append(self._facts(expression))
        return known

    def _facts(self, expression: Json) -> tuple[int, ...]:
        names = self.fact_names
        return tuple(names.setdefault(fact, len(names)) for fact in facts_in(expression))


def _constant(expression: Json) -> bool:
    return not isinstance(expression, dict | list)


def _asks(expression: Json) -> bool:
    """Whether an expression reads anything. What only the function of a `reduce` reads counts too: asked once too often is
    no fault."""
    if isinstance(expression, dict):
        return "var" in expression or any(map(_asks, expression.values()))
    return isinstance(expression, list) and any(map(_asks, expression))


def _bound(expression: Json, moments: bool) -> float | None:
    """The constant a comparison compares with, as a number; None when it is none (or not one of the right kind)."""
    if not moments:
        return float(expression) if is_number(expression) else None
    if not isinstance(expression, dict) or _asks(expression):
        return None
    value = evaluate(expression, {})
    return float(value.milliseconds) if isinstance(value, Moment) else None


def key_of(expression: Json) -> str:
    """The same text for the same expression."""
    if isinstance(expression, dict) and "var" in expression:
        return "." + str(expression["var"])
    return json.dumps(expression, sort_keys=True)
