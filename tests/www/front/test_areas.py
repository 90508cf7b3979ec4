"""Where one must live counts: who lives elsewhere is told so, and who has not said is asked where they live."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import translation

from kesher.areas.models import Area
from kesher.directory.facts import Who
from kesher.directory.models import Service, ServiceArea, Term
from kesher.directory.search import index
from kesher.directory.taxonomies import load_business, load_open_eligibility
from kesher.referrals import eligibility
from kesher.referrals.vocabularies import Verdict
from kesher.www.front.orientation.answers import COOKIE, Answers
from kesher.www.front.orientation.finding import Found, find_for
from tests import factories as make

pytestmark = pytest.mark.django_db
WORK, FIND = "human_services:work", "/en/find/person/"


def area(name: str, parent: Area | None = None, level: str = "locality") -> Area:
    made: Area = Area.objects.create(
        scheme="x", code=name, level=level, name={"en": name}, parent=parent,
        path=f"{parent.path if parent else 'x.'}{name}/", latitude=31.2, longitude=34.8,
    )  # fmt: skip
    return made


@pytest.fixture
def map_of(db: None) -> dict[str, Area]:
    load_open_eligibility()
    load_business()
    south = area("South", level="district")
    return {"South": south, "Rahat": area("Rahat", south), "Yeruham": area("Yeruham", south), "Haifa": area("Haifa")}


@pytest.fixture
def serves(map_of: dict[str, Area]) -> Callable[..., Service]:
    def made(name: str, *areas: str, theme: str = WORK, **given: Any) -> Service:
        service: Service = make.ServiceFactory(published=True, name={"en": name}, **given)
        make.ServiceTermFactory(service=service, term=Term.objects.get(code=theme))
        for one in areas:
            ServiceArea.objects.create(service=service, area=map_of.get(one), name={"en": one})
        return service

    return made


def found(answers: Answers, lives: Area | None = None) -> Found:
    index()
    with translation.override("en"):
        return find_for(answers, AnonymousUser(), area=lives)


def colours(shown: Found) -> dict[str, str]:
    return {card.name["en"]: card.why.kind for card in [*shown.cards, *shown.not_fitting]}


def test_a_service_for_residents_fits_those_who_live_there(
    serves: Callable[..., Service], map_of: dict[str, Area]
) -> None:
    serves("Of Rahat", "Rahat")
    serves("Of the south", "South")
    serves("Of two", "Rahat", "Haifa")
    serves("Of everywhere")
    serves("Of a name", "the valley")
    asked = Answers(needs=(WORK,))
    assert colours(found(asked, map_of["Rahat"])) == {
        "Of Rahat": "fits", "Of the south": "fits", "Of two": "fits", "Of everywhere": "fits", "Of a name": "ask",
    }  # fmt: skip
    there = found(asked, map_of["Yeruham"])
    assert colours(there) == {
        "Of Rahat": "no", "Of the south": "fits", "Of two": "no", "Of everywhere": "fits", "Of a name": "ask",
    }  # fmt: skip
    lines = {card.name["en"]: (card.why.lines, card.why.changes) for card in there.not_fitting}
    assert lines == {"Of Rahat": (("lives in Rahat",), ()), "Of two": (("lives in Haifa or Rahat",), ())}
    wide = colours(found(asked, map_of["South"]))
    assert (wide["Of Rahat"], wide["Of the south"]) == ("ask", "fits"), "the south is wider than Rahat"


def test_who_has_not_said_is_asked_where_they_live_among_the_five(
    serves: Callable[..., Service], map_of: dict[str, Area], client: Client
) -> None:
    of_rahat = serves("Of Rahat", "Rahat")
    serves("Of everywhere")
    shown = found(Answers(needs=(WORK,)))
    assert colours(shown) == {"Of Rahat": "ask", "Of everywhere": "fits"}
    assert shown.question is not None
    assert shown.question.key == "area"
    assert next(card.why.missing for card in shown.cards if card.pk == of_rahat.pk) == ("where you live",)
    five = ("status", "work", "hebrew", "education", "gender")
    assert found(Answers(needs=(WORK,), skipped=five)).question is None
    assert found(Answers(needs=(WORK,), skipped=("area",))).question is None, "skipped is skipped"
    page = client.get(FIND, {"need": WORK}).content.decode()
    asked = page.split('id="question"')[1].split("</section>")[0]
    assert "Where do you live?" in asked
    assert f'<option value="{map_of["Yeruham"].pk}">Yeruham</option>' in asked
    client.post(f"{FIND}?need={WORK}", {"do": "answer", "question": "area", "value": str(map_of["Yeruham"].pk)})
    kept = Answers.signed(client.cookies[COOKIE].value, salt="kesher.front.orientation")
    assert (kept.area, kept.questions) == (map_of["Yeruham"].pk, 1)
    after = client.get(FIND).content.decode()
    told = after.split('class="told"')[1].split("</section>")[0]
    assert "Yeruham" in told
    refused = after.split('class="refused"')[1]
    assert "lives in Rahat" in re.sub(r"<[^>]*>", "", refused)
    client.post(FIND, {"do": "again", "question": "area"})
    kept = Answers.signed(client.cookies[COOKIE].value, salt="kesher.front.orientation")
    assert (kept.area, kept.questions) == (None, 0)


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_place_nobody_knows_is_asked_for_again(serves: Callable[..., Service], client: Client, value: str) -> None:
    serves("Of Rahat", "Rahat")
    index()
    answer = client.post(f"{FIND}?need={WORK}", {"do": "answer", "question": "area", "value": value})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Choose one of the answers" in page
    # The page of what could not be read opens where it is asked again, without a script too: its address is the form's.
    assert 'action="/en/find/person/?need=human_services:work#question" class="ask__form"' in page


def test_a_card_leads_to_the_question_it_waits_for(serves: Callable[..., Service], client: Client) -> None:
    serves("Of Rahat", "Rahat")
    index()
    page = client.get(FIND, {"need": WORK}).content.decode()
    link = re.search(r'href="([^"]*ask=area[^"]*)#question"', page)
    assert link
    asked = client.get(link.group(1).replace("&amp;", "&")).content.decode().split('id="question"')[1]
    assert 'value="area"' in asked.split("</section>")[0]


def test_a_business_is_asked_where_it_is(serves: Callable[..., Service], map_of: dict[str, Area]) -> None:
    code = Term.objects.filter(taxonomy__slug="kesher-business", parent=None).values_list("code", flat=True).first()
    serves("Of Rahat", "Rahat", theme=code or "business")
    answers = Answers(door=Who.BUSINESS)
    shown = found(answers)
    assert shown.question is not None
    assert shown.question.key == "business_area"
    assert colours(found(answers, map_of["Yeruham"])) == {"Of Rahat": "no"}
    assert [card.why.lines for card in found(answers, map_of["Rahat"]).cards] == [("the business is in Rahat",)]


def test_an_area_that_changes_is_seen_at_once(serves: Callable[..., Service], map_of: dict[str, Area]) -> None:
    made = serves("Of Rahat", "Rahat")
    asked = Answers(needs=(WORK,))
    assert colours(found(asked, map_of["Haifa"])) == {"Of Rahat": "no"}
    ServiceArea.objects.filter(service=made).update(area=map_of["Haifa"])
    assert colours(found(asked, map_of["Haifa"])) == {"Of Rahat": "fits"}
    ServiceArea.objects.filter(service=made).delete()
    assert colours(found(asked, map_of["Yeruham"])) == {"Of Rahat": "fits"}
    site = make.ServiceAtLocationFactory(service=made)
    ServiceArea.objects.create(service_at_location=site, area=map_of["Rahat"])
    assert colours(found(asked, map_of["Yeruham"])) == {"Of Rahat": "no"}


def test_a_referral_asks_it_too(serves: Callable[..., Service], map_of: dict[str, Area]) -> None:
    made = serves("Of Rahat", "Rahat")
    person = make.PersonFactory(area=map_of["Rahat"])
    index()
    assert eligibility.verdict(made, person) is Verdict.YES
    person.area = map_of["Yeruham"]
    assert eligibility.verdict(made, person) is Verdict.NO
    person.area = None
    assert eligibility.verdict(made, person) is Verdict.UNKNOWN
