"""What came of a request: every state, role and verb is in the table or refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.directory.call_backs import CALL_BACK_STATES, WhyClosed, answer, erase
from kesher.directory.models import CALLERS, CallBack
from tests.directory.call_backs.conftest import Kept

pytestmark = pytest.mark.django_db
Asks = Callable[..., str]
VERBS = ("reach", "miss", "close")
#: From where each verb leads, and where to; written out once more so that a slip in the table is seen.
LEADS = {
    ("asked", "reach"): "reached",
    ("asked", "miss"): "not reached",
    ("asked", "close"): "closed",
    ("not reached", "reach"): "reached",
    ("not reached", "miss"): "not reached",
    ("not reached", "close"): "closed",
}
NOON = datetime(2026, 11, 1, 12, tzinfo=ZoneInfo("Asia/Jerusalem"))


@pytest.mark.parametrize("state", [state for state in Organisation.State.values if state != "approved"])
def test_people_of_an_organisation_not_approved_see_and_answer_nothing(
    as_application: None, asks: Asks, kept: Kept, samir: User, state: str
) -> None:
    asks()
    (one,) = kept()
    by = samir.as_actor(one.organisation_id)
    with acting_for(organisation_ids=[one.organisation_id]):
        assert CallBack.objects.visible_to(samir).exists()
        Organisation.objects.filter(pk=one.organisation_id).update(state=state)
        one.refresh_from_db()
        assert not CallBack.objects.visible_to(samir).exists()
        for refused in (lambda: answer(one, "reach", by=by), lambda: erase(one, by=by)):
            with pytest.raises(Refused, match="not approved"):
                refused()
    assert [row.state for row in kept()] == ["asked"]


@pytest.mark.parametrize(("state", "verb", "role"), list(product(CallBack.State.values, VERBS, Role.values)))
def test_every_state_verb_and_role(
    as_application: None, asks: Asks, kept: Kept, state: str, verb: str, role: str
) -> None:
    asks()
    (one,) = kept()
    by = Actor(uuid7(), one.organisation_id, frozenset({role}))
    with acting_for(organisation_ids=[one.organisation_id]):
        if state != "asked":
            CallBack.objects.update(state=state, answered_by_id=uuid7(), answered_at=NOON)
        if (state, verb) in LEADS and role in CALLERS:
            answer(one, verb, by=by, reason="not_needed" if verb == "close" else "", now=NOON + timedelta(days=1))
            one.refresh_from_db()
            assert one.state == LEADS[state, verb]
            assert (one.answered_by_id, one.answered_at) == (by.user_id, NOON + timedelta(days=1))
            last = Event.objects.filter(about_id=one.pk).latest("id")
            assert (last.name, last.actor_id, last.organisation_id) == (
                f"call_back.{verb}",
                by.user_id,
                one.organisation_id,
            )
        else:
            before = CallBack.objects.values().get()
            with pytest.raises(Refused):
                answer(one, verb, by=by, reason="not_needed")
            assert CallBack.objects.values().get() == before, "what is refused changes nothing"


def test_a_role_elsewhere_answers_nothing_here(asks: Asks, kept: Kept) -> None:
    asks()
    (one,) = kept()
    elsewhere = Actor(uuid7(), uuid7(), frozenset(CALLERS))
    for verb in VERBS:
        with pytest.raises(Refused):
            answer(one, verb, by=elsewhere, reason="not_needed")
    with pytest.raises(Refused):
        erase(one, by=elsewhere)
    assert kept()[0].state == "asked"


@pytest.mark.parametrize("reason", ["", "  ", "She said that her son is ill"])
def test_closing_takes_a_code_and_no_words(asks: Asks, kept: Kept, samir: User, reason: str) -> None:
    asks()
    (one,) = kept()
    with pytest.raises(Refused):
        answer(one, "close", by=samir.as_actor(one.organisation_id), reason=reason)
    assert not Event.objects.filter(name="call_back.close").exists()


@pytest.mark.parametrize("reason", WhyClosed.values)
def test_each_reason_closes(asks: Asks, kept: Kept, samir: User, reason: str) -> None:
    asks()
    (one,) = kept()
    answer(one, "close", by=samir.as_actor(one.organisation_id), reason=reason)
    assert Event.objects.get(name="call_back.close").reason == reason


def test_two_at_once_the_second_is_told(asks: Asks, kept: Kept, samir: User) -> None:
    asks()
    (one,), (same,) = kept(), kept()
    by = samir.as_actor(one.organisation_id)
    answer(one, "reach", by=by)
    with pytest.raises(Refused):
        answer(same, "miss", by=by)


@pytest.mark.parametrize("role", list(Role))
def test_who_answers_erases_when_asked_to(as_application: None, asks: Asks, kept: Kept, role: str) -> None:
    asks()
    (one,) = kept()
    with acting_for(organisation_ids=[one.organisation_id]):
        by = Actor(uuid7(), one.organisation_id, frozenset({role}))
        if role in CALLERS:
            erase(one, by=by)
            assert Event.objects.filter(name="call_back.erased", about_id=one.pk, actor_id=by.user_id).exists()
        else:
            with pytest.raises(Refused):
                erase(one, by=by)
    assert len(kept()) == (role not in CALLERS)


def test_every_target_is_a_state() -> None:
    assert {t.target for t in CALL_BACK_STATES.transitions} < set(CallBack.State.values)
