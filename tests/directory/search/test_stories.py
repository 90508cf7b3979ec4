"""Long sentences: what of them tells what is needed, and how often it counts."""

from collections.abc import Iterator

import pytest

from kesher.directory.models import Service, ServiceTerm, Term
from kesher.directory.search import PUBLIC, find_scores, index, meaning
from kesher.directory.search.understanding import MOST_GROUPS, SITUATIONS, understand
from kesher.directory.taxonomies import load_taxonomies
from kesher.www.apps import _encoder
from tests.directory.search.town import service

pytestmark = pytest.mark.django_db
CARE, PARENTS = "human_services:care:daytime_care", "human_situations:household:families:parents"
REPAIRS = "human_services:housing:maintenance_repairs:small_repairs"
SHELTERS = (
    "human_services:housing:short_term_housing:shelters_from_violence",
    "human_services:housing:short_term_housing",
)


def under(name: str, *codes: str) -> Service:
    made: Service = service(name)
    ServiceTerm.objects.bulk_create([ServiceTerm(service=made, term=Term.objects.get(code=code)) for code in codes])
    return made


@pytest.fixture(autouse=True)
def by_words() -> Iterator[None]:
    """What the words alone tell, without what an encoder reads in them."""
    meaning.provide(None)
    yield
    meaning.provide(_encoder)


@pytest.fixture
def themes() -> None:
    load_taxonomies()


def test_a_word_said_in_two_forms_counts_once(themes: None) -> None:
    under("Nursery", CARE)
    index()
    words = [group.word for group in understand("הילדים שלי, ילדים קטנים, צריך מקום").groups]
    assert [word for word in words if "ילד" in word] == ["הילדימ"]


def test_who_somebody_is_tells_less_than_what_they_need(themes: None) -> None:
    under("For parents", PARENTS)
    under("Nursery", CARE)
    index()
    scores = {term.code: term.score for term in understand("parents nursery for toddlers").terms}
    assert scores[CARE] > scores[PARENTS]
    assert PARENTS.startswith(SITUATIONS)


def test_of_a_long_story_the_words_of_themes_are_kept(themes: None) -> None:
    under("Odd jobs", REPAIRS)
    index()
    story = " ".join(f"zq{letter}vw" for letter in "abcdefghijklmnop") + " the toilet does not work"
    groups = understand(story).groups
    assert len(groups) == MOST_GROUPS
    assert {"toilet", "work"} <= {group.word for group in groups}
    assert understand(story).terms[0].code == REPAIRS


def test_shelves_that_the_same_words_lead_to_are_hardly_more_than_one(themes: None) -> None:
    one, several = under("Odd jobs", REPAIRS), under("A roof", *SHELTERS)
    index()
    words = "nowhere to sleep, he beats me, and the tap drips, the toilet does not work, the door is broken"
    scores = find_scores(words, PUBLIC)
    assert scores[one.pk] == 1.0 > scores.get(several.pk, 0.0)


def test_a_service_under_many_themes_answers_each_a_little_less(themes: None) -> None:
    many = [term.code for term in Term.objects.filter(path__startswith="open-eligibility/human_services/health/")[:20]]
    special, general = under("Aa", CARE), under("Ab", CARE, *many)
    index()
    scores = find_scores("nursery for toddlers", PUBLIC)
    assert scores[special.pk] == 1.0 > scores[general.pk]
