"""What each section asks, in words said to the person. Each question may be left open."""

from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy

from kesher.people.models import Aspiration, Experience, LanguageSkill, Often
from kesher.people.models.skills import FIVE
from kesher.words.typical import tasks_of
from kesher.www.caseworker.day.forms import StepForm
from kesher.www.caseworker.people.part_forms import PartForm, QualificationForm, WishForm, spoken
from kesher.www.forms import Typed
from kesher.www.jobseeker.forms import OwnFileForm, OwnWorriesForm

_AUTO: Final = {"dir": "auto", "autocomplete": "off"}
#: Cards of one kind of work; more tire.
MOST_CARDS: Final = 8


class WorriesAsked(OwnWorriesForm):
    """What worries most; with this it begins, not with an exam."""


class PersonalAsked(OwnFileForm):
    """How to call somebody and how to reach them."""


class ExpectationsAsked(WishForm):
    """The work they want in the end, and which they can take now."""

    goal = forms.CharField(
        label=gettext_lazy("What work do you want to do, in the end?"),
        help_text=gettext_lazy("In your own words. Nothing is too big."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=_AUTO),
    )
    sure = forms.TypedChoiceField(
        label=gettext_lazy("How sure are you?"),
        choices=Aspiration.Sure,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    in_the_way = forms.CharField(
        label=gettext_lazy("What stands in the way?"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=_AUTO),
    )
    field_order = ("goal", "sure", "in_the_way")

    class Meta(WishForm.Meta):
        labels: ClassVar = {
            "hours_least": gettext_lazy("How many hours a week, at least?"),
            "hours_most": gettext_lazy("And at most?"),
            "minutes_most": gettext_lazy("How many minutes may the way to work take, at most?"),
            "care": gettext_lazy("Whom do you look after, and when?"),
            "wage_floor": gettext_lazy("What must you earn a month, at least?"),
            "sectors": gettext_lazy("Which kinds of work do you like?"),
            "would_move": gettext_lazy("Would you move for work?"),
            "starts_on": gettext_lazy("When can you start?"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shifts"].label = gettext_lazy("When can you work?")
        self.fields["ways"].label = gettext_lazy("How do you get there?")

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("goal") and told.get("sure") is None:
            self.add_error("sure", gettext_lazy("How sure are they? Ask, and choose one."))
        elif not told.get("goal") and "goal" not in self.errors and (told.get("in_the_way") or told.get("sure")):
            self.add_error("goal", gettext_lazy("This is not said yet, and the rest belongs to it."))
        return told


class LanguagesAsked(PartForm):
    """One language, as the person judges it; what the caseworker thinks has a page of its own."""

    language = forms.ChoiceField(label=gettext_lazy("Which language do you speak?"), required=False)

    class Meta:
        model = LanguageSkill
        fields: ClassVar = ["language", *FIVE, "script", "certificate"]
        widgets: ClassVar = {"script": forms.RadioSelect, "certificate": forms.TextInput(attrs=_AUTO)}
        labels: ClassVar = {
            "script": gettext_lazy("Do you know its letters?"),
            "certificate": gettext_lazy("Do you have a certificate? Which?"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = spoken()  # type: ignore[attr-defined]


class SchoolingAsked(QualificationForm):
    """Something learnt, with or without a paper."""

    class Meta(QualificationForm.Meta):
        fields: ClassVar = ["title", "level", "country", "institution", "begun", "ended", "proof"]
        labels: ClassVar = {
            "title": gettext_lazy("What did you learn, and what is it called there?"),
            "level": gettext_lazy("Which level was it?"),
            "country": gettext_lazy("In which country?"),
            "institution": gettext_lazy("At which school?"),
            "begun": gettext_lazy("From which year?"),
            "ended": gettext_lazy("Until which year?"),
            "proof": gettext_lazy("Do you have a paper of it?"),
        }
        help_texts: ClassVar = {"country": QualificationForm.Meta.help_texts["country"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["proof"].required = False

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("title") and not told.get("proof"):
            self.add_error("proof", gettext_lazy("Is there a paper? Ask, and choose one."))
        return told


class WorkAsked(Typed, forms.Form):
    """What they tell of their work, freely, in their language."""

    words = forms.CharField(
        label=gettext_lazy("Tell us about work you have done. What did you do there, day by day?"),
        help_text=gettext_lazy(
            "Also what nobody paid: at home, on the land, caring for somebody, in the family’s shop. No names, please."
        ),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of work was it?"),
        choices=Experience.Kind,
        widget=forms.RadioSelect,
        initial=Experience.Kind.PAID,
    )


class CardsAsked(forms.Form):
    """The cards of one kind of work. ``answers``: how often, by the address of the task; those left open are not among them."""

    def __init__(self, *args: Any, isco08: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.isco08 = isco08
        self.tasks = tasks_of(isco08)[:MOST_CARDS]
        for number, task in enumerate(self.tasks):
            self.fields[f"task{number}"] = forms.TypedChoiceField(
                label=task.label.get("en", ""),
                choices=Often,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def answers(self) -> dict[str, int]:
        told = self.cleaned_data
        return {
            task.uri: often
            for number, task in enumerate(self.tasks)
            if (often := told.get(f"task{number}")) is not None
        }


class OtherWorkForm(forms.Form):
    """Which other work the cards are to ask about."""

    work = forms.CharField(
        label=gettext_lazy("Cards of which work?"),
        help_text=gettext_lazy("One word is enough: tailor, kitchen, fields."),
        max_length=80,
        widget=forms.TextInput(attrs=_AUTO),
    )


class NextStepAsked(StepForm):
    """One step, agreed now."""

    field_order = ("kind", "text", "who", "due_on", "loop", "how")
