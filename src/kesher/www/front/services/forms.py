"""What a visitor may ask of the list of services, and what they may tell us about a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kesher.directory.models import MistakeReport, Service
from kesher.directory.search import LONGEST_TEXT
from kesher.www.forms import Typed

DISTANCES = (2, 5, 10, 25, 50)
#: What stands in an address once the work that was understood has been removed.
NO_WORK = "no"


class SearchForm(forms.Form):
    """The filters, read from the address. Whatever is not understood is left out: a shared link never breaks."""

    q = forms.CharField(required=False, max_length=LONGEST_TEXT, strip=True)
    theme = forms.CharField(required=False, max_length=255)
    area = forms.UUIDField(required=False)
    within = forms.TypedChoiceField(required=False, coerce=int, choices=[(n, n) for n in DISTANCES], empty_value=None)
    language = forms.CharField(required=False, max_length=35)
    refer = forms.ChoiceField(required=False, choices=[("", ""), *Service.ReferralMode.choices])
    free = forms.BooleanField(required=False)
    remote = forms.BooleanField(required=False)
    open = forms.BooleanField(required=False)
    work = forms.ChoiceField(required=False, choices=[("", ""), (NO_WORK, "")])
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def understood(self) -> dict[str, Any]:
        """The fields that are filled in and right."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}


class MistakeForm(Typed, forms.ModelForm):  # type: ignore[type-arg]
    """Report a mistake: what, in one's own words, and an address if one may be asked back."""

    # People do not see this field; programs that fill in every field do.
    website = forms.CharField(required=False, label=_("Leave this empty"))

    class Meta:
        model = MistakeReport
        fields = ("what", "text", "email")
        widgets = {"what": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = MistakeReport.What.choices  # type: ignore[attr-defined]
        self.fields["text"].required = False

    @property
    def is_a_program(self) -> bool:
        return bool(self.data.get("website"))
