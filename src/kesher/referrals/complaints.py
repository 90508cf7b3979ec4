"""A complaint: made in one's own language, answered by somebody who is not involved, by a day.

    key = make(about="treatment", organisation=office, words="…", language="am")         what stands in the link
    take(complaint, by=moderator)
    answer(complaint, finding="right", reply="…", by=moderator)
    pass_on(complaint, why=WhyPassed.INVOLVED, by=moderator)                              another organisation answers
    ask_again(complaint) · take_back(complaint)                                           the person, once; or for good

Who answers is chosen here and not by those it is about: an organisation with somebody in a role of :data:`HANDLERS` that is
neither the one complained about nor a part of it. Each raises :class:`~kesher.base.transitions.Refused` and changes nothing
where it may not be. Reminders and mails: :mod:`kesher.referrals.complaint_notices`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import OWN_ORGANISATION, belong_to, belongs_to, family
from kesher.accounts.models import Membership, Organisation
from kesher.base.events import emit
from kesher.base.history import Visitor, acting
from kesher.base.rows import acting_for
from kesher.base.transitions import SYSTEM, Actor, Refused, Transition, TransitionTable
from kesher.directory.models import Service
from kesher.referrals.models.complaints import HANDLERS, KEPT, Complaint
from kesher.referrals.vocabularies import PERSON

SALT: Final = "kesher.referrals.complaints"
#: The link opens as long as there is something behind it.
GONE: Final = KEPT + timedelta(days=1)
MADE, ANSWERED = "complaint.made", "complaint.answer"
State, Finding = Complaint.State, Complaint.Finding
OPEN: Final = (State.RECEIVED, State.TAKEN)
Why = str | Promise | None


class WhyPassed(models.TextChoices):
    """Codes, not words of one's own: they stay in the trail when the complaint has long been erased."""

    INVOLVED = "involved", _("I am involved, or know somebody who is")
    ABOUT_ANOTHER = "about_another", _("It is about another organisation")
    CANNOT = "cannot", _("We cannot answer it in time")


# --- who may do what ----------------------------------------------------------------------------------------------------


def answers_it(complaint: Complaint, by: Actor) -> Why:
    """For the organisation that was chosen, and belonging to nothing it is about."""
    if complaint.answerer_id is None or by.organisation_id != complaint.answerer_id:
        return _("Another organisation answers this.")
    if by.user_id in complaint.passed_by:
        return _("Somebody else answers this time.")
    if belongs_to(by.user_id, complaint.organisation_id):
        return OWN_ORGANISATION
    approved = Organisation.objects.approved().filter(pk=complaint.answerer_id).exists()
    return None if approved else _("Your organisation is not approved.")


def has_an_answer(complaint: Complaint, by: Actor) -> Why:
    if why_not := answers_it(complaint, by):
        return why_not
    if complaint.handler_id != by.user_id:
        return _("A colleague looks into it.")
    if complaint.finding not in Finding.values or not complaint.reply.strip():
        return _("Say what you found, and answer in words.")
    return None


def first_time(complaint: Complaint, by: Actor) -> Why:
    return None if complaint.asked_again_at is None else _("You have asked again already.")


HANDLER: Final = frozenset(HANDLERS)
COMPLAINT_STATES = TransitionTable(
    name="complaint",
    field="state",
    stamps=True,
    transitions=(
        Transition("take", sources={State.RECEIVED}, target=State.TAKEN, roles=HANDLER, guard=answers_it),
        Transition(
            "pass on", sources=OPEN, target=State.RECEIVED, roles=HANDLER, guard=answers_it, reason_required=True
        ),
        Transition("answer", sources={State.TAKEN}, target=State.ANSWERED, roles=HANDLER, guard=has_an_answer),
        *(Transition("reminder due", sources={state}, target=state, roles={SYSTEM}) for state in OPEN),
        Transition("let go", sources={State.TAKEN}, target=State.RECEIVED, roles={SYSTEM}),
        Transition("choose", sources={State.RECEIVED}, target=State.RECEIVED, roles={SYSTEM}),
        Transition("ask again", sources={State.ANSWERED}, target=State.RECEIVED, roles={PERSON}, guard=first_time),
        Transition("take back", sources=(*OPEN, State.ANSWERED), target=State.TAKEN_BACK, roles={PERSON}),
    ),
)


# --- who answers --------------------------------------------------------------------------------------------------------


def who_could_answer(organisation_id: UUID | None, *, without: list[UUID]) -> list[UUID]:
    """Approved organisations with somebody who could answer and belongs to nothing it is about, the oldest first.

    ``without``: organisations that gave it back, users who have answered it, and those who were named first. Three queries.
    """
    related = family(organisation_id) if organisation_id else set()
    held = Membership.objects.in_force().filter(
        role__in=HANDLERS, user__is_active=True, organisation__state=Organisation.State.APPROVED
    )
    involved = belong_to(organisation_id) if organisation_id else set()
    held = held.exclude(organisation__in=related).exclude(user__in=[*involved, *without])
    found = held.exclude(organisation__in=without).order_by("organisation_id")
    return list(found.values_list("organisation_id", flat=True).distinct())


