"""What the sender does: write, send, throw away, withdraw, try the next service.

    referral = draft(person, service, "a Hebrew course", by=caseworker)
    write(referral, by=caseworker, why="…", carries=["contact"], wait_list=True)
    send(referral, by=caseworker)
    again = next_best(referral, another_service, by=caseworker)         after a refusal: a new draft that replaces it

Each raises :class:`~kesher.base.transitions.Refused` and changes nothing where it may not be.
"""

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import Service
from kesher.people.consents import acts_for_file
from kesher.people.files import must_be_as_seen, something_happened, stamp_of
from kesher.people.models import Access, Consent, Person
from kesher.people.models.consents import Purpose
from kesher.referrals import eligibility
from kesher.referrals.carried import SECTIONS
from kesher.referrals.loops import open_loop
from kesher.referrals.models import Loop, Referral
from kesher.referrals.moving import both_sides, close_access, move
from kesher.referrals.vocabularies import SENDERS, Reason, State

#: What may be written in a draft.
WRITTEN: Final = (
    "why", "carries", "language", "interpreter", "interpreter_gender", "safe_contact", "override_reason", "wait_list",
    "places_shown", "to_call",
)  # fmt: skip
#: What of it somebody types.
TYPED: Final = tuple(name for name in WRITTEN if name != "places_shown")


def draft(person: Person, service: Service, wish: str | Loop, *, by: Actor) -> Referral:
    """Begin a referral. ``wish``: what they wish for, in words; or what is followed already."""
    if not by.roles & SENDERS or by.organisation_id is None or not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    if service.state != Service.State.PUBLISHED or service.organisation_id is None:
        raise Refused(_("This service is not offered now."), "service")
    with transaction.atomic(), acting(actor=by, reason="referral begun"):
        if isinstance(wish, Loop):
            loop = Loop.objects.select_for_update(of=("self",)).get(pk=wish.pk)
            if loop.person_id != person.pk or loop.organisation_id != by.organisation_id or not loop.is_open:
                raise Refused(_("What they wished for is closed already."), "state")
            if Referral.objects.open().filter(loop=loop).exists():
                raise Refused(_("They are on their way to a service for this already."), "state")
        else:
            loop = open_loop(person, wish, by=by)
        return _drafted(person, service, loop, by=by)


def _drafted(person: Person, service: Service, loop: Loop, *, by: Actor, replaces: Referral | None = None) -> Referral:
    assert by.user_id is not None
    assert by.organisation_id is not None
    assert service.organisation_id is not None
    referral = Referral(
        person=person,
        service=service,
        loop=loop,
        sender_id=by.organisation_id,
        receiver_id=service.organisation_id,
        sender_user_id=by.user_id,
        language=person.language,
        safe_contact="",
        replaces=replaces,
    )
    if replaces is not None:
        for name in ("why", "carries", "language", "interpreter", "interpreter_gender", "safe_contact"):
            setattr(referral, name, getattr(replaces, name))
    referral.save(force_insert=True)
    data = {"replaces": str(replaces.pk)} if replaces is not None else {}
    emit("referral.drafted", referral, by=by, data=data)
    return referral


def stamp(referral: Referral) -> str:
    """What tells one state of a draft from another; "" where nothing is written in it yet."""
    return stamp_of(referral, TYPED) if referral.why else ""


def write(referral: Referral, *, by: Actor, seen: str | None, **written: Any) -> None:
    """Keep what is written in a draft (:data:`WRITTEN`). Whoever overrides the conditions is named by it.

    ``seen``: the :func:`stamp` of the draft that was read before; raises :class:`~kesher.people.files.Changed` where a
    colleague has written something else in it since.
    """
    if by.organisation_id != referral.sender_id or not by.roles & SENDERS:
        raise Refused(_("Another organisation sends this."), "role")
    if unknown := set(written) - set(WRITTEN):
        raise TypeError(f"a draft has no {', '.join(sorted(unknown))}")
    if not set(written.get("carries", ())) <= set(SECTIONS):
        raise Refused(_("Choose what goes along."), "carries")
    with transaction.atomic(), acting(actor=by, reason="referral written"):
        locked = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
        if locked.state != State.DRAFT:
            raise Refused(_("This is not possible in the present state."), "state")
        written = {name: value.strip() if isinstance(value, str) else value for name, value in written.items()}
        typed = {name: value for name, value in written.items() if name in TYPED}
        must_be_as_seen(locked, typed, seen=seen, now=stamp(locked))
        for name, value in written.items():
            setattr(locked, name, value)
        if "override_reason" in written:
            locked.overridden_by_id = by.user_id if locked.override_reason else None
        locked.sender_user_id = by.user_id or locked.sender_user_id
        locked.save()
    for name in (*written, "overridden_by_id", "sender_user_id"):
        setattr(referral, name, getattr(locked, name))


