"""Things of the portal, made to read as sentences: ``ServiceFactory(published=True, with_phone=True)``.

Names are invented. Nothing is random but what ``n`` counts, so that a failing test fails again.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.transitions import Actor
from kesher.casework.models import Appointment, Booking, Interpreter, Step
from kesher.directory.models import (
    Accessibility,
    Address,
    Breach,
    Capacity,
    Contact,
    Cost,
    Funding,
    LegalDemand,
    Link,
    Location,
    OrganisationProfile,
    Phone,
    Programme,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceTerm,
    Taxonomy,
    Term,
)
from kesher.people.attachments import store
from kesher.people.files import open_file
from kesher.people.models import Access, Attachment, Consent, ConsentText, Person
from kesher.referrals.models import Complaint, Loop, PlaceQuestion, Referral


def said(english: str, hebrew: str, arabic: str) -> Any:
    """A text in three languages, numbered."""
    return factory.Sequence(lambda n: {"en": f"{english} {n}", "he": f"{hebrew} {n}", "ar": f"{arabic} {n}"})


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    name = factory.Sequence(lambda n: f"User {n}")
    language = "en"
    password = factory.django.Password("a long enough pass phrase")


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = said("Bridge Association", "עמותת גשר", "جمعية الجسر")
    kind = Organisation.Kind.CHARITY
    state = Organisation.State.PENDING

    class Params:
        approved = factory.Trait(state=Organisation.State.APPROVED)
        suspended = factory.Trait(state=Organisation.State.SUSPENDED)
        with_page = factory.Trait(
            page=factory.RelatedFactory(
                "tests.factories.OrganisationProfileFactory", factory_related_name="organisation"
            )
        )
        with_phone = factory.Trait(
            phone=factory.RelatedFactory("tests.factories.PhoneFactory", factory_related_name="organisation")
        )
        with_contact = factory.Trait(
            contact=factory.RelatedFactory("tests.factories.ContactFactory", factory_related_name="organisation")
        )
        with_link = factory.Trait(
            link=factory.RelatedFactory("tests.factories.LinkFactory", factory_related_name="organisation")
        )
        complete = factory.Trait(approved=True, with_page=True, with_phone=True, with_contact=True, with_link=True)


class OrganisationProfileFactory(DjangoModelFactory[OrganisationProfile]):
    class Meta:
        model = OrganisationProfile

    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    alternate_name = said("Bridge", "גשר", "الجسر")
    description = said("Helps people into work", "עוזרת לאנשים לעבודה", "تساعد الناس على العمل")
    email = "office@bridge.example.org"
    website = "https://bridge.example.org/"
    legal_status = "charity"
    tax_id = "580000000"
    year_incorporated = 1998
    uri = "https://bridge.example.org/#us"
    identifiers = [["il-amuta", "580000000"]]


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    role = Role.PROVIDER


class ProgrammeFactory(DjangoModelFactory[Programme]):
    class Meta:
        model = Programme

    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    name = said("First steps", "צעדים ראשונים", "الخطوات الأولى")
    description = said("For newcomers", "לעולים חדשים", "للقادمين الجدد")


class TaxonomyFactory(DjangoModelFactory[Taxonomy]):
    class Meta:
        model = Taxonomy

    slug = factory.Sequence(lambda n: f"kesher-{n}")
    name = said("Themes", "נושאים", "مواضيع")
    version = "1"
    uri = "https://kesher.example.org/themes"
    licence = "CC0 1.0"


class TermFactory(DjangoModelFactory[Term]):
    class Meta:
        model = Term

    taxonomy = factory.SubFactory(TaxonomyFactory)
    code = factory.Sequence(lambda n: f"theme-{n}")
    name = said("Language course", "קורס שפה", "دورة لغة")
    path = factory.LazyAttribute(
        lambda term: f"{term.parent.path if term.parent else term.taxonomy.slug + '/'}{term.code}/"
    )
    parent = None
    uri = "https://kesher.example.org/themes#language"


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    name = said("House of learning", "בית הלימוד", "بيت التعلم")
    transportation = said("Bus", "אוטובוס", "حافلة")
    latitude = 31.25
    longitude = 34.79
    url = "https://place.example.org/"

    class Params:
        complete = factory.Trait(
            address=factory.RelatedFactory("tests.factories.AddressFactory", factory_related_name="location"),
            phone=factory.RelatedFactory("tests.factories.PhoneFactory", factory_related_name="location"),
            hours=factory.RelatedFactory("tests.factories.ScheduleFactory", factory_related_name="location"),
            language=factory.RelatedFactory("tests.factories.LanguageFactory", factory_related_name="location"),
            access=factory.RelatedFactory("tests.factories.AccessibilityFactory", factory_related_name="location"),
            contact=factory.RelatedFactory(
                "tests.factories.ContactFactory", factory_related_name="location", with_phone=True
            ),
        )


class ServiceFactory(DjangoModelFactory[Service]):
    class Meta:
        model = Service
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    programme = None
    name = said("Evening Hebrew course", "אולפן ערב", "دورة عبرية مسائية")
    description = said("Hebrew for working people", "עברית לעובדים", "العبرية للعاملين")
    state = Service.State.DRAFT
    open_to_all = True
    url = "https://ulpan.example.org/evening"
    email = "ulpan@example.org"

    class Params:
        published = factory.Trait(state=Service.State.PUBLISHED)
        suspended = factory.Trait(state=Service.State.SUSPENDED)
        archived = factory.Trait(state=Service.State.ARCHIVED)
        with_phone = factory.Trait(
            phone=factory.RelatedFactory("tests.factories.PhoneFactory", factory_related_name="service")
        )
        with_hours = factory.Trait(
            hours=factory.RelatedFactory("tests.factories.ScheduleFactory", factory_related_name="service")
        )
        at_a_place = factory.Trait(
            site=factory.RelatedFactory(
                "tests.factories.ServiceAtLocationFactory", factory_related_name="service", complete=True
            )
        )
        free = factory.Trait(
            cost=factory.RelatedFactory(
                "tests.factories.CostFactory", factory_related_name="service", amount=Decimal(0)
            )
        )
        #: everything that a service can have
        complete = factory.Trait(
            published=True,
            with_phone=True,
            with_hours=True,
            at_a_place=True,
            organisation=factory.SubFactory(OrganisationFactory, complete=True),
            programme=factory.SubFactory(ProgrammeFactory, organisation=factory.SelfAttribute("..organisation")),
            alternate_name=said("Ulpan", "אולפן", "أولبان"),
            application_process=said("Call us", "התקשרו", "اتصلوا بنا"),
            eligibility_description=said("Newcomers", "עולים", "قادمون"),
            minimum_age=18,
            maximum_age=70,
            assured_date=date(2026, 10, 1),
            assurer_email="desk@example.org",
            last_modified=datetime(2026, 9, 1, 8, 30, 15, 250_000, tzinfo=UTC),
            referral_modes=["self", "professional"],
            remote=False,
            weekly_hours=Decimal("7.50"),
            weeks=20,
            learning_outcomes=said("Speak at level B1", "דיבור ברמת B1", "التحدث بمستوى B1"),
            link=factory.RelatedFactory("tests.factories.LinkFactory", factory_related_name="service"),
            language=factory.RelatedFactory("tests.factories.LanguageFactory", factory_related_name="service"),
            area=factory.RelatedFactory("tests.factories.AreaServedFactory", factory_related_name="service"),
            cost=factory.RelatedFactory("tests.factories.CostFactory", factory_related_name="service"),
            document=factory.RelatedFactory("tests.factories.DocumentFactory", factory_related_name="service"),
            funder=factory.RelatedFactory("tests.factories.FundingFactory", factory_related_name="service"),
            contact=factory.RelatedFactory(
                "tests.factories.ContactFactory", factory_related_name="service", with_phone=True
            ),
            capacity=factory.RelatedFactory("tests.factories.CapacityFactory", factory_related_name="service"),
            term=factory.RelatedFactory("tests.factories.ServiceTermFactory", factory_related_name="service"),
        )


class ServiceAtLocationFactory(DjangoModelFactory[ServiceAtLocation]):
    class Meta:
        model = ServiceAtLocation
        skip_postgeneration_save = True

    service = factory.SubFactory(ServiceFactory, published=True)
    location = factory.SubFactory(LocationFactory)
    description = said("Second floor", "קומה שנייה", "الطابق الثاني")

    class Params:
        complete = factory.Trait(
            location=factory.SubFactory(
                LocationFactory, complete=True, organisation=factory.SelfAttribute("..service.organisation")
            ),
            phone=factory.RelatedFactory("tests.factories.PhoneFactory", factory_related_name="service_at_location"),
            hours=factory.RelatedFactory("tests.factories.ScheduleFactory", factory_related_name="service_at_location"),
            contact=factory.RelatedFactory(
                "tests.factories.ContactFactory", factory_related_name="service_at_location", with_phone=True
            ),
            area=factory.RelatedFactory(
                "tests.factories.AreaServedFactory", factory_related_name="service_at_location"
            ),
        )


# --- what hangs on them: give exactly one owner ----------------------------------------------------------------------


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact
        skip_postgeneration_save = True

    title = "Reception"
    email = "reception@example.org"

    class Params:
        with_phone = factory.Trait(
            phone=factory.RelatedFactory("tests.factories.PhoneFactory", factory_related_name="contact")
        )


class PhoneFactory(DjangoModelFactory[Phone]):
    class Meta:
        model = Phone

    number = factory.Sequence(lambda n: f"+972-8-600-{n % 10000:04}")
    type = "voice"
    extension = "012"
    description = said("Reception", "קבלה", "الاستقبال")
    languages = ["he", "ar"]


class ScheduleFactory(DjangoModelFactory[Schedule]):
    class Meta:
        model = Schedule

    freq = "WEEKLY"
    byday = "SU,TU"
    opens_at = time(17, 30)
    closes_at = time(20, 45)
    valid_from = date(2026, 9, 1)
    description = said("Evenings", "ערבים", "مساءً")


class LanguageFactory(DjangoModelFactory[ServiceLanguage]):
    class Meta:
        model = ServiceLanguage

    code = "he"
    cefr_minimum = "A2"


class AreaServedFactory(DjangoModelFactory[ServiceArea]):
    class Meta:
        model = ServiceArea

    name = said("The town", "העיר", "المدينة")
    code = "9000"
    scheme = "il-cbs-locality"


class CostFactory(DjangoModelFactory[Cost]):
    class Meta:
        model = Cost

    option = said("Newcomers", "עולים", "قادمون")
    amount = Decimal("120.50")
    currency = "ILS"
    amount_description = said("a month", "לחודש", "في الشهر")


class DocumentFactory(DjangoModelFactory[RequiredDocument]):
    class Meta:
        model = RequiredDocument

    document = said("Identity card", "תעודת זהות", "بطاقة الهوية")
    uri = "https://papers.example.org/id"


class FundingFactory(DjangoModelFactory[Funding]):
    class Meta:
        model = Funding

    source = "Ministry of Examples"


class CapacityFactory(DjangoModelFactory[Capacity]):
    class Meta:
        model = Capacity

    unit = "seat"
    available = 3
    maximum = 20
    updated = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


class LinkFactory(DjangoModelFactory[Link]):
    class Meta:
        model = Link

    url = "https://more.example.org/"
    label = "More"


class AddressFactory(DjangoModelFactory[Address]):
    class Meta:
        model = Address

    address_1 = "1 Example Street"
    city = "Demo Town"
    postal_code = "8400001"
    country = "IL"


class AccessibilityFactory(DjangoModelFactory[Accessibility]):
    class Meta:
        model = Accessibility

    description = said("Ramp", "רמפה", "منحدر")
    details = "At the north door"


class ServiceTermFactory(DjangoModelFactory[ServiceTerm]):
    class Meta:
        model = ServiceTerm

    service = factory.SubFactory(ServiceFactory, published=True)
    term = factory.SubFactory(TermFactory)
    link_type = "service_type"


class PersonFactory(DjangoModelFactory[Person]):
    """A person whose file is kept by one approved organisation (``keeper``), with its agreement and access.

    Made as :func:`kesher.people.files.open_file` makes it; read as the database's owner, or inside ``acting_for``.
    """

    class Meta:
        model = Person

    keeper = factory.SubFactory(OrganisationFactory, approved=True)
    called = factory.Sequence(lambda n: f"Person {n}")
    language = "am"
    phone = factory.Sequence(lambda n: f"050-555-{n:04}")

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **fields: Any) -> Person:
        keeper = fields.pop("keeper")
        by = Actor(uuid7(), organisation_id=keeper.pk, roles=frozenset({Role.CASEWORKER}))
        return open_file(how="present", by=by, **fields)


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """A paper with its file, as if it had been looked at; its bytes are ``content``."""

    class Meta:
        model = Attachment

    person = factory.SubFactory(PersonFactory)
    kind = "proof"
    name = "diploma.pdf"
    media_type = "application/pdf"
    content = b"%PDF-1.7"

    @classmethod
    def _create(cls, model_class: type[Attachment], *args: Any, **fields: Any) -> Attachment:
        content = fields.pop("content")
        named = {"stored_as": store().keep(content), "digest": uuid7().hex, "size": len(content)}
        return Attachment.objects.create(**named | fields)


class StepFactory(DjangoModelFactory[Step]):
    """An open step of the person's, due in three days."""

    class Meta:
        model = Step

    person = factory.SubFactory(PersonFactory)
    kind = "papers"
    text = "Your passport"
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=3))


