"""Words of the libraries we stand on that they do not bring in all our languages, named so that they reach our translators.

Our catalogues come before theirs: the same words, translated here, appear wherever the library says them.
"""

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

#: Django's validator of passwords; its catalogues follow the words of an older version.
WORDS: tuple[str | Promise, ...] = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "n",
    ),
)
