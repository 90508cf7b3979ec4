"""A mentor and a person: proposed, agreed by the person, then by the mentor, begun, gone along, ended, or replaced.

    match = propose(person, mentor, because=["trade_same"], by=noa)
    person_agrees(match, shows=["called", "goal"], by=almaz)    from now on the mentor sees that, and nothing else
    mentor_agrees(match, by=dina)                               takes one of the mentor's three places
    tell_guardian(match, guardian="her mother", on=day, by=noa)          under 18, first
    start(match, by=noa)                                        both are asked how it goes once a month
    end(match, reason="reached", by=dina)                       by either of them, or the caseworker

Whoever acts as the mentor has no access to the file: what they do is done for them as the organisation that brought the two
together, after it was asked whether the match is theirs.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.events import emit
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.rows import acting_for
from kesher.base.transitions import SYSTEM, Actor, Refused, Transition, TransitionTable
from kesher.casework import moving
from kesher.casework.mentoring.offers import OF_THEMSELVES, takes_mentors
from kesher.casework.mentoring.proposals import POINTS
from kesher.casework.models import CheckIn, Match, Mentor, MentoringGoal, MentoringMeeting, Shown, WhyEnded
from kesher.casework.models.matches import ASK_EVERY, age_on
from kesher.casework.moving import THEMSELVES, WORKERS, changing, has_the_file, must_work_with_files
from kesher.casework.plans import works_here
from kesher.people.consents import ends_with_the_file
from kesher.people.models import Consent, Person

State = Match.State
#: From this age on somebody speaks for themselves.
OF_AGE: Final = 18


def theirs(match: Any, by: Actor) -> str | Promise | None:
    """Guard of the whole table: the person, the mentor it names, or a worker of the organisation that brought them together."""
    if by.roles & OF_THEMSELVES and by.user_id == match.mentor_user_id:
        return None
    if refused := has_the_file(match, by):
        return refused
    ours = by.organisation_id == match.organisation_id or by.roles & THEMSELVES
    return None if ours else _("Another organisation brought them together.")


def as_the_mentor(match: Any, by: Actor) -> str | Promise | None:
    """Only the mentor themselves says yes or no for the mentor."""
    return None if by.user_id == match.mentor_user_id else _("Only the mentor says so.")


def not_for_oneself(match: Any, by: Actor) -> str | Promise | None:
    """A worker who is the mentor does not decide about their own match."""
    if refused := theirs(match, by):
        return refused
    own = bool(by.roles & WORKERS) and by.user_id == match.mentor_user_id
    return _("You are the mentor: a colleague decides this.") if own else None


def may_begin(match: Any, by: Actor) -> str | Promise | None:
    """All that must be there before the two meet."""
    if refused := not_for_oneself(match, by):
        return refused
    mentor = match.mentor
    if mentor is None or mentor.state != Mentor.State.READY:
        return _("The mentor is not ready.")
    if not mentor.check_holds:
        return _("The check of the mentor has run out: check them again first.")
    if not takes_mentors(match.organisation):
        return _("Name somebody first to whom a concern can go.")
    if match.minor and not (match.guardian and match.guardian_told_on):
        return _("Under 18, a guardian is told first: who, and when.")
    return None


MATCH_STATES: Final = TransitionTable(
    name="match",
    field="state",
    transitions=(
        Transition(
            "person agrees",
            sources={State.PROPOSED},
            target=State.ASKED,
            roles=WORKERS | THEMSELVES,
            guard=not_for_oneself,
        ),
        Transition(
            "mentor agrees", sources={State.ASKED}, target=State.AGREED, roles=OF_THEMSELVES, guard=as_the_mentor
        ),
        Transition(
            "mentor declines",
            sources={State.ASKED, State.AGREED},
            target=State.DECLINED,
            roles=OF_THEMSELVES,
            guard=as_the_mentor,
        ),
        Transition(
            "decline",
            sources={State.PROPOSED, State.ASKED, State.AGREED},
            target=State.DECLINED,
            roles=WORKERS | THEMSELVES,
            guard=theirs,
        ),
        Transition("start", sources={State.AGREED}, target=State.ACTIVE, roles=WORKERS, guard=may_begin),
        Transition("pause", sources={State.ACTIVE}, target=State.PAUSED, roles=WORKERS, guard=theirs),
        # the file says only now how young somebody is: they meet again when a guardian was told
        Transition("under age", sources={State.ACTIVE}, target=State.PAUSED, roles={SYSTEM}),
        Transition("resume", sources={State.PAUSED}, target=State.ACTIVE, roles=WORKERS, guard=may_begin),
        Transition(
            "end",
            sources={State.ACTIVE, State.PAUSED},
            target=State.ENDED,
            roles=WORKERS | THEMSELVES | OF_THEMSELVES,
            guard=theirs,
            reason_required=True,
        ),
        # the organisation loses the file: nobody is left who answers for the two
        Transition("close", sources={State.PROPOSED, State.ASKED, State.AGREED}, target=State.DECLINED, roles={SYSTEM}),
        Transition("close", sources={State.ACTIVE, State.PAUSED}, target=State.ENDED, roles={SYSTEM}),
    ),
)


def propose(
    person: Person,
    mentor: Mentor,
    *,
    by: Actor,
    because: Iterable[str] = (),
    minor: bool | None = None,
    replaces: Match | None = None,
) -> Match:
    """A caseworker thinks these two may suit. ``minor``: asked where the file does not say when the person was born.

    Nothing is told to the mentor yet. Raises :class:`Refused`.
    """
    own = must_work_with_files(person, by)
    if mentor.organisation_id != own.pk:
        raise Refused(_("They stand on the list of another organisation."), "mentor")
    if mentor.user_id in (by.user_id, person.user_id):
        raise Refused(_("Nobody is proposed to themselves, or by themselves."), "mentor")
    if mentor.state != Mentor.State.READY or not mentor.check_holds:
        raise Refused(_("The mentor is not ready."), "mentor")
    if replaces is not None and (replaces.person_id != person.pk or replaces.is_open):
        raise Refused(_("Only what has ended is replaced."), "replaces")
    if person.born is not None:
        minor = age_on(person.born, timezone.localdate()) < OF_AGE
    if minor is None:
        raise Refused(_("Say whether the person is under 18."), "minor")
    assert by.user_id is not None  # a worker has an account
    with changing(person, by=by, reason="mentor proposed"):
        match = Match(
            person=person,
            mentor=mentor,
            mentor_user_id=mentor.user_id,
            organisation=own,
            caseworker_id=by.user_id,
            because=[code for code in because if code in POINTS],
            minor=minor,
            replaces=replaces,
            mentor_called=mentor.called,
            mentor_trade=mentor.trade,
            mentor_trade_words=mentor.trade_words,
            mentor_languages=mentor.languages,
            mentor_times=mentor.times,
            mentor_about=mentor.about,
        )
        _keep(match)
        if replaces is not None:
            Match.objects.filter(pk=replaces.pk).update(wants_another=False, updated_at=timezone.now())
        emit("match.propose", match, by=by, data={"person": str(person.pk)} | _tell(_the_person(person)))
    return match


def person_agrees(
    match: Match, *, shows: Iterable[str], by: Actor, how: str = Consent.How.SELF, words: str = ""
) -> None:
    """The person says yes, and what the mentor may know. A worker writes down what they were told (``how``)."""
    chosen = [one for one in Shown.values if one in set(shows)]
    if Shown.CALLED not in chosen:
        raise Refused(_("The mentor must know what to call you; any name will do."), "shows")
    if match.minor and Shown.CONTACT in chosen:
        raise Refused(_("Under 18, neither sees the other's number: they meet through the caseworker."), "shows")
    if (how == Consent.How.SELF) != bool(by.roles & THEMSELVES):
        raise Refused(_("Say how the person told you."), "how")
    person = match.person
    fields: dict[str, Any] = {
        "shows": chosen,
        "shown_called": person.called,
        "shown_words": " ".join(words.split())[:300],
        "person_agreed_on": timezone.localdate(),
        "person_agreed_how": how,
    }
    if Shown.LANGUAGES in chosen:
        known = person.languages.order_by("id").values_list("language", flat=True)
        fields["shown_languages"] = list(dict.fromkeys([person.language, *known]))
    if Shown.GOAL in chosen:
        goal = person.aspirations.order_by("-said_at", "-id").first()
        fields["shown_goal"] = goal.goal if goal is not None else ""
    if Shown.TIMES in chosen:
        wish = getattr(person, "wish", None)
        fields["shown_times"] = list(wish.shifts) if wish is not None else []
    with changing(person, by=by, reason="mentor: the person agrees"):
        _move(match, "person agrees", by=by, fields=fields, tell=("mentor", match.mentor_user_id))


def mentor_agrees(match: Match, *, by: Actor) -> None:
    """The mentor says yes: one of their places is taken. Raises :class:`Refused` when none is left."""
    with _for_the_mentor(match, by):
        mentor = match.mentor
        if mentor is None or mentor.state != Mentor.State.READY:
            raise Refused(_("The mentor is not ready."), "mentor")
        for place in range(1, mentor.mentees_at_most + 1):
            fields = {"place": place, "mentor_agreed_on": timezone.localdate()}
            try:
                # each place is the database's to give: of two who take the last one at once, one is told that it is gone
                with transaction.atomic(), changing(match.person, by=by, reason="mentor: the mentor agrees"):
                    _move(match, "mentor agrees", by=by, fields=fields, tell=("worker", match.caseworker_id))
            except IntegrityError as taken:
                if "match_three_at_most" not in str(taken):
                    raise
                match.refresh_from_db()
            else:
                return
    raise Refused(_("You go along with as many people as you said. Thank you."), "place")


def mentor_declines(match: Match, *, by: Actor) -> None:
    """The mentor says no, and need not say why."""
    with _for_the_mentor(match, by), changing(match.person, by=by, reason="mentor: the mentor declines"):
        _move(match, "mentor declines", by=by, fields=_OVER | _today(), tell=("worker", match.caseworker_id))


def decline(match: Match, *, by: Actor) -> None:
    """The person does not want this mentor, or a worker takes the proposal back. Nobody need say why."""
    told = ("worker", match.caseworker_id) if by.roles & THEMSELVES else _the_person(match.person)
    with changing(match.person, by=by, reason="mentor declined"):
        _move(match, "decline", by=by, fields=_OVER | _today(), tell=told)


def tell_guardian(match: Match, *, guardian: str, on: date, by: Actor) -> None:
    """A guardian was told: who, and when. Raises :class:`Refused`."""
    must_work_with_files(match.person, by)
    if refused := not_for_oneself(match, by):
        raise Refused(refused, "guard")
    if on > timezone.localdate():
        raise Refused(_("That day has not come yet."), "on")
    if not guardian.strip():
        raise Refused(_("Say who was told."), "guardian")
    with changing(match.person, by=by, reason="mentor: guardian told"):
        fields = {"guardian": guardian.strip(), "guardian_told_on": on, "guardian_told_by_id": by.user_id}
        for name, value in fields.items():
            setattr(match, name, value)
        match.save(update_fields=[*fields, "updated_at"])
        emit("match.guardian_told", match, by=by, data={"person": str(match.person_id)})


def start(match: Match, *, by: Actor) -> None:
    """They begin: a grown-up who agreed to it and the mentor see each other's number; the first question is set."""
    person, mentor = match.person, match.mentor
    minor = match.minor if person.born is None else age_on(person.born, timezone.localdate()) < OF_AGE
    if minor and not match.minor:
        # by itself, so that it stands though the start is refused: the page then asks whom of the guardians was told
        with changing(person, by=by, reason="mentor: under 18"):
            match.minor = True
            match.shows = [one for one in match.shows if one != Shown.CONTACT]
            match.save(update_fields=["minor", "shows", "updated_at"])
    shown = not minor and Shown.CONTACT in match.shows
    fields: dict[str, Any] = {"started_on": timezone.localdate(), "minor": minor, "contact_shown": shown}
    if shown:
        fields |= {"person_contact": person.phone, "mentor_contact": mentor.phone if mentor is not None else ""}
    with changing(person, by=by, reason="mentoring begins"):
        _move(match, "start", by=by, fields=fields, tell=("mentor", match.mentor_user_id))
        for side in CheckIn.Side:
            _ask(match, side, timezone.localdate() + ASK_EVERY)


