"""What one may do about a match, on whichever page: the same buttons and questions for mentor, person and caseworker.

    acts = Acts(request, match, by=actor, side="mentor")
    if request.method == "POST": done, status = acts.post()
    context["acts"] = acts.drawn()

An act that needs an answer opens by itself; one that only takes a press is a button.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.base.transitions import Actor, Refused
from kesher.casework.mentoring import concerns, matches
from kesher.casework.mentoring.matches import MATCH_STATES
from kesher.casework.models import CheckIn, Match, MentoringGoal
from kesher.casework.moving import THEMSELVES, WORKERS
from kesher.www.mentor import forms as asked
from kesher.www.mentor.words import language_names, named_at

MENTOR, PERSON, WORKER = "mentor", "person", "worker"


@dataclass(frozen=True, slots=True)
class Act:
    """``title`` of the question, ``verb`` on its button; ``event`` of the table that must be possible ("" = while active)."""

    title: str | Promise
    verb: str | Promise
    form: type[forms.Form]
    sides: frozenset[str]
    run: Callable[[Match, Actor, dict[str, Any]], object]
    event: str = ""
    by_match: bool = False  # the form is told which match
    danger: bool = False


def _concern(match: Match, by: Actor, said: dict[str, Any]) -> None:
    side = WORKER if by.roles & WORKERS else PERSON if by.roles & THEMSELVES else MENTOR
    concerns.raise_concern(match.organisation, match=match, side=side, by=by, **said)


_ALL, _TWO = frozenset({MENTOR, PERSON, WORKER}), frozenset({PERSON, WORKER})
_NOTHING = asked.NothingAsked
_agree, _rest = matches.person_agrees, matches.rest

#: In the order in which they stand on a page.
ACTS: Final[dict[str, Act]] = {
    "agree": Act(
        _("Do you want to meet this mentor?"),
        _("Yes, ask the mentor"),
        asked.AgreeForm,
        frozenset({PERSON}),
        lambda match, by, said: _agree(match, by=by, **said),
        "person agrees",
        by_match=True,
    ),
    "agree-told": Act(
        _("Has the person agreed?"),
        _("The person agrees"),
        asked.WrittenDownAgreeForm,
        frozenset({WORKER}),
        lambda match, by, said: _agree(match, by=by, **said),
        "person agrees",
        by_match=True,
    ),
    "accept": Act(
        "",
        _("Yes, I will go along with them"),
        _NOTHING,
        frozenset({MENTOR}),
        lambda match, by, said: matches.mentor_agrees(match, by=by),
        "mentor agrees",
    ),
    "refuse": Act(
        "",
        _("No, thank you"),
        _NOTHING,
        frozenset({MENTOR}),
        lambda match, by, said: matches.mentor_declines(match, by=by),
        "mentor declines",
    ),
    "guardian": Act(
        _("Under 18: a guardian is told first"),
        _("Write it down"),
        asked.GuardianForm,
        frozenset({WORKER}),
        lambda match, by, said: matches.tell_guardian(match, by=by, **said),
        "guardian",
    ),
    "start": Act(
        "",
        _("They begin"),
        _NOTHING,
        frozenset({WORKER}),
        lambda match, by, said: matches.start(match, by=by),
        "start",
    ),
    "resume": Act(
        "",
        _("They go on"),
        _NOTHING,
        frozenset({WORKER}),
        lambda match, by, said: _rest(match, "resume", by=by),
        "resume",
    ),
    "meet": Act(
        _("Note a meeting"),
        _("Note it"),
        asked.MeetForm,
        _ALL,
        lambda match, by, said: matches.meet(match, by=by, **said),
        by_match=True,
    ),
    "goal": Act(
        _("Add a goal"),
        _("Add it"),
        asked.GoalForm,
        _ALL,
        lambda match, by, said: matches.set_goal(match, said["text"], by=by),
    ),
    "pause": Act(
        "",
        _("Let it rest"),
        _NOTHING,
        frozenset({WORKER}),
        lambda match, by, said: _rest(match, "pause", by=by),
        "pause",
    ),
    "decline": Act(
        "",
        _("No, not this one"),
        _NOTHING,
        _TWO,
        lambda match, by, said: matches.decline(match, by=by),
        "decline",
    ),
    "end": Act(
        _("End it"),
        _("End it now"),
        asked.EndForm,
        _ALL,
        lambda match, by, said: matches.end(match, by=by, **said),
        "end",
        danger=True,
    ),
    "concern": Act(
        _("Raise a concern"),
        _("Send it to the named person"),
        asked.ConcernForm,
        _ALL,
        _concern,
        "concern",
        danger=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One act as a page shows it."""

    key: str
    heading: str | Promise
    verb: str | Promise
    form: forms.Form
    open: bool
    danger: bool

    @property
    def look(self) -> str:
        """The first thing to do stands out."""
        return "primary" if self.key in ("agree", "accept", "start") else "secondary"

    @property
    def colour(self) -> str:
        return "danger" if self.danger else "accent"


