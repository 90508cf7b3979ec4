"""What a visitor said is kept in their browser: whole, small, signed, and nowhere else."""

import logging
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from kesher.directory.facts import QUESTIONS, VOCABULARY, Who
from kesher.directory.models import MistakeReport, Service
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from kesher.engine.eligibility import Kind
from kesher.www.front.orientation import asking
from kesher.www.front.orientation.answers import COOKIE, MOST_WORDS, SALT, Answers, _Compact, forget
from tests.directory.rules.test_orienting import with_rule
from tests.factories import ServiceFactory

FULL = Answers(
    door=Who.PERSON,
    words="ዕብራይስጥ መማር እፈልጋለሁ፤ " * 9,
    needs=tuple(f"human_services:education:more_education:number_{n}" for n in range(8)),
    area=uuid4(),
    within=10,
    speaks=("am", "ti", "he"),
    facts={
        path: {Kind.NUMBER: 34, Kind.BOOLEAN: True}.get(fact.kind, (*fact.choices, "")[0])
        for path, fact in VOCABULARY.items()
    },
    skipped=("gender",),
)


def cookie(answers: Answers) -> str:
    response = HttpResponse()
    answers.keep(response)
    return response.cookies[COOKIE].value


def read(value: str) -> Answers:
    request = RequestFactory().get("/", headers={"cookie": f"{COOKIE}={value}"})
    return Answers.of(request)


def test_what_is_kept_is_read_again() -> None:
    kept = Answers(**{**{name: getattr(FULL, name) for name in FULL.__slots__}, "words": FULL.words[:MOST_WORDS]})
    assert read(cookie(kept)) == kept
    assert read(cookie(Answers())) == Answers()


def test_the_fullest_cookie_is_small_enough_for_every_proxy() -> None:
    """Once for each language: seven of them stand in one answer, whose head is at most 16 kB (deploy/nginx)."""
    assert len(cookie(FULL)) < 1_500


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "x:y:z",
        signing.dumps({"v": 1}, salt=SALT, serializer=_Compact),
        signing.dumps([1], salt=SALT, serializer=_Compact),
        signing.dumps({"v": 999}, salt=SALT, serializer=_Compact),
        signing.dumps({"v": 1}, salt="another", serializer=_Compact),
    ],
    # Signatures hold the second they were made in; two processes must call the tests by the same names.
    ids=["empty", "a letter", "no signature", "nothing in it", "a list", "a later version", "for another use"],
)
def test_what_is_not_ours_or_of_another_version_is_nothing(value: str) -> None:
    assert read(value) == Answers()


def test_facts_that_rules_no_longer_know_or_that_are_wrong_are_left_out() -> None:
    odd = Answers(facts={"age": "old", "hebrew": "some", "shoe_size": 43}, skipped=("gender", "shoe_size"))
    assert read(cookie(odd)) == Answers(facts={"hebrew": "some"}, skipped=("gender",))


def test_it_is_for_the_find_pages_alone_until_the_browser_is_closed() -> None:
    response = HttpResponse()
    Answers(words="x").keep(response)
    kept = list(response.cookies.values())
    assert {morsel.key for morsel in kept} == {COOKIE}
    assert {morsel["path"] for morsel in kept} == {f"/{code}/find/" for code, _ in settings.LANGUAGES}
    for morsel in kept:
        assert morsel["httponly"]
        assert morsel["samesite"] == "Lax"
        assert morsel["max-age"] == morsel["expires"] == ""
    response = HttpResponse()
    forget(response)
    assert {morsel["max-age"] for morsel in response.cookies.values()} == {0}
    assert {morsel["path"] for morsel in response.cookies.values()} == {
        f"/{code}/find/" for code, _ in settings.LANGUAGES
    }


def test_the_other_door_knows_who_one_is_and_not_what_was_asked_for() -> None:
    moved = FULL.at(Who.BUSINESS)
    assert (moved.words, moved.needs, moved.facts, moved.area) == ("", (), FULL.facts, FULL.area)
    assert moved.at(Who.BUSINESS) is moved


