"""What a person agrees to further, read to them in their language; and taking it back on their word."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import Organisation
from kesher.base.transitions import Actor, Refused
from kesher.base.translated import in_language
from kesher.people import erasing, wording
from kesher.people.consents import acts_for_file, give, withdraw
from kesher.people.models import Consent, ConsentText, Person
from kesher.people.models.consents import TOWARDS_ONE, Purpose
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.caseworker.people.forms import AgreedForm
from kesher.www.caseworker.people.words import in_two_languages

#: What may be agreed here. To keep the file is agreed when it is opened; to a referral when one is sent.
HERE = (Purpose.SHARE, Purpose.MATCHING, Purpose.STATISTICS)
LOOKED = "consent"


class MoreForm(AgreedForm):
    """One thing more that they agree to, and towards whom."""

    organisation = forms.ChoiceField(label=gettext_lazy("With which organisation?"), required=False)
    field_order = ("organisation", "how", "agreed")

    def __init__(self, *args: Any, purpose: str, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if purpose not in TOWARDS_ONE:
            del self.fields["organisation"]
            return
        language = translation.get_language() or settings.LANGUAGE_CODE
        others = Organisation.objects.approved().exclude(kind=Organisation.Kind.EMPLOYER)
        if by.organisation_id is not None:
            others = others.exclude(pk=by.organisation_id)
        named = sorted((in_language(one.name, language).text, str(one.pk)) for one in others.order_by("id"))
        field: Any = self.fields["organisation"]
        field.choices = [("", "–"), *((pk, name) for name, pk in named)]
        field.required = True


def ends_the_file(person: Person, consent: Consent, by: Actor) -> bool:
    """Whether nobody has the file once this is taken back: then it is erased a week later (:func:`erasing.sweep`), and the
    page says so before. Not while it is shared with somebody, or kept by another agreement of ours."""
    ours = (Purpose.FILE, Purpose.SHARE)
    return (
        consent.purpose in ours
        and consent.withdrawn_at is None
        and person.state == Person.State.ACTIVE
        and consent.organisation_id == by.organisation_id is not None
        and erasing.why_not(person, by) is None
        and erasing.nobody_else_has(person, by.organisation_id)
        and not Consent.objects.in_force()
        .filter(person=person, purpose__in=ours, organisation=by.organisation_id)
        .exclude(pk=consent.pk)
        .exists()
    )


class ConsentsView(FilesOnly, View):
    """What is agreed now; ?new= names what is read to them next."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        purpose = request.GET.get("new", "")
        person, by = opened(request, pk, purpose=LOOKED, merged=not purpose)
        if purpose not in HERE:
            return self._draw(request, person, by)
        return self._draw(request, person, by, purpose, MoreForm(purpose=purpose, by=by, initial={"how": "present"}))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        # What was agreed stays with its file, and is taken back there, also when the file was merged.
        person, by = opened(request, pk, purpose=LOOKED, merged=bool(request.POST.get("take_back")))
        if key := request.POST.get("take_back", ""):
            return self._take_back(request, person, by, key)
        if key := request.POST.get("again", ""):
            return self._again(request, person, by, key)
        purpose = request.POST.get("purpose", "")
        if purpose not in HERE:
            return self._draw(request, person, by, status=400)
        form = MoreForm(request.POST, purpose=purpose, by=by)
        if not form.is_valid():
            return self._draw(request, person, by, purpose, form, status=400)
        told = form.cleaned_data
        with_ = Organisation.objects.get(pk=told["organisation"]) if told.get("organisation") else None
        try:
            wording.must_be_read(purpose, request.POST.get("words", ""))
            consent = give(person, purpose, how=told["how"], language=person.language, by=by, with_=with_)
        except wording.Superseded as changed:
            form = MoreForm(purpose=purpose, by=by, initial={name: told.get(name) for name in ("how", "organisation")})
            return self._draw(request, person, by, purpose, form, status=409, changed=str(changed.message))
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, person, by, purpose, form, status=400)
        return redirect("caseworker_receipt", pk=person.pk, consent=consent.pk)

    @staticmethod
    def _of(request: HttpRequest, person: Person, key: str) -> Consent:
        try:
            consent = Consent.objects.visible_to(signed_in(request)).filter(person=person, pk=UUID(key)).first()
        except ValueError:
            consent = None
        if consent is None:
            raise Http404
        return consent

    def _again(self, request: HttpRequest, person: Person, by: Actor, key: str) -> HttpResponse:
        """The words that have changed were read to them, and they agree."""
        form = AgreedForm(request.POST)
        consent = self._of(request, person, key)
        if not form.is_valid():
            return self._draw(request, person, by, status=400)
        try:
            wording.must_be_read(consent.purpose, request.POST.get("words", ""))
            new = wording.renew(consent, how=form.cleaned_data["how"], language=person.language, by=by)
        except wording.Superseded as changed:
            return self._draw(request, person, by, status=409, changed=str(changed.message))
        except Refused as refused:
            messages.error(request, str(refused.message))
            return redirect("caseworker_consents", pk=person.pk)
        return redirect("caseworker_receipt", pk=person.pk, consent=new.pk)

    def _take_back(self, request: HttpRequest, person: Person, by: Actor, key: str) -> HttpResponse:
        consent = self._of(request, person, key)
        withdraw(consent, by=by)
        messages.success(request, _("Taken back. It ends now."))
        if not acts_for_file(person, by):
            return redirect("caseworker_people")  # the file is closed to us
        return redirect("caseworker_consents", pk=person.pk)

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        by: Actor,
        purpose: str = "",
        form: MoreForm | None = None,
        status: int = 200,
        changed: str = "",
    ) -> HttpResponse:
        agreed = (
            Consent.objects.visible_to(signed_in(request)).filter(person=person).select_related("organisation", "text")
        )
        now = list(agreed.in_force().order_by("id"))
        again = wording.to_ask_again(now)
        words = {
            one: ConsentText.current(one) for one in {purpose, *(one.purpose for one in now if one.pk in again)} if one
        }
        may_erase = person.state == Person.State.ACTIVE and erasing.why_not(person, by) is None
        context = {
            "changed": changed,
            "may_erase": may_erase,
            "person": person,
            "consents": [
                {
                    "consent": one,
                    "ends": ends_the_file(person, one, by),
                    "texts": in_two_languages(words[one.purpose].text, person.language) if one.pk in again else [],
                    "words": words[one.purpose].pk if one.pk in again else None,
                }
                for one in now
            ],
            "again": AgreedForm(initial={"how": "present"}),
            "asked": erasing.waiting(person),
            "ended": agreed.exclude(withdrawn_at=None).order_by("-withdrawn_at", "-id"),
            "purposes": [{"value": one.value, "label": one.label} for one in HERE],
            "purpose": purpose,
            "purpose_label": Purpose(purpose).label if purpose else "",
            "form": form,
            "texts": in_two_languages(words[purpose].text, person.language) if purpose else [],
            "words": words[purpose].pk if purpose else None,
        }
        return render(request, "caseworker/people/consents.html", context, status=status)
