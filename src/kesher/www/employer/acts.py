"""What one may do about an agreement on learning at work, on whichever page: person, workplace and caseworker alike.

    acts = Acts(request, agreement, by=actor, side=HOST)
    if request.method == "POST": done = acts.post()
    context = acts.context()

As :mod:`kesher.www.mentor.acts`: an act that needs an answer opens by itself; one that takes a press is a button. Each form
says which terms it was drawn with: nobody signs what they have not read (``status`` is 409 then).
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

from kesher.accounts.sensitive import is_sensitive
from kesher.base.transitions import Actor, Refused
from kesher.casework.hosting import ages, agreements, certificates, going
from kesher.casework.hosting.agreements import STALE, TRAINING_STATES
from kesher.casework.mentoring import concerns
from kesher.casework.models import TrainingAgreement, TrainingGoal, WeeklyCheck
from kesher.casework.models.training import SAID_BY_HOST
from kesher.casework.moving import WORKERS
from kesher.people import files
from kesher.www.employer import forms as asked
from kesher.www.mentor.words import named_at, trade_name
from kesher.www.overwriting import differences, with_stamp

HOST, PERSON, WORKER = "host", "person", "worker"
Run = Callable[[TrainingAgreement, Actor, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Act:
    """``title`` of the question, ``verb`` on its button; ``event`` of the table that must be possible ("" = under way)."""

    title: str | Promise
    verb: str | Promise
    form: type[forms.Form]
    sides: frozenset[str]
    run: Run
    event: str = ""
    by_agreement: bool = False  # the form is told which agreement
    terms: bool = False  # what was read is what is signed
    danger: bool = False


def _concern(agreement: TrainingAgreement, by: Actor, said: dict[str, Any]) -> None:
    side = WORKER if by.roles & WORKERS else PERSON
    concerns.raise_concern(agreement.organisation, training=agreement, side=side, by=by, **said)


_H, _P, _W = frozenset({HOST}), frozenset({PERSON}), frozenset({WORKER})
_NOTHING = asked.NothingAsked
_signs = agreements.person_signs

#: In the order in which they stand on a page.
ACTS: Final[dict[str, Act]] = {
    "sign": Act(
        _("Do you agree to this?"),
        _("Yes, I sign"),
        asked.SignForm,
        _P,
        lambda one, by, said: _signs(one, by=by, **said),
        "person signs",
        by_agreement=True,
        terms=True,
    ),
    "sign-told": Act(
        _("Has the person agreed to this?"),
        _("The person signs"),
        asked.WrittenDownSignForm,
        _W,
        lambda one, by, said: _signs(one, by=by, **said),
        "person signs",
        by_agreement=True,
        terms=True,
    ),
    "host-sign": Act(
        _("Do you agree to this?"),
        _("Yes, we sign"),
        asked.HostSignForm,
        _H,
        lambda one, by, said: agreements.host_signs(one, by=by, **said),
        "host signs",
        terms=True,
    ),
    "host-refuse": Act(
        "",
        _("No, thank you"),
        _NOTHING,
        _H,
        lambda one, by, said: agreements.host_declines(one, by=by),
        "host declines",
    ),
    "guardian": Act(
        _("Under 18: a guardian is told first"),
        _("Write it down"),
        asked.GuardianForm,
        _W,
        lambda one, by, said: agreements.tell_guardian(one, by=by, **said),
        "guardian",
    ),
    "start": Act(
        "",
        _("We sign: it begins as agreed"),
        _NOTHING,
        _W,
        lambda one, by, said: agreements.start(one, by=by, **said),
        "start",
        terms=True,
    ),
    "decline": Act(
        "",
        _("No, not this one"),
        _NOTHING,
        _P | _W,
        lambda one, by, said: agreements.decline(one, by=by),
        "decline",
    ),
    "tutor": Act(
        _("Another tutor"),
        _("Write it down"),
        asked.TutorForm,
        _H | _W,
        lambda one, by, said: going.other_tutor(one, by=by, **said),
    ),
    "worked": Act(
        "",
        _("It led to work"),
        _NOTHING,
        _P | _W,
        lambda one, by, said: going.found_work(one, by=by),
        "worked",
    ),
    "certificate": Act(
        _("Give the certificate"),
        _("Give it"),
        asked.CertificateForm,
        _W,
        lambda one, by, said: certificates.issue(one, by=by, **said),
        "certificate",
    ),
    "end": Act(
        _("End it"),
        _("End it now"),
        asked.EndForm,
        _P | _W,
        lambda one, by, said: agreements.end(one, by=by, **said),
        "end",
        danger=True,
    ),
    "host-end": Act(
        _("End it"),
        _("End it now"),
        asked.HostEndForm,
        _H,
        lambda one, by, said: agreements.end(one, by=by, **said),
        "end",
        danger=True,
    ),
    "concern": Act(
        _("Raise a concern"),
        _("Send it to the named person"),
        asked.ConcernForm,
        _P | _W,
        _concern,
        "concern",
        danger=True,
    ),
}
#: These open by themselves: they are what one came for.
OPEN: Final = ("week", "sign", "host-sign", "guardian", "certificate")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One act as a page shows it."""

    key: str
    heading: str | Promise
    verb: str | Promise
    form: forms.Form
    open: bool
    danger: bool
    theirs: list[dict[str, Any]] | None = None  # what another has written meanwhile

    @property
    def look(self) -> str:
        """The first thing to do stands out."""
        return "primary" if self.key.startswith(("sign", "host-sign", "start", "week", "certificate")) else "secondary"

    @property
    def colour(self) -> str:
        return "danger" if self.danger else "accent"


