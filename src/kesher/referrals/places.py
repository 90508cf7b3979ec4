""" "Do you have a place?" Asked of a partner before anybody is sent; nothing is said of whom it is for.

question = ask(service, by=caseworker)
answer(question, PlaceQuestion.Answer.YES, by=provider)
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import Service
from kesher.referrals.models import PlaceQuestion
from kesher.referrals.states import TO_ANSWER
from kesher.referrals.vocabularies import SENDERS

ASKED, ANSWERED = "place.asked", "place.answered"


def ask(service: Service, *, by: Actor) -> PlaceQuestion:
    """Ask, or find that it waits for an answer already. Raises :class:`Refused`."""
    if not by.roles & SENDERS or by.organisation_id is None or by.user_id is None:
        raise Refused(_("Your role does not allow this."), "role")
    if not Organisation.objects.approved().filter(pk=by.organisation_id).exists():
        raise Refused(_("Your organisation is not approved."), "organisation")
    if service.state != Service.State.PUBLISHED or service.organisation_id is None:
        raise Refused(_("This service is not offered now."), "service")
    with transaction.atomic(), acting(actor=by, reason="asked for a place"):
        question, new = PlaceQuestion.objects.get_or_create(
            service=service,
            sender_id=by.organisation_id,
            answered_at=None,
            defaults={"receiver_id": service.organisation_id, "asked_by_id": by.user_id},
        )
        if new:
            ids = {"receiver": str(service.organisation_id), "sender": str(by.organisation_id)}
            emit(ASKED, question, by=by, data=ids)
    return question


def answer(question: PlaceQuestion, said: str, *, by: Actor) -> None:
    """The first answer counts. Raises :class:`Refused` and changes nothing."""
    if by.organisation_id != question.receiver_id or not by.roles & TO_ANSWER:
        raise Refused(_("Another organisation was asked."), "role")
    if said not in PlaceQuestion.Answer.values:
        raise Refused(_("Choose an answer."), "answer")
    with transaction.atomic(), acting(actor=by, reason=f"place: {said}"):
        locked = PlaceQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if locked.answered_at is not None:
            raise Refused(_("This has been answered already."), "state")
        locked.answer, locked.answered_at, locked.answered_by_id = said, timezone.now(), by.user_id
        locked.save(update_fields=["answer", "answered_at", "answered_by_id", "updated_at"])
        ids = {"receiver": str(question.receiver_id), "sender": str(question.sender_id)}
        emit(ANSWERED, locked, by=by, data={"answer": said, **ids})
    for field in ("answer", "answered_at", "answered_by_id"):
        setattr(question, field, getattr(locked, field))