class AppointmentFactory(DjangoModelFactory[Appointment]):
    """Booked for tomorrow, in a room, by the organisation that keeps the file."""

    class Meta:
        model = Appointment

    person = factory.SubFactory(PersonFactory)
    organisation = factory.LazyAttribute(lambda one: one.person.accesses.get(kind="keeper").organisation)
    with_whom = "Noa Levi"
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    place = "Room 3"
    language = "am"


class BookingFactory(DjangoModelFactory[Booking]):
    """For somebody without a file, tomorrow."""

    class Meta:
        model = Booking

    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    called = "Tesfaye"
    phone = "050-555-0177"
    language = "am"
    with_whom = "Noa Levi"
    place = "Room 3"
    interpreting = "phone"
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))


class InterpreterFactory(DjangoModelFactory[Interpreter]):
    class Meta:
        model = Interpreter

    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    name = factory.Sequence(lambda n: f"Interpreter {n}")
    phone = factory.Sequence(lambda n: f"050-555-1{n:03}")
    languages = ["am", "he"]
    of_age = True


class LoopFactory(DjangoModelFactory[Loop]):
    """What a person wishes for, followed by the organisation that keeps their file."""

    class Meta:
        model = Loop

    person = factory.SubFactory(PersonFactory, keeper=factory.SelfAttribute("..organisation"))
    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    wish = factory.Sequence(lambda n: f"a Hebrew course {n}")


