"""What is known of occupations, as arrays, and how near they are to what a person can do.

n occupations, S skills, G groups of skills. Occupation j asks for the essential skills E_j (and, better with them, for the
optional O_j). Skill s weighs

    w_s = t_s · ln((1 + n) / (1 + n_s)) / ln(1 + n),      n_s = how many occupations know s                            (1)

rarity (Spärck Jones 1972), 1 for a skill that nobody else asks for, times t_s, how far it stays within its trade
(:data:`REUSE`): what is asked for in every trade is soon picked up in any.

A person holds s by a strength h_s in 0…1: 1 confirmed, or essential in an occupation they had; :data:`OPTIONAL_HELD` where
it is optional there. What is left to learn for j, its *effort*, is a length:

    d(h, j) = Σ_{s ∈ E_j} w_s (1 − h_s)                                                                                (2)

so it is 0 for one's own occupation, learning never makes it longer, and going by way of k is never shorter than going
straight: what k teaches on the way to j was counted when k was learnt. *Closeness* is relative, for what is viable:

    c(h, j) = a · Σ_{E_j} w_s h_s / Σ_{E_j} w_s + (1 − a) · Σ_g q_jg max{h_s : s in group g}                            (3)

where q_jg is the share of its skills, essential and optional, that j has in group g of ESCO: can they do this, and have
they done things of this kind. Both parts only grow with h. What counts as near misses within a group, or occupations near
each other in ISCO-08, was tried as a third and fourth part and added nothing (docs/models/pathways.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

#: How much of its trade a skill is, by ESCO's reuse level (none said, transversal, cross-sector, sector, occupation).
REUSE: Final = (1.0, 0.6, 0.8, 1.0, 1.0)
#: What an optional skill of an occupation one had counts, where nobody asked.
OPTIONAL_HELD: Final = 0.5


class PathwayError(ValueError):
    """The arrays cannot be what they are said to be; the message names array and place, counted from 0."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """What (3) weighs and what is viable by it. Chosen on half of the reference: docs/models/pathways.md.

    essential: a · viable, likely: least closeness of a viable and of a highly viable move · preparation: most levels of it
    between a move's ends · wage: least part of one's wage that is kept.
    """

    essential: float = 0.8
    viable: float = 0.13
    likely: float = 0.237
    preparation: float = 1.0
    wage: float = 0.75


@dataclass(frozen=True, eq=False)
class Graph:
    """Occupations and their skills. Build it by :func:`graph`, which checks.

    occupations (n,) and skills (S,): their addresses · isco (n,): four digits · starts (n + 1,), skill, essential:
    occupation j asks for ``skill[starts[j]:starts[j + 1]]``, each once, in order · weight (S,): (1) · groups (S, G) 0/1 ·
    coarse: made of the starter list, not of ESCO: its occupations are unit groups, and answers must say so.
    """

    occupations: tuple[str, ...]
    skills: tuple[str, ...]
    isco: tuple[str, ...]
    starts: Integers
    skill: Integers
    essential: Booleans
    weight: Floats
    groups: sparse.csr_array
    coarse: bool = False

    @property
    def n(self) -> int:
        """Occupations."""
        return len(self.occupations)

    @cached_property
    def occupation_of(self) -> dict[str, int]:
        """Address → number."""
        return {uri: number for number, uri in enumerate(self.occupations)}

    @cached_property
    def skill_of(self) -> dict[str, int]:
        """Address → number."""
        return {uri: number for number, uri in enumerate(self.skills)}

    def asked(self, occupation: int) -> Integers:
        """E_j, sorted."""
        begin, end = self.starts[occupation], self.starts[occupation + 1]
        return self.skill[begin:end][self.essential[begin:end]]

    def useful(self, occupation: int) -> Integers:
        """O_j, sorted."""
        begin, end = self.starts[occupation], self.starts[occupation + 1]
        return self.skill[begin:end][~self.essential[begin:end]]

    def held(self, *occupations: int, skills: Iterable[int] = ()) -> Floats:
        """h (S,) of who had these occupations and has these skills besides."""
        strength = np.zeros(len(self.skills))
        for one in occupations:
            useful = self.useful(one)
            strength[useful] = np.maximum(strength[useful], OPTIONAL_HELD)
        for one in occupations:
            strength[self.asked(one)] = 1.0
        strength[np.fromiter(skills, np.int64)] = 1.0
        return strength

    @cached_property
    def of_group(self) -> sparse.csr_array:
        """(G, S) 0/1: ``groups`` the other way round."""
        return sparse.csr_array(self.groups.T)

    def members(self, group: int) -> Integers:
        """The skills of a group, sorted."""
        begin, end = self.of_group.indptr[group : group + 2]
        return np.sort(self.of_group.indices[begin:end])

    @cached_property
    def groups_of(self) -> tuple[tuple[int, ...], ...]:
        """The groups of each skill: a slice of a sparse array costs more than all that is asked of it here."""
        starts, group = self.groups.indptr.tolist(), self.groups.indices.tolist()
        return tuple(tuple(group[begin:end]) for begin, end in pairwise(starts))

    @cached_property
    def _row(self) -> Integers:
        return np.repeat(np.arange(self.n), np.diff(self.starts))

    @cached_property
    def needs(self) -> sparse.csr_array:
        """(n, S): w_s where s is essential."""
        only = self.essential
        return sparse.csr_array(
            (self.weight[self.skill[only]], (self._row[only], self.skill[only])), shape=(self.n, len(self.skills))
        )

    @cached_property
    def whole(self) -> Floats:
        """(n,) Σ w_s over E_j: the effort of somebody who can do nothing."""
        return np.asarray(self.needs.sum(axis=1)).ravel()

    @cached_property
    def activities(self) -> sparse.csr_array:
        """(n, G): the share of its skills that an occupation has in each group."""
        all_of = sparse.csr_array((np.ones(len(self.skill)), (self._row, self.skill)), shape=(self.n, len(self.skills)))
        counts = sparse.csr_array(all_of @ self.groups)
        total = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1.0)
        return sparse.csr_array(sparse.diags_array(1.0 / total) @ counts)

    def effort(self, held: Floats) -> Floats:
        """d(h, j) of (2) for every j, (n,)."""
        missing: Floats = np.asarray(self.needs @ (1.0 - held))
        return missing

    def learnt(self, held: Floats, occupation: int) -> Floats:
        """h (S,) once E_j is learnt. Optional skills of j are not counted: nobody counted the learning of them."""
        more = held.copy()
        more[self.asked(occupation)] = 1.0
        return more

    @cached_property
    def strengths(self) -> sparse.csr_array:
        """(n, S): h of who had each occupation."""
        values = np.where(self.essential, 1.0, OPTIONAL_HELD)
        return sparse.csr_array((values, (self._row, self.skill)), shape=(self.n, len(self.skills)))

    @cached_property
    def _groups_asked(self) -> Floats:
        """(n, G): 1 where an essential skill of the occupation is in the group."""
        found: Floats = ((self.needs > 0) @ self.groups).toarray() > 0
        return found.astype(np.float64)

    def by_group(self, held: Floats) -> Floats:
        """(G,) the strongest h in each group."""
        found = np.zeros(self.groups.shape[1])
        np.maximum.at(found, self.groups.indices, held[self._skill_of_entry])
        return found

    def by_way(self, goal: int, held: Floats, stones: Integers, nearness: Nearness) -> tuple[Floats, Floats]:
        """c and d to one goal after having learnt the essential skills of each of ``stones`` (m,) besides; both (m,)."""
        asked = self.asked(goal)
        weight = self.weight[asked]
        own = np.maximum(held[asked], (self.needs[stones][:, asked] > 0).toarray())
        by_group = np.maximum(self.by_group(held), self._groups_asked[stones])
        covered = own @ weight / max(float(weight.sum()), 1e-12)
        doing = by_group @ self.activities[[goal]].toarray().ravel()
        close = nearness.essential * covered + (1.0 - nearness.essential) * doing
        return close * (self.whole[goal] > 0), (1.0 - own) @ weight

    @cached_property
    def _skill_of_entry(self) -> Integers:
        return np.repeat(np.arange(len(self.skills)), np.diff(self.groups.indptr))

    def closeness(self, held: Floats, nearness: Nearness) -> Floats:
        """c(h, j) of (3) for every j, (n,), 0…1."""
        covered = np.asarray(self.needs @ held) / np.maximum(self.whole, 1e-12)
        doing = np.asarray(self.activities @ self.by_group(held))
        close: Floats = nearness.essential * covered + (1.0 - nearness.essential) * doing
        # An occupation of which no essential skill is known is near to nothing, not to everything.
        return np.where(self.whole > 0, close, 0.0)


def graph(
    occupations: Sequence[str],
    skills: Sequence[str],
    pairs: ArrayLike,
    essential: ArrayLike,
    *,
    isco: Sequence[str],
    skill_groups: ArrayLike = (),
    reuse: ArrayLike | None = None,
    coarse: bool = False,
) -> Graph:
    """The checked :class:`Graph`.

    pairs (m, 2): occupation, skill by number · essential (m,) · isco (n,): ISCO-08, up to four digits · skill_groups (g,
    2): skill, group · reuse (S,): ESCO's levels, 0…4. A pair that stands twice is essential where it is so once. Raises
    :class:`PathwayError`.
    """
    n, count = len(occupations), len(skills)
    wanted = _pairs("pairs", pairs, (n, count))
    marks = np.asarray(essential, dtype=bool)
    if marks.shape != (len(wanted),):
        raise PathwayError(f"essential must say yes or no for each of {len(wanted)} pairs; its shape is {marks.shape}")
    if len(isco) != n:
        raise PathwayError(f"isco must hold a code for each of {n} occupations; it holds {len(isco)}")
    if len(set(occupations)) < n or len(set(skills)) < count:
        raise PathwayError("an address stands twice among occupations or skills")
    order = np.lexsort((~marks, wanted[:, 1], wanted[:, 0]))
    wanted, marks = wanted[order], marks[order]
    first = np.ones(len(wanted), bool)
    first[1:] = (wanted[1:] != wanted[:-1]).any(axis=1)
    wanted, marks = wanted[first], marks[first]
    groups = _pairs("skill_groups", skill_groups, (count, None))
    width = int(groups[:, 1].max()) + 1 if len(groups) else 1
    inside = sparse.csr_array((np.ones(len(groups)), (groups[:, 0], groups[:, 1])), shape=(count, width))
    inside.data[:] = 1.0
    levels = np.zeros(count, np.int64) if reuse is None else np.asarray(reuse, dtype=np.int64)
    if levels.shape != (count,) or ((levels < 0) | (levels >= len(REUSE))).any():
        raise PathwayError(f"reuse must hold a level from 0 to {len(REUSE) - 1} for each of {count} skills")
    known_by = np.bincount(wanted[:, 1], minlength=count)
    rarity = np.log((1 + n) / (1 + known_by)) / np.log(1 + n) if n else np.zeros(count)
    return Graph(
        tuple(occupations),
        tuple(skills),
        tuple(isco),
        np.concatenate(([0], np.cumsum(np.bincount(wanted[:, 0], minlength=n)))).astype(np.int64),
        wanted[:, 1],
        marks,
        # The last factor: a skill that every occupation asks for is still something to learn.
        np.asarray(REUSE)[levels] * np.maximum(rarity, 0.01),
        inside,
        coarse,
    )


def _pairs(name: str, given: ArrayLike, ends: tuple[int, int | None]) -> Integers:
    found = np.asarray(given, dtype=np.int64).reshape(-1, 2)
    for column, end in enumerate(ends):
        wrong = (found[:, column] < 0) | (found[:, column] >= (end if end is not None else np.iinfo(np.int64).max))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise PathwayError(f"{name}, row {row}: {found[row, column]} is no number from 0 to {(end or 0) - 1}")
    return found


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of occupations beside their skills; NaN where it is not. Build it by :func:`facts`.

    level (n,): preparation, on one scale (ISCO's skill level 1…4, or job zones 1…5) · wage (n,): one currency and period ·
    licence (n,): weeks to get it, 0 where none is asked for · waiting (n,): weeks from being ready to a first wage ·
    vacancies and seekers (areas, n) · exposure: name → rank 0…1 (n,).
    """

    level: Floats
    wage: Floats
    licence: Floats
    waiting: Floats
    areas: tuple[str, ...]
    vacancies: Floats
    seekers: Floats
    exposure: Mapping[str, Floats]


