"""How near one skill or occupation is to another: what a near miss counts.

A skill that is held counts for one that is asked by the greatest of these: 1 the same, ``narrower`` where what is held is a
kind of what is asked, ``broader`` the other way round, ``sibling`` where both are kinds of one thing (ESCO's hierarchy, one
step), and for a like meaning up to ``meaning``, rising from a cosine of ``alike`` to 1 (vectors of a text encoder).
Occupations go by the longest beginning that their codes share: ISCO-08 is a hierarchy by digits, and ESCO's codes go on
from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kesher.engine.matching.model import Floats, Integers, MatchingError

#: Skills whose vectors are compared at a time.
PART = 1_024


@dataclass(frozen=True)
class Skills:
    """What is known of skills: ``broader`` (pairs, 2) numbers of (narrower, broader), ``vectors`` (s, d) of length 1 or None.

    ``names`` are those the records use. Skills that are not among them are near to themselves only.
    """

    names: tuple[str, ...] = ()
    broader: Integers = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    vectors: Floats | None = None

    def __post_init__(self) -> None:
        if self.broader.size and not (self.broader.min() >= 0 and self.broader.max() < len(self.names)):
            raise MatchingError(f"broader must number pairs of {len(self.names)} skills")
        if self.vectors is not None and self.vectors.shape[:1] != (len(self.names),):
            raise MatchingError(f"vectors must have a row for each of {len(self.names)} skills")

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each name."""
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def up(self) -> sparse.csr_array:
        """(s, s): 1 from a narrower skill to a broader one."""
        count, pairs = len(self.names), self.broader
        return sparse.csr_array((np.ones(len(pairs), dtype=np.int32), (pairs[:, 0], pairs[:, 1])), shape=(count, count))

    @cached_property
    def down(self) -> sparse.csr_array:
        """The other way round."""
        return self.up.T.tocsr()

    @cached_property
    def beside(self) -> sparse.csr_array:
        """Above 0 between two that are kinds of one."""
        return (self.up @ self.down).tocsr()


def skill_credits(
    held: Sequence[str], asked: Sequence[str], skills: Skills, near: Mapping[str, float]
) -> sparse.csr_array:
    """(held, asked): what each skill that somebody holds counts for each that is asked, where it counts at all."""
    known_held, known_asked = (
        np.array([skills.number.get(name, -1) for name in names], dtype=np.int64) for names in (held, asked)
    )
    column = {name: at for at, name in enumerate(asked)}
    same = [(row, column[name], 1.0) for row, name in enumerate(held) if name in column]
    parts = [np.array(same, dtype=np.float64).reshape(-1, 3)]
    if len(skills.names):
        parts += _by_hierarchy(known_held, known_asked, skills, near)
        if skills.vectors is not None and near["meaning"]:
            parts.append(_by_meaning(known_held, known_asked, skills.vectors, near))
    rows, cols, values = np.concatenate(parts).T
    return greatest(rows.astype(np.int64), cols.astype(np.int64), values, (len(held), len(asked)))


def greatest(rows: Integers, cols: Integers, values: NDArray[np.floating], shape: tuple[int, int]) -> sparse.csr_array:
    """A sparse table of the greatest value of each cell; cells without one are 0."""
    keys = rows * shape[1] + cols
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1)) if keys.size else np.zeros(0, dtype=np.int64)
    most = np.maximum.reduceat(values, starts) if keys.size else values
    found = most > 0
    at = keys[starts][found]
    return sparse.csr_array((most[found].astype(np.float32), (at // shape[1], at % shape[1])), shape=shape)


def _by_hierarchy(
    held: Integers, asked: Integers, skills: Skills, near: Mapping[str, float]
) -> list[NDArray[np.float64]]:
    ways = ((skills.up, "narrower"), (skills.down, "broader"), (skills.beside, "sibling"))
    found = []
    for way, name in ways:
        inside = sparse.coo_array(way[np.maximum(held, 0)][:, np.maximum(asked, 0)])
        real = (held[inside.row] >= 0) & (asked[inside.col] >= 0) & (held[inside.row] != asked[inside.col])
        rows, cols = inside.row[real], inside.col[real]
        found.append(np.stack([rows, cols, np.full(rows.size, near[name])], axis=1).astype(np.float64))
    return found


def _by_meaning(held: Integers, asked: Integers, vectors: Floats, near: Mapping[str, float]) -> NDArray[np.float64]:
    found = []
    there = np.flatnonzero(asked >= 0)
    for first in range(0, len(held), PART):
        here = first + np.flatnonzero(held[first : first + PART] >= 0)
        cosines = vectors[held[here]].astype(np.float32) @ vectors[asked[there]].astype(np.float32).T
        rows, cols = np.nonzero(cosines > near["alike"])
        share = np.minimum(1.0, (cosines[rows, cols].astype(np.float64) - near["alike"]) / max(1e-9, 1 - near["alike"]))
        different = held[here[rows]] != asked[there[cols]]
        whole = np.stack([here[rows], there[cols], near["meaning"] * share], axis=1)
        found.append(whole[different])
    return np.concatenate([np.zeros((0, 3)), *found])


def occupation_closeness(held: Sequence[str], asked: Sequence[str], weights: Mapping[str, float]) -> Floats:
    """(held, asked): how close the codes are, 0 to 1."""
    steps = (("major_group", 1), ("sub_major_group", 2), ("minor_group", 3), ("unit_group", 4))
    found = np.zeros((len(held), len(asked)), dtype=np.float32)
    for name, length in steps:
        _set_where_alike(
            found, [code[:length] for code in held], [code[:length] for code in asked], length, weights[name]
        )
    _set_where_alike(found, held, asked, 1, weights["same"])
    return found


def _set_where_alike(found: Floats, held: Sequence[str], asked: Sequence[str], length: int, value: float) -> None:
    number: dict[str, int] = {}
    here = np.array(
        [number.setdefault(code, len(number)) if len(code) >= length else -1 for code in held], dtype=np.int64
    )
    there = np.array([number.get(code, -2) if len(code) >= length else -2 for code in asked], dtype=np.int64)
    alike = here[:, None] == there[None, :]
    found[alike] = np.maximum(found[alike], np.float32(value))
