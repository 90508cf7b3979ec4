"""Words that are guessed first: the name of the town's portal, of the program, and of one's organisations make no password.

The list of OWASP ASVS 6.1.2, kept here (docs/asvs.md): :data:`WORDS`, and each word of the portal's name in every language.
"""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kesher.base.models import Portal

WORDS: Final = frozenset(
    {"kesher", "קשר", "كيشر", "password", "passphrase", "סיסמה", "كلمة", "пароль", "motdepasse", "welcome", "shalom"}
)
#: What must be left of a password when such words are taken out of it.
LEFT: Final = 8


def words_here() -> frozenset[str]:
    """The words above, and those of the portal's name that are long enough to carry a password."""
    named = " ".join(Portal.current().name.values()).casefold().split()
    return WORDS | {word for word in named if len(word) >= 4}


class ContextWords:
    """Django's form of a check: raises where nothing much is left without the words of this place."""

    def validate(self, password: str, user: Any = None) -> None:
        left = password.casefold()
        for word in sorted(words_here(), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEFT and left != password.casefold():
            raise ValidationError(self.get_help_text(), code="password_of_this_place")

    def get_help_text(self) -> str:
        return _("The name of this place or program is guessed first. Add words of your own.")
