"""After an erasure no table holds a name, a number or a free word of that person: every table there is, looked through.

Somebody's file is filled: each model whose rows go with a file has at least one, and each field in it that takes free words
holds a mark no other has. Then they are erased, two nights pass, and every table of the database is read as text, every
encrypted field in the clear, every session unpacked. A new room fails here until its rows go, too.
"""

import json
import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.encrypted import EncryptedTextField
from kesher.base.keys import uuid7
from kesher.base.tasks import clear_ended_sessions
from kesher.base.transitions import Actor
from kesher.casework import conferences, plans, talks
from kesher.casework.hosting import certificates
from kesher.casework.mentoring import concerns, matches
from kesher.casework.models import CheckIn, Concern, WeeklyCheck
from kesher.people import erasing, mandates, worries
from kesher.people.files import READ_NOTHING
from kesher.people.merging import merge
from kesher.people.models import (
    Aspiration,
    DigitalSkill,
    Experience,
    InterviewSection,
    LanguageSkill,
    Person,
    PersonSkill,
    Qualification,
    Recognition,
    RecognitionStep,
    RightToWork,
    Told,
    Wish,
    Youth,
)
from kesher.referrals import answering, loops
from kesher.referrals.models import FollowUp
from kesher.words.models import Proposal
from tests.casework.people import in_days
from tests.factories import (
    AppointmentFactory,
    AttachmentFactory,
    LoopFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    ReferralFactory,
    UserFactory,
)
from tests.hosting import three
from tests.mentoring import pair

pytestmark = pytest.mark.django_db

#: What may still say it, and why: each is no part of the file, and has a time of its own.
STAYS = {
    # Raised about a mentor or a workplace, by name to one person of safeguarding; others may be in danger from the same.
    "casework_concern": "kept seven years after it is closed, encrypted, without the match",
    "casework_concernevent": "its history",
}
#: Fields of words that are codes, keys or names of others' lists.
CODES = frozenset({"uri", "occupation", "trade", "stored_as", "digest", "fact", "isco08", "phone_index", "email_index"})


class Marks:
    """Words nobody else has, all of one beginning."""

    def __init__(self) -> None:
        self.beginning = f"zq{secrets.token_hex(4)}"
        self.made = 0

    def one(self) -> str:
        self.made += 1
        return f"{self.beginning}n{self.made}"


def of_a_file() -> list[type[models.Model]]:
    """The models whose rows go with a file, history aside: they name the person, or something that does."""
    found: list[type[models.Model]] = [Person]
    growing = True
    while growing:
        growing = False
        for model in apps.get_models():
            if hasattr(model, "pgh_tracked_model") or model in found or model._meta.proxy:
                continue
            for field in model._meta.concrete_fields:
                goes = getattr(field.remote_field, "on_delete", None) is models.CASCADE
                if goes and field.related_model in found:
                    found.append(model)
                    growing = True
                    break
    return found


def rows_of(model: type[models.Model], person: Person) -> models.QuerySet[Any]:
    if model is Person:
        return Person._base_manager.filter(pk=person.pk)
    names = [f.name for f in model._meta.concrete_fields if f.related_model is Person and f.name == "person"]
    if names:
        return model._base_manager.filter(person=person)
    (through,) = (
        field
        for field in model._meta.concrete_fields
        if field.related_model in of_a_file() and getattr(field.remote_field, "on_delete", None) is models.CASCADE
    )
    return model._base_manager.filter(**{f"{through.name}__person": person})


def takes_words(field: Any) -> bool:
    if isinstance(field, ArrayField):
        return takes_words(field.base_field)
    if not isinstance(field, (models.CharField, models.TextField)) or field.choices or field.name in CODES:
        return False
    return field.max_length is None or field.max_length >= 40


def mark(person: Person, marks: Marks) -> set[str]:
    """Write a mark into each field of words of each row of the file; returns where."""
    written = set()
    for model in of_a_file():
        for field in model._meta.concrete_fields:
            if not takes_words(field):
                continue
            said: Any = [marks.one()] if isinstance(field, ArrayField) else marks.one()
            try:
                with transaction.atomic():
                    if rows_of(model, person).update(**{field.name: said}):
                        written.add(f"{model._meta.label}.{field.name}")
            except DatabaseError:  # the database itself says which words may stand there: no free ones
                continue
    return written


