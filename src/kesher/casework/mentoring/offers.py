"""Offering to be a mentor, being checked and trained, resting and leaving; and whom an organisation names for safeguarding.

name_safeguarding(organisation, user=ruth, by=administrator)
mentor = offer(organisation, user=dina, called="Dina", trade_words="cook", isco08="5120", languages=["he"], …)
vet(mentor, vetting="police", on=day, by=noa)           date, way and who; no paper is kept
train(mentor, on=day, by=noa)                           from now on they are a mentor of the organisation
end_offer(mentor, "pause", by=noa)                      "resume", "refuse", "leave"
"""

from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import belonging
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.rows import acting_for
from kesher.base.transitions import SYSTEM, Actor, Refused, Transition, TransitionTable
from kesher.casework.models import Match, Mentor, Safeguarding, TrainingAgreement, Vetting, WhyNotMentor
from kesher.casework.moving import WORKERS
from kesher.casework.plans import works_here
from kesher.people import files

State = Mentor.State
MENTOR: Final = str(Role.MENTOR)
OF_THEMSELVES: Final = frozenset({MENTOR})


def own_or_ours(mentor: Any, by: Actor) -> str | Promise | None:
    """Guard of the whole table: a worker of the organisation the offer was made to, or the mentor themselves."""
    theirs = by.organisation_id == mentor.organisation_id and bool(by.roles & WORKERS)
    own = MENTOR in by.roles and by.user_id == mentor.user_id
    return None if theirs or own else _("They stand on the list of another organisation.")


def not_oneself(mentor: Any, by: Actor) -> str | Promise | None:
    """Nobody checks or trains themselves."""
    if refused := own_or_ours(mentor, by):
        return refused
    return None if by.user_id != mentor.user_id else _("Nobody checks themselves: ask a colleague.")


def no_one_is_left(mentor: Any, by: Actor) -> str | Promise | None:
    """Whoever goes along with somebody ends that first, with its reason."""
    if refused := own_or_ours(mentor, by):
        return refused
    going = Match.objects.filter(mentor=mentor.pk).open().exists()
    return _("They still go along with somebody: end that first.") if going else None


MENTOR_STATES: Final = TransitionTable(
    name="mentor",
    field="state",
    transitions=(
        Transition("vet", sources={State.OFFERED}, target=State.VETTED, roles=WORKERS, guard=not_oneself),
        Transition("train", sources={State.VETTED}, target=State.READY, roles=WORKERS, guard=not_oneself),
        Transition("vet again", sources={State.READY}, target=State.READY, roles=WORKERS, guard=not_oneself),
        Transition(
            "pause", sources={State.READY}, target=State.PAUSED, roles=WORKERS | OF_THEMSELVES, guard=own_or_ours
        ),
        Transition(
            "resume", sources={State.PAUSED}, target=State.READY, roles=WORKERS | OF_THEMSELVES, guard=own_or_ours
        ),
        Transition(
            "refuse",
            sources={State.OFFERED, State.VETTED},
            target=State.REFUSED,
            roles=WORKERS,
            guard=not_oneself,
            reason_required=True,
        ),
        Transition(
            "leave",
            sources={State.OFFERED, State.VETTED, State.READY, State.PAUSED},
            target=State.LEFT,
            roles=WORKERS | OF_THEMSELVES,
            guard=no_one_is_left,
            reason_required=True,
        ),
        # their role has ended elsewhere: what they were in the middle of is over, too
        Transition("gone", sources={State.READY, State.PAUSED}, target=State.LEFT, roles={SYSTEM}),
    ),
)


def stamp_of_named(named: Safeguarding | None) -> str:
    """What tells one whom concerns go to from another; "" where nobody is named."""
    return files.stamp_of(named, ["user_id"])


def name_safeguarding(organisation: Organisation, *, user: User, by: Actor, seen: str | None = None) -> Safeguarding:
    """``user`` is from now on whom concerns go to; open ones with them. Raises :class:`Refused`. ``seen``: the
    :func:`stamp_of_named` before; raises :class:`~kesher.people.files.Changed` where somebody else is named by now.

    Only an administrator of the organisation names them, and only somebody who works with files there and is no mentor.
    """
    if Role.ORGANISATION_ADMIN not in by.roles or by.organisation_id != organisation.pk:
        raise Refused(_("Only an administrator of the organisation names them."), "role")
    if not works_here(user.pk, organisation.pk):
        raise Refused(_("They do not work with files in your organisation."), "user")
    if Mentor.objects.filter(organisation=organisation, user=user).exclude(state__in=[State.LEFT, State.REFUSED]):
        raise Refused(_("A mentor cannot be the one whom concerns about mentors go to."), "user")
    hosts = TrainingAgreement.objects.open().filter(organisation=organisation, host__in=belonging(user.pk))
    if hosts.exists():
        raise Refused(_("They belong to a workplace to which you send somebody: name somebody else."), "user")
    with transaction.atomic(), acting(actor=by, reason="named for safeguarding"):
        named, made = Safeguarding.objects.select_for_update(of=("self",)).get_or_create(
            organisation=organisation, defaults={"user": user, "named_by_id": by.user_id}
        )
        if not made:
            files.must_be_as_seen(named, {"user_id": user.pk}, seen=seen, now=stamp_of_named(named))
            named.user, named.named_by_id = user, by.user_id
            named.save(update_fields=["user", "named_by_id", "updated_at"])
        emit("safeguarding.named", named, by=by, data={"user": str(user.pk)})
    return named


