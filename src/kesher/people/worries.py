"""What worries a person most, as they say it now."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import acts_for_file
from kesher.people.models import Person, Worry
from kesher.people.models.worries import MOST_WORRIES


@dataclass(frozen=True, slots=True)
class Said:
    """What worries somebody now, as it stands in the file."""

    worries: list[str]


def now_of(person: Person) -> Said:
    return Said(sorted(person.worries.now().values_list("kind", flat=True)))


def stamp(person: Person) -> str:
    """What tells what worries somebody now from what worried them before; "" where nothing does, or nobody asked."""
    kinds = now_of(person).worries
    salted = salted_hmac("kesher.people.worries.stamp", repr(kinds), algorithm="sha256")
    return salted.hexdigest()[:32] if kinds else ""


def say(person: Person, kinds: Iterable[str], *, by: Actor, seen: str | None = None) -> None:
    """These worry them now, at most three; what is not among them has passed.

    ``seen``: the :func:`stamp` of what was read before; raises :class:`~kesher.people.files.Changed` where something else
    stands there by now, unless it is the same. Raises :class:`Refused` and changes nothing for whoever may not write into
    the file, and for more than three.
    """
    said = set(kinds) & set(Worry.Kind.values)
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    if len(said) > MOST_WORRIES:
        raise Refused(_("Three at most: what worries most."), "too many")
    with transaction.atomic(), acting(actor=by, reason="worries said"):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)  # of two who write at once the second waits
        files.must_be_as_seen(now_of(person), {"worries": sorted(said)}, seen=seen, now=stamp(person))
        now = timezone.now()
        noted = dict(person.worries.now().values_list("kind", "pk"))
        passed = [pk for kind, pk in noted.items() if kind not in said]
        person.worries.filter(pk__in=passed).update(over_at=now, updated_at=now)
        new = sorted(said - set(noted))
        Worry.objects.bulk_create(Worry(person=person, kind=kind, noted_by_id=by.user_id) for kind in new)
        if new or passed:
            files.something_happened(person)
            emit("file.worries_said", person, by=by, data={"new": len(new), "passed": len(passed)})
