"""Figures as they were made before rows were prepared: the whole trail gone through, in Python. What the prepared are held to.

Everything but the words and the suppression of small counts is written here once more; who is counted is asked of the tables.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Q

from kesher.base.models import Event
from kesher.base.suppression import MINIMUM, Shown, shown, shown_sums, shown_table
from kesher.people.models import Consent
from kesher.referrals.models import Referral
from kesher.referrals.statistics import CELLS, COUNTS, HELPED, NO_ANSWER, Figures
from kesher.referrals.vocabularies import Reason

SENT, ERROR = "referral.send", "referral.entered in error"
ACCEPT, REFUSE, CONTACT, FINISH = "referral.accept", "referral.reject", "referral.first contact", "referral.finish"
ENDS = {
    REFUSE: "refused",
    FINISH: "finished",
    "referral.cannot finish": "failed",
    "referral.withdraw": "withdrawn",
    "referral.consent withdrawn": "withdrawn",
}
ASKED, ANSWERED = "follow_up.asked", "follow_up.answered"
DAYS = (0, 30, 90)

Trail = list[tuple[str, datetime, str]]


@dataclass
class Tallied:
    """What stands behind a line, before anything is hidden."""

    cells: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(CELLS, 0)))
    reasons: Counter[str] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)
    helped: dict[int, Counter[str]] = field(default_factory=lambda: {day: Counter() for day in DAYS})


@dataclass
class Told:
    """The lines in their order, with what stands behind each, and how many are left out."""

    lines: list[Figures]
    behind: dict[tuple[UUID, UUID], tuple[Tallied, Tallied]]
    left_out: Shown


def told(
    *, since: datetime, now: datetime, among: Collection[UUID] | None = None, without: Collection[UUID] = ()
) -> Told:
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
    later = Event.objects.filter(name__in=[ACCEPT, CONTACT, *ENDS, ERROR], at__gte=since)
    happened: dict[UUID, Trail] = defaultdict(list)
    for about, name, at, reason in later.order_by("id").values_list("about_id", "name", "at", "reason"):
        if about in sent:
            happened[about].append((name, at, reason))
    said = _said_it_helped(since, sent)
    counted = _counted() if among is None else set(sent)
    groups: dict[tuple[UUID, UUID], tuple[list[UUID], list[UUID]]] = defaultdict(lambda: ([], []))
    for about, (receiver, service, _at) in sent.items():
        if not any(name == ERROR for name, _when, _why in happened[about]):
            groups[receiver, service][about not in counted].append(about)
    most_first = sorted(groups.items(), key=lambda one: (-(_sent(*one[1]).value or 0), one[0]))

    def tallied(those: list[UUID]) -> Tallied:
        return _tallied(those, sent, happened, said, now)

    behind = {key: (tallied(mine), tallied(others)) for key, (mine, others) in most_first}
    return Told([_line(key, *both) for key, both in behind.items()], behind, _left_out(list(groups.values())))


def _counted() -> set[UUID]:
    people = Consent.objects.in_force().filter(purpose="statistics").values("person")
    return set(Referral.objects.filter(person__in=people).values_list("pk", flat=True))


def _said_it_helped(since: datetime, sent: Collection[UUID]) -> dict[UUID, dict[int, str]]:
    said: dict[UUID, dict[int, str]] = defaultdict(dict)
    trail = Event.objects.filter(name__in=[ASKED, ANSWERED], at__gte=since).order_by("id")
    for about, day, answer in trail.values_list("data__referral", "data__day", "data__answer"):
        if about is not None and UUID(about) in sent:
            said[UUID(about)][day] = answer or said[UUID(about)].get(day, NO_ANSWER)
    return said


def _tallied(
    those: list[UUID],
    sent: Mapping[UUID, tuple[UUID, UUID, datetime]],
    happened: Mapping[UUID, Trail],
    said: Mapping[UUID, Mapping[int, str]],
    now: datetime,
) -> Tallied:
    found = Tallied()
    for about in those:
        trail = happened.get(about, [])
        found.cells[_cell(trail, now - sent[about][2])] += 1
        found.reasons.update(
            why
            for name, _at, why in trail
            if name in (REFUSE, "referral.cannot finish") and why in (*Reason.values, "private")
        )
        if answered := [at for name, at, _why in trail if name in (ACCEPT, REFUSE)]:
            found.waited.append((answered[0] - sent[about][2]) / timedelta(days=1))
        for day in DAYS:
            if day in said.get(about, ()):
                found.helped[day][said[about][day]] += 1
    return found


def _cell(trail: Trail, age: timedelta) -> str:
    names = [name for name, _at, _why in trail]
    end = next((ENDS[name] for name in reversed(names) if name in ENDS), "open")
    if end in ("refused", "finished", "failed"):
        return end
    if ACCEPT not in names:
        return "unanswered, silent" if end == "open" and age >= timedelta(days=14) else f"unanswered, {end}"
    return f"{'in contact' if CONTACT in names else 'accepted'}, {end}"


# --- what may be shown of it: as it stood ---------------------------------------------------------------------------------


def _sent(mine: list[UUID], others: list[UUID]) -> Shown:
    return _beside(shown(len(mine)), shown(len(others)), left=len(others))


def _beside(count: Shown, rest: Shown, *, left: int) -> Shown:
    return Shown(None) if rest.hidden or (count.value == 0 and left) else count


def _left_out(groups: list[tuple[list[UUID], list[UUID]]]) -> Shown:
    hidden = [len(others) for mine, others in groups if _sent(mine, others).hidden]
    if not sum(hidden) or (len(hidden) > 1 and sum(hidden) >= MINIMUM):
        return shown(sum(len(others) for _mine, others in groups))
    return Shown(None)


def _line(key: tuple[UUID, UUID], mine: Tallied, others: Tallied) -> Figures:
    cells, left = mine.cells, others.cells
    whys = sorted({*mine.reasons, *others.reasons})
    reasons = shown_table({one: mine.reasons[one] for one in whys})
    if left.total():
        there = [cell for cell in CELLS if cells[cell] + left[cell]]
        counts = {
            name: _beside(count, rest, left=sum(left[cell] for cell in COUNTS[name]))
            for (name, count), rest in zip(_sums(cells, there).items(), _sums(left, there).values(), strict=True)
        }
        rest_of = shown_table({one: others.reasons[one] for one in whys})
        reasons = {one: _beside(count, rest_of[one], left=others.reasons[one]) for one, count in reasons.items()}
    else:
        counts = shown_sums(cells, COUNTS)
    helped = {}
    for day in DAYS:
        said = {one: mine.helped[day][one] for one in HELPED}
        said_left = {one: others.helped[day][one] for one in HELPED}
        if sum(said.values()) >= MINIMUM:
            rest = shown_table(said_left)
            helped[day] = {
                one: _beside(count, rest[one], left=said_left[one]) for one, count in shown_table(said).items()
            }
    finished, closed = counts["finished"].value, counts["closed"].value
    waited = mine.waited
    return Figures(
        receiver=key[0],
        service=key[1],
        counts=counts,
        days=round(median(waited), 1) if len(waited) >= MINIMUM and not counts["answered"].hidden else None,
        closure=round(100 * finished / closed) if closed and finished is not None else None,
        reasons={} if counts["refused"].hidden or counts["failed"].hidden else reasons,
        helped=helped,
    )


def _sums(cells: Mapping[str, int], there: list[str]) -> dict[str, Shown]:
    over = {name: of & set(there) for name, of in COUNTS.items()}
    found = shown_sums({cell: cells[cell] for cell in there}, {name: of for name, of in over.items() if of})
    return {name: found.get(name, Shown(0)) for name in COUNTS}