def _choice(complaint: Complaint) -> UUID | None:
    return next(iter(who_could_answer(complaint.organisation_id, without=complaint.passed_by)), None)


# --- the person ---------------------------------------------------------------------------------------------------------


class Expired(Exception):
    """The link was good once; what was behind it has been erased."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a link opens: the complaint's key, and the key by which the database shows it."""

    complaint_id: UUID
    holder_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor(None, roles=frozenset({PERSON}))


def make(
    *,
    about: str,
    words: str,
    language: str,
    organisation: Organisation | None = None,
    service: Service | None = None,
    called: str = "",
    email: str = "",
    user_id: UUID | None = None,
    now: datetime | None = None,
) -> str:
    """Keep the complaint and choose who answers; returns what stands in the link to it.

    The trail does not say who complained: the key of their link stands there, which opens nothing by itself.
    """
    now = now or timezone.now()
    if service is not None and organisation is None:
        organisation = service.organisation
    if service is not None and organisation is not None and service.organisation_id != organisation.pk:
        service = None  # they chose another organisation than the page they came from was about
    holder = uuid4()  # not in time order: it says nothing of when
    with acting_for(user_id=holder), acting(actor=Visitor("complaint"), reason="complaint made"):
        complaint = Complaint(
            about=about,
            organisation=organisation,
            service=service,
            words=words.strip(),
            language=language,
            called=called.strip(),
            email=email.strip(),
            holder_id=holder,
            user_id=user_id,
            due_on=timezone.localdate(now) + timedelta(days=settings.COMPLAINT_DAYS),
            created_at=now,
        )
        complaint.answerer_id = _choice(complaint)
        complaint.full_clean(exclude=["organisation", "service", "answerer"])
        complaint.save(force_insert=True)
        told = {"about": about, "holder": str(holder), "answerer": str(complaint.answerer_id or "")}
        told["organisation"] = str(complaint.organisation_id or "")
        emit(MADE, complaint, by=Actor.the_system(), data=told)
    return key_of(complaint)


def key_of(complaint: Complaint) -> str:
    return signing.dumps([complaint.pk.hex, complaint.holder_id.hex], salt=SALT)


def held_by(key: str) -> Held | None:
    """What a link opens; None for one that was never ours. Raises :class:`Expired`."""
    try:
        return Held(*map(UUID, signing.loads(key, salt=SALT, max_age=GONE)))
    except signing.SignatureExpired:
        raise Expired from None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def ask_again(complaint: Complaint, *, by: Actor) -> None:
    """They do not agree with the answer: somebody else looks at it, once."""
    now = timezone.now()
    with _writing(complaint, by, "asked again"):
        _apply(complaint, "ask again", by=by)  # judged as it stands; who answers now is chosen after
        answered_by = [complaint.handler_id] if complaint.handler_id else []
        complaint.passed_by = [*complaint.passed_by, *answered_by]
        fields: dict[str, Any] = {
            "asked_again_at": now,
            "passed_by": complaint.passed_by,
            "handler_id": None,
            "answerer_id": _choice(complaint),
            "reminded": 0,
            "due_on": timezone.localdate(now) + timedelta(days=settings.COMPLAINT_DAYS),
        }
        _apply(complaint, "choose", by=Actor.the_system(), fields=fields)


def take_back(complaint: Complaint, *, by: Actor) -> None:
    """Erased at once, whatever came of it; the trail keeps that there was one."""
    with _writing(complaint, by, "taken back"):
        _apply(complaint, "take back", by=by)
        Complaint.objects.filter(pk=complaint.pk).delete()


# --- whoever answers ----------------------------------------------------------------------------------------------------


def take(complaint: Complaint, *, by: Actor) -> None:
    """Look into it, with one's name."""
    with _writing(complaint, by, "taken"):
        _apply(complaint, "take", by=by, fields={"handler_id": by.user_id})


def answer(complaint: Complaint, *, finding: str, reply: str, by: Actor) -> None:
    """Say what was found, in the language of the person."""
    fields = {"finding": finding, "reply": reply.strip()[:4000], "answered_at": timezone.now()}
    with _writing(complaint, by, "answered"):
        late = timezone.localdate() > complaint.due_on
        _apply(complaint, "answer", by=by, fields=fields, finding=finding, late=int(late))


