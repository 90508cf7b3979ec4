"""Agreeing and taking it back. Nothing leaves without an agreement; taking one back ends at once what it allowed.

    consent = give(person, Purpose.SHARE, with_=charity, how="present", language="am", by=actor)
    withdraw(consent, by=actor)

``by`` is the person or a helper on their own page, or somebody of an organisation that keeps the file, who writes down what
the person said. What else must end when an agreement ends (referrals on their way) listens to ``consent.withdrawn``.
"""

import uuid
from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.people.models import FILE_ROLES, Access, Consent, ConsentText, Person
from kesher.people.models.consents import TOWARDS_ONE, Purpose

#: Roles without a membership: the person whose file it is, and whoever helps them with a mandate.
PERSON, HELPER = "person", "helper"
#: How each may have agreed: what somebody else writes down was said to them.
SELF_MADE = frozenset({Consent.How.SELF, Consent.How.HELPER})
#: Of rooms above: what ends as a file closes. Called with the person, and the organisation it closes to (None = to everybody).
Ending = Callable[[uuid.UUID, uuid.UUID | None], None]
_endings: list[Ending] = []


def ends_with_the_file(ending: Ending) -> Ending:
    """Decorator: call this in the moment before a file closes, while whoever it closes to still sees the rows."""
    if ending not in _endings:
        _endings.append(ending)
    return ending


def file_closes(person_id: uuid.UUID, organisation_id: uuid.UUID | None) -> None:
    """End what cannot go on without the file; in the transaction that closes it."""
    for ending in _endings:
        ending(person_id, organisation_id)


def acts_for_file(person: Person, by: Actor) -> bool:
    """Whether ``by`` may write into this file: the person, a helper, or a worker of an organisation with the whole file."""
    accesses = Access.objects.in_force().filter(person=person, whole=True)
    if PERSON in by.roles or HELPER in by.roles:
        return by.user_id is not None and accesses.filter(user=by.user_id).exists()
    return bool(by.roles & FILE_ROLES) and accesses.filter(organisation=by.organisation_id).exists()


def is_their_own(person: Person, by: Actor) -> bool:
    """Whether whoever acts for an organisation is the person, too: a caseworker's judgement of oneself is none."""
    return person.user_id is not None and person.user_id == by.user_id and PERSON not in by.roles


OWN_FILE: Final = _("This file is your own: a colleague judges what is in it.")


def give(
    person: Person,
    purpose: str,
    *,
    how: str,
    language: str,
    by: Actor,
    with_: Organisation | None = None,
    consent_id: uuid.UUID | None = None,
) -> Consent:
    """Write down that a person agreed, with the text now in use; and open the file to whom they share it with.

    Raises :class:`Refused` and changes nothing where ``by`` may not write into this file, or ``how`` cannot be theirs.
    """
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    if (how in SELF_MADE) != bool(by.roles & {PERSON, HELPER}):
        raise Refused(
            _("Only the person agrees on their own page; what you were told was read aloud or signed."), "how"
        )
    if (purpose in TOWARDS_ONE) != (with_ is not None):
        raise Refused(_("It must be said with which organisation this is agreed."), "organisation")
    with transaction.atomic(), acting(actor=by, reason=f"agreed: {purpose}"):
        consent = Consent(
            person=person,
            purpose=purpose,
            organisation=with_,
            text=ConsentText.current(purpose),
            language=language,
            how=how,
            recorded_by_id=by.user_id,
        )
        if consent_id is not None:
            consent.pk = consent_id
        consent.save(force_insert=True)
        if purpose == Purpose.SHARE and with_ is not None:
            open_to(person, with_, kind=Access.Kind.SHARED, consent=consent)
        emit("consent.given", consent, by=by, data={"purpose": purpose, "person": str(person.pk)})
        return consent


def open_to(person: Person, organisation: Organisation, *, kind: str, consent: Consent, whole: bool = True) -> Access:
    """Let an organisation see the file; once, however often it was agreed. The latest agreement is the one it rests on."""
    with acting_for(organisation_ids=[organisation.pk]):  # each sees its own accesses alone
        access, _made = Access.objects.update_or_create(
            person=person,
            organisation=organisation,
            kind=kind,
            until=None,
            defaults={"consent": consent, "whole": whole},
        )
    return access


def withdraw(consent: Consent, *, by: Actor) -> None:
    """The person takes it back: accesses that rest on it end in this moment. Twice is once.

    Raises :class:`Refused` for whoever may not write into the file. Whoever keeps the file by this agreement can no longer
    see it afterwards.
    """
    if not acts_for_file(consent.person, by):
        raise Refused(_("This file is not open to you."), "role")
    end_now(consent, by=by)


def end_now(consent: Consent, *, by: Actor, closing: bool = True) -> None:
    """The same, whoever was judged to be allowed to by the caller. ``closing`` False: the whole file closes right after, to
    everybody, and whoever does it still has to see it."""
    with transaction.atomic(), acting(actor=by, reason="agreement taken back"):
        locked = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
        if locked.withdrawn_at is None:
            now = timezone.now()
            locked.withdrawn_at, locked.withdrawn_by_id = now, by.user_id
            locked.save(update_fields=["withdrawn_at", "withdrawn_by_id", "updated_at"])
            # Those who listen see no agreement of a person: they are told with whom it was.
            ids = {"person": str(locked.person_id), "organisation": str(locked.organisation_id or "")}
            emit("consent.withdrawn", locked, by=by, data={"purpose": locked.purpose, **ids})
            own = by.organisation_id is not None and by.organisation_id == locked.organisation_id
            if not closing and own:
                consent.withdrawn_at, consent.withdrawn_by_id = locked.withdrawn_at, locked.withdrawn_by_id
                return
            with acting_for(organisation_ids=[locked.organisation_id] if locked.organisation_id else []):
                resting = Access.objects.in_force().filter(consent=locked)
                theirs = Access.objects.in_force().filter(
                    person=locked.person_id, organisation=locked.organisation_id, whole=True
                )
                if resting.filter(whole=True).exists() and not theirs.exclude(consent=locked).exists():
                    # not by the event: after the commit they no longer see what they would have to end
                    file_closes(locked.person_id, locked.organisation_id)
                resting.update(until=now, updated_at=now)
    consent.withdrawn_at, consent.withdrawn_by_id = locked.withdrawn_at, locked.withdrawn_by_id


def has_agreed(person: Person, purpose: str, *, with_: uuid.UUID | None = None) -> bool:
    """Whether an agreement of this kind is in force now (with this organisation, where it is towards one)."""
    return Consent.objects.in_force().filter(person=person, purpose=purpose, organisation=with_).exists()
