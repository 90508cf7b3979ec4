"""How referrals fare, per partner and service: the way from sent to finished, time to answer, reasons. Nobody is named.

Counted from the trail of events, which holds ids and codes alone; so whoever looks sees no referral. What was entered by
mistake is left out. Counts below five are not shown (:mod:`kesher.base.suppression`), nor what they could be reckoned from.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final
from uuid import UUID

from django.db.models import Q

from kesher.base.models import Event
from kesher.base.suppression import MINIMUM, Shown, shown, shown_table
from kesher.referrals.vocabularies import Reason

SENT, ERROR = "referral.send", "referral.entered in error"
ANSWERS: Final = ("referral.accept", "referral.reject")
ENDS: Final = {
    "referral.reject": "refused",
    "referral.finish": "finished",
    "referral.cannot finish": "failed",
    "referral.withdraw": "withdrawn",
    "referral.consent withdrawn": "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """One partner's service (or all together). ``days``: median from sent to answered, None where too few were answered.

    ``ends``: how many of those sent ended how; ``open`` are the others. They sum up to ``sent``, so a hidden one takes another
    with it. ``reasons``: of refusals and failures, those that could be held against a person in one, as "private".
    """

    receiver: UUID
    service: UUID
    sent: Shown
    answered: Shown
    days: float | None
    ends: Mapping[str, Shown]
    reasons: Mapping[str, Shown]
    silent: Shown


def figures(
    *, since: datetime, now: datetime, among: Collection[UUID] | None = None, without: Collection[UUID] = ()
) -> list[Figures]:
    """Of referrals sent since then, the most sent first. ``among``: only those these organisations sent or received.
    ``without``: receivers of whom it is not told that anybody was sent to them.

    Two queries.
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
    later = Event.objects.filter(name__in=[*ANSWERS, *ENDS, ERROR], at__gte=since)
    if among is not None:  # else nearly all of them are asked for anyhow
        later = later.filter(about_id__in=sends.order_by().values("about_id"))
    happened: dict[UUID, list[tuple[str, datetime, str]]] = defaultdict(list)
    for about, name, at, reason in later.order_by("id").values_list("about_id", "name", "at", "reason"):
        if about in sent:
            happened[about].append((name, at, reason))
    groups: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    for about, (receiver, service, _at) in sent.items():
        if not any(name == ERROR for name, _when, _why in happened[about]):
            groups[receiver, service].append(about)
    lines = [_line(key, mine, sent, happened, now) for key, mine in groups.items()]
    return [line for _count, line in sorted(lines, key=lambda one: -one[0])]


def _line(
    key: tuple[UUID, UUID],
    mine: list[UUID],
    sent: Mapping[UUID, tuple[UUID, UUID, datetime]],
    happened: Mapping[UUID, list[tuple[str, datetime, str]]],
    now: datetime,
) -> tuple[int, Figures]:
    ends: Counter[str] = Counter({"open": 0, **dict.fromkeys(ENDS.values(), 0)})
    reasons: Counter[str] = Counter()
    waited: list[float] = []
    silent = 0
    for about in mine:
        trail = happened.get(about, [])
        end = next((ENDS[name] for name, _at, _why in trail if name in ENDS), "open")
        ends[end] += 1
        reasons.update(why for name, _at, why in trail if name in ("referral.reject", "referral.cannot finish"))
        answered = [at for name, at, _why in trail if name in ANSWERS]
        if answered:
            waited.append((answered[0] - sent[about][2]) / timedelta(days=1))
        elif end == "open" and now - sent[about][2] >= timedelta(days=14):
            silent += 1
    receiver, service = key
    return len(mine), Figures(
        receiver=receiver,
        service=service,
        sent=shown(len(mine)),
        answered=shown(len(waited)),
        days=round(median(waited), 1) if len(waited) >= MINIMUM else None,
        ends=shown_table(ends) if len(mine) >= MINIMUM else {end: Shown(None) for end in ends},
        reasons=shown_table({why: reasons[why] for why in sorted(reasons) if why in (*Reason.values, "private")}),
        silent=shown(silent),
    )