class Acts:
    """The acts that ``side`` has in this agreement now."""

    def __init__(self, request: HttpRequest, agreement: TrainingAgreement, *, by: Actor, side: str) -> None:
        ages.as_the_file_says(agreement)
        self.request, self.agreement, self.by, self.side = request, agreement, by, side
        self.failed: tuple[str, forms.Form] | None = None
        self.status = 400
        self.unsent = ""
        self.theirs: list[dict[str, Any]] | None = None

    def possible(self, act: Act) -> bool:
        one = self.agreement
        if self.side not in act.sides:
            return False
        if act.event == "concern":
            return one.state != TrainingAgreement.State.PROPOSED
        if act.event == "guardian":
            young = one.minor or one.too_young_since is not None
            return young and one.is_open and one.guardian_told_on is None
        if act.event == "worked":
            return one.state == TrainingAgreement.State.ENDED and one.has_begun and not going.led_to_work(one)
        if act.event == "certificate":
            return one.state == TrainingAgreement.State.ENDED and one.has_begun  # once more: what is wrong is mended
        if not act.event:
            return one.state == TrainingAgreement.State.ACTIVE
        return any(each.event == act.event for each in TRAINING_STATES.possible(one, by=self.by))

    def _given(self) -> bool:
        return hasattr(self.agreement, "certificate")

    def weeks(self) -> Iterator[tuple[str, Act]]:
        """The weekly questions this side may answer now: their own, and a caseworker both as told."""
        if self.agreement.state != TrainingAgreement.State.ACTIVE:
            return
        waiting = WeeklyCheck.objects.filter(agreement=self.agreement, answered_at=None)
        own = {HOST: "tutor", PERSON: "person"}.get(self.side)
        for check in waiting.order_by("side", "due_on"):
            if own not in (None, check.side) or not check.is_due:
                continue
            if own is None and going.of_the_host(check, self.by):
                continue  # what the person says of one's own workplace a colleague writes down
            title: str | Promise = _("How was this week?")
            if own is None:
                title = {"tutor": _("What the tutor says"), "person": _("What the person says")}[check.side]
            yield (
                f"week-{check.side}-{check.due_on:%m%d}",
                Act(title, _("Answer"), asked.WeekForm, _W, self._answers(check)),
            )

    @staticmethod
    def _answers(check: WeeklyCheck) -> Run:
        def run(agreement: TrainingAgreement, by: Actor, said: dict[str, Any]) -> None:
            check.agreement = agreement
            going.answer(check, by=by, **said)

        return run

    def all(self) -> dict[str, Act]:
        return dict(self.weeks()) | {key: act for key, act in ACTS.items() if self.possible(act)}

    def _form(self, key: str, act: Act, data: Any = None) -> forms.Form:
        extra: dict[str, Any] = {"agreement": self.agreement} if act.by_agreement else {}
        one = self.agreement
        if key == "tutor":
            extra["initial"] = {"seen": going.stamp_of_tutor(one)}
        if key == "certificate" and data is None:
            given = getattr(one, "certificate", None)
            extra["initial"] = {
                "seen": certificates.stamp(given),
                "name": given.name if given else one.person.called,
                "work": given.work if given else one.trade_words,
                "hours": given.hours if given else certificates.suggested_hours(one),
            }
        return act.form(data, auto_id=f"{key}-%s-{self.agreement.pk.hex[-6:]}", **extra)

    def post(self) -> bool:
        """Do what was sent; False when it was wrong: :meth:`drawn` then says what, and ``status`` of which kind."""
        posted = self.request.POST
        key = posted.get("do", "")
        if goal := posted.get("learnt", ""):
            return self._learnt(goal)
        act = self.all().get(key)
        if act is None:
            messages.error(self.request, _("This is not possible in the present state."))
            self.unsent, self.status = posted.get("words", "")[:2000], 409
            return False
        form = self._form(key, act, posted)
        if form.is_valid():
            said = dict(form.cleaned_data)
            try:
                if act.terms:
                    said["terms"] = int(posted.get("terms", "")[:6])
                act.run(self.agreement, self.by, said)
            except files.Changed as changed:
                form, self.theirs = self._changed(key, act, changed.rows[0], form)
                self.status = 409
            except ValueError:
                form.add_error(None, _("The terms were changed meanwhile. Read them again, and sign those."))
            except Refused as refused:
                form.add_error(None, str(refused.message))
                self.status = 409 if refused.code == STALE else 400
                if refused.code in (STALE, "state", "age"):
                    self.agreement.refresh_from_db()
            else:
                words = _("Sent. Only the named person reads it.") if key == "concern" else _("Written down.")
                messages.success(self.request, words)
                return True
        self.failed = (key, form)
        return False

    def _changed(self, key: str, act: Act, now: Any, form: Any) -> tuple[forms.Form, list[dict[str, Any]]]:
        """The form once more, as an answer to what another has written meanwhile; and what that is."""
        stamp = going.stamp_of_tutor(now) if key == "tutor" else certificates.stamp(now)
        again = self._form(key, act, with_stamp(self.request, stamp))
        again.is_valid()
        return again, differences([now], form.told, form.fields)

    def _learnt(self, key: str) -> bool:
        try:
            goal = TrainingGoal.objects.filter(agreement=self.agreement, pk=UUID(key)).first()
        except ValueError:
            goal = None
        if goal is None:
            return False
        goal.agreement = self.agreement
        try:
            going.learnt(goal, by=self.by)
        except Refused as refused:
            messages.error(self.request, str(refused.message))
            return False
        messages.success(self.request, _("Well done."))
        return True

    def drawn(self) -> list[Drawn]:
        failed, wrong = self.failed or ("", None)
        acts = self.all()
        if wrong is not None and failed not in acts:  # what was tried is over: what was typed stays to be read
            self.unsent = str(wrong.data.get("words", ""))
            for words in wrong.non_field_errors():
                messages.error(self.request, str(words))
        return [
            Drawn(
                key,
                act.title,
                act.verb,
                wrong if wrong is not None and key == failed else self._form(key, act),
                key == failed or (key.startswith(OPEN) and not (key == "certificate" and self._given())),
                act.danger,
                self.theirs if key == failed else None,
            )
            for key, act in acts.items()
        ]

    def context(self) -> dict[str, Any]:
        """What every page about an agreement shows."""
        one = self.agreement
        acts = self.drawn()
        return {
            "agreement": one,
            "side": self.side,
            "acts": acts,
            "unsent": self.unsent,
            "goals": list(one.goals.order_by("id")),
            "trade": trade_name(one.trade),
            "named": named_at(one.organisation_id, of_host=one.host_id),
            # of a shelter or a clinic no workplace is told that somebody is known there
            "sender_unsaid": self.side == HOST and is_sensitive(one.organisation),
            # why somebody leaves is not for the workplace, but what it may say itself
            "reason_shown": self.side != HOST or one.reason in SAID_BY_HOST,
            "says_learnt": self.side in (HOST, WORKER) and one.state == TrainingAgreement.State.ACTIVE,
        }
