"""Text in another language than the page is marked for the eye, too, and not for screen readers alone."""

import re

import pytest
from django.test import Client
from django.utils import translation

from kesher.directory.models import Term
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from kesher.www.templatetags.in_which import in_which
from tests import factories as make

pytestmark = pytest.mark.django_db
WORK = "human_services:work"


@pytest.mark.parametrize(("page", "value", "mark"), [
    ("he", {"en": "A course"}, "אנגלית"),
    ("en", {"he": "קורס"}, "Hebrew"),
    ("am", {"en": "A course", "he": "קורס"}, "እንግሊዝኛ"),
    ("en", {"en": "A course"}, ""),
    ("en", {"und": "A course"}, ""),
    ("en", {}, ""),
])  # fmt: skip
def test_the_language_is_named_in_the_readers_own(page: str, value: dict[str, str], mark: str) -> None:
    with translation.override(page):
        shown = in_which(value)
    assert re.sub(r"<[^>]*>", "", shown).strip() == mark


def test_a_card_and_a_page_name_the_language_of_what_is_not_in_the_readers(client: Client) -> None:
    load_open_eligibility()
    made = make.ServiceFactory(
        published=True,
        name={"en": "Job club"},
        description={"en": "Every Monday", "he": "בכל יום שני"},
        application_process={"en": "Call us"},
    )
    make.ServiceTermFactory(service=made, term=Term.objects.get(code=WORK))
    index()
    mark = '<span class="in-which"'
    card = client.get("/he/find/person/", {"need": WORK}).content.decode().split(f'id="s-{made.pk}"')[1]
    card = card.split("</article>")[0]
    assert card.count(mark) == 1, "the name, and not the description"
    assert mark in card.split("</h")[0].split("<h")[1]
    page = client.get(f"/he/services/{made.pk}/").content.decode().split("<main")[1].split("</main>")[0]
    assert mark in page.split("</h1>")[0]
    entering = page.split('id="enter"')[1].split("</h2>")[0]
    assert "אנגלית" in entering
    assert mark not in client.get(f"/en/services/{made.pk}/").content.decode()
