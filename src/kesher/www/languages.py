"""Names of languages in the reader's language: Django's, and those it does not know."""

from django.utils import translation
from django.utils.text import capfirst
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
    """The name; the code itself when nobody knows it.

    With a capital letter, as in the lists where it stands: the catalogues of some languages have one and others none, and
    "Anglais, hébreu" looks like a slip.
    """
    if name := MORE_NAMES.get(code.split("-")[0]):
        return capfirst(str(name))
    try:
        return capfirst(str(translation.get_language_info(code)["name_translated"]))
    except KeyError:
        return code
