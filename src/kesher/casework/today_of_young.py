"""What young people said of themselves leads somewhere: a mentor they would like, a trade they are ready to learn; and courses
that begin, of whoever has a seat in one.

Each stands on Today until the next step is taken, with the reason and the page on which it is taken.
"""

from datetime import timedelta
from typing import Any, Final

from django.db.models import DateTimeField, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from kesher.casework.models import Match, Step, StepKind, TrainingAgreement
from kesher.casework.reasons import DATE_AHEAD, reason
from kesher.casework.today import Ask, Told, part
from kesher.casework.today_of_referrals import named_in
from kesher.people.models import Person, Youth
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import TAKEN_ON

Ready = Youth.Ready
#: How long after it began a course is still asked about: did they find the way?
COURSE_BEHIND: Final = 5
#: Steps that lead to a trade: who has one under way is on the way.
TO_A_TRADE: Final = (StepKind.COURSE, StepKind.WORKPLACE, StepKind.TASTER, StepKind.ROLE_MODEL, StepKind.APPLY)

WANTS_MENTOR = reason(
    "wants_mentor",
    _("Would like a mentor, and has none"),
    _("the day they said so"),
    _("Find a mentor"),
    "person_mentor",
    points=47,
    per_day=1,
    after=30,
    of="person",
)
READY = reason(
    "ready",
    _("Is ready to learn a trade in a firm, and no workplace is agreed"),
    _("the day they said so"),
    _("Agree on a work placement"),
    "person_training",
    points=49,
    per_day=1,
    after=30,
    of="person",
)
WOULD_TRY = reason(
    "would_try",
    _("Would try a trade for some days"),
    _("the day they said so"),
    _("Agree on a step: a visit, a taster day, a course"),
    "person_step_new",
    points=43,
    per_day=1,
    after=30,
    of="person",
)
COURSE_BEGINS = reason(
    "course_begins",
    _("Has a seat in a course that begins"),
    _("the day it begins"),
    _("Ask whether they can come"),
    "referral",
    points=56,
    per_day=3,
    before=DATE_AHEAD,
    after=COURSE_BEHIND,
)
ADDED: Final = frozenset(one.code for one in (WANTS_MENTOR, READY, WOULD_TRY, COURSE_BEGINS))


def without_a_mentor() -> Q:
    """Nobody was ever proposed: what becomes of a mentoring has rows of its own (:mod:`.mentoring.sources`)."""
    return ~Q(Exists(Match.objects.filter(person=OuterRef("person"))))


def on_no_way_to_a_trade() -> Q:
    """Neither an agreement with a workplace, nor a step that leads to one."""
    agreed = TrainingAgreement.objects.open().filter(person=OuterRef("person"))
    step = Step.objects.open().filter(person=OuterRef("person"), kind__in=TO_A_TRADE)
    return ~Q(Exists(agreed)) & ~Q(Exists(step))


def said_at(name: str) -> Coalesce:
    """Since when this stands in what young people said of themselves, whatever else of it was put right since: as its history
    has it."""
    told: Any = Youth.pgh_event_model  # type: ignore[attr-defined]
    other_since = told.objects.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__gt=OuterRef("pgh_id"))
    same = told.objects.filter(**{"pgh_obj": OuterRef("pk"), name: OuterRef(name)})
    same = same.exclude(Exists(other_since.exclude(**{name: OuterRef(name)})))
    return Coalesce(
        Subquery(same.order_by("pgh_id").values("pgh_created_at")[:1], output_field=DateTimeField()), "updated_at"
    )


@part
def mentors_wanted(ask: Ask) -> Told:
    rows = Youth.objects.visible_to(ask.user).filter(
        ask.people(), without_a_mentor(), wants_mentor=True, person__state=Person.State.ACTIVE
    )
    return Told(
        rows.annotate(said=said_at("wants_mentor")), WANTS_MENTOR, TruncDate("said"), person="person_id",
        first=("said", "id"),
    )  # fmt: skip


@part
def ready_for_a_trade(ask: Ask) -> Told:
    """Who would only try is offered a visit or a few days; who is ready a place to learn at."""
    rows = Youth.objects.visible_to(ask.user).filter(
        ask.people(),
        on_no_way_to_a_trade(),
        ready__in=[Ready.READY, Ready.SUPPORTED, Ready.TRIES],
        person__state=Person.State.ACTIVE,
    )
    return Told(
        rows.annotate(said=said_at("ready")), READY, TruncDate("said"), person="person_id", kind="ready",
        kinds={Ready.SUPPORTED.value: Ready.SUPPORTED.label}, instead={Ready.TRIES.value: WOULD_TRY},
        first=("said", "id"),
    )  # fmt: skip


@part
def courses_begin(ask: Ask) -> Told:
    """Whoever was sent to a course and has a seat in a group of it: shortly before the first day, and just after."""
    days = (ask.day - timedelta(days=COURSE_BEHIND), ask.day + timedelta(days=DATE_AHEAD))
    rows = Referral.objects.sent_by(ask.user).filter(ask.whose(), state__in=TAKEN_ON, cohort__starts_on__range=days)
    return Told(
        rows, COURSE_BEGINS, "cohort__starts_on", person="person_id", text="service__name",
        read=named_in, first=("cohort__starts_on", "id"),
    )  # fmt: skip