def rest(match: Match, event: str, *, by: Actor) -> None:
    """ "pause" or "resume": while it rests nobody meets and nobody is asked."""
    as_the_file_says(match)
    with changing(match.person, by=by, reason=f"mentoring: {event}"):
        _move(match, event, by=by, tell=("mentor", match.mentor_user_id))


def end(match: Match, *, reason: str, by: Actor, another: bool = False) -> None:
    """It ends: from now on the mentor sees nothing. ``another``: the person wants another mentor (a caseworker is told)."""
    if reason not in dict(WhyEnded.to_choose()):
        raise Refused(_("Please choose a reason."), "reason")
    fields = _OVER | _today() | {"reason": reason, "wants_another": another}
    with _for_the_mentor(match, by), changing(match.person, by=by, reason="mentoring ends"):
        _move(match, "end", by=by, reason=reason, fields=fields)
        # all three but whoever says so: nobody finds out by an empty page
        for side, user_id in (
            ("worker", match.caseworker_id),
            ("mentor", match.mentor_user_id),
            _the_person(match.person),
        ):
            if user_id != by.user_id:
                _let_know(match, "end", (side, user_id), by=by)


def close(match: Match, *, by: Actor, why: str = WhyEnded.UNWANTED, another: bool = False) -> None:
    """The file closes, and what rests on it is over. The mentor is told where they knew of it. Inside a transaction.

    ``another``: it is the mentor who is gone, and the person may want another one; a caseworker is told.
    """
    reason: dict[str, Any] = {"reason": why, "wants_another": another} if match.is_under_way else {}
    told = ("mentor", match.mentor_user_id if match.state in Match.SEEN_BY_MENTOR else None)
    _move(match, "close", by=by, fields=_OVER | _today() | reason, tell=told)
    if another:
        _let_know(match, "close", ("worker", match.caseworker_id), by=by)