class Acts:
    """The acts that ``side`` has in this match now."""

    def __init__(self, request: HttpRequest, match: Match, *, by: Actor, side: str) -> None:
        # first: whoever opens it sees no number that the file by now says they may not see
        if match.is_open:
            matches.as_the_file_says(match)
        self.request, self.match, self.by, self.side = request, match, by, side
        self.failed: tuple[str, forms.Form] | None = None

    def possible(self, act: Act) -> bool:
        if self.side not in act.sides:
            return False
        if act.event == "concern":
            return self.match.state != Match.State.PROPOSED
        if act.event == "guardian":
            return self.match.minor and self.match.is_open and self.match.guardian_told_on is None
        if not act.event:
            return self.match.state == Match.State.ACTIVE
        return any(one.event == act.event for one in MATCH_STATES.possible(self.match, by=self.by))

    def checks(self) -> Iterator[tuple[str, Act, CheckIn]]:
        """The monthly questions this side may answer now: their own, and a caseworker both as told."""
        if self.match.state != Match.State.ACTIVE:
            return
        for check in CheckIn.objects.filter(match=self.match, answered_at=None).order_by("side", "due_on"):
            if self.side not in (WORKER, check.side) or not check.is_due:
                continue
            if self.side == WORKER and check.side == PERSON and self.by.user_id == self.match.mentor_user_id:
                continue  # what their mentee says of them a colleague writes down
            title = _("How does it go?")
            if self.side == WORKER:
                title = {MENTOR: _("What the mentor says"), PERSON: _("What the person says")}[check.side]
            act = Act(title, _("Answer"), asked.CheckForm, _ALL, self._answers(check))
            yield f"check-{check.side}", act, check

    @staticmethod
    def _answers(check: CheckIn) -> Callable[[Match, Actor, dict[str, Any]], object]:
        return lambda match, by, said: matches.answer(check, by=by, **said)

    def _all(self) -> dict[str, Act]:
        return {key: act for key, act, _check in self.checks()} | {
            key: act for key, act in ACTS.items() if self.possible(act)
        }

    def _form(self, key: str, act: Act, data: Any = None) -> forms.Form:
        extra: dict[str, Any] = {"match": self.match} if act.by_match else {}
        return act.form(data, auto_id=f"{key}-%s-{self.match.pk.hex[-6:]}", **extra)

    def post(self) -> bool:
        """Do what was sent; False when it was wrong: :meth:`drawn` then says what."""
        key = self.request.POST.get("do", "")
        if goal := self.request.POST.get("reached", ""):
            return self._reached(goal)
        act = self._all().get(key)
        if act is None:
            messages.error(self.request, _("This is not possible in the present state."))
            return False
        form = self._form(key, act, self.request.POST)
        if form.is_valid():
            try:
                act.run(self.match, self.by, form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused.message))
            else:
                said = _("Sent. Only the named person reads it.") if key == "concern" else _("Written down.")
                messages.success(self.request, said)
                return True
        self.failed = (key, form)
        return False

    def _reached(self, key: str) -> bool:
        try:
            goal = MentoringGoal.objects.filter(match=self.match, pk=UUID(key)).first()
        except ValueError:
            goal = None
        if goal is None:
            return False
        goal.match = self.match
        try:
            matches.reach_goal(goal, by=self.by)
        except Refused as refused:
            messages.error(self.request, str(refused.message))
            return False
        messages.success(self.request, _("Well done."))
        return True

    def drawn(self) -> list[Drawn]:
        failed, wrong = self.failed or ("", None)
        return [
            Drawn(
                key,
                act.title,
                act.verb,
                wrong if wrong is not None and key == failed else self._form(key, act),
                key == failed or key.startswith(("check", "agree", "guardian")),
                act.danger,
            )
            for key, act in self._all().items()
        ]

    def context(self) -> dict[str, Any]:
        """What every page about a match shows."""
        match = self.match
        return {
            "match": match,
            "side": self.side,
            "acts": self.drawn(),
            "goals": list(match.goals.order_by("id")),
            "meetings": list(match.meetings.order_by("-on", "-id")[:20]),
            "named": named_at(match.organisation_id),
            "may_reach": match.state == Match.State.ACTIVE,
            **language_names(match),
        }
