"""Our own figures on the page of a place: parts by their names, hidden ones said to be so."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from kesher.areas.models import choose_home
from kesher.base.history import System, acting
from kesher.insights import latest
from kesher.insights.counting import Counter, count_month
from kesher.insights.monthly import Counted, How
from tests.factories import TaxonomyFactory, TermFactory
from tests.insights.conftest import many_towns  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(many_towns):  # noqa: F811
    """A month of a town: 12 referrals for work, 9 for food, 3 for money; of 12 that ended half are in work."""
    latest.forget()
    town = many_towns[0].pk
    taxonomy = TaxonomyFactory(slug="open-eligibility")
    for code, en, he in (("work", "Work", "עבודה"), ("food", "Food", "מזון"), ("money", "Money", "כסף")):
        TermFactory(taxonomy=taxonomy, code=f"human_services:{code}", name={"en": en, "he": he})
    referrals = [
        Counted(town, f"human_services:{code}", count) for code, count in (("work", 12), ("food", 9), ("money", 3))
    ]
    ended = [Counted(town, "work", 6), Counted(town, "unfinished", 6)]
    with acting(actor=System("tests"), reason="counted"):
        choose_home([many_towns[0]])
        count_month(
            date(2026, 10, 1),
            counters=[
                Counter("loop-referrals", How.COUNT, lambda first, last: referrals),
                Counter("loop-outcomes", How.MAKE_UP, lambda first, last: ended),
            ],
            today=date(2026, 11, 2),
        )
    yield many_towns[0]
    latest.forget()


def page(client, language, *args) -> str:
    with translation.override(language):
        answer = client.get(reverse("insights_figure", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_subjects_by_their_names_and_what_is_hidden_is_said(client, counted):
    shown = page(client, "en", counted.pk, "loop-referrals")
    assert "Work</th>" in shown
    assert "human_services" not in shown
    assert "too few" in shown.lower()
    assert "עבודה</th>" in page(client, "he", counted.pk, "loop-referrals")


def test_outcomes_in_words(client, counted):
    shown = page(client, "en", counted.pk, "loop-outcomes")
    assert "they have work</th>" in shown
    assert "could not be finished, withdrawn</th>" in shown


def test_as_many_queries_however_many_parts(client, counted, django_assert_max_num_queries):
    page(client, "en", counted.pk, "loop-referrals")
    with django_assert_max_num_queries(20):
        page(client, "en", counted.pk, "loop-referrals")
