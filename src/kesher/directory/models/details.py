"""What hangs on organisations, services, locations and services at locations: hours, phones, costs, papers, areas.

A detail belongs to exactly one owner. It has no identity of its own to the outside: when its owner is read anew and
has changed, its details are replaced.
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.areas.models import Area
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, NoPersonalData, PersonalData
from kesher.base.translated import TranslatedField
from kesher.directory.models.places import Location, ServiceAtLocation
from kesher.directory.models.services import Service
from kesher.directory.models.taxonomies import Term


def exactly_one(*names: str, of: str) -> models.CheckConstraint:
    """The row belongs to exactly one of these owners."""
    condition = Q()
    for owner in names:
        condition |= Q(**{f"{name}__isnull": name != owner for name in names})
    return models.CheckConstraint(
        condition=condition,
        name=f"{of}_belongs_to_one",
        violation_error_message=_("This must belong to exactly one record."),
    )


# Every owner is CASCADE: a detail goes with what it is a detail of.


@tracked()
class Contact(Model):
    """Whom to ask: a role in an office, perhaps a published name."""

    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="contacts")
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="contacts")
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE, related_name="contacts")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, null=True, on_delete=models.CASCADE, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    department = models.CharField(_("department"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)

    privacy = PersonalData(
        purpose="to let people reach the office that helps",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as the service, location or organisation it belongs to is listed"),
        fields={"name": "the name", "title": "the task", "department": "the department", "email": "the e-mail address"},
        plain=("id", "created_at", "updated_at", "organisation", "service", "location", "service_at_location"),
    )

    class Meta:
        ordering = ["id"]
        constraints = [exactly_one("organisation", "service", "location", "service_at_location", of="contact")]

    def __str__(self) -> str:
        return f"contact {self.pk}"


@tracked()
class Phone(Model):
    """A telephone number."""

    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="phones")
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="phones")
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE, related_name="phones")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, null=True, on_delete=models.CASCADE, related_name="phones"
    )
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(_("number"), max_length=60)
    extension = models.CharField(_("extension"), max_length=20, blank=True)
    type = models.CharField(_("kind"), max_length=20, blank=True)
    description = TranslatedField(_("what for"))
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True, verbose_name=_("languages"))

    privacy = NoPersonalData("numbers of offices")

    class Meta:
        verbose_name = _("phone")
        ordering = ["id"]
        constraints = [exactly_one("organisation", "service", "location", "service_at_location", "contact", of="phone")]

    def __str__(self) -> str:
        return self.number


@tracked()
class Schedule(Model):
    """Opening hours: one rule (RFC 5545 in HSDS's words). ``byday`` as "SU,MO,TU"."""

    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="schedules")
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE, related_name="schedules")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, null=True, on_delete=models.CASCADE, related_name="schedules"
    )
    byday = models.CharField(_("days"), max_length=20, blank=True)
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    freq = models.CharField(max_length=10, blank=True)
    interval = models.PositiveSmallIntegerField(null=True, blank=True)
    bymonthday = models.CharField(max_length=100, blank=True)
    attending_type = models.CharField(_("how one takes part"), max_length=255, blank=True)
    description = TranslatedField(_("in words"))
    notes = models.TextField(_("notes"), blank=True)
    schedule_link = models.URLField(_("timetable"), max_length=1000, blank=True)

    privacy = NoPersonalData("opening hours")

    class Meta:
        verbose_name = _("opening hours")
        ordering = ["id"]
        constraints = [exactly_one("service", "location", "service_at_location", of="schedule")]

    def __str__(self) -> str:
        return f"{self.byday} {self.opens_at}-{self.closes_at}"