def takes_mentors(organisation: Organisation) -> bool:
    """Whether somebody there hears concerns: without them nobody is entrusted to anybody."""
    return Safeguarding.objects.in_force().filter(organisation=organisation).exists()


def offer(organisation: Organisation, *, user: User, **said: Any) -> Mentor:
    """Somebody with an account offers to be a mentor. ``said``: fields of :class:`Mentor`. Raises :class:`Refused`."""
    if organisation.state != Organisation.State.APPROVED or not takes_mentors(organisation):
        raise Refused(_("This organisation takes no mentors now."), "organisation")
    if Safeguarding.objects.filter(organisation=organisation, user=user).exists():
        raise Refused(_("A mentor cannot be the one whom concerns about mentors go to."), "user")
    mentor = Mentor(organisation=organisation, user=user, **said)
    _check(mentor)
    by = Actor(user.pk, organisation.pk, OF_THEMSELVES)
    with acting_for(user_id=user.pk), acting(actor=user.pk, reason="offered to be a mentor"):
        mentor.save(force_insert=True)
        emit("mentor.offer", mentor, by=by)
    return mentor


def change(mentor: Mentor, *, by: Actor, **said: Any) -> None:
    """The mentor says anew what they can and when. Raises :class:`Refused`."""
    if by.user_id != mentor.user_id:
        raise Refused(_("Your role does not allow this."), "role")
    with acting_for(user_id=by.user_id), acting(actor=by, reason="mentor changed"):
        for name, value in said.items():
            setattr(mentor, name, value)
        _check(mentor)
        mentor.save(update_fields=[*said, "updated_at"])


def stamp_of_check(mentor: Mentor) -> str:
    """What tells one check of a mentor from another; "" where none was written down."""
    return files.stamp_of(mentor, ["vetting", "vetted_on"]) if mentor.vetted_on is not None else ""


def vet(mentor: Mentor, *, vetting: str, on: date, by: Actor, seen: str | None = None) -> None:
    """They were checked: when, how, by whom. Checked again, it holds anew. ``seen``: the :func:`stamp_of_check` before.

    Raises :class:`Refused`, and :class:`~kesher.people.files.Changed` where a colleague wrote down another check meanwhile.
    """
    if vetting not in Vetting.values:
        raise Refused(_("Say what was looked at."), "vetting")
    _not_to_come(on)
    event = "vet again" if mentor.state == State.READY else "vet"
    fields = {"vetting": vetting, "vetted_on": on, "vetted_by_id": by.user_id}
    with transaction.atomic():
        locked = Mentor.objects.select_for_update(of=("self",)).get(pk=mentor.pk)
        told = {"vetting": vetting, "vetted_on": on}
        files.must_be_as_seen(locked, told, seen=seen, now=stamp_of_check(locked))
        MENTOR_STATES.apply(mentor, event, by=by, fields=fields)


def train(mentor: Mentor, *, on: date, by: Actor) -> None:
    """They were trained: from now on they hold the role of a mentor in the organisation, and no other by it."""
    _not_to_come(on)
    with transaction.atomic():
        MENTOR_STATES.apply(mentor, "train", by=by, fields={"trained_on": on, "trained_by_id": by.user_id})
        with acting(actor=by, reason="mentor taken on"):
            Membership.objects.get_or_create(
                user_id=mentor.user_id, organisation_id=mentor.organisation_id, role=Role.MENTOR
            )


def end_offer(mentor: Mentor, event: str, *, by: Actor, reason: str = "") -> None:
    """ "pause", "resume", "refuse" or "leave", the last two with a :class:`WhyNotMentor`. Raises :class:`Refused`."""
    over = event in ("refuse", "leave")
    if over and reason not in WhyNotMentor.values:
        raise Refused(_("Please choose a reason."), "reason")
    fields = {"reason": reason, "left_at": timezone.now()} if over else {}
    with acting_for(user_id=by.user_id, organisation_ids=[mentor.organisation_id]):
        MENTOR_STATES.apply(mentor, event, by=by, reason=reason if over else "", fields=fields)
        if over:
            Membership.objects.filter(
                user=mentor.user_id, organisation=mentor.organisation_id, role=Role.MENTOR
            ).delete()


def _not_to_come(day: date) -> None:
    if day > timezone.localdate():
        raise Refused(_("That day has not come yet."), "on")


def _check(mentor: Mentor) -> None:
    try:
        mentor.clean_fields(exclude=["organisation", "user"])
        mentor.validate_constraints()
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages), "field") from wrong
