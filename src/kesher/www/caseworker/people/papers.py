"""Papers in a person's file, for the caseworker and on the person's own page: sent, opened, taken out.

Opened means taken along: the browser saves a paper and shows nothing of it on a page of ours, whatever it is. Each opening is
written down, and the person reads who it was.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.formats.documents import PAPER_LIMITS
from kesher.formats.documents.limits import MIB
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import Said
from kesher.people import attachments, parts
from kesher.people.models import Attachment, Person
from kesher.people.models.attachments import MOST_PAPERS
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people import panels
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.limits import too_often
from kesher.www.uploads import Busy, looking_into_a_file

#: What stands in "who looked at my file".
LISTED, OPENED = "papers", "paper"
#: Papers that one account may send in ten minutes: twice what a file holds.
MOST, SECONDS = 2 * MOST_PAPERS, 600
#: Nothing in a paper runs or fetches anything, even where a browser shows it all the same.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
_PICTURES = "image/jpeg,image/png"


class PaperForm(forms.Form):
    """One paper: photographed now, or a file."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=Attachment.Kind,
        widget=forms.RadioSelect,
        initial=Attachment.Kind.PROOF,
    )
    qualification = forms.ChoiceField(label=gettext_lazy("Of which qualification?"), required=False)
    photo = forms.FileField(
        label=gettext_lazy("Photograph the paper"),
        required=False,
        allow_empty_file=True,  # said in words of ours
        help_text=gettext_lazy("In good light, the whole sheet. Where the picture was taken is not kept."),
        widget=forms.FileInput(attrs={"accept": _PICTURES, "capture": "environment"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": f"application/pdf,.pdf,{_PICTURES},.docx"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = {str(one.pk): one for one in person.qualifications.order_by("id")}
        of: Any = self.fields["qualification"]
        of.choices = [("", "–"), *((key, one.title) for key, one in self.held.items())]
        if not self.held:
            del self.fields["qualification"]
        largest = _("PDF, JPEG, PNG or .docx, at most %(n)d MB.") % {"n": PAPER_LIMITS.bytes // MIB}
        self.fields["file"].help_text = largest

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        sent = [found[name] for name in ("photo", "file") if found.get(name) is not None]
        if not sent and not self.errors:
            self.add_error("file", _("Choose a file, or photograph the paper."))
        if len(sent) > 1:
            self.add_error("file", _("Send one paper at a time."))
        found["sent"] = sent[0] if sent else None
        found["of"] = self.held.get(found.get("qualification", ""))
        return found


def papers_page(
    request: HttpRequest, person: Person, by: Actor, *, here: str, here_kwargs: dict[str, Any], paper: str, is_own: bool
) -> HttpResponse:
    """The list and the form. ``here``, ``paper``: names of the addresses of this page and of one paper."""

    def draw(
        form: PaperForm | None = None, *, fault: Said | None = None, refused: str = "", status: int = 200
    ) -> HttpResponse:
        rows = list(
            Attachment.objects.visible_to(signed_in(request))
            .filter(person=person)
            .select_related("qualification")
            .order_by("-id")
        )
        context = {
            "person": person,
            "is_own": is_own,
            "rows": rows,
            "full": len(rows) >= MOST_PAPERS,
            "most": MOST_PAPERS,
            "form": form or PaperForm(person=person),
            "fault": fault,
            "refused": refused,
            "paper_url": paper,
        }
        return render(request, "caseworker/people/papers.html", context, status=status)

    if request.method != "POST":
        return draw()
    back: HttpResponse = redirect(here, **here_kwargs)
    if key := request.POST.get("remove", ""):
        row = _row(person, signed_in(request), key)
        if row is not None:  # else it was pressed twice, or somebody else was quicker: it is gone, as was wished
            try:
                parts.remove(row, by=by)
            except Refused as refused:
                return draw(refused=str(refused.message), status=400)
        messages.success(request, _("Taken out and erased."))
        return back
    form = PaperForm(request.POST, request.FILES, person=person)
    if too_often(str(by.user_id), "papers", most=MOST, seconds=SECONDS):
        return draw(form, refused=_("That were many files. Please go on in ten minutes."), status=429)
    if not form.is_valid():
        return draw(form, status=400)
    sent, kind, of = (form.cleaned_data[name] for name in ("sent", "kind", "of"))
    try:
        with looking_into_a_file():
            row = attachments.attach(
                person,
                kind=kind,
                content=sent.read(PAPER_LIMITS.bytes + 1),
                name=sent.name or "",
                by=by,
                qualification=of,
            )
    except Busy:
        return draw(form, refused=_("Many people send files at this moment. Please send it again."), status=503)
    except UnreadableFile as unreadable:
        return draw(form, fault=unreadable.said, status=400)
    except Refused as refused:
        return draw(form, refused=str(refused.message), status=400)
    if row.waits:
        messages.success(
            request, _("It is in the file. It can be opened once it was looked through for harmful programs.")
        )
    else:
        messages.success(request, _("It is in the file."))
    return back


def _row(person: Person, user: User, key: UUID | str) -> Attachment | None:
    try:
        wanted = key if isinstance(key, UUID) else UUID(key)
    except ValueError:
        raise Http404 from None
    found: Attachment | None = Attachment.objects.visible_to(user).filter(person=person, pk=wanted).first()
    return found


def paper_for(request: HttpRequest, person: Person, key: UUID, *, back: HttpResponse) -> HttpResponse:
    """The paper, to be saved; or why not yet, on the page of all of them."""
    row = _row(person, signed_in(request), key)
    if row is None:
        raise Http404
    try:
        content = attachments.opened(row)
    except attachments.NotOpen as closed:
        messages.warning(request, WHY_CLOSED[closed.code])
        return back
    return as_attachment(content, row.media_type, row.name)


WHY_CLOSED = {
    "waiting": gettext_lazy("It can be opened once it was looked through for harmful programs."),
    "refused": gettext_lazy("Something harmful was found in it: the file was taken away."),
    "missing": gettext_lazy("It cannot be opened now. Whoever runs the portal is told."),
}


def as_attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    """What somebody gave, handed out: to be saved and not shown, by nobody kept on the way, and nothing in it may run."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


@method_decorator(sensitive_post_parameters(), name="dispatch")
class PapersView(FilesOnly, View):
    """For the caseworker: the papers of one person."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self.post(request, pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=LISTED)
        here = {"pk": person.pk}
        return papers_page(
            request, person, by, here="caseworker_papers", here_kwargs=here, paper="caseworker_paper", is_own=False
        )


class PaperView(FilesOnly, View):
    """One of them."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=OPENED)
        return paper_for(request, person, paper, back=redirect("caseworker_papers", pk=person.pk))


def _panel(person: Person, user: Any, by: Actor) -> dict[str, Any]:
    rows = Attachment.objects.visible_to(user).filter(person=person).select_related("qualification").order_by("-id")
    return {"lines": [_line(row) for row in rows.defer("name")]}


def _line(row: Attachment) -> list[Any]:
    of = [row.qualification.title] if row.qualification is not None else []
    closed = [row.get_state_display()] if row.waits or row.state == Attachment.State.REFUSED else []
    return [row.get_kind_display(), *of, row.created_at.date(), *closed]


panels.register(
    panels.Panel(
        "papers",
        52,
        gettext_lazy("Papers"),
        "caseworker/people/panel_lines.html",
        _panel,
        panels.Verb(gettext_lazy("Add or open a paper"), "caseworker_papers"),
    )
)
