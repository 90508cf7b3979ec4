"""The find pages step by step, as a browser without a script sends them."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kesher.areas.models import Area
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from kesher.www.front.orientation import views
from kesher.www.front.orientation.answers import COOKIE, MOST_WORDS, Answers
from tests import factories as make

pytestmark = pytest.mark.django_db
PERSON = "/en/find/person/"
WORK = "human_services:work"


def kept(client: Client) -> Answers:
    class Request:
        COOKIES = {COOKIE: client.cookies[COOKIE].value}

    return Answers.of(Request())  # type: ignore[arg-type]


def step(client: Client, page: str, **fields: str) -> str:
    """Send a form of the page with these fields to the address the form names."""
    do = fields["do"]
    form = re.search(rf'<form[^>]*action="([^"]*)"[^>]*>(?:(?!</form>).)*name="do" value="{do}"', page, re.DOTALL)
    assert form, do
    answer = client.post(form.group(1).replace("&amp;", "&"), fields)
    assert answer.status_code == 302
    assert "need=" not in answer["Location"]
    return str(answer["Location"])


@pytest.fixture
def town(db: None) -> None:
    load_open_eligibility()
    make.ServiceFactory(published=True, minimum_age=18, maximum_age=None)
    index()


def test_a_tile_keeps_its_theme_at_the_next_step(client: Client, town: None) -> None:
    page = client.get(PERSON, {"need": WORK, "speaks": "am"}).content.decode()
    client.get(PERSON)  # nothing is kept by looking
    assert COOKIE not in client.cookies
    step(client, page, do="add", code="human_services:housing")
    assert set(kept(client).needs) == {WORK, "human_services:housing"}
    assert kept(client).speaks == ("am",)
    again = client.get(PERSON).content.decode()
    assert "need=" not in again.partition("<main")[2].partition("</main>")[0].replace("?need=human", "tile")


def test_the_list_of_areas_names_the_largest_and_the_one_chosen_as_they_are_called_now(
    client: Client, town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_AREAS", 3)
    places = {"b": 30, "c<d": 20, "a": None, "tiny": 1, "e": 10}
    made = {
        name: Area.objects.create(
            scheme="s",
            code=name,
            level="locality",
            path=f"{name}/",
            name={"en": name} | ({"he": "עיר"} if name == "e" else {}),
            latitude=32,
            longitude=34.8,
            population=population,
        )
        for name, population in places.items()
    }
    Area.objects.create(scheme="s", code="x", level="district", path="x/", name={"en": "x"}, latitude=32, longitude=34)

    def listed(language: str = "en") -> list[tuple[str, bool, str]]:
        page = client.get(f"/{language}/find/person/").content.decode()
        options = re.findall(r'<option value="([^"]+)"( selected)?>([^<]*)</option>', page.partition('id="area"')[2])
        return [(key, bool(mark), label) for key, mark, label in options if len(key) == 36]

    def of(*names: str, chosen: str = "", **called: str) -> list[tuple[str, bool, str]]:
        return [(str(made[name].pk), name == chosen, called.get(name, html.escape(name))) for name in names]

    assert listed() == of("b", "c<d", "e")
    assert listed("he") == of("b", "c<d", "e", e="עיר")
    for chosen in ("b", "tiny", "a"):
        client.post(PERSON, {"do": "narrow", "area": str(made[chosen].pk)})
        assert listed() == of(*sorted({"b", "c<d", "e", chosen}), chosen=chosen)
    Area.objects.filter(pk=made["e"].pk).update(name={"en": "0 new"})
    assert listed() == of("e", "a", "b", "c<d", chosen="a", e="0 new")
    client.post(PERSON, {"do": "narrow", "area": str(Area.objects.get(code="x").pk)})  # no place where one lives
    assert listed() == of("e", "b", "c<d", e="0 new")


def test_why_a_card_is_here_is_told_in_six_parts(client: Client, town: None) -> None:
    page = client.get("/he/find/person/").content.decode()
    rows = re.search(r'<dl class="parts">(.*?)</dl>', page, re.DOTALL)
    assert rows is not None
    told = re.findall(r'<div><dt>([^<]+)</dt><dd>([^<]+) <span class="soft">\(([^<]+)\)</span></dd></div>', rows[1])
    assert len(told) == 6
    assert (
        "".join(f'<div><dt>{a}</dt><dd>{b} <span class="soft">({c})</span></dd></div>' for a, b, c in told) == rows[1]
    )
    assert sum(int(re.findall(r"\d+", most)[1]) for *_, most in told) == 100
    assert "מתוך 60 נקודות" in told[0][2]


def test_who_answers_in_a_card_stays_with_it(client: Client, town: None) -> None:
    card = "01a2219f-d196-7000-975c-444308619a42"
    for do in ("answer", "skip"):
        sent = {"do": do, "question": "age", "value": "34"}
        assert client.post(PERSON, sent)["Location"] == f"{PERSON}#question"
        assert client.post(PERSON, sent | {"card": card})["Location"] == f"{PERSON}#s-{card}"
        assert client.post(PERSON, sent | {"card": "x\r\nSet-Cookie: a=b"})["Location"] == f"{PERSON}#question"


def test_what_was_typed_and_answered_stands_in_no_address(client: Client, town: None) -> None:
    client.post(PERSON, {"do": "say", "words": "debts and a divorce"})
    client.post(PERSON, {"do": "answer", "question": "age", "value": "34"})
    page = client.get(PERSON).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    for address in re.findall(r'(?:href|action)="([^"]*)"', main):
        assert not re.search(r"age|34|divorce|debt|legal", address.partition("?")[2]), address


def test_a_hostile_link_makes_no_large_cookie(client: Client, town: None) -> None:
    link = {"need": ["א" * 255, "x" * 255, *(f"code_{n}" for n in range(20))], "speaks": ["x" * 200, "am"]}
    client.post(
        PERSON + "?" + "&".join(f"{k}={v}" for k, vs in link.items() for v in vs), {"do": "skip", "question": "age"}
    )
    assert len(client.cookies[COOKIE].value) < 600
    assert kept(client).speaks == ("am",)


def test_leaving_asks_nothing_of_the_database(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = client.get("/en/find/leave/")
    assert answer["Location"] == "https://www.wikipedia.org/"
    assert not connection.in_atomic_block or answer.status_code == 302


@pytest.mark.parametrize("route", ["find_person", "find_business", "find_send", "find_compare"])
def test_who_looks_over_ones_shoulder_reads_nothing_in_the_title_and_one_can_leave_quickly(
    client: Client, route: str
) -> None:
    """Titles stand in tabs and histories: the same on each of these pages, whatever is looked for."""
    with translation.override("en"):
        address = reverse(route)
    page = client.get(address, {"need": "human_services:housing", "topic": "money"}).content.decode()
    (title,) = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title.split(" · ")[0] == "Services"
    assert "data-quick-exit" in page


def test_a_story_that_is_longer_than_what_is_read_says_so(client: Client) -> None:
    cut = f"We read the first {MOST_WORDS} letters."
    client.post(PERSON, {"do": "say", "words": "a nursery"})
    assert cut not in client.get(PERSON).content.decode()
    client.post(PERSON, {"do": "say", "words": "a nursery, " * 40})
    assert cut in client.get(PERSON).content.decode()
