"""Fields of study as one chooses and reads them: by name, in the language that is set; what is kept is the code.

A list grouped by the broad fields, so that one finds one's own without typing, without a script, and by the first letters.
"""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kesher.base.translated import in_language
from kesher.formats import isced

Choices = list[tuple[str, str | list[tuple[str, str]]]]
#: Before what is within a narrow field.
WITHIN = "– "


def field_name(code: str, language: str = "") -> str:
    """What a field is called; the code itself where the list has no name near it, "" where there is none."""
    return in_language(isced.names_of(code), language or get_language() or "en").text or code


def field_choices() -> Choices:
    """All fields that may be chosen, by broad field; each of these may be chosen as a whole as well."""
    found: Choices = [("", "–")]
    for broad in isced.broad():
        name = field_name(broad.code)
        inside = [
            (one.code, f"{WITHIN if len(one.code) > 3 else ''}{field_name(one.code)}")
            for one in isced.within(broad.code)
        ]
        found.append((name, [(broad.code, _("%(field)s: all of it") % {"field": name}), *inside]))
    return found
