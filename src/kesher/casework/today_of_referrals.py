"""Of referrals: sent by us and silent; sent to us and waiting; ended, and whether it helped is to be asked; and wishes of which
nobody takes care. Of whom was sent to us no name stands here: whoever opens one is noted.
"""

import json
from typing import Final

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import get_language

from kesher.accounts.models import Organisation
from kesher.base.translated import in_language
from kesher.casework.today import ASKED_OF_US, HELPED, LOOP, SILENT, SILENT_DAYS, Ask, Told, part
from kesher.referrals.models import FollowUp, Loop, Referral


def named_in(text: str) -> str:
    """An organisation or a service, whose name is stored in several languages, in the reader's."""
    return in_language(json.loads(text), get_language() or settings.LANGUAGE_CODE).text


def _name_of(organisation: str) -> Subquery:
    """The name of the organisation of this field, asked for each row: as a join all were gone through."""
    return Subquery(Organisation.objects.filter(pk=OuterRef(organisation)).values("name")[:1])


@part
def silent(ask: Ask) -> Told:
    sent = Referral.objects.sent_by(ask.user).waiting_for_answer()
    return Told(
        sent.filter(ask.whose(), sent_at__lt=ask.at(1 - SILENT_DAYS)), SILENT, TruncDate("sent_at"),
        person="person_id", text=_name_of("receiver_id"), read=named_in, first=("sent_at", "id"),
    )  # fmt: skip


@part
def asked_of_us(ask: Ask) -> Told:
    received = Referral.objects.received_by(ask.user).waiting_for_answer()
    return Told(
        received.filter(receiver__in=ask.here).exclude(sender__in=ask.here), ASKED_OF_US, TruncDate("sent_at"),
        text="service__name", read=named_in, first=("sent_at", "id"),
    )  # fmt: skip


@part
def whether_it_helped(ask: Ask) -> Told:
    """Asked by whoever sent them where neither mail nor text message is safe, or nobody knows whether one was sent."""
    due = FollowUp.objects.unanswered().filter(how=FollowUp.How.SENDER, asked_at__isnull=False)
    return Told(
        due.filter(ask.whose("referral__person"), referral__in=Referral.objects.sent_by(ask.user)), HELPED,
        TruncDate("asked_at"), about="referral_id", person="referral__person_id", called="referral__person__called",
        text=_name_of("referral__receiver_id"), read=named_in, first=("due_on", "id"),
    )  # fmt: skip


@part
def wishes_without_a_step(ask: Ask) -> Told:
    """What somebody wishes for or needs, open, with neither a referral nor a step under way; refused ones among them."""
    mine = Loop.objects.visible_to(ask.user).without_next_step().filter(ask.people(), organisation__in=ask.here)
    return Told(mine, LOOP, TruncDate("created_at"), person="person_id", text="wish")


#: All of them.
OF_REFERRALS: Final = (silent, asked_of_us, whether_it_helped, wishes_without_a_step)
