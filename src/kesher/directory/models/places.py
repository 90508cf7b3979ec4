"""Where services are: locations, and a service at a location."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.areas.models import Area
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import NoPersonalData
from kesher.base.translated import TranslatedField
from kesher.directory.models.services import Service
from kesher.directory.models.sources import Sourced


@tracked()
class Location(Sourced):
    """A place where one can go, write or log in (HSDS ``location``)."""

    class Type(models.TextChoices):
        PHYSICAL = "physical", _("place")
        POSTAL = "postal", _("postal address")
        VIRTUAL = "virtual", _("online")

    # SET_NULL: the building stays when the organisation goes
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="locations",
        verbose_name=_("organisation"),
    )
    location_type = models.CharField(_("kind"), max_length=10, choices=Type, default=Type.PHYSICAL)
    name = TranslatedField(_("name"))
    alternate_name = TranslatedField(_("also known as"))
    description = TranslatedField(_("description"))
    transportation = TranslatedField(_("how to get there"))
    url = models.URLField(_("website"), max_length=1000, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    external_identifier = models.CharField(_("identifier elsewhere"), max_length=200, blank=True)
    external_identifier_type = models.CharField(_("kind of that identifier"), max_length=200, blank=True)
    # SET_NULL: areas may be redrawn
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="locations", verbose_name=_("area")
    )

    privacy = NoPersonalData("places of organisations")

    class Meta(Sourced.Meta):
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="location_on_earth",
                violation_error_message=_("Latitude is between -90 and 90, longitude between -180 and 180."),
            ),
        ]

    def __str__(self) -> str:
        return next(iter(self.name.values()), str(self.pk))


@tracked()
class ServiceAtLocation(Model):
    """A service as it is offered at one location (HSDS ``service_at_location``)."""

    # CASCADE both: the pair is nothing without either
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="at_locations")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="services_here")
    external_id = models.CharField(max_length=255, blank=True, editable=False)
    description = TranslatedField(_("what is different here"))

    privacy = NoPersonalData("services at places")

    class Meta:
        verbose_name = _("service at a location")
        verbose_name_plural = _("services at locations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "location"],
                name="service_once_per_location",
                violation_error_message=_("This service is at this location already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
