"""The second wall around notes, appointments and interpreters; plans, steps and dates stand behind that of files."""

from typing import Final

from django.conf import settings

from kesher.accounts.conflicts import belongs
from kesher.base.rows import OWN_ORGANISATIONS, OWN_USER, ProtectRows
from kesher.people.models import FILE_ROLES
from kesher.people.rows import seen

IN_FORCE: Final = "access.whole AND (access.until IS NULL OR access.until > statement_timestamp())"


def readable_note(table: str) -> str:
    """The condition under which a note is shown: a private one to its own organisation, a shared one to every organisation
    with the file, and to the person.

    Somebody who helps the person reads no notes: what stands there may be about them.
    """
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}".person_id AND {IN_FORCE}'
        f" AND (access.organisation_id = ANY ({OWN_ORGANISATIONS})"
        f' AND ("{table}".scope = \'shared\' OR "{table}".organisation_id = access.organisation_id)'
        f" OR access.user_id = {OWN_USER} AND access.kind = 'person' AND \"{table}\".scope = 'shared'))"
    )


class ProtectNotes(ProtectRows):
    """Migration operation: protect notes, or their history, into which triggers write whatever happens."""

    def __init__(self, table: str, *, history: bool = False) -> None:
        super().__init__(table, readable_note(table), insert="true" if history else None)


def readable_appointment(table: str) -> str:
    """The same for appointments: other organisations see one while it is booked, never what came of it."""
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}".person_id AND {IN_FORCE}'
        f" AND (access.organisation_id = ANY ({OWN_ORGANISATIONS})"
        f' AND ("{table}".state = \'booked\' OR "{table}".organisation_id = access.organisation_id)'
        f" OR access.user_id = {OWN_USER}))"
    )


class ProtectAppointments(ProtectRows):
    """Migration operation: the same, for appointments and their history."""

    def __init__(self, table: str, *, history: bool = False) -> None:
        super().__init__(table, readable_appointment(table), insert="true" if history else None)


class ProtectList(ProtectRows):
    """Migration operation: rows of an organisation's list, which it may let the others see (``shared``)."""

    def __init__(self, table: str, *, history: bool = False) -> None:
        own = f'"{table}".organisation_id = ANY ({OWN_ORGANISATIONS})'
        others = f'"{table}".shared AND cardinality({OWN_ORGANISATIONS}) > 0'
        super().__init__(table, f"({own} OR {others})", insert="true" if history else own)


class ProtectOwn(ProtectRows):
    """Migration operation: rows of one organisation, and of nobody else."""

    def __init__(self, table: str, *, history: bool = False) -> None:
        own = f'"{table}".organisation_id = ANY ({OWN_ORGANISATIONS})'
        super().__init__(table, own, insert="true" if history else None)


def readable_match(table: str) -> str:
    """The condition under which a match is shown: to every organisation with the file, to the person, and to the mentor
    from when they are asked until it ends.

    It is all a mentor is shown of a person: of :class:`~kesher.people.models.Access` they have none.
    """
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}".person_id AND {IN_FORCE}'
        f" AND (access.organisation_id = ANY ({OWN_ORGANISATIONS})"
        f" OR access.user_id = {OWN_USER} AND access.kind = 'person'))"
        f' OR "{table}".mentor_user_id = {OWN_USER}'
        f" AND \"{table}\".state IN ('asked', 'agreed', 'active', 'paused')"
    )


def readable_check(table: str) -> str:
    """Answers to the monthly question: to the organisation that asked, and to each their own, never the other's: not where
    the mentor also works with files there.
    """
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}".person_id AND {IN_FORCE}'
        f' AND (access.organisation_id = ANY ({OWN_ORGANISATIONS}) AND access.organisation_id = "{table}".organisation_id'
        # a task acts for nobody: a comparison with nothing is neither true nor false
        f' AND ("{table}".side <> \'person\' OR COALESCE("{table}".mentor_user_id <> {OWN_USER}, true))'
        f" OR access.user_id = {OWN_USER} AND access.kind = 'person' AND \"{table}\".side = 'person'))"
        f' OR "{table}".mentor_user_id = {OWN_USER} AND "{table}".side = \'mentor\''
    )


def readable_concern(table: str, *, of_host: bool = False) -> str:
    """Concerns: to whom the organisation has named, while they work with files there, and to whoever raised it.

    ``of_host``: not to who belongs to the workplace it is about (the column came later than the table).
    """
    # a membership holds by days, as the site counts them
    today = f"(statement_timestamp() AT TIME ZONE '{settings.TIME_ZONE}')::date"
    roles = ", ".join(f"'{role}'" for role in sorted(map(str, FILE_ROLES)))
    not_theirs = f" AND NOT {belongs(OWN_USER, f'{chr(34)}{table}{chr(34)}.host_id')}" if of_host else ""
    return (
        f'"{table}".raised_by_id = {OWN_USER} OR EXISTS (SELECT FROM casework_safeguarding AS named'
        " JOIN accounts_membership AS member"
        " ON member.user_id = named.user_id AND member.organisation_id = named.organisation_id"
        f' WHERE named.organisation_id = "{table}".organisation_id AND named.user_id = {OWN_USER}'
        f" AND member.role IN ({roles}) AND member.since <= {today} AND (member.until IS NULL OR member.until >= {today}))"
        f"{not_theirs}"
    )


