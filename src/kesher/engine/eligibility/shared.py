"""Rules of many services that have parts in common: each distinct part is compiled and decided once.

A town's 100,000 services stand behind some thousand rules and a few hundred age limits. A service with several rules has the
least of their verdicts (Kleene's "and", no = −1 < unknown = 0 < yes = +1), so its verdict is a minimum over parts:

    verdict(service) = min of verdict(part), over its parts

What counts as a part: an ``and`` that holds an ``and`` is several rules before one service, and each of them is a part; any
other rule is one. `replaced` takes in changed services without compiling what is known: a rule set that officers and
partners change all day is compiled anew only when half of it is out of use.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.eligibility.facts import facts_in
from kesher.engine.eligibility.rule_set import NO, UNSETTLED, YES, Answers, Indexes, RuleSet, Verdicts
from kesher.engine.eligibility.values import Json

#: A set with more parts out of use than in use, and this many, is compiled anew.
SPARE: Final = 100


class SharedRules:
    """Rules in the order given, as parts.

    `parts`: the distinct parts, compiled; `numbers`: their numbers by a key of their text; `reads`: the facts each reads.
    `owner`, `part`: shape (memberships,), the rule (ascending; each has at least one part) and the part.
    """

    def __init__(
        self,
        parts: RuleSet,
        numbers: Mapping[bytes, int],
        reads: Sequence[tuple[str, ...]],
        owner: Indexes,
        part: Indexes,
    ) -> None:
        self.parts = parts
        self._numbers = numbers
        self._reads = reads
        self._part = part
        self._owner = owner
        self._starts = np.flatnonzero(np.diff(owner, prepend=-1))
        self._bounds: dict[str, list[float]] = {}

    @classmethod
    def compile(cls, expressions: Iterable[Json]) -> "SharedRules":
        """Compiles valid expressions. The same object given many times is looked at once."""
        numbers: dict[bytes, int] = {}
        distinct: list[Json] = []
        met: dict[
            int, tuple[Json, list[int]]
        ] = {}  # by identity; the expression is held so that the identity is its own
        owner: list[int] = []
        part: list[int] = []
        for place, expression in enumerate(expressions):
            known = met.get(id(expression))
            if known is None:
                mine = []
                for one in parts_of(expression):
                    key = _key(one)
                    if key not in numbers:
                        numbers[key] = len(distinct)
                        distinct.append(one)
                    mine.append(numbers[key])
                known = met[id(expression)] = (expression, list(dict.fromkeys(mine)))
            owner += [place] * len(known[1])
            part += known[1]
        compiled = RuleSet.compile(distinct)
        return cls(
            compiled,
            numbers,
            [facts_in(one) for one in distinct],
            np.array(owner, dtype=np.int64),
            np.array(part, dtype=np.int64),
        )

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact some part reads or has read, in the order met."""
        return self.parts.facts

    @property
    def overgrown(self) -> bool:
        """Whether most parts are out of use."""
        used = len(np.unique(self._part))
        return len(self.parts) > 2 * used + SPARE

    def bounds(self, fact: str) -> list[float]:
        """The numbers that rules compare a fact with, in order, each once."""
        found = self._bounds.get(fact)
        if found is None:
            found = self._bounds[fact] = self.parts.bounds(fact, np.unique(self._part))
        return found

    def reading(self, facts: Collection[str]) -> NDArray[np.bool_]:
        """Shape (rules,): which rules read any of these facts."""
        reads = np.array([any(fact in facts for fact in mine) for mine in self._reads], dtype=bool)
        return self._any(reads)

    def verdicts(self, facts: Mapping[str, Json]) -> Verdicts:
        """Shape (rules,), int8: −1 no, 0 unknown, +1 yes."""
        return self.answers(facts).verdicts

    def answers(self, facts: Mapping[str, Json]) -> "SharedAnswers":
        """The verdicts for one person, with what is needed to say which facts are missing."""
        return SharedAnswers(self, self.parts.answers(facts))

    def select(self, rules: NDArray[Any]) -> "SharedRules":
        """Some of the rules, by index, in the order given."""
        ends = np.append(self._starts[1:], len(self._owner))
        lengths = (ends - self._starts)[rules]
        owner = np.repeat(np.arange(len(lengths)), lengths)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        chosen, part = np.unique(self._part[self._starts[rules][owner] + within], return_inverse=True)
        return SharedRules(
            self.parts.select(chosen), {}, [self._reads[one] for one in chosen.tolist()], owner, part.reshape(-1)
        )

    def replaced(self, moved: Indexes, fresh: "SharedRules", places: Indexes) -> "SharedRules":
        """Some of these rules at new places, others between them.

        `moved`: shape (rules,), the new place of each, -1 where it is gone; `places`: shape (fresh,), where those of `fresh`
        stand. New parts are joined to the compiled ones; what no rule uses any more stays among them (`overgrown`).
        """
        added = {key: number for key, number in fresh._numbers.items() if key not in self._numbers}
        numbers = self._numbers
        parts, reads = self.parts, self._reads
        if added:
            numbers = {**numbers, **{key: len(parts) + place for place, key in enumerate(added)}}
            parts = parts.joined(fresh.parts.select(np.array(list(added.values()))))
            reads = [*reads, *(fresh._reads[number] for number in added.values())]
        number_of = np.zeros(len(fresh._numbers), dtype=np.int64)
        number_of[list(fresh._numbers.values())] = [numbers[key] for key in fresh._numbers]
        stays = moved[self._owner] >= 0
        owner = np.concatenate((moved[self._owner[stays]], places[fresh._owner]))
        part = np.concatenate((self._part[stays], number_of[fresh._part]))
        into = np.argsort(owner, kind="stable")
        return SharedRules(parts, numbers, reads, owner[into], part[into])

    def _any(self, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if not len(self):
            return np.zeros(0, dtype=bool)
        found: NDArray[np.bool_] = np.logical_or.reduceat(holds[self._part], self._starts)
        return found

    def _least(self, verdicts: Verdicts) -> Verdicts:
        if not len(self):
            return np.zeros(0, dtype=np.int8)
        found: Verdicts = np.minimum.reduceat(verdicts.take(self._part), self._starts)
        return found


class SharedAnswers:
    """What all the rules say about one person."""

    def __init__(self, rules: SharedRules, parts: Answers) -> None:
        self.rules = rules
        self.verdicts: Verdicts = rules._least(parts.verdicts)
        self._parts = parts

    @property
    def facts(self) -> Mapping[str, Json]:
        return self._parts.facts

    def with_fact(self, fact: str, value: Json) -> "SharedAnswers":
        """The answers when one fact is (otherwise) known."""
        return SharedAnswers(self.rules, self._parts.with_fact(fact, value))

    def waiting(self) -> tuple[Indexes, Indexes]:
        """Which open rule waits for which fact: pairs (rule, index into `SharedRules.facts`), each once, in order.

        An open rule has no part that says no, so each of its open parts is waited for.
        """
        rules = self.rules
        parts, facts = self._parts.waiting()
        counts = np.bincount(parts, minlength=len(rules.parts))
        begins = np.cumsum(counts) - counts
        matters = (self.verdicts[rules._owner] == UNSETTLED) & (self._parts.verdicts[rules._part] == UNSETTLED)
        owner, part = rules._owner[matters], rules._part[matters]
        lengths = counts[part]
        total = int(lengths.sum())
        within = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        found = facts[np.repeat(begins[part], lengths) + within]
        width = max(len(rules.facts), 1)
        pairs = np.unique(np.repeat(owner, lengths) * width + found)
        return pairs // width, pairs % width


def parts_of(expression: Json) -> Sequence[Json]:
    """What a service's rule is made of: several rules that must all say yes, or the one."""
    if isinstance(expression, dict) and "and" in expression:
        operands: list[Json] = expression["and"]
        if any(isinstance(operand, dict) and "and" in operand for operand in operands):
            return operands
    return [expression]


def _key(expression: Json) -> bytes:
    return blake2b(json.dumps(expression, sort_keys=True).encode(), digest_size=16).digest()


__all__ = ["NO", "UNSETTLED", "YES", "SharedAnswers", "SharedRules", "parts_of"]