class ReferralFactory(DjangoModelFactory[Referral]):
    """Sent, and waiting for an answer; with the agreement of the person, and no access opened (``sending.send`` does)."""

    class Meta:
        model = Referral

    sender = factory.SubFactory(OrganisationFactory, approved=True)
    receiver = factory.SubFactory(OrganisationFactory, approved=True)
    loop = factory.SubFactory(LoopFactory, organisation=factory.SelfAttribute("..sender"))
    person = factory.SelfAttribute("loop.person")
    service = factory.SubFactory(ServiceFactory, published=True, organisation=factory.SelfAttribute("..receiver"))
    sender_user_id = factory.LazyFunction(uuid7)
    state = Referral.State.REQUESTED
    why = "Knows no Hebrew yet."
    carries = ["contact"]
    language = "am"
    sent_at = factory.LazyFunction(timezone.now)

    @factory.lazy_attribute
    def consent(self) -> Consent:
        text = ConsentText.current("referral")
        agreed = {"person": self.person, "organisation": self.receiver, "language": "am", "how": "present"}
        return Consent.objects.create(purpose="referral", text=text, **agreed)


class PlaceQuestionFactory(DjangoModelFactory[PlaceQuestion]):
    class Meta:
        model = PlaceQuestion

    sender = factory.SubFactory(OrganisationFactory, approved=True)
    receiver = factory.SubFactory(OrganisationFactory, approved=True)
    service = factory.SubFactory(ServiceFactory, published=True, organisation=factory.SelfAttribute("..receiver"))
    asked_by_id = factory.LazyFunction(uuid7)


