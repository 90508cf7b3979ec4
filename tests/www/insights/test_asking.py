"""A question in plain words leads to its figure, in three languages; letters at random lead nowhere."""

import pytest
from django.urls import reverse
from django.utils import translation

from kesher.base.history import System, acting
from kesher.engine.text import tokens
from kesher.insights import latest
from kesher.www.insights import asking
from tests.insights.conftest import many_towns  # noqa: F401
from tests.insights.test_latest import said

pytestmark = pytest.mark.django_db

#: question, indicator that is to be among the first three. Written before the search was tried.
QUESTIONS = [
    ("en", "how many people are unemployed", "unemployment-rate"),
    ("en", "unemployment", "unemployment-rate"),
    ("en", "people without a job", "unemployment-rate"),
    ("en", "how old are people", "median-age"),
    ("en", "median age", "median-age"),
    ("en", "income per person", "income-per-head"),
    ("en", "who lives on income support", "income-support"),
    ("en", "women who do not work", "women-without-income-from-work"),
    ("en", "university degree", "academic-degree"),
    ("en", "is there enough training", "training-gap"),
    ("en", "where do people work", "work-by-industry"),
    ("en", "will robots take our jobs", "exposure-automation"),
    ("en", "how many people live here", "population"),
    ("en", "migrants in work", "migrants-share-of-workforce"),
    ("en", "jobs I can reach by bus", "access-cumulative"),
    ("en", "minimum wage", "earning-little"),
    ("he", "כמה מובטלים יש", "unemployment-rate"),
    ("he", "אבטלה", "unemployment-rate"),
    ("he", "הכנסה לנפש", "income-per-head"),
    ("he", "גיל חציוני", "median-age"),
    ("he", "הבטחת הכנסה", "income-support"),
    ("he", "נשים שלא עובדות", "women-without-income-from-work"),
    ("he", "תואר אקדמי", "academic-degree"),
    ("he", "באיזה ענפים עובדים", "work-by-industry"),
    ("he", "כמה תושבים", "population"),
    ("ar", "معدل البطالة", "unemployment-rate"),
    ("ar", "كم عدد العاطلين عن العمل", "unemployment-rate"),
    ("ar", "الدخل للفرد", "income-per-head"),
    ("ar", "العمر الوسيط", "median-age"),
    ("ar", "شهادة جامعية", "academic-degree"),
    ("ar", "نساء بدون عمل", "women-without-income-from-work"),
    ("ar", "عدد السكان", "population"),
]


@pytest.fixture(autouse=True)
def nothing_held():
    latest.forget()
    yield
    latest.forget()


@pytest.mark.parametrize(("language", "words", "code"), QUESTIONS)
def test_a_question_finds_its_figure(language, words, code):
    coding = asking.coder().code(words, language=language, top=3)
    assert code in [one.uri for one in coding.candidates]


@pytest.mark.parametrize("words", ["xyzzy", "qqqq wwww", "זזזז קקקק", "1234567", "ضضضض ظظظظ"])
def test_letters_at_random_find_nothing(words):
    assert asking.asked(words, "en", None, latest.latest()) == []


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        ("unemployment in Town 11", "Town 11", "unemployment in"),
        ("unemployment in town 1?", "Town 1", "unemployment in"),
        ("אבטלה בדימונה", "דימונה", "אבטלה"),
        ("הכנסה של דימונה", "דימונה", "הכנסה של"),
        ("البطالة في ديمونا", "ديمونا", "البطالة في"),
        ("unemployment", None, "unemployment"),
    ],
)
def test_the_place_in_a_question_is_found(many_towns, words, name, rest):  # noqa: F811
    town = many_towns[0]
    town.name = {"he": "דימונה", "ar": "ديمونا"}
    with acting(actor=System("tests"), reason="name"):
        town.save()
    said("ages", [("median-age", one, 30) for one in many_towns])
    place, left = asking.place_in(latest.latest(), words)
    assert (None if place is None else name in place.name.values(), tokens(left)) == (
        None if name is None else True,
        tokens(rest),
    )


def test_the_page_leads_to_the_figure_of_the_place(client, many_towns):  # noqa: F811
    said("ages", [("median-age", one, 30) for one in many_towns])
    with translation.override("en"):
        page = client.get(reverse("insights_ask"), {"q": "how old are people in Town 3"}).content.decode()
    assert reverse("insights_figure", args=[many_towns[3].pk, "median-age"]) in page
    assert "<strong>30 years</strong>" in page


def test_what_is_asked_is_shown_as_it_was_typed_and_runs_nothing(client):
    page = client.get(reverse("insights_ask"), {"q": "<script>alert(1)</script>" * 50}).content.decode()
    assert "<script>alert" not in page
    assert len(page) < 40_000
