"""Lists that spread: prices on crowded vacancies, a knob between each one's best and the best for all together.

What goes in is a pool for each person: ``vacancies`` (n, c), -1 = none, what they have of each themselves ``own`` (n, c), and
the expected mutual benefit ``mutual`` (n, c). Shown is a list of ``k``, of which the r-th is looked at with 1 / log2(1 + r)
(Järvelin and Kekäläinen, 2002). A list is sorted by

    log own + t × (log mutual − log own − price of the vacancy),      t between 0 and the knob                         (1)

so 0 is each one's own order, and 1 the order by mutual benefit less prices. Prices are found by going up where more attention
falls on a vacancy than its share, places over all places, and down where less (tâtonnement on the logarithm; the prices
that clear a matching market with transfers are of this form: Choo and Siow, Journal of Political Economy 114, 2006; Tomita et
al., RecSys 2023, rank so).

Three promises hold whatever the prices are. What somebody would choose first stands first in their list. Nobody loses more
than ``most_loss`` of their own: each person's t is lowered until it is so. And with the knob at 0 nothing changes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from kesher.engine.matching.model import Booleans, Doubles, Floats, Integers, MatchingError

ROUNDS: Final = 60
STEP: Final = 0.1
#: Halvings by which a person's t is found.
HALVINGS: Final = 8
#: Attention below this share of what is due counts as this much: a vacancy that nobody is shown is not infinitely cheap.
LEAST: Final = 0.05
#: No price is above this: a vacancy counts at least a twentieth of what it is worth, however crowded.
DEAREST: Final = 3.0


def attention(k: int) -> Doubles:
    """1 / log2(1 + r) for the ranks 1 to k."""
    return np.asarray(1 / np.log2(1 + np.arange(1, k + 1)), dtype=np.float64)


@dataclass(frozen=True)
class Spread:
    """Lists after prices.

    ``vacancies`` (n, k), -1 none; ``place`` (n, k) where each stood in the pool; ``prices`` (m,) at least 0; ``turned`` (n,)
    each one's t; ``loss`` (n,) the share of their own that each gives up; ``own_rank`` (n, k) the rank by their own, from 1.
    """

    vacancies: Integers
    place: Integers
    prices: Doubles
    turned: Doubles
    loss: Doubles
    own_rank: Integers


def spread(
    vacancies: Integers,
    own: Floats,
    mutual: Floats,
    places: Integers,
    *,
    k: int = 20,
    knob: float = 0.5,
    most_loss: float = 0.05,
    prices: Doubles | None = None,
) -> Spread:
    """The lists. ``places`` (m,) of each vacancy; ``prices`` that were found before are used as they are.

    Raises :class:`MatchingError` for shapes that do not fit, a knob or loss outside 0 to 1, or values not above 0.
    """
    there = vacancies >= 0
    _refuse(vacancies, own, mutual, there, places, knob, most_loss, k)
    n, c = vacancies.shape
    mine, both = (np.log(np.where(there, values, 1.0), dtype=np.float64) for values in (own, mutual))
    mine, both = (np.where(there, values, -np.inf) for values in (mine, both))
    k = min(k, c) if c else k
    order = np.argsort(-mine, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(1, c + 1)[None, :], axis=1)
    worth = np.where(there, own.astype(np.float64), 0.0)
    pool = _Pool(vacancies, there, mine, both, worth, order[:, 0] if c else np.zeros(n, np.int64), k)
    if prices is None:
        prices = _prices(pool, places) if knob > 0 else np.zeros(len(places))
    best = pool.worth_of(order[:, :k])
    turned = _turned(pool, prices, best, knob, most_loss)
    found = pool.lists(turned, prices)
    loss = np.where(best > 0, 1 - pool.worth_of(found) / np.maximum(best, 1e-300), 0.0)
    shown = np.take_along_axis(vacancies, found, axis=1)
    ranks = np.where(shown >= 0, np.take_along_axis(rank, found, axis=1), 0)
    return Spread(shown, np.where(shown >= 0, found, -1), prices, turned, np.maximum(loss, 0.0), ranks)


@dataclass(frozen=True)
class _Pool:
    vacancies: Integers
    there: Booleans
    mine: Doubles
    both: Doubles
    worth: Doubles
    first: Integers
    k: int

    def lists(self, turned: Doubles, prices: Doubles) -> Integers:
        """Places in the pool by (1), (n, k), with everybody's own first choice first."""
        t = turned[:, None]
        cost = prices[np.maximum(self.vacancies, 0)]
        with np.errstate(invalid="ignore"):  # −inf less −inf, where there is nothing
            score = np.where(self.there, self.mine + t * (self.both - self.mine - cost), -np.inf)
        if score.shape[1]:
            score[np.arange(len(score)), self.first] = np.inf
        return _first(score, self.k)

    def worth_of(self, found: Integers) -> Doubles:
        """What each has by themselves of a list: Σ attention × own."""
        worth = np.take_along_axis(self.worth, found, axis=1)
        return np.asarray(worth @ attention(found.shape[1]), dtype=np.float64)

    def attention_on(self, found: Integers, count: int) -> Doubles:
        """What falls on each vacancy, (m,)."""
        shown = np.take_along_axis(self.vacancies, found, axis=1)
        weight = np.broadcast_to(attention(found.shape[1]), found.shape)
        real = shown >= 0
        return np.bincount(shown[real], weights=weight[real], minlength=count).astype(np.float64)


