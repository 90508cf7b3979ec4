"""Caseworkers write words down, decide, think again, and propose what the town calls a thing."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.base.transitions import Actor
from kesher.formats import esco
from kesher.formats.isco import ESCO_GROUP
from kesher.words import code, coders
from kesher.words.models import LocalWord, Proposal
from kesher.words.proposals import choose, record
from kesher.www.caseworker.words import written_in
from tests import factories as make
from tests.formats.esco import small

pytestmark = pytest.mark.django_db
SAID = "ነርስ ነበርኩ"
NURSES = ESCO_GROUP + "2221"


@pytest.fixture
def at_work(client: Client, noa: User) -> Client:
    client.force_login(noa)
    return client


@pytest.fixture
def waiting(inside: None, by: Actor) -> Proposal:
    return record(code(SAID, language="am"), kind="occupation", by=by, language="am")


def page_of(one: Proposal) -> str:
    return reverse("coding_decide", kwargs={"pk": one.pk})


def sends(client: Client, one: Proposal, **data: str) -> Any:
    return client.post(page_of(one), {name.replace("_", "-"): value for name, value in data.items()})


def test_words_are_written_down_and_decided_at_once(at_work: Client, by: Actor) -> None:
    told = {"kind": "occupation", "words": SAID, "purpose": "interview", "organisation": str(by.organisation_id)}
    url = reverse("coding_new")
    looked = at_work.post(url, told | {"words-find": "1"})
    assert looked.status_code == 200
    assert not Proposal.objects.exists(), "looking keeps nothing"
    assert at_work.post(url, told).status_code == 400
    answer = at_work.post(url, told | {"words-choice": NURSES})
    one = Proposal.objects.get()
    assert answer["Location"] == page_of(one)
    assert (one.state, one.chosen_uri, one.decided_by_id) == ("chosen", NURSES, by.user_id)
    at_work.post(url, told | {"words-choice": "none"})
    assert Proposal.objects.filter(state="none").count() == 1


@pytest.mark.parametrize(
    ("text", "page", "language"),
    [
        ("נהג", "en", "he"),
        ("driver", "he", "en"),
        ("chauffeur", "fr", "fr"),
        ("водій", "uk", "uk"),
        ("водитель", "he", "ru"),
    ],
)
def test_the_language_of_words_is_read_from_their_letters(text: str, page: str, language: str) -> None:
    assert written_in(text, page) == language


def test_words_may_wait(at_work: Client, by: Actor) -> None:
    told = {"kind": "occupation", "words": SAID, "purpose": "interview", "organisation": str(by.organisation_id)}
    url = reverse("coding_new")
    assert at_work.post(url, told | {"later": "1"})["Location"] == reverse("coding_queue")
    one = Proposal.objects.get()
    assert (one.state, one.words, one.language) == ("open", SAID, "am"), "whatever the language of the page"
    assert at_work.post(url, told | {"words": "", "later": "1"}).status_code == 400
    assert at_work.post(url, told | {"purpose": "gossip", "later": "1"}).status_code == 400
    assert at_work.post(url, told | {"organisation": str(one.pk), "later": "1"}).status_code == 400
    assert Proposal.objects.count() == 1
    queue = at_work.get(reverse("coding_queue")).content.decode()
    assert SAID in queue
    assert "Nursing professionals" in queue


def test_deciding_and_thinking_again(at_work: Client, waiting: Proposal) -> None:
    page = at_work.get(page_of(waiting)).content.decode()
    assert SAID in page
    assert "checked" not in page
    assert sends(at_work, waiting, do="decide").status_code == 400
    assert sends(at_work, waiting, do="decide", choice="urn:made-up").status_code == 400
    assert sends(at_work, waiting).status_code == 400
    assert sends(at_work, waiting, do="decide", choice=NURSES).status_code == 302
    waiting.refresh_from_db()
    assert waiting.chosen_isco08 == "2221"
    assert sends(at_work, waiting, do="reconsider", reason="").status_code == 400
    assert sends(at_work, waiting, do="reconsider", reason="I misheard.").status_code == 302
    told = at_work.get(page_of(waiting)).content.decode()
    assert "I misheard." in told
    assert "Noa" in told


def test_something_that_was_not_proposed_can_be_found(at_work: Client, waiting: Proposal) -> None:
    found = sends(at_work, waiting, do="other", other_words="midwife", other_words_find="1")
    assert found.status_code == 200
    midwife = code("midwife").candidates[0]
    assert midwife.uri in found.content.decode()
    assert sends(at_work, waiting, do="other", other_words="midwife").status_code == 400
    assert sends(at_work, waiting, do="other", other_words="midwife", other_words_choice=midwife.uri).status_code == 302
    waiting.refresh_from_db()
    assert waiting.chosen_uri == midwife.uri


def test_who_opens_it_is_noted_and_a_stranger_finds_nothing(
    at_work: Client,
    noa: User,
    waiting: Proposal,
) -> None:
    at_work.get(page_of(waiting))
    read = AccessLog.objects.get(about_id=waiting.pk)
    assert (read.actor_id, read.purpose) == (noa.pk, "coding")
    stranger = Client()
    stranger.force_login(make.MembershipFactory(role=Role.CASEWORKER).user)
    assert stranger.get(page_of(waiting)).status_code == 404
    assert sends(stranger, waiting, do="decide", choice=NURSES).status_code == 404
    assert SAID not in stranger.get(reverse("coding_queue")).content.decode()


def test_local_words_from_a_decision_to_the_list(at_work: Client, waiting: Proposal, by: Actor) -> None:
    local = {"do": "local", "local_text": "אחות מאדיס", "local_language": "he"}
    assert sends(at_work, waiting, **local).status_code == 400, "nothing is decided yet"
    choose(waiting, NURSES, by=by)
    refused = sends(at_work, waiting, **(local | {"local_text": "052-1234567"}))
    assert refused.status_code == 400
    assert "Without numbers" in refused.content.decode()
    assert sends(at_work, waiting, **local).status_code == 302
    word = LocalWord.objects.get()
    assert (word.proposal_id, word.uri) == (waiting.pk, NURSES)
    listed = at_work.get(reverse("local_words")).content.decode()
    assert "You wrote this" in listed
    assert 'value="accept"' not in listed
    url = reverse("local_word_decide", kwargs={"pk": word.pk})
    assert at_work.post(url, {"event": "accept"}).status_code == 400, "a second person decides"
    officer = Client()
    officer.force_login(make.MembershipFactory(role=Role.OFFICER).user)
    assert officer.post(url, {"event": "refuse"}).status_code == 400, "a reason is owed"
    assert officer.post(url, {"event": "gossip"}).status_code == 400
    assert officer.post(url, {"event": "accept"}).status_code == 302
    word.refresh_from_db()
    assert word.state == "in use"
    assert officer.post(url, {"event": "withdraw", "reason": "Nobody says so."}).status_code == 302


def test_words_that_were_decided_the_same_way_twice_lead_to_the_list(at_work: Client, inside: None, by: Actor) -> None:
    for is_listed in (False, True):
        one = record(code("blorper", language="en"), kind="occupation", by=by, language="en")
        choose(one, NURSES, by=by)
        page = at_work.get(reverse("local_words")).content.decode()
        assert (f'{page_of(one)}#local"' in page) is is_listed
    assert 'id="local"' in at_work.get(page_of(one)).content.decode()


def test_the_queue_asks_as_many_queries_for_six_as_for_three(
    at_work: Client,
    by: Actor,
    inside: None,
) -> None:
    at_work.get(reverse("coding_queue"))  # the portal's name is then in the cache
    counts = []
    for _ in range(2):
        for _ in range(3):
            record(code(SAID), kind="occupation", by=by)
        with CaptureQueriesContext(connection) as asked:
            at_work.get(reverse("coding_queue"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_whoever_codes_for_two_organisations_codes_for_the_one_they_work_for_now(
    at_work: Client, noa: User, by: Actor
) -> None:
    other = make.MembershipFactory(role=Role.REFERRER, user=noa).organisation
    assert at_work.post(reverse("working_for"), {"organisation": str(other.pk)}).status_code == 302
    assert "For which organisation?" not in at_work.get(reverse("coding_new")).content.decode()
    told = {"kind": "skill", "words": "לבשל", "purpose": "vacancy", "organisation": str(other.pk), "later": "1"}
    assert at_work.post(reverse("coding_new"), told | {"organisation": str(by.organisation_id)}).status_code == 400
    assert at_work.post(reverse("coding_new"), told).status_code == 302
    assert Proposal.objects.get().organisation_id == other.pk


def test_where_labels_of_esco_are_shown_its_licence_is_kept(
    at_work: Client, waiting: Proposal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On every page, signed in or not: names of occupations and skills stand in files, profiles, lists and reasons."""
    names = (
        "coding_queue",
        "coding_new",
        "coding_account",
        "local_words",
        "caseworker_people",
        "front",
        "words",
        "own_words",
        "design",
    )
    pages = [page_of(waiting), *map(reverse, names)]
    said = "This service uses the ESCO classification of the European Commission."
    assert not any(said in at_work.get(page).content.decode() for page in pages), "nothing of ESCO is loaded here"
    index = tmp_path / "esco.npz"
    esco.write_index(esco.read(small.folder(tmp_path)).taxonomy, index)
    monkeypatch.setattr(coders, "LOOK_EVERY", float("inf"))  # the notice does not wait until the index is read
    monkeypatch.setattr(coders, "esco_index", lambda: index)
    for page in pages:
        told = at_work.get(page).content.decode()
        assert told.count(f'<p class="small" lang="en" dir="ltr">{said}') == 1, page
    index.write_bytes(b"half an index")
    assert said not in at_work.get(pages[0]).content.decode(), "what cannot be read is not in use"
