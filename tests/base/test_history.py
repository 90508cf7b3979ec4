"""History says who wrote: a write that names nobody is refused by the database, whichever way it comes."""

import json
import uuid
from collections.abc import Callable, Iterator

import pghistory
import pghistory.models
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.accounts.states import ORGANISATION_STATES
from kesher.base.events import on
from kesher.base.history import LONGEST, THE_SYSTEM, System, Visitor, acting, said_in_sql
from kesher.base.keys import uuid7
from kesher.base.middleware import HistoryContext
from kesher.base.models import Event
from kesher.base.rights import guard_history, is_guarded
from kesher.base.transitions import Actor
from kesher.cli import checks
from tests.worker import work_off_tasks


@pytest.fixture
def organisation(db: None) -> Organisation:
    return Organisation.objects.create(name={"en": "Office"})


@pytest.fixture
def unnamed() -> Iterator[None]:
    held = list(connection.execute_wrappers)
    connection.execute_wrappers.clear()
    yield
    connection.execute_wrappers[:] = held


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["insert", "update", "delete", "plain SQL"])
def test_nothing_is_written_where_nobody_is_named_as_its_writer(
    way: str, organisation: Organisation, unnamed: None
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
        )
    before = organisation.history.count()
    rows = Organisation.objects.filter(pk=organisation.pk)
    ways: dict[str, Callable[[], object]] = {
        "insert": lambda: Organisation.objects.create(name={"en": "Another"}),
        "update": lambda: rows.update(kind="charity"),
        "delete": rows.delete,
        "plain SQL": lambda: connection.cursor().execute("UPDATE accounts_organisation SET kind = 'charity'"),
    }
    with pytest.raises(DatabaseError, match="history needs an actor") as refused, transaction.atomic():
        ways[way]()
    assert "kesher.base.history" in str(refused.value), "and says what to set"
    assert rows.get().kind == organisation.kind
    assert organisation.history.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["", "None", "null", "somebody", "system:", "system: ", "{}"])
def test_a_writer_is_a_user_the_system_by_name_or_a_visitor(said: str, unnamed: None) -> None:
    with (
        pytest.raises(DatabaseError, match="history needs an actor"),
        transaction.atomic(),
        pghistory.context(actor=said, reason="x"),
    ):
        Organisation.objects.create(name={"en": "Nobody wrote this"})
    with pytest.raises(TypeError, match="needs an actor"), acting(actor=None, reason="x"):  # type: ignore[arg-type]
        pass


def _writers(organisation: Organisation) -> list[tuple[str, str]]:
    kept = organisation.history.order_by("pgh_id").select_related("pgh_context")
    return [(one.pgh_context.metadata["actor"], one.pgh_context.metadata["reason"]) for one in kept]


@pytest.mark.django_db
def test_each_piece_of_work_says_who_did_it_also_inside_another() -> None:
    noa = uuid7()
    with acting(actor=noa, reason="", request="r"):
        organisation = Organisation.objects.create(name={"en": "One"})
        with acting(actor=System("ages"), reason="as old as the file says"):
            Organisation.objects.filter(pk=organisation.pk).update(kind="charity")
        with acting(actor=Visitor("complaint"), reason="complaint made"):
            Organisation.objects.filter(pk=organisation.pk).update(kind="other")
        with acting(actor=noa, reason="afterwards"):
            Organisation.objects.filter(pk=organisation.pk).update(kind="charity")
    assert _writers(organisation) == [
        (str(noa), "afterwards"),  # one request is one piece of work
        ("system: ages", "as old as the file says"),
        ("visitor: complaint", "complaint made"),
        (str(noa), "afterwards"),
    ]


