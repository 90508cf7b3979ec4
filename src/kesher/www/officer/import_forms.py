"""The forms of the imports: which file, and what each of its columns is."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.directory.models import Upload
from kesher.directory.uploads import ENDINGS, LARGEST, proposed
from kesher.formats.records import UnreadableFile
from kesher.formats.table_mapping import TEXT_FIELDS

NOT_READ = ""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

#: What a column may be, most used first. Fields that are not here can be mapped by a file, on the server.
FIELD_WORDS: dict[str, str | Promise] = {
    "name": gettext_lazy("name of the service"),
    "description": gettext_lazy("description"),
    "organisation": gettext_lazy("organisation"),
    "id": gettext_lazy("number of the service at its source"),
    "phone": gettext_lazy("telephone"),
    "email": gettext_lazy("e-mail"),
    "url": gettext_lazy("web page"),
    "address": gettext_lazy("street and number"),
    "address_2": gettext_lazy("floor, entrance, room"),
    "city": gettext_lazy("town"),
    "postal_code": gettext_lazy("postal code"),
    "country": gettext_lazy("country"),
    "latitude": gettext_lazy("latitude"),
    "longitude": gettext_lazy("longitude"),
    "location": gettext_lazy("name of the place"),
    "languages": gettext_lazy("languages spoken there"),
    "cost": gettext_lazy("cost"),
    "fees_description": gettext_lazy("cost in words"),
    "term": gettext_lazy("theme"),
    "days": gettext_lazy("days of the week"),
    "opens": gettext_lazy("opens at"),
    "closes": gettext_lazy("closes at"),
    "hours": gettext_lazy("hours in words"),
    "who_may_refer": gettext_lazy("who may refer"),
    "eligibility_description": gettext_lazy("for whom"),
    "application_process": gettext_lazy("how to enter"),
    "document": gettext_lazy("papers to bring"),
    "wait_time": gettext_lazy("waiting time"),
    "accessibility": gettext_lazy("accessibility"),
    "transportation": gettext_lazy("how to get there"),
    "area": gettext_lazy("area served"),
    "minimum_age": gettext_lazy("from which age"),
    "maximum_age": gettext_lazy("up to which age"),
    "remote": gettext_lazy("by phone or online (yes or no)"),
    "weekly_hours": gettext_lazy("hours a week"),
    "weeks": gettext_lazy("number of weeks"),
    "learning_outcomes": gettext_lazy("what one learns"),
    "human_languages": gettext_lazy("languages written or read by a person"),
    "machine_languages": gettext_lazy("languages translated by a machine"),
    "programme": gettext_lazy("programme"),
    "alternate_name": gettext_lazy("other name"),
    "alert": gettext_lazy("notice"),
    "link": gettext_lazy("other web page"),
    "organisation_description": gettext_lazy("description of the organisation"),
    "organisation_phone": gettext_lazy("telephone of the organisation"),
    "organisation_email": gettext_lazy("e-mail of the organisation"),
    "organisation_url": gettext_lazy("web page of the organisation"),
    "status": gettext_lazy("state (active, inactive …)"),
    "assured_date": gettext_lazy("last checked on"),
    "last_modified": gettext_lazy("last changed on"),
}
SEPARATORS = [(";", gettext_lazy("; semicolon")), (",", gettext_lazy(", comma")), ("/", gettext_lazy("/ slash"))]
SEPARATORS += [("|", gettext_lazy("| bar"))]


class SendForm(forms.Form):
    fault: UnreadableFile | None = None

    file = forms.FileField(
        label=gettext_lazy("Table of services"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=gettext_lazy("CSV or .xlsx, one service in each row, headings in the first."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(ENDINGS):
            raise ValidationError(_("Send a table: a file that ends with .csv, .tsv or .xlsx."))
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 5 MB. Send it in parts, or have it loaded on the server."))
        return file


def _chosen(question: BoundField) -> str:
    """The words of what is chosen; empty for nothing."""
    choices: Any = question.field
    value = question.value()
    return str(dict(choices.choices).get(value, "")) if value else ""


class ColumnsForm(forms.Form):
    """One pair of questions per column (``field-3``, ``language-3``), and three about the whole table."""

    dataset = forms.CharField(
        label=gettext_lazy("Name of this list"),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "list": "datasets"}),
        help_text=gettext_lazy(
            "Small letters, digits and hyphens, like our-town. Use the same name each time you send this list: "
            "what is no longer in it is then closed."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of its texts"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Where a column does not say its own."),
    )
    separator = forms.ChoiceField(
        label=gettext_lazy("Between several values in one cell"), choices=SEPARATORS, initial=";"
    )
    close_anyway = forms.BooleanField(
        label=gettext_lazy("The list is whole, although it would close more than half of the services"), required=False
    )

    def __init__(self, *args: Any, upload: Upload, **kwargs: Any) -> None:
        self.upload = upload
        kwargs.setdefault(
            "initial",
            {
                "dataset": upload.dataset,
                "language": upload.language,
                "close_anyway": upload.close_anyway,
                "separator": next(
                    (rule["split"] for rule in upload.mapping.get("columns", {}).values() if rule.get("split")), ";"
                ),
            },
        )
        super().__init__(*args, **kwargs)
        if not upload.trouble.get("closes") and not upload.close_anyway:
            self.fields["close_anyway"].widget = forms.HiddenInput()
        guessed = proposed(upload)
        fields = [(NOT_READ, _("(do not read)")), *FIELD_WORDS.items()]
        languages = [("", _("as the table")), *settings.LANGUAGES]
        for number, column in enumerate(upload.columns):
            field, spoken = guessed.get(column["name"], (NOT_READ, ""))
            known = fields if field in FIELD_WORDS or not field else [*fields, (field, field)]
            self.fields[f"field-{number}"] = forms.ChoiceField(
                label=_("What it is"), choices=known, required=False, initial=field
            )
            self.fields[f"language-{number}"] = forms.ChoiceField(
                label=_("Language of its words"), choices=languages, required=False, initial=spoken
            )

    def clean_dataset(self) -> str:
        name: str = self.cleaned_data["dataset"].strip().lower()
        if not _SLUG.fullmatch(name):
            raise ValidationError(_("Use small letters, digits and hyphens, like our-town."))
        return name

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        chosen = [field for field, _language in self.columns().values()]
        if "name" not in chosen:
            self.add_error(None, _("Say which column is the name of the service."))
        return said

    def columns(self) -> dict[str, tuple[str, str]]:
        """Column -> (field, language), for those that are read; a language only where the field has words."""
        found = {}
        for number, column in enumerate(self.upload.columns):
            field = self.cleaned_data.get(f"field-{number}") or NOT_READ
            if field:
                spoken = self.cleaned_data.get(f"language-{number}") or ""
                found[column["name"]] = (field, spoken if field in TEXT_FIELDS else "")
        return found

    def rows(self) -> list[dict[str, Any]]:
        """The columns with their examples and their two questions, for the page; ``means`` what they are said to be.

        ``sure``: what it is was known by its heading, or is said, and nothing is wrong with it.
        """
        found = []
        for number, column in enumerate(self.upload.columns):
            field, language = self[f"field-{number}"], self[f"language-{number}"]
            means = _chosen(field)
            found.append(
                {
                    "column": column,
                    "field": field,
                    "language": language,
                    "means": means,
                    "spoken": _chosen(language),
                    "sure": bool(means) and not field.errors and not language.errors,
                }
            )
        return found

    def general(self) -> list[Any]:
        """The questions about the whole table."""
        return [self[name] for name in ("dataset", "language", "separator", "close_anyway")]
