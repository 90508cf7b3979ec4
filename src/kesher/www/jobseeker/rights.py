"""What I agreed to, who looked, take it along, erase it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation
from kesher.base.transitions import Refused
from kesher.people import erasing, looks, wording
from kesher.people.consents import give, withdraw
from kesher.people.models import Consent, ConsentText
from kesher.people.models.consents import Purpose
from kesher.www.caseworker.people.words import in_two_languages
from kesher.www.jobseeker.access import OwnFile
from kesher.www.jobseeker.forms import AgreeForm, EraseForm
from kesher.www.jobseeker.taking import MOST_LOOKS, looked

HERE = (Purpose.SHARE, Purpose.MATCHING, Purpose.STATISTICS)


class MyConsentsView(OwnFile, View):
    """What I agree to; ?new= names what I read next."""

    def get(self, request: HttpRequest) -> HttpResponse:
        purpose = request.GET.get("new", "")
        if purpose not in HERE:
            return self._draw(request)
        return self._draw(request, purpose, AgreeForm(purpose=purpose))

    def post(self, request: HttpRequest) -> HttpResponse:
        if key := request.POST.get("take_back", ""):
            return self._take_back(request, key)
        if key := request.POST.get("again", ""):
            return self._again(request, key)
        purpose = request.POST.get("purpose", "")
        if purpose not in HERE:
            return self._draw(request, status=400)
        form = AgreeForm(request.POST, purpose=purpose)
        if not form.is_valid():
            return self._draw(request, purpose, form, status=400)
        chosen = form.cleaned_data.get("organisation")
        with_ = Organisation.objects.get(pk=chosen) if chosen else None
        language = translation.get_language() or self.person.language
        try:
            wording.must_be_read(purpose, request.POST.get("words", ""))
        except wording.Superseded as changed:
            form = AgreeForm(purpose=purpose, initial={"organisation": chosen})
            return self._draw(request, purpose, form, status=409, changed=str(changed.message))
        consent = give(self.person, purpose, how=Consent.How.SELF, language=language, by=self.by, with_=with_)
        messages.success(request, _("Agreed. Your receipt: %(receipt)s") % {"receipt": consent.receipt})
        return redirect("my_consents")

    def _again(self, request: HttpRequest, key: str) -> HttpResponse:
        """The new words are read, and agreed to."""
        language = translation.get_language() or self.person.language
        consent = self._mine(key)
        try:
            wording.must_be_read(consent.purpose, request.POST.get("words", ""))
            new = wording.renew(consent, how=Consent.How.SELF, language=language, by=self.by)
        except wording.Superseded as changed:
            return self._draw(request, status=409, changed=str(changed.message))
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("Agreed. Your receipt: %(receipt)s") % {"receipt": new.receipt})
        return redirect("my_consents")

    def _mine(self, key: str) -> Consent:
        try:
            consent = Consent.objects.filter(person=self.person, pk=UUID(key)).first()
        except ValueError:
            consent = None
        if consent is None:
            raise Http404
        return consent

    def _take_back(self, request: HttpRequest, key: str) -> HttpResponse:
        consent = self._mine(key)
        withdraw(consent, by=self.by)
        messages.success(request, _("Taken back. It ends now."))
        return redirect("my_consents")

    def _draw(
        self,
        request: HttpRequest,
        purpose: str = "",
        form: AgreeForm | None = None,
        status: int = 200,
        changed: str = "",
    ) -> HttpResponse:
        agreed = Consent.objects.filter(person=self.person).select_related("organisation", "text")
        own = translation.get_language() or self.person.language
        now = list(agreed.in_force().order_by("id"))
        again = wording.to_ask_again(now)
        words = {
            one: ConsentText.current(one) for one in {purpose, *(one.purpose for one in now if one.pk in again)} if one
        }
        context = {
            "changed": changed,
            "consents": [
                (one, in_two_languages(words[one.purpose].text, own), words[one.purpose].pk)
                if one.pk in again
                else (one, [], None)
                for one in now
            ],
            "ended": agreed.exclude(withdrawn_at=None).order_by("-withdrawn_at", "-id"),
            "purposes": [{"value": one.value, "label": one.label} for one in HERE],
            "purpose": purpose,
            "purpose_label": Purpose(purpose).label if purpose else "",
            "form": form,
            "texts": in_two_languages(words[purpose].text, own) if purpose else [],
            "words": words[purpose].pk if purpose else None,
        }
        return render(request, "jobseeker/consents.html", context, status=status)


class WhoLookedView(OwnFile, View):
    """Who looked at my file, when, and what for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(looks.everything(self.person), MOST_LOOKS).get_page(request.GET.get("page"))
        return render(request, "jobseeker/looked.html", {"rows": looked(page.object_list), "page": page})


class EraseView(OwnFile, View):
    """A box, and a button. Then nobody sees it any more, oneself included."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "jobseeker/erase.html", {"form": EraseForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = EraseForm(request.POST)
        if not form.is_valid():
            return render(request, "jobseeker/erase.html", {"form": form}, status=400)
        try:
            erasing.erase(self.person, by=self.by)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return render(request, "jobseeker/erase.html", {"form": form}, status=400)
        messages.success(request, _("Your file is erased. Organisations that had it are told now."))
        return redirect("front")
