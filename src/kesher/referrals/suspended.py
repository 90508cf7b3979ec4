"""A partner is suspended: whoever sent people there is told, and what they sent stays open.

Nobody there answers any more, by account or by link. Nothing is refused or withdrawn by itself: the sender calls, or takes it
back and tries the next service. A referral that was not answered yet stands on their list of the day from this moment.
"""

from uuid import UUID

from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.base.events import emit, on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.referrals.links import Reached, reaches
from kesher.referrals.models import Referral
from kesher.referrals.notices import SENT, notify_all, senders_of
from kesher.referrals.vocabularies import State

TOLD = "referral.receiver_suspended"


@on("organisation.suspend")
def tell_who_sent(event_id: UUID) -> None:
    """Run twice, the second finds them told. One that was let back in meanwhile is none of it."""
    event = Event.objects.get(pk=event_id)
    if Organisation.objects.approved().filter(pk=event.about_id).exists():
        return
    with acting_for(organisation_ids=[event.about_id]):
        open_now = Referral.objects.open().filter(receiver=event.about_id, sent_at__isnull=False).order_by("id")
        found = list(open_now.values_list("pk", "sender_id"))
    for key, sender in found:
        _tell(key, sender, event)


def _tell(key: UUID, sender: UUID, event: Event) -> None:
    with (
        acting_for(organisation_ids=[sender, event.about_id]),
        acting(actor=THE_SYSTEM, reason="the receiver is suspended"),
    ):
        referral = Referral.objects.select_for_update(of=("self",)).open().filter(pk=key).first()
        if referral is None or Event.objects.filter(name=TOLD, about_id=key, data__of=str(event.pk)).exists():
            return
        marked = referral.state == State.REQUESTED and not referral.to_call
        if marked:
            referral.to_call = True
            referral.save(update_fields=["to_call", "updated_at"])
        notify_all(senders_of(referral), "referral_suspended", f"{SENT}{referral.pk}/")
        emit(TOLD, referral, by=Actor.the_system(), data={"of": str(event.pk), "marked": marked})


@on("organisation.restore")
def they_answer_again(event_id: UUID) -> None:
    """Let back in, they are called no more than others: what is still unanswered waits as it did, where it is read there.

    Run twice, or suspended again meanwhile, it does nothing.
    """
    event = Event.objects.get(pk=event_id)
    receiver = event.about_id
    if not Organisation.objects.approved().filter(pk=receiver).exists():
        return
    with acting_for(organisation_ids=[receiver]):
        waiting = (
            Referral.objects.waiting_for_answer().filter(receiver=receiver, to_call=True).select_related("service")
        )
        found = [one for one in waiting if reaches(one.service) != Reached.NOBODY]
    for one in found:
        with acting_for(organisation_ids=[one.sender_id, receiver]), acting(actor=THE_SYSTEM, reason="let back in"):
            told = Event.objects.filter(name=TOLD, about_id=one.pk).order_by("-id").first()
            if told is not None and told.data.get("marked"):
                waits = Referral.objects.filter(pk=one.pk, state=State.REQUESTED)
                waits.update(to_call=False, updated_at=timezone.now())
