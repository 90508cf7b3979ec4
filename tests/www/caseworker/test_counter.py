"""The counter: two languages on one screen; nothing is kept before the visitor agrees; then it goes into a file and a draft."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.directory.models import Service
from kesher.directory.search import index
from kesher.people.models import ConsentText, Person, Told
from kesher.referrals.models import Loop, Referral
from kesher.www.caseworker.counter.visit import COOKIE
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.seen import seal
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db
HERE = "/en/caseworker/counter/"


@pytest.fixture
def here() -> Organisation:
    return OrganisationFactory(approved=True)


@pytest.fixture
def noa(here: Organisation) -> User:
    return MembershipFactory(organisation=here, role=Role.CASEWORKER).user


@pytest.fixture
def page(client: Client, noa: User) -> Client:
    client.force_login(noa)
    return client


@pytest.fixture
def choir(here: Organisation) -> Service:
    made: Service = ServiceFactory(
        published=True,
        organisation=OrganisationFactory(approved=True, name={"en": "Songbird", "ar": "طائر الغناء"}),
        name={"en": "Songbird choir", "ar": "جوقة طائر الغناء"},
        description={"en": "Singing together."},
    )
    index([made.pk])
    return made


def columns(html: str) -> dict[str, str]:
    """Language of each column -> its HTML, with the direction it says."""
    return {
        f"{language} {direction}": body
        for language, direction, body in re.findall(
            r'<section class="both__one" lang="(\w+)" dir="(\w+)".*?>(.*?)</section>', html, re.S
        )
    }


def visits(page: Client, language: str = "ar", words: str = "Songbird choir") -> str:
    page.post(HERE, {"do": "language", "visitor": language})
    page.post(HERE, {"do": "say", "words": words})
    return page.get(HERE).content.decode()


def keeps(page: Client, keep: str, **told: str) -> Any:
    """Agree to what the page shows now."""
    return page.post(keep, told | {"seen": page.get(keep).context["seen"]})


def test_two_languages_side_by_side_each_with_its_direction(page: Client, choir: Service) -> None:
    both = columns(visits(page))
    assert list(both) == ["en ltr", "ar rtl"]
    assert "Songbird choir" in both["en ltr"]
    assert "جوقة طائر الغناء" in both["ar rtl"]
    assert "Songbird choir</" not in both["ar rtl"].replace("Songbird choir</textarea>", "")
    assert both["ar rtl"].count('action="/en/caseworker/counter/') >= 2, "whoever presses stays on this screen"


def test_one_language_is_one_column(page: Client) -> None:
    assert list(columns(visits(page, "en"))) == ["en ltr"]


def test_nothing_is_kept_before_they_agree_and_nothing_stays_when_they_have_gone(page: Client, choir: Service) -> None:
    visits(page)
    page.post(HERE, {"do": "answer", "question": "age", "value": "34"})
    page.post(HERE, {"do": "skip", "question": "status"})
    assert "34" in page.get(HERE).content.decode()
    assert not any(model.objects.exists() for model in (Person, Told, Loop, Referral))
    page.post(HERE, {"do": "end"})
    assert not page.cookies[COOKIE].value
    assert "Songbird" not in page.get(HERE).content.decode()


def test_another_user_at_the_same_desk_reads_nothing(page: Client, here: Organisation) -> None:
    visits(page)
    page.force_login(MembershipFactory(organisation=here, role=Role.CASEWORKER).user)
    assert "Songbird" not in page.get(HERE).content.decode()


def test_a_number_that_is_none_is_said_in_both_languages(page: Client) -> None:
    page.post(HERE, {"do": "language", "visitor": "ar"})
    answered = page.post(HERE, {"do": "answer", "question": "age", "value": "old"})
    assert answered.status_code == 400
    assert answered.content.decode().count('role="alert"') == 2
    assert page.post(HERE, {"do": "language", "visitor": "xx"}).status_code == 404


def test_the_page_to_print_is_in_their_language_and_its_link_holds_no_answer(page: Client, choir: Service) -> None:
    visits(page, words="Songbird choir for a nurse of 34")
    page.post(HERE, {"do": "answer", "question": "age", "value": "34"})
    assert 'href="/ar/caseworker/counter/print/"' in page.get(HERE).content.decode()
    printed = page.get("/ar/caseworker/counter/print/").content.decode()
    assert '<html lang="ar" dir="rtl"' in printed
    assert "جوقة طائر الغناء" in printed
    link = re.search(r'<bdi dir="ltr">(http[^<]*)</bdi>', printed)
    assert link
    assert "34" not in link.group(1)
    assert "nurse" not in link.group(1)


def test_a_file_is_opened_and_takes_what_was_said_and_a_draft_is_begun(
    page: Client, choir: Service, here: Organisation
) -> None:
    visits(page)
    page.post(HERE, {"do": "answer", "question": "age", "value": "34"})
    new = "/en/caseworker/people/new/?visit=1&language=ar"
    assert new.replace("&", "&amp;") in page.get(HERE).content.decode()
    assert page.get(new).context["form"].initial["language"] == "ar"
    told: dict[str, Any] = {"worries": ["work"], "called": "أمل", "language": "ar", "reach_by": "call"}
    told |= {"phone": "050-555-0142", "reach_when": "mornings", "organisation": str(here.pk)}
    told |= {"step": "agree", "words": ConsentText.current("file").pk}
    agreed = page.post(new, told | {"how": "present", "agreed": "on"})
    person = Person.objects.get()
    keep = f"{HERE}keep/{person.pk}/"
    assert agreed["Location"] == keep
    shown = page.get(keep).content.decode()
    assert "34" in shown
    assert not Told.objects.exists(), "looking keeps nothing"
    answer = keeps(page, keep, wish="sing with others", service=str(choir.pk))
    assert {row.fact: (row.said, row.where) for row in Told.objects.all()} == {"age": (34, "counter")}
    referral = Referral.objects.get()
    assert answer["Location"] == f"/en/referrals/{referral.pk}/"
    assert (referral.state, referral.service, referral.why) == ("draft", choir, "sing with others")
    assert (referral.language, referral.interpreter, referral.safe_contact) == ("ar", "phone", "mornings")
    assert Loop.objects.get().wish == "sing with others"
    assert not page.cookies[COOKIE].value, "what stands in the file need not lie in a browser as well"


def test_a_referral_needs_a_wish_and_nothing_is_half_kept(page: Client, choir: Service, here: Organisation) -> None:
    visits(page)
    page.post(HERE, {"do": "answer", "question": "age", "value": "34"})
    person = PersonFactory(keeper=here, called="Amal")
    refused = keeps(page, f"{HERE}keep/{person.pk}/", wish=" ", service=str(choir.pk))
    assert refused.status_code == 400
    assert not Told.objects.exists()
    assert not Loop.objects.exists()


def test_a_file_that_is_there_is_found_and_no_other_ones(page: Client, here: Organisation) -> None:
    mine, other = PersonFactory(keeper=here, called="Amal"), PersonFactory(called="Amal of another")
    assert page.get(f"{HERE}file/")["Location"] == HERE, "without a visitor there is nothing to keep"
    visits(page)
    found = page.post(f"{HERE}file/", {"q": "Amal"}).content.decode()
    assert str(mine.pk) in found
    assert str(other.pk) not in found
    assert page.get(f"{HERE}keep/{other.pk}/").status_code == 404
    assert page.post(f"{HERE}file/", {"q": ""}).status_code == 400


def test_whom_one_looks_for_stands_in_no_address(page: Client, here: Organisation) -> None:
    """An address is written down: by the server, by the browser, and by whatever stands between."""
    person = PersonFactory(keeper=here, called="Amal", phone="050-555-0142")
    visits(page)
    for typed in ("Amal", "050-555-0142"):
        answer = page.post(f"{HERE}file/", {"q": typed})
        html = answer.content.decode()
        assert "Amal" in html
        assert typed not in answer.request["QUERY_STRING"]
        assert not [one for one in re.findall(r'(?:href|action|src)="([^"]*)"', html) if typed in one or "q=" in one]
        assert not re.search(r'<form[^>]*method="get"[^>]*>(?:(?!</form>).)*name="q"', html, re.S)
    written_out = page.get(f"{HERE}file/?q=Amal").content.decode()
    assert str(person.pk) not in written_out, "what stands in an address is not looked for"


def test_what_was_not_shown_is_not_kept(page: Client, choir: Service, here: Organisation) -> None:
    """One page stays open in a tab; the next visitor's answers are in the browser when it is sent."""
    amal, dana = PersonFactory(keeper=here, called="Amal"), PersonFactory(keeper=here, called="Dana")
    keep = f"{HERE}keep/{amal.pk}/"
    visits(page)
    page.post(HERE, {"do": "answer", "question": "age", "value": "34"})
    seen = page.get(keep).context["seen"]
    assert f'name="seen" value="{seen}"' in page.get(keep).content.decode()
    page.post(HERE, {"do": "end"})
    visits(page, language="ru", words="kindergarten")
    page.post(HERE, {"do": "answer", "question": "age", "value": "61"})
    stale = page.post(keep, {"wish": "sing with others", "service": "", "seen": seen})
    assert stale.status_code == 409
    html = stale.content.decode()
    assert "61" in html, "what would be kept now is read out"
    assert "sing with others" not in html, "the wish was another visitor's"
    assert not any(model.objects.exists() for model in (Told, Loop, Referral))
    assert page.post(keep, {"wish": ""}).status_code == 409, "a page that does not say what it showed"
    of_another = page.get(f"{HERE}keep/{dana.pk}/").context["seen"]
    assert page.post(keep, {"wish": "", "seen": of_another}).status_code == 409
    assert not Told.objects.exists()
    assert page.post(keep, {"wish": "", "seen": stale.context["seen"]}).status_code == 302
    assert {row.said for row in Told.objects.all()} == {61}


