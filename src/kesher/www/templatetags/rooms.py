"""``{% desk %}``: the rooms of those who oversee the directory, beside one another on each of their pages."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role
from kesher.directory.models import LOADERS
from kesher.directory.models.duplicates import DECIDERS
from kesher.directory.states import OVERSEERS
from kesher.referrals.models import HANDLERS
from kesher.words.models import OVERSEERS as WORD_OVERSEERS
from kesher.www.officer.agreements import READERS as AGREEMENT_READERS
from kesher.www.officer.rules.access import READERS

register = template.Library()

#: URL name, words, who may enter. A room adds its line here with the pull request that opens it.
ROOMS: tuple[tuple[str, str | Promise, frozenset[str]], ...] = (
    ("moderation", _("Moderation"), OVERSEERS),
    ("complaints", _("Complaints"), HANDLERS),
    ("duplicates", _("Duplicates"), frozenset(DECIDERS)),
    ("rules", _("Rules"), READERS),
    ("agreements", _("Agreements"), AGREEMENT_READERS),
    ("local_words", _("Local words"), WORD_OVERSEERS),
    ("imports", _("Imports"), LOADERS),
    ("areas", _("Areas"), OVERSEERS),
    ("partners", _("Partners"), frozenset({Role.PLATFORM_ADMIN})),
    ("colleagues", _("Colleagues"), frozenset({Role.PLATFORM_ADMIN})),
    ("portal", _("The portal"), frozenset({Role.PLATFORM_ADMIN})),
    ("legal", _("Legal demands"), frozenset({Role.PLATFORM_ADMIN})),
    ("data_protection", _("Data protection"), frozenset({Role.PLATFORM_ADMIN})),
    ("first_week", _("First week"), frozenset({Role.PLATFORM_ADMIN})),
)


@register.inclusion_tag("officer/desk.html", takes_context=True)
def desk(context: Context) -> dict[str, Any]:
    """Only the rooms this user may enter, and none for somebody who may enter fewer than two."""
    request = context["request"]
    roles: frozenset[str] = getattr(request.user, "roles", frozenset())
    rooms = []
    for name, label, who in ROOMS:
        if who & roles:
            url = reverse(name)
            rooms.append({"url": url, "label": label, "current": request.path.startswith(url)})
    return {"rooms": rooms if len(rooms) > 1 else []}
