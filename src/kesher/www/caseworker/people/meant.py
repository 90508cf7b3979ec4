"""Which occupation is meant by a goal: asked on the person's own page and beside the talks, never in place of their words.

form = MeantForm(said, worker=False)                 with what their words may mean, where nobody has said yet
if not write(MeantForm(said, request.POST, …), by): draw the page again, with the form
"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from kesher.base.transitions import Actor, Refused
from kesher.people import aspirations
from kesher.people.models import Aspiration
from kesher.people.ways import from_here
from kesher.www.caseworker.words import name_of
from kesher.www.coding import CodingField, WithCoding

#: Who thinks so: the person, to whom writes it down; and whoever writes it down.
SAID, JUDGED = "said", "judged"
WHO: Final = (
    (SAID, gettext_lazy("the person says it is right")),
    (JUDGED, gettext_lazy("I think it is right")),
)


class MeantForm(WithCoding, forms.Form):
    """``goal`` and ``seen``: for which goal it is said, and what was read before. ``worker``: a caseworker writes it down."""

    goal = forms.CharField(widget=forms.HiddenInput())
    seen = forms.CharField(widget=forms.HiddenInput())
    meant = CodingField(
        label=gettext_lazy("Which occupation is that?"),
        help_text=gettext_lazy("It stands beside the words of the goal; the words stay as they are."),
    )

    def __init__(self, said: Aspiration, data: Any = None, *, worker: bool) -> None:
        super().__init__(data, prefix="meant")
        self.said = said
        self.initial = {"goal": str(said.pk), "seen": aspirations.meaning_of(said)}
        if not said.occupation and not said.none_fits:
            self.initial["meant"] = said.goal
        if worker:
            self.fields["who"] = forms.MultipleChoiceField(
                label=gettext_lazy("Who thinks so?"),
                choices=WHO,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": gettext_lazy("Say who thinks so: the person, you, or both.")},
            )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "goal" in told and told["goal"] != str(self.said.pk):
            self.add_error(None, gettext_lazy("The goal is another by now: look at it first."))
        return told


def write(form: MeantForm, *, by: Actor) -> bool:
    """Write down what is meant; False where something is wrong with it, which the form then says, or one only looked."""
    if form.is_looking or not form.is_valid():
        return False
    told = form.cleaned_data
    coded = told["meant"]
    who = told.get("who", ())
    try:
        aspirations.mean(
            form.said,
            coded.candidate.uri if coded.candidate is not None else "",
            seen=told["seen"],
            coding=coded.coding,
            by=by,
            said=SAID in who,
            judged=JUDGED in who,
        )
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return False
    return True


def agree(said: Aspiration | None, *, seen: str, who: str, by: Actor) -> None:
    """Yes to what stands there. ``who``: as :data:`WHO`, of a caseworker. Raises :class:`Refused`."""
    if said is None or not (said.occupation or said.none_fits) or aspirations.meaning_of(said) != seen:
        raise Refused(aspirations.OTHER_MEANT, "seen")
    aspirations.mean(said, said.occupation, seen=seen, by=by, said=who == SAID, judged=who == JUDGED)


def meant_of(said: Aspiration | None, form: MeantForm | None, *, worker: bool) -> dict[str, Any]:
    """What ``people/goal_meant.html`` and ``people/ways.html`` show of a goal; ``form``: with what is wrong with it."""
    if said is None:
        return {}
    return {
        "said": said,
        "names": name_of("occupation", said.occupation) if said.occupation else {},
        "is_said": bool(said.occupation or said.none_fits),
        "seen": aspirations.meaning_of(said),
        "form": form or MeantForm(said, worker=worker),
        "is_open": form is not None,
        "worker": worker,
        "ways": from_here(said.person),
    }
