"""Every route × every role × own object, another organisation's object, own object while working for another, no account."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
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
from kesher.insights.models import Annotation
from kesher.people import files, mandates
from kesher.people.merging import merge
from kesher.people.models import Person
from kesher.referrals.models import Cohort
from kesher.words.models import LocalWord, Proposal
from tests import hosting, mentoring
from tests.factories import (
    AppointmentFactory,
    AttachmentFactory,
    BookingFactory,
    BreachFactory,
    ComplaintFactory,
    InterpreterFactory,
    LegalDemandFactory,
    MembershipFactory,
    PersonFactory,
    PlaceQuestionFactory,
    ReferralFactory,
    ServiceFactory,
    StepFactory,
)
from tests.insights.figures import home_in_numbers, place_in_numbers
from tests.permissions.table import (
    ANONYMOUS,
    EVERYBODY,
    HELPS,
    LOGIN,
    OPEN_DATA_NAMESPACES,
    ROLES,
    ROUTES,
    SIGNED_IN,
    WITH_A_FILE,
    WITH_ACCOUNT,
    Row,
)

pytestmark = pytest.mark.django_db


def routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"the route {pattern.pattern} has no name"
            yield namespace + pattern.name, pattern.callback


def route_names() -> Iterator[str]:
    return (name for name, _callback in routes())


def takes_posts(callback: Any) -> bool:
    """Whether the view takes what is sent: a class of ours or of allauth, behind whatever decorators."""
    while (view := getattr(callback, "view_class", None)) is None and hasattr(callback, "__wrapped__"):
        callback = callback.__wrapped__
    return view is not None and hasattr(view, "post") and "post" in view.http_method_names


def is_open_data(name: str) -> bool:
    return name.startswith(OPEN_DATA_NAMESPACES)


TAKES_POSTS = frozenset(name for name, callback in routes() if takes_posts(callback))


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


class Reader(Client):
    """A browser reads what is sent piece by piece to the end: nothing stays open behind an answer."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if response.streaming:
            for _piece in response:
                pass
        return response


def client_of(user: User | None, **kept: str) -> Client:
    """A browser in which somebody is logged in; ``kept``: what else the session holds. Logging in itself has its tests:
    here only that somebody is."""
    client = Reader()
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
    if visitor in (WITH_A_FILE, HELPS):
        takes_part(visitor, user, PersonFactory(keeper=organisation))
    return client_of(user)


def takes_part(visitor: str, user: User, person: Person) -> None:
    """It becomes their own file, or they help with it on the word of whoever has no account."""
    if visitor == WITH_A_FILE:
        files.claim(files.claim_key(person), user=user)
        return
    keeper = person.consents.get(purpose="file").organisation
    worker = MembershipFactory(organisation=keeper, role=Role.CASEWORKER).user
    mandate = mandates.ask_for(person, "family", how="present", by=worker.as_actor(keeper.pk))
    mandates.accept(mandates.key_of(mandate, keeper.pk), user=user)


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
    if row.objects == "place in numbers":
        kwargs["pk"] = place_in_numbers()
    if row.objects == "home in numbers":
        kwargs["pk"] = home_in_numbers()
    if row.objects == "note beside a figure":
        told = {"area_id": home_in_numbers(), "indicator": "median-age", "language": "en", "written_by_id": uuid7()}
        kwargs["pk"] = Annotation.objects.create(organisation=organisation, text="A college opened.", **told).pk
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
    if row.objects == "breach":
        kwargs["pk"] = BreachFactory().pk
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
    """Something other than a refusal: a page, a redirect that is not the log-in, "not this way" (405), "gone on"."""
    return status in (200, 301, 400, 405, 409, 410) or (status == 302 and "/accounts/login/" not in location)


def is_right(response: Any, row: Row, visitor: str, *, lets_in: bool) -> bool:
    location = response.get("Location", "")
    if lets_in:
        missing = row.may_miss and response.status_code == 404
        return missing or is_an_answer(response.status_code, location)
    if row.refused == LOGIN or (visitor == ANONYMOUS and response.status_code == 302):
        return response.status_code == 302 and "/accounts/login/" in location
    return bool(response.status_code == row.refused)


def who_sends(allowed: frozenset[str]) -> frozenset[str]:
    """Where no role is asked for, one with a role stands for all of them."""
    return EVERYBODY - ROLES | {Role.CASEWORKER.value} if allowed >= ROLES else EVERYBODY


