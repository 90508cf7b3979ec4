"""Of referrals: begun and not sent; sent by us and silent; sent to us and waiting; accepted, and forgotten, by them or by us;
ended, and whether it helped is to be asked; and wishes of which nobody takes care.

Of whom was sent to us no name stands here: whoever opens one is noted. A wish that is open comes up for somebody within
:data:`COMES_UP` days, whatever is under way with it (property test of the state table).
"""

import json
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least, TruncDate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.translated import in_language
from kesher.casework.reasons import Reason, reason
from kesher.casework.today import Ask, Told, part
from kesher.people.models.open_files import FileOpen
from kesher.referrals.models import FollowUp, Loop, Referral
from kesher.referrals.vocabularies import State

#: A referral without an answer for so long is asked about; the receiver has been reminded by then.
SILENT_DAYS: Final = 3
#: A draft nobody sent.
BEGUN_DAYS: Final = 3
#: Accepted, and not spoken with: whoever accepted sees it first, whoever sent them next.
OWED_DAYS, FORGOTTEN_DAYS = 3, 7
#: Under way, and nothing said of it: the same.
SAY_HOW_DAYS, UNHEARD_DAYS = 21, 45
#: Paused: on the day that was named; for whoever sent them so long after it, or when it is paused so long already.
PAUSED_OVER_DAYS, PAUSED_DAYS = 7, 90
#: Whatever is open comes up for somebody within so many days of the last movement.
COMES_UP: Final = max(SILENT_DAYS, BEGUN_DAYS, OWED_DAYS, SAY_HOW_DAYS, PAUSED_DAYS)

BEGUN = reason(
    "begun",
    _("A referral was begun, and not sent"),
    _("the day it was begun"),
    _("Send it, or throw it away"),
    "referral",
    points=52,
    per_day=1,
    after=20,
)
SILENT = reason(
    "silent",
    _("A referral is not answered"),
    _("the day it was sent"),
    _("Ask them, or find another way"),
    "referral",
    points=55,
    per_day=2,
    after=14,
)
ASKED_OF_US = reason(
    "asked",
    _("Somebody was sent to us, and waits for an answer"),
    _("the day they were sent"),
    _("Answer"),
    "provider_referral",
    points=60,
    per_day=3,
    after=14,
)
HELPED = reason(
    "helped",
    _("It is time to ask whether it helped"),
    _("the day the question fell due"),
    _("Ask them"),
    "referral",
    points=50,
    per_day=1,
    after=30,
)
LOOP = reason(
    "loop",
    _("A wish or need of which nobody takes care"),
    _("the day it was noted"),
    _("Agree on a step"),
    "person_step_new",
    points=58,
    per_day=1,
    after=20,
    of="person",
)
TO_CALL = reason(
    "to_call",
    _("Was sent somewhere where nobody reads it: call them"),
    _("the day it was sent"),
    _("Call them, or find another way"),
    "referral",
    points=64,
    per_day=2,
    after=14,
)
FORGOTTEN = reason(
    "forgotten",
    _("They were accepted, and nobody has spoken with them yet"),
    _("the day they were accepted"),
    _("Ask them, or find another way"),
    "referral",
    points=56,
    per_day=1,
    after=30,
)
UNHEARD = reason(
    "unheard",
    _("A referral is under way, and nothing is heard of it"),
    _("the day something was last heard of it"),
    _("Ask how it goes"),
    "referral",
    points=8,
    per_day=1,
    after=60,
)
PAUSED_OVER = reason(
    "paused_over",
    _("A referral is paused for too long"),
    _("the day it was to go on"),
    _("Ask them, or find another way"),
    "referral",
    points=46,
    per_day=1,
    after=30,
)
OWED = reason(
    "owed",
    _("We accepted somebody, and have not spoken with them yet"),
    _("the day they were accepted"),
    _("Call them, and say when you have spoken"),
    "provider_referral",
    points=57,
    per_day=2,
    after=20,
)
SAY_HOW = reason(
    "say_how",
    _("Somebody is with us, and we have said nothing of it for long"),
    _("the day we last said something"),
    _("Say how it goes"),
    "provider_referral",
    points=25,
    per_day=1,
    after=45,
)
TAKE_UP = reason(
    "take_up",
    _("It is time to take up again what we paused"),
    _("the day it was to go on"),
    _("Say how it goes"),
    "provider_referral",
    points=48,
    per_day=1,
    after=20,
)


def named_in(text: str) -> str:
    """An organisation or a service, whose name is stored in several languages, in the reader's."""
    return in_language(json.loads(text), get_language() or settings.LANGUAGE_CODE).text


def _name_of(organisation: str) -> Subquery:
    """The name of the organisation of this field, asked for each row: as a join all were gone through."""
    return Subquery(Organisation.objects.filter(pk=OuterRef(organisation)).values("name")[:1])


