"""A new file: what worries most, a name, a way back; then who may be the same person, and the words they agree to.

Nothing is kept before they have agreed: until then it stands in the form alone, and goes with the page.
"""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation
from kesher.base import logs
from kesher.base.access import record_read
from kesher.base.keys import uuid7
from kesher.base.transitions import Refused
from kesher.casework import bookings
from kesher.casework.models import Booking
from kesher.directory.models import CallBack
from kesher.people import files, wording, worries
from kesher.people.finding import elsewhere, similar
from kesher.people.models import Consent, ConsentText, Person
from kesher.people.models.consents import Purpose
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people.access import FilesOnly, opened, people_of
from kesher.www.caseworker.people.forms import AgreedForm, NewPersonForm
from kesher.www.caseworker.people.words import in_two_languages, reasons
from kesher.www.limits import too_often

MOST_LOOKED_UP = 20  # an hour by one user: looking elsewhere is for the person who sits here, not for trying names


class NewPersonView(FilesOnly, View):
    """Two steps on one address: tell, then agree. ``step`` says which form was sent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        theirs = request.GET.get("language", "")
        language = theirs if theirs in dict(settings.LANGUAGES) else translation.get_language()
        begins = {"reach_by": Person.Reach.CALL, "language": language}
        if call := self._call(request):
            begins |= {"called": call.called, "phone": call.phone, "language": call.language}
            begins["reach_when"] = ", ".join(str(CallBack.When(part).label) for part in call.when)
        if booking := self._booking(request):
            begins |= {"called": booking.called, "phone": booking.phone, "language": booking.language}
            begins["reach_by"] = Person.Reach.CALL if booking.phone else Person.Reach.VISIT
        return self._tell(request, NewPersonForm(user=signed_in(request), initial=begins))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPersonForm(request.POST, user=signed_in(request))
        if not form.is_valid():
            return self._tell(request, form, status=400)
        step = request.POST.get("step", "")
        if step == "back":
            return self._tell(request, form)
        if step == "agree":
            agreed = AgreedForm(request.POST)
            return self._keep(request, form, agreed) if agreed.is_valid() else self._agree(request, form, agreed, 400)
        return self._agree(request, form, AgreedForm(initial={"how": "present"}), look=step == "look")

    @staticmethod
    def _call(request: HttpRequest) -> CallBack | None:
        """Who asked to be called and says now that they want a file: name, number and language need no typing again. What
        they agreed to was the call alone; to the file they agree here, or not."""
        try:
            key = UUID(request.GET.get("call", ""))
        except ValueError:
            return None
        call = CallBack.objects.visible_to(signed_in(request)).filter(pk=key).first()
        if call is not None:
            by = signed_in(request).as_actor(call.organisation_id)
            record_read(call, by=by, purpose="call back", request_id=logs.request_id.get())
        return call

    @staticmethod
    def _booking(request: HttpRequest) -> Booking | None:
        """For whom a time was kept; the same of them."""
        try:
            key = UUID(request.GET.get("booking", ""))
        except ValueError:
            return None
        booking = Booking.objects.visible_to(signed_in(request)).filter(pk=key).first()
        if booking is not None:
            by = signed_in(request).as_actor(booking.organisation_id)
            record_read(booking, by=by, purpose="booking", request_id=logs.request_id.get())
        return booking

    @staticmethod
    def _tell(request: HttpRequest, form: NewPersonForm, status: int = 200) -> HttpResponse:
        response = render(request, "caseworker/people/new.html", {"form": form}, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def _agree(
        self,
        request: HttpRequest,
        form: NewPersonForm,
        agreed: AgreedForm,
        status: int = 200,
        *,
        look: bool = False,
        changed: str = "",
    ) -> HttpResponse:
        told = form.cleaned_data
        organisation_id = UUID(told["organisation"])
        by = signed_in(request).as_actor(organisation_id)
        known = {name: told[name] for name in ("called", "phone", "email")}
        there: list[Organisation] | None = None
        if look and not too_often(str(by.user_id), "elsewhere", most=MOST_LOOKED_UP, seconds=3600):
            there = elsewhere(by=by, **known)
        words = ConsentText.current(Purpose.FILE)
        context = {
            "form": form,
            "changed": changed,
            "words": words.pk,
            "opens": _key(request.POST.get("opens", "")) or uuid7(),
            "agreed": agreed,
            "told": told,
            "reach": Person.Reach(told["reach_by"]).label,
            "organisation": Organisation.objects.get(pk=organisation_id),
            "similar": [
                {"person": one.person, "because": reasons(one.because)} for one in similar(people_of(request), **known)
            ],
            "looked": look,
            "elsewhere": there,
            "can_look": bool(told["phone"] or told["email"]),
            "texts": in_two_languages(words.text, told["language"]),
        }
        return render(request, "caseworker/people/agree.html", context, status=status)

    def _keep(self, request: HttpRequest, form: NewPersonForm, agreed: AgreedForm) -> HttpResponse:
        told = form.cleaned_data
        by = signed_in(request).as_actor(UUID(told["organisation"]))
        known = {name: told[name] for name in ("reach_by", "phone", "email", "reach_when", "discreet")}
        try:
            wording.must_be_read(Purpose.FILE, request.POST.get("words", ""))
            with transaction.atomic():
                person = files.open_file(
                    called=told["called"],
                    language=told["language"],
                    how=agreed.cleaned_data["how"],
                    by=by,
                    form_key=_key(request.POST.get("opens", "")),
                    **known,
                )
                worries.say(person, told["worries"], by=by)
                booking = self._booking(request)
                if booking is not None and booking.organisation_id == by.organisation_id:
                    bookings.into_file(booking, person, by=by)
        except wording.Superseded as changed:
            again = AgreedForm(initial={"how": agreed.cleaned_data["how"]})
            return self._agree(request, form, again, 409, changed=str(changed.message))
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._tell(request, form, status=400)
        messages.success(request, _("The file is open."))
        if request.GET.get("visit"):  # they stand at the counter, and have said what they need already
            return redirect("counter_keep", pk=person.pk)
        first = person.consents.order_by("pk")[:1].get()
        return redirect("caseworker_receipt", pk=person.pk, consent=first.pk)


def _key(text: str) -> UUID | None:
    """By which a form is known again that is sent twice."""
    try:
        return UUID(text)
    except ValueError:
        return None


class ReceiptView(FilesOnly, View):
    """What was agreed, with the number of its receipt: to print, or to read out."""

    def get(self, request: HttpRequest, pk: UUID, consent: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose="receipt", merged=True)  # the proof stays with its file
        shown = Consent.objects.visible_to(signed_in(request)).filter(person=person, pk=consent)
        proof = shown.select_related("organisation", "text").first()
        if proof is None:
            raise Http404
        context = {
            "person": person,
            "consent": proof,
            "texts": in_two_languages(proof.text.text, proof.language),
            "claim": claim_link(request, person) if proof.purpose == Purpose.FILE and person.user_id is None else "",
        }
        return render(request, "caseworker/people/receipt.html", context)


def claim_link(request: HttpRequest, person: Person) -> str:
    """By which the person takes the file over, once a second person has seen them: in the language we write to them in."""
    with translation.override(person.language):
        key = files.claim_key(person, handed_by=signed_in(request).pk)
        return request.build_absolute_uri(reverse("claim_file", kwargs={"key": key}))
