"""Organisations as the directory shows them, their programmes, and the services themselves."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.history import tracked
from kesher.base.privacy import NoPersonalData
from kesher.base.translated import TranslatedField, Words, in_language
from kesher.directory.models.sources import Sourced

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


@tracked()
class OrganisationProfile(Sourced):
    """What the directory says of an organisation (HSDS ``organization``), beside the bare legal body in ``accounts``."""

    # CASCADE: the profile is a page about the body and nothing without it
    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="profile", verbose_name=_("organisation")
    )
    alternate_name = TranslatedField(_("also known as"))
    description = TranslatedField(_("description"))
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    website = models.URLField(_("website"), max_length=1000, blank=True)
    legal_status = models.CharField(_("legal form"), max_length=200, blank=True)
    tax_status = models.CharField(_("tax status"), max_length=200, blank=True)
    tax_id = models.CharField(_("tax number"), max_length=60, blank=True)
    year_incorporated = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    logo = models.URLField(_("logo"), max_length=1000, blank=True)
    uri = models.URLField(_("identifier (URI)"), max_length=1000, blank=True)
    identifiers = models.JSONField(_("official identifiers"), default=list, blank=True)  # [["il-amuta", "58..."]]

    privacy = NoPersonalData("organisations, as they publish themselves")

    class Meta(Sourced.Meta):
        verbose_name = _("organisation page")
        verbose_name_plural = _("organisation pages")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.organisation)


@tracked()
class Programme(Sourced):
    """A programme that groups services of one organisation (HSDS ``program``)."""

    # CASCADE: a programme belongs to its organisation
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="programmes"
    )
    name = TranslatedField(_("name"), blank=False)
    alternate_name = TranslatedField(_("also known as"))
    description = TranslatedField(_("description"))

    privacy = NoPersonalData("programmes of organisations")

    class Meta(Sourced.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["id"]

    def __str__(self) -> str:
        return next(iter(self.name.values()), str(self.pk))


class ServiceQuerySet(models.QuerySet["Service"]):
    def published(self) -> "ServiceQuerySet":
        return self.filter(state=Service.State.PUBLISHED)

    def taking_referrals(self) -> "ServiceQuerySet":
        """Offered now, by an approved organisation that says professionals may send people there."""
        sent_to = self.published().filter(organisation__state=Organisation.State.APPROVED)
        return sent_to.filter(referral_modes__contains=[Service.ReferralMode.PROFESSIONAL])

    def once_public(self) -> "ServiceQuerySet":
        """Those that were published at some time, as history knows. A stranger must not learn that another ever was."""
        told: Any = Service.pgh_event_model  # type: ignore[attr-defined]
        published = told.objects.filter(pgh_obj=OuterRef("pk"), state=Service.State.PUBLISHED)
        return self.filter(Exists(published))

    def stale(self, today: date) -> "ServiceQuerySet":
        """Nobody has said "still right" for longer than the partner chose. Marked, never hidden."""
        return self.filter(check_by__lt=today)

    def visible_to(self, user: "Visitor") -> "ServiceQuerySet":
        """Published ones of approved organisations to everybody; all of one's own; everything to those who oversee."""
        public = Q(state=Service.State.PUBLISHED) & (
            Q(organisation=None) | Q(organisation__state=Organisation.State.APPROVED)
        )
        if not user.is_authenticated:
            return self.filter(public)
        if user.has_role(Role.PLATFORM_ADMIN, Role.MODERATOR, Role.OFFICER, Role.AUDITOR):
            return self
        return self.filter(public | Q(organisation__in=user.organisation_ids))

    def editable_by(self, user: "Visitor") -> "ServiceQuerySet":
        """Those of the organisations where one is provider, college or administrator; all to officers and moderators."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PLATFORM_ADMIN, Role.MODERATOR, Role.OFFICER):
            return self
        editing = {Role.PROVIDER, Role.COLLEGE, Role.ORGANISATION_ADMIN}
        return self.filter(organisation__in=[m.organisation_id for m in user.memberships_in_force if m.role in editing])


@tracked()
class Service(Sourced):
    """What an organisation does for people (HSDS ``service``, with Kesher's profile)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUSPENDED = "suspended", _("suspended")
        ARCHIVED = "archived", _("archived")

    class Status(models.TextChoices):
        ACTIVE = "active", _("open")
        INACTIVE = "inactive", _("not open now")
        DEFUNCT = "defunct", _("ended")
        TEMPORARILY_CLOSED = "temporarily closed", _("closed for a time")

    class ReferralMode(models.TextChoices):
        SELF = "self", _("come by yourself")
        PROFESSIONAL = "professional", _("a professional refers you")

    # RESTRICT: an organisation with services is closed by archiving them, not by losing them
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="services",
        verbose_name=_("organisation"),
    )
    # SET_NULL: a service outlives the programme that grouped it
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="services",
        verbose_name=_("programme"),
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    status = models.CharField(_("open or closed"), max_length=20, choices=Status, default=Status.ACTIVE)
    name = TranslatedField(_("name"), blank=False)
    alternate_name = TranslatedField(_("also known as"))
    description = TranslatedField(_("what it is"))
    url = models.URLField(_("website"), max_length=1000, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    interpretation_services = TranslatedField(_("interpreters"))
    application_process = TranslatedField(_("how to enter"))
    fees_description = TranslatedField(_("what it costs, in words"))
    eligibility_description = TranslatedField(_("for whom"))
    wait_time = TranslatedField(_("waiting time"))
    accreditations = models.TextField(_("accreditations"), blank=True)
    licenses = models.TextField(_("licences"), blank=True)
    alert = TranslatedField(_("notice"))
    # Ticked by whoever gives it, and never guessed: without a rule it says that nobody is turned away (of the ages below).
    open_to_all = models.BooleanField(_("open to everybody"), default=False)
    minimum_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    assured_date = models.DateField(_("last checked"), null=True, blank=True)
    assurer_email = models.EmailField(_("checked by"), max_length=254, blank=True)
    last_modified = models.DateTimeField(_("last changed at the source"), null=True, blank=True)
    # Kesher's profile of HSDS
    referral_modes = ArrayField(
        models.CharField(max_length=20, choices=ReferralMode), default=list, blank=True, verbose_name=_("who may refer")
    )
    remote = models.BooleanField(_("remote"), null=True, blank=True)
    weekly_hours = models.DecimalField(_("hours a week"), max_digits=5, decimal_places=2, null=True, blank=True)
    weeks = models.PositiveSmallIntegerField(_("weeks"), null=True, blank=True)
    learning_outcomes = TranslatedField(_("what one can do afterwards"))
    # Where its texts come from, by language. What stands in neither is not known.
    human_languages = ArrayField(
        models.CharField(max_length=35),
        default=list,
        blank=True,
        verbose_name=_("languages written or read by a person"),
    )
    machine_languages = ArrayField(
        models.CharField(max_length=35), default=list, blank=True, verbose_name=_("languages translated by a machine")
    )
    # Staying true
    check_every_months = models.PositiveSmallIntegerField(_("ask whether it is still right every … months"), default=6)
    check_by = models.DateField(_("to be checked by"), null=True, blank=True, editable=False)
    # Of services that came from a dataset
    absent_since = models.DateField(_("no longer in its dataset since"), null=True, blank=True, editable=False)
    edited_here = models.BooleanField(
        _("edited here, no longer overwritten by its dataset"), default=False, editable=False
    )

    objects = ServiceQuerySet.as_manager()

    privacy = NoPersonalData("services; the e-mail addresses are of offices")

    class Meta(Sourced.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(name={}),
                name="service_has_a_name",
                violation_error_message=_("A service needs a name in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_age=None) | Q(maximum_age=None) | Q(maximum_age__gte=models.F("minimum_age")),
                name="service_ages_in_order",
                violation_error_message=_("The upper age is below the lower one."),
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours=None) | Q(weekly_hours__gte=0, weekly_hours__lte=168),
                name="service_week_has_168_hours",
                violation_error_message=_("A week has 168 hours."),
            ),
            models.CheckConstraint(
                condition=~Q(machine_languages__overlap=models.F("human_languages")),
                name="service_texts_of_one_origin",
                violation_error_message=_("A language is a person's or a machine's, not both."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="service_of_organisation")]

    def __str__(self) -> str:
        return next(iter(self.name.values()), str(self.pk))

    def reviewed(self, text: Mapping[str, str], language: str) -> Words | None:
        """The text that decides where the one a reader of ``language`` is shown was translated by a machine: that of a
        person, else one of which nothing is known. None where the one shown decides, or there is no other."""
        if in_language(text, language).language not in self.machine_languages:
            return None
        others = {code: words for code, words in text.items() if code not in self.machine_languages}
        persons = {code: words for code, words in others.items() if code in self.human_languages}
        return in_language(persons or others, language) or None

    def is_stale(self, today: date) -> bool:
        """Whether the time is over for which the last check was good."""
        return self.check_by is not None and self.check_by < today

    def confirm(self, today: date) -> None:
        """Somebody who knows says: still right."""
        self.assured_date = today
        self.check_by = today + timedelta(days=round(self.check_every_months * 30.44))
