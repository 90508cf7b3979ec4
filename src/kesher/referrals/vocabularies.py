"""The words of a referral: its states, why it ended, what came of it. Codes are kept, words are shown.

Codes of FHIR Task (https://hl7.org/fhir/R4/valueset-task-status.html) stand inside, plain words on the screen.
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role

#: Who sends: those who work with files, in the organisation that sends.
SENDERS: Final = frozenset({Role.CASEWORKER, Role.REFERRER})
#: Who answers, in the organisation that was asked.
RECEIVERS: Final = frozenset({Role.PROVIDER, Role.COLLEGE, Role.ORGANISATION_ADMIN, Role.CASEWORKER})
#: Roles without a membership: the person, whoever helps them with a mandate, and a partner who answers by link.
PERSON, HELPER, LINK = "person", "helper", "link"


class State(models.TextChoices):
    DRAFT = "draft", _("being written")
    DELETED = "deleted", _("thrown away")
    REQUESTED = "requested", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("refused")
    IN_PROGRESS = "in-progress", _("under way")
    ON_HOLD = "on-hold", _("paused")
    COMPLETED = "completed", _("finished")
    FAILED = "failed", _("could not be finished")
    CANCELLED = "cancelled", _("withdrawn")
    ENTERED_IN_ERROR = "entered-in-error", _("entered by mistake")


#: "Any open" of the state table.
OPEN: Final = (State.DRAFT, State.REQUESTED, State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD)
#: The receiver has said yes.
TAKEN_ON: Final = (State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD)
#: They have a seat in a group: those who are there, and those who were until it ended.
SEATED: Final = (*TAKEN_ON, State.COMPLETED)
#: It came back without help: something must follow.
CAME_BACK: Final = (State.REJECTED, State.FAILED)


class Reason(models.TextChoices):
    """Why it was refused, could not be finished, was paused or withdrawn."""

    UNREACHABLE = "unreachable", _("could not be reached")
    NO_SHOW = "no_show", _("did not come")
    STARTED_WORK = "started_work", _("has started work")
    IN_TRAINING = "in_training", _("is in training")
    NOT_ELIGIBLE = "not_eligible", _("does not meet the conditions")
    CANNOT_TRAVEL = "cannot_travel", _("cannot get there")
    NOT_INTERESTED = "not_interested", _("does not want it")
    BARRIER_FIRST = "barrier_first", _("something else must be solved first")
    NO_CAPACITY = "no_capacity", _("no place free")
    NO_SUCH_SERVICE = "no_such_service", _("this is not offered (any more)")
    DUPLICATE = "duplicate", _("they are there already")
    OTHER = "other", _("something else")


#: What the town lacks: counted as demand.
DEMAND: Final = frozenset({Reason.NO_CAPACITY, Reason.NO_SUCH_SERVICE})
#: Could be held against the person: sender, receiver and the person read it, no log, count or report says it.
PRIVATE: Final = frozenset({Reason.NO_SHOW, Reason.NOT_INTERESTED, Reason.UNREACHABLE})
#: What a receiver may give who refuses, or cannot finish; and a sender who withdraws.
OF_REFUSAL: Final = tuple(reason for reason in Reason if reason is not Reason.NO_SHOW)
OF_FAILURE: Final = tuple(reason for reason in Reason if reason is not Reason.DUPLICATE)


def in_trail(reason: str) -> str:
    """How a reason stands in the trail of events, which others read too: what could be held against a person does not."""
    return "private" if reason in PRIVATE else reason


class ToldHow(models.TextChoices):
    """How somebody without an account answered, where whoever sent it wrote that down for them."""

    PHONE = "phone", _("on the telephone")
    PAPER = "paper", _("on paper")
    VISIT = "visit", _("in person")


class Outcome(models.TextChoices):
    """What came of it, when it was finished."""

    MET = "met", _("they got what they came for")
    PARTLY = "partly", _("they got part of it")
    WORK = "work", _("they have work")
    TRAINING = "training", _("they are in training")
    PASSED_ON = "passed_on", _("another service is right for them")
    NOT_MET = "not_met", _("it did not help")


#: With these what was wished for is there.
HELPED: Final = frozenset({Outcome.MET, Outcome.WORK, Outcome.TRAINING})


class Closing(models.TextChoices):
    """Why nothing more need follow (HOUSE 5)."""

    MET = "met", _("it is met")
    NO_LONGER_WANTED = "no_longer_wanted", _("they no longer want it")
    GONE = "gone", _("they died or moved away")
    WITHDRAWN = "withdrawn", _("they took back that they agreed")
    CANNOT_BE_MET = "cannot_be_met", _("it cannot be met here")


class Interpreter(models.TextChoices):
    NONE = "none", _("none needed")
    PHONE = "phone", _("by telephone")
    IN_PERSON = "in_person", _("in person")


class Gender(models.TextChoices):
    """Of the interpreter, where the person wishes so."""

    ANY = "", _("no wish")
    WOMAN = "woman", _("a woman")
    MAN = "man", _("a man")


class Verdict(models.TextChoices):
    """Whether the person meets the conditions, as the rules said when it was sent."""

    YES = "yes", _("meets the conditions")
    UNKNOWN = "unknown", _("not all is known")
    NO = "no", _("does not meet the conditions")
