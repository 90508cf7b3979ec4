"""My goal and my strengths: I say how it is now, say what is mine, and read back what was written down of a talk."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.casework import talks
from kesher.casework.models import Strength
from kesher.people import aspirations, work
from kesher.people.models import Aspiration, Person
from tests.www.jobseeker.test_skills import by, me, text  # noqa: F401

pytestmark = pytest.mark.django_db


def test_i_am_asked_again_and_nobody_makes_it_smaller(client: Client, me: Person, by: Actor) -> None:  # noqa: F811
    path, question = reverse("my_goal"), "Is it still so?"
    assert client.post(path, {"do": "goal", "goal": "a nurse", "sure": "3"}).status_code == 302
    assert question not in text(client.get(reverse("my_file")))
    Aspiration.objects.update(said_at=timezone.now() - timedelta(days=92))
    for page in (reverse("my_file"), path):
        assert question in text(client.get(page))
    seen = client.get(path).context["form"]["seen"].value()
    lower = {"do": "goal", "goal": "a cleaner", "sure": "2", "change": "lowered", "seen": seen}
    refused = client.post(path, lower)
    assert refused.status_code == 400
    assert "a cleaner" in refused.content.decode(), "what was typed is still there"
    assert client.post(path, lower | {"change": ""}).status_code == 400
    assert client.post(path, lower | {"change": "same"}).status_code == 400
    aspirations.say(me, "a doctor", sure=4, language="en", change="raised", by=by)
    stale = client.post(path, lower | {"why": "the way is too long for me"})
    assert stale.status_code == 409
    assert "a doctor" in text(stale).split("Nothing is written yet")[1]
    assert [one.goal for one in me.aspirations.order_by("said_at", "id")] == ["a nurse", "a doctor"]
    now = stale.context["form"]["seen"].value()
    assert client.post(path, lower | {"why": "the way is too long for me", "seen": now}).status_code == 302
    assert me.aspirations.get(change="lowered").why == "the way is too long for me"
    assert question not in text(client.get(path))


def test_i_read_a_talk_back_and_say_what_is_mine(client: Client, me: Person, by: Actor) -> None:  # noqa: F811
    path = reverse("my_goal")
    found = talks.from_words(["I stay calm", "I know engines"], "en")
    talk = talks.hold(me, form_key=uuid4(), purpose="strengths", about="the mill", strengths=found, by=by)
    calm, engines = talk.strengths.order_by("id")
    shown = text(client.get(path))
    assert "the mill" in shown
    assert str(User.objects.get(pk=by.user_id)) in shown, "with whom it was"
    assert client.post(path, {"do": "yes", "row": str(calm.pk)}).status_code == 302
    assert client.post(path, {"do": "out", "row": str(engines.pk)}).status_code == 302
    assert list(Strength.objects.values_list("words", "person_confirmed_by_id")) == [("I stay calm", me.user_id)]
    assert client.post(path, {"do": "yes", "row": str(engines.pk)}).status_code == 404
    wrong = {"do": "not-right", "row": str(talk.pk), f"{talk.pk}-words": "x" * 301}
    assert client.post(path, wrong).status_code == 400
    assert client.post(path, wrong | {f"{talk.pk}-words": "It was the bakery"}).status_code == 302
    talk.refresh_from_db()
    assert (talk.answer, talk.answer_words) == ("not_right", "It was the bakery")
    client.force_login(User.objects.get(pk=by.user_id))
    theirs = reverse("person_talks", kwargs={"pk": me.pk})
    assert "It was the bakery" in text(client.get(theirs))
    assert client.post(theirs, {"do": "heard", "row": str(talk.pk)}).status_code == 302
    talk.refresh_from_db()
    assert talk.heard_by_id == by.user_id
    assert client.post(theirs, {"do": "heard", "row": "x"}).status_code == 404


CHEF = "http://data.europa.eu/esco/isco/C3434"


def test_i_say_which_occupation_it_is_and_my_words_stand_first(client: Client, me: Person, by: Actor) -> None:  # noqa: F811
    path = reverse("my_goal")
    assert client.post(path, {"do": "meant", "meant-meant": "chef"}).status_code == 400, "nothing is said yet"
    said = aspirations.say(me, "chef in a hotel", sure=3, language="en", by=by)
    page = client.get(path)
    assert "Chefs" in text(page), "what it may mean is proposed at once"
    form = page.context["meant"]["form"]
    sent = {
        "do": "meant",
        "meant-goal": form.initial["goal"],
        "meant-seen": form.initial["seen"],
        "meant-meant": "chef",
    }
    assert client.post(path, sent).status_code == 400, "one of them must be chosen"
    looked = client.post(path, sent | {"meant-meant": "baker", "meant-meant-find": "1"})
    assert looked.status_code == 200
    assert "Baker" in text(looked)
    assert client.post(path, sent | {"meant-goal": str(uuid4()), "meant-meant-choice": CHEF}).status_code == 400
    assert client.post(path, sent | {"meant-meant-choice": CHEF}).status_code == 302
    said.refresh_from_db()
    assert (said.goal, said.isco08, said.person_confirmed_by_id) == ("chef in a hotel", "3434", me.user_id)
    shown = text(client.get(path))
    assert shown.index("chef in a hotel") < shown.index("As an occupation: Chefs")
    assert "which work was done before" in shown
    again = client.post(path, sent | {"meant-meant-choice": "none"})
    assert (again.status_code, Aspiration.objects.get().none_fits) == (400, False), "it was read before I chose"


def test_a_caseworker_says_it_and_i_say_yes(client: Client, me: Person, by: Actor) -> None:  # noqa: F811
    path, theirs = reverse("my_goal"), reverse("person_talks", kwargs={"pk": me.pk})
    said = aspirations.say(me, "chef in a hotel", sure=3, language="en", by=by)
    me_again = me.user
    assert me_again is not None
    client.force_login(User.objects.get(pk=by.user_id))
    initial = client.get(theirs).context["meant"]["form"].initial
    sent = {
        "do": "meant",
        "meant-goal": initial["goal"],
        "meant-seen": initial["seen"],
        "meant-meant": "chef",
        "meant-meant-choice": CHEF,
    }
    assert "Say who thinks so" in text(client.post(theirs, sent))
    assert client.post(theirs, sent | {"meant-who": "judged"}).status_code == 302
    assert "waits for their yes" in text(client.get(theirs))
    assert client.post(theirs, {"do": "meant-yes", "seen": "x", "who": "said"}).status_code == 400
    client.force_login(me_again)
    page = client.get(path)
    assert "Yes, that is what I mean" in text(page)
    assert client.post(path, {"do": "meant-yes", "seen": page.context["meant"]["seen"]}).status_code == 302
    said.refresh_from_db()
    assert (said.person_confirmed_by_id, said.caseworker_id) == (me.user_id, by.user_id)


def test_from_here_to_my_goal_with_quicker_steps(client: Client, me: Person, by: Actor) -> None:  # noqa: F811
    said = aspirations.say(me, "chef in a hotel", sure=3, language="en", by=by)
    aspirations.mean(said, CHEF, seen=aspirations.meaning_of(said), by=by, said=True)
    row, *_more = work.tell(me, "kitchen helper", kind="paid", language="en", by=by)
    work.confirm(row, "http://data.europa.eu/esco/isco/C9412", by=by, said=True)
    shown = text(client.get(reverse("my_goal")))
    goal, stones = shown.index("Still to learn"), shown.index("Quicker steps on the way")
    assert goal < stones < shown.index("Cooks") < shown.index("A rough guide")
    client.force_login(User.objects.get(pk=by.user_id))
    assert "Cooks" in text(client.get(reverse("person_talks", kwargs={"pk": me.pk})))
