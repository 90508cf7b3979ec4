"""A case conference, page by page: who was there, who does what by when; whole or not at all."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kesher.accounts.models import Organisation
from kesher.casework import conferences
from kesher.casework.conferences import Line
from kesher.casework.models import Attendance, Conference, Step
from kesher.people import files
from kesher.people.consents import give
from tests.casework.people import Case, a_case, in_days, worker
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client: Client) -> Case:
    one = a_case(called="Almaz")
    client.force_login(one.worker)
    return one


def page_of(case: Case, name: str = "person_conference") -> str:
    return reverse(name, kwargs={"pk": case.person.pk})


def text(response: Any) -> str:
    return str(response.content.decode())


def filled(client: Client, case: Case, **said: Any) -> dict[str, Any]:
    """The form as somebody sends it who has just opened it."""
    form = client.get(page_of(case)).context["form"]
    return {
        "key": str(form["key"].value()),
        "seen": form["seen"].value(),
        "held_on": in_days(-1).isoformat(),
        "place": "Room 7",
        "how": "present",
        "with_": [str(case.partner.pk)],
        "agreed": "Mornings,\nnear the nursery.",
        "who-1": "person",
        "what-1": "Bring the passport",
        "due-1": in_days(2).isoformat(),
        "who-2": f"partner:{case.partner.pk}",
        "what-2": "Hold a place in the course",
        "due-2": in_days(9).isoformat(),
    } | said


def test_they_meet_and_each_knows_what_they_do_by_when(client: Client, case: Case) -> None:
    assert "They have not met yet" in text(client.get(page_of(case, "person_team")))
    assert page_of(case) in text(client.get(page_of(case, "person_team")))
    response = client.post(page_of(case), filled(client, case))
    assert response["Location"] == page_of(case, "person_team")
    one = Conference.objects.get()
    assert (one.organisation, one.called_by_id, one.held_on) == (case.keeper, case.worker.pk, in_days(-1))
    user = UserFactory()
    files.claim(files.claim_key(case.person), user=user)
    reads = {
        "colleague": (worker(case.keeper), page_of(case, "person_team")),
        "partner": (case.partner_worker, page_of(case, "person_team")),
        "the person": (user, reverse("my_plan")),
        "on paper": (case.worker, page_of(case, "person_plan_print")),
    }
    for who, (reader, address) in reads.items():
        client.force_login(reader)
        page = text(client.get(address))
        for said in ("near the nursery", "Bring the passport", "Hold a place in the course", case.partner.name["en"]):
            assert said in page, (who, said)
    # what each does stands where every step stands, with a way back to where it was agreed
    client.force_login(case.partner_worker)
    theirs = Step.objects.get(owner="partner")
    assert "Hold a place in the course" in text(client.get(reverse("caseworker_steps") + "?whose=partner"))
    step = text(client.get(reverse("step", kwargs={"pk": theirs.pk})))
    assert page_of(case, "person_team") in step[step.index("<dl") :]
    Step.objects.update(due_on=in_days(-3))
    assert "A step is overdue" in text(client.get(reverse("caseworker_today")))


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"held_on": "2999-01-01"}, "held_on", "has not come yet"),
        ({"held_on": "soon"}, "held_on", "Enter a valid date"),
        ({"agreed": " "}, "agreed", "required"),
        ({"how": "dreamt"}, "how", "valid choice"),
        ({"with_": ["00000000-0000-7000-8000-000000000000"]}, "with_", "valid choice"),
        ({"how": "apart", "with_": [], "who-1": "", "what-1": "", "due-1": ""}, "with_", "no conference"),
        ({"how": "apart"}, "who-1", "They were not there"),
        ({"with_": []}, "who-2", "They were not there"),
        ({"who-2": ""}, "who-2", "Say who does it"),
        ({"what-2": " "}, "what-2", "what is to be done"),
        ({"due-2": ""}, "due-2", "Say by which day"),
        ({"due-2": "2020-01-01"}, "due-2", "That day has passed"),
        ({"due-2": "2020-13-01"}, "due-2", "Enter a valid date"),
        ({"who-2": "caseworker:x"}, "who-2", "valid choice"),
        ({"what-5": "alone"}, "who-5", "Say who does it"),
        ({"what-2": "x" * 301}, "what-2", "at most 300"),
    ],
)
def test_a_wrong_word_stands_beside_its_field_and_nothing_is_half_written(
    client: Client, case: Case, wrong: dict[str, Any], field: str, said: str
) -> None:
    response = client.post(page_of(case), filled(client, case, **wrong))
    assert response.status_code == 400
    form = response.context["form"]
    assert said in " ".join(form.errors[field])
    assert said in text(response)
    if "what-1" not in wrong:
        assert 'value="Bring the passport"' in text(response), "what was typed is still there"
    if field.startswith(("who", "what", "due")):
        number = int(field[-1])
        assert form.lines[number - 1]["in_use"], "the line with the error is open"
    assert [Conference.objects.count(), Attendance.objects.count(), Step.objects.count()] == [0, 0, 0]


def test_pressed_twice_is_once(client: Client, case: Case) -> None:
    said = filled(client, case)
    assert [client.post(page_of(case), said).status_code for _twice in range(2)] == [302, 302]
    assert [Conference.objects.count(), Step.objects.count()] == [1, 2]


def test_of_two_who_write_it_down_the_second_reads_the_first_and_loses_nothing(client: Client, case: Case) -> None:
    mine = filled(client, case, agreed="Evenings")
    other = Client()
    other.force_login(case.partner_worker)
    theirs = filled(other, case, with_=[str(case.keeper.pk)], **{"who-2": "", "what-2": "", "due-2": ""})
    assert other.post(page_of(case), theirs).status_code == 302
    response = client.post(page_of(case), mine)
    assert response.status_code == 409
    page = text(response)
    assert "Nothing is written yet" in page
    assert "near the nursery" in page
    assert "Evenings" in page
    assert 'value="Hold a place in the course"' in page
    assert Conference.objects.count() == 1
    again = mine | {"seen": response.context["form"]["seen"].value()}
    assert client.post(page_of(case), again).status_code == 302
    assert set(Conference.objects.values_list("agreed", flat=True)) == {"Mornings,\nnear the nursery.", "Evenings"}


def test_only_those_who_may_be_named_can_be_chosen_and_are_shown(client: Client, case: Case) -> None:
    house = OrganisationFactory(approved=True, name={"en": "Desert Rose"}, sensitive=True, sensitive_why="a shelter")
    give(case.person, "share", with_=house, how="present", language="am", by=case.by)
    assert "Desert Rose" in text(client.get(page_of(case)))
    line = {"who-2": f"partner:{house.pk}", "what-2": "A bed for the children", "due-2": in_days(1).isoformat()}
    said = filled(client, case, with_=[str(house.pk), str(case.partner.pk)], **line)
    assert client.post(page_of(case), said).status_code == 302
    assert "Desert Rose" in text(client.get(page_of(case, "person_team")))
    client.force_login(case.partner_worker)
    for name in ("person_team", "person_conference", "person_plan_print"):
        page = text(client.get(page_of(case, name)))
        assert "Desert Rose" not in page, name
        assert "A bed for the children" not in page, name
    assert client.post(page_of(case), filled(client, case, with_=[str(house.pk)])).status_code == 400


def test_nobody_shares_the_file_and_they_meet_with_the_person(client: Client, case: Case) -> None:
    Organisation.objects.filter(pk=case.partner.pk).update(state="suspended")
    form = client.get(page_of(case)).context["form"]
    assert "with_" not in form.fields
    said = filled(client, case, **{"who-2": "", "what-2": "", "due-2": "", "with_": []})
    assert client.post(page_of(case), said | {"how": "apart", "who-1": ""}).status_code == 400
    assert client.post(page_of(case), said).status_code == 302


@pytest.mark.parametrize(
    ("language", "said"),
    [("he", ("ישיבת צוות", "מה הוסכם")), ("ar", ("اجتماع للفريق", "ما الذي اتُّفق عليه"))],
)
def test_in_the_readers_language(client: Client, case: Case, language: str, said: tuple[str, str]) -> None:
    lines = [Line("person", "Bring the passport", in_days(2))]
    conferences.hold(
        case.person, form_key=case.person.pk, how="present", agreed="Mornings", lines=lines, seen=None, by=case.by
    )
    with translation.override(language):
        form, team = text(client.get(page_of(case))), text(client.get(page_of(case, "person_team")))
    for page in (form, team):
        assert f'lang="{language}"' in page
        assert said[0] in page
    assert said[1] in form