@tracked()
class ServiceLanguage(Model):
    """A language in which a service or a location works; ``cefr_minimum`` = the level one needs to follow."""

    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="languages")
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(_("language"), max_length=35)
    name = models.CharField(_("name"), max_length=100, blank=True)
    cefr_minimum = models.CharField(_("level needed (CEFR)"), max_length=2, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    privacy = NoPersonalData("languages of services")

    class Meta:
        verbose_name = _("language")
        ordering = ["id"]
        constraints = [exactly_one("service", "location", of="language")]

    def __str__(self) -> str:
        return self.code


@tracked()
class Cost(Model):
    """What it costs (HSDS ``cost_option``)."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="costs")
    option = TranslatedField(_("for whom"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    amount_description = TranslatedField(_("in words"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    privacy = NoPersonalData("prices")

    class Meta:
        verbose_name = _("cost")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=Decimal(0)),
                name="cost_not_negative",
                violation_error_message=_("A price cannot be negative."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@tracked()
class RequiredDocument(Model):
    """A paper to bring."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="required_documents")
    document = TranslatedField(_("paper"), blank=False)
    uri = models.URLField(_("where to get it"), max_length=1000, blank=True)

    privacy = NoPersonalData("papers asked for")

    class Meta:
        verbose_name = _("paper to bring")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.pk)


@tracked()
class ServiceArea(Model):
    """Where one must live to use it. ``area`` when we know the place, else its name as given."""

    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="service_areas")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, null=True, on_delete=models.CASCADE, related_name="service_areas"
    )
    # SET_NULL: areas may be redrawn; the name stays
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = TranslatedField(_("name"))
    code = models.CharField(max_length=60, blank=True)
    scheme = models.CharField(max_length=60, blank=True)
    extent = models.TextField(blank=True)
    extent_type = models.CharField(max_length=40, blank=True)
    uri = models.URLField(max_length=1000, blank=True)

    privacy = NoPersonalData("areas served")

    class Meta:
        verbose_name = _("service area")
        ordering = ["id"]
        constraints = [exactly_one("service", "service_at_location", of="service_area")]

    def __str__(self) -> str:
        return str(self.pk)


@tracked()
class Capacity(Model):
    """Places free, as the provider last said (HSDS ``service_capacity``)."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="capacities")
    unit = models.CharField(_("of what"), max_length=60, default="place")
    available = models.PositiveIntegerField(_("free"))
    maximum = models.PositiveIntegerField(_("in all"), null=True, blank=True)
    updated = models.DateTimeField(_("as of"))
    description = TranslatedField(_("in words"))

    privacy = NoPersonalData("places free")

    class Meta:
        verbose_name = _("capacity")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(maximum=None) | Q(available__lte=models.F("maximum")),
                name="capacity_free_within_all",
                violation_error_message=_("More places are free than there are."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.available} {self.unit}"


@tracked()
class ServiceTerm(Model):
    """A term of a taxonomy said of a service (HSDS ``attribute``)."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="terms")
    # RESTRICT: a term in use is retired, not deleted
    term = models.ForeignKey(Term, on_delete=models.RESTRICT, related_name="services")
    link_type = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=500, blank=True)

    privacy = NoPersonalData("subjects of services")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "term", "link_type"],
                name="service_term_once",
                violation_error_message=_("The service has this term already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


@tracked()
class Link(Model):
    """A further web address (HSDS ``url``)."""

    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="links")
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="links")
    url = models.URLField(max_length=1000)
    label = models.CharField(max_length=200, blank=True)

    privacy = NoPersonalData("web addresses")

    class Meta:
        ordering = ["id"]
        constraints = [exactly_one("organisation", "service", of="link")]

    def __str__(self) -> str:
        return self.url


@tracked()
class Funding(Model):
    """Who pays for it."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="funding")
    source = models.TextField()

    privacy = NoPersonalData("funders")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.source


@tracked()
class Address(Model):
    """A postal or street address of a location."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="addresses")
    attention = models.CharField(max_length=200, blank=True)
    address_1 = models.CharField(_("street and number"), max_length=300, blank=True)
    address_2 = models.CharField(_("floor, room"), max_length=300, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    state_province = models.CharField(_("state or district"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    address_type = models.CharField(max_length=10, choices=Location.Type, default=Location.Type.PHYSICAL)

    privacy = NoPersonalData("addresses of offices")

    class Meta:
        verbose_name = _("address")
        ordering = ["id"]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.address_1, self.address_2, self.city, self.postal_code) if part)


@tracked()
class Accessibility(Model):
    """How a location can be used with a disability."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="accessibility")
    description = TranslatedField(_("accessibility"))
    details = models.TextField(_("details"), blank=True)
    url = models.URLField(max_length=1000, blank=True)

    privacy = NoPersonalData("accessibility of places")

    class Meta:
        verbose_name = _("accessibility")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.pk)
