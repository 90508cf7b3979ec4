"""Referrals from and to other software: a FHIR Bundle is handed in, and one is taken away by sender or receiver."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.formats.fhir import LARGEST, FhirRefusal, to_bundle
from kesher.people.models import Person
from kesher.referrals.fhir import neutral
from kesher.referrals.fhir_in import take_in
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import RECEIVERS, SENDERS
from kesher.www.referrals.access import InARole, note_read, signed_in
from kesher.www.referrals.receiving import what_they_may_see


class BundleForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("A FHIR Bundle as JSON, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json,application/fhir+json"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language to speak with people who are new here"), choices=lambda: settings.LANGUAGES
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is too large."))
        return file


class BundleInView(InARole, View):
    """What comes in is judged as if it were pressed on the pages; the whole file is taken in, or nothing of it."""

    roles_let_in = frozenset(SENDERS | RECEIVERS)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, BundleForm(initial={"language": get_language()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BundleForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        try:
            taken = take_in(
                form.cleaned_data["file"].read(), by=actor_of(request), language=form.cleaned_data["language"]
            )
        except FhirRefusal as refusal:
            return self._draw(request, form, where=refusal.where, why=refusal.why, status=400)
        except Refused as refused:
            return self._draw(request, form, refused=str(refused.message), status=400)
        except ValidationError as wrong:
            return self._draw(request, form, refused=" ".join(wrong.messages), status=400)
        changed = sum(one.new or one.moved for one in taken)
        said = ngettext(
            "%(count)d referral was new or has moved.", "%(count)d referrals were new or have moved.", changed
        )
        messages.success(request, said % {"count": changed})
        user = signed_in(request)
        mine = Referral.objects.received_by(user).filter(pk=taken[0].referral.pk)
        if len(taken) == 1 and mine.exists():
            return redirect("provider_referral", pk=taken[0].referral.pk)
        return redirect("provider_referrals" if user.has_role(*RECEIVERS) else "referrals_sent")

    @staticmethod
    def _draw(
        request: HttpRequest, form: BundleForm, *, where: str = "", why: str = "", refused: str = "", status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "where": where, "why": why, "refused": refused}
        return render(request, "referrals/bundle.html", context, status=status)


class BundleOutView(InARole, View):
    """One referral as a Bundle, for its sender or receiver. That it was taken away is written down as a read of the file."""

    roles_let_in = frozenset(SENDERS | RECEIVERS)

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        user = signed_in(request)
        sides = Q(pk__in=Referral.objects.sent_by(user).values("pk")) | Q(
            pk__in=Referral.objects.received_by(user).values("pk")
        )
        found = Referral.objects.select_related("service", "sender", "receiver", "consent").filter(sides, pk=pk).first()
        person = _seen_by(user, found) if found is not None else None
        if found is None or person is None:  # erased, or no longer open to this side
            raise Http404
        try:
            value = neutral(found, person, language=get_language() or "en")
        except ValueError:  # a draft is nobody else's
            raise Http404 from None
        note_read(person, actor_of(request), "export")
        text = json.dumps(to_bundle(value, base=f"{settings.PUBLIC_URL}/fhir"), ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/fhir+json")
        response["Content-Disposition"] = f'attachment; filename="referral-{pk}.json"'
        response["Cache-Control"] = "no-store"
        return response


def _seen_by(user: User, referral: Referral) -> Person | None:
    """The person, as the sender sees them, or the receiver as long as they may read this referral."""
    if referral.sender_id not in user.organisation_ids_as(SENDERS):
        return what_they_may_see(referral)
    return Person.objects.active().filter(pk=referral.person_id).first()


def actor_of(request: HttpRequest) -> Actor:
    """This user for the organisation they work for now."""
    user = signed_in(request)
    for membership in user.memberships_in_force:
        if membership.role in SENDERS | RECEIVERS:
            return user.as_actor(membership.organisation_id)
    raise Http404
