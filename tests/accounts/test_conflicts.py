"""Nobody validates for an organisation they belong to: wherever somebody lets in, confirms or overrides."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kesher.accounts.conflicts import belongs, belongs_to
from kesher.accounts.memberships import leave
from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.accounts.states import ORGANISATION_STATES
from kesher.base.models import Event
from kesher.base.transitions import Refused
from kesher.directory.agreements import record
from kesher.people.files import READ_NOTHING
from kesher.people.models import Experience, LanguageSkill
from kesher.people.parts import keep
from kesher.people.work import confirm
from kesher.referrals import eligibility, sending
from kesher.referrals.vocabularies import Verdict
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory
from tests.referrals.conftest import Two, between_two

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(db: None) -> Two:
    return between_two()


def asked_of_the_database(user: User, organisation: Organisation) -> bool:
    with connection.cursor() as cursor:
        user_, named = f"'{user.pk}'::uuid", f"'{organisation.pk}'::uuid"
        cursor.execute(f"SELECT {belongs(user_, named)}")
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("relation", "until", "theirs"),
    [
        ("itself", None, True),
        ("itself", 30, True),  # left a month ago
        ("itself", 400, False),
        ("parent", None, True),
        ("department", None, True),
        ("stranger", None, False),
    ],
)
def test_one_belongs_where_one_works_or_lately_did_and_the_database_says_the_same(
    relation: str, until: int | None, theirs: bool
) -> None:
    body, department, stranger = OrganisationFactory(), OrganisationFactory(), OrganisationFactory()
    department.parent = body
    department.save()
    about, home = {
        "itself": (body, body),
        "parent": (department, body),
        "department": (body, department),
        "stranger": (body, stranger),
    }[relation]
    today = timezone.localdate()
    ended = {"since": today - timedelta(days=900), "until": today - timedelta(days=until)} if until else {}
    user = MembershipFactory(organisation=home, role=Role.OBSERVER, **ended).user
    assert belongs_to(user.pk, about.pk) == theirs
    assert asked_of_the_database(user, about) == theirs
    assert not belongs_to(None, about.pk)
    assert not belongs_to(user.pk, None)


@pytest.mark.parametrize("relation", ["itself", "parent", "department"])
def test_who_left_in_the_application_belongs_there_for_a_year_still(relation: str) -> None:
    """Leaving deletes the row: what stands in history counts, and the database says the same."""
    body, department, stranger = OrganisationFactory(), OrganisationFactory(), OrganisationFactory()
    department.parent = body
    department.save()
    about, home = {"itself": (body, body), "parent": (department, body), "department": (body, department)}[relation]
    user = MembershipFactory(organisation=home, role=Role.OBSERVER).user
    leave(home, user)
    assert not user.memberships.exists()
    assert belongs_to(user.pk, about.pk)
    assert asked_of_the_database(user, about)
    assert not belongs_to(user.pk, stranger.pk)
    assert not asked_of_the_database(user, stranger)


def test_a_role_that_had_run_out_long_before_its_row_was_deleted_counts_no_more() -> None:
    today = timezone.localdate()
    dated = {"since": today - timedelta(days=900), "until": today - timedelta(days=400)}
    membership = MembershipFactory(role=Role.OBSERVER, **dated)
    user, organisation = membership.user, membership.organisation
    membership.delete()
    assert not belongs_to(user.pk, organisation.pk)
    assert not asked_of_the_database(user, organisation)


def test_nobody_lets_in_their_own_organisation_while_somebody_else_could() -> None:
    asks = OrganisationFactory()
    own = MembershipFactory(organisation=asks, role=Role.MODERATOR).user
    ORGANISATION_STATES.apply(asks, "approve", by=own.as_actor(asks.pk))  # the only one in town
    assert asks.state == "approved"
    ORGANISATION_STATES.apply(asks, "suspend", by=own.as_actor(asks.pk), reason="closed for the summer")
    MembershipFactory(role=Role.MODERATOR)
    with pytest.raises(Refused, match="You belong to this organisation"):
        ORGANISATION_STATES.apply(asks, "restore", by=own.as_actor(asks.pk))
    assert not [t for t in ORGANISATION_STATES.possible(asks, by=own.as_actor(asks.pk)) if t.event == "restore"]


def test_nobody_records_what_their_own_organisation_signed_while_somebody_else_could() -> None:
    ours, theirs = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    own = MembershipFactory(organisation=ours, role=Role.OFFICER).user
    first = record(ours, document="Of the table", by=own.as_actor())
    assert Event.objects.get(about_id=first.pk).data["own"] == "nobody else could"
    other = MembershipFactory(role=Role.OFFICER).user
    for signed in ({"organisation": ours}, {"organisation": theirs, "other": ours}):
        with pytest.raises(Refused, match="You belong to this organisation"):
            record(**signed, document="Letter", by=own.as_actor())
    made = record(theirs, other=ours, document="Letter", by=other.as_actor())
    assert "own" not in Event.objects.get(about_id=made.pk).data


def test_nobody_fills_their_own_places_past_the_rules(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eligibility, "verdict", lambda service, person: Verdict.NO)
    two.agree()
    MembershipFactory(organisation=two.receiver, role=Role.OBSERVER, user=two.caseworker)
    draft = two.draft(override_reason="I know the course.")
    with pytest.raises(Refused, match="belong to the organisation that would take them"):
        sending.send(draft, by=two.by_sender)
    colleague = MembershipFactory(organisation=two.sender, role=Role.CASEWORKER).user
    sending.write(
        draft,
        by=colleague.as_actor(two.sender.pk),
        override_reason="They take younger ones, I called.",
        seen=READ_NOTHING,
    )
    sending.send(draft, by=colleague.as_actor(two.sender.pk))
    assert draft.state == "requested"


def test_no_caseworker_judges_their_own_file() -> None:
    keeper = OrganisationFactory(approved=True)
    user = MembershipFactory(organisation=keeper, role=Role.CASEWORKER).user
    person = PersonFactory(keeper=keeper)
    person.user = user
    person.save()
    worker = user.as_actor(keeper.pk)
    told = Experience(person=person, kind="paid", words="baker", language="en")
    told.save()
    with pytest.raises(Refused, match="your own"):
        confirm(told, "urn:any", by=worker)
    judged = LanguageSkill(person=person, language="he", judge="caseworker", listening="C2")
    with pytest.raises(Refused, match="your own"):
        keep(judged, by=worker)
