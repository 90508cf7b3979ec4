"""The state table of a referral, row by row as HOUSE section 5 has it: who may do what, from where, to where, and when.

Functions that go with a move (open an access, close a loop) are in :mod:`kesher.referrals.sending` and
:mod:`kesher.referrals.answering`; nothing else moves a referral.
"""

from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import belongs_to
from kesher.accounts.models import Organisation
from kesher.base.transitions import SYSTEM, Actor, Transition, TransitionTable
from kesher.directory.agreements import in_force
from kesher.directory.models import Service
from kesher.people.consents import acts_for_file, has_agreed
from kesher.people.models import Person
from kesher.people.models.consents import Purpose
from kesher.referrals import eligibility
from kesher.referrals.links import Reached, reaches, readers
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import (
    CAME_BACK,
    HELPER,
    LINK,
    OF_FAILURE,
    OF_REFUSAL,
    OPEN,
    PERSON,
    RECEIVERS,
    SENDERS,
    TAKEN_ON,
    Outcome,
    Reason,
    State,
    Verdict,
)

Why = str | Promise | None
TO_ANSWER: Final = frozenset({*RECEIVERS, LINK})
EITHER: Final = frozenset({*SENDERS, *TO_ANSWER})


# --- whose it is --------------------------------------------------------------------------------------------------------


def is_sender(referral: Referral, by: Actor) -> Why:
    """A role in one organisation says nothing about what another has sent."""
    return _sends(referral, by) or _approved(referral.sender_id)


def _sends(referral: Referral, by: Actor) -> Why:
    if by.organisation_id != referral.sender_id or not by.roles & SENDERS:
        return _("Another organisation sends this.")
    return None


def is_receiver(referral: Referral, by: Actor) -> Why:
    if by.organisation_id != referral.receiver_id or not by.roles & TO_ANSWER:
        return _("Another organisation was asked.")
    if referral.sent_at is None:
        return _("It has not been sent.")
    return _approved(referral.receiver_id)


def was_asked(referral: Referral, by: Actor) -> Why:
    """The receiver, whatever has become of it since: to say that what it had is erased."""
    if by.organisation_id != referral.receiver_id or not by.roles & TO_ANSWER or referral.sent_at is None:
        return _("Another organisation was asked.")
    return None


def is_either(referral: Referral, by: Actor) -> Why:
    return is_sender(referral, by) and is_receiver(referral, by)


def _approved(organisation_id: UUID) -> Why:
    return None if Organisation.objects.approved().filter(pk=organisation_id).exists() else _NOT_APPROVED


_NOT_APPROVED: Final = _("Your organisation is not approved.")


# --- what must be there -------------------------------------------------------------------------------------------------


def may_leave(referral: Referral, by: Actor) -> Why:
    """Consent and agreement of the partners; conditions met or a named sender says why not; places shown or waiting taken.

    What the sender has read for this in the same transaction is not asked again: the person, the agreement that will be
    written in the row, and what the conditions say.
    """
    if why_not := _sends(referral, by):
        return why_not
    both = Organisation.objects.approved().filter(pk__in={referral.sender_id, referral.receiver_id}).order_by()
    approved = set(both.values_list("pk", flat=True))
    if referral.sender_id not in approved:
        return _NOT_APPROVED
    person = _person_of(referral)
    if person is None or person.state != Person.State.ACTIVE or not acts_for_file(person, by):
        return _("This file is not open to you.")
    offered: Any = Service.objects.published().annotate(is_read=readers())  # Any: each carries "is_read"
    service = offered.filter(pk=referral.service_id, organisation=referral.receiver_id).first()
    if service is None or referral.receiver_id not in approved:
        return _("This service is not offered now.")
    if not referral.why.strip():
        return _("Say why you refer them: whoever reads it knows nothing yet.")
    if not in_force(referral.sender_id, referral.receiver_id):
        return _("There is no agreement in force between your organisation and theirs.")
    if not _agreed(referral, person):
        return _("The person has not agreed to this. Read it to them first.")
    if (referral.eligibility or eligibility.verdict(service, person)) == Verdict.NO:
        if not referral.override_reason.strip() or referral.overridden_by_id is None:
            return _("They do not meet the conditions. Say why you send them all the same.")
        if belongs_to(referral.overridden_by_id, referral.receiver_id):  # nobody fills their own places past the rules
            return _("They do not meet the conditions, and you belong to the organisation that would take them.")
    if not referral.to_call and reaches(service, is_read=service.is_read) == Reached.NOBODY:
        return _(
            "Nobody there reads what is sent here: they have no account, and no address is known. Say that you call them."
        )
    free = eligibility.free_places(service, referral.sender_id)
    if not referral.wait_list and (referral.places_shown is None or not free):
        return _("No free place is known. Accept that they may have to wait, or ask first.")
    return None


def _agreed(referral: Referral, person: Person) -> bool:
    """What will be written in the row is looked at; of a draft the database is asked."""
    given = referral.consent
    if given is None:
        return has_agreed(person, Purpose.REFERRAL, with_=referral.receiver_id)
    to_this = (given.person_id, given.purpose, given.organisation_id)
    return given.is_in_force and to_this == (referral.person_id, Purpose.REFERRAL, referral.receiver_id)


