"""The pages of the parts of a file: written down, shown on the person's page, taken out; wrong things said beside."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kesher.accounts.roles import Role
from kesher.base.transitions import Actor
from kesher.people import files, work
from kesher.people.models import Aspiration, Experience, Person, Wish
from kesher.words.models import Proposal
from kesher.www.caseworker.people.part_pages import PARTS
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

RIGHT: dict[str, dict[str, Any]] = {
    "languages": {"language": "he", "judge": "person", "listening": "A2", "script": "slow"},
    "schooling": {"title": "Nurse of the hill", "level": "6", "country": "et", "ended": "2009", "proof": "lost"}
    | {"field_code": "0913"},
    "digital": {"judge": "person", "information": "2", "safety": "0"},
    "work": {"words": "ምንም የማይታወቅ ነገር", "kind": "care"},
    "goal": {"goal": "a nurse on the hill", "sure": "3"},
    "wishes": {"hours_most": "30", "shifts": ["morning"], "ways": ["bus"], "would_move": "unknown", "licences": ["B"]},
    "permit": {"kind": "permit", "until": "2031-05-01"},
    "young": {"here_since": "2026", "school": "broken", "years_missed": "3", "wants_mentor": "true"},
}


@pytest.fixture
def by() -> Actor:
    organisation = OrganisationFactory(approved=True)
    actor: Actor = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)
    return actor


@pytest.fixture
def person(by: Actor) -> Person:
    from kesher.accounts.models import Organisation

    made: Person = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id))
    return made


@pytest.fixture
def page(client: Client, by: Actor) -> Client:
    from kesher.accounts.models import User

    client.force_login(User.objects.get(pk=by.user_id))
    return client


def address(person: Person, part: str) -> str:
    return reverse("caseworker_part", kwargs={"pk": person.pk, "part": part})


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_is_written_down_shown_and_taken_out(page: Client, person: Person, part: str) -> None:
    path = address(person, part)
    assert page.get(path).status_code == 200
    sent = page.post(path, RIGHT[part])
    assert sent.status_code == 302, text(sent)
    (row,) = PARTS[part].model._base_manager.all()
    assert row.person == person
    shown = text(page.get(reverse("caseworker_person", kwargs={"pk": person.pk})))
    line = str(PARTS[part].line(row)[0])
    assert line in shown
    assert line in text(page.get(path))
    assert page.post(path, {"remove": "nonsense"}).status_code == 404
    assert page.post(path, {"remove": str(row.pk)}).status_code == 302
    assert not PARTS[part].model._base_manager.exists()


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("languages", {"language": ""}),
        ("languages", {"judge": "king"}),
        ("languages", {"listening": "Z9"}),
        ("schooling", {"title": ""}),
        ("schooling", {"title": "x" * 201}),
        ("schooling", {"proof": ""}),
        ("schooling", {"country": "Ethiopia"}),
        ("schooling", {"country": "1!"}),
        ("schooling", {"begun": "2010"}),
        ("schooling", {"ended": "-5"}),
        ("schooling", {"eqf": "9"}),
        ("schooling", {"field_code": "abc"}),
        ("schooling", {"field_code": "0619"}),  # no code of the list
        ("schooling", {"field_code": "09130"}),
        ("work", {"words": ""}),
        ("work", {"words": "x" * 2001}),
        ("work", {"kind": "magic"}),
        ("goal", {"goal": "  "}),
        ("goal", {"sure": "9"}),
        ("goal", {"goal": "x" * 301}),
        ("wishes", {"hours_most": "90"}),
        ("wishes", {"hours_least": "40"}),
        ("wishes", {"shifts": ["noon"]}),
        ("wishes", {"wage_floor": "much"}),
        ("wishes", {"licences": ["B", "Z"]}),
        ("wishes", {"licences": [], "licence_abroad": "true"}),
        ("digital", {"judge": "king"}),
        ("digital", {"safety": "4"}),
        ("digital", {"safety": "", "information": ""}),
        ("permit", {"kind": ""}),
        ("permit", {"kind": "citizen"}),
        ("permit", {"until": "soon"}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    page: Client, person: Person, part: str, wrong: dict[str, Any]
) -> None:
    response = page.post(address(person, part), RIGHT[part] | wrong)
    assert response.status_code == 400
    assert "Please look at this again" in text(response)
    assert not PARTS[part].model._base_manager.exists()


@pytest.mark.parametrize(
    ("part", "change", "label"), [("wishes", {"care": "two children"}, "two children"), ("young", {}, "2019")]
)
def test_of_two_who_change_what_there_is_once_the_second_reads_the_first(
    page: Client, person: Person, part: str, change: dict[str, Any], label: str
) -> None:
    path = address(person, part)

    def seen(response: Any) -> str:
        return re.search(r'name="seen" value="([^"]*)"|name="seen"(?! value)', response.content.decode())[1] or ""  # type: ignore[index]

    empty = seen(page.get(path))
    first = RIGHT[part] | change | {"seen": empty} | ({"here_since": "2019"} if part == "young" else {})
    assert page.post(path, first).status_code == 302
    assert page.post(path, first).status_code == 302  # pressed twice: it stands there already
    other = RIGHT[part] | {"seen": empty} | ({"here_since": "2021"} if part == "young" else {"care": "a mother"})
    told = page.post(path, other)
    assert told.status_code == 409
    assert "Somebody else has changed this file meanwhile" in text(told)
    assert label in text(told).split("Nothing is written yet")[1].split("Look, change")[0]
    assert page.post(path, other | {"seen": seen(told)}).status_code == 302
    PARTS[part].model._base_manager.get().delete()
    assert page.post(path, other | {"seen": seen(told)}).status_code == 409  # taken out meanwhile


def test_a_goal_is_not_lowered_without_their_words(page: Client, person: Person) -> None:
    path = address(person, "goal")
    page.post(path, RIGHT["goal"])
    seen = page.get(path).context["form"]["seen"].value()
    lower = RIGHT["goal"] | {"goal": "a cleaner", "change": "lowered", "seen": seen}
    refused = page.post(path, lower)
    assert refused.status_code == 400
    assert "own words" in text(refused)
    stale = lower | {"why": "that is what I want now", "seen": "of another day"}
    assert page.post(path, stale).status_code == 409
    assert page.post(path, lower | {"why": "that is what I want now"}).status_code == 302
    assert Aspiration.objects.count() == 2


def test_there_is_one_set_of_wishes_and_it_is_changed(page: Client, person: Person) -> None:
    path = address(person, "wishes")
    page.post(path, RIGHT["wishes"])
    later = RIGHT["wishes"] | {"hours_most": "20", "seen": files.stamp_of(Wish.objects.get())}
    assert page.post(path, later).status_code == 302
    assert Wish.objects.get().hours_most == 20


def test_what_was_proposed_for_their_words_is_chosen_with_them(page: Client, person: Person, by: Actor) -> None:
    (one, *_more) = work.tell(person, "I was a nurse in Addis for ten years", kind="paid", language="en", by=by)
    path = address(person, "work")
    uri = Proposal.objects.get(pk=one.proposal_id).candidates[0]["uri"]
    assert uri in page.get(path).content.decode()
    page.post(path, {"confirm": str(one.pk), "choice": "urn:nothing"})
    assert Experience.objects.get(pk=one.pk).occupation == ""
    page.post(path, {"confirm": str(one.pk), "choice": uri})
    assert Experience.objects.get(pk=one.pk).occupation == uri
    assert "a caseworker says it is right" in text(page.get(path))


def test_there_is_no_such_part(page: Client, person: Person) -> None:
    assert page.get(address(person, "secrets")).status_code == 404
    assert page.post(address(person, "languages"), {"confirm": "x"}).status_code == 404


def test_a_field_of_study_is_chosen_from_a_grouped_list_and_read_by_its_name(page: Client, person: Person) -> None:
    drawn = page.get(address(person, "schooling")).content.decode()
    assert re.search(r'<optgroup label="Health and welfare">\s*<option value="09">', drawn)
    assert '<option value="0913">– Nursing and midwifery</option>' in drawn
    page.post(address(person, "schooling"), RIGHT["schooling"])
    for name in ("caseworker_person", "caseworker_profile"):
        with translation.override("ar"):
            path = reverse(name, kwargs={"pk": person.pk})
        Person.objects.filter(pk=person.pk).update(language="ar")
        assert "التمريض والقبالة" in text(page.get(path)), name