#: What was accepted and waits for a next word, in its state: since when, and what is said of it to either side.
_MOVED: Final = Coalesce("moved_at", "answered_at", "sent_at")
_PAUSED_TOO_LONG: Final = ExpressionWrapper(_MOVED + Value(timedelta(days=PAUSED_DAYS)), output_field=DateTimeField())
_SINCE: Final = Case(
    When(state=State.ON_HOLD, then=Least(F("review_on"), TruncDate(_PAUSED_TOO_LONG))), default=TruncDate(_MOVED)
)
_TO_SENDER: Final[dict[str, Reason]] = {State.IN_PROGRESS.value: UNHEARD, State.ON_HOLD.value: PAUSED_OVER}
_TO_RECEIVER: Final[dict[str, Reason]] = {State.IN_PROGRESS.value: SAY_HOW, State.ON_HOLD.value: TAKE_UP}


def _stands_still(rows: QuerySet[Referral], ask: Ask, *, accepted: int, going: int, paused: int) -> QuerySet[Referral]:
    """Of what is taken on: where nothing was said for so many days, or so many after the day on which it was to go on."""
    days = {State.ACCEPTED: accepted, State.IN_PROGRESS: going, State.ON_HOLD: paused}
    still = Q()
    for state, most in days.items():
        still |= Q(state=state, since__lte=ask.day - timedelta(days=most))
    return rows.alias(since=_SINCE).filter(still)


@part
def begun(ask: Ask) -> Told:
    lying = Referral.objects.sent_by(ask.user).drafts().filter(ask.whose(), created_at__lt=ask.at(1 - BEGUN_DAYS))
    return Told(
        lying, BEGUN, TruncDate("created_at"), person="person_id", text=_name_of("receiver_id"), read=named_in,
    )  # fmt: skip


@part
def forgotten(ask: Ask) -> Told:
    """Of ours: accepted and not spoken with, under way and silent, paused for too long."""
    sent = Referral.objects.sent_by(ask.user).taken_on().filter(ask.whose())
    still = _stands_still(sent, ask, accepted=FORGOTTEN_DAYS, going=UNHEARD_DAYS, paused=PAUSED_OVER_DAYS)
    return Told(
        still, FORGOTTEN, _SINCE, person="person_id", kind="state", instead=_TO_SENDER, text=_name_of("receiver_id"),
        read=named_in, first=("sent_at", "id"),
    )  # fmt: skip


@part
def owed(ask: Ask) -> Told:
    """The same of those who were sent to us: what we owe them, and whoever sent them."""
    received = Referral.objects.received_by(ask.user).taken_on()
    ours = received.filter(receiver__in=ask.here).exclude(sender__in=ask.here)
    still = _stands_still(ours, ask, accepted=OWED_DAYS, going=SAY_HOW_DAYS, paused=0)
    return Told(
        still, OWED, _SINCE, kind="state", instead=_TO_RECEIVER, text="service__name", read=named_in,
        first=("sent_at", "id"),
    )  # fmt: skip


@part
def silent(ask: Ask) -> Told:
    """Not answered for days; and at once what nobody there reads."""
    sent = Referral.objects.sent_by(ask.user).waiting_for_answer()
    waits = Q(sent_at__lt=ask.at(1 - SILENT_DAYS)) | Q(to_call=True)
    called = Case(When(to_call=True, then=Value(TO_CALL.code)), default=Value(""))
    return Told(
        sent.filter(ask.whose(), waits).annotate(called=called), SILENT, TruncDate("sent_at"),
        person="person_id", kind="called", instead={TO_CALL.code: TO_CALL}, text=_name_of("receiver_id"),
        read=named_in, first=("sent_at", "id"),
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
    ours = due.filter(ask.whose("referral__person"), referral__in=Referral.objects.sent_by(ask.user))
    return Told(  # whose file is closed is asked no more
        ours.filter(FileOpen(ask.user, "referral__person")), HELPED, TruncDate("asked_at"), about="referral_id",
        person="referral__person_id", text=_name_of("referral__receiver_id"), read=named_in, first=("due_on", "id"),
    )  # fmt: skip


@part
def wishes_without_a_step(ask: Ask) -> Told:
    """What somebody wishes for or needs, open, with neither a referral nor a step under way; refused ones among them."""
    mine = Loop.objects.visible_to(ask.user).without_next_step().filter(ask.people(), organisation__in=ask.here)
    return Told(mine, LOOP, TruncDate("created_at"), person="person_id", text="wish")


#: All of them.
OF_REFERRALS: Final = (begun, silent, forgotten, asked_of_us, owed, whether_it_helped, wishes_without_a_step)