def test_a_link_brings_needs_area_and_languages_and_leaves_answers_alone() -> None:
    area = uuid4()
    answers = Answers(words="old", facts={"age": 34}).with_link(
        QueryDict(f"need=a&need=b&area={area}&speaks=ru&age=99")
    )
    assert answers == Answers(needs=("a", "b"), area=area, speaks=("ru",), facts={"age": 34})
    assert Answers().with_link(QueryDict("area=x&need=&speaks=")) == Answers()


def test_five_questions_and_an_answer_taken_back_may_be_asked_again() -> None:
    answers = Answers()
    for question in [one for one in QUESTIONS if one.who is Who.PERSON][:5]:
        assert answers.may_be_asked
        answers = answers.skipping(question)
    assert not answers.may_be_asked
    assert answers.without(QUESTIONS[0]).may_be_asked
    assert Answers().answering(asking.BY_KEY["children"], {"child_under_3": True}).asked == (asking.BY_KEY["children"],)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.key)
def test_every_question_takes_each_answer_it_offers_and_nothing_else(question: asking.Question) -> None:
    asked = asking.Asked(question)
    sent = ["0", "130"] if asked.how is asking.How.NUMBER else [str(choice.value) for choice in asked.choices]
    assert sent
    for value in sent:
        facts = asking.answer(question, QueryDict(f"value={value}"))
        assert set(facts) == set(question.facts)
        assert not VOCABULARY.problems(facts)
    if asked.how is asking.How.BOXES:
        assert not any(asking.answer(question, QueryDict("")).values())
        return
    for value in ("", "-1", "nonsense", "9999999999999999", "1.5"):
        if VOCABULARY[question.facts[0]].kind is Kind.NUMBER and value.isdecimal() and int(value) <= asked.most:
            continue
        with pytest.raises(asking.NotUnderstood):
            asking.answer(question, QueryDict(f"value={value}"))


SECRET = "ተፈናቃይ"


@pytest.mark.django_db
def test_nothing_said_or_answered_is_in_an_address_a_log_or_the_database(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    load_open_eligibility()
    with_rule(ServiceFactory(published=True), {"and": [{">=": [{"var": "age"}, 18]}, {"var": "disability"}]})
    index()
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as asked:
        told = client.post("/en/find/person/", {"do": "say", "words": SECRET})
        answered = client.post("/en/find/person/", {"do": "answer", "question": "disability", "value": "yes"})
        page = client.get("/en/find/person/")
    assert "has a disability" in page.content.decode()
    assert SECRET in page.content.decode()
    assert told["Location"] == "/en/find/person/#found"
    assert answered["Location"] == "/en/find/person/#question"
    assert "no-store" in page["Cache-Control"]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert SECRET not in "".join(ours)
    written = [
        query["sql"]
        for query in asked.captured_queries
        if not query["sql"].lstrip().startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]
    assert not any(SECRET in sql or "disability" in sql for sql in written), written


@pytest.mark.django_db
def test_leaving_quickly_takes_the_answers_along(client: Client) -> None:
    client.post("/he/find/person/", {"do": "say", "words": "work"})
    assert client.cookies[COOKIE].value
    response = client.get("/he/find/leave/")
    assert response["Location"].startswith("https://www.wikipedia.org/")
    assert response["Referrer-Policy"] == "no-referrer"
    assert client.cookies[COOKIE].value == ""
    assert client.post("/he/find/leave/").status_code == 405


@pytest.mark.django_db
def test_who_only_looks_is_given_nothing_to_keep(client: Client) -> None:
    client.get("/en/find/person/?need=human_services:work")
    client.get("/en/find/business/?topic=people")
    assert {morsel.key for morsel in client.cookies.values()} <= {"kesher_csrf"}
    assert not Service.objects.exists()
    assert not MistakeReport.objects.exists()
