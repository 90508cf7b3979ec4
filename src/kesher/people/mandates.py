"""Helping a person with their file: they ask, hand over a link, the helper accepts; either ends it in a moment.

mandate = ask(person, "family", by=them)
mandate = ask_for(child, "guardian", how="present", by=caseworker)     for somebody without an account
key = key_of(mandate)                      stands in the link they hand over: once, and for 14 days
accept(key, user=sister)
end(mandate, by=them)                      or by the helper; without an account, by a caseworker on their word
"""

import uuid
from typing import Final

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import belongs_to
from kesher.accounts.models import User
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.people.consents import HELPER, PERSON, acts_for_file, ends_with_the_file
from kesher.people.files import NotClaimable
from kesher.people.models import FILE_ROLES, Access, Consent, Mandate, Person
from kesher.people.models.consents import Purpose
from kesher.people.models.mandates import ACCEPT_WITHIN

SALT: Final = "kesher.people.mandate"


def is_their_own(person: Person, by: Actor) -> bool:
    """Whether ``by`` is the person themselves, on their own page."""
    return PERSON in by.roles and by.user_id is not None and person.user_id == by.user_id


def ask(person: Person, relation: str, *, by: Actor) -> Mandate:
    """The person wants somebody to help. Raises :class:`Refused` for everybody but the person themselves."""
    if not is_their_own(person, by):
        raise Refused(_("Only the person themselves says who may help."), "role")
    with transaction.atomic(), acting(actor=by, reason="help asked"):
        mandate = Mandate.objects.create(person=person, relation=relation)
        emit("mandate.asked", mandate, by=by)
    return mandate


def ask_for(person: Person, relation: str, *, how: str, by: Actor) -> Mandate:
    """Somebody without an account, or whoever decides for a child, says to a caseworker who may help.

    ``how``: present, phone or paper. Raises :class:`Refused` and changes nothing.
    """
    if how not in (Consent.How.PRESENT, Consent.How.PHONE, Consent.How.PAPER):
        raise Refused(_("Say how they told you."), "how")
    if not _on_their_word(person, by):
        raise Refused(_("Only the person themselves says who may help."), "role")
    with transaction.atomic(), acting(actor=by, reason="help asked on their word"):
        mandate = Mandate.objects.create(person=person, relation=relation)
        emit("mandate.asked", mandate, by=by, data={"how": how, "organisation": str(by.organisation_id)})
    return mandate


def _on_their_word(person: Person, by: Actor) -> bool:
    """Whether ``by`` works with the file of somebody who has no page of their own on which to say it."""
    works = bool(by.roles & FILE_ROLES) and by.organisation_id is not None
    return works and person.user_id is None and person.state == Person.State.ACTIVE and acts_for_file(person, by)


def key_of(mandate: Mandate, organisation_id: uuid.UUID | None = None) -> str:
    """What stands in the link: whoever has it and an account may accept, once, for 14 days.

    ``organisation_id``: whose caseworker asked, where the person has no account.
    """
    owner = mandate.person.user_id
    said = [mandate.pk.hex, owner.hex if owner else ""]
    return signing.dumps([*said, organisation_id.hex] if organisation_id else said, salt=SALT)


def accept(key: str, *, user: User) -> Mandate:
    """The helper says yes. Raises :class:`~kesher.people.files.NotClaimable` and changes nothing when the link is over."""
    try:
        mandate_hex, owner_hex, *asked_by = signing.loads(key, salt=SALT, max_age=ACCEPT_WITHIN)
        mandate_id, owner_id = uuid.UUID(mandate_hex), uuid.UUID(owner_hex) if owner_hex else None
        organisations = [uuid.UUID(one) for one in asked_by]
    except signing.SignatureExpired:
        raise NotClaimable("expired") from None
    except (signing.BadSignature, ValueError, TypeError):
        raise NotClaimable("unknown") from None
    with acting_for(user_id=owner_id, organisation_ids=organisations), acting(actor=user.pk, reason="help accepted"):
        mandate: Mandate | None = (
            Mandate.objects.select_for_update(of=("self",)).standing().filter(pk=mandate_id).first()
        )
        if mandate is None:
            raise NotClaimable("gone")
        if mandate.user_id == user.pk:
            return mandate  # a second press
        if mandate.user_id is not None:
            raise NotClaimable("used")
        if any(belongs_to(user.pk, one) for one in organisations):
            raise NotClaimable("other file")  # who keeps the file has it already, and is not who helps against them
        if user.pk == owner_id or Mandate.objects.of_helper(user).filter(person=mandate.person_id).exists():
            raise NotClaimable("other file")
        mandate.user, mandate.accepted_at = user, timezone.now()
        mandate.save(update_fields=["user", "accepted_at", "updated_at"])
        with acting_for(user_id=user.pk):  # each sees its own accesses alone
            Access.objects.create(person_id=mandate.person_id, kind=Access.Kind.HELPER, user=user)
        emit("mandate.accepted", mandate, by=Actor(user.pk, roles=frozenset({HELPER})))
    return mandate


def end(mandate: Mandate, *, by: Actor) -> None:
    """Either says that it ends: from this moment the helper sees nothing. Twice is once. Raises :class:`Refused`."""
    helps = HELPER in by.roles and by.user_id is not None and mandate.user_id == by.user_id
    if not helps and not is_their_own(mandate.person, by) and not _on_their_word(mandate.person, by):
        raise Refused(_("This file is not open to you."), "role")
    end_for_good(mandate, by=by)


def end_for_good(mandate: Mandate, *, by: Actor) -> None:
    """End it, whoever was judged to be allowed to by the caller: the file itself goes, say. Twice is once."""
    with transaction.atomic(), acting(actor=by, reason="help ended"):
        locked = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
        if locked.ended_at is None:
            now = timezone.now()
            locked.ended_at, locked.ended_by_id = now, by.user_id
            locked.save(update_fields=["ended_at", "ended_by_id", "updated_at"])
            emit("mandate.ended", locked, by=by)
            if locked.user_id is not None:
                with acting_for(user_id=locked.user_id):
                    mine = Access.objects.in_force().filter(person=locked.person_id, user=locked.user_id)
                    mine.filter(kind=Access.Kind.HELPER).update(until=now, updated_at=now)
    mandate.ended_at, mandate.ended_by_id = locked.ended_at, locked.ended_by_id


@ends_with_the_file
def end_with_the_last_who_has_it(person_id: uuid.UUID, organisation_id: uuid.UUID | None) -> None:
    """Nobody without an account can say that help ends once no organisation has their file: then it ends with the file.

    What the last organisation cannot know (a file that came as a Bundle) the night sees (:func:`kesher.people.erasing.sweep`).
    """
    if organisation_id is None:
        return  # erased: it has ended already
    others = Consent.objects.in_force().filter(person=person_id, purpose__in=(Purpose.FILE, Purpose.SHARE))
    if others.exclude(organisation=organisation_id).exists():
        return
    if not Person.objects.filter(pk=person_id, user=None).exists():
        return
    for mandate in Mandate.objects.filter(person=person_id, ended_at=None).order_by("pk"):
        end_for_good(mandate, by=Actor.the_system())