@ends_with_the_file
def close_all(person_id: UUID, organisation_id: UUID | None) -> None:
    """What this organisation (None: whichever) has brought about for the person is over."""
    going = Match.objects.open().filter(person=person_id)
    if organisation_id is not None:
        going = going.filter(organisation=organisation_id)
    for match in going.select_for_update(of=("self",)).order_by("id"):
        close(match, by=Actor.the_system())


def take_over(match: Match, *, user: User, by: Actor) -> None:
    """Another worker of the organisation is from now on the one through whom they reach each other."""
    must_work_with_files(match.person, by)
    if match.organisation_id != by.organisation_id or not works_here(user.pk, match.organisation_id):
        raise Refused(_("They do not work with files in your organisation."), "user")
    if user.pk == match.mentor_user_id:
        raise Refused(_("You are the mentor: a colleague decides this."), "user")
    with changing(match.person, by=by, reason="mentoring: caseworker"):
        match.caseworker = user
        match.save(update_fields=["caseworker", "updated_at"])


# --- while it goes on ---------------------------------------------------------------------------------------------------


def set_goal(match: Match, text: str, *, by: Actor) -> MentoringGoal:
    """What they want to reach, in their words."""
    if not text.strip():
        raise Refused(_("Say what you want to reach."), "text")
    with _going_on(match, by, "mentoring: goal"):
        goal = MentoringGoal.objects.create(
            person_id=match.person_id, match=match, text=" ".join(text.split())[:300], noted_by_id=by.user_id
        )
        emit("match.goal", match, by=by, data={"goal": str(goal.pk)})
    return goal


