"""The forms of the parts of a file. None of their questions must be answered but the one that says what it is."""

from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from kesher.people import files
from kesher.people.models import DigitalSkill, Experience, LanguageSkill, Qualification, RightToWork, Wish, Youth
from kesher.people.models.digital import AREAS
from kesher.people.models.skills import FIVE
from kesher.people.models.wishes import Licence, Shift, Way
from kesher.www.forms import Typed
from kesher.www.languages import MORE_NAMES, language_name
from kesher.www.studies import field_choices

_AUTO = {"dir": "auto", "autocomplete": "off"}
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
COUNTRY = gettext_lazy("Two letters: ET for Ethiopia, UA for Ukraine, SY for Syria.")


def spoken() -> list[tuple[str, str]]:
    """The languages one may choose from: those of the portal first."""
    ours = [code for code, _name in settings.LANGUAGES]
    more = [*MORE_NAMES, "es", "pt", "ro", "hi", "fa", "tr", "ka"]
    return [("", "–"), *((code, language_name(code)) for code in dict.fromkeys([*ours, *more]))]


class PartForm(Typed, forms.ModelForm):  # type: ignore[type-arg]
    """A part of a file. Its constraints are checked where it is written down (:func:`kesher.people.parts.keep`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.RadioSelect) and isinstance(field, forms.ChoiceField):
                labelled: list[Any] = [one for one in cast("Any", field.choices) if one[0] != ""]
                # A question that may stay open has an answer that opens it again.
                field.choices = labelled if field.required else [*labelled, ("", gettext_lazy("not known"))]

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), *(f.name for f in self._meta.model._meta.fields)}  # type: ignore[misc]

    def validate_constraints(self) -> None:
        """Left to the writing down, which knows whose file it is."""


class OnceForm(PartForm):
    """What there is once, and two may change at the same time. ``seen``: what stood there as this form was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.stamp()

    def stamp(self) -> str:
        return files.stamp_of(self.instance)

    @property
    def told(self) -> dict[str, Any]:
        """What was typed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class LanguageForm(PartForm):
    """A language, as the person says or as you judge."""

    language = forms.ChoiceField(label=gettext_lazy("Language"))

    class Meta:
        model = LanguageSkill
        fields: ClassVar = ["language", "judge", *FIVE, "script", "certificate"]
        widgets: ClassVar = {"judge": forms.RadioSelect, "certificate": forms.TextInput(attrs=_AUTO)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = spoken()  # type: ignore[attr-defined]


class DigitalForm(PartForm):
    """What somebody can do with a telephone and a computer, as the person says or as you judge."""

    class Meta:
        model = DigitalSkill
        fields: ClassVar = ["judge", *AREAS]
        widgets: ClassVar = dict.fromkeys(("judge", *AREAS), forms.RadioSelect)


class QualificationForm(PartForm):
    """Something learnt, with or without a paper."""

    field_code = forms.ChoiceField(label=gettext_lazy("Field of study"), choices=field_choices, required=False)

    class Meta:
        model = Qualification
        fields: ClassVar = ["title", "field_code", "level", "country", "institution", "begun", "ended", "proof", "eqf"]
        widgets: ClassVar = {
            "title": forms.TextInput(attrs=_AUTO),
            "institution": forms.TextInput(attrs=_AUTO),
            "proof": forms.RadioSelect,
        }
        help_texts: ClassVar = {
            "title": gettext_lazy("As they call it, in their language."),
            "country": COUNTRY,
        }

    def clean_country(self) -> str:
        return _country(self.cleaned_data["country"])


class WishForm(OnceForm):
    """Which work they can and want to take."""

    shifts = forms.MultipleChoiceField(
        label=gettext_lazy("When can they work?"),
        choices=Shift,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ways = forms.MultipleChoiceField(
        label=gettext_lazy("How do they get there?"), choices=Way, required=False, widget=forms.CheckboxSelectMultiple
    )
    licences = forms.MultipleChoiceField(
        label=gettext_lazy("Which driving licences do they have?"),
        choices=Licence,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Wish
        fields: ClassVar = [
            "hours_least",
            "hours_most",
            "shifts",
            "ways",
            "minutes_most",
            "licences",
            "licence_abroad",
            "care",
            "wage_floor",
            "sectors",
            "would_move",
            "starts_on",
        ]
        widgets: ClassVar = {
            "care": forms.TextInput(attrs=_AUTO),
            "sectors": forms.TextInput(attrs=_AUTO),
            "starts_on": _DAY,
        }


class RightForm(OnceForm):
    """Asked only where a rule needs it."""

    class Meta:
        model = RightToWork
        fields: ClassVar = ["kind", "until"]
        widgets: ClassVar = {"kind": forms.RadioSelect, "until": _DAY}


class YouthForm(OnceForm):
    """What matters more for somebody who came young. Of a guardian only what they are."""

    class Meta:
        model = Youth
        fields: ClassVar = ["here_since", "school", "years_missed", "guardian", "ready", "wants_mentor", "at_18"]
        widgets: ClassVar = {"at_18": forms.TextInput(attrs=_AUTO)}


class WorkForm(Typed, forms.Form):
    """What they tell of one kind of work, freely."""

    words = forms.CharField(
        label=gettext_lazy("What did they do?"),
        help_text=gettext_lazy("In their own words and language; several things at once are fine. No names, please."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("kind of work"), choices=Experience.Kind, widget=forms.RadioSelect, initial="paid"
    )


def _country(code: str) -> str:
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise forms.ValidationError(gettext_lazy("A country is two letters."))
    return code.upper()
