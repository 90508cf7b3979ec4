"""The sender's pages: choose a service, write what goes along, send; what waits, and what came back."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.directory import agreements
from kesher.directory.models import Phone, Service
from kesher.engine.eligibility import Explanation
from kesher.people import files, wording
from kesher.people.consents import give, has_agreed
from kesher.people.models import Consent, ConsentText, Person
from kesher.people.models.consents import Purpose
from kesher.referrals import answering, eligibility, follow_ups, loops, places, sending
from kesher.referrals.carried import SECTIONS, carried
from kesher.referrals.links import Reached, reaches
from kesher.referrals.models import FollowUp, Loop, PlaceQuestion, Referral
from kesher.referrals.moving import goes_on
from kesher.referrals.states import REFERRAL_STATES
from kesher.referrals.vocabularies import (
    CAME_BACK,
    OF_REFUSAL,
    OPEN,
    Closing,
    Gender,
    Interpreter,
    Reason,
    State,
    ToldHow,
    Verdict,
)
from kesher.www.caseworker.people.words import in_two_languages
from kesher.www.forms import Typed
from kesher.www.overwriting import Seen, differences, with_stamp
from kesher.www.referrals.access import SendersOnly, drawn, note_read, person_of, sends_for, signed_in, trail, typed
from kesher.www.referrals.known import rows_of
from kesher.www.referrals.proposals import Proposal, proposal_of, proposals
from kesher.www.referrals.sheet import by_hand
from kesher.www.referrals.words import LOOKS

#: How somebody who is not the person may have been told that they agree.
TOLD = [(how.value, how.label) for how in (Consent.How.PRESENT, Consent.How.PHONE, Consent.How.PAPER)]

MOST_WISHES = 20


def numbers_of(referral: Referral) -> list[str]:
    """Where one can ask what becomes of it: the service's own numbers, else the organisation's."""
    of_both = Phone.objects.filter(Q(service=referral.service_id) | Q(organisation=referral.receiver_id))
    found = list(of_both.order_by("id").values_list("service_id", "number"))
    own = [number for service, number in found if service]
    return list(dict.fromkeys(own or [number for _service, number in found]))[:2]


class DraftForm(Typed, Seen):
    """What the receiver will read, and what they will not."""

    why = forms.CharField(
        label=gettext_lazy("Why do you refer them?"),
        help_text=gettext_lazy("What they need, and what you have found out together. They may read it, too."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    carries = forms.MultipleChoiceField(
        label=gettext_lazy("What goes along, besides the name?"),
        help_text=gettext_lazy("Only this is shown to them, never the file."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language to speak with them"), choices=settings.LANGUAGES)
    interpreter = forms.ChoiceField(label=gettext_lazy("Interpreter"), choices=Interpreter.choices)
    interpreter_gender = forms.ChoiceField(
        label=gettext_lazy("The interpreter is"), choices=Gender.choices, required=False
    )
    safe_contact = forms.CharField(
        label=gettext_lazy("How and when is it safe to reach them?"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    to_call = forms.BooleanField(
        label=gettext_lazy("I will call them"),
        help_text=gettext_lazy(
            "Nobody there has an account, and no address of theirs is known here. They learn of it from you alone."
        ),
    )
    wait_list = forms.BooleanField(label=gettext_lazy("They know that they may have to wait"), required=False)
    override_reason = forms.CharField(
        label=gettext_lazy("Why do you send them all the same?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, *args: Any, free: int | None, verdict: Verdict, reached: Reached, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carries"].choices = [(one.key, one.label) for one in SECTIONS.values()]  # type: ignore[attr-defined]
        if free:
            del self.fields["wait_list"]
        if reached != Reached.NOBODY:
            del self.fields["to_call"]
        if verdict != Verdict.NO:
            del self.fields["override_reason"]

    @classmethod
    def of(cls, referral: Referral, **known: Any) -> "DraftForm":
        known["initial"] = {"seen": sending.stamp(referral)} | {name: getattr(referral, name) for name in sending.TYPED}
        return cls(**known)


class ReferView(SendersOnly, View):
    """For one person: in words what they wish for, and the services that answer it. Choosing one begins a draft."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        user = signed_in(request)
        person = person_of(user, pk)
        by = self._actor(user, person)
        loop = self._loop(request.GET.get("loop", ""), person, by)
        wish = loop.wish if loop else ""
        return self._draw(request, person, by, loop, wish=wish, asked=wish)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        user = signed_in(request)
        person = person_of(user, pk)
        by = self._actor(user, person)
        loop = self._loop(request.POST.get("loop", ""), person, by)
        proposed = self._proposed(request, "service" if request.POST.get("event") == "propose" else "proposed")
        if request.POST.get("event") == "propose":
            if proposed is None:
                messages.warning(request, _("Nobody can be referred to this service now."))
                return redirect("referral_new", pk=pk)
            return self._draw(request, person, by, None, wish="", asked="", proposed=proposed)
        if request.POST.get("event") == "look":
            return self._look(request, person, by, loop, proposed)
        chosen = _key(request.POST.get("service", ""))
        service = Service.objects.published().filter(pk=chosen).first() if chosen else None
        if service is None:
            raise Http404
        wish, status = "", 200
        try:
            wish = typed(request, "wish", 300)
            if request.POST.get("event") != "ask":
                referral = self._begun(person, service, loop, wish, by)
                return redirect("referral", pk=referral.pk)
            places.ask(service, by=by)
            messages.success(request, _("Asked. Nothing was said of who it is for; we tell you when they answer."))
        except Refused as refused:
            messages.error(request, str(refused.message))
            status = 400
        if loop is not None:
            return redirect(f"{reverse('referral_new', args=[pk])}?loop={loop.pk}")
        # Only this page knows the wish, and an address must not carry it: so no redirect.
        return self._draw(request, person, by, None, wish=wish, asked=wish, proposed=proposed, status=status)

    def _look(
        self, request: HttpRequest, person: Person, by: Actor, loop: Loop | None, proposed: Service | None
    ) -> HttpResponse:
        """What answers the words, drawn at once: they are about a person, and stand in no address and no session."""
        name = "q" if loop else "wish"
        try:
            asked = typed(request, name, 300)
        except Refused as refused:
            asked, said = request.POST.get(name, ""), str(refused.message)
            return self._draw(
                request, person, by, loop, wish="", asked=asked, refused=said, proposed=proposed, status=400
            )
        wish = loop.wish if loop else asked
        return self._draw(request, person, by, loop, wish=wish, asked=asked, proposed=proposed)

    def _draw(
        self,
        request: HttpRequest,
        person: Person,
        by: Actor,
        loop: Loop | None,
        *,
        wish: str,
        asked: str,
        refused: str = "",
        proposed: Service | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """``wish``: what the referral is for; ``asked``: the words looked for; ``refused``: why these cannot be;
        ``proposed``: a service chosen before the person was."""
        tried = frozenset(loop.referrals.values_list("service", flat=True)) if loop else frozenset[UUID]()
        assert by.organisation_id is not None
        note_read(person, by, "referral")
        found = []
        if asked and not refused:
            left_out = tried | {proposed.pk} if proposed else tried
            found = proposals(person, asked, sender=by.organisation_id, leave_out=left_out)
        first = proposal_of(person, proposed, sender=by.organisation_id) if proposed else None
        context = {
            "person": person,
            "loop": loop,
            "wish": wish,
            "asked": asked,
            "refused": refused,
            "proposals": self._rows(found, by),
            "proposed": next(iter(self._rows([first] if first else [], by)), None),
            "wishes": [] if loop or not first else self._wishes(person, by),
        }
        return drawn(request, "referrals/refer.html", context, status=status)

    @staticmethod
    def _begun(person: Person, service: Service, loop: Loop | None, wish: str, by: Actor) -> Referral:
        if loop is not None:
            last = loop.referrals.filter(state__in=CAME_BACK).order_by("-id").first()
            if last is not None:
                return sending.next_best(last, service, by=by)
        return sending.draft(person, service, loop or wish, by=by)

    @staticmethod
    def _actor(user: User, person: Person) -> Actor:
        by = sends_for(user, person)
        if by is None:
            raise Http404
        return by

    @staticmethod
    def _loop(key: str, person: Person, by: Actor) -> Loop | None:
        own = Loop.objects.open().filter(person=person, organisation=by.organisation_id)
        chosen = _key(key)
        return own.filter(pk=chosen).first() if chosen else None

    @staticmethod
    def _proposed(request: HttpRequest, name: str) -> Service | None:
        """The service chosen before the person was; it is sent, for beside somebody's key no address may hold it."""
        key = _key(request.POST.get(name, ""))
        taking = Service.objects.taking_referrals().select_related("organisation")
        return taking.filter(pk=key).first() if key else None

    @staticmethod
    def _wishes(person: Person, by: Actor) -> list[Loop]:
        """What they wish for that nobody is on the way with: a referral may be for one of these."""
        own = Loop.objects.filter(person=person, organisation=by.organisation_id)
        return list(own.without_next_step().order_by("-id")[:MOST_WISHES])

    @staticmethod
    def _rows(found: list[Proposal], by: Actor) -> list[dict[str, Any]]:
        """Each with the latest question of this organisation about a place there."""
        asked = PlaceQuestion.objects.filter(sender=by.organisation_id, service__in=[one.service for one in found])
        latest = {question.service_id: question for question in asked.order_by("id")}
        return [{"one": one, "question": latest.get(one.service.pk)} for one in found]


def _asked(known: dict[str, Any]) -> dict[str, Any]:
    """What the form of a draft must know."""
    return {name: known[name] for name in ("free", "verdict", "reached")}


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class ReferralView(SendersOnly, View):
    """One referral as the sender sees it: a draft to write and send; later what has happened, and what may follow."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._found(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        referral = self._found(request, pk)
        event, by = request.POST.get("event", ""), signed_in(request).as_actor(referral.sender_id)
        act = {
            "save": self._save,
            "send": self._save,
            "consent": self._consent,
            "discard": self._discard,
            "withdraw": self._withdraw,
            "entered in error": self._error,
            "goes on": self._goes_on,
            "close": self._close,
            "write down": self._write_down,
            "follow-up": self._follow_up,
        }.get(event)
        if act is None:
            raise Http404
        try:
            return act(request, referral, by)
        except Refused as refused:
            referral.refresh_from_db()
            status = 409 if isinstance(refused, wording.Superseded) else 400
            return self._draw(request, referral, refused=str(refused.message), event=event, status=status)

    # --- what may be done ---

    def _save(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        person = self._person(referral)
        if person is None:
            raise Refused(_("This file is not open to you."), "guard")
        known = self._known(referral, person)
        form = DraftForm(request.POST, **_asked(known))
        if request.POST["event"] == "save" and "to_call" in form.fields:
            form.fields["to_call"].required = False  # before it leaves it must be said
        if not form.is_valid():
            return self._draw(request, referral, form=form, status=400)
        try:
            sending.write(referral, by=by, seen=form.cleaned_data["seen"], places_shown=known["free"], **form.told)
        except files.Changed as changed:
            theirs = differences(changed.rows, form.told, form.fields)
            again = DraftForm(with_stamp(request, sending.stamp(changed.rows[0])), **_asked(known))
            return self._draw(request, referral, form=again, theirs=theirs, status=409)
        if request.POST["event"] == "save":
            messages.success(request, _("Saved. Nothing has been sent."))
            return redirect("referral", pk=referral.pk)
        sending.send(referral, by=by)
        messages.success(request, _("Sent. We tell you when they answer, and remind them if they do not."))
        return redirect("referral", pk=referral.pk)

    def _consent(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        how = request.POST.get("how", "")
        person = self._person(referral)
        if person is None or how not in dict(TOLD):
            raise Refused(_("Say how they agreed."), "how")
        wording.must_be_read(Purpose.REFERRAL, request.POST.get("read", ""))
        give(person, Purpose.REFERRAL, with_=referral.receiver, how=how, language=person.language, by=by)
        messages.success(request, _("Recorded that they agree."))
        return redirect("referral", pk=referral.pk)

    def _discard(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        sending.discard(referral, by=by)
        messages.success(request, _("Thrown away. What they wished for stays on your list until you close it."))
        return redirect("referrals_sent")

    def _withdraw(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        reason, words = request.POST.get("reason", ""), typed(request, "words", 1000)
        sending.withdraw(referral, by=by, reason=reason, words=words)
        messages.success(request, _("Withdrawn."))
        return redirect("referral", pk=referral.pk)

    def _error(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        sending.entered_in_error(referral, by=by, note=typed(request, "words", 1000))
        messages.success(request, _("It is marked as entered by mistake."))
        return redirect("referral", pk=referral.pk)

    def _goes_on(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        goes_on(referral, by=by)
        messages.success(request, _("Recorded."))
        return redirect("referral", pk=referral.pk)

    def _write_down(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        said = {name: typed(request, name, most) for name, most in (("told_by", 120), ("name", 120), ("words", 1000))}
        answering.write_down(
            referral,
            request.POST.get("answer", ""),
            by=by,
            how=request.POST.get("told_how", ""),
            told_by=said["told_by"],
            worker_name=said["name"],
            reason=request.POST.get("reason", ""),
            words=said["words"],
        )
        messages.success(request, _("Recorded: %(what)s.") % {"what": referral.get_state_display()})
        return redirect("referral", pk=referral.pk)

    def _close(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        closing = request.POST.get("closing", "")
        if closing not in Closing.values:
            raise Refused(_("Say why nothing more need follow."), "reason")
        loops.close(referral.loop, Closing(closing), by=by, words=typed(request, "words", 1000))
        messages.success(request, _("Closed."))
        return redirect("referral", pk=referral.pk)

    def _follow_up(self, request: HttpRequest, referral: Referral, by: Actor) -> HttpResponse:
        day = request.POST.get("day", "")
        asked = next((one for one in referral.follow_ups.order_by("day") if str(one.day) == day), None)
        if asked is None:
            raise Http404
        follow_ups.answer(asked, request.POST.get("answer", ""), by=by)
        messages.success(request, _("Recorded."))
        return redirect("referral", pk=referral.pk)

    # --- the page ---

    @staticmethod
    def _found(request: HttpRequest, pk: UUID) -> Referral:
        sent = Referral.objects.sent_by(signed_in(request))
        referral = sent.select_related("service", "sender", "receiver", "loop").filter(pk=pk).first()
        if referral is None:
            raise Http404
        return referral

    @staticmethod
    def _person(referral: Referral) -> Person | None:
        """None where the file is no longer open to the sender."""
        return Person.objects.kept_by(referral.sender_id).filter(pk=referral.person_id).first()

    @staticmethod
    def _known(referral: Referral, person: Person) -> dict[str, Any]:
        why: Explanation | None = eligibility.explanation(referral.service_id, person)
        return {
            "free": eligibility.free_places(referral.service, referral.sender_id),
            "verdict": Verdict(why.verdict.value) if why else Verdict.YES,
            "conditions": why is not None,
            "reached": reaches(referral.service),
        }

    def _draw(
        self,
        request: HttpRequest,
        referral: Referral,
        *,
        refused: str = "",
        event: str = "",
        form: DraftForm | None = None,
        theirs: list[dict[str, Any]] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        by = signed_in(request).as_actor(referral.sender_id)
        person = self._person(referral)
        if person is not None:
            note_read(person, by, "referral")
        may = {t.event for t in REFERRAL_STATES.transitions if referral.state in t.sources and t.roles & by.roles}
        came_back = referral.state in CAME_BACK or referral.state == State.CANCELLED
        context: dict[str, Any] = {
            "referral": referral,
            "person": person,
            "look": LOOKS[referral.state],
            "refused": refused,
            "theirs": theirs,
            # a colleague has sent or thrown it away meanwhile: what was typed stays to be read
            "unsent": request.POST.get("why", "")[:2000] if refused and referral.state != State.DRAFT else "",
            "event": event,
            "may": {name.replace(" ", "_") for name in may},
            "reasons": Reason.choices,
            "closings": Closing.choices,
            "trail": trail(referral),
            "follow_ups": list(referral.follow_ups.order_by("day")),
            "answers": FollowUp.Answer.choices,
            "open_states": OPEN,
            "by_hand": by_hand(referral),
            "numbers": numbers_of(referral) if referral.state in OPEN and referral.state != State.DRAFT else [],
            "ways": ToldHow.choices,
            "refusals": [(one.value, one.label) for one in OF_REFUSAL],
            "loose": referral.loop.is_open and not referral.loop.referrals.open().exists(),
            "try_next": came_back and person is not None,
            "sections": carried(person, referral.carries) if person is not None else [],
        }
        if referral.state == State.DRAFT and person is not None:
            context |= self._of_draft(referral, person, form)
        return drawn(request, "referrals/referral.html", context, status=status)

    def _of_draft(self, referral: Referral, person: Person, form: DraftForm | None) -> dict[str, Any]:
        known = self._known(referral, person)
        words = ConsentText.current(Purpose.REFERRAL)
        return known | {
            "form": form or DraftForm.of(referral, **_asked(known)),
            "agreed": has_agreed(person, Purpose.REFERRAL, with_=referral.receiver_id),
            "partner": agreements.in_force(referral.sender_id, referral.receiver_id),
            "texts": in_two_languages(words.text, person.language),
            "read": words.pk,
            "told": TOLD,
            "said_there": rows_of(person) if known["conditions"] else [],
        }
