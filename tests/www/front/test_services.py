"""The list of services and a service's page."""

import json
import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.directory.duplicates import merge
from kesher.directory.importing import load_reading
from kesher.directory.models import MistakeReport, Schedule, Service
from kesher.directory.search import Opening, index
from kesher.formats import records as r
from kesher.www.front.orientation.plain import closed_now, open_now
from kesher.www.front.services.cards import as_typed, with_final_letter
from kesher.www.front.services.hours import Now, at, week
from tests.factories import MembershipFactory, ScheduleFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def course(number: int = 1, **changes: object) -> r.ServiceRecord:
    return r.ServiceRecord(
        external_id=f"s{number}",
        organisation_id="o1",
        name={"en": f"Evening Hebrew {number}", "he": f"עברית בערב {number}"},
        description={"en": "For people who work by day.", "he": "לאנשים שעובדים ביום."},
        eligibility_description={"en": "Everybody over 18."},
        application_process={"en": "Call us."},
        costs=(r.CostRecord(amount=Decimal(0), currency="ILS"),),
        documents=(r.DocumentRecord(document={"en": "Identity card"}),),
        languages=(r.LanguageRecord(code="he", cefr_minimum="A1"), r.LanguageRecord(code="am")),
        phones=(r.PhoneRecord(number="08-555-0100"),),
        schedules=(r.ScheduleRecord(byday=tuple(r.Weekday), opens_at=time(0), closes_at=time(23, 59)),),
        at_locations=(r.ServiceAtLocationRecord(external_id=f"x{number}", location_id="l1"),),
        referral_modes=(r.ReferralMode.SELF,),
        assured_date=timezone.localdate(),
    ).model_copy(update=changes)


def load(*services: r.ServiceRecord) -> None:
    Area.objects.get_or_create(
        scheme="il-cbs-locality",
        code="9000",
        defaults={
            "level": "authority",
            "name": {"en": "Be'er Sheva", "he": "באר שבע"},
            "path": "il/9000/",
            "latitude": 31.25,
            "longitude": 34.79,
        },
    )
    load_reading(
        r.Reading(
            source="test",
            language="en",
            organisations=iter([r.OrganisationRecord(external_id="o1", name={"en": "Bridge", "he": "גשר"})]),
            locations=iter(
                [
                    r.LocationRecord(
                        external_id="l1",
                        latitude=31.25,
                        longitude=34.79,
                        addresses=(r.AddressRecord(address_1="1 Demo Street", city="Be'er Sheva", country="IL"),),
                    )
                ]
            ),
            services=iter(services),
        ),
        close_anyway=True,
    )


def test_a_visitor_finds_a_course_and_reads_its_page(client: Client) -> None:
    load(course())
    found = client.get("/he/services/", {"q": "עברית"}).content.decode()
    assert "עברית בערב 1" in found
    assert "undefined" not in found
    page = client.get(f"/he/services/{Service.objects.get().pk}/").content.decode()
    for expected in ("לאנשים שעובדים ביום", "08-555-0100", "1 Demo Street", "Identity card", "A1", "אמהרית"):
        assert expected in page, expected
    assert 'lang="en" dir="ltr">Everybody over 18' in page  # not translated: said in its own language, marked so


def test_search_engines_read_the_page_and_no_text_breaks_out_of_it(client: Client) -> None:
    load(course(name={"en": "Evil </script><script>alert(1)</script> & co"}))
    page = client.get(f"/en/services/{Service.objects.get().pk}/").content.decode()
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(data)["name"] == "Evil </script><script>alert(1)</script> & co"
    assert "<script>alert" not in page


@pytest.mark.parametrize("language", ["en", "he", "ar", "ru", "uk", "fr", "am"])
def test_list_and_page_render_in_every_language(client: Client, language: str) -> None:
    load(course())
    for path in (f"/{language}/services/", f"/{language}/services/{Service.objects.get().pk}/"):
        response = client.get(path)
        assert response.status_code == 200
        assert "undefined" not in response.content.decode()


@pytest.mark.parametrize(
    "nonsense",
    ["page=0", "page=99999999999999999999", "area=x", "within=7", "refer=nobody", "theme=%00", "q=%00%00", "q=" + "x" * 600,
     "language=%F0%9F%8D%89", "free=maybe", "area=01a20124-400f-7005-a432-b094bb7ce4e4&within=5"],
)  # fmt: skip
def test_a_broken_link_still_shows_services(client: Client, nonsense: str) -> None:
    load(course())
    assert client.get(f"/en/services/?{nonsense}").status_code == 200


