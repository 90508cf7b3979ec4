"""Closed by default: what is not on this list asks for a log-in, and who has not logged in is sent there.

A new page that somebody without an account may read adds its route here, and its row to ``tests/permissions/table.py``: the two
are held against one another. Pages behind a key in their address are here, too: the key is asked for inside.
"""

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect

#: Routes that need no account.
PUBLIC = frozenset({
    "root", "robots", "sitemap", "sitemap_section", "health_live", "health_ready", "metrics", "leave",
    "front", "person", "business", "find_person", "find_business", "find_send", "find_compare", "find_service",
    "still_here",
    "words", "words_suggest", "own_words", "own_words_file", "services", "places", "service", "services_template",
    "about", "guides", "guide", "accessibility", "privacy", "status", "software", "outbox", "design", "design_charts",
    "call_back", "call_back_thanks", "call_back_take_back", "still_right", "invitation", "answer", "answer_refresh",
    "workplace_link", "workplace_link_refresh", "meeting_link", "meeting_link_calendar",
    "complain", "complaint", "privacy_record",
    "insights", "insights_numbers", "insights_place", "insights_figure", "insights_picture",
    "insights_ask", "insights_compare", "insights_changes",
    "insights_shortage", "insights_shortage_of",
    "demo_visitors", "demo_log_in", "demo_reset",
    "account_login", "account_logout", "account_inactive", "account_signup", "account_email_verification_sent",
    "account_confirm_email", "account_confirm_login_code", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate",
    "openid_connect_login", "openid_connect_callback",
    "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
})  # fmt: skip
#: Data for machines: what the public reads, and nothing else (tests/api).
PUBLIC_NAMESPACES = ("hsds", "insights-api")


def is_public(request: HttpRequest) -> bool:
    """Whether the route of this request needs no account."""
    match = request.resolver_match
    return match is not None and (match.view_name in PUBLIC or match.namespace.startswith(PUBLIC_NAMESPACES))


class Closed(LoginRequiredMiddleware):
    """Django's own, which looks at a mark on each view; ours reads the list above, where all that is open can be seen."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.user.is_authenticated or is_public(request):
            return None
        answer = self.handle_no_permission(request, view_func)
        # A part of a page would swallow the log-in page: the whole window is sent there.
        return HttpResponseClientRedirect(answer["Location"]) if request.headers.get("HX-Request") else answer