def facts(
    graph: Graph,
    *,
    level: ArrayLike | None = None,
    wage: ArrayLike | None = None,
    licence: ArrayLike | None = None,
    waiting: ArrayLike | None = None,
    areas: Sequence[str] = (),
    vacancies: ArrayLike | None = None,
    seekers: ArrayLike | None = None,
    exposure: Mapping[str, ArrayLike] | None = None,
) -> Facts:
    """The checked :class:`Facts`. Without ``level`` the skill levels of ISCO-08 are taken. ``exposure``: any scale, larger
    is more; it becomes ranks (:func:`kesher.engine.indicators.exposure.percentile_ranks`), so that scores can stand side by
    side.
    """
    from kesher.engine.indicators.exposure import percentile_ranks

    n = graph.n
    return Facts(
        isco_levels(graph.isco) if level is None else _vector("level", level, (n,)),
        _vector("wage", wage, (n,)),
        _vector("licence", licence, (n,)),
        _vector("waiting", waiting, (n,)),
        tuple(areas),
        _vector("vacancies", vacancies, (len(areas), n)),
        _vector("seekers", seekers, (len(areas), n)),
        {
            name: percentile_ranks(_vector(f"exposure {name!r}", scores, (n,), least=-np.inf))
            for name, scores in (exposure or {}).items()
        },
    )


