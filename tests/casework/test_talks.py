"""Coaching talks: whole or not at all, strengths that are the person's own, read back by them, and asked again in time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework import talks
from kesher.casework.models import Plan, Step, Strength, Talk
from kesher.casework.today import Ask, told_by
from kesher.casework.today_of_files import OF_FILES
from kesher.people import abilities, aspirations, files, work
from kesher.people.consents import HELPER, withdraw
from kesher.people.merging import merge, undo
from kesher.people.models import Aspiration, Consent
from kesher.people.models.consents import Purpose
from kesher.words.typical import tasks_of
from kesher.www.jobseeker.access import as_the_person
from tests.casework.people import Case, a_case, in_days, worker
from tests.factories import OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
MECHANIC = "7231"


@pytest.fixture
def case() -> Case:
    return a_case(language="am")


@pytest.fixture
def own(case: Case) -> Actor:
    user = UserFactory()
    files.claim(files.claim_key(case.person), user=user)
    case.person.refresh_from_db()
    return as_the_person(user)


@pytest.fixture
def below_the_pages() -> Iterator[None]:
    """As the application's role of the database, for which the second wall holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kesher_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def hold(case: Case, **said: Any) -> Talk:
    return talks.hold(case.person, by=case.by, **{"form_key": uuid4(), "purpose": "goal", **said})


def reasons(case: Case, user: Any = None, ahead: int = 0) -> list[str]:
    ask = Ask(user or case.worker, timezone.localdate() + timedelta(days=ahead), own=True)
    return [row.reason.code for row in told_by(ask, OF_FILES)[0]]


def counts() -> tuple[int, int, int, int]:
    return Talk.objects.count(), Strength.objects.count(), Step.objects.count(), Aspiration.objects.count()


def test_a_talk_is_written_whole_once_or_not_at_all(case: Case) -> None:
    aspirations.say(case.person, "a nurse", sure=3, language="am", by=case.by)
    said: dict[str, Any] = {
        "form_key": uuid4(),
        "strengths": talks.from_words(["I stay calm", "", " I stay  calm ", "I learn fast"], "am"),
        "goal": talks.Goal("an assistant", 2, change="lowered"),
        "experience": talks.Experience("taster", in_days(5), "at the clinic"),
    }
    before = counts()
    for wrong in (
        {},  # lowered, and not in their words
        {"goal": talks.Goal("an assistant", 2)},  # lowered without saying so
        {"goal": None, "held_on": in_days(1)},
        {"goal": None, "experience": talks.Experience("papers", in_days(5))},
        {"goal": None, "purpose": "other"},
    ):
        with pytest.raises((ValidationError, Refused)):
            hold(case, **said | wrong)
        assert counts() == before
    with pytest.raises(files.Changed):
        hold(case, **said | {"goal": talks.Goal("a doctor", 3, change="raised", seen="of another day")})
    assert counts() == before
    right = said | {"goal": talks.Goal("an assistant", 2, change="lowered", why="the examination takes too long")}
    talk = hold(case, **right)
    assert hold(case, **right) == talk, "pressed twice"
    assert counts() == (1, 2, 1, 2)
    assert talk.aspiration == aspirations.latest(case.person)
    assert talk.step is not None
    assert (talk.step.kind, talk.step.due_on, talk.step.owner) == ("taster", in_days(5), "person")
    assert Plan.objects.get(person=case.person).next_on == in_days(5), "the plan knows its next day"


