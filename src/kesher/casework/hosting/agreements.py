"""An agreement on learning at work: proposed, signed by the person, by the host, by the sender; under way, ended.

    agreement = propose(person, host=bakery, terms=Terms(…), goals=["Bake bread"], by=noa)
    person_signs(agreement, terms=1, called="Almaz", by=almaz)       from now on the host sees this row, and nothing else
    host_signs(agreement, terms=1, name="Dina Katz", by=dina)        with an account, or by link
    tell_guardian(agreement, guardian="her mother", on=day, by=noa)  under 18, first
    start(agreement, terms=1, by=noa)                                both are asked how it goes once a week
    end(agreement, reason="hired", by=…)                             counted for the host

Whoever acts for the host has no access to the file: what they do is done as the organisation that sends, after it was asked
whether the agreement is theirs.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import OWN_ORGANISATION, belongs_to
from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.rows import acting_for
from kesher.base.transitions import SYSTEM, Actor, Refused, Transition, TransitionTable
from kesher.casework import moving
from kesher.casework.hosting import hosts, limits
from kesher.casework.mentoring.offers import takes_mentors
from kesher.casework.models import Safeguarding, TrainingAgreement, TrainingGoal, WeeklyCheck, WhyTrainingEnded
from kesher.casework.models.matches import age_on
from kesher.casework.models.training import ASK_EVERY, HOST_SEES, HOSTS, LED_TO_WORK, SAID_BY_HOST
from kesher.casework.moving import THEMSELVES, WORKERS, changing, has_the_file, must_work_with_files
from kesher.people.consents import ends_with_the_file
from kesher.people.models import Consent, Person
from kesher.referrals.vocabularies import LINK

State = TrainingAgreement.State
AT_THE_HOST: Final = frozenset({*map(str, HOSTS), LINK})
STALE: Final = "stale"
#: In the trail of events: the person or the sender says that it led to work.
LED: Final = "training.led_to_work"
#: So many goals one can work on, and read.
MOST_GOALS: Final = 12


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed. Hours of the clock, pay for an hour; days of the calendar, the last one included."""

    trade_words: str
    where: str
    tutor: str
    starts_on: date
    ends_on: date
    hours_a_day: Decimal
    hours_a_week: Decimal
    day_from: time
    day_to: time
    pay: Decimal
    trade: str = ""
    about: str = ""


# --- who may ------------------------------------------------------------------------------------------------------------


def theirs(agreement: Any, by: Actor) -> str | Promise | None:
    """Guard of the whole table: the person, who acts for the host it names, or a worker of the organisation that sends."""
    if by.roles & AT_THE_HOST and not by.roles & (WORKERS | THEMSELVES):
        return None if by.organisation_id == agreement.host_id else _("This agreement is with another workplace.")
    if refused := has_the_file(agreement, by):
        return refused
    if by.roles & THEMSELVES:
        return None
    if by.organisation_id != agreement.organisation_id:
        return _("Another organisation sends them.")
    return OWN_ORGANISATION if belongs_to(by.user_id, agreement.host_id) else None


def may_begin(agreement: Any, by: Actor) -> str | Promise | None:
    """All that must be there before somebody goes to a workplace."""
    if refused := theirs(agreement, by):
        return refused
    named = Safeguarding.objects.in_force().filter(organisation=agreement.organisation_id).first()
    if named is None or not takes_mentors(agreement.organisation):
        return _("Name somebody first to whom a concern can go.")
    if belongs_to(named.user_id, agreement.host_id):
        return _("Whoever hears concerns belongs to this workplace: name somebody else first.")
    if agreement.minor and not (agreement.guardian and agreement.guardian_told_on):
        return _("Under 18, a guardian is told first: who, and when.")
    if agreement.ends_on < timezone.localdate():
        return _("It would be over before it begins: change the days first.")
    if agreement.permit_id is None and not hosts.may_take(agreement.host, by):
        return hosts.BLOCKED
    return None