def _first(score: Doubles, k: int) -> Integers:
    """The first k of each row by score, ties by place: as a stable sort of all would have them, in less time."""
    width = score.shape[1]
    if 4 * k >= width:
        return np.argsort(-score, axis=1, kind="stable")[:, :k]
    edge = np.partition(score, width - k, axis=1)[:, width - k, None]
    above, level = score > edge, score == edge
    kept = above | (level & (np.cumsum(level, axis=1) <= k - above.sum(axis=1, keepdims=True)))
    chosen = np.nonzero(kept)[1].reshape(-1, k)
    order = np.argsort(-np.take_along_axis(score, chosen, axis=1), axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1)


def _prices(pool: _Pool, places: Integers) -> Doubles:
    """Found with everybody at t = 1: what the knob turns to is the same market for all."""
    prices = np.zeros(len(places))
    everybody = np.ones(len(pool.vacancies))
    total = float(pool.attention_on(pool.lists(np.zeros(len(everybody)), prices), len(places)).sum())
    if not total:
        return prices
    # Of vacancies that stand in nobody's pool nothing can be due, and no price brings them nearer.
    known = np.zeros(len(places), dtype=bool)
    known[pool.vacancies[pool.there]] = True
    due = total * np.where(known, places, 0) / places[known].sum()
    for _ in range(ROUNDS):
        falls = pool.attention_on(pool.lists(everybody, prices), len(places))
        prices[known] += STEP * np.log((falls[known] + LEAST * due[known]) / due[known])
        prices = np.clip(prices, 0.0, DEAREST)
    return prices


def _turned(pool: _Pool, prices: Doubles, best: Doubles, knob: float, most_loss: float) -> Doubles:
    """The greatest t up to the knob at which each loses at most ``most_loss``, to a 2^HALVINGS-th of the knob."""

    def bears(turned: Doubles) -> Booleans:
        kept: Booleans = pool.worth_of(pool.lists(turned, prices)) >= (1 - most_loss) * best
        return kept

    whole = np.full(len(best), float(knob))
    if knob == 0:
        return whole
    fine = bears(whole)
    low, high = np.where(fine, knob, 0.0), whole
    for _ in range(HALVINGS if not fine.all() else 0):
        middle = (low + high) / 2
        good = bears(middle)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return low


