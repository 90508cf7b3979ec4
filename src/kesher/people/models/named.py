"""Whether an organisation may be named to a user beside a person: being known to a shelter, or a clinic, says something.

    Note.objects.filter(named_to(user))                         # "organisation" of the row, about its "person"
    Consent.objects.filter(Named(mine=[by.organisation_id], user_id=by.user_id))

Who asks decides. It is named to itself; to the person; to whoever of another organisation has written down that the person
agrees with it (they were told so by the person); and to nobody else who has the same file. The person's helpers have pages of
their own, which name it to none of them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import F

from kesher.base.conditions import Compiled, Condition
from kesher.people.models.open_files import FILE_ROLES

if TYPE_CHECKING:
    from kesher.accounts.models import User

#: Those of which it is told to nobody else, without one's own. As an array it is read once for all rows.
TELLING: Final = (
    "ARRAY(SELECT telling.id FROM accounts_organisation telling"
    " WHERE (telling.sensitive OR telling.kind = 'health') AND telling.id <> ALL(%s))"
)
#: An agreement with the one, written down by the other.
_WROTE: Final = (
    "EXISTS(SELECT 1 FROM people_consent agreed JOIN base_event written"
    " ON written.about_id = agreed.id AND written.name = 'consent.given' AND written.organisation_id = ANY(%s)"
    " WHERE agreed.person_id = {person} AND agreed.organisation_id = {organisation})"
)
#: The file is their own. Not whoever only helps.
_OWN: Final = (
    "EXISTS(SELECT 1 FROM people_access own WHERE own.person_id = {person} AND own.user_id = %s AND own.kind = 'person'"
    " AND (own.until IS NULL OR own.until > statement_timestamp()))"
)


class Named(Condition):
    """Condition: the row's organisation (or none) may be named beside the row's person to whoever works for ``mine``, and to
    the person.

    ``through``: of what happened to the row; then whoever did that may be named, too.
    """

    def __init__(self, *, mine: Iterable[UUID], user_id: UUID | None, through: str = "") -> None:
        super().__init__(F("person"), F("organisation"), F("pk"))
        self.mine, self.user_id, self.through = list(mine), user_id, through

    def written(self, *expressions: Compiled) -> Compiled:
        person, organisation, key = (one.sql for one in expressions)
        wrote = _WROTE.format(person=person, organisation=organisation)
        named = f"({organisation} IS NULL OR {organisation} <> ALL({TELLING}) OR {wrote})"
        given: list[Any] = [self.mine, self.mine]
        if self.through:
            by_them = _WROTE.format(person=person, organisation="done.organisation_id")
            named += (
                f" AND NOT EXISTS(SELECT 1 FROM base_event done WHERE done.about_id = {key} AND done.name = %s"  # noqa: S608
                f" AND done.organisation_id = ANY({TELLING}) AND NOT {by_them})"
            )
            given += [self.through, self.mine, self.mine]
        own = _OWN.format(person=person)
        return Compiled(f"(cardinality({TELLING}) = 0 OR {own} OR {named})", [self.mine, self.user_id, *given])


def named_to(user: "User", *, through: str = "") -> Named:
    """The same of a user, for the organisations in which they work with files."""
    return Named(mine=user.organisation_ids_as(FILE_ROLES), user_id=user.pk, through=through)
