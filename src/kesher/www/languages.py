"""Names of languages in the reader's language: Django's, and those it does not know."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

#: Spoken in the towns Kesher is for, or found in the directories it reads, and not among Django's.
MORE_NAMES = {
    "am": _("Amharic"),
    "ti": _("Tigrinya"),
    "so": _("Somali"),
    "ht": _("Haitian Creole"),
    "tl": _("Tagalog"),
    "yi": _("Yiddish"),
    "zh": _("Chinese"),
    "ps": _("Pashto"),
    "ku": _("Kurdish"),
    "sgn": _("Sign language"),
    "isr": _("Israeli Sign Language"),
    "ase": _("American Sign Language"),
}


def language_name(code: str) -> str:
    """The name; the code itself when nobody knows it."""
    if name := MORE_NAMES.get(code.split("-")[0]):
        return str(name)
    try:
        return str(translation.get_language_info(code)["name_translated"])
    except KeyError:
        return code
