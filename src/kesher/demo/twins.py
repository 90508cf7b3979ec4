"""A second list of the demo town: a partner's own, which names two offices and a course that the directory has already.

It is there for the officer's desk: two offices spelt otherwise at the same doors, one course under another name, and one
service that looks like another and is not. Nothing marks them as pairs: the search for duplicates finds them, or does not.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kesher.demo import district, phrases
from kesher.demo import subjects as s
from kesher.demo.directory import FIRST_DAY, MAIL_DOMAIN, STREETS, location_of, phone_number
from kesher.demo.offers import NOTHING
from kesher.demo.organisations import MARK, OFFICES
from kesher.demo.texts import MACHINE, words
from kesher.formats.records import (
    AreaRecord,
    CostRecord,
    DocumentRecord,
    LanguageRecord,
    LocationRecord,
    OrganisationRecord,
    PhoneRecord,
    Reading,
    ReferralMode,
    ScheduleRecord,
    ServiceAtLocationRecord,
    ServiceRecord,
    Text,
)

SOURCE = "demo-courses"
NAME = words("A partner's list (invented)", "רשימה של שותף (מומצאת)", "قائمة من شريك (مُختلَقة)")

#: The streets of fables as somebody writes them who heard them.
HEARD = dict(
    zip(STREETS, ("HaDugma St", "Simtat HaMashal", "Derech HaAgada", "HaBidyon St", "HaDimyon Blvd"), strict=True)
)


@dataclass(frozen=True, slots=True)
class Twin:
    """An office of the directory (``of``) as the partner's list spells it, with one service of its own writing."""

    key: str
    of: str
    names: Text
    town: str
    description: Text
    service: str
    service_name: Text
    what: Text
    who: Text
    how: Text
    terms: tuple[str, ...]
    hours: tuple[ScheduleRecord, ...]
    languages: tuple[tuple[str, str | None], ...]
    weekly_hours: int | None = None
    weeks: int | None = None
    bring: tuple[Text, ...] = ()


def _marked(names: Text) -> Text:
    return {language: f"{name} {MARK[language]}" for language, name in names.items()}


TWINS = (
    # One and the same: the school and its course, by ear.
    Twin(
        key="al-wadi-school",
        of="wadi-training",
        names=words("Al-Wadi Vocational School", "בית ספר מקצועי אל-ואדי", "مدرسة الوادي المهنيّة"),
        town="Dimona",
        description=words(
            "Courses with a certificate, near the bus station.",
            "קורסים עם תעודה, ליד התחנה המרכזית.",
            "دورات مع شهادة، قرب المحطة المركزية.",
        ),
        service="ivrit-taasukatit",
        service_name={
            "en": "Ivrit Taasukatit – Dimona",
            "ar": "دورة العبرية لمكان العمل – ديمونا",
        },
        what={
            "en": "Hebrew at work for speakers of Arabic: the trade, the pay slip, safety, the interview.",
            "ar": "عبرية للعمل للناطقين بالعربية: مفردات المهنة وقسيمة الراتب والسلامة والمقابلة.",
        },
        who=phrases.SEEKING_WORK,
        how=phrases.CALL,
        terms=(s.ULPAN, s.WORK_SKILLS, s.BEDOUIN),
        hours=phrases.SPLIT,
        languages=(("ar", None), ("he", "A1")),
        weekly_hours=8,
        weeks=16,
        bring=(phrases.IDENTITY,),
    ),
    # One clinic, and two services of it: the doctor by day, the nurse when the doctor has gone.
    Twin(
        key="oasis-hura",
        of="oasis-clinic",
        names=words("Oasis Comunity Clinic", "מרפאה קהילתית נווה", "عيادة الواحة"),
        town="Hura",
        description=words(
            "Clinic for everybody in Hura and around it.",
            "מרפאה לכל תושבי חורה והסביבה.",
            "عيادة لجميع سكان حورة ومحيطها.",
        ),
        service="evening-duty",
        service_name=words(
            "Family doctor and nurse, evening duty",
            "רופאת משפחה ואחות, תורנות ערב",
            "طبيبة عائلة وممرضة، مناوبة مسائية",
        ),
        what=words(
            "When the clinic is closed: a nurse is there, a doctor answers by video. For what cannot wait until morning.",
            "כשהמרפאה סגורה: אחות במקום ורופאה בשיחת וידאו. למה שלא יכול לחכות לבוקר.",
            "عندما تكون العيادة مغلقة: ممرضة في المكان وطبيبة عبر الفيديو. لما لا يحتمل الانتظار حتى الصباح.",
        ),
        who=phrases.EVERYBODY,
        how=phrases.WALK_IN,
        terms=(s.PRIMARY_CARE,),
        hours=(phrases.hours(phrases.WEEK, 19, 23),),
        languages=(("ar", None), ("he", None)),
    ),
)


