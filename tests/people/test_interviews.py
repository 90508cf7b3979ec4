"""The interview goes on where it was left; skills are proposed and each of two says yes; a CV is read, and bad ones are not."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor, Refused
from kesher.formats import europass, jsonresume
from kesher.formats.profile import UnreadableProfile
from kesher.people import abilities, brought, files, interviews, parts, work
from kesher.people.merging import merge, undo
from kesher.people.models import (
    InterviewSection,
    LanguageSkill,
    Person,
    PersonSkill,
    Qualification,
    Youth,
)
from kesher.people.models.youth import of_age_on
from kesher.people.profile import profile_of, written
from kesher.words.models import Proposal
from kesher.words.typical import tasks_of
from kesher.www.jobseeker.access import as_the_person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
MECHANIC = "7231"


@pytest.fixture
def here() -> Organisation:
    organisation: Organisation = OrganisationFactory(approved=True)
    return organisation


@pytest.fixture
def by(here: Organisation) -> Actor:
    actor: Actor = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    return actor


@pytest.fixture
def person(here: Organisation) -> Person:
    made: Person = PersonFactory(keeper=here)
    return made


def owner(person: Person) -> Actor:
    user = UserFactory()
    files.claim(files.claim_key(person), user=user)
    person.refresh_from_db()
    return as_the_person(user)


def stranger() -> Actor:
    organisation = OrganisationFactory(approved=True)
    actor: Actor = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)
    return actor


def test_it_goes_on_where_it_was_left(person: Person, by: Actor) -> None:
    assert sum(interviews.MINUTES.values()) < 20
    assert set(interviews.MINUTES) == set(InterviewSection.Section.values)
    far = interviews.progress(person)
    assert (far.next, far.spoken_of) == ("worries", 0)
    interviews.note(person, "worries", "done", by=by)
    interviews.note(person, "personal", "skipped", by=by)
    far = interviews.progress(person)
    assert (far.next, far.spoken_of, far.minutes_left) == ("expectations", 2, 17)
    noted = dict(far.sections)["personal"]
    assert noted is not None
    assert (noted.state, noted.noted_by_id) == ("skipped", by.user_id)
    # what was spoken of is not un-said by skipping it another day; what was skipped can be spoken of
    assert interviews.note(person, "worries", "skipped", by=by).state == "done"
    assert interviews.note(person, "personal", "done", by=by).state == "done"
    assert InterviewSection.objects.count() == 2
    for wrong in (("nonsense", "done"), ("work", "nonsense")):
        with pytest.raises(Refused):
            interviews.note(person, *wrong, by=by)
    with pytest.raises(Refused):
        interviews.note(person, "work", "done", by=stranger())
    assert interviews.after("worries") == "personal"
    assert interviews.after("next") is None


def test_cards_are_kept_with_their_answers_and_often_ones_are_proposed(person: Person, by: Actor) -> None:
    first, second, third, *_more = [one.uri for one in tasks_of(MECHANIC)]
    assert abilities.answer_cards(person, MECHANIC, {first: 4, second: 1, third: 3}, by=by) == 3
    rows = {one.uri: one for one in person.skills.all()}
    assert {(one.source, one.isco08, one.noted_by_id) for one in rows.values()} == {("card", MECHANIC, by.user_id)}
    assert {one.uri for one in person.skills.proposed()} == {first, third}
    assert not person.skills.confirmed().exists()  # an answer is a proposal, not a yes
    abilities.answer_cards(person, MECHANIC, {second: 4}, by=by)
    assert {one.uri for one in person.skills.proposed()} == {first, second, third}
    before = person.skills.count()
    for wrong in ({"urn:nothing": 4}, {first: 5}, {first: 4, "urn:nothing": 1}):
        with pytest.raises(Refused):
            abilities.answer_cards(person, MECHANIC, wrong, by=by)
    with pytest.raises(Refused):
        abilities.answer_cards(person, MECHANIC, {first: 1}, by=stranger())
    assert (person.skills.count(), person.skills.get(uri=first).often) == (before, 4)


def test_the_person_and_the_caseworker_say_yes_apart_and_it_is_known_to_whom(person: Person, by: Actor) -> None:
    uri = tasks_of(MECHANIC)[0].uri
    skill = abilities.propose(person, uri, source="words", words="I repaired cars", by=by)
    with pytest.raises(Refused):
        abilities.confirm(skill, by=by, said=False, judged=False)
    abilities.confirm(skill, by=by, said=True, judged=False)
    assert skill.person_confirmed_at is not None
    assert (skill.person_confirmed_by_id, skill.caseworker_confirmed_at) == (by.user_id, None)
    abilities.confirm(skill, by=by)
    assert skill.caseworker_id == by.user_id
    # proposed once more it stays as it is
    assert abilities.propose(person, uri, source="brought", by=by) == skill
    own = owner(person)
    other = abilities.propose(person, tasks_of(MECHANIC)[1].uri, source="brought", by=own)
    abilities.confirm(other, by=own)
    assert (other.person_confirmed_by_id, other.caseworker_confirmed_at) == (own.user_id, None)
    for wrong in (stranger(), Actor(own.user_id, roles=frozenset({"helper"}))):
        with pytest.raises(Refused):
            abilities.confirm(other, by=wrong)
    with pytest.raises(Refused):
        abilities.propose(person, "urn:nothing", source="words", by=by)


def test_work_told_proposes_skills_beside_and_a_yes_decides_the_words(person: Person, by: Actor) -> None:
    work.tell(
        person, "ten years as a car mechanic, I repaired engines and changed brakes", kind="paid", language="en", by=by
    )
    experience = person.experiences.get()
    skills = list(person.skills.all())
    assert skills, "no skill was read in the words"
    assert {one.source for one in skills} == {"words"}
    assert all(
        one.words and one.words in "ten years as a car mechanic, I repaired engines and changed brakes"
        for one in skills
    )
    abilities.confirm(skills[0], by=by, said=True)
    assert skills[0].proposal_id is not None
    assert Proposal.objects.get(pk=skills[0].proposal_id).state == "chosen"
    uri = Proposal.objects.get(pk=experience.proposal_id).candidates[0]["uri"]
    work.confirm(experience, uri, by=by, said=True, judged=False)
    assert experience.person_confirmed_by_id == by.user_id
    assert experience.caseworker_confirmed_at is None
    with pytest.raises(Refused):
        work.confirm(experience, uri, by=by, said=False, judged=False)


def test_a_profile_goes_out_and_comes_back(person: Person, by: Actor) -> None:
    parts.keep(LanguageSkill(person=person, language="ar", judge="person", listening="C2", reading="B1"), by=by)
    parts.keep(LanguageSkill(person=person, language="ar", judge="caseworker", listening="A1"), by=by)
    parts.keep(Qualification(person=person, title="Motor mechanic", proof="lost", country="SY", ended=2009), by=by)
    work.tell(person, "car mechanic", kind="paid", language="en", by=by)
    experience = person.experiences.get()
    work.confirm(experience, "http://data.europa.eu/esco/isco/C7231", by=by, said=True)
    first, second = tasks_of(MECHANIC)[:2]
    abilities.confirm(abilities.propose(person, first.uri, source="words", by=by), by=by, said=True)
    abilities.propose(person, second.uri, source="words", by=by)  # nobody has said yes: it does not leave
    profile = profile_of(person, language="he")
    assert [(one.code, str(one.listening)) for one in profile.languages] == [("ar", "C2")]
    assert [one.uri for one in profile.skills] == [first.uri]
    assert profile.skills[0].name == first.label["he"]
    assert profile.work[0].description == "car mechanic"
    kind, data = written(profile, "resume.json")
    assert kind == "application/json"
    assert jsonresume.to_profile(jsonresume.read(data)).education[0].title == "Motor mechanic"
    assert europass.read(written(profile, "europass.xml")[1]).education[0].title == "Motor mechanic"
    with pytest.raises(KeyError):
        written(profile, "passwords.txt")

    other = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id))
    for name in ("resume.json", "europass.xml"):
        entries = brought.entries_in(brought.read_cv(written(profile, name)[1]))
        kept = brought.keep(other, entries, by=by)
        assert kept == (len(entries) if name == "resume.json" else 0), [
            one.line for one in entries
        ]  # the second is known
    assert other.languages.get().reading == "B1"
    assert other.qualifications.get().proof == "lost"
    assert other.skills.get(source="brought").person_confirmed_at is None
    with pytest.raises(Refused):
        brought.keep(other, entries, by=stranger())


def test_what_a_person_brings_themselves_waits_in_the_file(person: Person) -> None:
    own = owner(person)
    cv = {
        "basics": {"name": "A"},
        "work": [{"position": "Baker\u202e", "startDate": "2001", "endDate": "1999"}],
        "languages": [{"language": "Hebrew"}],
        "skills": [{"name": "xqzt"}],
    }
    entries = brought.entries_in(brought.read_cv(json.dumps(cv).encode()))
    assert [one.kind for one in entries] == ["language", "work"]  # words of no list are left out
    assert brought.keep(person, entries, by=own) == 2
    assert person.languages.get().language == "he"
    row = person.experiences.get()
    assert (row.words, row.begun, row.ended, row.noted_by_id) == ("Baker", None, 1999, own.user_id)


BAD = [
    b"",
    b"not a file",
    b"\xff\xfe\x00{",
    b"{",
    b"[]",
    b'{"basics": 3}',
    b'{"work": [{"startDate": "yesterday"}]}',
    b"{" * 100_000,
    b"<Candidate>",
    b"<a/>",
    b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    b"PK\x03\x04" + b"\x00" * 100,
    b"%PDF-1.7",
    b"{}" + b" " * brought.LARGEST,
    '{"basics": {"name": "\ud800"}}'.encode("utf-8", "surrogatepass"),
]


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_a_file_of_bad_shape_is_refused_with_its_place(data: bytes) -> None:
    with pytest.raises(UnreadableProfile) as refused:
        brought.read_cv(data)
    assert refused.value.where


def test_of_age_on_leap_days_too() -> None:
    assert of_age_on(date(2008, 2, 29)) == date(2026, 3, 1)
    assert of_age_on(date(2009, 5, 4)) == date(2027, 5, 4)


@pytest.mark.parametrize(
    ("model", "wrong", "name"),
    [
        (PersonSkill, {"uri": ""}, "person_skill_is_one"),
        (PersonSkill, {"often": 5}, "person_skill_often"),
        (PersonSkill, {"caseworker_confirmed_at": "2030-01-01T00:00Z"}, "person_skill_confirmed_by_somebody"),
        (Youth, {"here_since": 19}, "youth_here_since_a_year"),
        (Youth, {"years_missed": 21}, "youth_years_missed"),
    ],
)
def test_the_database_refuses_what_cannot_be(person: Person, model: type, wrong: dict[str, object], name: str) -> None:
    right: dict[type, dict[str, object]] = {PersonSkill: {"uri": "urn:x", "source": "words"}, Youth: {}}
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        model.objects.create(person=person, **(right[model] | wrong))  # type: ignore[attr-defined]
    model.objects.create(person=person, **right[model])  # type: ignore[attr-defined]


def test_two_files_of_one_keep_skills_and_sections_once(person: Person, here: Organisation, by: Actor) -> None:
    other = PersonFactory(keeper=here)
    first, second = (one.uri for one in tasks_of(MECHANIC)[:2])
    abilities.propose(person, first, source="words", by=by)
    for uri in (first, second):
        abilities.propose(other, uri, source="words", by=by)
    for one in (person, other):
        interviews.note(one, "work", "done", by=by)
    parts.keep(Youth(person=other, school="broken"), by=by)
    done = merge(person, other, by=by)
    assert set(person.skills.values_list("uri", flat=True)) == {first, second}
    assert Youth.objects.get().person_id == person.pk
    undo(done, by=by)
    assert set(other.skills.values_list("uri", flat=True)) == {first, second}
    assert InterviewSection.objects.filter(person=other).count() == 1


def test_a_stranger_sees_nothing_of_it(person: Person, by: Actor, as_application: None) -> None:
    """The second wall: without an organisation that has the file, the tables are empty."""
    with connection.cursor() as cursor:
        for table in ("interviewsection", "personskill", "recognition", "recognitionstep", "youth", "digitalskill"):
            cursor.execute(f"SELECT count(*) FROM people_{table}")
            assert cursor.fetchone() == (0,)


def test_what_cannot_be_is_said(person: Person, by: Actor) -> None:
    with pytest.raises(ValidationError):
        parts.keep(Youth(person=person, here_since=19), by=by)
