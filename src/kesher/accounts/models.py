"""Users, organisations (the bare legal body) and who is what in which of them."""

import uuid
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Union

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import PORTAL_WIDE, Role
from kesher.base.history import tracked
from kesher.base.keys import uuid7
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, NoPersonalData, PersonalData, Retention
from kesher.base.transitions import Actor
from kesher.base.translated import TranslatedField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Visitor = Union["User", AnonymousUser]  # noqa: UP007 - "User" is not yet defined here


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name they log in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@tracked(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """Somebody with an account. Not necessarily a person the portal helps: those have a file (``people``)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name to be called by"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="he")
    is_active = models.BooleanField(_("may log in"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    privacy = PersonalData(
        purpose="to let somebody log in and be reached",
        legal_basis=LegalBasis.CONTRACT,
        retention=Retention(after="closed_at", keep=timedelta(days=30)),
        fields={
            "email": "the e-mail address",
            "name": "the name",
            "language": "the language",
            "password": "the password in a form nobody can read",
            "last_login": "when the last log-in was",
        },
        plain=("id", "is_active", "created_at", "closed_at"),
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("There is an account with this e-mail address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def memberships_in_force(self) -> list["Membership"]:
        """The user's memberships today, with their organisations: one query per request."""
        return list(self.memberships.in_force().select_related("organisation").order_by("id"))

    @property
    def organisation_ids(self) -> frozenset[uuid.UUID]:
        return frozenset(membership.organisation_id for membership in self.memberships_in_force)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.memberships_in_force)

    def roles_in(self, organisation_id: uuid.UUID | None) -> frozenset[str]:
        """The roles this user has towards one organisation: their own there, and those that reach everywhere."""
        return frozenset(
            m.role for m in self.memberships_in_force if m.organisation_id == organisation_id or m.role in PORTAL_WIDE
        )

    def has_role(self, *roles: str) -> bool:
        return bool(self.roles & set(roles))

    def as_actor(self, organisation_id: uuid.UUID | None = None) -> Actor:
        """This user as the one who acts, towards an organisation."""
        return Actor(user_id=self.pk, organisation_id=organisation_id, roles=self.roles_in(organisation_id))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def approved(self) -> "OrganisationQuerySet":
        return self.filter(state=Organisation.State.APPROVED)

    def once_approved(self) -> "OrganisationQuerySet":
        """Those that were approved at some time, as history knows."""
        told: Any = Organisation.pgh_event_model  # type: ignore[attr-defined]
        approved = told.objects.filter(pgh_obj=OuterRef("pk"), state=Organisation.State.APPROVED)
        return self.filter(Exists(approved))

    def waiting_for_approval(self) -> "OrganisationQuerySet":
        return self.filter(state=Organisation.State.PENDING)

    def visible_to(self, user: "Visitor") -> "OrganisationQuerySet":
        """Approved ones to everybody; the others to their members and to those who moderate."""
        public = Q(state=Organisation.State.APPROVED)
        if not user.is_authenticated:
            return self.filter(public)
        if user.has_role(Role.MODERATOR, Role.PLATFORM_ADMIN, Role.OFFICER):
            return self
        return self.filter(public | Q(pk__in=user.organisation_ids))


@tracked()
class Organisation(Model):
    """A legal body. What it offers is in ``directory``; who works there is in :class:`Membership`."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        EMPLOYMENT_SERVICE = "employment_service", _("employment service")
        AGENCY = "agency", _("public agency")
        COLLEGE = "college", _("college or training provider")
        CHARITY = "charity", _("charity or association")
        EMPLOYER = "employer", _("employer")
        HEALTH = "health", _("health service")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        SUSPENDED = "suspended", _("suspended")

    name = TranslatedField(_("name"), blank=False)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.OTHER)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PENDING)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        # RESTRICT: a department must not vanish because its municipality was entered twice
        on_delete=models.RESTRICT,
        related_name="departments",
    )

    objects = OrganisationQuerySet.as_manager()

    privacy = NoPersonalData("legal bodies")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name={}),
                name="organisation_has_a_name",
                violation_error_message=_("An organisation needs a name in at least one language."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="organisation_not_its_own_parent",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return next(iter(self.name.values()), str(self.pk))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> "MembershipQuerySet":
        today = timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today), since__lte=today)

    def visible_to(self, user: "Visitor") -> "MembershipQuerySet":
        """One's own, and those in organisations one administers; all to the platform's administrators and auditors."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PLATFORM_ADMIN, Role.AUDITOR):
            return self
        administered = [m.organisation_id for m in user.memberships_in_force if m.role == Role.ORGANISATION_ADMIN]
        return self.filter(Q(user=user) | Q(organisation__in=administered))


@tracked()
class Membership(Model):
    """A user has a role in an organisation, from a day, perhaps until a day."""

    # CASCADE both: a role of nobody or nowhere means nothing; history keeps that it was there
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who may do what for which organisation",
        legal_basis=LegalBasis.CONTRACT,
        retention=Kept("as long as the account"),
        fields={"user": "whose role", "role": "the role", "since": "since when", "until": "until when"},
        plain=("id", "created_at", "updated_at", "organisation"),
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="membership_once_per_role",
                violation_error_message=_("This person has this role here already."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("A role cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        """Those somebody can still accept."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def visible_to(self, user: "Visitor") -> "InvitationQuerySet":
        """Those of the organisations one administers; all to the platform's administrators."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PLATFORM_ADMIN):
            return self
        administered = [m.organisation_id for m in user.memberships_in_force if m.role == Role.ORGANISATION_ADMIN]
        return self.filter(organisation__in=administered)


@tracked()
class Invitation(Model):
    """Somebody is asked to take a role in an organisation. The link that accepts it is signed, works once, and runs out."""

    # CASCADE: an invitation to nowhere means nothing
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(_("role"), max_length=30, choices=Role)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="he")
    # a plain key: the trail outlives the account; NULL = whoever runs the server
    invited_by_id = models.UUIDField(null=True, editable=False)
    expires_at = models.DateTimeField(_("runs out"))
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to let somebody log in and be reached",
        legal_basis=LegalBasis.CONTRACT,
        retention=Retention(after="expires_at", keep=timedelta(days=30)),
        fields={
            "email": "the e-mail address",
            "language": "the language",
            "role": "the role",
            "invited_by_id": "who invited",
        },
        plain=(
            "id",
            "created_at",
            "updated_at",
            "organisation",
            "expires_at",
            "accepted_at",
            "withdrawn_at",
        ),
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                "role",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once_at_a_time",
                violation_error_message=_("This person is invited to this role here already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()
