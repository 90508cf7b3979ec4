"""A next version of the words: two officers, people asked again, receipts keep what was read."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.people import files, wording
from kesher.people.consents import give, withdraw
from kesher.people.models import Access, Consent, ConsentText, Person
from kesher.people.models.consents import Purpose
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def words(said: str = "New words") -> dict[str, str]:
    return {code: f"{said} {code}" for code, _name in settings.LANGUAGES}


def officer() -> User:
    user: User = MembershipFactory(role=Role.OFFICER).user
    return user


def form(**more: Any) -> dict[str, Any]:
    return {f"words_{code}": text for code, text in words().items()} | {"verb": "propose", "purpose": "file"} | more


def test_two_officers_and_everybody_is_asked_again_whose_purpose_changed() -> None:
    here = OrganisationFactory(approved=True)
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    person, owned = PersonFactory(keeper=here), PersonFactory(keeper=here)
    own = UserFactory()
    files.claim(files.claim_key(owned), user=own)
    before = {one.pk: one.consents.get() for one in (person, owned)}
    first, second, office, me = Client(), Client(), Client(), Client()
    for client, user in ((first, officer()), (second, officer()), (office, noa), (me, own)):
        client.force_login(user)
    path = reverse("consent_texts")
    assert first.post(path, form(words_am="")).status_code == 400, "in every language"
    assert first.post(path, form(asks_again="on")).status_code == 302
    text = ConsentText.objects.get(published_at=None)
    assert first.post(path, form()).status_code == 400, "one at a time"
    assert first.post(path, {"verb": "publish", "text": str(text.pk)}).status_code == 400, "a second person"
    assert ConsentText.current("file").version == 1
    assert office.post(path, {"verb": "publish", "text": str(text.pk)}).status_code == 404
    assert second.post(path, {"verb": "publish", "text": str(text.pk)}).status_code == 302
    assert ConsentText.current("file").version == 2
    assert second.post(path, {"verb": "discard", "text": str(text.pk)}).status_code == 404, "in use it stays"

    mine, theirs = reverse("my_consents"), reverse("caseworker_consents", kwargs={"pk": person.pk})
    assert "New words en" in me.get(mine).content.decode()
    read, newest = {"words": str(Consent.objects.get(pk=before[owned.pk].pk).text_id)}, {"words": str(text.pk)}
    for stale in ({}, read):
        shown = me.post(mine, {"again": str(before[owned.pk].pk)} | stale)
        assert (shown.status_code, "New words en" in shown.content.decode()) == (409, True), (
            "they have read other words"
        )
    for client, page in ((me, mine), (office, theirs)):
        share = {"purpose": "statistics", "how": "phone", "agreed": "on"} | read
        assert client.post(page, share).status_code == 409
    assert Consent.objects.count() == 2, "nothing is agreed"
    assert me.post(mine, {"again": str(before[owned.pk].pk)} | newest).status_code == 302
    assert "New words" in office.get(theirs).content.decode()
    assert office.post(theirs, {"again": str(before[person.pk].pk), "how": "phone"}).status_code == 400, "agreed?"
    yes = {"again": str(before[person.pk].pk), "how": "phone", "agreed": "on"}
    assert office.post(theirs, yes | read).status_code == 409
    answer = office.post(theirs, yes | newest)
    assert answer.status_code == 302
    for one in (person, owned):
        old, new = before[one.pk], Consent.objects.in_force().get(person=one)
        old.refresh_from_db()
        assert (old.text.version, new.text.version, old.withdrawn_at) == (1, 2, None)
        assert old.receipt != new.receipt
        assert Person.objects.visible_to(noa).filter(pk=one.pk).exists(), "nothing was taken back"
        assert Access.objects.in_force().get(person=one, kind="keeper").consent == new
    for client, page in ((me, mine), (office, theirs)):
        assert 'name="again"' not in client.get(page).content.decode()
    withdraw(Consent.objects.in_force().get(person=person), by=noa.as_actor(here.pk))
    assert not Person.objects.visible_to(noa).filter(pk=person.pk).exists()


def test_other_words_for_the_same_ask_nobody() -> None:
    person, (first, second) = PersonFactory(), (officer().as_actor(), officer().as_actor())
    text = wording.propose("file", words("Plainer"), asks_again=False, by=first)
    wording.publish(text, by=second)
    assert wording.to_ask_again(Consent.objects.select_related("text")) == set()
    with pytest.raises(Refused):
        wording.propose("file", words(), asks_again=True, by=MembershipFactory(role=Role.CASEWORKER).user.as_actor())
    wording.discard(wording.propose("file", words(), asks_again=True, by=first), by=first)
    assert ConsentText.objects.filter(purpose="file").count() == 2
    assert person.consents.get().text.version == 1


def test_agreeing_again_works_behind_the_second_wall(as_application: None) -> None:
    here, charity = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    with acting_for(organisation_ids=[here.pk]):
        person = PersonFactory(keeper=here)
        shared = give(person, Purpose.SHARE, with_=charity, how="present", language="am", by=noa)
        text = wording.propose("share", words(), asks_again=True, by=officer().as_actor())
        wording.publish(text, by=officer().as_actor())
        assert wording.to_ask_again(Consent.objects.select_related("text")) == {shared.pk}
        new = wording.renew(shared, how="phone", language="am", by=noa)
    with acting_for(organisation_ids=[charity.pk]):
        assert Access.objects.in_force().get().consent_id == new.pk
        assert Person.objects.count() == 1
