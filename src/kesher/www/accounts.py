"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kesher.www.log_ins import closed_to


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts of staff and partners come by invitation or with a new organisation; a new user keeps their language."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong tries. Logging in to this account is closed for five minutes. Choose a new password if you have "
            "forgotten yours."
        ),
    }

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries are counted by account alone. allauth adds the host asked for: five more tries for each name of the portal."""
        return str(credentials.get("email", "")).strip().lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            closed_to(credentials, request)
            raise

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.language = translation.get_language() or user.language
        return super().save_user(request, user, form, commit)