def test_what_is_looked_for_stands_in_no_title(client: Client) -> None:
    """Titles stand in tabs and histories, for whoever looks at the telephone next."""
    page = client.get("/en/services/", {"q": "shelter from violence"}).content.decode()
    assert "<title>Services · " in page or "<title>Services</title>" in page
    assert "shelter from violence" in page.partition("</title>")[2]


def test_filters_stay_and_can_be_taken_off_one_by_one(client: Client) -> None:
    load(course(), course(2, costs=(r.CostRecord(amount=Decimal(90), currency="ILS"),)))
    page = client.get("/en/services/", {"q": "hebrew", "free": "1", "language": "am"})
    assert page.context["found"].total == 1
    queries = {pill["label"]: pill["query"] for pill in page.context["pills"]}
    assert queries == {"Amharic": "q=hebrew&free=1", "Free of charge": "q=hebrew&language=am"}


def test_distance_sorts_and_says_how_far(client: Client) -> None:
    load(course())
    area = Area.objects.get()
    page = client.get("/en/services/", {"area": str(area.pk), "within": "5"})
    assert page.context["found"].total == 1
    assert "km away" in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_list(client: Client) -> None:
    load(course())
    client.get("/en/services/")
    with CaptureQueriesContext(connection) as one:
        client.get("/en/services/")
    load(*(course(n) for n in range(1, 20)))
    client.get("/en/services/")
    with CaptureQueriesContext(connection) as many:
        client.get("/en/services/")
    assert len(many) == len(one)


def test_what_is_not_public_does_not_exist_for_the_public(client: Client) -> None:
    load(course())
    service = Service.objects.get()
    for state in (Service.State.DRAFT, Service.State.SUSPENDED):
        Service.objects.update(state=state)
        assert client.get(f"/en/services/{service.pk}/").status_code == 404
    Service.objects.update(state=Service.State.PUBLISHED)
    Organisation.objects.update(state=Organisation.State.SUSPENDED)
    assert client.get(f"/en/services/{service.pk}/").status_code == 404
    Organisation.objects.update(state=Organisation.State.APPROVED)
    Service.objects.update(state=Service.State.ARCHIVED)
    assert client.get(f"/en/services/{service.pk}/").status_code == 410


def test_what_never_was_public_has_not_ended_it_never_was(client: Client) -> None:
    """410 and a way on are for what a stranger could have seen: an archived draft looks like a key that was made up."""
    draft, public = ServiceFactory(), ServiceFactory(published=True)
    suspended = ServiceFactory(suspended=True)  # by a moderator, before anybody saw it
    Service.objects.update(state=Service.State.ARCHIVED)
    answers = {key: client.get(f"/en/services/{key}/") for key in (draft.pk, suspended.pk, public.pk, uuid.uuid4())}
    assert [answer.status_code for answer in answers.values()] == [404, 404, 410, 404]
    nowhere = list(answers.values())[-1].content.decode()
    assert answers[draft.pk].content.decode().replace(str(draft.pk), "") == nowhere.replace(str(list(answers)[-1]), "")
    assert client.post(f"/en/services/{draft.pk}/", {"what": "contact", "text": "Is it there?"}).status_code == 404
    client.force_login(MembershipFactory(role=Role.OFFICER).user)
    assert client.get(f"/en/services/{draft.pk}/").status_code == 200


def test_a_merged_draft_leads_nowhere(client: Client) -> None:
    draft, once, kept = ServiceFactory(), ServiceFactory(published=True), ServiceFactory(published=True)
    officer = MembershipFactory(role=Role.OFFICER).user
    for other in (draft, once):
        merge(kept, other, by=officer.as_actor(), reason="one course")
    assert client.get(f"/en/services/{draft.pk}/").status_code == 404
    assert client.get(f"/en/services/{once.pk}/").status_code == 301
    client.force_login(officer)
    assert client.get(f"/en/services/{draft.pk}/").status_code == 301


