"""Whether a person's whole file is open to a user, as one line of SQL.

    Note.objects.filter(FileOpen(user))                       # the row's "person" is somebody whose file is open to them
    Note.objects.filter(FileOpen(user, organisation="organisation"))     # … to the organisation that the row names

Nearly every list of the portal asks this, several times. Said with the ORM's ``Exists`` it finds the same rows
(:meth:`~kesher.people.models.persons.AccessQuerySet.of`; a test compares the two), but taking the subquery apart and
writing it down cost a millisecond of this process each time, and the page of the day asks it two dozen times.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import F
from django.utils import timezone

from kesher.accounts.roles import Role
from kesher.base.conditions import Compiled, Condition, Keys, among, is_said_before

if TYPE_CHECKING:
    from kesher.accounts.models import User

#: Who reads and writes files, each in the organisations where they hold the role and which have access.
FILE_ROLES: Final = frozenset({Role.CASEWORKER, Role.REFERRER})

#: Those whose file is open, where a statement names them once.
OPEN_FILES: Final = "open_files"
ITS_ACCESSES: Final = "SELECT 1 FROM people_access open_file"
#: An organisation's key where it is approved: read once a statement. As a join, "mine or theirs" was counted as rare twice
#: over: the planner expected a dozen files where there are two thousand, and went through lists row by row.
APPROVED: Final = "(SELECT id FROM accounts_organisation WHERE id = %s AND state = 'approved')"


class Through(StrEnum):
    """On what grounds the file has to be open; the text is a condition on the access."""

    ANY = ""
    #: not to somebody who only helps the person
    NOT_HELPING = "(open_file.organisation_id IS NOT NULL OR open_file.kind = 'person')"
    #: to the person alone
    OWN = "open_file.kind = 'person' AND open_file.user_id IS NOT NULL"
    #: of attachments: whatever the grounds, but not a helper's
    NO_HELPER = "open_file.kind <> 'helper'"


class FileOpen(Condition):
    """Condition: the whole file of ``person`` is open to this user now, themselves or an approved organisation where they work
    with files.

    ``person``, ``organisation``: names of the row's fields with the keys; with ``organisation`` it must be open to that one
    (or, with ``or_self``, to the user themselves).
    """

    def __init__(
        self,
        user: "User",
        person: str = "person",
        *,
        organisation: str = "",
        through: Through = Through.ANY,
        or_self: bool = False,
    ) -> None:
        super().__init__(F(person), *([F(organisation)] if organisation else []))
        self.user, self.through, self.or_self = user, through, or_self

    def written(self, *expressions: Compiled) -> Compiled:
        (key, values), *others = expressions
        if not others and not self.through and is_said_before(OPEN_FILES, self.user.pk):
            return among(expressions[0], OPEN_FILES)
        to_whom, given = self._grounds()
        said = [f"open_file.person_id = {key}", to_whom]
        given = [*values, *given]
        for one, more in others:
            at, own = f"open_file.organisation_id = {one}", "open_file.user_id = %s"
            said.append(f"({at} OR {own})" if self.or_self else at)
            given += [*more, self.user.pk] if self.or_self else more
        if self.through:
            said.append(self.through.value)
        return Compiled(f"EXISTS({ITS_ACCESSES} WHERE {' AND '.join(said)})", given)

    def _grounds(self) -> Compiled:
        """The accesses on which a file is open to this user now."""
        here = list(self.user.organisation_ids_as(FILE_ROLES))
        own, theirs = "open_file.user_id = %s", f"open_file.organisation_id IN ({', '.join([APPROVED] * len(here))})"
        holder = f"({own} OR {theirs})" if here else f"({own})"
        lasting = "(open_file.until IS NULL OR open_file.until > %s)"
        return Compiled(f"open_file.whole AND {lasting} AND {holder}", [timezone.now(), self.user.pk, *here])

    def keys(self) -> Keys:
        """Of all whose file is open to this user."""
        to_whom, given = self._grounds()
        found = f"SELECT DISTINCT open_file.person_id FROM people_access open_file WHERE {to_whom}"  # noqa: S608 - words of ours
        return Keys(OPEN_FILES, self.user.pk, found, given)