def pass_on(complaint: Complaint, *, why: str, by: Actor, about: Organisation | None = None) -> None:
    """Give it to another organisation. ``about``: which organisation it is really about, where that was found out."""
    if why not in WhyPassed.values:
        raise Refused(_("Please choose a reason."), "reason")
    if why == WhyPassed.ABOUT_ANOTHER and about is None:
        raise Refused(_("Say which organisation it is about."), "organisation")
    with _writing(complaint, by, why):
        _apply(complaint, "pass on", by=by, reason=why, fields={"handler_id": None})
        fields: dict[str, Any] = {}
        if about is not None and why == WhyPassed.ABOUT_ANOTHER:
            fields["passed_by"] = complaint.passed_by = _with_those_named_first(complaint)
            fields["organisation"] = complaint.organisation = about
            if complaint.service is not None and complaint.service.organisation_id != about.pk:
                fields["service"] = complaint.service = None
        elif complaint.answerer_id is not None:
            fields["passed_by"] = complaint.passed_by = [*complaint.passed_by, complaint.answerer_id]
        _apply(complaint, "choose", by=Actor.the_system(), fields=fields | {"answerer_id": _choice(complaint)})


def _with_those_named_first(complaint: Complaint) -> list[UUID]:
    """``passed_by``, and whom the person named: whatever it is found to be about, they do not read it."""
    if complaint.organisation_id is None:
        return complaint.passed_by
    named = family(complaint.organisation_id) | belong_to(complaint.organisation_id)
    return [*complaint.passed_by, *sorted(named - set(complaint.passed_by))]


def choose(complaint: Complaint) -> bool:
    """By night, and when organisations become one: whether who answers still may; else, whether somebody else is there.

    True where another organisation was chosen. An answer that was given stays.
    """
    with _writing(complaint, Actor.the_system(), "chosen"):
        if complaint.state not in OPEN:
            return False
        able = who_could_answer(complaint.organisation_id, without=complaint.passed_by)
        if complaint.state == State.TAKEN:
            if _still_answers(complaint):
                return False
            _apply(complaint, "let go", by=Actor.the_system(), fields={"handler_id": None})
        found = complaint.answerer_id if complaint.answerer_id in able else next(iter(able), None)
        if found == complaint.answerer_id:
            return False
        _apply(complaint, "choose", by=Actor.the_system(), fields={"answerer_id": found})
    return found is not None


def _still_answers(complaint: Complaint) -> bool:
    """Whether whoever looks into it works there in such a role, and belongs to nothing it is about."""
    if complaint.handler_id is None or complaint.answerer_id is None:
        return False
    held = Membership.objects.in_force().filter(
        user=complaint.handler_id, user__is_active=True, organisation=complaint.answerer_id, role__in=HANDLERS
    )
    approved = held.filter(organisation__state=Organisation.State.APPROVED)
    return approved.exists() and not belongs_to(complaint.handler_id, complaint.organisation_id)


def is_about(complaint: Complaint, organisation_id: UUID) -> None:
    """Whom it is about has become one with another: those who belong there are involved now."""
    with _writing(complaint, Actor.the_system(), "merged"):
        if complaint.state == State.TAKEN:
            _apply(complaint, "let go", by=Actor.the_system(), fields={"handler_id": None})
        if complaint.state == State.RECEIVED:
            complaint.organisation_id = organisation_id
            fields = {"organisation_id": organisation_id, "answerer_id": _choice(complaint)}
            _apply(complaint, "choose", by=Actor.the_system(), fields=fields)


def remind(complaint: Complaint, stage: int) -> bool:
    """Write down that those who answer are told of the day; False where they were, or where it is answered meanwhile."""
    with _writing(complaint, Actor.the_system(), "reminder due"):
        if complaint.reminded >= stage or complaint.state not in OPEN:
            return False
        _apply(complaint, "reminder due", by=Actor.the_system(), fields={"reminded": stage}, stage=stage)
    return True


# --- the row and its event ----------------------------------------------------------------------------------------------


@contextmanager
def _writing(complaint: Complaint, by: Actor, reason: str) -> Iterator[None]:
    """A transaction in which the row is seen whoever writes, for it may move to where its writer does not see it; locked
    and read anew, so that of two at once the second is judged by what the first has done."""
    with acting_for(user_id=complaint.holder_id), acting(actor=by, reason=reason):
        Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
        complaint.refresh_from_db()
        yield


def _apply(
    complaint: Complaint,
    event: str,
    *,
    by: Actor,
    reason: str = "",
    fields: dict[str, Any] | None = None,
    **facts: str | int,
) -> None:
    """One row of the table; the event says what it is about, who answers, and by which key it is seen."""
    would_be = fields or {}
    about = would_be["organisation"].pk if "organisation" in would_be else complaint.organisation_id
    about = would_be.get("organisation_id", about)
    answerer = would_be.get("answerer_id", complaint.answerer_id)
    told = {"about": complaint.about, "organisation": str(about or ""), "answerer": str(answerer or "")}
    told["holder"] = str(complaint.holder_id)
    COMPLAINT_STATES.apply(complaint, event, by=by, reason=reason, fields=would_be, related=None, **told, **facts)
