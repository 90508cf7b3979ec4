"""How referrals fare, per partner and service: the way from sent to finished, time to answer, reasons. Nobody is named.

Counted from the trail of events, which holds ids and codes alone; so whoever looks sees no referral. What was entered by
mistake is left out. Counts below five are not shown (:mod:`kesher.base.suppression`), nor what they could be reckoned from.

An organisation's figures of what it sent and received itself are its own work, and are whole. The town's are statistics: in
them stand those alone who agreed to be counted (docs/decisions/0040). Whoever received them knows the whole, by name: so a
count of the town's is shown only where the whole less the count could be shown too, and is the same for every reader.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final, overload
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kesher.base.models import Event
from kesher.base.suppression import MINIMUM, Shown, shown, shown_sums, shown_table
from kesher.referrals.follow_ups import ANSWERED, ASKED, DAYS
from kesher.referrals.models import FollowUp
from kesher.referrals.vocabularies import Reason

SENT, ERROR = "referral.send", "referral.entered in error"
ACCEPT, REFUSE, CONTACT, FINISH = "referral.accept", "referral.reject", "referral.first contact", "referral.finish"
ANSWERS: Final = (ACCEPT, REFUSE)
#: The last of these that happened is how it ended.
ENDS: Final = {
    REFUSE: "refused",
    FINISH: "finished",
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


#: Receiver and service; referrals that are counted, and those left out.
_Group = tuple[tuple[UUID, UUID], list[UUID], list[UUID]]


class Lines(Sequence[Figures]):
    """Figures that are reckoned when they are looked at: a page shows twenty of a town's thousands.

    ``left_out``: how many referrals stand in no count, as their people did not agree to it or their file is gone; hidden also
    where it would tell how many are left out of a line that does not say it.
    """

    def __init__(
        self,
        groups: Sequence[_Group],
        line: Callable[[tuple[UUID, UUID], list[UUID], list[UUID]], Figures],
        *,
        left_out: Shown,
    ) -> None:
        self._groups, self._line, self.left_out = groups, line, left_out

    def __len__(self) -> int:
        return len(self._groups)

    @overload
    def __getitem__(self, at: int) -> Figures: ...
    @overload
    def __getitem__(self, at: slice) -> list[Figures]: ...
    def __getitem__(self, at: int | slice) -> Figures | list[Figures]:
        if isinstance(at, slice):
            return [self._line(*group) for group in self._groups[at]]
        return self._line(*self._groups[at])


def figures(
    *,
    since: datetime,
    now: datetime,
    among: Collection[UUID] | None = None,
    without: Collection[UUID] = (),
) -> "Lines":
    """Of referrals sent since then, the most sent first. ``among``: those these organisations sent or received themselves,
    all of them; without it the town's, of people who agreed to be counted. ``without``: receivers of whom it is not told that
    anybody was sent to them.

    Three queries, and for the town one more.
    """
    sends = Event.objects.filter(name=SENT, at__gte=since).order_by("id")
    if among is not None:
        keys = [str(key) for key in among]
        sends = sends.filter(Q(data__sender__in=keys) | Q(data__receiver__in=keys))
    if without:
        sends = sends.exclude(data__receiver__in=[str(key) for key in without])
    sent = {
        about: (UUID(receiver), UUID(service), at)
        for about, receiver, service, at in sends.values_list("about_id", "data__receiver", "data__service", "at")
    }
    later = Event.objects.filter(name__in=[*ANSWERS, CONTACT, *ENDS, ERROR], at__gte=since)
    if among is not None:  # else nearly all of them are asked for anyhow
        later = later.filter(about_id__in=sends.order_by().values("about_id"))
    happened: dict[UUID, list[tuple[str, datetime, str]]] = defaultdict(list)
    for about, name, at, reason in later.order_by("id").values_list("about_id", "name", "at", "reason"):
        if about in sent:
            happened[about].append((name, at, reason))
    said = _said_it_helped(since, sent)
    counted = _counted(since) if among is None else sent.keys()
    groups: dict[tuple[UUID, UUID], tuple[list[UUID], list[UUID]]] = defaultdict(lambda: ([], []))
    for about, (receiver, service, _at) in sent.items():
        if not any(name == ERROR for name, _when, _why in happened[about]):
            groups[receiver, service][about not in counted].append(about)
    # by what is shown: else the place in the list would tell what is not
    most_first = sorted(groups.items(), key=lambda one: (-(_sent(*one[1]).value or 0), one[0]))
    return Lines(
        [(key, *mine) for key, mine in most_first],
        lambda key, mine, others: _line(key, mine, others, sent, happened, said, now),
        left_out=_left_out(list(groups.values())),
    )


def _sent(mine: list[UUID], others: list[UUID]) -> Shown:
    return _beside(shown(len(mine)), shown(len(others)), left=len(others))


def _beside(count: Shown, rest: Shown, *, left: int) -> Shown:
    """A count as it may stand before whoever knows the whole: hidden where the rest would be, and where all are the rest."""
    return Shown(None) if rest.hidden or (count.value == 0 and left) else count


def _left_out(groups: Sequence[tuple[list[UUID], list[UUID]]]) -> Shown:
    """How many in all: what is left out of lines that show how many were sent can be reckoned, and taken from the sum."""
    hidden = [len(others) for mine, others in groups if _sent(mine, others).hidden]
    if not sum(hidden) or (len(hidden) > 1 and sum(hidden) >= MINIMUM):
        return shown(sum(len(others) for _mine, others in groups))
    return Shown(None)


def _counted(since: datetime) -> frozenset[UUID]:
    """The keys of referrals of people who agree to be counted today. The database answers with keys: nobody sees a file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_counted(%s)", [since])
        return frozenset(key for (key,) in cursor.fetchall())