def test_strengths_come_from_what_was_said_and_are_theirs_with_their_yes(case: Case, own: Actor) -> None:
    tasks = [task.uri for task in tasks_of(MECHANIC)]
    abilities.answer_cards(case.person, MECHANIC, {tasks[0]: 4, tasks[1]: 1}, by=case.by)
    work.tell(case.person, "zzqq of the mill", kind="family", language="am", by=case.by)
    found = talks.proposed(case.person)
    assert [(one.source, one.uri or one.words) for one in found] == [
        ("card", tasks[0]),  # what they never did is none
        ("work", "zzqq of the mill"),
    ]
    talk = hold(case, purpose="strengths", strengths=found)
    assert talks.proposed(case.person) == [], "what is among them is not proposed again"
    assert not Strength.objects.confirmed().exists(), "a caseworker finds them, and nobody else says yes"
    of_card, of_work = talk.strengths.order_by("id")
    with pytest.raises(Refused):
        talks.confirm(of_card, by=replace(own, roles=frozenset({HELPER})))
    stranger = worker(OrganisationFactory(approved=True))
    with pytest.raises(Refused):
        talks.confirm(of_card, by=stranger.as_actor(stranger.memberships.get().organisation_id))
    talks.confirm(of_card, by=own)
    talks.confirm(of_card, by=own)
    skill = case.person.skills.get(uri=tasks[0])
    assert (skill.person_confirmed_by_id, skill.caseworker_confirmed_at) == (own.user_id, None)
    with pytest.raises(Refused, match="said themselves"):
        talks.take_out(of_card, by=case.by)
    talks.take_out(of_work, by=own)
    talks.take_out(of_work, by=own)
    assert list(Strength.objects.all()) == [of_card]
    with pytest.raises(Refused, match="taken out"):
        talks.confirm(of_work, by=own)
    case.person.user_id = case.worker.pk  # a caseworker is the person, too
    with pytest.raises(Refused):
        hold(case, strengths=talks.from_words(["I am the best"], "en"), said_yes=True)


def test_the_person_reads_it_back_and_what_is_not_right_comes_up_until_it_is_taken_up(case: Case, own: Actor) -> None:
    talk = hold(case)
    for by in (case.by, replace(own, roles=frozenset({HELPER})), as_the_person(UserFactory())):
        with pytest.raises(Refused):
            talks.answer(talk, right=True, by=by)
    talks.answer(talk, right=True, by=own)
    assert reasons(case) == []
    talks.answer(talk, right=False, words="I never said so", by=own)
    assert reasons(case) == ["talk_not_right"]
    assert reasons(case, case.partner_worker) == ["talk_not_right"], "of everybody who has the file"
    assert reasons(case, worker(OrganisationFactory(approved=True))) == []
    talks.take_up(talk, by=case.by)
    assert reasons(case) == []
    talks.answer(talk, right=False, by=own)
    assert reasons(case) == ["talk_not_right"], "said again it counts again"


def test_a_goal_comes_up_after_three_and_after_six_months(case: Case) -> None:
    aspirations.say(case.person, "a nurse", sure=3, language="am", by=case.by)
    assert (reasons(case, ahead=90), reasons(case, ahead=91)) == ([], ["goal_again"])
    for shown in (True, False):
        hold(case, goal=talks.Goal("a nurse", 3, change="same"))
        Aspiration.objects.update(said_at=timezone.now() - timedelta(days=92))
        assert reasons(case) == (["goal_again"] if shown else []), "twice, and then it is left in peace"


def test_the_second_wall_and_the_end_of_the_agreement(case: Case, below_the_pages: None) -> None:
    with acting_for(user_id=case.worker.pk, organisation_ids=[case.keeper.pk]):
        hold(case, strengths=talks.from_words(["I stay calm"], "am"))
        assert (Talk.objects.count(), Strength.objects.count()) == (1, 1)
    with acting_for(organisation_ids=[case.partner.pk]):
        assert Talk.objects.exists()
        consent = Consent.objects.get(person=case.person, purpose=Purpose.SHARE)
    with acting_for(user_id=case.worker.pk, organisation_ids=[case.keeper.pk]):
        withdraw(consent, by=case.by)
    with acting_for(organisation_ids=[case.partner.pk]):
        assert not Talk.objects.exists()
        assert not Strength.objects.exists()
        assert not Talk.history.rel.related_model.objects.exists()


def test_talks_go_along_when_two_files_become_one(case: Case) -> None:
    talk = hold(case, strengths=talks.from_words(["I stay calm"], "am"))
    withdraw(Consent.objects.get(person=case.person, purpose=Purpose.SHARE), by=case.by)
    kept = PersonFactory(keeper=case.keeper)
    done = merge(kept, case.person, by=case.by)
    assert (kept.talks.get(), kept.strengths.count()) == (talk, 1)
    undo(done, by=case.by)
    assert (case.person.talks.get(), kept.strengths.count()) == (talk, 0)
