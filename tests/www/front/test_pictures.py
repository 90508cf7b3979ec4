"""Who reads little finds a question, and an answer where a drawing helps, by its picture; a screen reader says the words."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

import kesher.www
from kesher.directory.facts import AREA_QUESTIONS, QUESTIONS, WORDS, Question, Who
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from kesher.www.front.orientation.asking import Asked, How
from tests.www.front.test_finding import WORK, service

SPRITE = set(
    re.findall(r'<symbol id="([^"]+)"', (Path(kesher.www.__file__).parent / "static/vendor/icons.svg").read_text())
)
ALL = (*QUESTIONS, *AREA_QUESTIONS.values())
SHOWN = re.compile(
    r'<svg class="icon" aria-hidden="true" focusable="false"><use href="[^"#]*#([a-z0-9-]+)"></use></svg>'
)
#: Questions whose answers no drawing says better than words: how much Hebrew one knows, and who one is.
ONLY_WORDS = {"hebrew", "gender"}


def of_the_heading(page: str, place: str) -> list[str]:
    heading = re.search(rf'<h[2-5] class="ask__what" id="ask-{place}">(.*?)</h[2-5]>', page, re.DOTALL)
    assert heading is not None, place
    return SHOWN.findall(heading[1])


def test_each_question_has_a_picture_of_the_set_and_at_its_door_one_of_its_own() -> None:
    assert {one.picture for one in ALL} <= SPRITE
    for door in Who:
        pictures = [one.picture for one in ALL if one.who is door]
        assert len(set(pictures)) == len(pictures), door


@pytest.mark.parametrize("question", ALL, ids=lambda one: one.key)
@pytest.mark.parametrize("place", ["top", "one-of-the-cards"])
def test_the_question_is_drawn_with_it_and_its_answers_with_theirs(question: Question, place: str) -> None:
    """``place``: above the results, or in the card that waits for it."""
    asked = Asked(question)
    page = render_to_string(
        "front/orientation/question.html",
        {"ask": asked, "place": place, "level": 2, "here": "/", "areas": "", "csrf_token": "x"},
    )
    assert of_the_heading(page, place) == [question.picture]
    answers = re.findall(r'value="([^"]*)">(?:(<svg.*?</svg>))?<span>', page.partition("ask__form")[2])
    drawn = {value: (SHOWN.findall(svg) or [""])[0] for value, svg in answers}
    assert list(drawn) == [one.value for one in asked.choices], "each answer is there, its words after its picture"
    if asked.how in (How.CHOICE, How.BOXES) and question.key not in ONLY_WORDS:
        assert set(drawn.values()) <= SPRITE, "each answer has one, and of the set"
        assert len(set(drawn.values())) == len(drawn), "two answers are not drawn alike"
    else:
        assert not any(drawn.values())


def test_no_picture_is_kept_for_an_answer_that_nobody_can_give() -> None:
    for path, words in WORDS.items():
        assert set(words.pictures) in (set(), set(words.choices)), path
        together = next(one for one in QUESTIONS if path in one.facts).facts
        assert bool(words.picture) is (len(together) > 1), path


@pytest.mark.django_db
def test_a_page_shows_it_above_the_results_and_in_the_card(client: Client) -> None:
    load_open_eligibility()
    course = service("A course", when={"===": [{"var": "work"}, "unemployed"]})
    index()
    page = client.get("/ar/find/person/", {"need": WORK}).content.decode()
    assert of_the_heading(page, str(course.pk)) == ["briefcase"]
    assert of_the_heading(page, "top") == ["briefcase"]