#: ISCO-08's skill levels by major group (ILO 2012, table 1); managers of group 14 are of level 3, armed forces differ.
_LEVELS: Final = {"1": 4.0, "2": 4.0, "3": 3.0, "4": 2.0, "5": 2.0, "6": 2.0, "7": 2.0, "8": 2.0, "9": 1.0}
_LEVELS_TWO: Final = {"14": 3.0, "01": 4.0, "02": 2.0, "03": 1.0}


def isco_levels(codes: Sequence[str]) -> Floats:
    """ISCO-08's skill level of each code, 1…4; NaN for what is no code."""
    return np.array([_LEVELS_TWO.get(code[:2], _LEVELS.get(code[:1], np.nan)) for code in codes], dtype=np.float64)


def _vector(name: str, values: ArrayLike | None, shape: tuple[int, ...], *, least: float = 0.0) -> Floats:
    found = np.full(shape, np.nan) if values is None else np.asarray(values, dtype=np.float64)
    if found.shape != shape:
        raise PathwayError(f"{name} must have the shape {shape}; its shape is {found.shape}")
    wrong = (found < least) | np.isinf(found)
    if wrong.any():
        at = tuple(int(one) for one in np.argwhere(wrong)[0])
        raise PathwayError(f"{name}, at {at}: {found[at]} must be finite and at least {least:g} (NaN where not known)")
    return found