def test_its_own_organisation_sees_a_draft_and_another_does_not(client: Client) -> None:
    load(course())
    Service.objects.update(state=Service.State.DRAFT)
    service = Service.objects.get()
    assert service.organisation is not None
    own, other = (User.objects.create_user(f"{n}@example.org", "x") for n in ("own", "other"))
    own.memberships.create(organisation=service.organisation, role=Role.PROVIDER)
    other.memberships.create(organisation=Organisation.objects.create(name={"en": "Other"}), role=Role.PROVIDER)
    for user, status in ((own, 200), (other, 404)):
        client.force_login(user)
        assert client.get(f"/en/services/{service.pk}/").status_code == status


def test_a_mistake_is_reported_and_nothing_typed_is_lost(client: Client) -> None:
    load(course())
    path = f"/en/services/{Service.objects.get().pk}/"
    wrong = client.post(path, {"what": "", "text": "The number is wrong", "email": "nobody"})
    assert wrong.status_code == 400
    assert "The number is wrong" in wrong.content.decode()
    assert not MistakeReport.objects.exists()
    assert client.post(path, {"what": "contact", "text": "The number is wrong", "email": ""}).status_code == 302
    assert MistakeReport.objects.get().language == "en"
    client.post(path, {"what": "contact", "website": "https://spam.example"})
    assert MistakeReport.objects.count() == 1


def test_a_flood_of_reports_is_stopped(client: Client) -> None:
    load(course())
    path = f"/en/services/{Service.objects.get().pk}/"
    answers = [client.post(path, {"what": "closed"}).status_code for _ in range(12)]
    assert answers == [302] * 10 + [400] * 2


def test_a_stale_page_says_so_and_stays(client: Client) -> None:
    load(course(assured_date=date(2020, 1, 1)))
    assert "Call before you go" in client.get(f"/en/services/{Service.objects.get().pk}/").content.decode()


# --- opening hours -----------------------------------------------------------------------------------------------


def hours(byday: str, opens: int, closes: int, **more: object) -> Schedule:
    return Schedule(byday=byday, opens_at=time(opens), closes_at=time(closes), **more)


@pytest.mark.parametrize(("language", "first"), [("he", "ראשון"), ("en", "Sunday"), ("fr", "lundi")])
def test_the_week_begins_where_the_readers_week_begins(language: str, first: str) -> None:
    with translation.override(language):
        days = week([hours("SU,MO", 9, 12)], date(2026, 11, 22))
        assert first in str(days[0].label)


def test_hours_of_a_day_are_put_together_and_old_ones_left_out() -> None:
    sunday = date(2026, 11, 22)
    rules = [hours("SU", 16, 19), hours("SU", 9, 12), hours("SU", 5, 6, valid_to=sunday - timedelta(days=1))]
    today = next(day for day in week(rules, sunday) if day.today)
    assert today.spans == ((time(9), time(12)), (time(16), time(19)))
    stands = [at(rules, datetime(2026, 11, 22, hour, tzinfo=UTC)) for hour in (5, 9, 12, 17, 19)]
    assert [now.open for now in stands] == [False, True, False, True, False]
    assert [now.until for now in stands] == [None, time(12), None, time(19), None]
    assert [now.opens for now in stands] == [(0, time(9)), None, (0, time(16)), None, (7, time(9))]
    assert at([], datetime(2026, 11, 22, 9, tzinfo=UTC)).open is None


@pytest.mark.parametrize(("byday", "day", "opens"), [
    ("MO,TU,WE,TH,FR,SA,SU", date(2026, 11, 24), (0, time(22))),
    ("TU", date(2026, 11, 24), (6, time(22))),
    ("SU", date(2026, 11, 22), (6, time(22))),  # Sunday night is the seam of the week
])  # fmt: skip
def test_hours_over_midnight_are_open_on_both_sides_of_it(byday: str, day: date, opens: tuple[int, time]) -> None:
    night = [hours(byday, 22, 2)]
    at_11 = datetime.combine(day, time(23), UTC)
    for moment in (at_11 - timedelta(hours=1), at_11, at_11 + timedelta(hours=2, minutes=59)):
        assert at(night, moment) == Now(True, until=time(2)), moment
    assert at(night, at_11 - timedelta(hours=2)).opens == (0, time(22))
    assert at(night, at_11 + timedelta(hours=3)) == Now(False, opens=Opening(*opens))


