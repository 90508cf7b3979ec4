"""The demo town's directory as the importer takes it: same seed and same day, same records.

The seed moves what nobody wrote: house numbers, the spot on the map, how many places are free, on which day exactly
somebody last said "still right". ``today`` anchors the dates, so that the town is never older than the visit.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from kesher.demo import district
from kesher.demo.offers import NOTHING, Offer
from kesher.demo.organisations import OFFICES, Office
from kesher.demo.phrases import OPEN_TO_ALL
from kesher.demo.services import OFFERS
from kesher.demo.subjects import reference
from kesher.demo.texts import MACHINE, joined, words
from kesher.formats.records import (
    AccessibilityRecord,
    AddressRecord,
    AreaRecord,
    CapacityRecord,
    CostRecord,
    DocumentRecord,
    LanguageRecord,
    LocationRecord,
    OrganisationRecord,
    PhoneRecord,
    Reading,
    ServiceAtLocationRecord,
    ServiceRecord,
    Text,
)

SOURCE = "demo"
MAIL_DOMAIN = "demo.example"  # RFC 2606: nobody can own it
FIRST_DAY = date(2026, 11, 1)

#: Streets of fables: example, fable, legend, fiction, imagination. No town has them.
STREETS = ("רחוב הדוגמה", "סמטת המשל", "דרך האגדה", "רחוב הבדיון", "שדרות הדמיון")
INTERPRETER = words(
    "An interpreter can come by telephone. Tell us your language when you make the appointment.",
    "אפשר לקבל תרגום בטלפון. כשקובעים פגישה, מציינים את השפה.",
    "يمكن الحصول على ترجمة عبر الهاتف. يُرجى ذكر اللغة عند تحديد الموعد.",
    "Переводчик может помочь по телефону. Назовите свой язык, когда записываетесь.",
    "Перекладач може допомогти телефоном. Назвіть свою мову, коли записуєтеся.",
    "Un interprète peut aider par téléphone. Dites-nous votre langue en prenant rendez-vous.",
    "አስተርጓሚ በስልክ ሊረዳ ይችላል። ቀጠሮ ሲይዙ ቋንቋዎን ይንገሩን።",
)
STEP_FREE = words(
    "Step-free entrance and an accessible toilet.",
    "כניסה ללא מדרגות ושירותים נגישים.",
    "مدخل بلا درج ومراحيض مهيأة.",
    "Вход без ступеней и доступный туалет.",
    "Вхід без сходинок і доступний туалет.",
    "Entrée sans marches et toilettes accessibles.",
    "ደረጃ የሌለው መግቢያ እና ለሁሉም ተደራሽ መጸዳጃ ቤት።",
)
STAIRS = words(
    "Three steps at the entrance. Call, and we meet you on the ground floor.",
    "שלוש מדרגות בכניסה. אפשר להתקשר ונפגשים בקומת הקרקע.",
    "ثلاث درجات عند المدخل. يمكن الاتصال ونلتقي في الطابق الأرضي.",
    "У входа три ступени. Позвоните, и мы встретим вас на первом этаже.",
    "Біля входу три сходинки. Зателефонуйте, і ми зустрінемо вас на першому поверсі.",
    "Trois marches à l’entrée. Appelez, et nous vous recevons au rez-de-chaussée.",
    "በመግቢያው ሦስት ደረጃዎች አሉ። ይደውሉ፤ በምድር ቤት እናገኝዎታለን።",
)
BUS = words(
    "Two minutes on foot from the bus stop.",
    "שתי דקות הליכה מתחנת האוטובוס.",
    "دقيقتان سيرًا من محطة الحافلات.",
    "Две минуты пешком от автобусной остановки.",
    "Дві хвилини пішки від автобусної зупинки.",
    "À deux minutes à pied de l’arrêt de bus.",
    "ከአውቶቡስ ማቆሚያው በእግር ሁለት ደቂቃ።",
)


def reading(seed: int, *, today: date = FIRST_DAY) -> Reading:
    """Organisations, locations and services of the demo town, for ``kesher.directory.importing``."""
    return Reading(
        source=SOURCE,
        language="en",
        organisations=(_organisation(office) for office in OFFICES.values()),
        locations=(location_of(office, seed) for office in OFFICES.values()),
        services=_services(seed, today),
    )


def service_id(offer: Offer, office: str) -> str:
    """External id of what one office makes of an offer."""
    return f"{offer.key}.{office}"


def suspended_ids() -> frozenset[str]:
    """Services that are taken off the directory for a time: a state of ours, which no file carries."""
    return frozenset(service_id(offer, office) for offer in OFFERS if offer.suspended for office in offer.at)


def phone_number(office: Office) -> str:
    """A number of the kind films use: 08 is the south, and no exchange there begins with 555."""
    return f"08-555-01{list(OFFICES).index(office.key):02}"


def _random(seed: int, key: str) -> Random:
    # One stream per thing: adding a service does not move the others.
    return Random(f"{seed}/{key}")  # noqa: S311 - a town, not a secret


def _organisation(office: Office) -> OrganisationRecord:
    return OrganisationRecord(
        external_id=office.key,
        name=office.name,
        description=office.description,
        email=f"{office.key}@{MAIL_DOMAIN}",
        website=f"https://{office.key}.{MAIL_DOMAIN}/",
        phones=(PhoneRecord(number=phone_number(office), type="voice"),),
    )


def location_of(office: Office, seed: int) -> LocationRecord:
    random = _random(seed, office.key)
    town = district.AUTHORITIES[office.place]
    # Within about 600 m of the centre: 0.0055 degrees of latitude, a little less of longitude at 31 degrees north.
    latitude = round(town.latitude + random.uniform(-0.0055, 0.0055), 5)
    longitude = round(town.longitude + random.uniform(-0.0055, 0.0055), 5)
    return LocationRecord(
        external_id=office.key,
        organisation_id=office.key,
        name=office.name,
        transportation=BUS if random.random() < 0.7 else {},
        latitude=latitude,
        longitude=longitude,
        addresses=(
            AddressRecord(
                address_1=f"{random.choice(STREETS)} {random.randint(1, 60)}",
                city=town.name["he"],
                region=district.REGIONS["6"].name["he"],
                country="IL",
            ),
        ),
        accessibility=(AccessibilityRecord(description=STEP_FREE if random.random() < 0.8 else STAIRS),),
    )


def _services(seed: int, today: date) -> Iterator[ServiceRecord]:
    for offer in OFFERS:
        for position, key in enumerate(offer.at):
            yield _service(offer, OFFICES[key], position, seed, today)


def _service(offer: Offer, office: Office, position: int, seed: int, today: date) -> ServiceRecord:
    identifier = service_id(offer, office.key)
    random = _random(seed, identifier)
    town = district.AUTHORITIES[office.place]
    languages = offer.languages.split()
    least, most = offer.ages
    here = not offer.remote
    return ServiceRecord(
        external_id=identifier,
        organisation_id=office.key,
        name=joined("{} – {}", offer.name, town.name) if len(offer.at) > 1 else offer.name,
        description=offer.what,
        url=f"https://{office.key}.{MAIL_DOMAIN}/{offer.key}",
        email=f"{office.key}@{MAIL_DOMAIN}",
        status=offer.status,
        interpretation_services=INTERPRETER if office.kind in ("municipality", "health") else {},
        application_process=offer.how,
        fees_description={} if offer.prices else NOTHING,
        eligibility_description=offer.who,
        open_to_all=offer.who in OPEN_TO_ALL,
        machine_languages=MACHINE,
        wait_time=offer.wait or {},
        alert=offer.alert or {},
        minimum_age=least,
        maximum_age=most,
        assured_date=today - timedelta(days=offer.checked + 9 * position + random.randint(0, 6)),
        assurer_email=f"{office.key}@{MAIL_DOMAIN}",
        phones=(PhoneRecord(number=phone_number(office), type="voice", languages=tuple(languages)),)
        if offer.phone
        else (),
        schedules=offer.hours,
        languages=tuple(
            LanguageRecord(code=code, cefr_minimum=offer.cefr if code == "he" else None) for code in languages
        ),
        areas=(_area(office, district_wide=offer.district_wide),),
        costs=tuple(_costs(offer)),
        documents=tuple(DocumentRecord(document=document) for document in offer.bring),
        capacities=(_capacity(offer.seats, random, today),) if offer.seats else (),
        terms=tuple(reference(code) for code in offer.terms),
        at_locations=(ServiceAtLocationRecord(external_id=identifier, location_id=office.key),) if here else (),
        referral_modes=offer.refer,
        remote=offer.remote,
        weekly_hours=None if offer.weekly_hours is None else Decimal(offer.weekly_hours),
        weeks=offer.weeks,
        learning_outcomes=offer.learn or {},
    )


def _costs(offer: Offer) -> Iterator[CostRecord]:
    if not offer.prices:
        yield CostRecord(amount=Decimal(0), currency="ILS", amount_description=NOTHING)
    for price in offer.prices:
        yield CostRecord(option=price.option or {}, amount=price.decimal, currency="ILS", amount_description=price.per)


def _capacity(seats: int, random: Random, today: date) -> CapacityRecord:
    updated = datetime.combine(today - timedelta(days=random.randint(1, 20)), time(6), tzinfo=UTC)
    return CapacityRecord(unit="place", available=random.randint(0, seats // 2), maximum=seats, updated=updated)


def _area(office: Office, *, district_wide: bool) -> AreaRecord:
    """A town's office serves the town; everybody else, and some things of the town's offices, the whole district."""
    if office.kind == "municipality" and not district_wide:
        return _named(district.AUTHORITIES[office.place].name, office.place, district.LOCALITY_SCHEME)
    region = district.REGIONS["6"]
    return _named(region.name, region.code, region.scheme)


def _named(name: Text, code: str, scheme: str) -> AreaRecord:
    return AreaRecord(name=name, code=code, scheme=scheme)
