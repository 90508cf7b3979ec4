"""My work and skills: I say what is right, apart from a caseworker's yes; my profile and the way of my papers."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor
from kesher.people import abilities, files, recognitions, work
from kesher.people.models import Person, Qualification
from kesher.words.typical import tasks_of
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
MECHANIC = "http://data.europa.eu/esco/isco/C7231"


@pytest.fixture
def by() -> Actor:
    organisation = OrganisationFactory(approved=True)
    actor: Actor = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)
    return actor


@pytest.fixture
def me(client: Client, by: Actor) -> Person:
    person: Person = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id))
    user: User = UserFactory()
    files.claim(files.claim_key(person), user=user)
    person.refresh_from_db()
    client.force_login(user)
    return person


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_i_say_what_is_right_and_it_is_kept_apart(client: Client, me: Person, by: Actor) -> None:
    path = reverse("my_skills")
    work.tell(me, "car mechanic", kind="paid", language="en", by=by)
    row = me.experiences.get()
    work.confirm(row, MECHANIC, by=by)
    assert MECHANIC in client.get(path).content.decode()
    assert client.post(path, {"do": "work", "row": str(row.pk), "choice": "urn:nothing"}).status_code == 400
    assert client.post(path, {"do": "work", "row": str(row.pk), "choice": MECHANIC}).status_code == 302
    row.refresh_from_db()
    assert (row.person_confirmed_by_id, row.caseworker_id) == (me.user_id, by.user_id)
    mine, not_mine = [abilities.propose(me, one.uri, source="words", by=by) for one in tasks_of("7231")[:2]]
    assert client.post(path, {"do": "skill", "row": str(mine.pk)}).status_code == 302
    assert client.post(path, {"do": "not-mine", "row": str(not_mine.pk)}).status_code == 302
    assert [one.pk for one in me.skills.confirmed()] == [mine.pk]
    assert not me.skills.filter(pk=not_mine.pk).exists()
    shown = text(client.get(path))
    assert "you said it is right" in shown


def test_i_take_out_what_i_said_was_right(client: Client, me: Person, by: Actor) -> None:
    """By the buttons of the page: a yes said in haste stands in a profile that goes to others."""
    path = reverse("my_skills")
    work.tell(me, "car mechanic", kind="paid", language="en", by=by)
    row = me.experiences.get()
    work.confirm(row, MECHANIC, by=by, said=True)
    skill = abilities.propose(me, tasks_of("7231")[0].uri, source="words", by=by)
    abilities.confirm(skill, by=by, said=True)
    for do, key in (("not-my-work", row.pk), ("not-mine", skill.pk)):
        forms = re.findall(r"<form.*?</form>", client.get(path).content.decode(), re.DOTALL)
        assert [one for one in forms if f'value="{do}"' in one and f'value="{key}"' in one]
        assert client.post(path, {"do": do, "row": str(key)}).status_code == 302
    assert not me.experiences.exists()
    assert not me.skills.filter(pk=skill.pk).exists()


def test_i_write_down_work_myself_and_choose_what_it_is_called(client: Client, me: Person) -> None:
    path = reverse("my_skills")
    assert client.post(path, {"do": "tell", "words": " ", "kind": "paid"}).status_code == 400
    assert client.post(path, {"do": "tell", "words": "car\u202emechanic", "kind": "paid"}).status_code == 400
    assert client.post(path, {"do": "tell", "words": "car mechanic", "kind": "family"}).status_code == 302
    row = me.experiences.get()
    assert (row.occupation, row.noted_by_id) == ("", me.user_id)
    assert MECHANIC in client.get(path).content.decode()  # proposed now, from the words
    client.post(path, {"do": "work", "row": str(row.pk), "choice": MECHANIC})
    row.refresh_from_db()
    assert row.occupation == MECHANIC
    assert row.caseworker_confirmed_at is None


def test_what_is_not_mine_is_not_there(client: Client, me: Person, by: Actor) -> None:
    other: Person = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id))
    skill = abilities.propose(other, tasks_of("7231")[0].uri, source="words", by=by)
    for wrong in (str(skill.pk), "x", ""):
        assert client.post(reverse("my_skills"), {"do": "skill", "row": wrong}).status_code == 404
    assert client.post(reverse("my_skills"), {"do": "nonsense"}).status_code == 400


def test_my_papers_and_the_steps_i_take(client: Client, me: Person, by: Actor) -> None:
    held = Qualification.objects.create(person=me, title="Nurse of the hill", proof="lost")
    track = recognitions.begin(held, route="licence", by=by)
    step = recognitions.add_step(track, kind="translate", by=by)
    assert "Nurse of the hill" in text(client.get(reverse("my_skills")))
    assert client.post(reverse("my_skills"), {"do": "step", "row": str(step.pk)}).status_code == 302
    step.refresh_from_db()
    assert step.done_on is not None


def test_my_profile_and_my_cv(client: Client, me: Person) -> None:
    cv = {"work": [{"position": "Baker of the hill"}]}
    path = reverse("my_bring")
    read = client.post(path, {"file": SimpleUploadedFile("cv.json", json.dumps(cv).encode())})
    seal = re.search(r'name="seal" value="([^"]+)"', read.content.decode())
    assert seal is not None
    assert client.post(path, {"seal": seal[1], "keep": "0"})["Location"] == reverse("my_skills")
    assert me.experiences.get().words == "Baker of the hill"
    assert "Baker of the hill" in text(client.get(reverse("my_profile")))
    answer = client.get(reverse("my_profile_file", kwargs={"file": "resume.json"}))
    assert json.loads(answer.content)["work"][0]["position"] == "Baker of the hill"
    europass = client.get(reverse("my_profile_file", kwargs={"file": "europass.xml"}))
    assert europass["Content-Type"] == "application/xml"
    assert "Baker of the hill" in europass.content.decode()
    assert client.get(reverse("my_profile_file", kwargs={"file": "x"})).status_code == 404
