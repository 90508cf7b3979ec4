"""Having qualifications recognised: each with its routes, how far each is, what is to be done, and the answer one waits for."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.people import files, recognitions
from kesher.people.models import Person, Qualification, Recognition, RecognitionStep
from kesher.www.caseworker.people import panels
from kesher.www.caseworker.people.access import CHANGED, FilesOnly, opened
from kesher.www.caseworker.people.part_forms import OnceForm, PartForm
from kesher.www.overwriting import differences, with_stamp

_AUTO = {"dir": "auto", "autocomplete": "off"}
_DAY = {"type": "date"}


class BeginForm(forms.Form):
    """Which qualification, and what is to be reached."""

    qualification = forms.ChoiceField(label=gettext_lazy("Which qualification?"))
    route = forms.ChoiceField(
        label=gettext_lazy("What is to be reached?"),
        choices=Recognition.Route,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Some professions need both: ask the authority."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = {str(one.pk): one for one in Qualification.objects.filter(person=person).order_by("id")}
        field: Any = self.fields["qualification"]
        field.choices = [(key, one.title) for key, one in self.held.items()]


class TrackForm(OnceForm):
    """What has become known of one way."""

    def stamp(self) -> str:
        return recognitions.stamp(self.instance)

    class Meta:
        model = Recognition
        fields: ClassVar = [*recognitions.CHANGEABLE]
        widgets: ClassVar = {
            "way": forms.RadioSelect,
            "authority": forms.TextInput(attrs=_AUTO),
            "fee_paid_by": forms.TextInput(attrs=_AUTO),
            "bridging": forms.TextInput(attrs=_AUTO),
            "applied_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
            "expected_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        }
        help_texts: ClassVar = {
            "way": gettext_lazy("Who fled without papers is asked what they know and can do instead.")
        }


class TrackStepForm(PartForm):
    """Something to do on the way."""

    class Meta:
        model = RecognitionStep
        fields: ClassVar = ["kind", "text", "due_on"]
        widgets: ClassVar = {
            "text": forms.TextInput(attrs=_AUTO),
            "due_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        }


def tracks_of(person: Person, by: Actor | None = None) -> list[dict[str, Any]]:
    """Each way with its steps, and what may happen next, in two queries."""
    rows = (
        Recognition.objects.filter(person=person)
        .select_related("qualification")
        .prefetch_related("steps")
        .order_by("id")
    )
    found = []
    for row in rows:
        row.person = person
        moves = recognitions.RECOGNITION_STATES.possible(row, by=by) if by is not None else []
        found.append(
            {
                "row": row,
                "steps": row.steps.all(),
                "moves": [{"event": one.event, "label": recognitions.VERBS[one.event]} for one in moves],
            }
        )
    return found


class RecognitionView(FilesOnly, View):
    """All ways of one person. ``do``: begin, change, move, step, done."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=CHANGED)
        return self._draw(request, person, by)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=CHANGED)
        do = request.POST.get("do", "")
        track = self._track(request, person) if do in ("change", "move", "step") else None
        form: Any = None
        try:
            match do:
                case "begin":
                    form = BeginForm(request.POST, person=person)
                    if form.is_valid():
                        told = form.cleaned_data
                        recognitions.begin(form.held[told["qualification"]], route=told["route"], by=by)
                case "change":
                    form = TrackForm(request.POST, prefix=str(track.pk))  # type: ignore[union-attr]
                    if form.is_valid():
                        recognitions.change(track, by=by, seen=form.cleaned_data["seen"], **form.told)  # type: ignore[arg-type]
                case "move":
                    recognitions.move(track, request.POST.get("event", ""), by=by)  # type: ignore[arg-type]
                case "step":
                    form = TrackStepForm(request.POST, prefix=f"step-{track.pk}")  # type: ignore[union-attr]
                    if form.is_valid():
                        recognitions.add_step(track, by=by, **form.cleaned_data)  # type: ignore[arg-type]
                case "done":
                    recognitions.finish_step(_step(request, person), by=by)
                case _:
                    raise Refused(_("This is not possible in the present state."), "do")
        except files.Changed as changed:
            theirs = differences(changed.rows, form.told, form.fields)
            stamp = recognitions.stamp(changed.rows[0])
            again = TrackForm(with_stamp(request, stamp, form.add_prefix("seen")), prefix=form.prefix)
            return self._draw(request, person, by, wrong=again, track=track, theirs=theirs, status=409)
        except Refused as refused:
            return self._draw(request, person, by, refused=str(refused.message), status=400)
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
        if form is not None and form.errors:
            return self._draw(request, person, by, wrong=form, track=track, status=400)
        messages.success(request, _("Written down."))
        return redirect("caseworker_recognition", pk=person.pk)

    @staticmethod
    def _track(request: HttpRequest, person: Person) -> Recognition:
        row = _found(Recognition.objects.filter(person=person).select_related("qualification"), request, "track")
        row.person = person
        assert isinstance(row, Recognition)
        return row

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        by: Actor,
        *,
        refused: str = "",
        wrong: forms.BaseForm | None = None,
        track: Recognition | None = None,
        theirs: list[dict[str, Any]] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        tracks = tracks_of(person, by)
        for one in tracks:
            row = one["row"]
            mine = wrong if track is not None and track.pk == row.pk else None
            one["theirs"] = theirs if mine is not None else None
            one["form"] = mine if isinstance(mine, TrackForm) else TrackForm(instance=row, prefix=str(row.pk))
            one["step_form"] = mine if isinstance(mine, TrackStepForm) else TrackStepForm(prefix=f"step-{row.pk}")
        context = {
            "person": person,
            "tracks": tracks,
            "refused": refused,
            "begin": wrong if isinstance(wrong, BeginForm) else BeginForm(person=person),
        }
        return render(request, "caseworker/people/recognition.html", context, status=status)


def _found(rows: Any, request: HttpRequest, name: str) -> Any:
    try:
        row = rows.filter(pk=UUID(request.POST.get(name, ""))).first()
    except ValueError:
        row = None
    if row is None:
        raise Http404
    return row


def _step(request: HttpRequest, person: Person) -> RecognitionStep:
    row = _found(RecognitionStep.objects.filter(person=person).select_related("recognition"), request, "step")
    row.person = row.recognition.person = person
    assert isinstance(row, RecognitionStep)
    return row


def _panel(person: Person, user: User, by: Actor) -> dict[str, Any] | None:
    """Nothing to recognise, nothing shown."""
    if not Qualification.objects.filter(person=person).exists():
        return None
    return {"tracks": tracks_of(person)}


panels.register(
    panels.Panel(
        "recognition",
        52,
        gettext_lazy("Recognition of qualifications"),
        "caseworker/people/panel_recognition.html",
        _panel,
        panels.Verb(gettext_lazy("See how far it is"), "caseworker_recognition"),
    )
)
