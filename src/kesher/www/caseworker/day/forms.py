"""What is asked when a step is agreed, a date set, a note written, an appointment booked, an interpreter listed."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.models import Membership, Organisation
from kesher.base.transitions import Actor
from kesher.base.translated import in_language
from kesher.casework.models import Appointment, Gender, Interpreter, Interpreting, Note, Review, Step, StepKind
from kesher.casework.moving import team
from kesher.people.models import FILE_ROLES, Person
from kesher.referrals.models import Loop
from kesher.www.forms import Typed
from kesher.www.languages import language_name
from kesher.www.overwriting import Seen


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def typed(**attributes: Any) -> forms.TextInput:
    """A field for words in any script."""
    return forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", **attributes})


def names_of(organisations: list[Organisation]) -> list[tuple[str, str]]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return [(str(one.pk), in_language(one.name, language).text) for one in organisations]


def languages() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code, _name in settings.LANGUAGES]


def not_before_today(day: date) -> date:
    if day < timezone.localdate():
        raise forms.ValidationError(_("That day has passed."))
    return day


def who_can(person: Person, by: Actor) -> tuple[list[tuple[str, str]], dict[str, Organisation]]:
    """Who can be given a step, as choices: the person, oneself, colleagues, partners with the file; and the partners by key."""
    colleagues = (
        Membership.objects.in_force()
        .filter(organisation=by.organisation_id, role__in=FILE_ROLES)
        .exclude(user=by.user_id)
        .select_related("user")
        .order_by("user__name", "user_id")
    )
    named = {str(one.user_id): str(one.user) for one in colleagues}
    others = [one for one in team(person, by=by) if one.pk != by.organisation_id]
    choices = [
        ("person", person.called),
        (f"caseworker:{by.user_id}", _("I do")),
        *((f"caseworker:{key}", name) for key, name in named.items()),
        *((f"partner:{key}", name) for key, name in names_of(others)),
    ]
    return choices, {str(one.pk): one for one in others}


class StepForm(Typed, forms.Form):
    """One step: what, who, by when, and how it was agreed."""

    kind = forms.ChoiceField(label=gettext_lazy("What is to be done?"), choices=StepKind.choices)
    text = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("Where, what to bring, whom to ask for. It is printed as you write it."),
        required=False,
        max_length=300,
        widget=typed(),
    )
    who = forms.ChoiceField(label=gettext_lazy("Who does it?"), widget=forms.RadioSelect)
    due_on = day_field(gettext_lazy("By when?"))
    loop = forms.ChoiceField(label=gettext_lazy("Which wish or need does it serve?"), required=False)
    how = forms.ChoiceField(label=gettext_lazy("How was it agreed?"), choices=Step.WITH_THEM, initial=Step.How.PRESENT)

    def __init__(self, *args: Any, person: Person, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.choices, self.partners = who_can(person, by)
        who.initial = "person"
        self.loops = {str(one.pk): one for one in Loop.objects.open().filter(person=person).order_by("id")}
        loop: Any = self.fields["loop"]
        loop.choices = [("", "–"), *((key, one.wish) for key, one in self.loops.items())]
        if not self.loops:
            del self.fields["loop"]

    def clean_due_on(self) -> date:
        return not_before_today(self.cleaned_data["due_on"])

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("kind") == StepKind.OTHER and not told.get("text", "").strip():
            self.add_error("text", _("Say in a few words what is to be done."))
        owner, _colon, key = told.get("who", "").partition(":")
        told["owner"] = owner
        told["owner_user_id"] = key if owner == Step.Owner.CASEWORKER else None
        told["loop"] = self.loops.get(told.get("loop", ""))
        told["organisation"] = self.partners.get(key) if owner == Step.Owner.PARTNER else None
        return told


class AimForm(Typed, Seen):
    aim = forms.CharField(
        label=gettext_lazy("What are they heading for?"),
        help_text=gettext_lazy("In the person's own words."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class PostponeForm(forms.Form):
    """Of several steps at once."""

    due_on = day_field(gettext_lazy("The new day"))

    def clean_due_on(self) -> date:
        return not_before_today(self.cleaned_data["due_on"])


class OtherDayForm(PostponeForm, Seen):
    """Of one step, whose day somebody has read."""


class DateForm(Typed, forms.Form):
    """A day on which somebody must look at the file again."""

    kind = forms.ChoiceField(label=gettext_lazy("What happens on that day?"), choices=Review.Kind.choices)
    on = day_field(gettext_lazy("Day"))
    text = forms.CharField(label=gettext_lazy("In your own words"), required=False, max_length=200, widget=typed())


class NoteForm(Typed, forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What was talked about?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Who may read it?"), choices=Note.Scope.choices, widget=forms.RadioSelect, initial="shared"
    )


class MeetingForm(Typed, Seen):
    """An appointment, booked or moved."""

    day = day_field(gettext_lazy("Day"))
    time = forms.TimeField(label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=gettext_lazy("How long, in minutes"), min_value=5, max_value=480, initial=30)
    with_whom = forms.CharField(label=gettext_lazy("With whom"), max_length=120, widget=typed())
    where = forms.ChoiceField(
        label=gettext_lazy("Where"), choices=Appointment.Where.choices, widget=forms.RadioSelect, initial="place"
    )
    place = forms.CharField(
        label=gettext_lazy("Address and room, or the link"),
        help_text=gettext_lazy("As the person needs it to find it."),
        required=False,
        max_length=300,
        widget=typed(),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the meeting"))
    interpreting = forms.ChoiceField(
        label=gettext_lazy("Is an interpreter needed?"),
        help_text=gettext_lazy("A child never interprets, and no relative where it can be helped."),
        choices=Interpreting.choices,
        widget=forms.RadioSelect,
        initial="none",
    )
    interpreter_gender = forms.ChoiceField(
        label=gettext_lazy("Would they rather have a woman or a man?"), choices=Gender.choices, initial="any"
    )
    interpreter = forms.ChoiceField(label=gettext_lazy("Who interprets?"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language: Any = self.fields["language"]
        language.choices = languages()
        listed = Interpreter.objects.visible_to(user).order_by("name", "id")
        self.interpreters = {str(one.pk): one for one in listed}
        interpreter: Any = self.fields["interpreter"]
        interpreter.choices = [("", _("nobody has been asked yet"))] + [
            (key, f"{one.name} · {', '.join(language_name(code) for code in one.languages)}")
            for key, one in self.interpreters.items()
        ]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("where") in ("place", "video") and not told.get("place", "").strip():
            self.add_error("place", _("Say where: an address and room, or the link."))
        if told.get("day") and told.get("time"):
            told["starts_at"] = timezone.make_aware(datetime.combine(told["day"], told["time"]))
            if told["starts_at"] <= timezone.now():
                self.add_error("day", _("That time has passed."))
        if told.get("interpreting") == Interpreting.NONE:
            told["interpreter"] = ""
        told["interpreter"] = self.interpreters.get(told.get("interpreter", ""))
        return told

    @property
    def booked(self) -> dict[str, Any]:
        """What an appointment is booked or moved with."""
        return {name: value for name, value in self.told.items() if name not in ("day", "time")}


class InterpreterForm(Typed, Seen):
    """Somebody of age who agreed to be on the list."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=typed())
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=40, widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr"})
    )
    languages = forms.MultipleChoiceField(label=gettext_lazy("Languages"), widget=forms.CheckboxSelectMultiple)
    gender = forms.ChoiceField(label=gettext_lazy("Woman or man, if they wish to say"), choices=Gender.choices)
    in_person = forms.BooleanField(label=gettext_lazy("Comes to the room"), required=False)
    by_phone = forms.BooleanField(label=gettext_lazy("Interprets on the telephone"), required=False)
    note = forms.CharField(
        label=gettext_lazy("When, and how to ask them"), required=False, max_length=200, widget=typed()
    )
    shared = forms.BooleanField(label=gettext_lazy("Other organisations may ask them, too"), required=False)
    of_age = forms.BooleanField(
        label=gettext_lazy("They are 18 or older, and agreed to be on this list"),
        error_messages={"required": gettext_lazy("A child never interprets: who is on the list is 18 or older.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken: Any = self.fields["languages"]
        spoken.choices = languages()

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not told.get("in_person") and not told.get("by_phone"):
            self.add_error("in_person", _("In the room, on the telephone, or both?"))
        return told