TRAINING_STATES: Final = TransitionTable(
    name="training",
    field="state",
    transitions=(
        Transition(
            "person signs", sources={State.PROPOSED}, target=State.ASKED, roles=WORKERS | THEMSELVES, guard=theirs
        ),
        Transition("host signs", sources={State.ASKED}, target=State.SIGNED, roles=AT_THE_HOST, guard=theirs),
        Transition(
            "host declines",
            sources={State.ASKED, State.SIGNED},
            target=State.DECLINED,
            roles=AT_THE_HOST,
            guard=theirs,
        ),
        # other terms: whoever had signed is asked anew
        Transition(
            "change",
            sources={State.PROPOSED, State.ASKED, State.SIGNED},
            target=State.PROPOSED,
            roles=WORKERS,
            guard=theirs,
        ),
        Transition(
            "decline",
            sources={State.PROPOSED, State.ASKED, State.SIGNED},
            target=State.DECLINED,
            roles=WORKERS | THEMSELVES,
            guard=theirs,
        ),
        Transition("start", sources={State.SIGNED}, target=State.ACTIVE, roles=WORKERS, guard=may_begin),
        Transition(
            "end",
            sources={State.ACTIVE},
            target=State.ENDED,
            roles=WORKERS | THEMSELVES | AT_THE_HOST,
            guard=theirs,
            reason_required=True,
        ),
        # the organisation loses the file: nobody is left who answers for the person
        Transition("close", sources={State.PROPOSED, State.ASKED, State.SIGNED}, target=State.DECLINED, roles={SYSTEM}),
        Transition("close", sources={State.ACTIVE}, target=State.ENDED, roles={SYSTEM}),
        # its last day was weeks ago, and nobody has said what came of it
        Transition("run out", sources={State.ACTIVE}, target=State.ENDED, roles={SYSTEM}),
    ),
)


# --- what the law says of this person -----------------------------------------------------------------------------------


def law_here() -> limits.Law:
    """The table of the country in which this portal stands (KESHER_COUNTRY)."""
    return limits.limits_of(settings.COUNTRY)


def asks_of(person: Person, on: date) -> list[str]:
    """What the form must ask to know the law for this person: "age" where the file has no date of birth, "in_school"."""
    law = law_here()
    if person.born is None:
        return ["age", "in_school"] if law.asks_school else ["age"]
    try:
        law.band(age=age_on(person.born, on))
    except limits.Ask as ask:
        return [ask.what]
    return []


def _band(person: Person, on: date, *, age: int | None, in_school: bool | None) -> limits.Band:
    if person.born is not None:
        age = age_on(person.born, on)
    try:
        band = law_here().band(age=age, in_school=in_school)
    except limits.Ask as ask:
        words = {
            "age": _("Say how old the person is on the first day."),
            "in_school": _("Say whether the person must still go to school."),
        }
        raise Refused(words[ask.what], ask.what) from None
    if not band.may_work:
        raise Refused(_("At this age the law allows no work, and no learning at a workplace."), "age")
    return band


def of_law(band: limits.Band, day: date) -> dict[str, Any]:
    """What is written into the row; ``day``: the first one at work, on which the wage must be in force."""
    law = law_here()
    night = band.night or (None, None)
    return {
        "country": law.country,
        "band": band.code,
        "minor": band.minor,
        "limit_day": band.day,
        "limit_week": band.week,
        "night_from": night[0],
        "night_to": night[1],
        "minimum": law.minimum(band, day),
        "currency": law.currency,
    }


# --- until all have signed ----------------------------------------------------------------------------------------------


