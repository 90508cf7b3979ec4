"""Telling an organisation's administrators what was decided about it. Runs as a task after the decision has committed."""

from uuid import UUID

from kesher.accounts.models import Membership, Organisation
from kesher.accounts.roles import Role
from kesher.base.events import on
from kesher.base.models import Event
from kesher.base.notifications import notify

#: The page, behind the language, on which a partner sees their services and their organisation's state.
SERVICES_PAGE = "provider/services/"


@on("organisation.approve", "organisation.refuse", "organisation.suspend", "organisation.restore")
def tell_the_administrators(event_id: UUID) -> None:
    """One notification per administrator: that it was decided, not why. The page behind the link says why."""
    event = Event.objects.get(pk=event_id)
    organisation = Organisation.objects.get(pk=event.about_id)
    decided = event.name.removeprefix("organisation.")
    administrators = (
        Membership.objects.in_force()
        .filter(organisation=organisation, role=Role.ORGANISATION_ADMIN, user__is_active=True)
        .select_related("user")
        .order_by("id")
    )
    for membership in administrators:
        user = membership.user
        notify(
            user.pk,
            f"organisation_{decided}",
            language=user.language,
            link=f"/{user.language}/{SERVICES_PAGE}",
            context={"organisation": organisation.name},
        )
