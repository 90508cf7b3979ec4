"""Every route × every role × own object, another organisation's object, own object while working for another, no account."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from kesher.accounts.models import Invitation, Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.base.keys import uuid7
from kesher.base.transitions import Actor
from kesher.directory.models import (
    CallBack,
    Dataset,
    DuplicateCandidate,
    ImportRun,
    MistakeReport,
    PartnerAgreement,
    Service,
    Upload,
)
from kesher.directory.rules import begin_rule
from kesher.people.merging import merge
from kesher.referrals.models import Cohort
from kesher.words.models import LocalWord, Proposal
from tests import hosting, mentoring
from tests.factories import (
    AppointmentFactory,
    AttachmentFactory,
    BookingFactory,
    ComplaintFactory,
    InterpreterFactory,
    LegalDemandFactory,
    PersonFactory,
    PlaceQuestionFactory,
    ReferralFactory,
    ServiceFactory,
    StepFactory,
)
from tests.permissions.table import ANONYMOUS, EVERYBODY, LOGIN, OPEN_DATA_NAMESPACES, ROLES, ROUTES, WITH_ACCOUNT, Row

pytestmark = pytest.mark.django_db


def route_names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from route_names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"the route {pattern.pattern} has no name"
            yield namespace + pattern.name


def is_open_data(name: str) -> bool:
    return name.startswith(OPEN_DATA_NAMESPACES)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    names = {name for name in route_names() if not is_open_data(name)}
    assert names - set(ROUTES) == set(), "these routes have no row in tests/permissions/table.py"
    assert set(ROUTES) - names == set(), "these rows have no route"


@pytest.fixture
def town(db: None) -> dict[str, Organisation]:
    return {
        name: Organisation.objects.create(name={"en": name}, state=Organisation.State.APPROVED)
        for name in ("own", "other", "second")
    }


def client_of(user: User | None, **kept: str) -> Client:
    """A browser in which somebody is logged in; ``kept``: what else the session holds. Logging in itself has its tests:
    here only that somebody is."""
    client = Client()
    if user is not None:
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.update(kept)
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def as_visitor(visitor: str, organisation: Organisation) -> Client:
    if visitor == ANONYMOUS:
        return client_of(None)
    user = User.objects.create(email=f"{visitor.replace(' ', '-')}@example.org")
    if visitor in ROLES:
        user.memberships.create(organisation=organisation, role=visitor)
    return client_of(user)


def for_the_second(role: str, town: dict[str, Organisation]) -> Client:
    """Somebody with this role in their own organisation, observer in a second, for which they work now."""
    user = User.objects.create(email=f"{role}-of-two@example.org")
    user.memberships.create(organisation=town["own"], role=role)
    user.memberships.create(organisation=town["second"], role=Role.OBSERVER)
    return client_of(user, working_for=str(town["second"].pk))


#: Kinds of object of the caseworker's day: how one is made whose file the organisation keeps.
OF_FILES: dict[str, Callable[[Organisation], Any]] = {
    "step": lambda keeper: StepFactory(person__keeper=keeper),
    "appointment": lambda keeper: AppointmentFactory(person__keeper=keeper, organisation=keeper),
    "booking": lambda keeper: BookingFactory(organisation=keeper),
    "interpreter": lambda keeper: InterpreterFactory(organisation=keeper),
    "mentor": mentoring.offered,
    "match": lambda keeper: mentoring.pair("active", organisation=keeper).match,
    "concern": mentoring.concern,
    "training": lambda keeper: hosting.three("active", organisation=keeper).agreement,
    "training proposed": lambda keeper: hosting.three("proposed", organisation=keeper).agreement,
    "training certified": hosting.certified,
    "training of a host": lambda host: hosting.three("active", host=host).agreement,
}


def address(name: str, row: Row, organisation: Organisation) -> str:
    kwargs: dict[str, object] = dict(row.kwargs)
    if row.objects == "draft service":
        kwargs["pk"] = Service.objects.get_or_create(organisation=organisation, name={"en": "Draft"})[0].pk
    if row.objects == "public service":
        kwargs["pk"] = Service.objects.create(organisation=organisation, name={"en": "Open"}, state="published").pk
    if row.objects == "call back":
        service = Service.objects.create(organisation=organisation, name={"en": "Open"}, state="published")
        told = {"called": "Almaz", "phone": "050-555-0123", "language": "am", "consent_at": timezone.now()}
        kwargs["pk"] = CallBack.objects.create(service=service, organisation=organisation, **told).pk
    if row.objects == "proposal":
        kept = {"organisation_id": organisation.pk, "kind": "occupation", "text": "baker", "end": 5}
        kwargs["pk"] = Proposal.objects.create(**kept, answer="question", embedder="n", vocabulary="v").pk
    if row.objects == "local word":
        said = {"organisation_id": organisation.pk, "kind": "occupation", "language": "en", "uri": "urn:x"}
        kwargs["pk"] = LocalWord.objects.create(**said, text=str(uuid7()), proposed_by_id=uuid7()).pk
    if row.objects in OF_FILES:
        kwargs["pk"] = OF_FILES[row.objects](organisation).pk
    if row.objects in ("person", "consent of a person", "paper of a person", "two people", "merge of people"):
        kwargs |= of_person(row.objects, organisation)
    if row.objects == "report":
        service = Service.objects.get_or_create(organisation=organisation, name={"en": "Draft"})[0]
        kwargs["pk"] = MistakeReport.objects.create(service=service, what="other", language="en").pk
    if row.objects == "duplicate":
        pair = [Service.objects.create(organisation=organisation, name={"en": "Twin"}) for _ in range(2)]
        first, second = sorted(service.pk for service in pair)
        kwargs["pk"] = DuplicateCandidate.objects.create(kind="service", first=first, second=second, score=0.9).pk
    if row.objects == "upload":
        kwargs["pk"] = Upload.objects.create(organisation=organisation, uploaded_by_id=uuid7(), size=1, rows=1).pk
    if row.objects == "import run":
        dataset = Dataset.objects.get_or_create(slug="list")[0]
        loader = User.objects.get_or_create(email=f"loader@{organisation.pk}.example.org")[0]
        organisation.memberships.get_or_create(user=loader, role=Role.OFFICER)
        kwargs["pk"] = ImportRun.objects.create(dataset=dataset, file_name="f.csv", actor_id=loader.pk).pk
    if row.objects == "area":
        kwargs["pk"] = Area.objects.get_or_create(scheme="s", code="1", level="authority", name={"en": "A"}, path="1/")[
            0
        ].pk
    if row.objects == "rule":
        writer = User.objects.get_or_create(email=f"writer@{organisation.pk}.example.org")[0]
        kwargs["pk"] = begin_rule({"en": "Rule"}, by=writer, organisation=organisation).rule_id
    if row.objects in ("sent referral", "received referral"):
        sent = row.objects == "sent referral"
        kwargs["pk"] = (ReferralFactory(sender=organisation) if sent else ReferralFactory(receiver=organisation)).pk
    if row.objects == "place question":
        kwargs["pk"] = PlaceQuestionFactory(receiver=organisation).pk
    if row.objects == "complaint":
        kwargs["pk"] = ComplaintFactory(answerer=organisation).pk
    if row.objects == "legal demand":
        kwargs["pk"] = LegalDemandFactory().pk
    if row.objects == "cohort":
        service = ServiceFactory(organisation=organisation)
        kwargs["pk"] = Cohort.objects.create(
            service=service, name="Morning", starts_on=timezone.localdate(), seats=3
        ).pk
    if row.objects == "agreement":
        kwargs["pk"] = PartnerAgreement.objects.get_or_create(organisation=organisation, document="Letter")[0].pk
    if row.objects == "invitation":
        values = {
            "email": "invited@example.org",
            "role": Role.PROVIDER,
            "expires_at": timezone.now() + timedelta(days=1),
        }
        kwargs["pk"] = Invitation.objects.create(organisation=organisation, withdrawn_at=timezone.now(), **values).pk
    if row.objects == "membership":
        colleague = User.objects.get_or_create(email="colleague@example.org")[0]
        kwargs["pk"] = organisation.memberships.get_or_create(user=colleague, role=Role.MENTOR)[0].pk
    if row.objects.endswith("organisation"):
        Organisation.objects.filter(pk=organisation.pk).update(state=row.objects.split()[0])
        kwargs["pk"] = organisation.pk
    return reverse(name, kwargs=kwargs or None)


def of_person(thing: str, organisation: Organisation) -> dict[str, object]:
    """Keys of somebody whose file the organisation keeps, and of what belongs to it."""
    person = PersonFactory(keeper=organisation)
    if thing == "consent of a person":
        return {"pk": person.pk, "consent": person.consents.get().pk}
    if thing == "paper of a person":
        return {"pk": person.pk, "paper": AttachmentFactory(person=person).pk}
    if thing == "person":
        return {"pk": person.pk}
    other = PersonFactory(keeper=organisation)
    if thing == "two people":
        return {"pk": person.pk, "other": other.pk}
    by = Actor(uuid7(), organisation_id=organisation.pk, roles=frozenset({Role.CASEWORKER}))
    return {"pk": merge(person, other, by=by).pk}


def is_an_answer(status: int, location: str) -> bool:
    """Something other than a refusal: a page, a redirect that is not the log-in, "not this way" (405), "no such key"."""
    return status in (200, 301, 400, 405, 410) or (status == 302 and "/accounts/login/" not in location)


def roles_to_lose(row: Row) -> frozenset[str]:
    """The roles that would get an answer, did they not work for another organisation now; one where all do with an account."""
    if ANONYMOUS in row.own:
        return frozenset()
    return frozenset({Role.CASEWORKER.value}) if row.own == WITH_ACCOUNT else row.own & ROLES


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_the_table_holds(town: dict[str, Organisation], name: str) -> None:
    row = ROUTES[name]
    wrong = []
    clients = {visitor: as_visitor(visitor, town["own"]) for visitor in sorted(EVERYBODY)}
    for whose, allowed in (("own", row.own), ("other", row.other)):
        if whose == "other" and not row.objects:
            continue
        path = address(name, row, town[whose])
        for visitor, client in clients.items():
            response = getattr(client, row.method)(path)
            location = response.get("Location", "")
            if visitor in allowed:
                missing = row.may_miss and response.status_code == 404
                right = missing or is_an_answer(response.status_code, location)
            elif row.refused == LOGIN or (visitor == ANONYMOUS and response.status_code == 302):
                right = response.status_code == 302 and "/accounts/login/" in location
            else:
                right = response.status_code == row.refused
            if not right:
                wrong.append(f"{visitor} at {whose}: {response.status_code} {location}")
    allowed_away = row.away
    if allowed_away is None:
        allowed_away = ROLES if Role.OBSERVER in (row.other if row.objects else row.own) else frozenset()
    path = address(name, row, town["own"])
    for role in sorted(roles_to_lose(row)):
        response = getattr(for_the_second(role, town), row.method)(path)
        if role in allowed_away:
            missing = row.may_miss and response.status_code == 404
            right = missing or is_an_answer(response.status_code, response.get("Location", ""))
        else:
            right = response.status_code == row.refused
        if not right:
            wrong.append(f"{role} working for another: {response.status_code} {response.get('Location', '')}")
    assert not wrong, wrong


def test_who_works_for_another_organisation_sees_only_that_ones(client: Client, town: dict[str, Organisation]) -> None:
    """The same person, the same session, one choice: pages, scoped querysets and the second wall change over together."""
    user = User.objects.create(email="two@example.org")
    user.memberships.create(organisation=town["own"], role=Role.CASEWORKER)
    user.memberships.create(organisation=town["other"], role=Role.CASEWORKER)
    services = {
        name: Service.objects.create(organisation=town[name], name={"en": name}, state="published") for name in town
    }
    told = {"called": "Almaz", "phone": "050-555-0123", "language": "am", "consent_at": timezone.now()}
    asked = {
        name: CallBack.objects.create(service=services[name], organisation=town[name], **told)
        for name in ("own", "other")
    }
    client.force_login(user)
    for now, not_now in (("own", "other"), ("other", "own")):
        client.post(reverse("working_for"), {"organisation": str(town[now].pk)})
        page = client.get(reverse("provider_call_backs"))
        shown = page.content.decode()
        assert str(asked[now].pk) in shown
        assert str(asked[not_now].pk) not in shown
        assert page.wsgi_request.user.organisation_ids == {town[now].pk}  # what the database is told, too
        assert client.get(reverse("provider_call_back", kwargs={"pk": asked[now].pk})).status_code == 200
        assert client.get(reverse("provider_call_back", kwargs={"pk": asked[not_now].pk})).status_code == 404
    assert client.post(reverse("working_for"), {"organisation": str(town["second"].pk)}).status_code == 404
    session = client.session
    session["working_for"] = str(town["second"].pk)  # a membership that ended meanwhile
    session.save()
    assert client.get(reverse("home")).wsgi_request.user.working_for_id == town["own"].pk


@pytest.mark.parametrize("visitor", sorted(EVERYBODY))
def test_visible_to_is_what_the_page_shows(town: dict[str, Organisation], visitor: str) -> None:
    """The predicate and the scoped queryset never differ from what the views let through."""
    client = as_visitor(visitor, town["own"])
    user = User.objects.filter(email=f"{visitor.replace(' ', '-')}@example.org").first() or AnonymousUser()
    for organisation in town.values():
        for state in Service.State.values:
            service = Service.objects.create(organisation=organisation, name={"en": state}, state=state)
            visible = Service.objects.visible_to(user).filter(pk=service.pk).exists()
            status = client.get(reverse("service", kwargs={"pk": service.pk})).status_code
            assert (status == 200) <= visible, (state, status)
            if state != Service.State.ARCHIVED:
                assert (status == 200) == visible, (state, status)


def test_lists_are_empty_for_the_second_wall_when_nobody_says_for_whom(town: dict[str, Organisation]) -> None:
    """Row-level security: each protected table is empty to the application's role until it is told for whom."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        tables = [name for (name,) in cursor.fetchall()]
        assert {"base_notification", "directory_callback", "words_proposal"} <= set(tables)
        cursor.execute("SET LOCAL ROLE kesher_app")
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,), table