def reach_goal(goal: MentoringGoal, *, by: Actor) -> None:
    """It is reached. Twice is once."""
    with _going_on(goal.match, by, "mentoring: goal reached"):
        if goal.reached_on is None:
            goal.reached_on = timezone.localdate()
            goal.save(update_fields=["reached_on", "updated_at"])
            emit("match.goal_reached", goal.match, by=by, data={"goal": str(goal.pk)})


def meet(match: Match, *, on: date, place: str, by: Actor, where: str = "", note: str = "") -> MentoringMeeting:
    """They met on this day, or will. Under 18 only where other people are."""
    with _going_on(match, by, "mentoring: meeting"):
        meeting = MentoringMeeting(
            person_id=match.person_id,
            match=match,
            on=on,
            place=place,
            where=where.strip(),
            note=note.strip(),
            minor=match.minor,
            noted_by_id=by.user_id,
        )
        try:
            meeting.clean_fields(exclude=["person", "match"])
            meeting.validate_constraints(exclude=["person", "match"])
        except ValidationError as wrong:
            raise Refused(" ".join(wrong.messages), "place") from wrong
        meeting.save(force_insert=True)
        emit("match.meeting", match, by=by, data={"meeting": str(meeting.pk)})
    return meeting


def answer(check: CheckIn, *, going: str, by: Actor, words: str = "") -> None:
    """How it goes, as one of the two says; a worker may write down what they were told. The next question is set."""
    match = check.match
    own = {CheckIn.Side.MENTOR: OF_THEMSELVES, CheckIn.Side.PERSON: THEMSELVES}[CheckIn.Side(check.side)]
    if not by.roles & (own | WORKERS):
        raise Refused(_("Only they say that themselves."), "role")
    _not_of_ones_mentee(check, by)
    if going not in CheckIn.Going.values:
        raise Refused(_("Say how it goes."), "going")
    with _going_on(match, by, "mentoring: how it goes"):
        locked = CheckIn.objects.select_for_update(of=("self",)).get(pk=check.pk)
        if locked.answered_at is not None:
            raise Refused(_("This is answered already."), "state")
        locked.going, locked.words = going, words.strip()[:500]
        locked.answered_at, locked.answered_by_id = timezone.now(), by.user_id
        locked.save(update_fields=["going", "words", "answered_at", "answered_by_id", "updated_at"])
        check.going, check.words, check.answered_at = locked.going, locked.words, locked.answered_at
        _ask(match, CheckIn.Side(check.side), max(locked.due_on, timezone.localdate()) + ASK_EVERY)
        emit("match.check", match, by=by, data={"check": str(check.pk)})


