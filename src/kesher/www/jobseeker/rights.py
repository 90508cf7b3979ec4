"""What I agreed to, who looked, take it along, erase it."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation, User
from kesher.base.privacy import PersonalData, declaration
from kesher.base.transitions import Refused
from kesher.people import erasing, export, wording
from kesher.people.consents import give, withdraw
from kesher.people.files import LOOKED_FOR
from kesher.people.models import Attachment, Consent, ConsentText, Qualification
from kesher.people.models.consents import Purpose
from kesher.www.caseworker.people.words import in_two_languages
from kesher.www.jobseeker.access import OwnFile, not_kept
from kesher.www.jobseeker.forms import AgreeForm, EraseForm
from kesher.www.languages import language_name

HERE = (Purpose.SHARE, Purpose.MATCHING, Purpose.STATISTICS)
MOST_LOOKS = 100


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
        looks = list(export.looks(self.person)[:MOST_LOOKS])
        people = {one.pk: str(one) for one in User.objects.filter(pk__in={x.actor_id for x in looks if x.actor_id})}
        keys = {one.organisation_id for one in looks if one.organisation_id}
        organisations = {one.pk: one.name for one in Organisation.objects.filter(pk__in=keys)}
        rows = [
            {
                "at": one.at,
                "organisation": organisations.get(one.organisation_id, {}) if one.organisation_id else {},
                "who": people.get(one.actor_id, "") if one.actor_id else "",
                "what": LOOKED_FOR.get(one.purpose, LOOKED_FOR["file"]),
            }
            for one in looks
        ]
        return render(request, "jobseeker/looked.html", {"rows": rows})


class TakeAlongView(OwnFile, View):
    """All of it on one page to print, in one's language; and the way to have it as data."""

    def get(self, request: HttpRequest) -> HttpResponse:
        parts = [
            {
                "title": part.model._meta.verbose_name if len(part.rows) == 1 else part.model._meta.verbose_name_plural,
                "rows": [
                    [{"label": _called(part, field), "value": _shown(row, field)} for field in part.fields()]
                    for row in part.rows
                ],
            }
            for part in export.parts_of(self.person)
        ]
        has_papers = Attachment.objects.openable().filter(person=self.person).exists()
        context = {"person": self.person, "parts": parts, "now": timezone.now(), "has_papers": has_papers}
        return render(request, "jobseeker/take.html", context)


class FileAsDataView(OwnFile, View):
    """The same as JSON, with a name that says nothing."""

    def without(self, request: HttpRequest) -> HttpResponse:
        return redirect("my_file")

    def get(self, request: HttpRequest) -> HttpResponse:
        response = JsonResponse(export.as_data(self.person), json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = 'attachment; filename="file.json"'
        return not_kept(response)


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


#: How a row that another names is called: a user, a qualification, a wish, a mentor, a service.
_CALLED: Final = ("title", "wish", "called", "name")


def _called(part: export.Part, field: Any) -> str:
    """What a field is called on a page: its own name where somebody gave it one, else what its declaration says it is."""
    if field.name == "organisation":
        return str(Organisation._meta.verbose_name)
    if field._verbose_name is not None:  # some are called in English as they are written: "language"
        return str(field.verbose_name)
    declared = declaration(part.model)
    assert isinstance(declared, PersonalData)
    words: str = declared.fields.get(field.name, str(field.verbose_name))
    return "; ".join(str(_(word)) for word in words.split("; "))


def _shown(row: Any, field: Any) -> Any:
    """A value in words: the choice's label, an organisation's name, a date as one writes it."""
    if field.name == "organisation":
        return row.organisation.name if row.organisation_id else None
    if field.name == "language":
        return language_name(getattr(row, field.name))
    if field.choices:
        return getattr(row, f"get_{field.name}_display")()
    value = getattr(row, field.name)
    if isinstance(value, Qualification):
        return value.title
    if isinstance(value, list):
        labels = dict(getattr(field, "base_field", field).choices or ())
        return ", ".join(str(labels.get(one, one)) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, models.Model):  # what it is called, for its key says nothing
        said = next((said for name in _CALLED if (said := getattr(value, name, None))), str(value))
        return None if str(value.pk) in said else said
    if isinstance(value, UUID):
        return str(User.objects.filter(pk=value).first() or "")  # whoever wrote it down
    return value
