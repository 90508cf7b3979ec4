"""The second wall around files: the database shows a row of a person only to those with an access in force.

:class:`~kesher.people.models.Access` says who that is: the person, a helper, an organisation. Each sees its own row of it
alone; with whom else a file is shared, they read in what the person agreed to. Nothing here asks for roles, which the
first wall does (``visible_to``).
"""

from typing import Final

from kesher.base.rows import OWN_ORGANISATIONS, OWN_USER, ProtectRows

#: Rows of the table of accesses itself: one's organisation's, and one's own.
OWN_ACCESS: Final = f"organisation_id = ANY ({OWN_ORGANISATIONS}) OR user_id = {OWN_USER}"


_NOT_HELPERS: Final = " AND access.kind <> 'helper'"


def seen(table: str, column: str, *, whole: bool = True, helpers: bool = True) -> str:
    """The condition under which a row of ``table`` is shown whose person's key stands in ``column``.

    ``whole``: not to those who have only what a referral carries; ``helpers``: False: not to those who help by a mandate.
    """
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}"."{column}"'
        f"{' AND access.whole' if whole else ''}"
        f"{'' if helpers else _NOT_HELPERS}"
        " AND (access.until IS NULL OR access.until > statement_timestamp())"
        f" AND (access.organisation_id = ANY ({OWN_ORGANISATIONS}) OR access.user_id = {OWN_USER}))"
    )


def worries_seen(table: str) -> str:
    """Of worries: as the file, but what somebody fears at home is shown to nobody who only helps them."""
    helps = (
        f'EXISTS (SELECT FROM people_access AS access WHERE access.person_id = "{table}".person_id AND access.whole'
        " AND (access.until IS NULL OR access.until > statement_timestamp()) AND access.kind <> 'helper'"
        f" AND (access.organisation_id = ANY ({OWN_ORGANISATIONS}) OR access.user_id = {OWN_USER}))"
    )
    return f"{seen(table, 'person_id')} AND (\"{table}\".kind <> 'safety' OR {helps})"


class ProtectFile(ProtectRows):
    """Migration operation: protect a table whose rows belong to a person's file. ``column`` holds the person's key.

    ``history``: it is a table of history, into which triggers write, also that a file is gone with all its accesses.
    ``whole``: shown with the whole file alone; False for what a referral may carry. ``helpers``: shown to helpers, too.
    """

    def __init__(
        self,
        table: str,
        column: str = "person_id",
        *,
        history: bool = False,
        whole: bool = True,
        helpers: bool = True,
    ) -> None:
        super().__init__(table, seen(table, column, whole=whole, helpers=helpers), insert="true" if history else None)