def _person_of(referral: Referral) -> Person | None:
    """Who is referred; None where whoever asks does not see them."""
    if Referral.person.is_cached(referral):
        return referral.person
    return Person.objects.filter(pk=referral.person_id).first()


def names_somebody(referral: Referral, by: Actor) -> Why:
    if why_not := is_receiver(referral, by):
        return why_not
    if referral.worker_id is None and not referral.worker_name.strip():
        return _("Say who takes care of it.")
    return None


def _says_why(referral: Referral, allowed: tuple[Reason, ...]) -> Why:
    if referral.reason not in allowed:
        return _("Choose a reason.")
    if referral.reason == Reason.OTHER and not referral.reason_words.strip():
        return _("Say in words what the reason is.")
    return None


def refuses_with_a_reason(referral: Referral, by: Actor) -> Why:
    return is_receiver(referral, by) or _says_why(referral, OF_REFUSAL)


def fails_with_a_reason(referral: Referral, by: Actor) -> Why:
    return is_receiver(referral, by) or _says_why(referral, OF_FAILURE)


def withdraws_with_a_reason(referral: Referral, by: Actor) -> Why:
    return is_sender(referral, by) or _says_why(referral, tuple(Reason))


def has_a_day(referral: Referral, by: Actor) -> Why:
    if why_not := is_receiver(referral, by):
        return why_not
    if referral.contacted_on is None or referral.contacted_on > timezone.localdate():
        return _("Say on which day you first spoke; it cannot be a day to come.")
    if referral.sent_at is not None and referral.contacted_on < timezone.localdate(referral.sent_at):
        return _("That is before it was sent.")
    return None


def comes_back_to_it(referral: Referral, by: Actor) -> Why:
    if why_not := is_receiver(referral, by) or _says_why(referral, tuple(Reason)):
        return why_not
    if referral.review_on is None or referral.review_on <= timezone.localdate():
        return _("Say on which day to come you will look at it again.")
    return None


def says_what_came_of_it(referral: Referral, by: Actor) -> Why:
    if why_not := is_receiver(referral, by):
        return why_not
    if referral.outcome not in Outcome.values or referral.attended is None or not referral.done.strip():
        return _("Say whether they came, what was done, and what came of it.")
    return None


def needs_another(referral: Referral, by: Actor) -> Why:
    """One at a time: what was wished for is open, and nobody is on the way with it."""
    if why_not := is_sender(referral, by):
        return why_not
    if referral.loop.closed_at is not None:
        return _("What they wished for is closed already.")
    if Referral.objects.open().filter(loop=referral.loop_id).exists():
        return _("They are on their way to a service for this already.")
    return None


# --- the table ----------------------------------------------------------------------------------------------------------


def _t(
    event: str, sources: tuple[State, ...], target: State, roles: frozenset[str], guard: object, reason: bool = False
) -> Transition:
    return Transition(event, sources=sources, target=target, roles=roles, guard=guard, reason_required=reason)  # type: ignore[arg-type]


FROM_SENDER: Final = frozenset(SENDERS)
ITSELF: Final = frozenset({SYSTEM})
#: The person's own act, carried out when it was taken back (:mod:`kesher.referrals.recalls`).
OF_THE_PERSON: Final = frozenset({PERSON, HELPER, SYSTEM})
ANY: Final = tuple(state for state in State if state not in (State.DELETED, State.ENTERED_IN_ERROR))
UNDER_WAY: Final = (State.IN_PROGRESS, State.ON_HOLD)

REFERRAL_STATES = TransitionTable(
    name="referral",
    field="state",
    stamps=True,
    transitions=(
        _t("send", (State.DRAFT,), State.REQUESTED, FROM_SENDER, may_leave),
        _t("discard", (State.DRAFT,), State.DELETED, FROM_SENDER, is_sender),
        _t("accept", (State.REQUESTED,), State.ACCEPTED, TO_ANSWER, names_somebody),
        _t("reject", (State.REQUESTED,), State.REJECTED, TO_ANSWER, refuses_with_a_reason, reason=True),
        _t(
            "withdraw", (State.REQUESTED, *TAKEN_ON), State.CANCELLED, FROM_SENDER, withdraws_with_a_reason, reason=True
        ),
        _t("reminder due", (State.REQUESTED,), State.REQUESTED, ITSELF, None),
        _t("first contact", (State.ACCEPTED,), State.IN_PROGRESS, TO_ANSWER, has_a_day),
        _t("pause", (State.IN_PROGRESS,), State.ON_HOLD, TO_ANSWER, comes_back_to_it, reason=True),
        _t("resume", (State.ON_HOLD,), State.IN_PROGRESS, TO_ANSWER, is_receiver),
        _t("finish", UNDER_WAY, State.COMPLETED, TO_ANSWER, says_what_came_of_it),
        _t("cannot finish", UNDER_WAY, State.FAILED, TO_ANSWER, fails_with_a_reason, reason=True),
        _t("consent withdrawn", OPEN, State.CANCELLED, OF_THE_PERSON, None),
        _t("entered in error", ANY, State.ENTERED_IN_ERROR, EITHER, is_either, reason=True),
        *(_t("next best", (state,), state, FROM_SENDER, needs_another) for state in CAME_BACK),
    ),
)
