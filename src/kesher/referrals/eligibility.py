"""Whether a person meets a service's conditions by what their file says, and how many places are free there.

A rule that asks for what the file does not say answers "unknown": nobody is refused for what was not asked.
"""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from kesher.directory.catalogue import catalogue
from kesher.directory.models import Capacity, Service
from kesher.engine.eligibility import Explanation, explain
from kesher.engine.eligibility.values import Json
from kesher.people.models import Person
from kesher.referrals.known import known_of
from kesher.referrals.models import PlaceQuestion
from kesher.referrals.vocabularies import Verdict


def facts_of(person: Person, today: date | None = None) -> dict[str, Json]:
    """All that the file says, in the words of rules (:mod:`kesher.directory.facts`); what is not there is not known."""
    return {path: known.value for path, known in known_of(person, today).items()}


def explanation(service_id: UUID, person: Person) -> Explanation | None:
    """Why the conditions are met or not; None where the service has none, or is not public."""
    known = catalogue()
    number = known.number_of.get(str(service_id))
    if number is None or known.services[number].rule is None or known.services[number].rule is True:
        return None
    today = timezone.localdate()
    return explain(known.services[number].rule, {"today": today.isoformat(), **facts_of(person, today)})


def verdict(service: Service, person: Person) -> Verdict:
    """What the rules before the service say of this person; "yes" where it is open to all."""
    found = explanation(service.pk, person)
    return Verdict(found.verdict.value) if found is not None else Verdict.YES


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
