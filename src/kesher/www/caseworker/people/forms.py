"""What is asked of a person at first, and what may be corrected later."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.models import User
from kesher.base.translated import in_language
from kesher.directory import call_backs
from kesher.people import worries
from kesher.people.models import Consent, Person, Worry
from kesher.people.models.worries import MOST_WORRIES
from kesher.www.caseworker.people.access import organisations_with_files
from kesher.www.forms import Typed
from kesher.www.overwriting import Seen

FEWEST_DIGITS, MOST_DIGITS = 7, 15  # of a telephone number with its area code; ITU-T E.164
OLDEST: Final = 120  # years
REACHED_BY: Final = {Person.Reach.CALL: "phone", Person.Reach.TEXT: "phone", Person.Reach.MAIL: "email"}

#: How a caseworker may have heard it; the person's own pages have their own ways.
HOW: Final = [(how.value, how.label) for how in (Consent.How.PRESENT, Consent.How.PHONE, Consent.How.PAPER)]


class ReachForm(Typed, forms.Form):
    """How to call somebody and how to reach them safely."""

    cleaned_by_us = frozenset({"called", "reach_when", "other_names"})

    called = forms.CharField(
        label=gettext_lazy("What shall we call them?"),
        help_text=gettext_lazy("Any name they like to be called by, in any script."),
        max_length=120,
        error_messages={"required": gettext_lazy("A name to call them by is needed; any will do.")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language shall we write to them?"), choices=settings.LANGUAGES
    )
    reach_by = forms.ChoiceField(
        label=gettext_lazy("How can they be reached safely?"), choices=Person.Reach, widget=forms.RadioSelect
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    reach_when = forms.CharField(
        label=gettext_lazy("When is it safe?"),
        help_text=gettext_lazy("Mornings only, or never at home, say."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    discreet = forms.BooleanField(
        label=gettext_lazy("Messages must not show who they come from"),
        help_text=gettext_lazy("Somebody else may read their messages."),
        required=False,
    )

    def clean_phone(self) -> str:
        number: str = self.cleaned_data["phone"].strip()
        digits = call_backs.digits_of(number).lstrip("+")
        if number and (not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or any(sign.isalpha() for sign in number)):
            raise forms.ValidationError(_("This does not look like a telephone number."))
        return number

    def clean_called(self) -> str:
        return _readable(self.cleaned_data["called"])

    def clean_reach_when(self) -> str:
        return _readable(self.cleaned_data["reach_when"])

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        needed = REACHED_BY.get(told.get("reach_by", ""))
        if needed and needed not in self.errors and not told.get(needed):
            self.add_error(needed, _("Without it they cannot be reached in this way."))
        return told


def _readable(text: str) -> str:
    """Without what has no width or turns the line round it: such signs make a name read as another."""
    shown = "".join(
        sign
        for sign in text
        if sign.isprintable() and sign not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    if not shown.strip() and text.strip():
        raise forms.ValidationError(_("There are no letters in this."))
    return " ".join(shown.split())


class NewPersonForm(ReachForm):
    """The first talk: what worries most, a name, a language, a way back to them."""

    worries = forms.MultipleChoiceField(
        label=gettext_lazy("What worries you most?"),
        help_text=gettext_lazy("Three at most. Ask it first, in their language; nothing here is an exam."),
        choices=Worry.Kind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    organisation = forms.ChoiceField(label=gettext_lazy("For which organisation?"))
    field_order = (
        "worries",
        "called",
        "language",
        "reach_by",
        "phone",
        "email",
        "reach_when",
        "discreet",
        "organisation",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = translation.get_language() or settings.LANGUAGE_CODE
        choices = [(str(one.pk), in_language(one.name, language).text) for one in organisations_with_files(user)]
        organisation: Any = self.fields["organisation"]
        organisation.choices = choices
        if len(choices) == 1:
            organisation.widget = forms.HiddenInput()
            organisation.initial, organisation.required = choices[0][0], False

    def clean_organisation(self) -> str:
        """Where there is only one it is the one."""
        field: Any = self.fields["organisation"]
        return self.cleaned_data["organisation"] or str(field.choices[0][0])

    def clean_worries(self) -> list[str]:
        said: list[str] = self.cleaned_data["worries"]
        if len(said) > MOST_WORRIES:
            raise forms.ValidationError(_("Three at most: what worries most."))
        return said


class AgreedForm(forms.Form):
    """How they heard the words, and that they agreed."""

    how = forms.ChoiceField(label=gettext_lazy("How did they hear it?"), choices=HOW, widget=forms.RadioSelect)
    agreed = forms.BooleanField(
        label=gettext_lazy("They have heard this in a language they understand, and agreed"),
        error_messages={"required": gettext_lazy("Tick this when they have agreed. If they do not, nothing is kept.")},
    )


class PersonForm(ReachForm):
    """What may be corrected later. ``seen``: when the file was last changed as this form was opened."""

    other_names = forms.CharField(
        label=gettext_lazy("Other names and spellings"),
        help_text=gettext_lazy("As they stand in papers, say."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    born = forms.DateField(
        label=gettext_lazy("Born"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.CharField(widget=forms.HiddenInput())
    field_order = (
        "called",
        "other_names",
        "language",
        "reach_by",
        "phone",
        "email",
        "reach_when",
        "discreet",
        "born",
        "seen",
    )

    def clean_other_names(self) -> str:
        return _readable(self.cleaned_data["other_names"])

    def clean_born(self) -> Any:
        born = self.cleaned_data["born"]
        today = timezone.localdate()
        if born and not (today.year - OLDEST <= born.year and born <= today):
            raise forms.ValidationError(_("Nobody alive was born on this day."))
        return born


def beginning_of_worries(person: Person) -> dict[str, Any]:
    """What stands in the file of what worries them, as the form is opened with it."""
    return {"worries": worries.now_of(person).worries, "seen": worries.stamp(person)}


class WorriesForm(Seen):
    """What worries them now."""

    worries = NewPersonForm.base_fields["worries"]

    def clean_worries(self) -> list[str]:
        return sorted(NewPersonForm.clean_worries(self))  # type: ignore[arg-type]
