"""A new organisation asks to be let in; who decides sees what is already there under a like name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor
from kesher.directory.models import OrganisationProfile
from kesher.engine.text import fold


def register_organisation(
    user: User,
    *,
    name: Mapping[str, str],
    kind: str,
    registration_number: str = "",
    description: Mapping[str, str] | None = None,
    email: str = "",
    website: str = "",
) -> Organisation:
    """A pending organisation with its page, administered by ``user``. Its services can be written, not yet published."""
    with transaction.atomic(), acting(actor=user.pk, reason="register"):
        organisation = Organisation(name=dict(name), kind=kind, registration_number=registration_number)
        organisation.full_clean()
        organisation.save()
        profile = OrganisationProfile(
            organisation=organisation, description=dict(description or {}), email=email, website=website
        )
        profile.full_clean(exclude=["organisation", "dataset"])
        profile.save()
        user.memberships.create(organisation=organisation, role=Role.ORGANISATION_ADMIN)
        by = Actor(user.pk, organisation.pk, frozenset({Role.ORGANISATION_ADMIN}))
        emit("organisation.register", organisation, by=by)
    user.forget_memberships()
    return organisation


def possible_duplicates(asking: Sequence[Organisation]) -> dict[UUID, list[Organisation]]:
    """For each of ``asking``: others with the same folded name in any language, or the same registration number.

    One query for all of them, over the names of all organisations: thousands, read once on a page that few open.
    """
    if not asking:
        return {}
    by_name: dict[str, set[UUID]] = defaultdict(set)
    by_number: dict[str, set[UUID]] = defaultdict(set)
    everybody = {organisation.pk: organisation for organisation in Organisation.objects.order_by("id")}
    for organisation in everybody.values():
        for key in folded_names(organisation.name.values()):
            by_name[key].add(organisation.pk)
        if organisation.registration_number.strip():
            by_number[fold(organisation.registration_number)].add(organisation.pk)
    found = {}
    for organisation in asking:
        like: set[UUID] = set()
        for key in folded_names(organisation.name.values()):
            like |= by_name[key]
        if organisation.registration_number.strip():
            like |= by_number[fold(organisation.registration_number)]
        found[organisation.pk] = [everybody[pk] for pk in sorted(like - {organisation.pk})]
    return found


def folded_names(names: Iterable[str]) -> set[str]:
    """Each name folded, its words in order of the alphabet: "Bridge, Association" is "association bridge"."""
    return {" ".join(sorted(fold(name).replace(",", " ").replace('"', "").split())) for name in names if name.strip()}