def in_tables(marks: Marks, *more: str) -> set[str]:
    """The tables in which a mark stands, in a row as text, in an encrypted field, or packed in a session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = set()
        for table in tables:
            wanted = " OR ".join(["strpos(t::text, %s) > 0"] * (1 + len(more)))
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE {wanted})', [marks.beginning, *more])
            if cursor.fetchone()[0]:
                found.add(table)
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        for values in model._base_manager.values_list(*names) if names else []:
            if any(marks.beginning in str(value) for value in values):
                found.add(model._meta.db_table)
    found |= {"django_session" for one in Session.objects.all() if marks.beginning in str(one.get_decoded())}
    return found


@pytest.fixture
def here() -> Organisation:
    found: Organisation = OrganisationFactory(approved=True)
    return found


@pytest.fixture
def marks() -> Marks:
    return Marks()


def person_of(here: Organisation, marks: Marks) -> Person:
    made: Person = PersonFactory(
        keeper=here,
        called=marks.one(),
        other_names=marks.one(),
        phone="050-555-0847",
        email=f"{marks.one()}@example.org",
        identity_number="000000018",
        reach_when=marks.one(),
        born=date(1990, 5, 1),
    )
    return made


def fill(person: Person, here: Organisation, noa: User, marks: Marks) -> None:
    """Something in every part of every room that knows of a person, through the rooms' own doors where words go along."""
    by = noa.as_actor(here.pk)
    _profile(person, here, marks, by)
    worries.say(person, ["home"], by=by)
    helper = UserFactory()
    mandates.accept(mandates.key_of(mandates.ask_for(person, "family", how="present", by=by), here.pk), user=helper)
    plans.look_after(person, user=noa, by=by)
    plans.head_for(person, marks.one(), by=by, seen=READ_NOTHING)
    plans.agree(person, kind="papers", text=marks.one(), due_on=in_days(3), by=by)
    plans.write_note(person, text=marks.one(), scope="shared", by=by)
    plans.set_date(person, kind="plan", on=in_days(3), text=marks.one(), by=by)
    AppointmentFactory(person=person, organisation=here, place=marks.one())
    strengths = talks.from_words([marks.one()], "en")
    talks.hold(person, form_key=uuid7(), purpose="strengths", strengths=strengths, by=by)
    line = conferences.Line("person", marks.one(), in_days(3))
    said = {"how": "present", "agreed": marks.one(), "place": marks.one(), "seen": READ_NOTHING}
    conferences.hold(person, form_key=uuid7(), lines=[line], by=by, **said)
    _referral(person, here, noa, marks)
    _mentored(person, here, marks)
    placed = three("ended", organisation=here, person=person)
    certificates.issue(placed.agreement, name=marks.one(), work=marks.one(), hours=9, by=placed.by)
    if not WeeklyCheck.objects.filter(person=person).exists():
        WeeklyCheck.objects.create(
            person=person,
            agreement=placed.agreement,
            organisation=here,
            host=placed.host,
            side="person",
            due_on=in_days(1),
        )
    merge(person, person_of(here, marks), by=by)


def _profile(person: Person, here: Organisation, marks: Marks, by: Actor) -> None:
    read = {"organisation_id": here.pk, "end": 5, "answer": "question", "embedder": "n", "vocabulary": "v"}
    job, skill = (Proposal.objects.create(kind=kind, text=marks.one(), **read) for kind in ("occupation", "skill"))
    Experience.objects.create(person=person, kind="paid", words=marks.one(), language="en", proposal_id=job.pk)
    PersonSkill.objects.create(person=person, uri="urn:x", source=PersonSkill.Source.WORDS, proposal_id=skill.pk)
    Told.objects.create(person=person, fact="household", value=json.dumps(marks.one()), where=Told.Where.COUNTER)
    Wish.objects.create(person=person, care=marks.one())
    RightToWork.objects.create(person=person, kind="permit")
    Aspiration.objects.create(
        person=person, goal=marks.one(), sure=2, language="en", change=Aspiration.Change.values[0], why=marks.one()
    )
    LanguageSkill.objects.create(person=person, language="ar", judge="person", certificate=marks.one())
    DigitalSkill.objects.create(person=person, judge="person", safety="2")
    held = Qualification.objects.create(person=person, title=marks.one(), proof="held")
    track = Recognition.objects.create(
        person=person, qualification=held, route=Recognition.Route.values[0], way=Recognition.Way.values[0]
    )
    RecognitionStep.objects.create(person=person, recognition=track, kind="other", text=marks.one())
    Youth.objects.create(person=person, at_18=marks.one())
    InterviewSection.objects.create(
        person=person, section=InterviewSection.Section.values[0], state=InterviewSection.State.values[0]
    )
    AttachmentFactory(person=person, name=f"{marks.one()}.pdf")


