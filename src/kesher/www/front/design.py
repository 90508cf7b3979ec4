"""The forms of the component page: one field of each kind."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kesher.www.coding import CodingField, WithCoding


class DesignForm(forms.Form):
    """Nothing is done with it; it shows how each kind of field looks, empty and refused."""

    name = forms.CharField(label=_("What should we call you?"), help_text=_("Any name you like."), max_length=80)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(
        label=_("Phone number"), required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    )
    story = forms.CharField(
        label=_("What did you do until now?"),
        help_text=_("In your own words, in any language."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    area = forms.ChoiceField(
        label=_("Where do you live?"),
        choices=[("", _("Choose a place")), ("1", _("In the town")), ("2", _("Near the town"))],
    )
    level = forms.ChoiceField(
        label=_("How much Hebrew do you speak?"),
        choices=[("none", _("None yet")), ("some", _("Some")), ("well", _("Well"))],
        widget=forms.RadioSelect,
    )
    language = forms.MultipleChoiceField(
        label=_("Which languages may we use with you?"),
        choices=[("he", "עברית"), ("ar", "العربية"), ("en", "English")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    since = forms.DateField(
        label=_("Since when?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    agree = forms.BooleanField(
        label=_("Keep what I wrote for my next visit"), help_text=_("You can take this back at any time.")
    )


class DesignCodingForm(WithCoding, forms.Form):
    """The field for words of one's work."""

    words = CodingField(
        label=_("What did you work as?"), help_text=_("In your own words, in any language."), required=False
    )


#: Prefix of a form -> what stands in it: words with one answer, words with a question, words nobody knows, no choice made.
WRITTEN: Final = {
    "sure": {"sure-words": "نجّار من حلب", "sure-words-find": "1"},
    "asked": {"asked-words": "driver", "asked-words-find": "1"},
    "nothing": {"nothing-words": "qwzx vbnm", "nothing-words-find": "1"},
    "unchosen": {"unchosen-words": "נהג משאית"},
}
