"""A CV that somebody brings, JSON Resume or Europass: read and shown; what is ticked goes into the file, the rest nowhere.

Between the two steps nothing is kept on the server: what was read travels in the form, signed.
"""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from kesher.base.transitions import Actor, Refused
from kesher.formats.profile import UnreadableProfile
from kesher.people import brought
from kesher.people.brought import Entry
from kesher.people.models import Person
from kesher.www.caseworker.people.access import CHANGED, FilesOnly, opened

SALT: Final = "kesher.www.brought"
WITHIN: Final = 3600  # seconds
KINDS: Final[dict[str, str | Promise]] = {
    "language": gettext_lazy("Languages"),
    "school": gettext_lazy("Schools and qualifications"),
    "work": gettext_lazy("Work"),
    "skill": gettext_lazy("Skills"),
}


class BringForm(forms.Form):
    """The file itself."""

    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy("JSON Resume (.json) or Europass (.xml). It is read, and not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.xml"}),
    )

    from_eea = False

    def clean_file(self) -> list[Entry]:
        """What stands in it."""
        file = self.cleaned_data["file"]
        if file.size > brought.LARGEST:
            raise forms.ValidationError(_("The file is too large."))
        try:
            profile = brought.read_cv(file.read())
            entries = brought.entries_in(profile)
        except UnreadableProfile as broken:
            where = broken.where[:120]
            raise forms.ValidationError(
                _("This file cannot be read, and nothing of it was kept. Place in the file: %(where)s.")
                % {"where": where}
            ) from None
        if not entries:
            raise forms.ValidationError(_("There is nothing in this file that could go into a file here."))
        self.from_eea = brought.is_from_eea(profile)
        return entries


def sealed(entries: list[Entry], person: Person, *, from_eea: bool = False) -> str:
    """What was read, for this person's file alone."""
    told = [str(person.pk), [asdict(one) for one in entries], from_eea]
    return signing.dumps(told, salt=SALT, compress=True)


def opened_again(seal: str, person: Person) -> tuple[list[Entry], bool]:
    """What :func:`sealed` held; nothing where it is not ours, of another person, or too old."""
    try:
        key, entries, from_eea = signing.loads(seal, salt=SALT, max_age=WITHIN)
    except (signing.BadSignature, ValueError):
        return [], False
    return ([Entry(**one) for one in entries], from_eea) if key == str(person.pk) else ([], False)


def bring(
    request: HttpRequest, person: Person, by: Actor, *, back: HttpResponse, context: dict[str, Any]
) -> HttpResponse:
    """Both steps, for the caseworker's page and for the person's own. ``back``: where one goes afterwards."""

    from_eea = False

    def draw(form: BringForm, entries: list[Entry] | None = None, refused: str = "", status: int = 200) -> HttpResponse:
        shown = [
            {
                "key": kind,
                "heading": title,
                "entries": [(n, one) for n, one in enumerate(entries or []) if one.kind == kind],
            }
            for kind, title in KINDS.items()
        ]
        more = {
            "form": form,
            "kinds": [one for one in shown if one["entries"]],
            "seal": sealed(entries, person, from_eea=from_eea) if entries else "",
            "refused": refused,
        }
        response = render(request, "caseworker/people/bring.html", context | more, status=status)
        response["Cache-Control"] = "no-store"
        return response

    if request.method != "POST":
        return draw(BringForm())
    if "seal" not in request.POST:
        form = BringForm(request.POST, request.FILES)
        if not form.is_valid():
            return draw(form, status=400)
        from_eea = form.from_eea
        return draw(BringForm(), form.cleaned_data["file"])
    entries, from_eea = opened_again(request.POST["seal"], person)
    if not entries:
        return draw(BringForm(), refused=_("That took too long. Please send the file again."), status=400)
    ticked = {number for number in request.POST.getlist("keep") if number.isdecimal()}
    chosen = [one for number, one in enumerate(entries) if str(number) in ticked]
    if not chosen:
        return draw(BringForm(), entries, refused=_("Tick at least one."), status=400)
    try:
        kept = brought.keep(person, chosen, by=by, from_eea=from_eea)
    except Refused as refused:
        return draw(BringForm(), entries, refused=str(refused.message), status=400)
    except ValidationError as wrong:
        return draw(BringForm(), entries, refused=" ".join(wrong.messages), status=400)
    messages.success(
        request,
        ngettext("%(n)d new thing stands in the file now.", "%(n)d new things stand in the file now.", kept)
        % {"n": kept},
    )
    return back


class BringView(FilesOnly, View):
    """For the caseworker: they brought a CV."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self.post(request, pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=CHANGED)
        back = redirect("caseworker_person", pk=person.pk)
        return bring(request, person, by, back=back, context={"person": person, "is_own": False})
