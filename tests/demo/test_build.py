"""The town is built all or nothing, is the same for the same seed, and only a demo is ever emptied."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, User
from kesher.areas.models import Area
from kesher.base.models import Portal
from kesher.demo import build as building
from kesher.demo.build import STEPS, NotADemo, NotEmpty, build, reset
from kesher.demo.directory import SOURCE
from kesher.demo.organisations import OFFICES
from kesher.demo.services import OFFERS
from kesher.demo.twins import TWINS
from kesher.demo.visitors import EVERYBODY, PASSWORD
from kesher.directory.models import DuplicateCandidate, Location, Service
from kesher.directory.models.legal import LegalDemand
from kesher.people.interviews import progress
from kesher.people.models import Person
from kesher.referrals.models.complaints import Complaint

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 1)

#: What differs by nature: keys are made anew, and these say when rows were written.
OF_THE_MOMENT = {"created_at", "updated_at", "password", "last_login", "seconds", "digest", "pgh_id"}


def silent(line: str) -> None:
    pass


def export() -> dict[str, list[dict[str, Any]]]:
    """Everything in the town, told without keys: related rows by what they are called outside."""

    def told(queryset: Any, *fields: str) -> list[dict[str, Any]]:
        return sorted(queryset.values(*fields), key=repr)

    service_fields = [
        field.name
        for field in Service._meta.concrete_fields
        if field.name not in OF_THE_MOMENT | {"id"} and not field.is_relation
    ]
    return {
        "portal": told(Portal.objects, "name", "contact", "home_area_code", "seed", "is_demo"),
        "areas": told(Area.objects, "path", "name", "population", "facts", "latitude", "longitude", "parent__path"),
        "organisations": told(Organisation.objects, "name", "kind", "state", "profile__external_id", "profile__email"),
        "locations": told(
            Location.objects, "external_id", "name", "latitude", "longitude", "area__path", "addresses__address_1"
        ),
        "services": told(Service.objects, *service_fields, "organisation__profile__external_id"),
        "terms": told(Service.objects, "external_id", "terms__term__code"),
        "schedules": told(Service.objects, "external_id", "schedules__byday", "schedules__opens_at"),
        "capacities": told(Service.objects, "external_id", "capacities__available", "capacities__updated"),
        "areas served": told(Service.objects, "external_id", "service_areas__area__path"),
        "pairs": told(DuplicateCandidate.objects, "kind", "score", "evidence", "state"),
        "members": told(Membership.objects, "user__email", "organisation__profile__external_id", "role", "since"),
    }


def test_same_seed_and_day_same_town_and_another_seed_another() -> None:
    build(seed=7, people=10, progress=silent, today=DAY)
    first = export()
    building._empty()
    build(seed=7, people=10, progress=silent, today=DAY)
    assert export() == first
    building._empty()
    build(seed=8, people=10, progress=silent, today=DAY)
    other = export()
    assert other["locations"] != first["locations"]
    assert {row["external_id"] for row in other["services"]} == {row["external_id"] for row in first["services"]}


def test_town_holds_what_was_written() -> None:
    lines: list[str] = []
    town = build(seed=1948, people=300, progress=lines.append, today=DAY)
    assert town.organisations == len(OFFICES) + len(TWINS)
    assert Organisation.objects.filter(state=Organisation.State.PENDING).count() == 1, (
        "the moderator's task: one asks to be let in"
    )
    assert Organisation.objects.count() == len(OFFICES) + len(TWINS) + 1
    assert town.services == Service.objects.count() == sum(len(offer.at) for offer in OFFERS) + len(TWINS)
    assert town.areas == Area.objects.count()
    assert User.objects.exclude(password__startswith="!").count() == town.log_ins == len(EVERYBODY)
    assert any("18 people have a file" in line and "the 300 that are noted" in line for line in lines)
    assert len(lines) == STEPS
    assert not Service.objects.filter(at_locations__location__area=None, remote=False).exists()
    assert not Service.objects.filter(service_areas__area=None).exists(), "every area served is one we know"
    assert Service.objects.filter(state=Service.State.SUSPENDED).count() == 1
    assert Service.objects.stale(DAY).count() >= 5
    own = Organisation.objects.filter(profile__dataset__slug=SOURCE)
    kinds = dict(own.values_list("profile__external_id", "kind"))
    assert kinds == {office.key: office.kind for office in OFFICES.values()}


def test_there_is_a_complaint_that_waits_one_that_is_answered_a_legal_demand_and_half_an_interview() -> None:
    build(seed=3, people=1, progress=silent)
    waits, done = Complaint.objects.order_by("state").all()[::-1]
    igor = User.objects.get(email="moderator@demo.example")
    assert set(Complaint.objects.visible_to(igor)) == {waits, done}
    assert (waits.state, 0 < (waits.due_on - timezone.localdate()).days < settings.COMPLAINT_DAYS) == ("received", True)
    assert (done.state, done.handler_id, bool(done.reply)) == ("answered", igor.pk, True)
    assert done.answered_at.date() <= done.due_on
    rana, noa = (User.objects.get(email=f"{name}@demo.example") for name in ("officer", "noa"))
    assert LegalDemand.objects.visible_to(rana).get().decisions.get().outcome == "refused"
    assert not LegalDemand.objects.visible_to(noa).exists()
    (half,) = Person.objects.exclude(interview_sections=None).distinct()
    far = progress(half)
    assert (far.next, far.spoken_of) == ("work", 5)
    reset()
    assert LegalDemand.objects.count() == 1, "the log outlives a reset, and does not grow by it"


def test_never_built_over_anything() -> None:
    Portal.objects.create(name={"en": "A real town"})
    with pytest.raises(NotEmpty):
        build(seed=1, people=1, progress=silent)
    assert not Area.objects.exists()


def test_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(building, "_accounts", fail)
    with pytest.raises(OSError):
        build(seed=1, people=1, progress=silent)
    assert not Portal.objects.exists()
    assert not Service.objects.exists()


@pytest.mark.parametrize("there_is_one", [True, False])
def test_reset_touches_only_a_demo(there_is_one: bool) -> None:
    if there_is_one:
        Portal.objects.create(name={"en": "A real town"})
    User.objects.create_user("mayor@town.example", "a long password")
    with pytest.raises(NotADemo):
        reset()
    assert User.objects.filter(email="mayor@town.example").exists()


def test_logins_are_printed_and_work(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("build_demo", seed=5, people=12)
    call_command("demo_logins")
    said = capsys.readouterr().out
    assert "The demo town stands" in said
    for visitor in EVERYBODY:
        assert visitor.email in said
        assert User.objects.get(email=visitor.email).check_password(PASSWORD)