def propose(
    person: Person,
    *,
    host: Organisation,
    terms: Terms,
    goals: Iterable[str],
    by: Actor,
    age: int | None = None,
    in_school: bool | None = None,
) -> TrainingAgreement:
    """A caseworker writes down what was talked about. ``age`` on the first day and ``in_school`` where :func:`asks_of` says.

    Nothing is told to the host yet. Raises :class:`Refused`: what the law, or the rule of hosts, has against it.
    """
    own = must_work_with_files(person, by)
    if host.state != Organisation.State.APPROVED:
        raise Refused(_("This workplace is not approved."), "host")
    if belongs_to(by.user_id, host.pk):
        raise Refused(OWN_ORGANISATION, "conflict")
    band = _band(person, terms.starts_on, age=age, in_school=in_school)
    assert by.user_id is not None  # a worker has an account
    with _blocked_meanwhile(), changing(person, by=by, reason="learning at work proposed"):
        # here and not in the database: two files that are found to be one person's may hold one each
        if TrainingAgreement.objects.open().filter(person=person, host=host).exists():
            raise Refused(_("There is an agreement with this workplace already."), "host")
        agreement = TrainingAgreement(
            person=person,
            organisation=own,
            host=host,
            caseworker_id=by.user_id,
            permit=hosts.permit_for(host, by),
            **asdict(terms),
            **of_law(band, terms.starts_on),
        )
        _keep(agreement, new=True)
        _set_goals(agreement, goals)
        emit("training.propose", agreement, by=by, data=_about(agreement) | _tell(the_person(person)))
    return agreement


def change(
    agreement: TrainingAgreement,
    *,
    seen: int,
    terms: Terms,
    goals: Iterable[str],
    by: Actor,
    age: int | None = None,
    in_school: bool | None = None,
) -> None:
    """Other terms, before the last has signed: all three are asked anew. ``seen``: which terms were on the page."""
    person = agreement.person
    must_work_with_files(person, by)
    band = _band(person, terms.starts_on, age=age, in_school=in_school)
    fields = asdict(terms) | of_law(band, terms.starts_on)
    host_knew = agreement.state in TrainingAgreement.SEEN_BY_HOST
    with changing(person, by=by, reason="learning at work: other terms"):
        _same_terms(agreement, seen)
        fields |= {
            "terms": agreement.terms + 1,
            "person_signed_on": None,
            "person_signed_how": "",
            "shown_called": "",
            "shown_words": "",
            "host_signed_on": None,
            "host_signed_by": "",
            "too_young_since": None,
        }
        trial = copy(agreement)
        for name, value in (fields | {"state": State.PROPOSED}).items():
            setattr(trial, name, value)
        _keep(trial, new=False)
        _move(agreement, "change", by=by, fields=fields, tell=[the_person(person)])
        _set_goals(agreement, goals)
        if host_knew:
            tell_host(agreement, "change", by)


def person_signs(
    agreement: TrainingAgreement,
    *,
    terms: int,
    called: str,
    by: Actor,
    how: str = Consent.How.SELF,
    words: str = "",
) -> None:
    """The person says yes to these terms, and which name the host learns. A worker writes down what was said (``how``)."""
    called = " ".join(called.split())[:120]
    if not called:
        raise Refused(_("The workplace must know what to call you; any name will do."), "called")
    if (how == Consent.How.SELF) != bool(by.roles & THEMSELVES):
        raise Refused(_("Say how the person told you."), "how")
    fields = {
        "shown_called": called,
        "shown_words": " ".join(words.split())[:300],
        "person_signed_on": timezone.localdate(),
        "person_signed_how": how,
    }
    with changing(agreement.person, by=by, reason="learning at work: the person signs"):
        _same_terms(agreement, terms)
        _move(agreement, "person signs", by=by, fields=fields)
        tell_host(agreement, "person signs", by)


def host_signs(agreement: TrainingAgreement, *, terms: int, name: str, by: Actor) -> None:
    """The workplace says yes to these terms; ``name`` of whoever signs for it."""
    name = " ".join(name.split())[:120]
    if not name:
        raise Refused(_("Say who signs for the workplace."), "name")
    fields = {"host_signed_on": timezone.localdate(), "host_signed_by": name}
    with for_the_host(agreement, by), changing(agreement.person, by=by, reason="learning at work: the host signs"):
        _same_terms(agreement, terms)
        _move(agreement, "host signs", by=by, fields=fields, tell=[("worker", agreement.caseworker_id)])