def _referral(person: Person, here: Organisation, noa: User, marks: Marks) -> None:
    receiver = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.PROVIDER)
    loop = LoopFactory(person=person, organisation=here, wish=marks.one())
    sent = ReferralFactory(
        loop=loop, sender=here, sender_user_id=noa.pk, receiver=receiver.organisation, why=marks.one()
    )
    FollowUp.objects.create(referral=sent, day=30, due_on=in_days(30))
    refuser = receiver.user.as_actor(receiver.organisation.pk)
    answering.reject(sent, by=refuser, reason="other", words=marks.one())
    loops.close(loop, loops.Closing.CANNOT_BE_MET, words=marks.one(), by=noa.as_actor(here.pk))


def _mentored(person: Person, here: Organisation, marks: Marks) -> None:
    two = pair("active", organisation=here, person=person)
    matches.set_goal(two.match, marks.one(), by=two.mentor_by)
    matches.meet(two.match, on=timezone.localdate(), place="cafe", note=marks.one(), by=two.mentor_by)
    concerns.raise_concern(here, match=two.match, side="mentor", kind="uneasy", words=marks.one(), by=two.mentor_by)
    assert CheckIn.objects.filter(person=person).exists()


def test_after_an_erasure_and_two_nights_no_table_says_a_word_of_them(here: Organisation, marks: Marks) -> None:
    noa, dan = (MembershipFactory(organisation=here, role=Role.CASEWORKER).user for _ in range(2))
    person, stays = person_of(here, marks), PersonFactory(keeper=here, called="Somebody else")
    kept = Proposal.objects.create(
        organisation_id=here.pk,
        kind="occupation",
        text="welder",
        end=5,
        answer="question",
        embedder="n",
        vocabulary="v",
    )
    Experience.objects.create(person=stays, kind="paid", words="welder", language="en", proposal_id=kept.pk)
    desk = Client()
    desk.force_login(noa)
    fill(person, here, noa, marks)
    desk.post(reverse("caseworker_people"), {"words": person.called})
    desk.get(reverse("caseworker_person", kwargs={"pk": person.pk}))

    empty = [model._meta.label for model in of_a_file() if not rows_of(model, person).exists()]
    assert empty == [], "nothing of these was written: fill() must know of them"
    indexes = list(Person.objects.filter(pk=person.pk).values_list("phone_index", "email_index", "identity_index")[0])
    written = mark(person, marks)
    assert written >= {
        "people.Person.called",
        "referrals.Referral.reason_words",
        "casework.Note.text",
        "people.Told.value",
    }
    before = in_tables(marks, *map(str, indexes))
    assert before >= {"people_person", "people_personevent", "casework_noteevent", "words_proposal", "django_session"}

    erasing.ask_for(Person.objects.get(pk=person.pk), how="present", by=noa.as_actor(here.pk))
    erasing.confirm(Person.objects.get(pk=person.pk), by=dan.as_actor(here.pk))
    now = timezone.now()
    erasing.sweep(now + timedelta(days=1))  # the file that was made one with it
    Session.objects.update(expire_date=now - timedelta(hours=1))  # a session ends after twelve hours
    clear_ended_sessions.func(0)
    for nights in (1, 2):
        retention.run(now + timedelta(days=nights, minutes=1))

    assert in_tables(marks, *map(str, indexes)) - set(STAYS) == set()
    assert Concern.objects.get().match_id is None, "what stays names nobody"
    assert list(Person.objects.all()) == [stays]
    assert list(Proposal.objects.all()) == [kept], "what others said stays"