def _refuse(
    vacancies: Integers,
    own: Floats,
    mutual: Floats,
    there: Booleans,
    places: Integers,
    knob: float,
    most_loss: float,
    k: int,
) -> None:
    if vacancies.ndim != 2 or own.shape != vacancies.shape or mutual.shape != vacancies.shape:
        raise MatchingError(f"a pool is (n, c) three times; it is {vacancies.shape}, {own.shape} and {mutual.shape}")
    if vacancies.size and vacancies.max() >= len(places):
        raise MatchingError(f"a pool names the vacancy {vacancies.max()}; there are {len(places)}")
    if bool((places < 1).any()):
        raise MatchingError("every vacancy must have at least one place")
    if not 0 <= knob <= 1 or not 0 <= most_loss <= 1 or k < 1:
        raise MatchingError(
            f"knob and most_loss lie between 0 and 1, k is at least 1; they are {knob}, {most_loss}, {k}"
        )
    if not all(bool((values[there] > 0).all()) for values in (own, mutual)):
        raise MatchingError("own and mutual benefit must be above 0")


def expected_matches(lists: Floats, candidates: Floats, gain: Floats, fit: Floats) -> float:
    """Σ attention of the person × P × attention of the employer × Q, all (n, m): both look, and both say yes.

    ``lists`` and ``candidates`` are the attention each pair has in the person's list and in the vacancy's list of candidates
    (Su, Bayoumi and Joachims, WWW 2022; Tomita et al., RecSys 2023).
    """
    return float((lists * gain * candidates * fit).sum(dtype=np.float64))


def attention_of(vacancies: Integers, count: int) -> Doubles:
    """Lists (n, k) as attention on every vacancy, (n, count)."""
    found = np.zeros((len(vacancies), count))
    row, rank = np.nonzero(vacancies >= 0)
    found[row, vacancies[row, rank]] = attention(vacancies.shape[1])[rank]
    return found


def candidate_lists(wanted: Floats | Doubles, k: int) -> Integers:
    """The vacancy's side: of ``wanted`` (n, m), 0 = not, the k best people of each vacancy, (m, k), -1 none."""
    order = np.argsort(-wanted.T, axis=1, kind="stable")[:, :k]
    values: Doubles = np.take_along_axis(wanted.T, order, axis=1).astype(np.float64)
    return np.where(values > 0, order, -1)


@dataclass(frozen=True)
class Tradeoff:
    """What one setting of the knob does: attention is 0 where a list has none."""

    knob: float
    mutual: float  # Σ attention × mutual benefit
    shown: int  # vacancies that stand in anybody's list
    crowding: float  # attention on the most crowded vacancy over what is due to it
    loss_median: float
    loss_90: float


def tradeoff(
    vacancies: Integers,
    own: Floats,
    mutual: Floats,
    places: Integers,
    *,
    k: int = 20,
    knobs: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0),
    most_loss: float = 0.05,
) -> tuple[Tradeoff, ...]:
    """The measured exchange between each one's best and the best for all, for several settings of the knob."""
    found = []
    prices: Doubles | None = None
    for knob in knobs:
        lists = spread(
            vacancies, own, mutual, places, k=k, knob=knob, most_loss=most_loss, prices=prices if knob > 0 else None
        )
        prices = lists.prices if knob > 0 else None
        real = lists.vacancies >= 0
        weight = np.broadcast_to(attention(lists.vacancies.shape[1]), lists.vacancies.shape)
        worth = np.take_along_axis(mutual, np.maximum(lists.place, 0), axis=1)
        falls = np.bincount(lists.vacancies[real], weights=weight[real], minlength=len(places))
        due = falls.sum() * places / places.sum()
        found.append(
            Tradeoff(
                knob,
                float((weight * worth)[real].sum()),
                int(np.unique(lists.vacancies[real]).size),
                float((falls / np.maximum(due, 1e-12)).max(initial=0.0)),
                float(np.median(lists.loss)) if lists.loss.size else 0.0,
                float(np.quantile(lists.loss, 0.9)) if lists.loss.size else 0.0,
            )
        )
    return tuple(found)
