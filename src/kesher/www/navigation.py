"""What stands in the navigation: at most five words, only rooms that exist and this visitor may enter.

Who works for an organisation has rooms instead of doors: the first page, behind the name of the town, leads to both
doors, and on a phone there is room for one row of words. An employer has a room, and the doors too: they come for themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role
from kesher.directory.models import CALLERS, CallBack
from kesher.directory.states import EDITORS, OVERSEERS
from kesher.people.models import FILE_ROLES, Mandate, Person
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import RECEIVERS, SENDERS
from kesher.words.models import CODERS, Proposal

MOST = 5  # PAGES: no more than five items of navigation


@dataclass(frozen=True, slots=True)
class Item:
    """One word of the navigation and the URL name behind it; ``roles`` empty = everybody, else who sees it.

    A ``door`` is for those who come for themselves. ``waiting`` counts what waits there for this user: one query on each
    of their pages. ``shown``: asked of the visitor whether there is anything of theirs behind it.
    """

    url_name: str
    label: str | Promise
    roles: frozenset[str] = frozenset()
    door: bool = False
    waiting: Callable[[Any], int] | None = None
    shown: Callable[[Any], bool] | None = None


def has_own_file(user: Any) -> bool:
    """Whether this user has taken a file over: one query on the pages of those who work for nobody."""
    signed_in = user is not None and user.is_authenticated  # a page about an error may know of no user
    return bool(signed_in and Person.objects.active().filter(user=user).exists())


def helps_somebody(user: Any) -> bool:
    """Whether this user holds a mandate: one query on the pages of those who work for nobody.

    Whoever works somewhere finds the way back at the foot of each page, which asks nothing."""
    return bool(user is not None and user.is_authenticated and Mandate.objects.of_helper(user).exists())


def calls_waiting(user: Any) -> int:
    """How many people wait for a call of this user's organisations."""
    return CallBack.objects.visible_to(user).waiting().count()


def words_waiting(user: Any) -> int:
    """How many of the words said to this user's organisations wait for a decision."""
    return Proposal.objects.visible_to(user).unsure().count()


def referrals_owed(user: Any) -> int:
    """How many people were sent to this user's organisations and have no answer."""
    return Referral.objects.received_by(user).filter(state=Referral.State.REQUESTED).count()


def comes_to_look(user: Any) -> bool:
    """Whoever answers what is sent to their services has words enough on a phone; the first page leads to all services."""
    return not getattr(user, "roles", frozenset()) & (RECEIVERS - SENDERS)


#: In order of appearance. A room adds its line here with the pull request that opens it.
ITEMS: tuple[Item, ...] = (
    Item("employer_home", _("Our business"), frozenset({Role.EMPLOYER})),
    Item("person", _("For people"), door=True),
    Item("business", _("For businesses"), door=True),
    Item("caseworker_today", _("Today"), FILE_ROLES),
    Item("mentor_home", _("My match"), frozenset({Role.MENTOR})),
    Item("my_file", _("My file"), door=True, shown=has_own_file),
    Item("helping", _("Whom I help"), door=True, shown=helps_somebody),
    Item("services", _("All services"), shown=comes_to_look),
    Item("caseworker_people", _("People"), FILE_ROLES),
    Item("college_cohorts", _("Groups and seats"), frozenset({Role.COLLEGE})),
    Item("provider_services", _("My services"), EDITORS),
    Item("provider_referrals", _("Sent to us"), RECEIVERS - SENDERS, waiting=referrals_owed),
    Item("provider_call_backs", _("Calls"), CALLERS, waiting=calls_waiting),
    Item("coding_queue", _("Words"), CODERS, waiting=words_waiting),
    # Five words at most: where there are more, Today leads there.
    Item("referrals_sent", _("Referrals"), SENDERS),
    Item("moderation", _("Moderation"), OVERSEERS),
    Item("complaints", _("Complaints"), frozenset({Role.CONVENOR})),  # moderators have it among the rooms of their desk
    Item("audit", _("Log"), frozenset({Role.AUDITOR})),
    Item("rules", _("Rules"), frozenset({Role.AUDITOR})),  # officers have it among the rooms of their desk
    Item("colleagues", _("Colleagues"), frozenset({Role.ORGANISATION_ADMIN})),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The items this visitor sees: ``url``, ``label`` and whether the page is inside it."""
    user = getattr(request, "user", None)
    roles: frozenset[str] = getattr(user, "roles", frozenset())
    shown = []
    for item in ITEMS:
        if (item.roles and not item.roles & roles) or (item.door and roles - {Role.EMPLOYER}):
            continue
        if item.shown is not None and not item.shown(user):
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:  # that room is not built yet
            continue
        waiting = item.waiting(user) if item.waiting else 0
        shown.append({"url": url, "label": item.label, "current": request.path.startswith(url), "waiting": waiting})
    return shown[:MOST]
