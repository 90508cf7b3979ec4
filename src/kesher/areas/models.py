"""Places: locality < authority < sub-district < district < country, with names in many languages."""

import uuid
from collections.abc import Sequence

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model, Portal
from kesher.base.privacy import NoPersonalData
from kesher.base.translated import TranslatedField


class AreaQuerySet(models.QuerySet["Area"]):
    def within(self, area: "Area") -> "AreaQuerySet":
        """The area itself and all below it, however deep."""
        return self.filter(path__startswith=area.path)

    def of_level(self, *levels: str) -> "AreaQuerySet":
        return self.filter(level__in=levels)

    def home(self) -> "AreaQuerySet":
        """The areas this portal is for."""
        return self.filter(home__isnull=False)


class _WithoutBoundaries(models.Manager["Area"]):
    """Boundaries are some kilobytes each and asked for by maps alone: ``Area.objects.defer(None)`` brings them along."""

    def get_queryset(self) -> models.QuerySet["Area"]:
        return super().get_queryset().defer("boundary")


AreaManager = _WithoutBoundaries.from_queryset(AreaQuerySet)


@tracked()
class Area(Model):
    """A place with official borders. ``scheme`` and ``code`` say which list of codes it is in ("il-cbs-locality", "9000")."""

    class Level(models.TextChoices):
        LOCALITY = "locality", _("locality")
        AUTHORITY = "authority", _("local authority")
        SUB_DISTRICT = "sub-district", _("sub-district")
        DISTRICT = "district", _("district")
        COUNTRY = "country", _("country")

    scheme = models.CharField(_("list of codes"), max_length=60)
    code = models.CharField(_("code"), max_length=40)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    name = TranslatedField(_("name"), blank=False)
    # RESTRICT: an area that others lie in cannot vanish under them
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="parts", verbose_name=_("lies in")
    )
    # "il/2/21/9000/": one prefix comparison answers "is it within"
    path = models.CharField(max_length=300, unique=True, editable=False)
    latitude = models.FloatField(_("latitude of the centre"), null=True, blank=True)
    longitude = models.FloatField(_("longitude of the centre"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    facts = models.JSONField(
        _("facts"),
        default=dict,
        blank=True,
        help_text=_("Other published facts, each with its year and source."),
    )
    boundary = models.JSONField(_("boundary (GeoJSON)"), null=True, blank=True)

    objects = AreaManager()

    privacy = NoPersonalData("places")

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="area_code_once",
                violation_error_message=_("There is an area with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="area_centre_on_earth",
                violation_error_message=_("Latitude is between -90 and 90, longitude between -180 and 180."),
            ),
        ]
        indexes = [
            models.Index(fields=["level", "path"], name="area_level"),
            models.Index(fields=["path"], name="area_path_prefix", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return next(iter(self.name.values()), self.code)

    @property
    def centre(self) -> tuple[float, float] | None:
        """(latitude, longitude) in degrees, WGS84."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


@tracked()
class HomeArea(Model):
    """An area this portal is for: usually one town, sometimes a few that keep one table together."""

    # RESTRICT: the town a portal is for cannot vanish under it
    area = models.OneToOneField(Area, on_delete=models.RESTRICT, related_name="home", verbose_name=_("area"))

    privacy = NoPersonalData("places")

    class Meta:
        verbose_name = _("area of this portal")
        verbose_name_plural = _("areas of this portal")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.area_id)


def choose_home(areas: Sequence[Area]) -> None:
    """Say which areas the portal is for; the first one is its centre. Call inside ``acting``."""
    with transaction.atomic():
        wanted = {area.pk: area for area in areas}
        HomeArea.objects.exclude(area__in=wanted).delete()
        here: set[uuid.UUID] = set(HomeArea.objects.values_list("area", flat=True))
        for area in areas:
            if area.pk not in here:
                HomeArea.objects.create(area=area)
                here.add(area.pk)
        portal = Portal.objects.first() or Portal.current()
        portal.home_area_code = areas[0].code if areas else ""
        portal.save()