def host_declines(agreement: TrainingAgreement, *, by: Actor) -> None:
    """The workplace says no, and need not say why."""
    with for_the_host(agreement, by), changing(agreement.person, by=by, reason="learning at work: the host declines"):
        _move(agreement, "host declines", by=by, fields=_over(), tell=[("worker", agreement.caseworker_id)])


def decline(agreement: TrainingAgreement, *, by: Actor) -> None:
    """The person does not want it, or a worker takes it back. Nobody need say why."""
    knew = agreement.state in TrainingAgreement.SEEN_BY_HOST
    told = ("worker", agreement.caseworker_id) if by.roles & THEMSELVES else the_person(agreement.person)
    with changing(agreement.person, by=by, reason="learning at work declined"):
        _move(agreement, "decline", by=by, fields=_over(), tell=[told])
        if knew:
            tell_host(agreement, "decline", by)


def tell_guardian(agreement: TrainingAgreement, *, guardian: str, on: date, by: Actor) -> None:
    """A guardian was told: who, and when. Raises :class:`Refused`."""
    must_work_with_files(agreement.person, by)
    if refused := theirs(agreement, by):
        raise Refused(refused, "guard")
    if on > timezone.localdate():
        raise Refused(_("That day has not come yet."), "on")
    if not guardian.strip():
        raise Refused(_("Say who was told."), "guardian")
    with changing(agreement.person, by=by, reason="learning at work: guardian told"):
        fields = {"guardian": guardian.strip()[:120], "guardian_told_on": on, "guardian_told_by_id": by.user_id}
        for name, value in fields.items():
            setattr(agreement, name, value)
        agreement.save(update_fields=[*fields, "updated_at"])
        emit("training.guardian_told", agreement, by=by, data=_about(agreement))


def start(agreement: TrainingAgreement, *, terms: int, by: Actor) -> None:
    """The sender signs last: from the first day on both are asked once a week. Raises :class:`Refused`.

    The age is looked at again: a date of birth may have been learnt since.
    """
    person = agreement.person
    if person.born is not None and agreement.state == State.SIGNED:
        band = _band(person, agreement.starts_on, age=None, in_school=_in_school(agreement))
        if band.code != agreement.band:
            _other_age(agreement, band, by=by)
    signed = {"sender_signed_on": timezone.localdate(), "sender_signed_by_id": by.user_id, "too_young_since": None}
    with _blocked_meanwhile(agreement), changing(person, by=by, reason="learning at work begins"):
        _same_terms(agreement, terms)
        permit = agreement.permit or (hosts.permit_for(agreement.host, by) if agreement.state == State.SIGNED else None)
        _move(agreement, "start", by=by, fields=signed | {"permit": permit}, tell=[the_person(person)])
        for side in WeeklyCheck.Side:
            ask(agreement, side, max(agreement.starts_on, timezone.localdate()) + ASK_EVERY)
        tell_host(agreement, "start", by)


@contextmanager
def _blocked_meanwhile(agreement: TrainingAgreement | None = None) -> Iterator[None]:
    """The database asks once more whether somebody may be sent there: two at once are told apart by it alone."""
    try:
        yield
    except IntegrityError as refused:
        if "training_host_blocked" not in str(refused):
            raise
        if agreement is not None:
            agreement.refresh_from_db()
        raise Refused(hosts.BLOCKED, "blocked") from None


def _in_school(agreement: TrainingAgreement) -> bool | None:
    try:
        return law_here().by_code(agreement.band).in_school
    except limits.NoLaw:
        return None


