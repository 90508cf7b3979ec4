"""How referrals fare, per partner and service: the way from sent to finished, time to answer, reasons. Nobody is named.

Counted from the trail of events, which holds ids and codes alone; so whoever looks sees no referral. What was entered by
mistake is left out. Counts below five are not shown (:mod:`kesher.base.suppression`), nor what they could be reckoned from.

An organisation's figures of what it sent and received itself are its own work, and are whole. The town's are statistics: in
them stand those alone who agreed to be counted (docs/decisions/0040). Whoever received them knows the whole, by name: so a
count of the town's is shown only where the whole less the count could be shown too, and is the same for every reader.

The trail is not gone through each time: the database keeps what is needed of each referral in a narrow row
(:class:`~kesher.referrals.models.FigureRow`, docs/decisions/0055), and answers with counts.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Final, overload
from uuid import UUID

from django.db import connection

from kesher.base.suppression import MINIMUM, Shown, shown, shown_sums, shown_table
from kesher.referrals.follow_ups import DAYS
from kesher.referrals.models import FollowUp
from kesher.referrals.vocabularies import Reason

#: The last of these events that happened is how it ended.
ENDS: Final = {
    "referral.reject": "refused",
    "referral.finish": "finished",
    "referral.cannot finish": "failed",
    "referral.withdraw": "withdrawn",
    "referral.consent withdrawn": "withdrawn",
}
#: Each referral is in one of these: how far it came, and how it ended.
CELLS: Final = (
    *(f"{far}, {end}" for far in ("unanswered", "accepted", "in contact") for end in ("open", "withdrawn")),
    "unanswered, silent",
    "refused",
    "finished",
    "failed",
)
_MET: Final = frozenset({"in contact, open", "in contact, withdrawn", "finished", "failed"})
_ACCEPTED: Final = _MET | {"accepted, open", "accepted, withdrawn"}
#: What is counted, the most telling first: those stand before the others where not all can be shown side by side.
COUNTS: Final[Mapping[str, frozenset[str]]] = {
    "sent": frozenset(CELLS),
    "answered": _ACCEPTED | {"refused"},
    "finished": frozenset({"finished"}),
    "accepted": _ACCEPTED,
    "refused": frozenset({"refused"}),
    "silent": frozenset({"unanswered, silent"}),
    "met": _MET,
    "failed": frozenset({"failed"}),
    "withdrawn": frozenset(cell for cell in CELLS if cell.endswith("withdrawn")),
    "open": frozenset(cell for cell in CELLS if cell.endswith(("open", "silent"))),
    "closed": frozenset(cell for cell in CELLS if not cell.endswith(("open", "silent"))),
}

#: In the place of a reason that could be held against a person.
PRIVATE: Final = "private"
#: Not answered for so long, it is silent.
SILENT: Final = timedelta(days=14)
#: What became of the question whether it helped.
NO_ANSWER: Final = "no answer"
HELPED: Final = (*FollowUp.Answer.values, NO_ANSWER)


@dataclass(frozen=True, slots=True)
class Figures:
    """One partner's service. ``days``: median from sent to answered, None where how many were answered is not shown.

    ``counts``: by the keys of ``COUNTS``, as many as can stand side by side. ``closure``: per cent of what has ended that
    was finished, where both are shown. ``reasons``: of refusals and failures, those that could be held against a person in one,
    as "private". ``helped``: by the days after the end on which somebody was asked (``DAYS``), then by ``HELPED``.
    """

    receiver: UUID
    service: UUID
    counts: Mapping[str, Shown]
    days: float | None
    closure: int | None
    reasons: Mapping[str, Shown]
    helped: Mapping[int, Mapping[str, Shown]]


#: Receiver and service; how many referrals are counted, and how many are left out.
_Group = tuple[tuple[UUID, UUID], int, int]


class Lines(Sequence[Figures]):
    """Figures that are reckoned when they are looked at: a page shows twenty of a town's thousands.

    ``left_out``: how many referrals stand in no count, as their people did not agree to it or their file is gone; hidden also
    where it would tell how many are left out of a line that does not say it.
    """

    def __init__(
        self,
        keys: Sequence[tuple[UUID, UUID]],
        lines: Callable[[Sequence[tuple[UUID, UUID]]], list[Figures]],
        *,
        left_out: Shown,
    ) -> None:
        self._keys, self._lines, self.left_out = keys, lines, left_out

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, at: int) -> Figures: ...
    @overload
    def __getitem__(self, at: slice) -> list[Figures]: ...
    def __getitem__(self, at: int | slice) -> Figures | list[Figures]:
        if isinstance(at, slice):
            return self._lines(self._keys[at])
        return self._lines([self._keys[at]])[0]

    def __iter__(self) -> Iterator[Figures]:
        return iter(self[:])


def figures(
    *,
    since: datetime,
    now: datetime,
    among: Collection[UUID] | None = None,
    without: Collection[UUID] = (),
) -> Lines:
    """Of referrals sent since then, the most sent first. ``among``: those these organisations sent or received themselves,
    all of them; without it the town's, of people who agreed to be counted. ``without``: receivers of whom it is not told that
    anybody was sent to them. ``since``: at most two years ago, rows of before are not kept.

    One query, and one for the lines that are looked at.
    """
    own = None if among is None else list(among)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT receiver, service, counted, of_all - counted FROM referrals_figures_sent(%s, %s::uuid[], %s::uuid[])",
            [since, own, list(without)],
        )
        groups: list[_Group] = [((receiver, service), *both) for receiver, service, *both in cursor.fetchall()]
    # by what is shown: else the place in the list would tell what is not
    groups.sort(key=lambda one: (-(_sent(one[1], one[2]).value or 0), one[0]))
    return Lines(
        [key for key, _mine, _others in groups],
        lambda keys: [_line(key, *both) for key, both in _tallies(keys, since, now, own).items()],
        left_out=_left_out([(mine, others) for _key, mine, others in groups]),
    )


def _sent(mine: int, others: int) -> Shown:
    return _beside(shown(mine), shown(others), left=others)


def _beside(count: Shown, rest: Shown, *, left: int) -> Shown:
    """A count as it may stand before whoever knows the whole: hidden where the rest would be, and where all are the rest."""
    return Shown(None) if rest.hidden or (count.value == 0 and left) else count


def _left_out(groups: Sequence[tuple[int, int]]) -> Shown:
    """How many in all: what is left out of lines that show how many were sent can be reckoned, and taken from the sum."""
    hidden = [others for mine, others in groups if _sent(mine, others).hidden]
    if not sum(hidden) or (len(hidden) > 1 and sum(hidden) >= MINIMUM):
        return shown(sum(others for _mine, others in groups))
    return Shown(None)


@dataclass(slots=True)
class Tally:
    """How many referrals are in each of ``CELLS``, why they came back, after how many days each was answered, and by the days
    after their end what was said to the question whether it helped."""

    cells: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(CELLS, 0)))
    reasons: Counter[str] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)
    helped: dict[int, Counter[str]] = field(default_factory=lambda: {day: Counter() for day in DAYS})

    def add(
        self,
        many: int,
        *,
        cell: str,
        reasons: Iterable[str] = (),
        helped: Mapping[str, str] | None = None,
        waited: Iterable[int] = (),
    ) -> None:
        """``many`` that fared alike. ``helped``: as a row of the database holds it; ``waited``: in microseconds."""
        self.cells[cell] += many
        for why in reasons:
            if why in Reason.values or why == PRIVATE:
                self.reasons[why] += many
        for day in DAYS:
            if (said := (helped or {}).get(str(day))) is not None:
                self.helped[day][said or NO_ANSWER] += many
        self.waited += [timedelta(microseconds=one) / timedelta(days=1) for one in waited]


def _tallies(
    keys: Sequence[tuple[UUID, UUID]], since: datetime, now: datetime, among: list[UUID] | None
) -> dict[tuple[UUID, UUID], tuple[Tally, Tally]]:
    """Of each line those that are counted, and those left out."""
    found: dict[tuple[UUID, UUID], tuple[Tally, Tally]] = {key: (Tally(), Tally()) for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM referrals_figures_tallied(%s, %s, %s::uuid[], %s::uuid[], %s::uuid[])",
            [since, now - SILENT, among, [receiver for receiver, _ in keys], [service for _, service in keys]],
        )
        for receiver, service, counted, accepted, contacted, ended, silent, reasons, helped, many, waited in cursor:
            found[receiver, service][not counted].add(
                many,
                cell=_cell(ended, accepted=accepted, contacted=contacted, silent=silent),
                reasons=reasons,
                helped=json.loads(helped),
                waited=waited or (),
            )
    return found


def _helped(mine: Tally, others: Tally) -> dict[int, dict[str, Shown]]:
    """Of each day on which five or more were asked: of fewer, that nobody said no would tell what the one or two said."""
    found = {}
    for day in DAYS:
        cells = {one: mine.helped[day][one] for one in HELPED}
        left = {one: others.helped[day][one] for one in HELPED}
        if sum(cells.values()) >= MINIMUM:
            rest = shown_table(left)
            found[day] = {one: _beside(count, rest[one], left=left[one]) for one, count in shown_table(cells).items()}
    return found


def _line(key: tuple[UUID, UUID], mine: Tally, others: Tally) -> Figures:
    cells, why, left, why_left = mine.cells, mine.reasons, others.cells, others.reasons
    if left.total():
        # whoever knows the whole knows what nobody came to
        there = [cell for cell in CELLS if cells[cell] + left[cell]]
        counts = {
            name: _beside(count, rest, left=sum(left[cell] for cell in COUNTS[name]))
            for (name, count), rest in zip(_sums(cells, there).items(), _sums(left, there).values(), strict=True)
        }
        rest_of = shown_table({one: why_left[one] for one in sorted({*why, *why_left})})
        reasons = {
            one: _beside(count, rest_of[one], left=why_left[one])
            for one, count in shown_table({one: why[one] for one in sorted({*why, *why_left})}).items()
        }
    else:
        counts, reasons = shown_sums(cells, COUNTS), shown_table({one: why[one] for one in sorted(why)})
    finished, closed = counts["finished"].value, counts["closed"].value
    receiver, service = key
    return Figures(
        receiver=receiver,
        service=service,
        counts=counts,
        days=round(median(mine.waited), 1) if len(mine.waited) >= MINIMUM and not counts["answered"].hidden else None,
        closure=round(100 * finished / closed) if closed and finished is not None else None,
        reasons={} if counts["refused"].hidden or counts["failed"].hidden else reasons,
        helped=_helped(mine, others),
    )


def _sums(cells: Mapping[str, int], there: Sequence[str]) -> dict[str, Shown]:
    """``COUNTS`` over the cells in which there is anybody; of the others everybody knows that they are nobody's."""
    over = {name: of & set(there) for name, of in COUNTS.items()}
    found = shown_sums({cell: cells[cell] for cell in there}, {name: of for name, of in over.items() if of})
    return {name: found.get(name, Shown(0)) for name in COUNTS}


def _cell(last_end: str, *, accepted: bool, contacted: bool, silent: bool) -> str:
    """Where in ``CELLS`` a referral stands, by the event that ended it last (""), and what else happened to it."""
    end = ENDS.get(last_end, "open")
    if end in ("refused", "finished", "failed"):
        return end
    if not accepted:
        return "unanswered, silent" if end == "open" and silent else f"unanswered, {end}"
    return f"{'in contact' if contacted else 'accepted'}, {end}"
