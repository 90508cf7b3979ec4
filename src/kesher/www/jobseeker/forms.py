"""What one may say and correct of oneself: the same as the caseworker asks, in words said to oneself."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.models import Organisation
from kesher.base.translated import in_language
from kesher.people.models import Mandate, Person
from kesher.people.models.consents import TOWARDS_ONE
from kesher.www.caseworker.people.forms import REACHED_BY, PersonForm, ReachForm, WorriesForm

#: Field -> how it is asked of oneself, and a hint.
_ASKED: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    "called": (gettext_lazy("How shall we call you?"), gettext_lazy("Any name you like, in any script.")),
    "other_names": (gettext_lazy("Other names and spellings"), gettext_lazy("As they stand in papers, say.")),
    "language": (gettext_lazy("In which language shall we write to you?"), ""),
    "reach_by": (gettext_lazy("How can we reach you safely?"), ""),
    "phone": (gettext_lazy("Your telephone number"), ""),
    "email": (gettext_lazy("Your e-mail address"), ""),
    "reach_when": (gettext_lazy("When is it safe?"), gettext_lazy("Mornings only, or never at home, say.")),
    "discreet": (
        gettext_lazy("Messages must not show who they come from"),
        gettext_lazy("Tick this if somebody else may read your messages."),
    ),
    "born": (gettext_lazy("Born"), ""),
}


class OwnFileForm(PersonForm):
    """One's own file, to correct."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in _ASKED.items():
            field: Any = self.fields[name]
            field.label, field.help_text = label, hint


class OwnWorriesForm(WorriesForm):
    """What worries one most."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worries"].help_text = gettext_lazy("Three at most. You may change it at any time.")


class AgreeForm(forms.Form):
    """One thing more to agree to."""

    organisation = forms.ChoiceField(label=gettext_lazy("With which organisation?"))
    agreed = forms.BooleanField(
        label=gettext_lazy("I agree"),
        error_messages={"required": gettext_lazy("Tick this box. If you do not agree, nothing changes.")},
    )

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if purpose not in TOWARDS_ONE:
            del self.fields["organisation"]
            return
        language = translation.get_language() or settings.LANGUAGE_CODE
        others = Organisation.objects.approved().exclude(kind=Organisation.Kind.EMPLOYER).order_by("id")
        named = sorted((in_language(one.name, language).text, str(one.pk)) for one in others)
        field: Any = self.fields["organisation"]
        field.choices = [("", "–"), *((pk, name) for name, pk in named)]


class AskHelpForm(forms.Form):
    """Who is to help."""

    relation = forms.ChoiceField(
        label=gettext_lazy("Who helps you?"), choices=Mandate.Relation, widget=forms.RadioSelect
    )


#: What somebody who helps may correct.
HELPED_WITH: Final = ("language", "phone", "email")


class ContactForm(ReachForm):
    """A number, an address, a language: of somebody one helps."""

    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, reach_by: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reached_by = reach_by
        for name in ("called", "reach_by", "reach_when", "discreet"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        needed = REACHED_BY.get(Person.Reach(self.reached_by), "")
        if needed and needed not in self.errors and not told.get(needed):
            self.add_error(needed, _("Without it they cannot be reached in this way."))
        return told


class EraseForm(forms.Form):
    """Sure, and said so."""

    sure = forms.BooleanField(
        label=gettext_lazy("Yes, erase my file. I know that it cannot be brought back."),
        error_messages={"required": gettext_lazy("Tick this box if you are sure. Nothing is erased yet.")},
    )
