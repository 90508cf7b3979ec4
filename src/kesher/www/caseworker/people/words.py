"""Words that stand on several pages of people."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kesher.base.translated import in_language
from kesher.www.languages import language_name
from kesher.www.templatetags.kesher import direction_of


def in_two_languages(text: Mapping[str, str], theirs: str) -> list[dict[str, str]]:
    """A text in the person's language and, beside it, in the reader's; once where both are the same."""
    found: list[dict[str, str]] = []
    for language in dict.fromkeys((theirs, translation.get_language() or "en")):
        said = in_language(text, language)
        if said.text not in [one["text"] for one in found]:
            found.append(
                {
                    "text": said.text,
                    "language": said.language,
                    "direction": direction_of(said.language),
                    "spoken": language_name(said.language),
                }
            )
    return found


def reasons(because: Iterable[str]) -> list[str]:
    """Why two files may be of one person, in words."""
    said: dict[str, Any] = {
        "name": _("the name sounds the same"),
        "phone": _("the same telephone number"),
        "email": _("the same e-mail address"),
        "identity": _("the same identity number"),
    }
    return [said[one] for one in because]