@pytest.mark.django_db
def test_the_system_is_known_by_its_task_or_else_by_its_reason() -> None:
    with acting(actor=THE_SYSTEM, reason="nightly"):
        organisation = Organisation.objects.create(name={"en": "One"})
    with acting(actor=System("rooms.tasks.count"), reason=""), acting(actor=Actor.the_system(), reason="counted"):
        Organisation.objects.filter(pk=organisation.pk).update(kind="charity")
    with acting(actor=Actor(None, uuid7(), frozenset({"link"})), reason="answered"):
        Organisation.objects.filter(pk=organisation.pk).update(kind="other")
    assert _writers(organisation) == [
        ("system: nightly", "nightly"),
        ("system: rooms.tasks.count", "counted"),
        ("visitor: link", "answered"),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_task_and_a_subscriber_are_named_by_what_they_are() -> None:
    @on("organisation.approve")
    def tidy_up(event_id: uuid.UUID) -> None:
        Organisation.objects.filter(pk=Event.objects.get(pk=event_id).about_id).update(kind="charity")

    organisation = Organisation.objects.create(name={"en": "One"})
    ORGANISATION_STATES.apply(organisation, "approve", by=Actor(uuid7(), None, frozenset({Role.MODERATOR})))
    work_off_tasks()
    assert _writers(organisation)[-1] == (
        f"system: {tidy_up.__module__}.{tidy_up.__qualname__}",
        "organisation.approve",
    )


@pytest.mark.django_db(transaction=True)
def test_the_owners_connection_names_the_writer_too_and_waits_for_nobody() -> None:
    """Nightly work writes as the database's owner, beside what the application writes in a transaction of its own."""
    connections.settings["second"] = connections["default"].settings_dict | {
        "OPTIONS": {"options": "-c lock_timeout=3s"}
    }
    try:
        connections["second"].connect()
        with (
            acting(actor=System("night"), reason="nobody holds it"),
            transaction.atomic(),
            transaction.atomic("second"),
        ):
            here = Organisation.objects.create(name={"en": "Here"})
            there = Organisation.objects.using("second").create(name={"en": "There"})
        assert (
            _writers(here) == _writers(Organisation.objects.get(pk=there.pk)) == [("system: night", "nobody holds it")]
        )
    finally:
        connections["second"].close()
        del connections["second"]
        del connections.settings["second"]


@pytest.mark.django_db
def test_a_migration_written_in_sql_names_itself(organisation: Organisation, unnamed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(said_in_sql("migration accounts.0009"))
        cursor.execute("UPDATE accounts_organisation SET kind = 'charity'")
    assert _writers(organisation)[-1] == ("system: migration accounts.0009", "migration accounts.0009")
    with pytest.raises(ValueError, match="letters"):
        said_in_sql("x'; DROP TABLE accounts_user; --")


@pytest.mark.django_db(transaction=True)
def test_a_visitor_without_account_is_known_by_the_page_and_never_by_its_path() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        Organisation.objects.create(name={"en": "Registered"})
        return HttpResponse()

    request = HttpRequest()
    request.method, request.path_info = "POST", "/en/invitation/a-secret-token/"
    request.user = AnonymousUser()
    HistoryContext(answer)(request)
    (written,) = _writers(Organisation.objects.get())
    assert written == ("visitor: invitation", "")


@pytest.mark.django_db
@pytest.mark.parametrize("long", [1, 191, 192, 193, 200, 300])
def test_a_name_of_any_length_is_written_as_long_as_it_may_be(long: int) -> None:
    with acting(actor=System("x" * long), reason="x"):
        one = Organisation.objects.create(name={"en": "One"})
    with acting(actor=Visitor("y" * long), reason="y"):
        Organisation.objects.filter(pk=one.pk).update(kind="charity")
    with acting(actor=THE_SYSTEM, reason="z" * long):
        Organisation.objects.filter(pk=one.pk).update(kind="other")
    assert [actor for actor, _why in _writers(one)] == [
        f"system: {'x' * long}"[:LONGEST],
        f"visitor: {'y' * long}"[:LONGEST],
        f"system: {'z' * long}"[:LONGEST],
    ]


# --- who and why cannot be changed by the application ---------------------------------------------------------------


def _say(key: object, actor: str, reason: str = "x") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [str(key), json.dumps({"actor": actor, "reason": reason})],
        )


def _write(organisation: Organisation, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_organisation SET kind = %s WHERE id = %s", [kind, organisation.pk])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pghistory_context SET metadata = '{}'",
        "INSERT INTO pghistory_context (id, metadata, created_at, updated_at)"
        " SELECT id, '{}', now(), now() FROM pghistory_context ON CONFLICT (id) DO UPDATE SET metadata = '{}'",
        "INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (gen_random_uuid(), '{}', now(), now())",
    ],
)
def test_the_application_writes_no_context_itself(
    organisation: Organisation, as_application: None, statement: str
) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("named", ["as the program named it", "as it is kept"])
def test_whoever_names_an_old_key_changes_nothing_of_what_was_said(
    organisation: Organisation, unnamed: None, named: str
) -> None:
    noa, key = str(uuid7()), uuid.uuid4()
    with transaction.atomic():
        _say(key, noa, "started work")
        _write(organisation, "charity")
    kept = organisation.history.order_by("pgh_id").last().pgh_context_id
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kesher_app")
    try:
        for actor in ("system: nobody", noa):
            with transaction.atomic():
                _say(kept if named == "as it is kept" else key, actor, "another reason")
                _write(organisation, "charity" if actor == noa else "other")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
    assert _writers(organisation)[-3:] == [
        (noa, "started work"),
        ("system: nobody", "another reason"),
        (noa, "another reason"),
    ]


@pytest.mark.django_db
def test_another_actor_under_the_same_key_is_written_down_apart(organisation: Organisation, unnamed: None) -> None:
    key, noa, omar = uuid.uuid4(), str(uuid7()), str(uuid7())
    for actor, reason, kind in ((noa, "one", "charity"), (noa, "two", "other"), (omar, "three", "charity")):
        _say(key, actor, reason)
        _write(organisation, kind)
    assert _writers(organisation)[-3:] == [(noa, "two"), (noa, "two"), (omar, "three")]


@pytest.mark.django_db
def test_a_role_that_shadows_a_table_does_not_catch_what_is_said(organisation: Organisation, unnamed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE pghistory_context (LIKE public.pghistory_context INCLUDING ALL)")
        _say(uuid.uuid4(), "system: one")
        _write(organisation, "charity")
        cursor.execute("SELECT count(*) FROM pg_temp.pghistory_context")
        assert cursor.fetchone() == (0,)
        cursor.execute("DROP TABLE pg_temp.pghistory_context")
    assert _writers(organisation)[-1][0] == "system: one"


@pytest.mark.django_db
def test_the_check_tells_when_the_function_is_another_one_or_the_right_is_back(as_application: None) -> None:
    assert checks.history().status is checks.Status.OK
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("GRANT UPDATE ON pghistory_context TO kesher_app")
        cursor.execute("SET ROLE kesher_app")
        assert "rewrite" in checks.history().seen
        cursor.execute("RESET ROLE")
    pghistory.models.Context.install_pgh_attach_context_func(using="default")
    assert (found := checks.history()).status is checks.Status.FAIL
    assert "another one" in found.seen
    guard_history(None, using="default")
    with connection.cursor() as cursor:
        assert is_guarded(cursor), "the next migration puts it back"
