"""Whether a person meets a service's conditions by what their file says, and how many places are free there.

A rule that asks for what the file does not say answers "unknown": nobody is refused for what was not asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Final
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from kesher.directory.catalogue import catalogue
from kesher.directory.models import Capacity, Service
from kesher.directory.served import AREA, living_in
from kesher.engine.eligibility import Explanation, explain, facts_in
from kesher.engine.eligibility import Verdict as Open
from kesher.engine.eligibility.values import Json
from kesher.engine.orientation import Service as Known
from kesher.people.models import Person
from kesher.referrals.known import known_of
from kesher.referrals.models import PlaceQuestion
from kesher.referrals.vocabularies import Verdict


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says, in the words of rules (:mod:`kesher.directory.facts`). ``sure``: this is so. ``one_of``: of these
    only that much is known, the least first. What is in neither is not known."""

    sure: Mapping[str, Json]
    one_of: Mapping[str, tuple[Json, ...]]

    def living(self, person: Person, asked: Iterable[str]) -> "Facts":
        """With what follows from where they live, of the facts that are asked."""
        known = living_in(person.area.path, asked) if person.area else {}
        return replace(self, sure={**self.sure, AREA: known}) if known else self


def facts_of(person: Person, today: date | None = None) -> Facts:
    found = {path: known.may_be(path) for path, known in known_of(person, today).items()}
    sure = {path: values[0] for path, values in found.items() if len(values) == 1}
    return Facts(sure, {path: values for path, values in found.items() if len(values) > 1})


def explanation(service_id: UUID, person: Person) -> Explanation | None:
    """Why the conditions are met or not; None where the service has none, or is not public."""
    return _explanation(_known(service_id), person)


def _known(service_id: UUID) -> Known | None:
    """The service as visitors are told of it; None where it is not public."""
    known = catalogue()
    number = known.number_of.get(str(service_id))
    return None if number is None else known.services[number]


def _explanation(service: Known | None, person: Person) -> Explanation | None:
    if service is None or service.rule is None or service.rule is True:
        return None
    today = timezone.localdate()
    rule = service.rule
    return explained(rule, facts_of(person, today).living(person, facts_in(rule)), today)


def explained(rule: Json, facts: Facts, today: date) -> Explanation:
    """The verdict of a rule and why. Open only where what the facts may be comes to different verdicts; where it comes to one,
    the reason is told of the least."""
    sure = {"today": today.isoformat(), **facts.sure}
    told = explain(rule, sure)
    if told.verdict is not Open.UNKNOWN or not facts.one_of:
        return told
    each = [explain(rule, sure | dict(zip(facts.one_of, one, strict=True))) for one in product(*facts.one_of.values())]
    return each[0] if len({one.verdict for one in each}) == 1 else told


def verdict(service: Service, person: Person) -> Verdict:
    """What the rules before the service say of this person; "yes" where it is open to all, "unknown" where only those who give
    it know whom else it is for."""
    known = _known(service.pk)
    found = _explanation(known, person)
    told = Verdict(found.verdict.value) if found is not None else Verdict.YES
    return Verdict.UNKNOWN if told is Verdict.YES and known is not None and known.unsaid else told


#: How long a partner's word that there is a place holds.
WORD_HOLDS: Final = timedelta(days=14)


def free_places(service: Service, sender: UUID) -> int | None:
    """As the provider last said in the directory, or 1 where it told the sender lately that there is one; None: not known."""
    total: int | None = Capacity.objects.filter(service=service).aggregate(free=Sum("available"))["free"]
    if total:
        return total
    asked = PlaceQuestion.objects.filter(service=service, sender=sender, answered_at__gt=timezone.now() - WORD_HOLDS)
    told = asked.order_by("-answered_at", "-id").first()
    return 1 if told is not None and told.answer == PlaceQuestion.Answer.YES else total
