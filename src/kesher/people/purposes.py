"""What two agreements allow, asked here and nowhere else: that a file is compared with what there is, and that it is counted.

    if may_be_matched(person): …                         before the machine proposes a mentor, a vacancy, an occupation
    Person.objects.active().filter(matchable())           the same of many

Being counted is asked of the database by rooms that see no file (``COUNTED``): see docs/decisions/0040.
"""

from typing import Final

from django.db.models import Exists, OuterRef

from kesher.people.consents import has_agreed
from kesher.people.models import Consent, Person
from kesher.people.models.consents import Purpose

#: The condition under which a row of ``person`` (an alias, or the name of the column's table) agreed to be counted, in SQL.
COUNTED: Final = (
    "EXISTS (SELECT FROM people_consent AS agreed WHERE agreed.person_id = {person} AND agreed.purpose = 'statistics'"
    " AND agreed.withdrawn_at IS NULL AND (agreed.until IS NULL OR agreed.until > now()))"
)


def may_be_matched(person: Person) -> bool:
    """Whether this person agreed that a machine compares their file with what there is. Inside what sees the file."""
    return has_agreed(person, Purpose.MATCHING)


def matchable() -> Exists:
    """The same as a condition on people: ``Person.objects.active().filter(matchable())``."""
    return Exists(Consent.objects.in_force().filter(person=OuterRef("pk"), purpose=Purpose.MATCHING))
