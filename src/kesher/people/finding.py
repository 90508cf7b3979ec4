"""Looking for a person: among the files one may see, and before a new one is opened.

similar(mine, called="Almaz", phone="050-555-0123")    files of one's own that may be of the same person
elsewhere(called=..., phone=..., by=actor)             organisations that may keep one; only with the person present
"""

import uuid
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.people.models import Access, Person, PersonQuerySet
from kesher.people.name_keys import asked_keys, likeness

#: Names this much alike are shown as perhaps one person's (one word of two is .65); with an equal number any name is.
ALIKE: Final = 0.6
MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Similar:
    """A file that may be of the same person, and why: codes of what is the same."""

    person: Person
    because: tuple[str, ...]
    likeness: float


def named(people: PersonQuerySet, words: str) -> PersonQuerySet:
    """Those whose name sounds like the words, in whatever script; or whose telephone number it is."""
    condition = Q(called__icontains=words) | Q(other_names__icontains=words)
    for word in words.split():
        if found := asked_keys(word):
            condition |= Q(name_keys__overlap=sorted(found))
    return people.filter(condition | Q(phone_index__matches=words))


def _same(phone: str, email: str, identity_number: str) -> Q:
    """What is the same only of one person, or of one household."""
    condition = Q(pk__in=[])
    for field, said in (("phone", phone), ("email", email), ("identity", identity_number)):
        if said:
            condition |= Q(**{f"{field}_index__matches": said})
    return condition


def similar(
    people: PersonQuerySet, *, called: str, phone: str = "", email: str = "", identity_number: str = ""
) -> list[Similar]:
    """Files among ``people`` that may be of somebody of this name, the likeliest first."""
    found = []
    same = _same(phone, email, identity_number)
    candidates = people.active().filter(same | Q(name_keys__overlap=sorted(asked_keys(called)))).order_by("-id")[:200]
    indexes = {
        name: set(Person._meta.get_field(f"{name}_index").digests(said)) if said else set()  # type: ignore[union-attr]
        for name, said in (("phone", phone), ("email", email), ("identity", identity_number))
    }
    for person in candidates:
        because = [name for name, those in indexes.items() if getattr(person, f"{name}_index") in those]
        names = [person.called, *person.other_names.split(","), f"{person.called} {person.other_names}"]
        alike = max(likeness(called, name) for name in names)
        if alike >= ALIKE:
            because.append("name")
        if because:
            found.append(Similar(person, tuple(because), alike))
    return sorted(found, key=lambda one: (-len(one.because), -one.likeness, one.person.pk))[:MOST]


def elsewhere(
    *, called: str, by: Actor, phone: str = "", email: str = "", identity_number: str = ""
) -> list[Organisation]:
    """Other organisations that keep a file of somebody of this name and number, for a person who is here and asked us to.

    Name and number or address must both be the same: somebody who tries names learns nothing. Organisations whose having
    a file says something by itself are never among them. That it was looked up is written down.
    """
    others = Organisation.objects.approved().exclude(pk__in=Organisation.objects.sensitive().values("pk"))
    if by.organisation_id is not None:
        others = others.exclude(pk=by.organisation_id)
    keepers: set[uuid.UUID] = set()
    with transaction.atomic():
        ids = list(others.values_list("pk", flat=True))
        with acting_for(organisation_ids=ids):
            there = similar(
                Person.objects.all(), called=called, phone=phone, email=email, identity_number=identity_number
            )
            sure = [one.person.pk for one in there if "name" in one.because and len(one.because) > 1]
            accesses = Access.objects.in_force().filter(person__in=sure, kind=Access.Kind.KEEPER, organisation__in=ids)
            keepers.update(pk for pk in accesses.values_list("organisation_id", flat=True) if pk)
        if by.organisation_id is not None:
            here = Organisation.objects.get(pk=by.organisation_id)
            emit("people.looked_elsewhere", here, by=by, data={"found": len(keepers)})
    return list(others.filter(pk__in=keepers).order_by("id"))