def _not_of_ones_mentee(check: CheckIn, by: Actor) -> None:
    """Whoever is the mentor neither reads nor writes down what the person says of them, though they work there."""
    if check.side == CheckIn.Side.PERSON and by.roles & WORKERS and (refused := not_for_oneself(check.match, by)):
        raise Refused(refused, "guard")


def read(check: CheckIn, *, by: Actor) -> None:
    """A caseworker has read what was answered. Twice is once."""
    must_work_with_files(check.match.person, by)
    _not_of_ones_mentee(check, by)
    if check.seen_at is None and check.answered_at is not None:
        with changing(check.match.person, by=by, reason="mentoring: answer read"):
            check.seen_at = timezone.now()
            check.save(update_fields=["seen_at", "updated_at"])


# --- what these have in common ------------------------------------------------------------------------------------------

#: What is over takes no place, and neither has the other's number any more.
_NO_NUMBERS: Final = {"person_contact": "", "mentor_contact": "", "contact_shown": False}
_OVER: Final = {"place": None, **_NO_NUMBERS}


def _today() -> dict[str, Any]:
    return {"ended_on": timezone.localdate()}


Told = tuple[str, Any]


def _the_person(person: Person) -> Told:
    """The person, where they have an account and nobody else may read who writes to them."""
    return "person", None if person.discreet else person.user_id


def _tell(told: Told) -> dict[str, Any]:
    """Whom a notice goes to once this is committed, and as whom: "mentor", "person" or "worker". Ids only."""
    side, user_id = told
    return {"tell": str(user_id), "side": side} if user_id else {}


def _ask(match: Match, side: CheckIn.Side, due_on: date) -> None:
    CheckIn.objects.get_or_create(
        match=match,
        side=side,
        due_on=due_on,
        defaults={
            "person_id": match.person_id,
            "organisation_id": match.organisation_id,
            "mentor_user_id": match.mentor_user_id,
        },
    )


@contextmanager
def _for_the_mentor(match: Match, by: Actor) -> Iterator[None]:
    """As the organisation, where the mentor acts: they have no access to the file, which learns of it. Others as they are."""
    if by.roles & OF_THEMSELVES and by.user_id == match.mentor_user_id and not by.roles & WORKERS:
        if not Match.objects.filter(pk=match.pk, mentor_user_id=by.user_id, state__in=Match.SEEN_BY_MENTOR).exists():
            raise Refused(_("This is not possible in the present state."), "state")
        with acting_for(user_id=by.user_id, organisation_ids=[match.organisation_id]):
            yield
    else:
        yield