_Sent = Mapping[UUID, tuple[UUID, UUID, datetime]]
_Trails = Mapping[UUID, list[tuple[str, datetime, str]]]
#: What became of each question whether it helped, by referral and by the days after its end.
_Said = Mapping[UUID, Mapping[int, str]]


def _said_it_helped(since: datetime, sent: Collection[UUID]) -> _Said:
    said: dict[UUID, dict[int, str]] = defaultdict(dict)
    trail = Event.objects.filter(name__in=[ASKED, ANSWERED], at__gte=since).order_by("id")
    for about, day, answer in trail.values_list("data__referral", "data__day", "data__answer"):
        if about is not None and UUID(about) in sent:
            said[UUID(about)][day] = answer or said[UUID(about)].get(day, NO_ANSWER)
    return said


def _answers(those: list[UUID], day: int, said: _Said) -> dict[str, int]:
    answers = Counter(said[about][day] for about in those if day in said.get(about, ()))
    return {one: answers[one] for one in HELPED}


def _helped(mine: list[UUID], others: list[UUID], said: _Said) -> dict[int, dict[str, Shown]]:
    """Of each day on which five or more were asked: of fewer, that nobody said no would tell what the one or two said."""
    found = {}
    for day in DAYS:
        cells, left = _answers(mine, day, said), _answers(others, day, said)
        if sum(cells.values()) >= MINIMUM:
            rest = shown_table(left)
            found[day] = {one: _beside(count, rest[one], left=left[one]) for one, count in shown_table(cells).items()}
    return found


def _line(
    key: tuple[UUID, UUID],
    mine: list[UUID],
    others: list[UUID],
    sent: _Sent,
    happened: _Trails,
    said: _Said,
    now: datetime,
) -> Figures:
    cells, why, waited = _tally(mine, sent, happened, now)
    if others:
        left, why_left, _waited = _tally(others, sent, happened, now)
        # whoever knows the whole knows what nobody came to
        there = [cell for cell in CELLS if cells[cell] + left[cell]]
        counts = {
            name: _beside(count, rest, left=sum(left[cell] for cell in COUNTS[name]))
            for (name, count), rest in zip(_sums(cells, there).items(), _sums(left, there).values(), strict=True)
        }
        rest_of = shown_table({one: why_left[one] for one in {*why, *why_left}})
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
        days=round(median(waited), 1) if len(waited) >= MINIMUM and not counts["answered"].hidden else None,
        closure=round(100 * finished / closed) if closed and finished is not None else None,
        reasons={} if counts["refused"].hidden or counts["failed"].hidden else reasons,
        helped=_helped(mine, others, said),
    )


def _tally(
    those: list[UUID], sent: _Sent, happened: _Trails, now: datetime
) -> tuple[Counter[str], Counter[str], list[float]]:
    """How many are in each of ``CELLS``, why they came back, and after how many days they were answered."""
    cells: Counter[str] = Counter(dict.fromkeys(CELLS, 0))
    reasons: Counter[str] = Counter()
    waited: list[float] = []
    for about in those:
        trail = happened.get(about, [])
        cells[_cell(trail, now - sent[about][2])] += 1
        reasons.update(
            why
            for name, _at, why in trail
            if name in (REFUSE, "referral.cannot finish") and why in (*Reason.values, "private")
        )
        if answered := [at for name, at, _why in trail if name in ANSWERS]:
            waited.append((answered[0] - sent[about][2]) / timedelta(days=1))
    return cells, reasons, waited


def _sums(cells: Mapping[str, int], there: Sequence[str]) -> dict[str, Shown]:
    """``COUNTS`` over the cells in which there is anybody; of the others everybody knows that they are nobody's."""
    over = {name: of & set(there) for name, of in COUNTS.items()}
    found = shown_sums({cell: cells[cell] for cell in there}, {name: of for name, of in over.items() if of})
    return {name: found.get(name, Shown(0)) for name in COUNTS}


def _cell(trail: list[tuple[str, datetime, str]], age: timedelta) -> str:
    """Where in ``CELLS`` a referral of this age stands, by what happened to it, in the order it happened."""
    names = [name for name, _at, _why in trail]
    end = next((ENDS[name] for name in reversed(names) if name in ENDS), "open")
    if end in ("refused", "finished", "failed"):
        return end
    if ACCEPT not in names:
        return "unanswered, silent" if end == "open" and age >= timedelta(days=14) else f"unanswered, {end}"
    return f"{'in contact' if CONTACT in names else 'accepted'}, {end}"
