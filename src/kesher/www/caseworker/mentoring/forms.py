"""What is asked when a mentor is checked, trained or leaves, and when one is looked for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kesher.accounts.models import Membership, Organisation
from kesher.casework.models import Vetting, WhyNotMentor
from kesher.people.models import FILE_ROLES
from kesher.www.caseworker.day.forms import day_field
from kesher.www.coding import CodingField, WithCoding
from kesher.www.mentor.forms import not_to_come
from kesher.www.overwriting import Seen


class VetForm(Seen):
    vetting = forms.ChoiceField(
        label=gettext_lazy("What was looked at?"),
        help_text=gettext_lazy("Look at the paper and give it back: no copy is kept."),
        choices=Vetting.choices,
        widget=forms.RadioSelect,
    )
    on = day_field(gettext_lazy("On which day?"))

    def clean_on(self) -> date:
        return not_to_come(self.cleaned_data["on"])


class TrainForm(forms.Form):
    on = day_field(gettext_lazy("On which day were they trained?"))

    def clean_on(self) -> date:
        return not_to_come(self.cleaned_data["on"])


class LeaveForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Why?"), choices=WhyNotMentor.choices, widget=forms.RadioSelect)


class LookForm(WithCoding, forms.Form):
    """What the person is heading for; empty = their goal as it stands in the file, then what they have worked at."""

    trade = CodingField(
        label=gettext_lazy("Which work are they heading for?"),
        help_text=gettext_lazy("Leave it empty to go by the goal in their file, then by the work they have done."),
        required=False,
    )


class NamedForm(Seen):
    """Whom the organisation names for safeguarding."""

    user = forms.ChoiceField(label=gettext_lazy("To whom do concerns go?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = Membership.objects.in_force().filter(
            organisation=organisation, role__in=FILE_ROLES, user__is_active=True
        )
        self.users = {str(one.user_id): one.user for one in workers.select_related("user").order_by("user__name", "id")}
        user: Any = self.fields["user"]
        user.choices = [(key, str(one)) for key, one in self.users.items()]
