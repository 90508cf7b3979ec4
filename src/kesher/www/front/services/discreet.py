"""Pages whose tab, history and preview must not say what somebody looked for: they may be read over one's shoulder."""

from collections.abc import Iterable
from typing import Final

from kesher.accounts.sensitive import is_sensitive
from kesher.directory.models import Service, Term

#: Themes, with all that stands under them: that somebody reads of them says something of them.
DISCREET_THEMES: Final = (
    "human_services:health:addiction_recovery",
    "human_services:health:emergency_mental_assistance",
    "human_services:health:mental_health_care",
    "human_services:health:sexual_reproductive_health",
    "human_services:housing:short_term_housing:shelters_from_violence",
    "human_situations:criminal_history",
    "human_situations:disability:mental_illness",
    "human_situations:health:infectious_disease:hiv_aids",
    "human_situations:mental_health",
    "human_situations:sexuality",
    "human_situations:substance_dependency",
    "human_situations:survivors",
    # data·inclusion
    "sante--faire-face-a-une-situation-d-addiction",
    "sante--bien-etre-psychologique",
    "sante--accompagner-les-traumatismes",
)


def is_discreet(service: Service, themes: Iterable[Term]) -> bool:
    """Whether the name of the service, in a tab or a history, would tell too much."""
    if service.organisation is not None and is_sensitive(service.organisation):
        return True
    return any(term.code == code or term.code.startswith(f"{code}:") for term in themes for code in DISCREET_THEMES)
