"""What a card and a service's page say is read from the pages as they are drawn, and the code on paper as a telephone does."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.areas.models import Area
from kesher.directory.models import Capacity, Schedule, Service, ServiceLanguage, Term
from kesher.directory.search import Opening, index
from kesher.directory.search.opening import opens_next, until
from kesher.directory.taxonomies import load_open_eligibility
from kesher.www.front.orientation.carrying import picture_of
from kesher.www.front.orientation.plain import closed_now, open_now
from tests import factories as make
from tests.qr_reading import matrix_of, read_code

pytestmark = pytest.mark.django_db
WORK = "human_services:work"
DAY = 24 * 60
MINUTES = st.integers(0, 7 * DAY - 1)
WEEK = "MO,TU,WE,TH,FR,SA,SU"


def service(english: str, **given: Any) -> Service:
    load_open_eligibility()
    made: Service = make.ServiceFactory(published=True, name={"en": english}, **given)
    make.ServiceTermFactory(service=made, term=Term.objects.get(code=WORK))
    return made


def text_of(part: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", part).split())


def card(client: Client, of: Service, language: str = "en", **asked: str) -> str:
    index()
    page = client.get(f"/{language}/find/person/", {"need": WORK, **asked}).content.decode()
    return page.split(f'id="s-{of.pk}"')[1].split("</article>")[0]


def test_a_drawn_card_says_language_start_places_and_check(client: Client) -> None:
    today = timezone.localdate()
    made = service("Job club", assured_date=today - timedelta(days=3), check_by=today + timedelta(days=90))
    ServiceLanguage.objects.create(service=made, code="am")
    start = today + timedelta(days=20)
    Schedule.objects.create(service=made, valid_from=start)
    free = Capacity.objects.create(service=made, available=4, updated=timezone.now())
    make.CostFactory(service=made, amount=0)
    shown = text_of(card(client, made))
    with translation.override("en"):
        day = date_format(start, "DATE_FORMAT")
    for said in ("Amharic", f"Next start: {day}", "4 places free", "Free of charge", "checked 3 days ago"):
        assert said in shown, said
    assert "Not checked for a while" not in shown
    Capacity.objects.filter(pk=free.pk).update(available=0)
    Service.objects.filter(pk=made.pk).update(check_by=today - timedelta(days=1))
    shown = text_of(card(client, made))
    assert "No place free now" in shown
    assert "Not checked for a while" in shown
    assert "checked 3 days ago" not in shown, "one of the two"
    assert "מקום" in text_of(card(client, made, "he")) or "אין" in text_of(card(client, made, "he"))


@pytest.mark.parametrize(("spans", "minute", "ends"), [
    ([(480, 900)], 600, time(15)),
    ([(480, 900)], 900, None),  # just closed
    ([(480, 720), (960, 1080)], 700, time(12)),
    ([(day * DAY, day * DAY + 1439) for day in range(7)], 600, None),  # round the clock, as people write it
    ([(0, 7 * DAY)], 600, None),
    ([(1320, 1560)], 1400, time(2)),  # into the night
    ([(6 * DAY + 1320, 7 * DAY), (0, 120)], 6 * DAY + 1400, time(2)),  # from Sunday into Monday
])  # fmt: skip
def test_until_when_it_is_open(spans: list[tuple[int, int]], minute: int, ends: time | None) -> None:
    assert until(spans, minute) == ends


@settings(deadline=None)
@given(spans=st.lists(st.tuples(st.integers(0, 7 * DAY - 1), st.integers(1, 30 * 60)), max_size=8), minute=MINUTES)
def test_when_it_opens_next_is_the_first_minute_that_is_open(spans: list[tuple[int, int]], minute: int) -> None:
    cut = [(begin, min(begin + length, 7 * DAY)) for begin, length in spans]
    open_minutes = {one for begin, end in cut for one in range(begin, end)}
    ahead = next((n for n in range(7 * DAY) if (minute + n) % (7 * DAY) in open_minutes), None)
    found = opens_next(cut, minute)
    if not ahead:  # open now, or never
        assert found is None
    else:
        assert found is not None
        assert minute + ahead == (minute // DAY + found.days) * DAY + found.at.hour * 60 + found.at.minute


@pytest.mark.parametrize(("language", "days", "said"), [
    ("en", 0, "closed now, opens at 08:00"),
    ("en", 1, "closed now, opens tomorrow at 08:00"),
    ("en", 2, "closed now, opens on Tuesday at 08:00"),
    ("he", 1, "סגור עכשיו, נפתח מחר בשעה 08:00"),
    ("he", 2, "סגור עכשיו, נפתח ביום שלישי בשעה 08:00"),
    ("ar", 1, "غدًا"),
    ("ru", 1, "завтра"),
    ("uk", 1, "завтра"),
    ("fr", 2, "mardi"),
    ("am", 1, "ነገ"),
])  # fmt: skip
def test_when_it_opens_is_said_as_people_say_it(language: str, days: int, said: str) -> None:
    with translation.override(language):
        assert said in closed_now(Opening(days, time(8)), date(2026, 11, 29))  # a Sunday


def test_a_closed_card_says_when_it_opens_next(client: Client) -> None:
    made, open_one = service("Job club"), service("Help line")
    tomorrow = timezone.localdate() + timedelta(days=1)
    day = WEEK.split(",")[tomorrow.weekday()]
    make.ScheduleFactory(service=made, byday=day, opens_at=time(8), closes_at=time(12), freq="WEEKLY")
    make.ScheduleFactory(service=open_one, byday=WEEK, opens_at=time(0), closes_at=time(23, 59), freq="WEEKLY")
    with translation.override("en"):
        said = closed_now(Opening(1, time(8)), timezone.localdate())
    assert "opens tomorrow" in said
    assert said in text_of(card(client, made))
    assert said.capitalize() in text_of(client.get(f"/en/services/{made.pk}/").content.decode())
    assert "closed now" not in text_of(card(client, open_one))
    assert "Closed now" not in text_of(client.get(f"/en/services/{open_one.pk}/").content.decode())


def test_a_card_and_a_page_say_until_when_it_is_open(client: Client) -> None:
    made, always = service("Job club"), service("Help line")
    now = timezone.localtime()
    closes = time(23, 58) if now.hour == 23 else time(now.hour + 1, 0)
    make.ScheduleFactory(service=made, byday=WEEK, opens_at=time(0), closes_at=closes, freq="WEEKLY")
    make.ScheduleFactory(service=always, byday=WEEK, opens_at=time(0), closes_at=time(23, 59), freq="WEEKLY")
    with translation.override("en"):
        said = open_now(closes)
    assert said.startswith("Open now, until ")
    assert said in text_of(card(client, made))
    assert said in text_of(client.get(f"/en/services/{made.pk}/").content.decode())
    assert said in text_of(client.get("/en/services/").content.decode())
    for shown in (card(client, always), client.get(f"/en/services/{always.pk}/").content.decode()):
        assert "Open now" in text_of(shown)
        assert "Open now, until" not in text_of(shown)


def test_the_way_is_told_from_where_one_lives(client: Client) -> None:
    made = service("Job club")
    place = make.LocationFactory(latitude=31.25, longitude=34.79)
    make.ServiceAtLocationFactory(service=made, location=place)
    town = Area.objects.create(
        scheme="x", code="1", level="locality", name={"en": "Yeruham"}, path="x.1/", latitude=30.99, longitude=34.93
    )
    link = re.search(r'href="(/en/services/[^"]+)"', card(client, made, area=str(town.pk)))
    assert link
    page = client.get(link.group(1)).content.decode()
    assert "From Yeruham: about 32 km away" in re.sub(r"<[^>]*>", "", page)
    assert 'href="https://www.openstreetmap.org/directions?to=31.25%2C34.79"' in page
    plain = client.get(f"/en/services/{made.pk}/", {"area": "nowhere"}).content.decode()
    assert "km away" not in plain
    assert "directions?to=31.25%2C34.79" in plain


@pytest.mark.parametrize("said", ["answered", "narrowed"])
def test_where_one_lives_stands_in_no_address_unless_it_came_by_one(client: Client, said: str) -> None:
    """It is one of the questions, and their answers go to the find pages alone: the page behind a card is one of them."""
    made = service("Job club")
    make.ServiceAtLocationFactory(service=made, location=make.LocationFactory(latitude=31.25, longitude=34.79))
    town = Area.objects.create(
        scheme="x", code="1", level="locality", name={"en": "Yeruham"}, path="x.1/", latitude=30.99, longitude=34.93
    )
    sent = (
        {"do": "answer", "question": "area", "value": town.pk}
        if said == "answered"
        else {"do": "narrow", "area": town.pk}
    )
    index()
    response = client.post(f"/en/find/person/?need={WORK}", sent)
    pages = [response["Location"]]
    page = client.get("/en/find/person/").content.decode()
    pages += re.findall(r'(?:href|action)="([^"]*)"', page)
    assert not [one for one in pages if str(town.pk) in one and "/find/send/" not in one]
    behind = re.search(r'id="n-[^"]+"><a href="([^"]+)"', page)
    assert behind
    article = client.get(behind.group(1))
    assert "From Yeruham: about 32 km away" in re.sub(r"<[^>]*>", "", article.content.decode())
    assert "no-store" in article["Cache-Control"]
    assert "application/ld+json" not in article.content.decode()
    other = Client().get(behind.group(1)).content.decode()
    assert "km away" not in other, "who is sent the address sees the page, and not where the sender lives"


def test_nobody_is_led_past_another_site_to_a_shelter(client: Client) -> None:
    made = service("A safe place", organisation__sensitive=True, organisation__sensitive_why="a shelter")
    make.ServiceAtLocationFactory(service=made, location=make.LocationFactory(latitude=31.25, longitude=34.79))
    index()
    assert "openstreetmap.org/directions" not in client.get(f"/en/services/{made.pk}/").content.decode()


def test_a_page_says_what_it_costs_and_when_it_was_checked(client: Client) -> None:
    day = timezone.localdate() - timedelta(days=3)
    made = service("Job club", assured_date=day, check_by=day + timedelta(days=90))
    make.CostFactory(service=made, amount=120, currency="ILS", option={"en": "For adults"}, amount_description={})
    index()
    shown = text_of(client.get(f"/en/services/{made.pk}/").content.decode())
    with translation.override("en"):
        assert f"Last checked on {date_format(day, 'DATE_FORMAT')}" in shown
    assert "120" in shown
    assert "For adults" in shown


def test_places_reach_the_map_of_the_result_page(client: Client) -> None:
    made = service("Job club")
    make.ServiceAtLocationFactory(service=made, location=make.LocationFactory(latitude=31.25, longitude=34.79))
    index()
    page = client.get("/en/find/person/", {"need": WORK}).content.decode()
    drawn = page.split("data-map")[1].split("</details>")[0]
    assert 'data-latitude="31.25" data-longitude="34.79" data-label="Job club"' in drawn
    assert f"/en/services/{made.pk}/" in drawn


@pytest.mark.parametrize("language", ["en", "he", "am"])
def test_the_code_on_the_page_leads_a_telephone_to_the_link_beside_it(client: Client, language: str) -> None:
    service("Job club")
    index()
    page = client.get(f"/{language}/find/send/", {"need": WORK, "speaks": ["am", "ar"]}).content.decode()
    drawn = page.split('class="code-picture"')[1].split("</svg>")[0]
    size, path = re.search(r'viewBox="0 0 (\d+) ', drawn), re.search(r'<path d="([^"]+)"', drawn)
    assert size
    assert path
    read = read_code(matrix_of(path.group(1), int(size.group(1)), border=2))
    assert read.startswith(f"http://testserver/{language}/find/person/?need={WORK}")
    assert read.replace("&", "&amp;") in page


@pytest.mark.parametrize("address", ["x", "https://קשר.example/" + "א" * 80, "https://k.example/?" + "need=a:b&" * 60])
def test_whatever_the_address_the_code_says_it(address: str) -> None:
    drawn = picture_of(address)
    assert read_code(matrix_of(drawn["path"], drawn["size"], border=2)) == address
