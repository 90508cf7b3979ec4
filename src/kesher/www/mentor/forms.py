"""What is asked of a mentor, of the person, and of the caseworker who brings them together."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.models import Organisation
from kesher.casework.models import (
    CheckIn,
    Concern,
    Match,
    MentoringMeeting,
    Safeguarding,
    Shown,
    WhyEnded,
)
from kesher.people.models import Consent
from kesher.people.models.wishes import Shift
from kesher.www.caseworker.day.forms import day_field, languages, names_of, typed
from kesher.www.coding import CodingField, WithCoding
from kesher.www.forms import Typed


def several(label: Any, choices: Any = (), **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **options)


def not_to_come(day: date) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError(_("That day has not come yet."))
    return day


class OfferForm(Typed, WithCoding, forms.Form):
    """Somebody offers to be a mentor."""

    organisation = forms.ChoiceField(label=gettext_lazy("With which organisation?"))
    called = forms.CharField(label=gettext_lazy("How shall we call you?"), max_length=120, widget=typed())
    trade = CodingField(
        label=gettext_lazy("Your trade"), help_text=gettext_lazy("What you do, or did: in your own words.")
    )
    languages = several(gettext_lazy("Which languages do you speak?"))
    times = several(gettext_lazy("When do you have time?"), Shift.choices)
    hours = forms.IntegerField(label=gettext_lazy("How many hours a month?"), min_value=1, max_value=60, initial=4)
    mentees_at_most = forms.TypedChoiceField(
        label=gettext_lazy("How many people at once?"),
        choices=[(1, "1"), (2, "2"), (3, "3")],
        coerce=int,
        initial=1,
        widget=forms.RadioSelect,
    )
    about = forms.CharField(
        label=gettext_lazy("What would you like to pass on?"), required=False, max_length=500, widget=typed()
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        help_text=gettext_lazy("For the caseworker. A person sees it only when both of you agreed, never under 18."),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "tel"}),
    )
    of_age = forms.BooleanField(
        label=gettext_lazy("I am 18 or older, and I agree to be checked"),
        error_messages={"required": gettext_lazy("A mentor is 18 or older, and is checked first.")},
    )

    def __init__(self, *args: Any, again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken: Any = self.fields["languages"]
        spoken.choices = languages()
        taking = Safeguarding.objects.in_force().values("organisation")
        self.organisations = {
            str(one.pk): one for one in Organisation.objects.approved().filter(pk__in=taking).order_by("id")
        }
        organisation: Any = self.fields["organisation"]
        organisation.choices = names_of(list(self.organisations.values()))
        if again:  # with whom does not change
            del self.fields["organisation"]

    @property
    def told(self) -> dict[str, Any]:
        """The fields of :class:`~kesher.casework.models.Mentor`."""
        said = dict(self.cleaned_data)
        said.pop("organisation", None)
        trade = said.pop("trade")
        candidate = trade.candidate
        return said | {
            "trade_words": trade.text,
            "trade": candidate.uri if candidate else "",
            "isco08": candidate.isco08 if candidate else "",
        }


class NothingAsked(forms.Form):
    """A button, and no question."""


class AgreeForm(Typed, forms.Form):
    """The person says yes, and what the mentor may know before they say theirs."""

    shows = several(
        gettext_lazy("What may the mentor know of you?"),
        Shown.choices,
        help_text=gettext_lazy("Only what you tick. Your file stays shut to them."),
        initial=[Shown.CALLED, Shown.LANGUAGES, Shown.GOAL],
    )
    words = forms.CharField(
        label=gettext_lazy("Something you would like to tell them"), required=False, max_length=300, widget=typed()
    )

    def __init__(self, *args: Any, match: Match, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if match.minor:
            shows: Any = self.fields["shows"]
            shows.choices = [one for one in Shown.choices if one[0] != Shown.CONTACT]


class WrittenDownAgreeForm(AgreeForm):
    """The same, as somebody was told it."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did they tell you?"),
        choices=[(one.value, one.label) for one in (Consent.How.PRESENT, Consent.How.PHONE, Consent.How.PAPER)],
    )


class GuardianForm(Typed, forms.Form):
    guardian = forms.CharField(
        label=gettext_lazy("Which guardian was told?"),
        help_text=gettext_lazy("“Her mother”, say; no more than is needed."),
        max_length=120,
        widget=typed(),
    )
    on = day_field(gettext_lazy("When were they told?"))

    def clean_on(self) -> date:
        return not_to_come(self.cleaned_data["on"])


class GoalForm(Typed, forms.Form):
    text = forms.CharField(label=gettext_lazy("What do you want to reach?"), max_length=300, widget=typed())


class MeetForm(Typed, forms.Form):
    """A meeting that was, or will be."""

    on = day_field(gettext_lazy("Day"))
    place = forms.ChoiceField(label=gettext_lazy("In what kind of place?"))
    where = forms.CharField(label=gettext_lazy("Where exactly?"), required=False, max_length=200, widget=typed())
    note = forms.CharField(
        label=gettext_lazy("What did you do, or want to do?"),
        help_text=gettext_lazy("Both of you and the caseworker read this."),
        required=False,
        max_length=500,
        widget=typed(),
    )

    def __init__(self, *args: Any, match: Match, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.choices = [
            one for one in MentoringMeeting.Place.choices if not match.minor or one[0] in MentoringMeeting.PUBLIC
        ]


class CheckForm(Typed, forms.Form):
    going = forms.ChoiceField(
        label=gettext_lazy("How does it go?"), choices=CheckIn.Going.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("Only the caseworker reads this. The other of the two never sees it."),
        required=False,
        max_length=500,
        widget=typed(),
    )


class ConcernForm(Typed, forms.Form):
    """What worries; no proof is asked for."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=Concern.Kind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("What happened, or what do you fear?"),
        help_text=gettext_lazy("A few words are enough. Nothing has to be proved."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class EndForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why does it end?"), choices=WhyEnded.to_choose(), widget=forms.RadioSelect
    )
    another = forms.BooleanField(label=gettext_lazy("The person would like another mentor"), required=False)


class SettleForm(Typed, forms.Form):
    done = forms.CharField(
        label=gettext_lazy("What was done?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
