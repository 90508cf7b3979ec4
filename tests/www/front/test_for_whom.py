"""Nobody is told "fits" whom nobody has let in: words without a rule are shown as they are, and silence is no yes."""

import re
from typing import Any

import pytest
from django.test import Client

from kesher.directory.models import Term
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from tests import factories as make

pytestmark = pytest.mark.django_db
WORK = "human_services:work"
RESIDENTS = {"en": "For residents of the town.", "he": "לתושבי היישוב."}


@pytest.fixture
def themes(db: None) -> None:
    load_open_eligibility()


def service(english: str, **given: Any) -> str:
    made = make.ServiceFactory(published=True, name={"en": english}, **given)
    make.ServiceTermFactory(service=made, term=Term.objects.get(code=WORK))
    return str(made.pk)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", page).split())


def cards(client: Client, language: str = "en") -> dict[str, str]:
    """The text of each card of the result page, by the key of its service."""
    index()
    page = client.get(f"/{language}/find/person/", {"need": WORK}).content.decode()
    found = re.findall(r'<article class="ds-card offer[^>]*id="s-([^"]+)".*?</article>', page, re.DOTALL)
    return {key: text_of(page.split(f'id="s-{key}"')[1].split(">", 1)[1].split("</article>")[0]) for key in found}


def test_nobody_is_promised_what_a_page_restricts(client: Client, themes: None) -> None:
    words = service("Home visits", open_to_all=False, eligibility_description=RESIDENTS)
    silent = service("Job club", open_to_all=False)
    ticked = service("Library", eligibility_description=RESIDENTS)
    shown = cards(client)
    assert "May fit" in shown[words]
    assert "They say for whom it is: For residents of the town. Ask there whether it is for you." in shown[words]
    assert "May fit" in shown[silent]
    assert "Nobody has written down for whom it is. Ask there whether it is for you." in shown[silent]
    assert "Fits" in shown[ticked]
    assert "Open to everybody" in shown[ticked]
    for key in (words, silent):
        assert "Open to everybody" not in shown[key]
        assert "Fits" not in shown[key]
    assert "לתושבי היישוב." in cards(client, "he")[words], "their own words"


def test_the_page_of_a_service_says_the_same(client: Client, themes: None) -> None:
    words = service("Home visits", open_to_all=False, eligibility_description=RESIDENTS)
    silent, ticked = service("Job club", open_to_all=False), service("Library")
    index()
    said = {key: text_of(client.get(f"/en/services/{key}/").content.decode()) for key in (words, silent, ticked)}
    assert "For residents of the town." in said[words]
    assert "Nobody has written down for whom it is. Ask there whether it is for you." in said[silent]
    assert "Open to everybody." in said[ticked]
    assert "Open to everybody" not in said[words] + said[silent]


def test_compared_side_by_side_they_say_it_too(client: Client, themes: None) -> None:
    words = service("Home visits", open_to_all=False, eligibility_description=RESIDENTS)
    ticked = service("Library")
    index()
    page = text_of(client.get("/en/find/compare/", {"s": [words, ticked]}).content.decode())
    assert "They say for whom it is: For residents of the town." in page
    assert "Open to everybody" in page