def _other_age(agreement: TrainingAgreement, band: limits.Band, *, by: Actor) -> None:
    """By itself, so that it stands though the start is refused: the page then asks for other hours, or for a guardian."""
    fields = of_law(band, agreement.starts_on) | {"too_young_since": None}
    for name, value in fields.items():
        setattr(agreement, name, value)
    try:
        agreement.validate_constraints(exclude=["person", "organisation", "host", "caseworker", "permit"])
    except ValidationError as wrong:
        raise Refused(
            _("The date of birth says another age. %(why)s Change the terms first.")
            % {"why": " ".join(wrong.messages)},
            "age",
        ) from None
    with changing(agreement.person, by=by, reason="learning at work: another age"):
        agreement.save(update_fields=[*fields, "updated_at"])


# --- while it goes on, and its end ---------------------------------------------------------------------------------------


def end(agreement: TrainingAgreement, *, reason: str, by: Actor) -> None:
    """It ends; how, is counted for the host."""
    allowed = (
        SAID_BY_HOST if by.roles & AT_THE_HOST and not by.roles & (WORKERS | THEMSELVES) else WhyTrainingEnded.values
    )
    if reason not in allowed:
        raise Refused(_("Please choose a reason."), "reason")
    fields = _over() | {"reason": reason, "host_until": timezone.localdate() + HOST_SEES}
    with for_the_host(agreement, by), changing(agreement.person, by=by, reason="learning at work ends"):
        told = [the_person(agreement.person), ("worker", agreement.caseworker_id)]
        _move(agreement, "end", by=by, reason=reason, fields=fields, tell=[one for one in told if one[1] != by.user_id])
        by_host = not by.roles & (WORKERS | THEMSELVES)
        hosts.count_ended(agreement, by_host=by_host)
        if reason in LED_TO_WORK and not by_host:
            emit(LED, agreement, by=by, data=_about(agreement))
        if not by_host:
            tell_host(agreement, "end", by)


def close(agreement: TrainingAgreement, *, by: Actor) -> None:
    """The file closes, and what rests on it is over: the host sees nothing of it any more. Inside a transaction."""
    reason = {"reason": WhyTrainingEnded.PERSON} if agreement.state == State.ACTIVE else {}
    _move(agreement, "close", by=by, fields=_over() | reason)
    # whoever expects somebody tomorrow must know; of what is hidden from them, no more than that it is over
    if agreement.host_signed_on is not None:
        tell_host(agreement, "close", by)


@ends_with_the_file
def close_all(person_id: UUID, organisation_id: UUID | None) -> None:
    """What this organisation has agreed for the person is over. None: the file is erased, and no workplace reads any more."""
    if organisation_id is None:
        seen = TrainingAgreement.objects.filter(person=person_id, host_until__isnull=False)
        seen.update(host_until=None, updated_at=timezone.now())
    going = TrainingAgreement.objects.open().filter(person=person_id)
    if organisation_id is not None:
        going = going.filter(organisation=organisation_id)
    for agreement in going.select_for_update(of=("self",)).order_by("id"):
        close(agreement, by=Actor.the_system())


# --- what these have in common ------------------------------------------------------------------------------------------


@contextmanager
def for_the_host(agreement: TrainingAgreement, by: Actor) -> Iterator[None]:
    """As the sender, where the host acts: it has no access to the file, which learns of it. Others as they are."""
    if by.roles & AT_THE_HOST and not by.roles & (WORKERS | THEMSELVES):
        seen = TrainingAgreement.objects.filter(
            pk=agreement.pk, host=by.organisation_id, state__in=TrainingAgreement.SEEN_BY_HOST
        )
        if not seen.exists():
            raise Refused(_("This is not possible in the present state."), "state")
        with acting_for(user_id=by.user_id, organisation_ids=[agreement.organisation_id]):
            agreement.person = Person.objects.get(pk=agreement.person_id)
            yield
    else:
        yield


@contextmanager
def going_on(agreement: TrainingAgreement, by: Actor, reason: str) -> Iterator[None]:
    """Something happens at the workplace: only while it is under way, and by those it is about."""
    with for_the_host(agreement, by):
        if refused := theirs(agreement, by):
            raise Refused(refused, "guard")
        with changing(agreement.person, by=by, reason=reason):
            agreement.refresh_from_db(fields=["state", "tutor"])
            if agreement.state != State.ACTIVE:
                raise Refused(_("This is not possible in the present state."), "state")
            yield


