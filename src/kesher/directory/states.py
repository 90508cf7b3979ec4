"""How a service comes before the public and leaves it again: who may, from where, and what must be there first."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.accounts.roles import PORTAL_WIDE, Role
from kesher.base.models import Event
from kesher.base.transitions import Actor, Transition, TransitionTable
from kesher.directory.models import Service

State = Service.State
#: Who edits the services of the organisation where they hold the role.
EDITORS = frozenset({Role.PROVIDER, Role.COLLEGE, Role.ORGANISATION_ADMIN})
#: Who oversees the services of all organisations.
OVERSEERS = frozenset({Role.OFFICER, Role.MODERATOR, Role.PLATFORM_ADMIN})


def belongs_to(service: Service, by: Actor) -> str | Promise | None:
    """A role in one organisation says nothing about the services of another."""
    if by.roles & PORTAL_WIDE or (service.organisation_id and by.organisation_id == service.organisation_id):
        return None
    return _("This service belongs to another organisation.")


def has_what_a_reader_needs(service: Service) -> str | Promise | None:
    """A name, what it is, and one way to reach it: otherwise the page helps nobody."""
    if not service.name:
        return _("Give the service a name.")
    if not service.description:
        return _("Describe the service first: nobody knows yet what it is.")
    reachable = service.email or service.url or service.phones.exists() or service.at_locations.exists()
    if not reachable:
        return _("Add a telephone, an e-mail address, a website or a place first: nobody could reach it.")
    return None


def held_by_overseers(service: Service) -> bool:
    """Whether an officer or moderator took it from the public and none has given it back since."""
    last = (
        Event.objects.filter(about_id=service.pk, name__startswith="service.", data__has_key="held")
        .order_by("-id")
        .first()
    )
    return last is not None and last.data["held"] == 1


def may_be_seen(service: Service, by: Actor) -> str | Promise | None:
    """The condition for standing before the public."""
    if why_not := belongs_to(service, by):
        return why_not
    if service.organisation and service.organisation.state != Organisation.State.APPROVED:
        return _("The organisation is not approved. Its services can be prepared; they are published once it is.")
    if not by.roles & OVERSEERS and held_by_overseers(service):
        return _("An officer or moderator took this page down. Ask them to give it back.")
    return has_what_a_reader_needs(service)


SERVICE_STATES = TransitionTable(
    name="service",
    field="state",
    transitions=(
        Transition(
            "publish", sources={State.DRAFT}, target=State.PUBLISHED, roles=EDITORS | OVERSEERS, guard=may_be_seen
        ),
        Transition(
            "suspend",
            sources={State.PUBLISHED},
            target=State.SUSPENDED,
            roles=EDITORS | OVERSEERS,
            guard=belongs_to,
            reason_required=True,
        ),
        Transition(
            "restore", sources={State.SUSPENDED}, target=State.PUBLISHED, roles=EDITORS | OVERSEERS, guard=may_be_seen
        ),
        Transition(
            "archive",
            sources={State.DRAFT, State.PUBLISHED, State.SUSPENDED},
            target=State.ARCHIVED,
            roles=EDITORS | OVERSEERS,
            guard=belongs_to,
            reason_required=True,
        ),
        Transition("reopen", sources={State.ARCHIVED}, target=State.DRAFT, roles=EDITORS | OVERSEERS, guard=belongs_to),
    ),
)
