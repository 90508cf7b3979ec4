"""Which service next? Those of partners, as orientation ranks them for this person, each with what decides."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.utils import timezone

from kesher.directory.agreements import partners_of
from kesher.directory.catalogue import catalogue
from kesher.directory.models import Service
from kesher.directory.orienting import Asked, needs_of
from kesher.engine.orientation import Catalogue, Colour, Orientation, Result, Situation, orient
from kesher.people.models import Person
from kesher.referrals.eligibility import facts_of

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Proposal:
    """A service, how it suits, and what is known of places. ``partner``: whether it may be sent there now."""

    service: Service
    colour: Colour
    free: int | None
    languages: tuple[str, ...]
    speaks: bool
    distance: float | None
    partner: bool


def proposals(person: Person, wish: str, *, sender: UUID, leave_out: frozenset[UUID] = frozenset()) -> list[Proposal]:
    """The best for a wish in words, partners' first; ``leave_out``: services that were tried already.

    Nothing that does not fit is hidden: a named sender may send somebody all the same.
    """
    known = catalogue()
    everything = _oriented(person, known, needs_of(wish))
    partners = partners_of(sender)
    of_partners = np.zeros(len(known), dtype=bool)
    theirs = Service.objects.published().filter(organisation__in=partners).exclude(pk__in=leave_out)
    for key in theirs.order_by().values_list("pk", flat=True):
        number = known.number_of.get(str(key))
        if number is not None:
            of_partners[number] = True
    first = everything.only(of_partners & everything.relevant).results(MOST_SHOWN)
    results = [*first, *everything.results(MOST_SHOWN)]
    keys = [UUID(result.service.key) for result in results]
    services = {
        service.pk: service
        for service in Service.objects.published()
        .filter(pk__in=set(keys) - leave_out, organisation__state="approved")
        .select_related("organisation")
    }
    found = []
    for key, result in zip(keys, results, strict=True):
        service = services.pop(key, None)  # each once
        if service is not None:
            found.append(_proposal(person, service, result, partner=service.organisation_id in partners))
    return found[:MOST_SHOWN]


def proposal_of(person: Person, service: Service, *, sender: UUID) -> Proposal | None:
    """One service that somebody chose, as it would stand among the proposals; None where the catalogue has not read it yet."""
    known = catalogue()
    number = known.number_of.get(str(service.pk))
    if number is None:
        return None
    (result,) = _oriented(person, known, None).results_of([number])
    return _proposal(person, service, result, partner=service.organisation_id in partners_of(sender))


def _oriented(person: Person, known: Catalogue, asked: Asked | None) -> Orientation:
    """All services for what the file says of this person, and for what they ask."""
    facts = facts_of(person).living(person, known.rules.facts)
    situation = Situation(
        timezone.localdate(),
        facts.sure,
        needs=tuple(code for code in asked.codes if code in known.needs) if asked else (),
        found=asked.found if asked else {},
        place=person.area.centre if person.area else None,
        languages=frozenset({person.language}),
    )
    everything = orient(known, situation)
    for fact, values in facts.one_of.items():
        everything = everything.with_one_of(fact, values)
    return everything


def _proposal(person: Person, service: Service, result: Result, *, partner: bool) -> Proposal:
    return Proposal(
        service=service,
        colour=result.colour,
        free=result.service.free_places,
        languages=tuple(sorted(result.service.languages)),
        speaks=person.language in result.service.languages,
        distance=result.distance,
        partner=partner,
    )
