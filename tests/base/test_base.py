"""The ground: keys, translated text, suppression, transitions, history, privacy declarations, row-level security."""

import contextlib
import uuid
from collections.abc import Callable
from datetime import timedelta

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pghistory.models import Context

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.accounts.states import ORGANISATION_STATES
from kesher.base import retention, rows
from kesher.base.events import on
from kesher.base.history import System, acting
from kesher.base.keys import uuid7
from kesher.base.models import Event, Notification, OutgoingMail, Portal
from kesher.base.privacy import FILES, NoPersonalData, PersonalData, Retention, Use, declaration, declared_models
from kesher.base.suppression import shown, shown_table, sum_may_be_shown
from kesher.base.transitions import Actor, Refused, TransitionTable
from kesher.base.translated import in_language, missing_languages, validate_translated
from tests.worker import work_off_tasks

# --- keys --------------------------------------------------------------------------------------------------------


def test_keys_are_version_7_and_grow() -> None:
    keys = [uuid7() for _ in range(20_000)]
    assert keys == sorted(set(keys))
    assert {key.version for key in keys} == {7}
    assert {key.variant for key in keys} == {uuid.RFC_4122}


# --- translated text ---------------------------------------------------------------------------------------------


def test_words_say_which_language_they_are_really_in() -> None:
    name = {"he": "אולפן", "en": "Hebrew course"}
    assert in_language(name, "he") == ("אולפן", "he")
    assert in_language(name, "ar") == ("Hebrew course", "en")
    assert in_language({"es": "Curso"}, "he") == ("Curso", "es")
    assert in_language({"ru": "Курс", "en": "Course"}, "uk").language == "ru"
    assert not in_language({}, "he")


@pytest.mark.parametrize("wrong", [[], "text", {"en": ""}, {"en": "  "}, {"e": "x"}, {"en": 3}, {3: "x"}])
def test_an_empty_text_is_left_out_not_stored(wrong: object) -> None:
    with pytest.raises(ValidationError):
        validate_translated(wrong)


def test_missing_languages_are_computed() -> None:
    organisation = Organisation(name={"en": "A", "he": "א"})
    assert missing_languages(organisation, ["en", "he", "ar"]) == {"ar": ["name"]}


# --- small counts ------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 30), max_size=12))
def test_no_hidden_count_can_be_worked_out_from_the_sum(cells: dict[int, int]) -> None:
    table = shown_table(cells)
    hidden = [key for key, cell in table.items() if cell.hidden]
    for key, count in cells.items():
        if 0 < count < 5:
            assert table[key].hidden
        if not table[key].hidden:
            assert table[key].value == count
    if hidden and sum_may_be_shown(cells):
        assert len(hidden) > 1
        assert sum(cells[key] for key in hidden) >= 5


def test_zero_is_shown_and_a_negative_count_refused() -> None:
    assert shown(0).value == 0
    assert shown(4).hidden
    assert shown(5).value == 5
    with pytest.raises(ValueError, match="negative"):
        shown(-1)


# --- transitions -------------------------------------------------------------------------------------------------


@pytest.fixture
def organisation(db: None) -> Organisation:
    return Organisation.objects.create(name={"en": "Bridge"}, kind=Organisation.Kind.CHARITY)


ALL_ROLES = [*Role.values, "system", "nobody"]


@pytest.mark.parametrize("table", [ORGANISATION_STATES], ids=lambda table: table.name)
def test_every_state_role_and_event_is_in_the_table_or_refused(
    organisation: Organisation, table: TransitionTable
) -> None:
    events = [*sorted({transition.event for transition in table.transitions}), "invented"]
    for state in Organisation.State.values:
        for role in ALL_ROLES:
            for event in events:
                row = table.find(event, state)
                allowed = row is not None and role in row.roles
                organisation.state = state
                organisation.save()
                by = Actor(uuid7(), organisation.pk, frozenset({role}))
                try:
                    table.apply(organisation, event, by=by, reason="because")
                except Refused:
                    assert not allowed, (state, role, event)
                    organisation.refresh_from_db()
                    assert organisation.state == state
                else:
                    assert allowed, (state, role, event)
                    assert row is not None
                    assert organisation.state == row.target


def test_a_reason_is_asked_where_one_is_owed(organisation: Organisation) -> None:
    moderator = Actor(uuid7(), None, frozenset({Role.MODERATOR}))
    with pytest.raises(Refused, match="reason"):
        ORGANISATION_STATES.apply(organisation, "refuse", by=moderator, reason=" ")
    assert not Event.objects.exists()


def test_a_transition_leaves_an_event_and_history_with_actor_and_reason(organisation: Organisation) -> None:
    moderator = Actor(uuid7(), None, frozenset({Role.MODERATOR}))
    ORGANISATION_STATES.apply(organisation, "refuse", by=moderator, reason="no such address")
    event = Event.objects.get()
    assert (event.name, event.about_id, event.actor_id) == ("organisation.refuse", organisation.pk, moderator.user_id)
    assert event.data == {"from": "pending", "to": "refused"}
    last = organisation.history.order_by("-pgh_id")[0]
    assert (last.pgh_label, last.state) == ("update", "refused")
    assert last.pgh_context.metadata["actor"] == str(moderator.user_id)
    assert last.pgh_context.metadata["reason"] == "no such address"