def test_open_at_night_is_said_on_the_page_and_on_the_card(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    load(course())
    made = Service.objects.get()
    made.schedules.all().delete()
    ScheduleFactory(service=made, byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(22), closes_at=time(2), freq="WEEKLY")
    index()
    tonight = timezone.make_aware(datetime.combine(timezone.localdate(), time(23)))
    with translation.override("en"):
        said = {True: open_now(time(2)), False: closed_now(Opening(0, time(22)), timezone.localdate())}
    for later, is_open in ((0, True), (2, True), (4, False)):
        moment = tonight + timedelta(hours=later)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        for address in (f"/en/services/{made.pk}/", "/en/services/"):
            page = " ".join(client.get(address).content.decode().split()).lower()
            assert said[is_open].lower() in page, (later, address)
            assert said[not is_open].lower() not in page, (later, address)


def test_a_word_of_the_question_is_shown_as_it_was_written() -> None:
    assert as_typed("אולפן ערב?") == {"אולפנ": "אולפן", "ערב": "ערב"}
    assert as_typed("أين أتعلم العبرية؟")["العبريه"] == "العبرية"
    assert with_final_letter("אולפנ") == "אולפן"


def test_an_address_of_a_mail_cannot_add_receivers_to_it(client: Client) -> None:
    """What stands before the @ may hold ? and &, which mean something in a link."""
    service = ServiceFactory(published=True, email="help?bcc=spy&body=x@town.example")
    service.organisation.state = "approved"
    service.organisation.save()
    page = client.get(f"/en/services/{service.pk}/").content.decode()
    assert 'href="mailto:help%3Fbcc%3Dspy%26body%3Dx@town.example"' in page


MARK = "A machine translated this."
DECIDES = "What counts are these words, which a machine did not translate:"


def test_a_machines_translation_is_marked_and_for_whom_it_is_the_words_of_a_person_decide(client: Client) -> None:
    """In the list, in the orientation and on the page; in the language of the original there is no mark."""
    texts = {"en": "Everybody over 18.", "he": "לכל מי שמעל גיל 18."}
    load(course(eligibility_description=texts, human_languages=("he",), machine_languages=("en",)))
    service = Service.objects.get()
    page = client.get(f"/en/services/{service.pk}/").content.decode()
    assert page.count(MARK) == 4  # what it is, for whom, what to bring, how to enter
    assert DECIDES in page
    assert 'lang="he" dir="rtl">' + texts["he"] in page
    assert MARK in client.get("/en/services/").content.decode()
    assert MARK in client.get("/en/find/person/").content.decode()
    with translation.override("he"):
        original = client.get(f"/he/services/{service.pk}/").content.decode()
    assert texts["he"] in original
    assert original.count("by-machine") == 2  # what to bring and how to enter are there in English alone
    assert texts["en"] not in original


def test_cost_waiting_time_and_the_place_are_marked_where_a_machine_worded_them(client: Client) -> None:
    said = {"he": "לכל הקורס", "en": "for the whole course"}
    price = r.CostRecord(amount=Decimal(300), currency="ILS", amount_description=said)
    free = r.CostRecord(amount=Decimal(0), currency="ILS", amount_description=said)
    waits = {"he": "שבוע", "en": "One week"}
    here = {"description": {"he": "עברית"}, "eligibility_description": {"he": "עברית"}, "documents": ()}
    load(course(costs=(price, free), wait_time=waits, application_process={}, machine_languages=("en",), **here))
    service = Service.objects.get()
    page = client.get(f"/en/services/{service.pk}/").content.decode()
    assert page.count(MARK) == 2
    parts = {
        head: part for part in page.split("<section") for head in ("What it costs", "How to enter") if head in part
    }
    assert all(part.count(MARK) == 1 for part in parts.values())
    with translation.override("he"):
        assert "by-machine" not in client.get(f"/he/services/{service.pk}/").content.decode()
    service.costs.filter(amount=300).delete()
    assert client.get(f"/en/services/{service.pk}/").content.decode().count(MARK) == 1, "“Free” is our own word"
    place = service.at_locations.get().location
    place.transportation = {"en": "Two minutes on foot", "he": "שתי דקות"}
    place.save()
    assert client.get(f"/en/services/{service.pk}/").content.decode().count(MARK) == 2


def test_what_nobody_says_the_origin_of_has_no_mark(client: Client) -> None:
    load(course())
    page = client.get(f"/en/services/{Service.objects.get().pk}/").content.decode()
    assert MARK not in page
    assert DECIDES not in page


def test_one_language_is_of_one_origin() -> None:
    with pytest.raises(IntegrityError, match="service_texts_of_one_origin"):
        ServiceFactory(human_languages=["he", "en"], machine_languages=["ar", "en"])
