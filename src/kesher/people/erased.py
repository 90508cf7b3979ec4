"""A file was erased: every organisation that was let into it is told, and asked to erase what it has of it.

By account, where somebody there works with files; else by mail to the address on record. What is said is the file's number,
which stands in the address of its pages, and the request; never a name. Those who got a referral are asked
by :mod:`kesher.referrals.recalls`. What each says about it ("we have erased what we had") is an event of its own.
"""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership, User
from kesher.base.events import emit, on
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import enqueue, task
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import OrganisationProfile
from kesher.people.erasing import ASKED, ERASED
from kesher.people.models import FILE_ROLES, Person

TOLD, MAILED, NOWHERE, CONFIRMED = (
    "file.erasure_told",
    "file.erasure_mailed",
    "file.erasure_no_address",
    "file.erasure_confirmed",
)
PAGE: Final = "caseworker/erased/"


def workers(organisation_id: UUID) -> list[User]:
    """Who works with files there now."""
    held = Membership.objects.in_force().filter(organisation=organisation_id, role__in=FILE_ROLES)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("id"))


@on(ERASED)
def tell_whoever_had_it(event_id: UUID) -> None:
    """One row for each organisation, so that it can answer; run twice, nobody is told twice."""
    event = Event.objects.get(pk=event_id)
    for organisation in event.data.get("organisations", []):
        _tell(event, UUID(organisation))


def _tell(event: Event, organisation: UUID) -> None:
    with transaction.atomic():
        if Event.objects.filter(name=TOLD, about_id=event.about_id, organisation_id=organisation).exists():
            return
        system = Actor(None, organisation, frozenset({"system"}))
        emit(TOLD, Person(pk=event.about_id), by=system)
        staff = workers(organisation)
        for user in staff:
            with acting_for(user_id=user.pk):  # each sees their own notices alone
                notify(user.pk, "file_erased", language=user.language, link=f"/{user.language}/{PAGE}")
        if not staff:
            enqueue(mail_it, number=str(event.about_id), organisation=str(organisation))


@task(queue="mail")
def mail_it(*, number: str, organisation: str) -> None:
    """To an office where nobody has an account: the number and the request, in the languages every page is complete in."""
    about, system = Person(pk=UUID(number)), Actor(None, UUID(organisation), frozenset({"system"}))
    if Event.objects.filter(name=MAILED, about_id=about.pk, organisation_id=system.organisation_id).exists():
        return
    profile = OrganisationProfile.objects.filter(organisation=UUID(organisation)).only("email").first()
    with transaction.atomic():
        if profile is None or not profile.email:
            emit(NOWHERE, about, by=system)
            return
        subjects, bodies = [], []
        for language in settings.COMPLETE_LANGUAGES:
            with translation.override(language):
                text = render_to_string("notifications/mail_file_erased.txt", {"number": number})
            subject, _rest, body = text.strip().partition("\n")
            subjects.append(subject.strip())
            bodies.append(body.strip())
        send_mail(" · ".join(subjects), "\n\n---\n\n".join(bodies) + "\n", None, [profile.email])
        emit(MAILED, about, by=system)


@on(ASKED)
def tell_colleagues(event_id: UUID) -> None:
    """A second person is to confirm: whoever else works with files there hears of it, without a name."""
    event = Event.objects.get(pk=event_id)
    organisation = UUID(event.data["organisation"])
    for user in workers(organisation):
        if user.pk == event.actor_id:
            continue
        with acting_for(user_id=user.pk):
            notify(
                user.pk,
                "file_erasure_asked",
                language=user.language,
                link=f"/{user.language}/caseworker/people/{event.about_id}/erase/",
            )


def asked_of(organisation_ids: list[UUID]) -> list[dict[str, Any]]:
    """The last hundred files these organisations were asked to erase: ``number``, ``at``, ``organisation``, ``confirmed``
    (when they said that it is done, or None)."""
    told = list(Event.objects.filter(name=TOLD, organisation_id__in=organisation_ids).order_by("-id")[:100])
    answers = Event.objects.filter(
        name=CONFIRMED, organisation_id__in=organisation_ids, about_id__in=[one.about_id for one in told]
    )
    done = {(one.about_id, one.organisation_id): one.at for one in answers.order_by("-id")}
    return [
        {
            "number": str(one.about_id),
            "at": one.at,
            "organisation": one.organisation_id,
            "confirmed": done.get((one.about_id, one.organisation_id)),
        }
        for one in told
    ]


def confirm_erased(number: UUID, *, by: Actor) -> None:
    """Somebody who works with files there says that nothing of it is left. Twice is once. Raises :class:`Refused`."""
    told = Event.objects.filter(name=TOLD, about_id=number, organisation_id=by.organisation_id)
    if by.organisation_id is None or not by.roles & FILE_ROLES or not told.exists():
        raise Refused(_("Your organisation was not asked for this."), "role")
    said = Event.objects.filter(name=CONFIRMED, about_id=number, organisation_id=by.organisation_id)
    with transaction.atomic():
        if not said.exists():
            emit(CONFIRMED, Person(pk=number), by=by)
