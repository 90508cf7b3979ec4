"""The first week of an office with an empty portal: four things to do, each counted from what is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.directory.models import LOADERS, Service

SERVICES, PARTNERS, COLLEAGUES = 10, 2, 2
MAY_SEE = frozenset({Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN})


@dataclass(frozen=True, slots=True)
class Task:
    """``count`` of ``wanted``; ``url_name`` = where one does it; empty when another does it."""

    key: str
    title: str | Promise
    advice: str | Promise
    count: int
    wanted: int
    url_name: str = ""

    @property
    def done(self) -> bool:
        return self.count >= self.wanted

    @property
    def url(self) -> str:
        return reverse(self.url_name) if self.url_name else ""


def tasks(user: User) -> Sequence[Task]:
    """What is done and what is left, for the organisations ``user`` administers; for the whole portal to its administrator."""
    whole = user.has_role(Role.PLATFORM_ADMIN)
    loads = user.has_role(*LOADERS)
    own = frozenset(m.organisation_id for m in user.memberships_in_force if m.role in MAY_SEE)
    return (
        Task(
            "area",
            _("Say where you are"),
            _(
                "Choose the town or district the portal is for. Search, distance and the numbers of the place begin there."
            ),
            Area.objects.home().count(),
            1,
            "areas" if whole else "",
        ),
        Task(
            "services",
            _("Bring ten services"),
            _("Fill in the table with services you know, one in each row. Ten good ones beat a hundred."),
            _services(own, whole=whole).count(),
            SERVICES,
            "imports" if loads else "provider_services",
        ),
        Task(
            "partners",
            _("Invite two partners"),
            _("An association and a college, for example. They keep their own pages true, so that you need not."),
            _partners(own),
            PARTNERS,
            "partners" if whole else "",
        ),
        Task(
            "colleagues",
            _("Bring your first colleagues"),
            _("Two people beside you who can log in. Give each only the role they need."),
            _colleagues(user, own, whole=whole),
            COLLEAGUES,
            "colleagues",
        ),
    )


def _partners(own: frozenset[UUID]) -> int:
    """Other organisations with somebody who logs in: one that a list brought along is no partner yet."""
    members = Membership.objects.in_force().filter(organisation__state=Organisation.State.APPROVED)
    return members.exclude(organisation__in=own).values("organisation").distinct().count()


def _services(own: frozenset[UUID], *, whole: bool) -> QuerySet[Service]:
    published = Service.objects.filter(state=Service.State.PUBLISHED)
    return published if whole else published.filter(organisation__in=own)


def _colleagues(user: User, own: frozenset[UUID], *, whole: bool) -> int:
    members = Membership.objects.in_force().exclude(user=user)
    if not whole:
        members = members.filter(organisation__in=own)
    return members.values("user").distinct().count()
