"""What stands in the navigation: at most five words, only rooms that exist and this visitor may enter."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role
from kesher.directory.states import EDITORS, OVERSEERS

MOST = 5  # PAGES: no more than five items of navigation


@dataclass(frozen=True, slots=True)
class Item:
    """One word of the navigation and the URL name behind it; ``roles`` empty = everybody, else who sees it."""

    url_name: str
    label: str | Promise
    roles: frozenset[str] = frozenset()


#: In order of appearance. A room adds its line here with the pull request that opens it.
ITEMS: tuple[Item, ...] = (
    Item("person", _("For people")),
    Item("business", _("For businesses")),
    Item("services", _("All services")),
    Item("provider_services", _("My services"), EDITORS),
    Item("moderation", _("Moderation"), OVERSEERS),
    Item("rules", _("Rules"), frozenset({Role.AUDITOR})),  # officers have it among the rooms of their desk
    Item("colleagues", _("Colleagues"), frozenset({Role.ORGANISATION_ADMIN})),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The items this visitor sees: ``url``, ``label`` and whether the page is inside it."""
    user = getattr(request, "user", None)
    roles: frozenset[str] = getattr(user, "roles", frozenset())
    shown = []
    for item in ITEMS:
        if item.roles and not item.roles & roles:
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:  # that room is not built yet
            continue
        shown.append({"url": url, "label": item.label, "current": request.path.startswith(url)})
    return shown[:MOST]