def ask(agreement: TrainingAgreement, side: WeeklyCheck.Side, due_on: date) -> None:
    """Ask this side on this day, once; after the last week nobody is asked any more."""
    if due_on >= agreement.ends_on + ASK_EVERY:
        return
    WeeklyCheck.objects.get_or_create(
        agreement=agreement,
        side=side,
        due_on=due_on,
        defaults={
            "person_id": agreement.person_id,
            "organisation_id": agreement.organisation_id,
            "host_id": agreement.host_id,
        },
    )


def _same_terms(agreement: TrainingAgreement, seen: int) -> None:
    """Inside :func:`changing`, which lets one after the other: what was signed is what stands there."""
    agreement.refresh_from_db(fields=["terms"])
    if agreement.terms != seen:
        raise Refused(_("The terms were changed meanwhile. Read them again, and sign those."), STALE)


def _over() -> dict[str, Any]:
    return {"ended_on": timezone.localdate()}


def _about(agreement: TrainingAgreement) -> dict[str, Any]:
    return {"person": str(agreement.person_id)}


Told = tuple[str, Any]


def the_person(person: Person) -> Told:
    """The person, where they have an account and nobody else may read who writes to them."""
    return "person", None if person.discreet else person.user_id


def _tell(told: Told) -> dict[str, Any]:
    """Whom a notice goes to once this is committed, and as whom: "person" or "worker". Ids only."""
    side, user_id = told
    return {"tell": str(user_id), "side": side} if user_id else {}


def tell_host(agreement: TrainingAgreement, event: str, by: Actor) -> None:
    data = {"about": event, "host": str(agreement.host_id), "organisation": str(agreement.organisation_id)}
    emit("training.host", agreement, by=by, data=data)


def _move(
    agreement: TrainingAgreement,
    event: str,
    *,
    by: Actor,
    reason: str = "",
    fields: dict[str, Any] | None = None,
    tell: Iterable[Told] = (),
) -> None:
    fields = {**(fields or {}), "moved_at": timezone.now()}
    moving.move(TRAINING_STATES, agreement, event, by=by, reason=reason, fields=fields)
    for one in tell:
        let_know(agreement, event, one, by=by)


def let_know(agreement: TrainingAgreement, event: str, told: Told, *, by: Actor) -> None:
    """A notice goes to the person or the worker, once this is committed."""
    if data := _tell(told):
        emit(
            "training.tell",
            agreement,
            by=by,
            data={"about": event, "organisation": str(agreement.organisation_id)} | data,
        )


def _set_goals(agreement: TrainingAgreement, goals: Iterable[str]) -> None:
    wanted = list(dict.fromkeys(" ".join(one.split())[:200] for one in goals if one.strip()))[:MOST_GOALS]
    if not wanted:
        raise Refused(_("Say at least one thing that is to be learnt."), "goals")
    known = {goal.text: goal for goal in TrainingGoal.objects.filter(agreement=agreement)}
    for text, goal in known.items():
        if text not in wanted:
            goal.delete()
    for text in wanted:
        if text not in known:
            TrainingGoal.objects.create(agreement=agreement, person_id=agreement.person_id, text=text)


def _keep(agreement: TrainingAgreement, *, new: bool) -> None:
    """Check all that stands in the row, in words that a person understands; save it where it is new."""
    keys = ["person", "organisation", "host", "caseworker", "permit"]
    try:
        agreement.clean_fields(exclude=keys)
        agreement.validate_constraints(exclude=["organisation", "caseworker", "permit"] if new else keys)
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages), "field") from wrong
    if new:
        if agreement.ends_on - agreement.starts_on > timedelta(days=3 * 365):
            raise Refused(_("Three years are the most."), "ends_on")
        agreement.save(force_insert=True)
