"""A caseworker takes over all that somebody told: what was read is shown, what is ticked is kept with where it came from."""

import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.transitions import Actor
from kesher.words import coders
from kesher.words.models import Proposal
from tests import factories as make

pytestmark = pytest.mark.django_db
LIFE = (
    "I was a nurse in Addis Ababa for ten years.\nThen I was a bus driver, I speak English. "
    "Then I did blorping for two years. Now I am learning Hebrew."
)


@pytest.fixture
def at_work(client: Client, noa: User) -> Client:
    client.force_login(noa)
    return client


def sends(client: Client, by: Actor, **more: Any) -> Any:
    told = {"text": LIFE, "language": "", "organisation": str(by.organisation_id)}
    return client.post(reverse("coding_account"), told | more)


def test_what_is_ticked_is_kept_with_its_words_place_encoder_and_candidates(at_work: Client, by: Actor) -> None:
    read = sends(at_work, by)
    assert read.status_code == 200
    assert read["Cache-Control"] == "no-store"
    assert [one["ticked"] for one in read.context["experiences"]] == [True, True, True]
    assert [said for _, said in read.context["left_over"]] == [["I am learning Hebrew"]]
    assert not Proposal.objects.exists(), "looking keeps nothing"
    answer = sends(at_work, by, spans=read.context["spans"], keep=["1", "2"])
    assert answer["Location"] == reverse("coding_queue") + "?show=open"
    kept = Proposal.objects.order_by("id")
    nurse, driver = kept.filter(kind="occupation")
    held = coders.loaded("occupation").coder
    assert nurse.text[nurse.start : nurse.end] == nurse.words
    assert "nurse" in nurse.words
    assert nurse.text in LIFE
    assert driver.candidates[0]["isco08"] == "8331"
    for one in (nurse, driver):
        assert (one.embedder, one.vocabulary) == (held.embedder.name, held.vocabulary.name)
        assert (one.state, one.made_by_id, one.organisation_id) == ("open", by.user_id, by.organisation_id)
    assert [one.words for one in kept.filter(kind="skill")] == ["I speak English"]
    assert Event.objects.filter(name="proposal.made").count() == kept.count()
    assert "blorping" not in " ".join(one.text for one in kept), "what was not ticked is not kept"


def test_nothing_ticked_or_another_reading_keeps_nothing(at_work: Client, by: Actor) -> None:
    spans = sends(at_work, by).context["spans"]
    none = sends(at_work, by, spans=spans)
    assert none.status_code == 400
    assert none.context["refused"] in none.content.decode()
    assert [one["ticked"] for one in none.context["experiences"]] == [False, False, False]
    other = sends(at_work, by, spans="0-3", keep=["1"])
    assert other.status_code == 200
    assert other.context["is_read_anew"]
    assert not Proposal.objects.exists()


def test_words_without_work_and_no_words_are_told(at_work: Client, by: Actor) -> None:
    assert sends(at_work, by, text=" ").status_code == 400
    page = sends(at_work, by, text="qwzx vbnm")
    assert page.status_code == 200
    assert page.context["experiences"] == []
    assert 'name="keep"' not in page.content.decode()


def test_only_for_an_organisation_one_codes_for(at_work: Client, by: Actor) -> None:
    spans = sends(at_work, by).context["spans"]
    other = make.MembershipFactory(role=Role.CASEWORKER).user.memberships_in_force[0].organisation_id
    assert sends(at_work, by, organisation=str(other), spans=spans, keep=["1"]).status_code == 400
    assert not Proposal.objects.exists()


def test_what_was_told_stands_in_no_address_and_no_log(
    at_work: Client, by: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    spans = sends(at_work, by).context["spans"]
    answer = sends(at_work, by, spans=spans, keep=["1"])
    assert "Addis" not in answer["Location"]
    assert "Addis" not in caplog.text
    assert not [event for event in Event.objects.all() if "Addis" in str(event.data)]
