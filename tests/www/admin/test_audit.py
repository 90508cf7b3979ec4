"""The auditor's log: who looked and what was done, by numbers of files; no contents, and no name of whom a file is about."""

import re
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kesher.accounts import audit
from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.casework.models import Concern
from kesher.people import files
from kesher.people.consents import give
from kesher.people.models import Person
from kesher.referrals.models import Complaint
from kesher.www.jobseeker.access import PERSON
from tests.casework.people import worker
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "audit"


def auditor() -> User:
    user: User = MembershipFactory(role=Role.AUDITOR, user__name="Omar").user
    return user


def here_of(user: User) -> UUID:
    return next(iter(user.organisation_ids))


def told(client: Client, query: str = "") -> str:
    page = client.get(reverse(ADDRESS) + query).content.decode()
    return page.split("<main")[1].split("</main")[0]


@pytest.fixture
def looked() -> tuple[Person, User, User]:
    """Noa opened Almaz's file; Almaz, who has an account, looked at her own and agreed to be counted."""
    office = OrganisationFactory(approved=True, name={"en": "Office of work"})
    noa = worker(office)
    User.objects.filter(pk=noa.pk).update(name="Noa Levi")
    almaz = UserFactory(name="Almaz Tessema")
    person = PersonFactory(keeper=office, called="Almaz Tessema", phone="050-555-7777")
    files.claim(files.claim_key(person), user=almaz)
    files.read(person, by=noa.as_actor(office.pk), purpose="plan")
    as_person = Actor(almaz.pk, roles=frozenset({PERSON}))
    files.read(person, by=as_person, purpose="own")
    with acting_for(user_id=almaz.pk):
        give(person, "statistics", how="self", language="en", by=as_person)
    return person, noa, almaz


def test_who_looked_at_which_number_when_and_what_for(client: Client, looked: tuple[Person, User, User]) -> None:
    person, _noa, almaz = looked
    client.force_login(auditor())
    page = told(client)
    for said in ("Noa Levi", "Office of work", "looked at a plan", str(person.pk)):
        assert said in page
    assert "the person, or who helps them" in page
    for kept_back in ("Almaz", "050-555-7777", almaz.email):
        assert kept_back not in page


def test_what_was_done_and_why_without_what_was_typed_of_a_person(
    client: Client, looked: tuple[Person, User, User]
) -> None:
    person, noa, almaz = looked
    with acting_for(user_id=noa.pk):
        by = noa.as_actor(here_of(noa))
        emit("note.write", person, by=by, reason="Almaz fears her brother.")
        for word in ("pregnant", "drunk", "no_show", "safety"):
            emit("step.finish", person, by=by, reason=word)
        emit("referral.pause", person, by=by, reason="started_work")
        emit("organisation.refuse", OrganisationFactory(), by=by, reason="No such address.")
    client.force_login(auditor())
    page = told(client, "?show=deeds")
    for said in ("consent.given", "started_work", "No such address.", "Noa Levi"):
        assert said in page
    for kept_back in ("Almaz", "brother", almaz.email, "pregnant", "drunk", "no_show", "safety"):
        assert kept_back not in page


def test_of_an_organisation_of_which_nobody_is_told_neither_name_nor_who_acts_there_is_read(
    client: Client, looked: tuple[Person, User, User]
) -> None:
    person, noa, _almaz = looked
    office = Organisation.objects.filter(pk=here_of(noa))
    with acting_for(user_id=noa.pk):
        emit("file.merged", person, by=noa.as_actor(here_of(noa)))
    for way in ({"kind": Organisation.Kind.HEALTH}, {"kind": "other", "sensitive": True, "sensitive_why": "a shelter"}):
        office.update(**way)
        client.force_login(auditor())
        for show in ("?show=looks", "?show=deeds"):
            page = told(client, show)
            assert "an organisation of which nobody else is told" in page
            assert str(person.pk) in page
            for kept_back in ("Office of work", "Noa Levi", str(here_of(noa))):
                assert kept_back not in page, (way, show)
            client.post(reverse(ADDRESS) + show, {"words": "noa lev"})
            assert str(person.pk) not in told(client, show), "nor is it found by who works there"
            client.post(reverse(ADDRESS) + show, {"clear": "1"})
        answer = client.post(reverse(ADDRESS), {"export": "1"})
        table = str(list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)))
        assert "Office of work" not in table
        assert "Noa Levi" not in table
    client.force_login(MembershipFactory(role=Role.AUDITOR, organisation=office.get()).user)
    assert "Office of work" in told(client, "?show=looks"), "whoever is of it knows"


def test_nothing_is_read_of_concerns_complaints_and_who_did_not_come(
    client: Client, looked: tuple[Person, User, User]
) -> None:
    person, noa, _almaz = looked
    by = noa.as_actor(here_of(noa))
    with acting_for(user_id=noa.pk):
        emit("concern.raise", Concern(), by=by)
        emit("complaint.made", Complaint(), by=by)
        for name in ("appointment.miss", "appointment.keep", "referral.consent withdrawn", "file.worries_said"):
            emit(name, person, by=by)
    client.force_login(auditor())
    page = told(client, "?show=deeds")
    for kept_back in ("concern.", "complaint.", "appointment.miss", "appointment.keep", "consent withdrawn", "worries"):
        assert kept_back not in page, kept_back
    assert len(re.findall(r">\s*appointment\.over\s*</bdi>\s*</td>", page)) == 2
    assert "something else in a file" in page
    assert "somebody of the organisation" in page
    client.post(reverse(ADDRESS) + "?show=deeds", {"what": "appointment.over"})
    assert len(re.findall(r">\s*appointment\.over\s*</bdi>\s*</td>", told(client, "?show=deeds"))) == 2


