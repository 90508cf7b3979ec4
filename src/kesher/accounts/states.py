"""How an organisation comes to the portal: it asks, a moderator decides, and may think again."""

from django.utils.functional import Promise

from kesher.accounts.conflicts import own_organisation
from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor, Transition, TransitionTable

State = Organisation.State
DECIDERS = {Role.MODERATOR, Role.PLATFORM_ADMIN}


def not_their_own(organisation: Organisation, by: Actor) -> str | Promise | None:
    """Nobody lets in, or back in, an organisation they belong to (decision 0031)."""
    return own_organisation(by, organisation.pk, roles=DECIDERS)


ORGANISATION_STATES = TransitionTable(
    name="organisation",
    field="state",
    transitions=(
        Transition(
            "approve",
            sources={State.PENDING, State.REFUSED},
            target=State.APPROVED,
            roles=DECIDERS,
            guard=not_their_own,
        ),
        Transition("refuse", sources={State.PENDING}, target=State.REFUSED, roles=DECIDERS, reason_required=True),
        Transition("suspend", sources={State.APPROVED}, target=State.SUSPENDED, roles=DECIDERS, reason_required=True),
        Transition("restore", sources={State.SUSPENDED}, target=State.APPROVED, roles=DECIDERS, guard=not_their_own),
        Transition("ask again", sources={State.REFUSED}, target=State.PENDING, roles={Role.ORGANISATION_ADMIN}),
    ),
)
