"""The result page: what is shown, in which order, why, and within which filters."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.directory.facts import Who
from kesher.directory.models import Capacity, Schedule, Service, ServiceLanguage, Term
from kesher.directory.search import index
from kesher.directory.taxonomies import load_open_eligibility
from kesher.engine.eligibility import explain
from kesher.engine.orientation import Colour, ranking
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.finding import A_PAGE, ALL, FEW, Found, Opened, Wider, find_for, without_filter
from kesher.www.front.orientation.plain import way_to
from kesher.www.front.orientation.wishes import parts_of
from kesher.www.front.themes import CACHE_KEY
from tests import factories as make
from tests.directory.rules.test_orienting import with_rule

pytestmark = pytest.mark.django_db
WORK, CARE = "human_services:work", "human_services:care:daytime_care"
ADULT = {">=": [{"var": "age"}, 18]}


def service(
    english: str, theme: str = WORK, *, when: Any = None, near: tuple[float, float] | None = None, **more: Any
) -> Service:
    made: Service = make.ServiceFactory(
        published=True, name={"en": english}, description={"en": english}, minimum_age=None, maximum_age=None, **more
    )
    make.ServiceTermFactory(service=made, term=Term.objects.get(code=theme))
    if when is not None:
        with_rule(made, when)
    if near is not None:
        place = make.LocationFactory(latitude=near[0], longitude=near[1])
        make.ServiceAtLocationFactory(service=made, location=place)
    return made


@pytest.fixture
def themes() -> None:
    load_open_eligibility()


def found(answers: Answers, **more: Any) -> Found:
    index()
    with translation.override("en"):
        return find_for(answers, AnonymousUser(), area=more.pop("area", None), **more)


def names(shown: Found) -> list[str]:
    return [card.name["en"] for card in shown.cards]


def test_three_colours_first_what_fits_and_what_does_not_apart(themes: None) -> None:
    service("Open job club")
    service("Job club for adults", when=ADULT)
    service("Job club for renters", when={"var": "rents"})
    shown = found(Answers(needs=(WORK,), facts={"rents": False}))
    assert names(shown) == ["Open job club", "Job club for adults"]
    assert [card.name["en"] for card in shown.not_fitting] == ["Job club for renters"]
    assert shown.counts == {Colour.FITS: 1, Colour.MAY_FIT: 1, Colour.DOES_NOT_FIT: 1}
    assert shown.question is not None
    assert shown.question.key == "age"
    assert shown.waiting == next(card.pk for card in shown.cards if card.why.kind == "ask")


@pytest.mark.parametrize("asked", [{"needs": (WORK,)}, {"words": "job club"}])
def test_reasons_are_built_for_what_is_shown_and_for_nothing_else(
    themes: None, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    for number in range(40):
        service(f"Job club {number}", when=ADULT if number % 2 else {"var": "rents"})
    explained: list[Any] = []

    def counted(expression: Any, facts: Any) -> Any:
        explained.append(expression)
        return explain(expression, facts)

    monkeypatch.setattr(ranking, "explain", counted)
    shown = found(Answers(facts={"rents": False}, **asked))
    cards = [*shown.cards, *shown.not_fitting]
    assert 0 < len(cards) < 40, "not all are shown"
    assert len(explained) == len({card.pk for card in cards})


def test_nothing_is_asked_that_would_change_nothing_nor_after_five(themes: None) -> None:
    service("Open job club")
    assert found(Answers(needs=(WORK,))).question is None
    service("Job club for adults", when=ADULT)
    five = ("status", "work", "hebrew", "education", "gender")
    assert found(Answers(needs=(WORK,), skipped=five)).question is None
    assert found(Answers(needs=(WORK,), skipped=five[:4])).question is not None
    assert found(Answers(needs=(WORK,), skipped=("age",))).question is None, "skipped is skipped"


def test_each_wish_and_each_chosen_need_has_its_own_list(themes: None) -> None:
    for number in range(5):
        service(f"Welding course {number}")
        service(f"Day nursery {number}", CARE, when={"var": "child_under_3"})
    shown = found(Answers(words="welding, nursery"))
    assert [need.words for need in shown.needs][:2] == ["welding", "nursery"]
    assert [len(need.cards) for need in shown.needs][:2] == [3, 3]
    assert [need.shown.more for need in shown.needs][:2] == [2, 2]
    assert shown.question is not None
    assert shown.question.key == "children", "the second wish is asked about too"
    assert len(names(found(Answers(words="welding, nursery"), opened=Opened(2)))) == 3 + 5
    chosen = found(Answers(needs=(CARE, WORK)))
    assert [need.code for need in chosen.needs] == [CARE, WORK]


def test_words_that_nothing_answers_show_nothing(themes: None) -> None:
    service("Open job club")
    assert names(found(Answers(words="zzzqqq"))) == []
    assert names(found(Answers())) == ["Open job club"]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("a course, a nursery", ["a course", "a nursery"]),
        ("קורס עברית؛ מעון", ["קורס עברית", "מעון"]),
        ("ትምህርት፣ ሥራ", ["ትምህርት", "ሥራ"]),
        ("one. two. three. four. five.", ["one. two. three. four. five."]),
        ("  ", []),
        (",;.", []),
    ],
)
def test_wishes_are_told_apart_by_marks(words: str, parts: list[str]) -> None:
    assert parts_of(words) == ([] if not words.strip(" ,;.") else parts)


HERE, FAR = (31.25, 34.79), (29.55, 34.95)


def test_filters_stay_within_reach_and_what_is_remote_is_always_within(themes: None) -> None:
    area = Area.objects.create(
        scheme="x", code="1", level="locality", name={"en": "Here"}, path="x/1/", latitude=HERE[0], longitude=HERE[1]
    )
    service("Near job club", near=HERE)
    service("Far job club", near=FAR)
    service("Job club by phone", remote=True)
    service("Job club nowhere")
    everywhere = Answers(needs=(WORK,), area=area.pk)
    assert set(names(found(everywhere, area=area))) == {
        "Near job club", "Far job club", "Job club by phone", "Job club nowhere",
    }  # fmt: skip
    near = Answers(needs=(WORK,), area=area.pk, within=5)
    assert set(names(found(near, area=area))) == {"Near job club", "Job club by phone"}
    assert names(found(Answers(needs=(WORK,), remote=True))) == ["Job club by phone"]


def test_only_in_my_languages(themes: None) -> None:
    make.LanguageFactory(service=service("Amharic job club"), code="am")
    service("Silent job club")
    assert names(found(Answers(needs=(WORK,), speaks=("am",), spoken_only=True))) == ["Amharic job club"]
    assert names(found(Answers(needs=(WORK,), speaks=("am",)))) == ["Amharic job club", "Silent job club"]


def test_each_door_asks_its_own_and_hides_what_is_for_the_other(themes: None) -> None:
    service("Find work")
    service("Find staff", when={"===": [{"var": "business_stage"}, "new"]})
    service("Work for adults", when=ADULT)
    person = found(Answers(needs=(WORK,)))
    assert set(names(person)) == {"Find work", "Work for adults"}
    assert person.elsewhere == 1
    business = found(Answers(door=Who.BUSINESS, words="find"))
    assert "Find staff" in names(business)
    assert "Work for adults" not in names(business)
    assert business.question is not None
    assert business.question.who is Who.BUSINESS
    assert names(found(Answers(door=Who.BUSINESS))) == ["Find staff"], "nothing said: what is meant for businesses"


def test_a_card_says_when_it_starts_whether_places_are_free_and_whom_to_call(themes: None) -> None:
    course = service("Course")
    today = timezone.localdate()
    Schedule.objects.create(service=course, valid_from=today + timedelta(days=9), freq="WEEKLY", byday="MO")
    Capacity.objects.create(service=course, available=4, updated=timezone.now())
    make.PhoneFactory(service=course, number="08-555-0100")
    (card,) = found(Answers(needs=(WORK,))).cards
    assert (card.next_start, card.free_places, card.phone) == (today + timedelta(days=9), 4, "08-555-0100")


# --- filters that leave nothing ------------------------------------------------------------------------------------------


def test_where_nothing_is_left_the_filter_in_the_way_is_named(themes: None) -> None:
    for number in range(2):
        ServiceLanguage.objects.create(service=service(f"Job club {number}"), code="he")
    asked = Answers(needs=(WORK,))
    assert found(asked).wider == (), "nothing is in the way"
    assert found(replace(asked, remote=True)).wider == [Wider("remote", 2)]
    assert found(replace(asked, speaks=("ar",), spoken_only=True)).wider == [Wider("spoken_only", 2)]
    both = replace(asked, remote=True, speaks=("ar",), spoken_only=True)
    assert found(both).wider == [Wider(ALL, 2)], "neither alone would help"
    assert names(found(without_filter(both, ALL))) == names(found(asked))
    assert without_filter(both, "nonsense") == both
    assert found(replace(asked, needs=("human_services:goods",), remote=True)).wider == [], "nor would both"


def test_what_does_not_fit_is_not_promised(themes: None) -> None:
    service("Job club for renters", when={"var": "rents"})
    shown = found(Answers(needs=(WORK,), facts={"rents": False}, remote=True))
    assert (shown.total, shown.wider) == (0, [])


def test_a_distance_is_in_the_way_only_where_it_counts(themes: None) -> None:
    town = Area.objects.create(
        scheme="x", code="1", level="locality", name={"en": "Here"}, path="x/1/", latitude=HERE[0], longitude=HERE[1]
    )
    service("Job club", near=FAR)
    asked = Answers(needs=(WORK,), area=town.pk, within=2)
    assert found(asked, area=town).wider == [Wider("within", 1)]
    assert found(replace(asked, remote=True), area=town).wider == [Wider(ALL, 1)]
    assert found(replace(asked, within=None, remote=True), area=town).wider == [Wider("remote", 1)]


def test_one_empty_wish_among_several_says_it_too(themes: None, client: Client) -> None:
    service("Welding course", remote=True)
    service("Day nursery", CARE)
    shown = found(Answers(words="welding, nursery", remote=True))
    assert shown.wider == ()
    assert [(need.words, list(need.wider)) for need in shown.needs][:2] == [
        ("welding", []),
        ("nursery", [Wider("remote", 1)]),
    ]


def test_words_that_nothing_answers_are_said_to_find_nothing_and_lead_to_the_themes(
    themes: None, client: Client
) -> None:
    service("Job club")
    service("Find staff", when={"===": [{"var": "business_stage"}, "new"]})
    index()
    cache.delete(CACHE_KEY)
    client.post("/en/find/person/", {"do": "say", "words": "zzzzqqqq"})
    page = client.get("/en/find/person/").content.decode()
    assert "We found nothing" in page
    assert "choose a topic" in page
    assert "remove a filter" not in page
    assert f'href="/en/find/person/?need={WORK.replace(":", "%3A")}"' in page
    assert "of this kind" not in page
    assert found(Answers(words="zzzzqqqq")).elsewhere == 0


def test_a_button_takes_the_filter_away(themes: None, client: Client) -> None:
    service("Job club")
    index()
    address = f"/en/find/person/?need={WORK}"
    client.post(address, {"do": "narrow", "remote": "1"})
    page = client.get("/en/find/person/").content.decode()
    assert "Nothing fits all of this" in page
    assert "Job club" not in page
    form = page.split('class="wider')[1].split("</form>")[0]
    assert re.sub(r"<[^>]+>|\s+", " ", form).split("Remove:")[1].split() == [
        "By",
        "phone",
        "or",
        "online",
        "(1",
        "service)",
    ]
    filter_ = re.findall(r'name="filter" value="([^"]+)"', form)
    client.post("/en/find/person/", {"do": "widen", "filter": filter_})
    page = client.get("/en/find/person/").content.decode()
    assert "Job club" in page
    assert 'class="wider' not in page


def doing(page: str, name: str) -> list[tuple[str, str]]:
    """What the card of this name offers to do: the ends of the links, and whether each is the main one."""
    card = next(part for part in page.split("<article ")[1:] if f">{name}<" in part.split("</h")[0])
    row = card.split("offer__doing")[1].split("<label")[0]
    links = re.findall(r'data-variant="(\w+)"[^>]*href="([^"]+)"', row)
    return [(kind, "call-back" if "call-back" in link else link.rsplit("/", 1)[-1]) for kind, link in links]


@pytest.mark.django_db(transaction=True)  # nothing is held of a transaction that is under way
def test_a_card_offers_only_what_somebody_answers(themes: None, client: Client) -> None:
    today = timezone.localdate()
    for name, call, ring in [("Both", 1, 1), ("Back", 1, 0), ("Ring", 0, 1), ("Neither", 0, 0)]:
        made = service(name)
        if call:
            make.MembershipFactory(organisation=made.organisation, role=Role.PROVIDER)
        if ring:
            make.PhoneFactory(service=made, number="08-555-0100")
    nobody: dict[str, dict[str, Any]] = {
        "Left": {"until": today - timedelta(days=1), "since": today - timedelta(days=9)},
        "Not begun": {"since": today + timedelta(days=1)},
        "Blocked": {"user__is_active": False},
        "Cannot": {"role": Role.EMPLOYER},
    }
    for name, more in nobody.items():
        make.MembershipFactory(organisation=service(name).organisation, **({"role": Role.PROVIDER} | more))
    index()
    page = client.get(f"/en/find/person/?need={WORK}&show=1").content.decode()
    assert doing(page, "Both") == [("primary", "call-back"), ("tertiary", "tel:08-555-0100")]
    assert doing(page, "Back") == [("primary", "call-back")]
    assert doing(page, "Ring") == [("primary", "tel:08-555-0100")]
    for name in ("Neither", *nobody):
        assert doing(page, name) == [("primary", "#enter")], name
    assert 'id="enter"' in client.get(f"/en/services/{Service.objects.get(name__en='Neither').pk}/").content.decode()


@pytest.mark.django_db(transaction=True)  # nothing is held of a transaction that is under way
def test_the_number_of_queries_does_not_grow_with_the_services(themes: None, client: Client) -> None:
    counts = []
    for more in (2, 12):
        for number in range(more):
            service(f"Job club {more}.{number}", when=ADULT, near=HERE)
        index()
        client.get("/en/find/person/?need=" + WORK)  # columns, catalogue and tiles are held from now on
        with CaptureQueriesContext(connection) as asked:
            client.get("/en/find/person/?need=" + WORK + "&show=1")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 18, counts


def test_what_a_link_brought_is_kept_once_something_is_sent(themes: None, client: Client) -> None:
    service("Job club for adults", when=ADULT)
    service("Nursery", CARE)
    index()
    page = client.get(f"/en/find/person/?need={WORK}").content.decode()
    action = page.split('class="ask__form"')[0].rsplit('action="', 1)[1].split('"')[0].replace("&amp;", "&")
    answered = client.post(action, {"do": "answer", "question": "age", "value": "34"})
    assert answered["Location"] == "/en/find/person/#question"
    page = client.get("/en/find/person/").content.decode()
    assert "Job club for adults" in page
    assert ">Nursery<" not in page
    assert "age: 34 years" in page


def test_what_cannot_be_read_is_said_beside_the_question_and_keeps_the_rest(themes: None, client: Client) -> None:
    service("Job club for adults", when=ADULT)
    index()
    wrong = client.post(f"/en/find/person/?need={WORK}", {"do": "answer", "question": "age", "value": "old"})
    assert wrong.status_code == 400
    assert "Write a number, for example 34." in wrong.content.decode()
    for odd in (
        {},
        {"do": "dance"},
        {"do": "answer", "question": "shoe size"},
        {"do": "add"},
        {"do": "narrow", "area": "x"},
    ):
        assert client.post("/en/find/person/", odd).status_code == 302


def test_needs_wishes_and_answers_are_taken_back_one_by_one(themes: None, client: Client) -> None:
    service("Welding course")
    service("Nursery", CARE)
    index()

    def sends(**fields: str) -> str:
        client.post("/en/find/person/", fields)
        return client.get("/en/find/person/").content.decode()

    sends(do="say", words="welding, nursery")
    assert 'value="welding, nursery"' in sends(do="answer", question="age", value="34")
    assert 'value="nursery"' in sends(do="unsay", wish="welding")
    assert "Daytime" in sends(do="add", code=CARE)
    sends(do="remove", code=CARE)
    assert "age: 34 years" not in sends(do="again", question="age")
    assert "What you told us" not in sends(do="forget")


def test_whatever_was_said_can_be_forgotten(themes: None, client: Client) -> None:
    service("Welding course")
    index()
    assert 'value="forget"' not in client.get("/en/find/person/").content.decode(), "nothing was said yet"
    client.post("/en/find/person/", {"do": "say", "words": "welding"})
    assert 'value="forget"' in client.get("/en/find/person/").content.decode()


def test_a_link_to_send_holds_needs_place_and_languages_and_no_answers(themes: None, client: Client) -> None:
    service("Welding course")
    index()
    client.post("/en/find/person/", {"do": "say", "words": "welding for my secret"})
    client.post("/en/find/person/", {"do": "answer", "question": "disability", "value": "yes"})
    client.post("/en/find/person/", {"do": "add", "code": WORK})
    client.post("/en/find/person/", {"do": "narrow", "speaks": ["am", "he"]})
    page = client.get("/en/find/send/").content.decode()
    address = page.split('class="send__address"><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert address == "http://testserver/en/find/person/?need=human_services:work&speaks=am&speaks=he"
    assert "secret" not in page
    assert "disab" not in page
    for words in ("Work", "Amharic", "Hebrew"):
        assert re.search(f'class="pill"[^>]*>(<bdi>)?{words}<', page), "nobody sends on what they have not read"
    stranger = Client()
    assert "Welding course" in stranger.get(address).content.decode()


def test_two_are_compared_and_a_third_that_nobody_may_see_is_not(themes: None, client: Client) -> None:
    one, two = service("Welding course", when=ADULT, near=HERE), service("Nursery", CARE)
    make.CostFactory(service=one, amount=120, currency="ILS")
    make.AddressFactory(location=one.at_locations.get().location, city="Yeruham")
    hidden = make.ServiceFactory()
    index()
    page = client.get(
        "/en/find/compare/", {"s": [str(one.pk), str(two.pk), str(hidden.pk), str(uuid4()), "x"]}
    ).content.decode()
    assert page.count('role="columnheader"') == 2
    for words in ("May fit", "Yeruham", "120", "no fixed day"):
        assert words in page
    linked = client.get("/en/find/compare/", {"need": WORK, "s": [str(one.pk), str(two.pk)]}).content.decode()
    assert f'href="/en/find/person/?need={WORK}"' in linked, "the way back leads to the same result"
    assert "Tick two or three" in client.get("/en/find/compare/", {"s": [str(one.pk)]}).content.decode()


def test_professionals_see_how_one_is_referred_and_what_to_bring(themes: None, client: Client) -> None:
    course = service("Welding course", referral_modes=["professional"])
    make.DocumentFactory(service=course, document={"en": "Identity card"})
    index()
    address = f"/en/find/person/?need={WORK}&as=professional"
    assert "Takes referrals" not in client.get(address).content.decode(), "for those who refer"
    client.force_login(make.MembershipFactory(role=Role.CASEWORKER).user)
    page = client.get(address).content.decode()
    assert "Takes referrals from professionals." in page
    assert "Identity card" in page
    sent = client.post(address, {"do": "answer", "question": "age", "value": "34"})
    assert sent["Location"] == "/en/find/person/?as=professional#question", "they stay with their view"


def test_professionals_see_the_waiting_time_and_the_day_places_were_told(themes: None, client: Client) -> None:
    course = service("Welding course", referral_modes=["professional"], wait_time={"en": "about two weeks"})
    other = service("Open workshop", referral_modes=["self"])
    told = timezone.now()
    make.CapacityFactory(service=course, available=3, updated=told - timedelta(days=40))
    make.CapacityFactory(service=course, available=1, updated=told - timedelta(days=2))
    make.CapacityFactory(service=other, available=0, updated=told)
    index()
    address = f"/en/find/person/?need={WORK}"
    oldest = date_format(timezone.localdate(told - timedelta(days=40)), "DATE_FORMAT")
    away = ("(as of", "about two weeks", "Refer somebody from here")
    client.force_login(make.MembershipFactory(role=Role.PROVIDER).user)
    assert not [one for one in away if one in client.get(f"{address}&as=professional").content.decode()]
    client.force_login(make.MembershipFactory(role=Role.REFERRER).user)
    plain = client.get(address).content.decode()
    assert "4 places free" in plain
    assert not [one for one in away if one in plain], "as visitors see it, until it is asked for"
    page = client.get(f"{address}&as=professional").content.decode()
    assert f"4 places free (as of {oldest})" in page, "as good as the oldest of the numbers"
    assert f"No place free (as of {date_format(timezone.localdate(told), 'DATE_FORMAT')})" in page
    assert page.count("(as of") == 2
    assert "Waiting time:" in page
    assert "about two weeks" in page
    assert f'href="/en/caseworker/people/?service={course.pk}"' in page
    assert page.count("Refer somebody from here") == 1, "nobody is sent where people come by themselves"


@pytest.mark.parametrize(
    ("kilometres", "remote", "words"),
    [
        (None, False, ""),
        (None, True, "by phone or online"),
        (0.1, False, "about 5 minutes on foot"),
        (2.0, False, "about 35 minutes on foot"),
        (12.3, False, "about 12 km away"),
        (12.3, True, "about 12 km away, or by phone or online"),
    ],
)
def test_distances_as_people_say_them(kilometres: float | None, remote: bool, words: str) -> None:
    with translation.override("en"):
        assert way_to(kilometres, remote=remote) == words


def test_a_page_says_for_whom_in_words_with_the_decision_and_who_worded_it(client: Client) -> None:
    course = make.ServiceFactory(published=True, eligibility_description={"he": "לעולים"})
    with_rule(course, {"and": [ADULT, {"var": "rents"}]}, source_section="4(b)")
    index()
    page = client.get(f"/en/services/{course.pk}/").content.decode()
    for words in ("Age: at least 18 years", "Rents a home", "4(b)", "version 1, in force from"):
        assert words in page
    assert '<p lang="he" dir="rtl">לעולים</p>' in page, "the office's own words keep their language"
    english = "A machine wrote these sentences. What counts is the decision named here."
    with translation.override("he"):
        hebrew = gettext(english)
    assert hebrew != english
    assert english not in page, "English is the source"
    assert hebrew in client.get(f"/he/services/{course.pk}/").content.decode()


@pytest.mark.parametrize(
    ("language", "written", "marked"),
    [
        ("en", "he", '<bdi lang="he" dir="rtl">חוק שירות התעסוקה</bdi>'),
        ("ar", "he", '<bdi lang="he" dir="rtl">חוק שירות התעסוקה</bdi>'),
        ("he", "he", "<bdi>חוק שירות התעסוקה</bdi>"),
        ("en", "", "<bdi>חוק שירות התעסוקה</bdi>"),
    ],
)
def test_a_law_is_cited_in_its_own_language(client: Client, language: str, written: str, marked: str) -> None:
    course = make.ServiceFactory(published=True)
    law = {"source_title": "חוק שירות התעסוקה", "source_section": "סעיף 4", "source_url": "https://law.example.org/1"}
    with_rule(course, ADULT, **law, source_language=written)
    index()
    page = client.get(f"/{language}/services/{course.pk}/").content.decode()
    assert marked in page
    assert marked.replace("חוק שירות התעסוקה", "סעיף 4") in page
    assert ('hreflang="he"' in page.split('class="rule__law"')[1].split("</cite>")[0]) is bool(written)


def test_all_of_one_need_a_page_at_a_time_and_the_others_stay_short(themes: None, client: Client) -> None:
    for number in range(A_PAGE + 3):
        service(f"Job club {number:02}")
        service(f"Nursery {number:02}", CARE)
    index()
    needs = f"need={WORK}&need={CARE}"

    def clubs(address: str) -> tuple[list[str], list[str]]:
        shown = shown_on(client.get(f"/en/find/person/?{needs}{address}").content.decode())
        return [one for one in shown if one.startswith("Job")], [one for one in shown if one.startswith("Nursery")]

    few, others = clubs("")
    assert (len(few), len(others)) == (FEW, FEW)
    first, beside = clubs("&show=1")
    second, _ = clubs("&show=1&page=2")
    assert (len(first), len(second), beside) == (A_PAGE, 3, others)
    assert first[:FEW] == few
    assert len({*first, *second}) == A_PAGE + 3, "each once"
    assert clubs("&show=1&page=99")[0] == second, "the last page there is"
    for nonsense in ("all", "-1", "9", "1&page=x", "١", "1&page=" + "9" * 30):
        assert clubs(f"&show={nonsense}")[0] == few
    page = client.get(f"/en/find/person/?{needs}&show=1").content.decode()
    assert "show=1&amp;page=2#need-1" in page
    assert "show=2#need-2" in page
    assert "page=0" not in page


def test_what_does_not_fit_is_told_in_few_and_in_full_where_asked(themes: None, client: Client) -> None:
    for number in range(A_PAGE + 1):
        service(f"Job club {number:02}", when={"var": "rents"})
    index()
    answered = client.post(f"/en/find/person/?need={WORK}", {"do": "answer", "question": "rents", "value": "no"})
    page = client.get(answered["Location"].partition("#")[0]).content.decode()
    assert len(shown_on(page)) == FEW
    assert f"{A_PAGE + 1} services that do not fit, and why" in page
    assert f"{A_PAGE + 1 - FEW} more" in page
    assert '<details class="refused" id="refused-0">' in page
    assert "It would fit if:" in page
    page = client.get("/en/find/person/?show=0").content.decode()
    assert len(shown_on(page)) == A_PAGE
    assert '<details class="refused" id="refused-0" open>' in page
    assert len(shown_on(client.get("/en/find/person/?show=0&page=2").content.decode())) == 1


def test_the_card_in_which_somebody_answered_stays_though_many_others_come_first(themes: None, client: Client) -> None:
    for number in range(A_PAGE):
        service(f"Job club {number:02}", when={"var": "rents"})
    index()
    names = shown_on(client.get(f"/en/find/person/?need={WORK}&show=1").content.decode())
    last = Service.objects.get(name__en=names[-1])
    step = {"do": "answer", "question": "rents", "value": "no", "card": str(last.pk)}
    answered = client.post(f"/en/find/person/?need={WORK}", step)
    assert answered["Location"] == f"/en/find/person/#s-{last.pk}"
    page = client.get("/en/find/person/").content.decode()
    assert len(shown_on(page)) == FEW + 1
    assert shown_on(page)[-1] == names[-1]
    client.post("/en/find/person/", {"do": "add", "code": WORK})
    assert names[-1] not in shown_on(client.get("/en/find/person/").content.decode()), "only where one is just now"


def shown_on(page: str) -> list[str]:
    """The names of the services on a page, in its order."""
    return re.findall(r'class="offer__name"[^>]*><a[^>]*><bdi>([^<]+)<', page)