def reading(seed: int, *, today: date = FIRST_DAY) -> Reading:
    """The partner's list, for ``kesher.directory.importing``: same seed and same day, same records."""
    return Reading(
        source=SOURCE,
        language="ar",
        organisations=(_organisation(twin) for twin in TWINS),
        locations=(_location(twin, seed) for twin in TWINS),
        services=(_service(twin, today) for twin in TWINS),
    )


def _phone(twin: Twin) -> PhoneRecord:
    """The office's number, as one dials it from abroad."""
    return PhoneRecord(number=f"+972-{phone_number(OFFICES[twin.of]).removeprefix('0')}", type="voice")


def _organisation(twin: Twin) -> OrganisationRecord:
    return OrganisationRecord(
        external_id=twin.key,
        name=_marked(twin.names),
        description=twin.description,
        email=f"{twin.key}@{MAIL_DOMAIN}",
        phones=(_phone(twin),),
    )


def _location(twin: Twin, seed: int) -> LocationRecord:
    """The office's door, its street by ear and its point some thirty metres off: the pin was set by hand."""
    place = location_of(OFFICES[twin.of], seed)
    address = place.addresses[0]
    street, _blank, number = (address.address_1 or "").rpartition(" ")
    assert place.latitude is not None
    return LocationRecord(
        external_id=twin.key,
        organisation_id=twin.key,
        name=_marked(twin.names),
        latitude=round(place.latitude + 0.00027, 5),
        longitude=place.longitude,
        phones=(_phone(twin),),
        addresses=(
            address.model_copy(update={"address_1": f"{number} {HEARD[street]}", "city": twin.town, "region": None}),
        ),
    )


def _service(twin: Twin, today: date) -> ServiceRecord:
    area = OFFICES[twin.of].place
    return ServiceRecord(
        external_id=twin.service,
        organisation_id=twin.key,
        name=twin.service_name,
        description=twin.what,
        email=f"{twin.key}@{MAIL_DOMAIN}",
        application_process=twin.how,
        eligibility_description=twin.who,
        open_to_all=twin.who in phrases.OPEN_TO_ALL,
        machine_languages=MACHINE,
        assured_date=today - timedelta(days=75),
        assurer_email=f"{twin.key}@{MAIL_DOMAIN}",
        phones=(_phone(twin),),
        schedules=twin.hours,
        languages=tuple(LanguageRecord(code=code, cefr_minimum=cefr) for code, cefr in twin.languages),
        areas=(AreaRecord(code=area, scheme=district.LOCALITY_SCHEME, name={"en": twin.town}),),
        costs=(CostRecord(amount=Decimal(0), currency="ILS", amount_description=NOTHING),),
        documents=tuple(DocumentRecord(document=document) for document in twin.bring),
        terms=tuple(s.reference(code) for code in twin.terms),
        at_locations=(ServiceAtLocationRecord(external_id=twin.service, location_id=twin.key),),
        referral_modes=(ReferralMode.SELF,),
        remote=False,
        weekly_hours=None if twin.weekly_hours is None else Decimal(twin.weekly_hours),
        weeks=twin.weeks,
    )
