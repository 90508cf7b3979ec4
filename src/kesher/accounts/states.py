"""How an organisation comes to the portal: it asks, a moderator decides, and may think again."""

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Transition, TransitionTable

State = Organisation.State
DECIDERS = {Role.MODERATOR, Role.PLATFORM_ADMIN}

ORGANISATION_STATES = TransitionTable(
    name="organisation",
    field="state",
    transitions=(
        Transition("approve", sources={State.PENDING, State.REFUSED}, target=State.APPROVED, roles=DECIDERS),
        Transition("refuse", sources={State.PENDING}, target=State.REFUSED, roles=DECIDERS, reason_required=True),
        Transition("suspend", sources={State.APPROVED}, target=State.SUSPENDED, roles=DECIDERS, reason_required=True),
        Transition("restore", sources={State.SUSPENDED}, target=State.APPROVED, roles=DECIDERS),
        Transition("ask again", sources={State.REFUSED}, target=State.PENDING, roles={Role.ORGANISATION_ADMIN}),
    ),
)
