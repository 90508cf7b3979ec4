"""Whether a file came from the European Economic Area: said by what brings it in, taken along, and asked by nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import kesher
from kesher.formats import fhir
from kesher.formats.profile import Profile, Skill
from kesher.people import brought, eea
from kesher.people.export import as_data
from kesher.people.models import Person
from kesher.people.profile import written
from kesher.referrals.fhir_in import take_in
from tests.casework.people import a_case
from tests.referrals.conftest import between_two
from tests.referrals.test_fhir_in import arriving, bundle

PACKAGE = Path(kesher.__file__).parent


@pytest.mark.parametrize(
    ("country", "there"),
    [
        *(("DE", True), ("de", True), (" deu ", True), ("EL", True), ("NO", True), ("IL", False), ("CH", False)),
        *(("GB", False), ("", False), ("Germany", False), ("D", False)),
    ],
)
def test_thirty_countries_by_their_codes(country: str, there: bool) -> None:
    assert eea.is_there(country) == there
    assert len([code for code in eea.EEA if len(code) == 3]) == 30
    assert len([code for code in eea.EEA if len(code) == 2]) == 31, "Greece has two"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["resume.json", "europass.xml"])
@pytest.mark.parametrize(("country", "there"), [("DE", True), ("IL", False), ("", False)])
def test_a_cv_says_it_where_somebody_lives_there(name: str, country: str, there: bool) -> None:
    case = a_case()
    profile = Profile(country=country, skills=(Skill(name="welding"),))
    read = brought.read_cv(written(profile, name)[1])
    assert brought.is_from_eea(read) == there
    brought.keep(case.person, [], by=case.by, from_eea=brought.is_from_eea(read))
    brought.keep(case.person, [], by=case.by)
    person = Person.objects.get(pk=case.person.pk)
    assert person.from_eea == there, "a later CV does not take it back"
    (row,) = as_data(person)["people.Person"]["rows"]
    assert row["from_eea"] is there


def with_country(value: fhir.Referral, whose: str, country: str) -> str:
    told: dict[str, Any] = json.loads(bundle(value))
    for entry in told["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == whose and resource["id"] in (value.person.id, value.sender.id):
            resource["address"] = [{"city": "Wien", "country": country}]
    return json.dumps(told)


@pytest.mark.django_db
@pytest.mark.parametrize("whose", ["Patient", "Organization"])
@pytest.mark.parametrize(("country", "there"), [("AUT", True), ("at", True), ("ISR", False)])
def test_a_bundle_says_it_by_the_address_of_the_person_or_of_who_sends(whose: str, country: str, there: bool) -> None:
    two = between_two()
    (taken,) = take_in(with_country(arriving(two), whose, country), by=two.by_receiver, language="am")
    assert Person.objects.get(pk=taken.referral.person_id).from_eea == there


@pytest.mark.django_db
def test_without_an_address_a_bundle_says_nothing() -> None:
    two = between_two()
    (taken,) = take_in(bundle(arriving(two)), by=two.by_receiver, language="am")
    assert not Person.objects.get(pk=taken.referral.person_id).from_eea


def test_nothing_else_asks_for_it() -> None:
    allowed = {
        "people/models/persons.py",  # the field
        "people/eea.py",
        "people/brought.py",
        "people/merging.py",  # two files of one person
        "www/caseworker/people/bringing.py",  # between the two steps of bringing a CV
    }
    spoken = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*")
        if path.suffix in (".py", ".html", ".sql")
        and "/migrations/" not in str(path)
        and re.search(r"\bfrom_eea\b", path.read_text(encoding="utf-8"))
    }
    assert spoken == allowed


@pytest.mark.django_db
def test_no_trigger_policy_or_function_of_the_database_asks_for_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_policies WHERE coalesce(qual, '') || coalesce(with_check, '') LIKE '%from_eea%'"
        )
        assert cursor.fetchone() == (0,)