def test_the_second_of_two_is_judged_by_what_the_first_did(organisation: Organisation) -> None:
    moderator = Actor(uuid7(), None, frozenset({Role.MODERATOR}))
    stale = Organisation.objects.get(pk=organisation.pk)
    ORGANISATION_STATES.apply(organisation, "refuse", by=moderator, reason="x")
    with pytest.raises(Refused):
        ORGANISATION_STATES.apply(stale, "refuse", by=moderator, reason="x")


@pytest.mark.django_db(transaction=True)
def test_subscribers_run_as_tasks_after_commit_and_not_after_a_rollback() -> None:
    heard: list[uuid.UUID] = []

    @on("organisation.approve")
    def listen(event_id: uuid.UUID) -> None:
        heard.append(event_id)

    moderator = Actor(uuid7(), None, frozenset({Role.MODERATOR}))
    one = Organisation.objects.create(name={"en": "One"})
    two = Organisation.objects.create(name={"en": "Two"})
    with transaction.atomic():
        ORGANISATION_STATES.apply(one, "approve", by=moderator)
        transaction.set_rollback(True)
    ORGANISATION_STATES.apply(two, "approve", by=moderator)
    work_off_tasks()
    assert heard == [Event.objects.get().pk]


# --- history -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_history_sees_bulk_updates_and_plain_sql_once_per_row() -> None:
    with acting(actor=System("load"), reason="load"):
        Organisation.objects.bulk_create(Organisation(name={"en": str(i)}) for i in range(50))
        Organisation.objects.filter(kind="other").update(kind="charity")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_organisation WHERE name->>'en' = '7'")
    event_model = Organisation.pgh_event_model
    counts = {label: event_model.objects.filter(pgh_label=label).count() for label in ("insert", "update", "delete")}
    assert counts == {"insert": 50, "update": 50, "delete": 1}
    assert {event.pgh_context.metadata["reason"] for event in event_model.objects.all()} == {"load"}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}"])
def test_history_cannot_be_rewritten(organisation: Organisation, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("accounts_organisationevent"))


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["base_event", "base_accesslog", "accounts_userevent", "pghistory_context"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_has_no_right_to_change_logs(as_application: None, table: str, statement: str) -> None:
    column = {"accounts_userevent": "pgh_label", "pghistory_context": "metadata"}.get(table, "at")
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table, column, column))


# --- invariants: one violating example per constraint --------------------------------------------------------------


def _two_users_one_address() -> None:
    User.objects.create_user("a@example.org")
    User(email="A@example.org").save()


def _nameless_organisation() -> None:
    Organisation.objects.create(name={})


def _its_own_parent() -> None:
    key = uuid7()
    Organisation.objects.create(pk=key, name={"en": "x"}, parent_id=key)


def _two_portals() -> None:
    Portal.objects.create()
    Portal.objects.create()


def _same_role_twice() -> None:
    user, body = User.objects.create_user("a@example.org"), Organisation.objects.create(name={"en": "x"})
    for _ in range(2):
        user.memberships.create(organisation=body, role=Role.PROVIDER)


