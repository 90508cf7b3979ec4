"""While somebody learns at a workplace: the weekly question to both, what is learnt, another tutor.

answer(check, going="badly", as_agreed=False, words="No pay yet", by=almaz)     the host never sees it
read(check, by=noa)                                                             seen to: it stands on Today no more
"""

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import OWN_ORGANISATION, belongs_to
from kesher.accounts.models import User
from kesher.base.events import emit
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.casework.hosting import agreements, hosts
from kesher.casework.models import TrainingAgreement, TrainingGoal, WeeklyCheck
from kesher.casework.models.training import ASK_EVERY
from kesher.casework.moving import THEMSELVES, WORKERS, changing, must_work_with_files
from kesher.casework.plans import works_here
from kesher.people import files

Side = WeeklyCheck.Side


def answer(check: WeeklyCheck, *, going: str, as_agreed: bool | None, by: Actor, words: str = "") -> None:
    """How it goes, as one of the two says; a worker may write down what they were told. The next question is set.

    Raises :class:`Refused`, with the code "state" where it was answered meanwhile.
    """
    own = {Side.TUTOR: agreements.AT_THE_HOST, Side.PERSON: THEMSELVES}[Side(check.side)]
    if not by.roles & (own | WORKERS):
        raise Refused(_("Only they say that themselves."), "role")
    if going not in WeeklyCheck.Going.values:
        raise Refused(_("Say how it goes."), "going")
    if as_agreed is None:
        raise Refused(_("Say whether hours, pay and tasks are as agreed."), "as_agreed")
    agreement = check.agreement
    with agreements.going_on(agreement, by, "learning at work: how it goes"):
        locked = WeeklyCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
        if locked.answered_at is not None:
            raise Refused(_("This is answered already."), "state")
        locked.going, locked.as_agreed, locked.words = going, as_agreed, words.strip()[:500]
        locked.answered_at, locked.answered_by_id = timezone.now(), by.user_id
        locked.save(update_fields=["going", "as_agreed", "words", "answered_at", "answered_by_id", "updated_at"])
        agreements.ask(agreement, Side(check.side), max(locked.due_on, timezone.localdate()) + ASK_EVERY)
        emit("training.check", agreement, by=by, data={"check": str(check.pk)})
    check.going, check.as_agreed, check.answered_at = going, as_agreed, locked.answered_at


def of_the_host(check: WeeklyCheck, by: Actor) -> str | Promise | None:
    """Whoever belongs to the workplace neither reads nor writes down what the person says of it, though they work here."""
    mixed = check.side == Side.PERSON and by.roles & WORKERS and belongs_to(by.user_id, check.host_id)
    return OWN_ORGANISATION if mixed else None


def read(check: WeeklyCheck, *, by: Actor) -> None:
    """A caseworker of the sender has read what was answered. Twice is once."""
    must_work_with_files(check.agreement.person, by)
    refused = agreements.theirs(check.agreement, by) or of_the_host(check, by)
    if refused:
        raise Refused(refused, "guard")
    if check.seen_at is None and check.answered_at is not None:
        with changing(check.agreement.person, by=by, reason="learning at work: answer read"):
            check.seen_at = timezone.now()
            check.save(update_fields=["seen_at", "updated_at"])


def stamp_of_tutor(agreement: TrainingAgreement) -> str:
    """What tells one tutor from another."""
    return files.stamp_of(agreement, ["tutor"])


def other_tutor(agreement: TrainingAgreement, *, tutor: str, by: Actor, seen: str | None = None) -> None:
    """Somebody else at the workplace is the tutor from now on. ``seen``: the :func:`stamp_of_tutor` who stood there; raises
    :class:`~kesher.people.files.Changed` where it is yet another by now. Twice is once."""
    tutor = " ".join(tutor.split())[:120]
    if not tutor:
        raise Refused(_("Say who is the tutor."), "tutor")
    with agreements.going_on(agreement, by, "learning at work: another tutor"):
        files.must_be_as_seen(agreement, {"tutor": tutor}, seen=seen, now=stamp_of_tutor(agreement))
        if agreement.tutor == tutor:
            return
        agreement.tutor = tutor
        agreement.save(update_fields=["tutor", "updated_at"])
        emit("training.tutor", agreement, by=by, data={"person": str(agreement.person_id)})


def learnt(goal: TrainingGoal, *, by: Actor) -> None:
    """The tutor or a caseworker says that it is learnt; a person does not certify themselves. Twice is once."""
    if not by.roles & (WORKERS | agreements.AT_THE_HOST):
        raise Refused(_("Your role does not allow this."), "role")
    with agreements.going_on(goal.agreement, by, "learning at work: goal reached"):
        locked = TrainingGoal.objects.select_for_update(of=("self",)).get(pk=goal.pk)
        if locked.reached_on is None:
            locked.reached_on, locked.said_by_id = timezone.localdate(), by.user_id
            locked.save(update_fields=["reached_on", "said_by_id", "updated_at"])
            emit("training.learnt", goal.agreement, by=by, data={"goal": str(goal.pk)})


def led_to_work(agreement: TrainingAgreement) -> bool:
    """Whether the person or the sender has said so."""
    return Event.objects.filter(name=agreements.LED, about_id=agreement.pk).exists()


def found_work(agreement: TrainingAgreement, *, by: Actor) -> None:
    """It has ended, and led to work: the person or the sender says so, the host cannot. Twice is once."""
    if not by.roles & (WORKERS | THEMSELVES):
        raise Refused(_("Your role does not allow this."), "role")
    if refused := agreements.theirs(agreement, by):
        raise Refused(refused, "guard")
    if agreement.state != TrainingAgreement.State.ENDED or not agreement.has_begun:
        raise Refused(_("This is not possible in the present state."), "state")
    with changing(agreement.person, by=by, reason="learning at work led to work"):
        if not led_to_work(agreement):
            emit(agreements.LED, agreement, by=by, data={"person": str(agreement.person_id)})
            hosts.count_work(agreement)


def take_over(agreement: TrainingAgreement, *, user: User, by: Actor) -> None:
    """Another worker of the organisation looks after it from now on."""
    must_work_with_files(agreement.person, by)
    if refused := agreements.theirs(agreement, by):
        raise Refused(refused, "guard")
    if not works_here(user.pk, agreement.organisation_id):
        raise Refused(_("They do not work with files in your organisation."), "user")
    with changing(agreement.person, by=by, reason="learning at work: caseworker"):
        agreement.caseworker = user
        agreement.save(update_fields=["caseworker", "updated_at"])