class ProtectMentoring(ProtectRows):
    """Migration operation: protect one of the tables of mentoring, or its history, by one of the conditions here."""

    def __init__(self, table: str, *, history: bool = False) -> None:
        of = table.removesuffix("event")
        conditions = {
            "casework_mentor": f'"{table}".organisation_id = ANY ({OWN_ORGANISATIONS}) OR "{table}".user_id = {OWN_USER}',
            "casework_match": readable_match(table),
            "casework_mentoringgoal": f'EXISTS (SELECT FROM casework_match AS m WHERE m.id = "{table}".match_id)',
            "casework_mentoringmeeting": f'EXISTS (SELECT FROM casework_match AS m WHERE m.id = "{table}".match_id)',
            "casework_checkin": readable_check(table),
            "casework_concern": readable_concern(table),
        }
        super().__init__(table, conditions[of], insert="true" if history else None)


#: A membership, an agreement holds by days, as the site counts them.
TODAY: Final = f"(statement_timestamp() AT TIME ZONE '{settings.TIME_ZONE}')::date"


def readable_training(table: str) -> str:
    """Agreements on learning at work: to every organisation with the file, to the person, and to the host from when it is
    asked until a year after an ordinary ending. One that fell with the file has no ``host_until``.
    """
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}".person_id AND {IN_FORCE}'
        f" AND (access.organisation_id = ANY ({OWN_ORGANISATIONS})"
        f" OR access.user_id = {OWN_USER} AND access.kind = 'person'))"
        f' OR "{table}".host_id = ANY ({OWN_ORGANISATIONS})'
        f" AND (\"{table}\".state IN ('asked', 'signed', 'active')"
        f' OR "{table}".state = \'ended\' AND "{table}".host_until >= {TODAY})'
    )


def readable_weekly(table: str) -> str:
    """Answers to the weekly question: to the sender, and to each side its own. The person's never to the host, nor to who
    belongs to the host and works with files at the sender."""
    of_the_host = belongs(OWN_USER, f'"{table}".host_id')
    return (
        "EXISTS (SELECT FROM people_access AS access"  # noqa: S608  # expressions of ours alone
        f' WHERE access.person_id = "{table}".person_id AND {IN_FORCE}'
        f' AND (access.organisation_id = ANY ({OWN_ORGANISATIONS}) AND access.organisation_id = "{table}".organisation_id'
        f" AND (\"{table}\".side <> 'person' OR NOT {of_the_host})"
        f" OR access.user_id = {OWN_USER} AND access.kind = 'person' AND \"{table}\".side = 'person'))"
        f' OR "{table}".side = \'tutor\' AND "{table}".host_id = ANY ({OWN_ORGANISATIONS})'
        f' AND EXISTS (SELECT FROM casework_trainingagreement AS a WHERE a.id = "{table}".agreement_id)'
    )


def readable_together(table: str) -> str:
    """To every organisation with the file, and to the person; to nobody who only helps."""
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}".person_id AND {IN_FORCE}'
        f" AND (access.organisation_id = ANY ({OWN_ORGANISATIONS})"
        f" OR access.user_id = {OWN_USER} AND access.kind = 'person'))"
    )


def readable_training_history(table: str) -> str:
    """What was before: as the file. No host: what it sees ends, a trail does not."""
    return readable_together(table)


def readable_weekly_history(table: str) -> str:
    """Of answers: to the sender, and to the person their own, as of the answers themselves; no host."""
    of_the_host = belongs(OWN_USER, f'"{table}".host_id')
    return (
        "EXISTS (SELECT FROM people_access AS access"
        f' WHERE access.person_id = "{table}".person_id AND {IN_FORCE}'
        f' AND (access.organisation_id = ANY ({OWN_ORGANISATIONS}) AND access.organisation_id = "{table}".organisation_id'
        f" AND (\"{table}\".side <> 'person' OR NOT {of_the_host})"
        f" OR access.user_id = {OWN_USER} AND access.kind = 'person' AND \"{table}\".side = 'person'))"
    )


class ProtectTraining(ProtectRows):
    """Migration operation: protect one of the tables of learning at work, or its history."""

    def __init__(self, table: str, *, history: bool = False) -> None:
        of = table.removesuffix("event")
        own = f'"{table}".organisation_id = ANY ({OWN_ORGANISATIONS})'
        of_agreement = f'EXISTS (SELECT FROM casework_trainingagreement AS a WHERE a.id = "{table}".agreement_id)'
        conditions = {
            "casework_trainingagreement": readable_training(table),
            "casework_traininggoal": of_agreement,
            "casework_weeklycheck": readable_weekly(table),
            "casework_trainingcertificate": seen(table, "person_id"),
            "casework_hostpermit": own,
        }
        super().__init__(table, conditions[of], insert="true" if history else None)


class ProtectConferences(ProtectRows):
    """Migration operation: protect conferences, who was at them, or the history of either: for all with the file together."""

    def __init__(self, table: str, *, history: bool = False) -> None:
        super().__init__(table, readable_together(table), insert="true" if history else None)
