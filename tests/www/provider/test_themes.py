"""The themes of a service: found by a name in any language, added without a script, chosen ones on top."""

import pytest
from django.test import Client
from django.utils import translation

from kesher.accounts.models import User
from kesher.directory.models import Service, Term
from kesher.directory.taxonomies import THEMES as TAXONOMIES
from kesher.www.provider.services.themes import Bookcases, ThemesForm
from tests.factories import TaxonomyFactory, TermFactory
from tests.www.provider.test_services import page, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms() -> list[Term]:
    taxonomy = TaxonomyFactory(slug="open-eligibility")
    named = (
        ("places", {"en": "Places", "he": "מקומות"}),
        ("places/library", {"en": "Library", "he": "ספרייה"}),
        ("human_services", {"en": "Services", "he": "שירותים"}),
        ("human_services/work", {"en": "Work", "he": "עבודה"}),
        ("human_services/work/find", {"en": "Find work", "he": "מציאת עבודה"}),
        ("human_services/food", {"en": "Food", "he": "מזון"}),
    )
    return [
        TermFactory(taxonomy=taxonomy, code=path.replace("/", ":"), path=f"open-eligibility/{path}/", name=name)
        for path, name in named
    ]


def test_the_themes_of_businesses_are_a_bookcase_of_their_own(terms: list[Term]) -> None:
    taxonomy = TaxonomyFactory(slug="kesher-business")
    for path, name in (("business", "For businesses"), ("business/people", "Find people")):
        path_within = f"kesher-business/{path}/"
        TermFactory(taxonomy=taxonomy, code=path.replace("/", ":"), path=path_within, name={"en": name})
    every = Term.objects.filter(taxonomy__slug__in=TAXONOMIES).order_by("path")
    form = drawn(list(every), called="find people")
    assert [facet.name for facet in form.all.facets] == ["Services", "For businesses", "Places"]
    assert form.is_valid(), form.errors
    assert form.chosen() == ["business:people"]


def drawn(terms: list[Term], *chosen: str, **typed_in: object) -> ThemesForm:
    data = {f"themes-{name}": value for name, value in typed_in.items()} or None
    return ThemesForm(data, prefix="themes", bookcases=Bookcases(terms), chosen=chosen)


def test_services_come_first_and_what_is_chosen_stands_on_the_page_once(terms: list[Term]) -> None:
    with translation.override("he"):
        form = drawn(terms, "human_services:work:find")
        assert [theme.name for theme in form.on_top] == ["מציאת עבודה"]
        assert [facet.name for facet in form.left] == ["שירותים", "מקומות"]
        left = {theme.code for facet in form.left for shelf in facet.shelves for theme in shelf.themes}
    assert left == {"human_services:work", "human_services:food", "places:library"}


@pytest.mark.parametrize(("words", "code"), [("FOOD", "human_services:food"), ("ספרייה", "places:library")])
def test_a_name_is_found_in_any_language_and_case(terms: list[Term], words: str, code: str) -> None:
    form = drawn(terms, called=words)
    assert form.is_valid(), form.errors
    assert form.chosen() == [code]


def test_a_part_of_a_name_is_enough_when_one_theme_has_it(terms: list[Term]) -> None:
    assert drawn(terms).found("librar").code == "places:library"


def test_of_several_the_reader_is_told_which(terms: list[Term]) -> None:
    form = drawn(terms, called="wor")
    assert not form.is_valid()
    assert "Find work (Work)" in form.errors["called"][0]


def test_a_name_is_added_by_a_button_without_a_script(
    client: Client,
    provider: User,
    service: Service,
    terms: list[Term],
) -> None:
    path = page("provider_service_edit", service.pk)
    sent = typed(client, path) | {"themes-called": "food", "add": "themes"}
    answer = client.post(path, sent)
    assert answer.status_code == 200
    assert '<input class="ds-input" type="checkbox" name="themes-themes" value="human_services:food"' in (
        text := answer.content.decode()
    )
    assert 'id="theme-human_services:food" checked' in text
    assert not service.terms.filter(term__code="human_services:food").exists(), "nothing is saved yet"
    refused = client.post(path, sent | {"themes-called": "qqq"}).content.decode()
    assert "No theme is called so" in refused
