"""The second wall around referrals: only the two organisations and the person see one; nobody who helps them (decision 0037).

Other organisations with access to the file do not: why somebody did not come to another partner is no business of theirs.
"""

from collections.abc import Callable
from typing import Final

from django.db import migrations

from kesher.accounts.conflicts import belongs
from kesher.base.rows import OWN_ORGANISATIONS, OWN_USER, ProtectRows


def _their_own(table: str, column: str, kind: str = "") -> str:
    of_kind = f" AND access.kind = '{kind}'" if kind else ""
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}"."{column}" AND access.user_id = {OWN_USER}{of_kind}'
        " AND (access.until IS NULL OR access.until > statement_timestamp()))"
    )


def of_referral(table: str) -> str:
    """The condition under which a referral (or its history) was shown until migration 0007."""
    return f"sender_id = ANY ({OWN_ORGANISATIONS}) OR receiver_id = ANY ({OWN_ORGANISATIONS}) OR " + _their_own(
        table, "person_id"
    )


def of_referral_and_no_helper(table: str) -> str:
    """The condition under which a referral (or its history) is shown: why it came back, and where to, is no helper's."""
    sides = f"sender_id = ANY ({OWN_ORGANISATIONS}) OR receiver_id = ANY ({OWN_ORGANISATIONS})"
    return f"{sides} OR {_their_own(table, 'person_id', 'person')}"


#: Whether a wish is followed by no organisation of which it is told to nobody that somebody is known there, and never was one
#: on its way to such. It is asked of all referrals, also those that whoever asks may not see: as the owner of the tables, who
#: sees every row (docs/operations.md). Where the owner does not, the policy asks itself without end: an error, and no row.
TELLS_NOTHING: Final = "referrals_loop_tells_nothing"
CREATE_TELLS_NOTHING: Final = f"""
    CREATE FUNCTION {TELLS_NOTHING}(asked uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT EXISTS (
            SELECT FROM referrals_loop AS wish JOIN accounts_organisation AS follows ON follows.id = wish.organisation_id
             WHERE wish.id = asked AND NOT follows.sensitive AND follows.kind <> 'health'
        ) AND NOT EXISTS (
            SELECT FROM referrals_referral AS sent JOIN accounts_organisation AS there ON there.id = sent.receiver_id
             WHERE sent.loop_id = asked AND (there.sensitive OR there.kind = 'health')
        )
    $$
"""  # noqa: S608  # a name of ours
DROP_TELLS_NOTHING: Final = f"DROP FUNCTION {TELLS_NOTHING}(uuid)"


def of_loop_that_tells_nothing(table: str) -> str:
    """Of a loop: the organisation that follows it, the person; and whoever helps them, where it tells of nothing."""
    helped = f'({_their_own(table, "person_id")} AND {TELLS_NOTHING}("{table}".id))'
    return f"organisation_id = ANY ({OWN_ORGANISATIONS}) OR {_their_own(table, 'person_id', 'person')} OR {helped}"


def of_loop_history(table: str) -> str:
    """Of what it was before: the organisation and the person."""
    return f"organisation_id = ANY ({OWN_ORGANISATIONS}) OR {_their_own(table, 'person_id', 'person')}"


def of_loop(table: str) -> str:
    """Of a loop, until migration 0007: the organisation that follows it, the person, and whoever helps them."""
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
