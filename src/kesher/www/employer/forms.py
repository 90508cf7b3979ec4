"""What is asked about learning at work: of the person, of the workplace, of the caseworker."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.models import Organisation
from kesher.casework.hosting.agreements import MOST_GOALS, Terms
from kesher.casework.models import Concern, TrainingAgreement, WeeklyCheck, WhyTrainingEnded
from kesher.casework.models.training import SAID_BY_HOST
from kesher.people.models import Consent
from kesher.www.caseworker.day.forms import day_field, names_of, typed
from kesher.www.coding import CodingField, WithCoding
from kesher.www.forms import Typed
from kesher.www.mentor.forms import not_to_come
from kesher.www.overwriting import Seen

YES_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))


def yes_or_no(label: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, coerce=lambda said: said == "yes", widget=forms.RadioSelect, **options
    )


def hours(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.25"),
        max_digits=5,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
        **options,
    )


def clock(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


class NothingAsked(forms.Form):
    """A button, and no question."""


class SignForm(Typed, forms.Form):
    """The person says yes, and which name the workplace learns."""

    called = forms.CharField(
        label=gettext_lazy("Which name shall the workplace know?"),
        help_text=gettext_lazy("It stands in the agreement. Your file stays shut to them."),
        max_length=120,
        widget=typed(),
    )
    words = forms.CharField(
        label=gettext_lazy("Something you would like to tell them"), required=False, max_length=300, widget=typed()
    )

    def __init__(self, *args: Any, agreement: TrainingAgreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["called"].initial = agreement.person.called


class WrittenDownSignForm(SignForm):
    """The same, as somebody was told it."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did they tell you?"),
        choices=[(one.value, one.label) for one in (Consent.How.PRESENT, Consent.How.PHONE, Consent.How.PAPER)],
    )


class HostSignForm(Typed, forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("Whoever signs for the workplace."),
        max_length=120,
        widget=typed(),
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


class WeekForm(Typed, forms.Form):
    """Three questions a week."""

    going = forms.ChoiceField(
        label=gettext_lazy("How does it go?"), choices=WeeklyCheck.Going.choices, widget=forms.RadioSelect
    )
    as_agreed = yes_or_no(gettext_lazy("Are hours, pay and tasks as agreed?"))
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("Only the caseworker reads this. The other of the two never sees it."),
        required=False,
        max_length=500,
        widget=typed(),
    )


class TutorForm(Typed, Seen):
    tutor = forms.CharField(label=gettext_lazy("Who is the tutor from now on?"), max_length=120, widget=typed())


class EndForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why does it end?"), choices=WhyTrainingEnded.choices, widget=forms.RadioSelect
    )


class HostEndForm(EndForm):
    """What a workplace may say of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.choices = [one for one in WhyTrainingEnded.choices if one[0] in SAID_BY_HOST]


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


class CertificateForm(Typed, Seen):
    name = forms.CharField(
        label=gettext_lazy("Which name shall stand on it?"),
        help_text=gettext_lazy("Ask: as it stands in papers, say."),
        max_length=120,
        widget=typed(),
    )
    work = forms.CharField(label=gettext_lazy("Which work was it?"), max_length=300, widget=typed())
    hours = forms.IntegerField(label=gettext_lazy("How many hours in all?"), min_value=1, max_value=20_000)


class TermsForm(Typed, WithCoding, forms.Form):
    """An agreement: where, what, when, for how much, who teaches, what is learnt; the age where the file does not say it."""

    host = forms.ChoiceField(
        label=gettext_lazy("Which workplace?"),
        help_text=gettext_lazy("It stands here once it is in the directory and approved."),
    )
    trade = CodingField(label=gettext_lazy("Which work?"), help_text=gettext_lazy("In your own words."))
    about = forms.CharField(
        label=gettext_lazy("What will they do there?"), required=False, max_length=500, widget=typed()
    )
    where = forms.CharField(label=gettext_lazy("Where is it?"), max_length=200, widget=typed())
    tutor = forms.CharField(
        label=gettext_lazy("Who teaches them there?"),
        help_text=gettext_lazy("One person of the workplace, by name."),
        max_length=120,
        widget=typed(),
    )
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(gettext_lazy("Last day"))
    hours_a_day = hours(gettext_lazy("Hours a day at most"))
    hours_a_week = hours(gettext_lazy("Hours a week"))
    day_from = clock(gettext_lazy("The day begins at"))
    day_to = clock(gettext_lazy("The day ends at"))
    pay = forms.DecimalField(
        label=gettext_lazy("Pay for an hour"),
        help_text=gettext_lazy("0 when it is unpaid: everybody who signs is told so in plain words."),
        min_value=0,
        max_digits=8,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    goals = forms.CharField(
        label=gettext_lazy("What do they learn there?"),
        help_text=gettext_lazy("One thing on each line, twelve at most."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    age = forms.IntegerField(
        label=gettext_lazy("How old is the person on the first day?"),
        help_text=gettext_lazy(
            "The file has no date of birth, and the law asks. Only what it says of this age is kept."
        ),
        min_value=0,
        max_value=120,
    )
    in_school = yes_or_no(
        gettext_lazy("Must the person still go to school?"),
        help_text=gettext_lazy("Only for those under 18."),
        required=False,
        empty_value=None,
    )

    def __init__(self, *args: Any, hosts: list[Organisation] | None, asks: list[str], **kwargs: Any) -> None:
        """``hosts``: None where the workplace stands already. ``asks``: of ``age`` and ``in_school``."""
        super().__init__(*args, **kwargs)
        self.hosts = {str(one.pk): one for one in hosts or []}
        if hosts is None:
            del self.fields["host"]
        else:
            host: Any = self.fields["host"]
            host.choices = [("", "–"), *names_of(hosts)]
        for name in ("age", "in_school"):
            if name not in asks:
                del self.fields[name]

    def clean_goals(self) -> list[str]:
        goals = [line.strip() for line in self.cleaned_data["goals"].splitlines() if line.strip()]
        if len(goals) > MOST_GOALS or any(len(one) > 200 for one in goals):
            raise forms.ValidationError(_("Twelve lines at most, of 200 letters each."))
        return goals

    @property
    def terms(self) -> Terms:
        said = self.cleaned_data
        candidate = said["trade"].candidate
        names = [name for name in Terms.__dataclass_fields__ if name not in ("trade", "trade_words")]
        return Terms(
            trade_words=said["trade"].text,
            trade=candidate.uri if candidate else "",
            **{name: said[name] for name in names},
        )

    @property
    def asked(self) -> dict[str, Any]:
        """``age`` and ``in_school``, where they were asked."""
        return {name: self.cleaned_data.get(name) for name in ("age", "in_school") if name in self.fields}
