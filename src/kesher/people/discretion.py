"""Somebody else may read their messages: then no mail shows who it comes from."""

import uuid

from kesher.base.notifications import asks_for_discretion
from kesher.people.models import Person


@asks_for_discretion
def said_so(user_id: uuid.UUID) -> bool:
    """Whether the person with this account has asked for it. Inside what sees their own rows."""
    return Person.objects.filter(user=user_id, discreet=True).exists()