def send(referral: Referral, *, by: Actor) -> None:
    """It leaves: the receiver may from now on see what it carries, and nothing else of the file."""
    with both_sides(referral, by):
        # Held until it has left, the file before the agreement: whoever erases the one, or takes back the other, at this moment
        # waits, and then finds what has left; else it would be open to the receiver on what is agreed no more.
        of_theirs = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk=referral.person_id)
        person = of_theirs.defer(*Person.ENCRYPTED).first()
        if person is None:
            raise Refused(_("This file is not open to you."), "guard")
        consent = (
            Consent.objects.in_force()
            .select_for_update(of=("self",), no_key=True)
            .filter(person=person, purpose=Purpose.REFERRAL, organisation=referral.receiver_id)
            .order_by("-given_at", "-id")
            .first()
        )
        fields = {
            "consent": consent,
            "eligibility": eligibility.verdict(referral.service, person),
            "sent_at": timezone.now(),
            "sender_user_id": by.user_id or referral.sender_user_id,
        }
        move(referral, "send", by=by, fields=fields, related={"person": person}, person=str(referral.person_id))
        if consent is None:  # the guard has refused it
            raise Refused(_("The person has not agreed to this. Read it to them first."), "guard")
        _open_to_receiver(referral, consent)
        something_happened(person)


def _open_to_receiver(referral: Referral, consent: Consent) -> None:
    """The receiver sees what is carried; once, however often they are sent to. Inside :func:`both_sides`: in sight of both."""
    theirs = Access.objects.filter(
        person=referral.person_id, organisation=referral.receiver_id, kind=Access.Kind.REFERRAL, until=None
    )
    if not theirs.update(consent=consent, whole=False, updated_at=timezone.now()):
        Access.objects.create(
            person_id=referral.person_id,
            organisation_id=referral.receiver_id,
            kind=Access.Kind.REFERRAL,
            consent=consent,
            whole=False,
        )


def discard(referral: Referral, *, by: Actor) -> None:
    """Throw a draft away; the trail keeps that it was there. What they wished for stays open, and is found again."""
    with both_sides(referral, by):
        move(referral, "discard", by=by)
        Referral.objects.filter(pk=referral.pk).delete()


def withdraw(referral: Referral, *, by: Actor, reason: str, words: str = "") -> None:
    """The sender takes it back, and says why. What they wished for stays open until somebody closes it."""
    with both_sides(referral, by):
        fields = {"reason": reason, "reason_words": words.strip()[:1000], "closed_at": timezone.now()}
        move(referral, "withdraw", by=by, reason=reason, fields=fields)
        close_access(referral)


def entered_in_error(referral: Referral, *, by: Actor, note: str) -> None:
    """Either side says that it should not exist. It stays in the trail, and out of all numbers."""
    with both_sides(referral, by):
        fields = {"reason": Reason.OTHER, "reason_words": note.strip()[:1000], "closed_at": timezone.now()}
        move(referral, "entered in error", by=by, reason="note" if note.strip() else "", fields=fields)
        close_access(referral)


def next_best(referral: Referral, service: Service, *, by: Actor) -> Referral:
    """After a refusal or a failure: a new draft to another service, for the same wish."""
    if service.state != Service.State.PUBLISHED or service.organisation_id is None:
        raise Refused(_("This service is not offered now."), "service")
    with both_sides(referral, by):
        person = Person.objects.filter(pk=referral.person_id).first()
        if person is None or not acts_for_file(person, by):
            raise Refused(_("This file is not open to you."), "role")
        # Of two who try at once the second waits here and finds the first one's draft.
        loop = Loop.objects.select_for_update(of=("self",)).get(pk=referral.loop_id)
        move(referral, "next best", by=by)
        return _drafted(person, service, loop, by=by, replaces=referral)