def test_reasons_and_deeds_that_are_read_are_codes_of_ours() -> None:
    from kesher.casework.models.appointments import WhyCancelled
    from kesher.casework.models.matches import WhyEnded
    from kesher.casework.models.plans import WhyDropped
    from kesher.casework.models.training import WhyTrainingEnded
    from kesher.referrals.vocabularies import PRIVATE, Closing, Reason

    codes = {
        one.value for kind in (WhyCancelled, WhyEnded, WhyDropped, WhyTrainingEnded, Closing, Reason) for one in kind
    }
    assert codes | {"private"} >= audit.REASONS
    assert not audit.REASONS & {*PRIVATE, "safety", "unsuited", "unwanted", "no_longer_wanted", "moved", "withdrawn"}
    source = "\n".join(path.read_text() for path in Path("src/kesher").rglob("*.py") if path.name != "audit.py")
    for name in (audit.DEEDS | audit.ALIKE.keys()) - set(audit.ALIKE.values()):
        room, done = name.split(".", 1)
        moved = f'name="{room}"' in source and f'"{done}"' in source
        assert f'"{name}"' in source or moved, f"{name}: nothing is called so"


def test_one_finds_by_who_it_was_by_number_by_organisation_and_by_what(
    client: Client, looked: tuple[Person, User, User]
) -> None:
    person, noa, almaz = looked
    other = PersonFactory(keeper=OrganisationFactory(approved=True))
    files.read(
        other,
        by=worker(other.accesses.get().organisation).as_actor(other.accesses.get().organisation_id),
        purpose="file",
    )
    client.force_login(auditor())

    def found(**filters: str) -> set[str]:
        client.post(reverse(ADDRESS), {"clear": "1"})
        client.post(reverse(ADDRESS), filters)
        page = told(client)
        return {key for key in (str(person.pk), str(other.pk)) if f">{key}<" in page}

    both = {str(person.pk), str(other.pk)}
    assert found() == both
    assert found(words="noa lev") == {str(person.pk)}
    assert found(words=str(other.pk)) == {str(other.pk)}
    assert found(organisation=str(here_of(noa))) == {str(person.pk)}
    assert found(what="file") == {str(other.pk)}
    assert found(since="week") == both
    assert found(words="Almaz") == set(), "nobody finds a file's number by the name of whose it is"
    assert found(words=almaz.email) == set()


def test_the_table_holds_what_the_page_shows_and_taking_it_stands_in_the_log(
    client: Client, looked: tuple[Person, User, User]
) -> None:
    person, _noa, _almaz = looked
    user = auditor()
    client.force_login(user)
    answer = client.post(reverse(ADDRESS), {"export": "1"})
    assert answer["Content-Disposition"].startswith('attachment; filename="log-looks-')
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert {"Noa Levi", "the person, or who helps them"} <= {row[1] for row in rows}
    assert {row[5] for row in rows[-2:]} == {str(person.pk)}
    assert "Almaz" not in str(rows)
    taken = Event.objects.get(name="audit.taken")
    assert (taken.actor_id, taken.data) == (user.pk, {"of": "looks", "rows": len(rows) - 1})
    assert "audit.taken" in told(client, "?show=deeds")


def test_one_who_was_an_auditor_elsewhere_reads_nothing(client: Client, looked: tuple[Person, User, User]) -> None:
    _person, noa, _almaz = looked
    for user in (noa, MembershipFactory(role=Role.PLATFORM_ADMIN).user, MembershipFactory(role=Role.OFFICER).user):
        client.force_login(user)
        assert client.get(reverse(ADDRESS)).status_code == 404
        assert client.post(reverse(ADDRESS), {"export": "1"}).status_code == 404


def test_as_many_questions_for_many_rows_as_for_few(client: Client, looked: tuple[Person, User, User]) -> None:
    _person, noa, _almaz = looked
    client.force_login(auditor())
    told(client)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            told(client)
        return len(queries)

    few = asked()
    by = noa.as_actor(here_of(noa))
    for _number in range(25):
        files.read(PersonFactory(keeper=OrganisationFactory(approved=True)), by=by, purpose="file")
    assert asked() == few <= 15


def test_every_look_is_said_in_words() -> None:
    """Purposes of files, and those with which other things are opened."""
    from kesher.people.files import LOOKED_FOR
    from kesher.www.admin.audit import LOOKED_AT
    from kesher.www.caseworker import words
    from kesher.www.caseworker.day import bookings
    from kesher.www.provider import call_backs

    assert set(LOOKED_AT) == {*LOOKED_FOR, words.PURPOSE, bookings.PURPOSE, call_backs.PURPOSE}