def sent(client: Client, path: str, said: dict[str, str]) -> Any:
    """The answer to what is sent, mostly nothing; what it changes is taken back."""
    with transaction.atomic():
        cookies = client.cookies.copy()
        response = client.post(path, said)
        client.cookies = cookies
        transaction.set_rollback(True)
    return response


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
            if not is_right(response, row, visitor, lets_in=visitor in allowed):
                wrong.append(f"{visitor} at {whose}: {response.status_code} {response.get('Location', '')}")
            if row.method == "get" and name in TAKES_POSTS and visitor in who_sends(allowed):
                response = sent(client, path, row.sends)
                lets_in = visitor in (allowed if row.writes is None else row.writes & allowed)
                says_nothing = lets_in and row.nothing and response.status_code == 404
                if not says_nothing and not is_right(response, row, visitor, lets_in=lets_in):
                    wrong.append(f"{visitor} sends to {whose}: {response.status_code} {response.get('Location', '')}")
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


#: Kinds of object that are somebody's: made with the file of a person.
OF_SOMEBODY = frozenset(
    {"person", "consent of a person", "paper of a person", "two people", "step", "appointment", "sent referral"}
    | {"received referral", "match", "concern", "training", "training proposed", "training certified"}
)
#: What whoever helps sees of it, and no more: who they are and what is agreed, and where they are reached.
WHO_HELPS_SEES = frozenset({"helped", "helped_contact"})


@pytest.mark.parametrize("name", sorted(name for name, row in ROUTES.items() if row.objects in OF_SOMEBODY))
def test_neither_whose_file_it_is_nor_who_helps_comes_in_by_the_office_door(
    town: dict[str, Organisation], name: str
) -> None:
    """Their own file, and the one they help with, have pages of their own; those of the office stay shut to both."""
    row = ROUTES[name]
    path = address(name, row, town["own"])
    person = Person.objects.active().filter(user=None).order_by("id")[0]
    wrong = []
    for visitor in (HELPS, WITH_A_FILE):
        user = User.objects.create(email=f"{visitor.replace(' ', '-')}-themselves@example.org")
        takes_part(visitor, user, person)
        client = client_of(user)
        lets_in = visitor == HELPS and name in WHO_HELPS_SEES
        answers = [client.post(path, row.sends)] if row.method == "post" else [client.get(path)]
        if row.method == "get" and name in TAKES_POSTS:
            answers.append(sent(client, path, row.sends))
        for response in answers:
            # 404, too, of an empty form, which says nothing one could do
            if response.status_code not in ((200, 400, 404) if lets_in else (row.refused, 404)):
                wrong.append(f"{visitor}: {response.request['REQUEST_METHOD']} {response.status_code}")
        if lets_in and answers[0].status_code != 200:
            wrong.append(f"{visitor} is not let in")
    assert not wrong, wrong


def of_ones_own(name: str, keeper: Organisation) -> tuple[Person, str]:
    """Somebody and the address of something of theirs, with its real key."""
    if name == "my_paper":
        paper = AttachmentFactory(person=PersonFactory(keeper=keeper))
        return paper.person, reverse(name, kwargs={"paper": paper.pk})
    if name == "my_appointment":
        meeting = AppointmentFactory(person=PersonFactory(keeper=keeper), organisation=keeper)
        return meeting.person, reverse(name, kwargs={"pk": meeting.pk})
    agreement = hosting.certified(keeper)
    return agreement.person, reverse(name, kwargs={"pk": agreement.pk})


def heading(response: Any) -> str:
    return str(response.content.decode().split("<h1")[1].split("</h1>")[0])


@pytest.mark.parametrize("name", ["my_paper", "my_appointment", "my_training_certificate"])
def test_what_is_mine_is_nobody_elses(town: dict[str, Organisation], name: str) -> None:
    person, path = of_ones_own(name, town["own"])
    helper, mine = (User.objects.create(email=f"{who}@example.org") for who in ("helper", "mine"))
    takes_part(HELPS, helper, person)
    takes_part(WITH_A_FILE, mine, person)
    assert client_of(mine).get(path).status_code == 200
    assert as_visitor(WITH_A_FILE, town["own"]).get(path).status_code == 404, "somebody else, with a file of their own"
    for other in (client_of(helper), as_visitor(SIGNED_IN, town["own"]), as_visitor(Role.CASEWORKER, town["own"])):
        response = other.get(path, follow=True)
        assert "text/html" in response["Content-Type"]
        assert heading(response) == heading(other.get(reverse("my_file"))), (
            "as for anybody without a file: how one begins"
        )
    assert client_of(None).get(path).status_code == 302


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