def _ends_before_it_begins() -> None:
    user, body = User.objects.create_user("a@example.org"), Organisation.objects.create(name={"en": "x"})
    today = timezone.localdate()
    user.memberships.create(organisation=body, role=Role.PROVIDER, since=today, until=today - timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "violate"),
    [
        ("user_email_once", _two_users_one_address),
        ("organisation_has_a_name", _nameless_organisation),
        ("organisation_not_its_own_parent", _its_own_parent),
        ("portal_only_one", _two_portals),
        ("membership_once_per_role", _same_role_twice),
        ("membership_ends_after_it_begins", _ends_before_it_begins),
    ],
)
def test_the_database_itself_refuses(name: str, violate: Callable[[], None]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        violate()


# --- privacy -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", declared_models(), ids=lambda model: model._meta.label)
def test_every_field_of_every_model_is_declared(model: type) -> None:
    declared = declaration(model)
    assert declared is not None, f"{model.__name__} has no privacy declaration"
    if isinstance(declared, NoPersonalData):
        assert declared.about
        return
    assert isinstance(declared, PersonalData)
    names = {field.name for field in model._meta.concrete_fields}
    said = set(declared.fields) | set(declared.plain)
    assert said == names, f"{model.__name__}: undeclared {names - said}, unknown {said - names}"
    if isinstance(declared.retention, Retention):
        assert declared.retention.after in names
    if model._meta.app_label in FILES:
        unused = {name for name in declared.fields if not declared.uses.get(name)}
        assert not unused, (
            f"{model.__name__}: these fields of a person's file do not say what they are used for: {unused}"
        )
    assert set(declared.uses) <= set(declared.fields), "only what is personal has a use of its own"


def test_every_use_is_somebody_s_and_no_field_is_used_for_everything() -> None:
    uses = [found for model in declared_models() for found in getattr(declaration(model), "uses", {}).values()]
    assert {use for found in uses for use in found} == set(Use)
    assert max(len(found) for found in uses) <= 3, "what is used for everything is bound to nothing"


@pytest.mark.django_db
def test_what_is_due_is_erased_with_its_history_and_nothing_else() -> None:
    now = timezone.now()
    old = User.objects.create_user("old@example.org", closed_at=now - timedelta(days=31))
    new = User.objects.create_user("new@example.org", closed_at=now - timedelta(days=29))
    OutgoingMail.objects.create(to="x", subject="y", body="z")
    OutgoingMail.objects.update(created_at=now - timedelta(days=31))
    erased = retention.run(now)
    assert erased == {"accounts_user": 1, "base_outgoingmail": 1}
    assert list(User.objects.all()) == [new]
    assert not User.pgh_event_model.objects.filter(pgh_obj_id=old.pk).exists()


@pytest.mark.django_db
def test_what_goes_along_with_a_row_loses_its_history_too(organisation: Organisation) -> None:
    now = timezone.now()
    old = User.objects.create_user("old@example.org", closed_at=now - timedelta(days=31))
    role = old.memberships.create(organisation=organisation, role=Role.PROVIDER)
    assert retention.run(now) == {"accounts_user": 1, "accounts_membership": 1}
    assert not type(role).pgh_event_model.objects.filter(pgh_obj_id=role.pk).exists()
    assert organisation.history.exists(), "what stays keeps its history"


@pytest.mark.django_db
def test_who_and_why_go_with_the_last_history_they_explain_and_are_emptied_in_time(organisation: Organisation) -> None:
    now = timezone.now()
    others = set(Context.objects.values_list("pk", flat=True))  # who made the organisation, and the first texts
    with acting(actor=uuid7(), reason="closed the account"):
        User.objects.create_user("old@example.org", closed_at=now - timedelta(days=31))
    with acting(actor=uuid7(), reason="old reason"):
        Organisation.objects.filter(pk=organisation.pk).update(registration_number="1")
    with acting(actor=uuid7(), reason="new reason"):
        Organisation.objects.filter(pk=organisation.pk).update(registration_number="2")
    contexts = Context.objects.all()
    contexts.filter(metadata__reason="closed the account").update(updated_at=now - timedelta(days=2))
    contexts.filter(metadata__reason="old reason").update(created_at=now - timedelta(days=7 * 365 + 1))
    assert retention.run(now) == {"accounts_user": 1, "pghistory_context": 2}
    left = contexts.exclude(pk__in=others).order_by("created_at")
    assert [context.metadata.get("reason") for context in left] == [None, "new reason"]
    assert organisation.history.count() == 3, "what changed and when stays"
    assert retention.run(now) == {}, "a second time there is nothing left to do"


# --- row-level security ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_protected_rows_show_to_their_recipient_alone(as_application: None) -> None:
    one, other = uuid7(), uuid7()
    Notification.objects.create(recipient_id=one, kind="x", language="en", link="/")
    assert not Notification.objects.exists()  # nobody said for whom: empty, even without visible_to
    with rows.acting_for(user_id=other):
        assert not Notification.objects.exists()
    with rows.acting_for(user_id=one):
        assert Notification.objects.count() == 1


@pytest.mark.django_db
def test_inside_another_what_was_told_before_holds_again() -> None:
    outer, inner = uuid7(), uuid7()
    before = rows.settings_of_connection()
    with rows.acting_for(user_id=outer, organisation_ids=[inner]):
        told = {"user": str(outer), "organisations": str(inner)}
        assert rows.settings_of_connection() == told
        with rows.acting_for(user_id=inner):
            assert rows.settings_of_connection() == {"user": str(inner), "organisations": ""}
        assert rows.settings_of_connection() == told
        with contextlib.suppress(ZeroDivisionError), rows.acting_for(organisation_ids=[outer]):
            raise ZeroDivisionError
        assert rows.settings_of_connection() == told
    assert rows.settings_of_connection() == before


@pytest.mark.django_db(transaction=True)
def test_its_own_transaction_takes_with_it_what_was_told() -> None:
    with rows.acting_for(user_id=uuid7()):
        pass
    assert rows.settings_of_connection() == {"user": "", "organisations": ""}


@pytest.mark.django_db
def test_a_request_leaves_nothing_behind_on_the_connection(client: Client) -> None:
    user = User.objects.create_user("a@example.org", "a long password")
    client.force_login(user)
    client.get("/en/")
    assert rows.settings_of_connection() == {"user": "", "organisations": ""}


@pytest.mark.django_db
def test_triggers_are_all_installed() -> None:
    assert pgtrigger.registered()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'")
        (installed,) = cursor.fetchone() or (0,)
    assert installed == len(pgtrigger.registered())
