"""What learning at work adds to a caseworker's today: bad answers, questions that are due, signatures, what ends."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from kesher.casework.models import TrainingAgreement, TrainingCertificate, WeeklyCheck
from kesher.casework.reasons import reason
from kesher.casework.today import Ask, Told, part

#: A person or host that was asked to sign and is silent for so long is asked again by a human.
WAITS_DAYS: Final = 3
#: So long before the end one talks about what comes next.
ENDS_AHEAD: Final = 14
#: So long after it a certificate is missed.
CERTIFICATE_WITHIN: Final = timedelta(days=60)

UNWELL = reason(
    "training_unwell",
    _("Said that the work placement does not go well, or not as agreed"),
    _("the day they said it"),
    _("Call them"),
    "training",
    points=74,
    per_day=3,
    after=10,
)
CHECK = reason(
    "training_check",
    _("Ask how the work placement goes this week"),
    _("the day to ask"),
    _("Ask"),
    "training",
    points=50,
    per_day=2,
    before=2,
    after=21,
)
WAITS = reason(
    "training_waits",
    _("A work placement waits for a signature"),
    _("the day something last happened"),
    _("See to it"),
    "training",
    points=47,
    per_day=1,
    after=30,
)
ENDS = reason(
    "training_ends",
    _("A work placement ends: what comes next?"),
    _("the last day"),
    _("Talk about what comes next"),
    "training",
    points=53,
    per_day=2,
    before=ENDS_AHEAD,
    after=20,
)
CERTIFICATE = reason(
    "training_certificate",
    _("A work placement has ended, and has no certificate"),
    _("the day it ended"),
    _("Give the certificate"),
    "training",
    points=38,
    per_day=1,
    after=20,
)

TOO_YOUNG = reason(
    "training_too_young",
    _("The terms of a work placement are no longer allowed at this age"),
    _("the day it was found out"),
    _("Change it or end it"),
    "training",
    points=78,
    per_day=3,
    after=30,
)

#: The reasons above, by code.
ADDED: Final = frozenset(one.code for one in (UNWELL, CHECK, WAITS, ENDS, CERTIFICATE, TOO_YOUNG))

#: Whom a question is for, and how far an agreement is, in words.
SIDES: Final = {one.value: one.label for one in WeeklyCheck.Side}
STATES: Final = {one.value: one.label for one in TrainingAgreement.State}


def _ours(ask: Ask) -> Any:
    return TrainingAgreement.objects.visible_to(ask.user).filter(ask.people(), organisation__in=ask.here)


def _checks(ask: Ask) -> Any:
    ours = WeeklyCheck.objects.visible_to(ask.user).filter(ask.people(), organisation__in=ask.here)
    return ours.filter(agreement__state=TrainingAgreement.State.ACTIVE)


@part
def due(ask: Ask) -> Told:
    """Questions to ask now."""
    now = _checks(ask).filter(answered_at=None, due_on__lte=ask.day + timedelta(days=2))
    return Told(
        now,
        CHECK,
        "due_on",
        about="agreement_id",
        person="person_id",
        kind="side",
        kinds=SIDES,
    )


@part
def unwell(ask: Ask) -> Told:
    """Answers that worry, and that nobody has seen to: also when it has ended since."""
    ours = WeeklyCheck.objects.visible_to(ask.user).filter(ask.people(), organisation__in=ask.here, seen_at=None)
    bad = ours.filter(Q(going=WeeklyCheck.Going.BADLY) | Q(as_agreed=False))
    on = TruncDate("answered_at")
    return Told(bad, UNWELL, on, about="agreement_id", person="person_id", kind="side", kinds=SIDES)


@part
def waits(ask: Ask) -> Told:
    """The person or the host is silent; the sender signs last."""
    silent = Q(state__in=["proposed", "asked"], moved_at__lt=ask.at(1 - WAITS_DAYS))
    waiting = _ours(ask).filter(silent | Q(state="signed"))
    return Told(waiting, WAITS, TruncDate("moved_at"), person="person_id", kind="state", kinds=STATES)


@part
def ends(ask: Ask) -> Told:
    """Those whose last day comes, or has passed and nobody said what came of it."""
    soon = _ours(ask).filter(state="active", ends_on__lte=ask.day + timedelta(days=ENDS_AHEAD))
    return Told(soon, ENDS, "ends_on", person="person_id", text="trade_words")


@part
def without_certificate(ask: Ask) -> Told:
    """Ended, having begun, and nobody has given a certificate."""
    given = TrainingCertificate.objects.filter(agreement=OuterRef("pk"))
    lately = _ours(ask).filter(state="ended", ended_on__gte=ask.day - CERTIFICATE_WITHIN, starts_on__lt=F("ended_on"))
    bare = lately.filter(~Exists(given), host_until__isnull=False)
    return Told(bare, CERTIFICATE, "ended_on", person="person_id", text="trade_words")


@part
def too_young(ask: Ask) -> Told:
    """Of whom it was found out that the law allows other hours at their age, or that a guardian must be told."""
    found = _ours(ask).filter(too_young_since__isnull=False, state__in=TrainingAgreement.OPEN)
    return Told(found, TOO_YOUNG, "too_young_since", person="person_id", text="trade_words")
