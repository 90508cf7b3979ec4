"""What stands in a tab, in the history and in a preview tells nobody that a shelter was looked at."""

from typing import Any

import pytest
from django.test import Client

from kesher.directory.models import Term
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from kesher.www.front.services.discreet import DISCREET_THEMES
from tests import factories as make

pytestmark = pytest.mark.django_db
SHELTER = "human_services:housing:short_term_housing:shelters_from_violence"
WORK = "human_services:work"


def page(client: Client, *, theme: str = WORK, language: str = "en", **given: Any) -> str:
    load_open_eligibility()
    made = make.ServiceFactory(
        published=True,
        name={"en": "A safe place", "he": "מקום בטוח"},
        description={"en": "Room for women", "he": "חדר לנשים"},
        **given,
    )
    make.ServiceTermFactory(service=made, term=Term.objects.get(code=theme))
    index()
    return client.get(f"/{language}/services/{made.pk}/").content.decode()


def head_of(shown: str) -> str:
    """All that a tab, a history or a preview shows: the head, but for what is written for search engines."""
    head = shown.split("</head>")[0]
    before, _mark, after = head.partition('<script type="application/ld+json"')
    return before + after.partition("</script>")[2]


@pytest.mark.parametrize("given", [
    {"theme": SHELTER},
    {"theme": "human_situations:survivors:violence_survivors:domestic_violence_survivors"},
    {"organisation__sensitive": True, "organisation__sensitive_why": "a shelter"},
    {"organisation__kind": "health"},
])  # fmt: skip
@pytest.mark.parametrize(("language", "neutral", "name"), [("en", "Services", "safe place"), ("he", "", "מקום בטוח")])
def test_the_title_of_a_sensitive_service_is_neutral(
    client: Client, given: dict[str, Any], language: str, neutral: str, name: str
) -> None:
    shown = page(client, language=language, **given)
    head = head_of(shown)
    assert name not in head.lower()
    assert "women" not in head
    assert "לנשים" not in head
    assert f"<title>{neutral}" in head
    assert "og:" not in head
    assert name in shown.split("</head>")[1].lower(), "the page itself says what it is of"


def test_any_other_service_is_found_again_by_its_name(client: Client) -> None:
    head = head_of(page(client))
    assert "<title>A safe place" in head
    assert 'content="Room for women"' in head


def test_the_themes_are_those_of_the_directory(db: None) -> None:
    """A theme that is called otherwise would be kept from nobody."""
    load_open_eligibility()
    ours = [code for code in DISCREET_THEMES if code.startswith("human_")]
    assert set(Term.objects.filter(code__in=ours).values_list("code", flat=True)) == set(ours)