@contextmanager
def _going_on(match: Match, by: Actor, reason: str) -> Iterator[None]:
    """Something happens between the two: only while it is under way, and by those it is about."""
    as_the_file_says(match)
    with _for_the_mentor(match, by):
        if refused := theirs(match, by):
            raise Refused(refused, "guard")
        with changing(match.person, by=by, reason=reason):
            match.refresh_from_db(fields=["state", "minor"])
            if match.state != State.ACTIVE:
                raise Refused(_("This is not possible in the present state."), "state")
            yield


def _move(
    match: Match,
    event: str,
    *,
    by: Actor,
    reason: str = "",
    fields: dict[str, Any] | None = None,
    tell: Told = ("", None),
) -> None:
    moving.move(MATCH_STATES, match, event, by=by, reason=reason, fields={**(fields or {}), "moved_at": timezone.now()})
    _let_know(match, event, tell, by=by)


def _let_know(match: Match, event: str, told: Told, *, by: Actor) -> None:
    if data := _tell(told):
        emit("match.tell", match, by=by, data={"about": event, "organisation": str(match.organisation_id)} | data)


def _keep(match: Match) -> None:
    try:
        match.clean_fields(exclude=["person", "mentor", "organisation", "caseworker", "replaces"])
        match.validate_constraints(exclude=["organisation", "caseworker"])
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages), "field") from wrong
    match.save(force_insert=True)


# --- how old somebody is ------------------------------------------------------------------------------------------------


def as_old_as_the_file_says(organisation_id: UUID, day: date, *, only: Iterable[UUID] | None = None) -> int:
    """What the files say of ages on this ``day`` holds for the mentoring of this organisation (of these keys ``only``), too.

    Whoever turned 18 is no longer treated as a child; of whom it turns out later that they are one, is one from now on.
    Returns of how many it was otherwise. By the system, as the organisation: a mentor sees no file.
    """
    with acting_for(organisation_ids=[organisation_id]):
        known = Match.objects.open().filter(organisation=organisation_id, person__born__isnull=False)
        if only is not None:
            known = known.filter(pk__in=only)
        # whoever lives longer than so many days is of age: most rows are not read
        maybe_young = Q(person__born__gt=day - timedelta(days=OF_AGE * 366))
        rows = known.filter(Q(minor=True) | maybe_young).select_related("person").order_by("id")
        changed = 0
        # no change of a plan: what the clock does keeps no file in use
        for match in rows.select_for_update(of=("self",)):
            born = match.person.born
            young = born is not None and age_on(born, day) < OF_AGE
            if young != match.minor:
                with acting(actor=THE_SYSTEM, reason="as old as the file says"):
                    (_is_a_child if young else _is_grown_up)(match, day)
                changed += 1
        return changed


def as_the_file_says(match: Match) -> None:
    """The same of one that somebody opens or does something about. By itself, so that it stands whatever is refused then."""
    if as_old_as_the_file_says(match.organisation_id, timezone.localdate(), only=[match.pk]):
        match.refresh_from_db(fields=["state", "minor", "shows", "moved_at", *_NO_NUMBERS])


def _is_grown_up(match: Match, day: date) -> None:
    match.minor = False
    match.save(update_fields=["minor", "updated_at"])


def _is_a_child(match: Match, day: date) -> None:
    """No number is shown, no meeting stands where nobody else is, and what had begun rests until a guardian is told."""
    system = Actor.the_system()
    shows = [one for one in match.shows if one != Shown.CONTACT]
    fields: dict[str, Any] = {"minor": True, "shows": shows, **_NO_NUMBERS}
    to_come = match.meetings.filter(on__gte=day)
    to_come.exclude(place__in=MentoringMeeting.PUBLIC).delete()
    to_come.update(minor=True, updated_at=timezone.now())
    if match.state == State.ACTIVE and match.guardian_told_on is None:
        _move(match, "under age", by=system, fields=fields)
    else:
        for name, value in fields.items():
            setattr(match, name, value)
        match.save(update_fields=[*fields, "updated_at"])
    if match.is_under_way:
        for told in (("worker", match.caseworker_id), ("mentor", match.mentor_user_id), _the_person(match.person)):
            _let_know(match, "under age", told, by=system)
