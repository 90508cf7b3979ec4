"""The second wall around referrals: only the two organisations, the person, and whoever helps them see one.

Other organisations with access to the file do not: why somebody did not come to another partner is no business of theirs.
"""

from collections.abc import Callable
from typing import Final

from django.db import migrations

from kesher.accounts.conflicts import belongs
from kesher.base.rows import OWN_ORGANISATIONS, OWN_USER, ProtectRows


def _their_own(table: str, column: str) -> str:
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}"."{column}" AND access.user_id = {OWN_USER}'
        " AND (access.until IS NULL OR access.until > statement_timestamp()))"
    )


def of_referral(table: str) -> str:
    """The condition under which a referral (or its history) is shown."""
    return f"sender_id = ANY ({OWN_ORGANISATIONS}) OR receiver_id = ANY ({OWN_ORGANISATIONS}) OR " + _their_own(
        table, "person_id"
    )


def of_loop(table: str) -> str:
    """Of a loop: the organisation that follows it, the person, and whoever helps them."""
    return f"organisation_id = ANY ({OWN_ORGANISATIONS}) OR " + _their_own(table, "person_id")


def with_referral(table: str) -> str:
    """Of what hangs on a referral: shown with it. The referral's own wall holds in here, too."""
    return f'EXISTS (SELECT FROM referrals_referral AS referral WHERE referral.id = "{table}".referral_id)'


def of_complaint(table: str) -> str:
    """Of a complaint: whoever made it (by their account, or the key of their link); and the organisation chosen to answer,
    but not to somebody who belongs to the one it is about, whichever they work for now, nor to who is not asked again."""
    involved = belongs(OWN_USER, f'"{table}".organisation_id')
    passed = f'COALESCE({OWN_USER} = ANY ("{table}".passed_by), false)'  # a task works for no user
    return (
        f'"{table}".user_id = {OWN_USER} OR "{table}".holder_id = {OWN_USER}'
        f' OR "{table}".answerer_id = ANY ({OWN_ORGANISATIONS}) AND NOT {involved} AND NOT {passed}'
    )


#: Of a question for a place: those who ask, and those who answer.
OF_PLACE_QUESTION: Final = f"sender_id = ANY ({OWN_ORGANISATIONS}) OR receiver_id = ANY ({OWN_ORGANISATIONS})"


class ProtectReferrals(migrations.RunSQL):
    """Migration operation: protect a table of this room and its history, into which triggers write."""

    def __init__(self, table: str, condition: Callable[[str], str]) -> None:
        protected = [
            ProtectRows(table, condition(table)),
            ProtectRows(f"{table}event", condition(f"{table}event"), insert="true"),
        ]
        super().__init__(
            sql=[statement for one in protected for statement in one.sql],
            reverse_sql=[statement for one in protected for statement in one.reverse_sql],  # type: ignore[union-attr]
        )