def test_each_thing_shown_is_sealed(here: Organisation) -> None:
    amal, dana = PersonFactory(keeper=here), PersonFactory(keeper=here)
    said = Answers(words="work", needs=("a:b",), facts={"age": 34})
    others = [
        replace(said, words="works"),
        replace(said, needs=()),
        replace(said, facts={"age": 35}),
        replace(said, facts={}),
        replace(said, area=amal.pk),
    ]
    seals = [seal(one, amal) for one in (said, *others)] + [seal(said, dana)]
    assert len(set(seals)) == len(seals)
    assert seal(replace(said), amal) == seals[0]


def test_where_they_live_is_read_out_before_it_is_kept(page: Client, here: Organisation) -> None:
    area = Area.objects.create(
        scheme="s", code="1", level="locality", path="1/", name={"en": "Shoreham"}, latitude=32, longitude=34.8
    )
    person = PersonFactory(keeper=here)
    visits(page)
    page.post(HERE, {"do": "narrow", "area": str(area.pk)})
    keep = f"{HERE}keep/{person.pk}/"
    assert "Shoreham" in page.get(keep).content.decode()
    keeps(page, keep, wish="")
    person.refresh_from_db()
    assert person.area == area


def test_only_the_words_they_agreed_to_are_kept(page: Client, choir: Service, here: Organisation) -> None:
    """They said more than they want passed on, and the field was changed while they looked on."""
    person = PersonFactory(keeper=here, called="Amal")
    visits(page, words="Songbird choir, my husband drinks")
    keep = f"{HERE}keep/{person.pk}/"
    keeps(page, keep, wish="sing with others", service=str(choir.pk))
    assert Loop.objects.get().wish == "sing with others"
    assert Referral.objects.get().why == "sing with others"


@pytest.mark.parametrize(
    ("wish", "says"), [("sing\u202ewith others", "cannot be shown"), ("x" * 301, "too long"), ("\u200b", "no letters")]
)
def test_a_wish_nobody_can_read_is_refused_with_a_word(
    page: Client, choir: Service, here: Organisation, wish: str, says: str
) -> None:
    person = PersonFactory(keeper=here, called="Amal")
    visits(page)
    page.post(HERE, {"do": "answer", "question": "age", "value": "34"})
    refused = keeps(page, f"{HERE}keep/{person.pk}/", wish=wish)
    assert refused.status_code == 400
    assert says in refused.content.decode()
    assert not any(model.objects.exists() for model in (Told, Loop, Referral))