class ComplaintFactory(DjangoModelFactory[Complaint]):
    """About some organisation, to be answered by another."""

    class Meta:
        model = Complaint

    about = Complaint.About.TREATMENT
    organisation = factory.SubFactory(OrganisationFactory, approved=True)
    answerer = factory.SubFactory(OrganisationFactory, approved=True)
    words = "They laughed at my accent."
    language = "am"
    holder_id = factory.LazyFunction(uuid7)
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))


class BreachFactory(DjangoModelFactory[Breach]):
    class Meta:
        model = Breach

    aware_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=3))
    happened = "A list was left on a bus"
    whose = "People of a course: names and telephone numbers"
    likely = "Calls from strangers"
    recorded_by_id = factory.LazyFunction(uuid7)


class LegalDemandFactory(DjangoModelFactory[LegalDemand]):
    class Meta:
        model = LegalDemand

    received_on = date(2026, 5, 3)
    authority = "Court of the district"
    reference = "12-345"
    basis = "Order of 2 May 2026"
    asked = "Appointments in April"
    recorded_by_id = factory.LazyFunction(uuid7)


def taken_over(person: Person, user: User) -> None:
    """The file is this user's own, as by its link: also of who works where it is kept, and had taken it over before."""
    Access.objects.create(person=person, kind=Access.Kind.PERSON, user=user)
    person.user = user
    person.save(update_fields=["user", "updated_at"])
